"""The same clip through all contenders, frame by frame in turn, so that all meet the same machine."""

import multiprocessing
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

from handpose_live.media.source import Source
from handpose_live.media.video.video_file import open_video
from handpose_live.system.console import redirect_native_output
from handpose_live.types.frame import Frame

from .contenders import Candidate, Contender, MediaPipes, WithArticlesNetwork
from .samples import CPU, JOINTS, Samples

WARM_UP = 5  # frames at the start of each clip that do not count
COLUMNS = ("capture", "detector", "crop", "network", "smooth", JOINTS, "overlay", "paint", "encode", CPU)


@dataclass(frozen=True)
class Comparison:
    """One clip with one ``max-hands``; ``others`` are measured against ``ours``, whose network ran on ``device``."""

    clip: str
    device: str
    size: tuple[int, int]
    ours: Samples
    others: tuple[Samples, ...]


def compare(clip: Path, *, max_hands: int, rounds: int, device: str | None) -> Comparison:
    """Play a clip some rounds, one after another as one long clip.

    Raises:
        HandPoseError: the clip cannot be read, or a model is missing.
    """
    with ExitStack() as stack:
        source = open_video(clip)
        ours = stack.enter_context(closing(Candidate(source.info, max_hands=max_hands, device=device)))
        contenders: list[Contender] = [ours, WithArticlesNetwork(ours, device=device), MediaPipes(max_hands=max_hands)]
        for contender in contenders[1:]:
            stack.enter_context(closing(contender))
        for index, frame in enumerate(_timed(repeat(source, rounds), ours.samples)):
            for contender in contenders:
                contender(frame)
            if index == WARM_UP - 1:
                for contender in contenders:
                    contender.samples.forget()
    ours.samples.peak_mb = _peak_mb_alone(_play_ours, clip, max_hands, device)
    contenders[2].samples.peak_mb = _peak_mb_alone(_play_media_pipes, clip, max_hands)
    size = (source.info.width, source.info.height)
    others = tuple(contender.samples for contender in contenders[1:])
    return Comparison(clip.name, ours.estimator.device_name, size, ours.samples, others)


def repeat(source: Source, rounds: int) -> Iterator[Frame]:
    """A clip over and over, its times going on."""
    start_s, index = 0.0, 0
    for _ in range(rounds):
        last_s = start_s
        for frame in source:
            last_s = start_s + frame.time_s
            yield replace(frame, index=index, time_s=last_s)
            index += 1
        start_s = last_s + 1 / (source.info.fps or 30.0)


def as_text(comparison: Comparison) -> str:
    """A table: a contender a line, milliseconds p50 and p95 by stage."""
    width, height = comparison.size
    lines = [
        f"{comparison.clip}, {width}x{height}, on {comparison.device}: ms per frame, p50/p95; found: frames with a hand"
    ]
    lines.append(" " * 28 + "".join(f"{column:>11}" for column in COLUMNS) + f"{'found':>10}{'hands':>7}{'peak MB':>9}")
    for samples in (comparison.ours, *comparison.others):
        cells = "".join(f"{_cell(samples, column):>11}" for column in COLUMNS)
        found = f"{sum(map(bool, samples.hands))}/{len(samples.hands)}"
        memory = "-" if samples.peak_mb is None else f"{samples.peak_mb:.0f}"
        lines.append(f"{samples.name:<28}{cells}{found:>10}{sum(samples.hands):>7}{memory:>9}")
    ours = comparison.ours
    for other in comparison.others:
        p50 = ours.percentile(JOINTS, 50) / other.percentile(JOINTS, 50)
        mean = ours.mean(JOINTS) / other.mean(JOINTS)
        lines.append(f"ours / {other.name}: {p50:.2f} at p50, {mean:.2f} on average")
    return "\n".join(lines)


def _peak_mb_alone(play: Callable[..., None], *arguments: object) -> float | None:
    """Most memory that a process held which did nothing else; None where the system does not say."""
    if not sys.platform.startswith("linux"):
        return None
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(_peak_mb, play, *arguments).result()


def _peak_mb(play: Callable[..., None], *arguments: object) -> float:
    with redirect_native_output():
        play(*arguments)
    # The system's own count since the program began; that of getrusage would include the parent's.
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def _play_ours(clip: Path, max_hands: int, device: str | None) -> None:
    source = open_video(clip)
    _play(source, Candidate(source.info, max_hands=max_hands, device=device))


def _play_media_pipes(clip: Path, max_hands: int) -> None:
    _play(open_video(clip), MediaPipes(max_hands=max_hands))


def _play(source: Source, contender: Contender) -> None:
    with closing(contender):
        for frame in source:
            contender(frame)


def _timed(frames: Iterator[Frame], samples: Samples) -> Iterator[Frame]:
    while True:
        with samples.measure("capture"):
            frame = next(frames, None)
        if frame is None:
            samples.ms["capture"].pop()
            return
        yield frame


def _cell(samples: Samples, stage: str) -> str:
    if stage not in samples.ms:
        return "-"
    return f"{samples.percentile(stage, 50):.1f}/{samples.percentile(stage, 95):.1f}"
