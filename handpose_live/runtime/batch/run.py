"""A batch: many inputs, one after another; current results are skipped, failures are listed at the end."""

import logging
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock, Timeout

from handpose_live.media.recording.recording import RecordingFiles
from handpose_live.media.recording.write_errors import write_error
from handpose_live.runtime.batch.fingerprint import Fingerprint
from handpose_live.runtime.batch.inputs import BatchInput, BatchInputs
from handpose_live.runtime.batch.results import Provenance, ResultFolder, result_files
from handpose_live.runtime.session import Session
from handpose_live.runtime.session_factory import SessionFactory
from handpose_live.system.log import bug_report_sentence
from handpose_live.tracking.config import TrackerConfig
from handpose_live.types.errors import HandPoseError

logger = logging.getLogger(__name__)

LOCK = ".handpose-live.lock"
UNFINISHED = ".handpose-live-unfinished-"
MAX_LISTED_FILES = 5


@dataclass
class BatchSummary:
    """The outcome of a batch; as text, what the user reads at its end.

    Attributes:
        done, skipped: number of inputs processed now, and of those with a current result.
        incomplete: of the inputs processed now, the warnings, by the path.
        failed: one sentence for each input that failed, by the path.
        ignored: files that were not processed, by the reason.
    """

    done: int = 0
    skipped: int = 0
    incomplete: dict[str, list[str]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    ignored: dict[str, list[Path]] = field(default_factory=dict)

    def __str__(self) -> str:
        incomplete = f" ({len(self.incomplete)} of them incomplete)" if self.incomplete else ""
        lines = [f"{self.done} done{incomplete}, {self.skipped} skipped as done before, {len(self.failed)} failed"]
        lines += [f"  {spec}: {why}" for spec, reasons in self.incomplete.items() for why in reasons]
        lines += [f"  {spec}: {why}" for spec, why in self.failed.items()]
        for why, files in self.ignored.items():
            more = f" and {len(files) - MAX_LISTED_FILES} more" if len(files) > MAX_LISTED_FILES else ""
            lines.append(f"  ignored, as {why}: {', '.join(map(str, files[:MAX_LISTED_FILES]))}{more}")
        return "\n".join(lines)


@contextmanager
def lock_output_folder(out: Path, *, on_wait: Callable[[str], object]) -> Iterator[None]:
    """Create the folder and lock it against other batches; remove what a killed batch left in it.

    Args:
        out: the folder.
        on_wait: called with a sentence if another batch holds the lock, before waiting for it.

    Raises:
        HandPoseError: the folder cannot be written to.
    """
    lock = FileLock(out / LOCK)
    try:
        out.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            on_wait(f"Another batch is writing into {out}: this one begins when that has ended.")
            lock.acquire()
        for leftover in out.rglob(f"{UNFINISHED}*"):
            shutil.rmtree(leftover, ignore_errors=True)
    except OSError as error:
        raise write_error(out, error) from error
    try:
        yield
    finally:
        lock.release()


def run_batch(
    found: BatchInputs,
    out: Path,
    sessions: SessionFactory,
    config: TrackerConfig,
    *,
    models: Mapping[str, str],
    summary: BatchSummary,
    progress: Callable[[str, float], object],
) -> None:
    """Process the inputs; an error ends only the processing of its own input.

    Args:
        found: the inputs.
        out: the output folder, locked by :func:`lock_output_folder`.
        sessions: opens the sources and sessions.
        config: of the trackers.
        models: fingerprints of the network and the detector, by what they are.
        summary: updated after each input, so that it holds also if this function is interrupted.
        progress: called with the name of an input and the share of it, 0..1, processed since the last call.
    """
    summary.failed |= found.failed
    summary.ignored |= found.ignored
    rules = sha256(repr(sessions.rules).encode()).hexdigest()
    options = {**asdict(config), **models, "gestures": rules}
    results = ResultFolder(out)
    for each in found.inputs:
        with _full_progress(each.path.name, progress) as advance, _collect_errors(each, summary):
            source = Fingerprint(each.path)
            target, is_current = results.find(source, each.name, options)
            if is_current:
                summary.skipped += 1
                continue
            provenance = Provenance.of(source, options, target)
            session = sessions.open_session(sessions.open_source(each.spec), config)
            _make_result(session, target, provenance, advance)
            summary.done += 1
            if session.source.warnings:
                summary.incomplete[str(each.path)] = session.source.warnings


@contextmanager
def _full_progress(name: str, progress: Callable[[str, float], object]) -> Iterator[Callable[[float], None]]:
    """Let the shares of one input add up to 1, however its processing ends."""
    remaining = 1.0

    def advance(share: float) -> None:
        nonlocal remaining
        remaining -= share
        progress(name, share)

    yield advance
    progress(name, remaining)


@contextmanager
def _collect_errors(each: BatchInput, summary: BatchSummary) -> Iterator[None]:
    try:
        yield
    except HandPoseError as error:
        summary.failed[str(each.path)] = str(error)
    except OSError as error:
        logger.exception("Processing %s", each.path)
        why = error.strerror or error
        summary.failed[str(each.path)] = f"{each.path.name} cannot be worked through ({why}): check the disks in use."
    except Exception as error:
        logger.exception("Processing %s", each.path)
        summary.failed[str(each.path)] = bug_report_sentence(error)


def _make_result(session: Session, target: Path, provenance: Provenance, advance: Callable[[float], None]) -> None:
    """Write a result to a temporary folder, and move it to its place when it is complete."""
    with _temporary_folder_beside(target) as folder:
        unfinished = result_files(folder / target.name)
        try:
            session.record(unfinished, header=provenance.header)
            _process(session, advance)
        finally:
            session.close()
        _move(unfinished, result_files(target))


def _process(session: Session, advance: Callable[[float], None]) -> None:
    info = session.source.info
    frames = info.frame_count or 0
    for index, _ in enumerate(session):
        advance(1 / frames if index < frames else 0.0)
    if not session.frames:
        raise HandPoseError(f"{info.name} holds no frame: give another file.")


@contextmanager
def _temporary_folder_beside(target: Path) -> Iterator[Path]:
    with ExitStack() as stack:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            folder = stack.enter_context(TemporaryDirectory(prefix=UNFINISHED, dir=target.parent))
        except OSError as error:
            raise write_error(target.parent, error) from error
        yield Path(folder)


def _move(unfinished: RecordingFiles, result: RecordingFiles) -> None:
    """Move the files of a result. If the process is killed between them, the missing video makes it outdated."""
    (new_video, new_landmarks), (video, landmarks) = unfinished.paths, result.paths
    try:
        video.unlink(missing_ok=True)
        os.replace(new_landmarks, landmarks)
        os.replace(new_video, video)
    except OSError as error:
        raise write_error(video, error) from error
