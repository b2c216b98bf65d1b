"""Many files, one after another: what is done is skipped, what is broken is listed at the end."""

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock, Timeout

from handpose_live.media.recording.recording import Recording, RecordingFiles
from handpose_live.media.recording.write_errors import cannot_write
from handpose_live.runtime.batch.fingerprint import Fingerprint
from handpose_live.runtime.batch.inputs import Found, Input
from handpose_live.runtime.batch.results import Origin, Results, result_files
from handpose_live.runtime.session import Session
from handpose_live.runtime.session_factory import SessionFactory
from handpose_live.system.log import bug_report_sentence
from handpose_live.tracking.config import TrackerConfig
from handpose_live.types.errors import HandPoseError

logger = logging.getLogger(__name__)

LOCK = ".handpose-live.lock"
UNFINISHED = ".handpose-live-unfinished-"
NAMED = 5


@dataclass
class Outcome:
    """How a batch went.

    Attributes:
        done, skipped: inputs worked through now, and by an earlier run.
        incomplete: of those done now, what is wrong with them, one sentence each.
        failed: the others, with one sentence each.
        left_out: files that were not worked on, by the reason.
    """

    done: int = 0
    skipped: int = 0
    incomplete: dict[str, list[str]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, list[Path]] = field(default_factory=dict)

    def __str__(self) -> str:
        incomplete = f" ({len(self.incomplete)} of them incomplete)" if self.incomplete else ""
        lines = [f"{self.done} done{incomplete}, {self.skipped} skipped as done before, {len(self.failed)} failed"]
        lines += [f"  {spec}: {why}" for spec, reasons in self.incomplete.items() for why in reasons]
        lines += [f"  {spec}: {why}" for spec, why in self.failed.items()]
        for why, files in self.left_out.items():
            more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
            lines.append(f"  left out, as {why}: {', '.join(map(str, files[:NAMED]))}{more}")
        return "\n".join(lines)


@contextmanager
def alone_in(out: Path, *, tell: Callable[[str], object]) -> Iterator[None]:
    """Make the folder, and be the one batch that writes into it; a batch that is killed does not stand in the way.

    Args:
        out: the folder.
        tell: takes a sentence when another batch has to end first.

    Raises:
        HandPoseError: the folder cannot be written into.
    """
    lock = FileLock(out / LOCK)
    try:
        out.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell(f"Another batch is writing into {out}: this one begins when that has ended.")
            lock.acquire()
        for leftover in out.rglob(f"{UNFINISHED}*"):  # by a batch that was killed
            shutil.rmtree(leftover, ignore_errors=True)
    except OSError as error:
        raise cannot_write(out, error) from error
    try:
        yield
    finally:
        lock.release()


def run_batch(
    found: Found,
    out: Path,
    tools: SessionFactory,
    tracking: TrackerConfig,
    *,
    weights: str,
    outcome: Outcome,
    progress: Callable[[str, float], object],
) -> None:
    """Work through the inputs; whatever is wrong with one ends only its own.

    Args:
        found: what to work on.
        out: folder of the results.
        tools, tracking: what sessions are made of.
        weights: fingerprint of the network.
        outcome: told as it goes, so that it is true whenever this ends.
        progress: takes the name of an input and the share of it, 0..1, that was done since the last call.
    """
    outcome.failed |= found.failed
    outcome.left_out |= found.left_out
    rules = sha256(repr(tools.rules).encode()).hexdigest()
    options = asdict(tracking) | {"weights": weights, "gestures": rules}
    results = Results(out)
    for each in found.inputs:
        with _whole_share(each.path.name, progress) as advance, _own_failure(each, outcome):
            source = Fingerprint(each.path)
            target, done = results.find(source, each.name, options)
            if done:
                outcome.skipped += 1
                continue
            origin = Origin.of(source, options, target)
            session = tools.open_session(tools.open_source(each.spec), tracking)
            _work(session, target, origin, advance)
            outcome.done += 1
            if session.source.warnings:
                outcome.incomplete[str(each.path)] = session.source.warnings


@contextmanager
def _whole_share(name: str, progress: Callable[[str, float], object]) -> Iterator[Callable[[float], None]]:
    """Progress of one input that comes to 1 in the end, however it ends."""
    left = 1.0

    def advance(share: float) -> None:
        nonlocal left
        left -= share
        progress(name, share)

    yield advance
    progress(name, left)


@contextmanager
def _own_failure(each: Input, outcome: Outcome) -> Iterator[None]:
    try:
        yield
    except HandPoseError as error:
        outcome.failed[str(each.path)] = str(error)
    except OSError as error:
        logger.exception("Working on %s", each.path)
        why = error.strerror or error
        outcome.failed[str(each.path)] = f"{each.path.name} cannot be worked through ({why}): check the disks in use."
    except Exception as error:
        logger.exception("Working on %s", each.path)
        outcome.failed[str(each.path)] = bug_report_sentence(error)


def _work(session: Session, target: Path, origin: Origin, advance: Callable[[float], None]) -> None:
    """Make one result, which gets its place only when it is whole."""
    with _folder_beside(target) as folder:
        unfinished = result_files(folder / target.name)
        try:
            session.recording = Recording(unfinished, session.source.info, header=origin.header)
            _play(session, advance)
        finally:
            session.close()
        _put(unfinished, result_files(target))


def _play(session: Session, advance: Callable[[float], None]) -> None:
    info = session.source.info
    frames = info.frame_count or 0
    for index, _ in enumerate(session):
        advance(1 / frames if index < frames else 0.0)
    if not session.frames:
        raise HandPoseError(f"{info.name} holds no frame: give another file.")


@contextmanager
def _folder_beside(target: Path) -> Iterator[Path]:
    with ExitStack() as stack:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            folder = stack.enter_context(TemporaryDirectory(prefix=UNFINISHED, dir=target.parent))
        except OSError as error:
            raise cannot_write(target.parent, error) from error
        yield Path(folder)


def _put(unfinished: RecordingFiles, result: RecordingFiles) -> None:
    """Put a result in its place. Killed in the midst of it, its video is missing, and it is made anew."""
    (new_video, new_landmarks), (video, landmarks) = unfinished.paths, result.paths
    try:
        video.unlink(missing_ok=True)
        os.replace(new_landmarks, landmarks)
        os.replace(new_video, video)
    except OSError as error:
        raise cannot_write(video, error) from error
