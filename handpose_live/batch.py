"""Many files, one after another: what is done is skipped, what is broken is listed at the end."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from handpose_live.capture.opening import PICTURE_SUFFIXES
from handpose_live.errors import HandPoseError
from handpose_live.output.failure import cannot_write
from handpose_live.output.recording import Recording, RecordingFiles
from handpose_live.session import Session, Tools, Tracking

FILM_SUFFIXES = (".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v", ".mpg", ".mpeg", ".wmv", ".mts", ".m2ts", ".3gp")
UNFINISHED = ".part"


@dataclass(frozen=True)
class Job:
    """One input and what comes of it.

    Attributes:
        spec: what to open.
        target: of the results, without an ending.
    """

    spec: str
    target: Path

    @property
    def files(self) -> RecordingFiles:
        """What is there when it is done: the annotated video and the joints."""
        return _files(self.target, "")

    @property
    def is_done(self) -> bool:
        """An earlier run has finished it."""
        return all(path.exists() for path in self.files.paths)


@dataclass
class Outcome:
    """How a batch went.

    Attributes:
        done, skipped: inputs worked through now, and by an earlier run.
        failed: the others, with one sentence each.
    """

    done: int = 0
    skipped: int = 0
    failed: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        lines = [f"{self.done} done, {self.skipped} skipped as done before, {len(self.failed)} failed"]
        return "\n".join([*lines, *(f"  {spec}: {why}" for spec, why in self.failed.items())])


def find_jobs(specs: Sequence[str], out: Path) -> list[Job]:
    """A job for every input; a folder stands for the films in it and below, or for its pictures if it has no film.

    Inputs that would write to the same place are numbered, always in the same way.

    Raises:
        HandPoseError: an input is not there, or a folder holds nothing to work on.
    """
    jobs: list[Job] = []
    taken: set[Path] = set()
    for spec in specs:
        for found, name in _inputs(spec, out):
            target, number = out / name, 1
            while target in taken:
                number += 1
                target = out / name.with_name(f"{name.name} ({number})")
            taken.add(target)
            jobs.append(Job(found, target))
    return jobs


def run_jobs(
    jobs: Sequence[Job], tools: Tools, tracking: Tracking, *, progress: Callable[[str, float], object]
) -> Outcome:
    """Work through the jobs; a broken input ends only its own.

    Args:
        jobs: from :func:`find_jobs`.
        tools, tracking: what sessions are made of.
        progress: takes the name of an input and the share of it, 0..1, that was done since the last call.
    """
    outcome = Outcome()
    for job in jobs:
        if job.is_done:
            outcome.skipped += 1
            progress(job.target.name, 1.0)
            continue
        left = 1.0
        try:
            for share in _work(job, tools, tracking):
                left -= share
                progress(job.target.name, share)
            outcome.done += 1
        except HandPoseError as error:
            outcome.failed[job.spec] = str(error)
        progress(job.target.name, left)
    return outcome


def _work(job: Job, tools: Tools, tracking: Tracking) -> Iterator[float]:
    """Work through one input; what is written gets its name only when it is whole."""
    unfinished = _files(job.target, UNFINISHED)
    try:
        job.target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(job.target.parent, error) from error
    session = tools.open_session(tools.open_source(job.spec), tracking)
    try:
        yield from _shares(session, unfinished)
    finally:
        session.close()
    for part, whole in zip(unfinished.paths, job.files.paths, strict=True):
        os.replace(part, whole)


def _shares(session: Session, files: RecordingFiles) -> Iterator[float]:
    info = session.source.info
    session.recording = Recording(files, info)
    share = 1 / info.frame_count if info.frame_count else 0.0
    for index, _ in enumerate(session):
        yield share if index < (info.frame_count or 0) else 0.0
    if not session.frames:
        raise HandPoseError(f"{info.name} holds no frame: give another file.")


def _inputs(spec: str, out: Path) -> Iterator[tuple[str, Path]]:
    """Each input that a spec stands for, and the name of its results."""
    path = Path(spec)
    if not path.exists():
        raise HandPoseError(f'There is no "{spec}": give videos, pictures or folders of them.')
    if not path.is_dir():
        yield spec, Path(path.stem)
        return
    inside = sorted(file for file in path.rglob("*") if file.is_file() and out not in file.parents)
    films = [file for file in inside if file.suffix.lower() in FILM_SUFFIXES]
    for film in films:
        yield str(film), film.relative_to(path).with_suffix("")
    if not films:
        if not any(file.suffix.lower() in PICTURE_SUFFIXES for file in inside):
            raise HandPoseError(f"{spec} holds neither videos nor pictures: give another folder.")
        yield spec, Path(path.resolve().name)


def _files(target: Path, mark: str) -> RecordingFiles:
    annotated, landmarks = (target.with_name(f"{target.name}{mark}{ending}") for ending in (".mp4", ".jsonl"))
    return RecordingFiles(annotated=annotated, landmarks=landmarks)
