"""Run a clip through all systems, interleaved frame by frame, so that they share the same machine load."""

import multiprocessing
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

from handpose_live.detection.names import DetectorName
from handpose_live.media.source import Source
from handpose_live.media.video.video_file import open_video
from handpose_live.system.console import redirect_native_output
from handpose_live.types.frame import Frame

from .samples import CPU, JOINTS, Samples
from .systems import CANDIDATE, ArticleNetwork, Candidate, MediaPipeBaseline, System

WARM_UP = 5  # frames at the start of each clip that do not count
COLUMNS = ("capture", "detector", "crop", "network", "smooth", JOINTS, "overlay", "paint", "encode", CPU)


@dataclass(frozen=True)
class Comparison:
    """Times of all systems on one clip.

    Attributes:
        clip: its file's name.
        device: that the candidate's network ran on.
        size: width and height of the frames, px.
        candidate: HandPose Live's.
        baselines: the other systems'.
    """

    clip: str
    device: str
    size: tuple[int, int]
    candidate: Samples
    baselines: tuple[Samples, ...]


def compare(
    clip: Path, *, max_hands: int, rounds: int, device: str | None, detector: DetectorName | None = None
) -> Comparison:
    """Play a clip ``rounds`` times as one long clip.

    Args:
        clip: a video file.
        max_hands: the maximum number of hands that each system tracks.
        rounds: how many times the clip is played.
        device: of the candidate's networks; None for the fastest available.
        detector: the candidate's; None for the program's default.

    Raises:
        HandPoseError: the clip cannot be read, or a model is missing.
    """
    with ExitStack() as stack:
        source = open_video(clip)
        candidate = stack.enter_context(
            closing(Candidate(source.info, max_hands=max_hands, device=device, detector=detector))
        )
        article = stack.enter_context(closing(ArticleNetwork(candidate, device=device)))
        media_pipe = stack.enter_context(closing(MediaPipeBaseline(max_hands=max_hands)))
        systems: tuple[System, ...] = (candidate, article, media_pipe)
        for index, frame in enumerate(_timed(repeat(source, rounds), candidate.samples)):
            for system in systems:
                system(frame)
            if index == WARM_UP - 1:
                for system in systems:
                    system.samples.reset()
    candidate.samples.peak_mb = _peak_mb_alone(_play_candidate, clip, max_hands, device, detector)
    media_pipe.samples.peak_mb = _peak_mb_alone(_play_media_pipe, clip, max_hands)
    size = (source.info.width, source.info.height)
    baselines = (article.samples, media_pipe.samples)
    return Comparison(clip.name, candidate.estimator.device_name, size, candidate.samples, baselines)


def repeat(source: Source, rounds: int) -> Iterator[Frame]:
    """Play a clip ``rounds`` times, with frame indices and times that keep increasing."""
    start_s, index = 0.0, 0
    for _ in range(rounds):
        last_s = start_s
        for frame in source:
            last_s = start_s + frame.time_s
            yield replace(frame, index=index, time_s=last_s)
            index += 1
        start_s = last_s + 1 / (source.info.fps or 30.0)


def as_text(comparison: Comparison) -> str:
    """Format a table: one system per line, milliseconds p50/p95 by stage; then the ratios to the baselines."""
    width, height = comparison.size
    lines = [
        f"{comparison.clip}, {width}x{height}, on {comparison.device}: ms per frame, p50/p95; found: frames with a hand"
    ]
    lines.append(" " * 28 + "".join(f"{column:>11}" for column in COLUMNS) + f"{'found':>10}{'hands':>7}{'peak MB':>9}")
    for samples in (comparison.candidate, *comparison.baselines):
        cells = "".join(f"{_cell(samples, column):>11}" for column in COLUMNS)
        found = f"{sum(map(bool, samples.hands))}/{len(samples.hands)}"
        memory = "-" if samples.peak_mb is None else f"{samples.peak_mb:.0f}"
        lines.append(f"{samples.name:<28}{cells}{found:>10}{sum(samples.hands):>7}{memory:>9}")
    candidate = comparison.candidate
    for baseline in comparison.baselines:
        p50 = candidate.percentile(JOINTS, 50) / baseline.percentile(JOINTS, 50)
        mean = candidate.mean(JOINTS) / baseline.mean(JOINTS)
        lines.append(f"{CANDIDATE} / {baseline.name}: {p50:.2f} at p50, {mean:.2f} on average")
    return "\n".join(lines)


def _peak_mb_alone(play: Callable[..., None], *arguments: object) -> float | None:
    """Measure the peak memory of a separate process that only plays; None where the platform does not report it."""
    if not sys.platform.startswith("linux"):
        return None
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(_peak_mb, play, *arguments).result()


def _peak_mb(play: Callable[..., None], *arguments: object) -> float:
    with redirect_native_output():
        play(*arguments)
    # The kernel's own peak of this program; getrusage's would include the parent's.
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def _play_candidate(clip: Path, max_hands: int, device: str | None, detector: DetectorName | None) -> None:
    source = open_video(clip)
    _play(source, Candidate(source.info, max_hands=max_hands, device=device, detector=detector))


def _play_media_pipe(clip: Path, max_hands: int) -> None:
    _play(open_video(clip), MediaPipeBaseline(max_hands=max_hands))


def _play(source: Source, system: System) -> None:
    with closing(system):
        for frame in source:
            system(frame)


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
