"""The demo as a source."""

from itertools import count, islice, pairwise
from pathlib import Path

import pytest

from handpose_live.capture import demo
from handpose_live.capture.demo import open_demo, played
from handpose_live.capture.opening import open_source
from handpose_live.capture.video import open_video
from tests.capture.films import plain, write_film


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Three frames of 100 ms, red, green, blue."""
    colours = ((255, 0, 0), (0, 255, 0), (0, 0, 255))
    return write_film(tmp_path / "film.mp4", [plain(colour) for colour in colours])


class Clock:
    """Goes on only while someone sleeps, or is held up."""

    def __init__(self) -> None:
        self.now_s = 50.0

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


def test_once_it_is_a_file_like_any_other() -> None:
    with open_source("demo") as source:
        assert source.info.name == "demo"
        assert not source.info.live
        assert source.info.frame_count == 780


def test_looped_it_is_like_a_camera_and_time_goes_on(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "FILM", film)
    with open_source("demo", looped_demo=True) as source:
        assert (source.info.live, source.info.frame_count, source.info.name) == (True, None, "demo")
        frames = list(islice(source, 5))
    assert all(later.time_s > earlier.time_s for earlier, later in pairwise(frames))
    assert all(later.index > earlier.index for earlier, later in pairwise(frames))


def test_it_plays_at_its_own_pace_over_and_over(film: Path) -> None:
    clock = Clock()
    shown = [
        ("red", "green", "blue")[int(image[0, 0].argmax())] + f" {clock.now_s - 50:.1f}"
        for image in islice(played(open_video(film), clock=clock, sleep=clock.sleep), 7)
    ]
    assert shown == ["red 0.0", "green 0.1", "blue 0.2", "red 0.3", "green 0.4", "blue 0.5", "red 0.6"]


def test_after_a_hold_up_it_does_not_race(film: Path) -> None:
    clock = Clock()
    pictures = played(open_video(film), clock=clock, sleep=clock.sleep)
    times_s = []
    for number in count():
        next(pictures)
        times_s.append(clock.now_s)
        if number == 1:
            clock.now_s += 1000
        if number == 5:
            break
    after = [later - earlier for earlier, later in pairwise(times_s[2:])]
    assert after[0] < 0.01  # a little late at first
    assert after[1:] == pytest.approx([0.1, 0.1], abs=0.01)


def test_closing_it_ends_it(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "FILM", film)
    source = open_demo(looped=True)
    frames = iter(source)
    next(frames)
    source.close()
    assert list(frames) == []
