"""The same clip through all contenders, frame by frame in turn, so that all meet the same machine."""

import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

from handpose_live.benchmark.contenders import Contender, MediaPipes, Ours, WithArticlesNetwork
from handpose_live.benchmark.samples import CPU, JOINTS, Samples
from handpose_live.capture.frame import Frame
from handpose_live.capture.source import Source
from handpose_live.capture.video import open_video
from handpose_live.tracking.detector import without_chatter

WARM_UP = 5  # frames at the start of each clip that do not count
COLUMNS = ("capture", "detector", "crop", "network", "smooth", JOINTS, "overlay", "paint", "encode", CPU)


@dataclass(frozen=True)
class Comparison:
    """One clip with one ``max-hands``; ``others`` are measured against ``ours``."""

    clip: str
    size: tuple[int, int]
    ours: Samples
    others: tuple[Samples, ...]


def compare(clip: Path, *, max_hands: int, rounds: int) -> Comparison:
    """Play a clip some rounds, one after another as one long clip.

    Raises:
        HandPoseError: the clip cannot be read, or a model is missing.
    """
    with ExitStack() as stack:
        source = open_video(clip)
        ours = stack.enter_context(closing(Ours(source.info, max_hands=max_hands)))
        contenders: list[Contender] = [ours, WithArticlesNetwork(ours), MediaPipes(max_hands=max_hands)]
        for contender in contenders[1:]:
            stack.enter_context(closing(contender))
        for index, frame in enumerate(_timed(repeat(source, rounds), ours.samples)):
            for contender in contenders:
                contender(frame)
            if index == WARM_UP - 1:
                for contender in contenders:
                    contender.samples.forget()
    for contender, open_alone in ((ours, Ours), (contenders[2], MediaPipes)):
        contender.samples.peak_mb = peak_mb_alone(clip, open_alone.__name__, max_hands)
    samples = [contender.samples for contender in contenders]
    return Comparison(clip.name, (source.info.width, source.info.height), samples[0], tuple(samples[1:]))


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
    lines = [f"{comparison.clip}, {width}x{height}: ms per frame, p50/p95; found: frames with a hand"]
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


def peak_mb_alone(clip: Path, kind: str, max_hands: int) -> float | None:
    """Most memory that a process of its own held while one contender had the clip; None where that is unknown."""
    if not sys.platform.startswith("linux"):
        return None
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(_peak_mb, clip, kind, max_hands).result()


def _peak_mb(clip: Path, kind: str, max_hands: int) -> float:
    source = open_video(clip)
    contender = Ours(source.info, max_hands=max_hands) if kind == "Ours" else MediaPipes(max_hands=max_hands)
    with closing(contender), without_chatter():
        for frame in source:
            contender(frame)
    # The system's own count since the program began; that of getrusage would include the parent's.
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


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
