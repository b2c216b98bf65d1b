"""Jitter and lag, measured on hands that the tests move."""

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from handpose_live.media.demo import DEMO_VIDEO, open_demo
from handpose_live.media.recording.video_writer import VideoWriter
from handpose_live.types.errors import HandPoseError
from tests.hands import spread_hand
from trainer.benchmark.steadiness import LIVE, MEDIAPIPE, TWO_SIDED, UNFILTERED, find_motions, measure, print_steadiness

FPS, FRAMES = 30, 120
SIZE_PX = float(np.ptp(spread_hand(wrist=(0, 0), length_px=100).joints, axis=0).max())

Frames = list[dict[str, Any]]


def _frames(x: Callable[[float], float], *, noise_px: float = 0.0, without: tuple[int, ...] = ()) -> Frames:
    """Frames of a hand at positions over time, except for some in which it is not found."""
    noise = np.random.default_rng(0).normal(0, noise_px, (FRAMES, 21, 2))
    return [
        {"frame": i, "time_s": i / FPS, "hands": [] if i in without else [_hand(x(i / FPS), noise[i])]}
        for i in range(FRAMES)
    ]


def _hand(x: float, noise: NDArray[np.float64]) -> dict[str, Any]:
    joints = spread_hand(wrist=(x, 200.0), length_px=100.0).joints + noise
    return {"track": 1, "side": "left", "score": 1.0, "joints": np.column_stack([joints, np.ones(21)]).tolist()}


def _still(_: float) -> float:
    return 300.0


def _wave(time_s: float) -> float:
    return 300 + 80 * float(np.sin(6 * time_s))


def test_the_jitter_is_that_of_the_noise() -> None:
    motions = find_motions(_frames(_still), _frames(_still, noise_px=1), _frames(_still, noise_px=3))
    # The second difference of white noise has 6 times its variance, in each of two coordinates.
    expected = 100 * np.sqrt(2 * 6) / SIZE_PX
    assert measure(motions, UNFILTERED).jitter_percent == pytest.approx(expected, rel=0.1)
    assert measure(motions, MEDIAPIPE).jitter_percent == pytest.approx(3 * expected, rel=0.1)


def test_the_lag_is_the_time_by_which_joints_are_late() -> None:
    late = _frames(lambda time_s: _wave(time_s - 0.02))
    motions = find_motions(_frames(_wave), late, _frames(_wave))
    assert measure(motions, UNFILTERED).lag_ms == pytest.approx(20, abs=1)
    assert measure(motions, MEDIAPIPE).lag_ms == pytest.approx(0, abs=1e-6)


def test_an_offset_is_an_error_but_neither_jitter_nor_lag() -> None:
    for motion in (_still, _wave):
        beside = _frames(lambda time_s, of=motion: of(time_s) + 10)  # type: ignore[misc]
        measured = measure(find_motions(_frames(motion), beside, _frames(motion)), UNFILTERED)
        assert measured.error_percent == pytest.approx(100 * 10 / SIZE_PX, rel=1e-3)
    assert measured.lag_ms == pytest.approx(0, abs=1)


def test_a_resting_hand_is_smoothed_and_a_waving_one_lags_in_the_live_filter_only() -> None:
    resting = find_motions(_frames(_still), _frames(_still, noise_px=1), _frames(_still))
    assert measure(resting, LIVE).jitter_percent < 0.4 * measure(resting, UNFILTERED).jitter_percent
    assert measure(resting, TWO_SIDED).jitter_percent < 0.8 * measure(resting, LIVE).jitter_percent
    waving = find_motions(_frames(_wave), _frames(_wave), _frames(_wave))
    assert measure(waving, LIVE).lag_ms > 2
    assert measure(waving, TWO_SIDED).lag_ms == pytest.approx(0, abs=1)


def test_only_frames_in_which_both_find_the_hand_are_measured() -> None:
    ours, theirs = _frames(_still, without=(10, 11)), _frames(_still, without=(50,))
    lengths = [len(motion.times_s) for motion in find_motions(_frames(_still), ours, theirs)]
    assert lengths == [10, 38, 69]


def test_a_folder_without_films_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HandPoseError, match="no film with a landmark file"):
        print_steadiness(tmp_path, None)


def test_a_film_is_measured_and_its_joints_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film, keep, demo = tmp_path / "film.mp4", tmp_path / "kept", open_demo()
    with VideoWriter(film, width=demo.info.width, height=demo.info.height, fps=FPS) as writer:
        for frame in islice(demo, 90):
            writer.write(frame.image, frame.time_s)
    truth = DEMO_VIDEO.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()[:91]
    film.with_suffix(".jsonl").write_text("\n".join(truth), encoding="utf-8")
    print_steadiness(tmp_path, keep, "--detector", "included")
    printed = capsys.readouterr().out
    assert [line[:20].strip() for line in printed.splitlines()[2:]] == [UNFILTERED, LIVE, TWO_SIDED, MEDIAPIPE]
    assert "nan" not in printed
    film.write_bytes(b"")  # the joints are kept
    print_steadiness(tmp_path, keep, "--detector", "included")
    assert capsys.readouterr().out == printed
