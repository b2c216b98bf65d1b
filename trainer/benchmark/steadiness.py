"""Measure the jitter of resting hands and the lag of moving ones, with each smoothing, beside MediaPipe's tracker."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from handpose_live.media.recording.landmarks import Record, read_landmarks
from handpose_live.tracking.observation import Observation
from handpose_live.tracking.smoothing import DEFAULT_STRENGTH, LiveSmoother
from handpose_live.tracking.two_sided import TwoSidedSmoother
from handpose_live.types.crop import Crop
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Hand

from .clips import run_mediapipe, run_program
from .identity import find_films, match_hands

# Mean speed of a hand's joints, in hand sizes per second, up to which it rests and from which it moves.
MAX_REST_SPEED, MIN_MOTION_SPEED = 0.25, 1.0
UNFILTERED, LIVE, TWO_SIDED, MEDIAPIPE = "unfiltered", "live", "files (two-sided)", "MediaPipe"

Joints = NDArray[np.float64]
JointsByFrame = list[list[Joints]]  # of the hands in each frame


@dataclass(frozen=True, eq=False)
class Motion:
    """A true hand over frames that follow one another, in all of which it was found.

    Attributes:
        times_s: ``(n,)``.
        true: ``(n, 21, 2)`` its joints, px.
        found: ``(n, 21, 2)`` by system.
    """

    times_s: NDArray[np.float64]
    true: Joints
    found: dict[str, Joints]


@dataclass(frozen=True)
class Steadiness:
    """How steady the joints of one system are.

    Attributes:
        jitter_percent: root mean square of the second difference of the error, over resting hands, % of the hand.
        median_jitter_percent: its median over hands.
        lag_ms: regression of the error on the velocity, over moving hands.
        error_percent: mean distance from the true joints, over all hands, % of the hand.
    """

    jitter_percent: float
    median_jitter_percent: float
    lag_ms: float
    error_percent: float

    def __str__(self) -> str:
        return (
            f"{self.jitter_percent:>10.2f}{self.median_jitter_percent:>10.2f}{self.lag_ms:>10.1f}"
            f"{self.error_percent:>10.2f}"
        )


def print_steadiness(folder: Path, keep: Path | None, *arguments: str) -> None:
    """Run the program without smoothing and MediaPipe's tracker on every film of a folder, and print a table.

    Args:
        folder: of films, see :func:`find_films`.
        keep: the joints found are written to this folder, and read from it by the next call.
        *arguments: of the program's command line.

    Raises:
        HandPoseError: there are no films, or the program fails on one.
    """
    motions: list[Motion] = []
    for film in find_films(folder):
        truth = read_landmarks(film.with_suffix(".jsonl"))[1]
        hands = max(len(frame["hands"]) for frame in truth)
        run = partial(run_program, film, "--no-smoothing", *arguments, max_hands=hands)
        ours = _kept(keep, f"{film.stem}.program", run)
        theirs = _kept(keep, f"{film.stem}.mediapipe", partial(run_mediapipe, film, max_hands=hands))
        motions += find_motions(truth, ours, theirs)
    resting, moving = (sum(int(chosen(motion).sum()) for motion in motions) for chosen in (_rests, _moves))
    print(f"{resting} hands at rest, {moving} in motion, found by both")
    print(f"{'% of the hand, ms':<20}{'jitter':>10}{'median':>10}{'lag':>10}{'error':>10}")
    for system in (UNFILTERED, LIVE, TWO_SIDED, MEDIAPIPE):
        print(f"{system:<20}{measure(motions, system)}")


def find_motions(truth: Sequence[Record], ours: Sequence[Record], theirs: Sequence[Record]) -> list[Motion]:
    """Follow the true hands of a film while both systems find them.

    Args:
        truth, ours, theirs: all frames as in a landmark file; ``ours`` without smoothing.
    """
    found = {UNFILTERED: _joints(ours), LIVE: _smooth_live(ours), TWO_SIDED: _smooth_two_sided(ours)}
    baseline = _joints(theirs)
    runs: defaultdict[int, list[list[tuple[float, Joints, dict[str, Joints]]]]] = defaultdict(list)
    last: dict[int, int] = {}
    for index, frame in enumerate(truth):
        hands = frame["hands"]
        matches = (match_hands(hands, system[index]["hands"]) for system in (ours, theirs))
        for hand, true, our, their in zip(hands, _joints([frame])[0], *matches, strict=True):
            if our is None or their is None:
                continue
            if last.get(hand["track"]) != index - 1:
                runs[hand["track"]].append([])
            last[hand["track"]] = index
            by_system = {name: joints[index][our] for name, joints in found.items()}
            by_system[MEDIAPIPE] = baseline[index][their]
            runs[hand["track"]][-1].append((frame["time_s"], true, by_system))
    return [_motion(run) for of_hand in runs.values() for run in of_hand if len(run) > 2]


def measure(motions: Sequence[Motion], system: str) -> Steadiness:
    """Measure one system; NaN for what no hand shows."""
    second_differences, errors, late, velocities = ([np.zeros(0)] for _ in range(4))
    for motion in motions:
        size = _sizes(motion)
        error = (motion.found[system] - motion.true) / size
        errors.append(np.linalg.norm(error, axis=2).mean(axis=1))
        second_differences.append((np.diff(error, 2, axis=0) ** 2).sum(axis=2).mean(axis=1)[_rests(motion)])
        if (moves := _moves(motion)).any():
            # A constant offset is no lag.
            late.append((error[moves] - error[moves].mean(axis=0)).ravel())
            velocities.append(_velocities(motion)[moves].ravel())
    squares, velocity = np.concatenate(second_differences), np.concatenate(velocities)
    return Steadiness(
        100 * float(np.sqrt(squares.mean())) if squares.size else float("nan"),
        100 * float(np.sqrt(np.median(squares))) if squares.size else float("nan"),
        -1000 * float(np.concatenate(late) @ velocity / (velocity @ velocity)) if velocity.size else float("nan"),
        100 * float(np.concatenate(errors).mean()) if motions else float("nan"),
    )


def _motion(run: Sequence[tuple[float, Joints, Mapping[str, Joints]]]) -> Motion:
    times_s, true, found = zip(*run, strict=True)
    return Motion(
        np.array(times_s), np.stack(true), {name: np.stack([each[name] for each in found]) for name in found[0]}
    )


def _sizes(motion: Motion) -> Joints:
    """Sizes of the true hand, px, ``(n, 1, 1)``."""
    return np.asarray(np.ptp(motion.true, axis=1).max(axis=1)[:, None, None])


def _velocities(motion: Motion) -> Joints:
    """Of the true joints in hand sizes per second, ``(n, 21, 2)``."""
    return np.asarray(np.gradient(motion.true, motion.times_s, axis=0) / _sizes(motion))


def _speeds(motion: Motion) -> Joints:
    return np.asarray(np.linalg.norm(_velocities(motion), axis=2).mean(axis=1))


def _rests(motion: Motion) -> NDArray[np.bool_]:
    """Whether the hand rests in a frame and in its neighbours, ``(n - 2,)``."""
    rests = _speeds(motion) <= MAX_REST_SPEED
    return np.asarray(rests[:-2] & rests[1:-1] & rests[2:])


def _moves(motion: Motion) -> NDArray[np.bool_]:
    return np.asarray(_speeds(motion) >= MIN_MOTION_SPEED)


def _joints(frames: Sequence[Record]) -> JointsByFrame:
    return [[np.array(hand["joints"], np.float64)[:, :2] for hand in frame["hands"]] for frame in frames]


def _smooth_live(frames: Sequence[Record]) -> JointsByFrame:
    smooth = LiveSmoother()
    return [[hand.joints.astype(np.float64) for hand in smooth(_observe(frame), DEFAULT_STRENGTH)] for frame in frames]


def _smooth_two_sided(frames: Sequence[Record]) -> JointsByFrame:
    return [[hand.joints.astype(np.float64) for hand in hands] for hands in _two_sided(frames)]


def _two_sided(frames: Sequence[Record]) -> Iterator[list[Hand]]:
    smooth, image = TwoSidedSmoother(), np.zeros((1, 1, 3), np.uint8)
    for record in frames:
        frame = Frame(image, record["frame"], record["time_s"])
        yield from (hands for _, hands in smooth(frame, _observe(record), DEFAULT_STRENGTH))
    yield from (hands for _, hands in smooth.flush(DEFAULT_STRENGTH))


def _observe(frame: Record) -> list[Observation]:
    return [_observation(hand, frame["time_s"]) for hand in frame["hands"]]


def _observation(record: Record, time_s: float) -> Observation:
    joints, scores = np.array(record["joints"], np.float32)[:, :2], np.array(record["joints"], np.float32)[:, 2]
    crop = Crop.around(joints, margin=1)
    hand = Hand(record["track"], record["side"], record["score"], joints, scores, crop)
    return Observation(hand, np.column_stack([joints, np.full(len(joints), np.nan)]), crop.size, time_s, (1, 1))


def _kept(keep: Path | None, name: str, run: Callable[[], list[Record]]) -> list[Record]:
    """Read the frames that an earlier call kept under this name, or find them now and keep them."""
    if keep is None:
        return run()
    file = keep / f"{name}.json"
    if not file.is_file():
        keep.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(run()), encoding="utf-8")
    frames: list[Record] = json.loads(file.read_text(encoding="utf-8"))
    return frames
