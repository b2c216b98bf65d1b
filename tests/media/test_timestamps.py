"""Times of frames if those in the file are missing, jump or go backwards."""

from fractions import Fraction
from math import nan
from pathlib import Path

import av
import numpy as np
import pytest

from handpose_live.media.opening import open_source
from handpose_live.media.source import StoredSource
from handpose_live.media.video.timestamps import FrameClock
from tests.media.videos import Codec, greys, write_joined, write_video

COUNT = 48
JOINED = {
    "forward": (0, 5000),
    "back": (5000, 0),
    "to and fro": (10, 7000, 20, 9000),
    "over the end of 33 bits": (95443, 0),
    "a little back": (1, 0.5, 0),
}


def grey_level(image: np.ndarray) -> int:
    return round(float(image.mean()) / 2)


@pytest.mark.parametrize("starts_s", JOINED.values(), ids=JOINED.keys())
def test_concatenated_transport_streams_have_continuous_times(tmp_path: Path, starts_s: tuple[float, ...]) -> None:
    source = open_source(str(write_joined(tmp_path / "joined.ts", starts_s, count=COUNT)))
    frames = list(source)
    times_s = [frame.time_s for frame in frames]
    assert [grey_level(frame.image) for frame in frames] == pytest.approx(range(COUNT), abs=1)
    assert times_s == sorted(set(times_s))
    assert times_s[0] == 0
    # The last frames are stored out of order, so the video ends a few frames before or after its clock.
    assert times_s[-1] == pytest.approx((COUNT - 1) / 10, abs=0.3 * len(starts_s))
    assert source.info.frame_count == COUNT
    assert source.warnings == []


def test_the_reported_case_lasts_as_long_as_its_frames(shared: Path) -> None:
    frames = list(open_source(str(shared / "cases/joined.ts")))
    assert len(frames) == 64
    assert 2.1 <= frames[-1].time_s <= 2.2


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".avi"])
def test_a_gap_in_a_video_is_kept(tmp_path: Path, suffix: str) -> None:
    times_ms = [0, 100, 200, 300, 60_000, 60_100] if suffix == ".avi" else [0, 100, 200, 300, 25_200_000, 25_200_100]
    source = open_source(str(write_video(tmp_path / f"gap{suffix}", greys(6), times_ms=times_ms)))
    assert [frame.time_s for frame in source] == pytest.approx([time_ms / 1000 for time_ms in times_ms])
    assert source.info.duration_s == pytest.approx(times_ms[-1] / 1000, abs=0.2)


def test_the_nominal_rate_of_a_video_with_gaps_is_that_of_its_frames(tmp_path: Path) -> None:
    gap = write_video(tmp_path / "gap.mp4", greys(6), times_ms=[0, 100, 200, 300, 25_200_000, 25_200_100])
    assert open_source(str(gap)).info.fps == 10


@pytest.mark.parametrize("suffix", [".avi", ".mkv", ".mp4", ".ts", ".flv", ".h264"])
@pytest.mark.parametrize("coding", [{"g": "12", "bf": "3"}, {"g": "12", "bf": "3", "x264-params": "open-gop=1"}])
def test_b_frames_are_yielded_in_display_order(tmp_path: Path, suffix: str, coding: dict[str, str]) -> None:
    source = open_source(str(write_video(tmp_path / f"video{suffix}", greys(COUNT), coding=coding, ticks_per_s=10)))
    frames = list(source)
    assert [grey_level(frame.image) for frame in frames] == pytest.approx(range(COUNT), abs=1)
    period_s = 1 / (source.info.fps or 10)
    assert [frame.time_s for frame in frames] == pytest.approx([index * period_s for index in range(COUNT)], abs=1e-3)
    assert source.warnings == []


def test_equal_timestamps_are_made_different(tmp_path: Path) -> None:
    twice = write_video(tmp_path / "twice.mkv", greys(6), times_ms=[0, 100, 100, 200, 500, 600])
    times_s = [frame.time_s for frame in open_source(str(twice))]
    assert times_s == pytest.approx([0, 0.1, 0.2, 0.3, 0.5, 0.6])


@pytest.mark.parametrize(
    ("stamps_s", "times_s"),
    [
        ([5, 5.1, 5.2], [0, 0.1, 0.2]),
        ([nan, nan, nan], [0, 0.1, 0.2]),
        ([nan, 7.0, nan, 7.5], [0, 0.1, 0.2, 0.6]),
        ([0, 0.1, 0.05, 0.3], [0, 0.1, 0.2, 0.3]),
    ],
)
def test_missing_timestamps_are_filled_in(stamps_s: list[float], times_s: list[float]) -> None:
    clock = FrameClock(period_s=0.1, start_s=stamps_s[0])
    actual_s = []
    for stamp_s in stamps_s:
        clock.advance(stamp_s)
        actual_s.append(clock.time_s)
    assert actual_s == pytest.approx(times_s)
    assert clock.index == len(stamps_s) - 1


def make_video(path: Path) -> Path:
    """Write a video; each suffix needs another method of seeking."""
    mpeg = {"g": "12", "bf": "3"}
    match path.suffix:
        case ".ts" if path.stem == "joined":
            return write_joined(path, (0, 5000, 100), count=COUNT)
        case ".mov":
            uneven_ms = [100 * index + 700 * (index // 10) for index in range(COUNT)]
            return write_video(path, greys(COUNT), times_ms=uneven_ms, coding=mpeg)
        case ".mjpeg":
            return write_video(path, greys(COUNT), codec="mjpeg", coding={"strict": "unofficial"})
        case ".avi":
            codec: Codec = "mpeg4" if path.stem == "mpeg4" else "libx264"
            return write_video(path, greys(COUNT), codec=codec, coding=mpeg, ticks_per_s=10)
        case _:
            return write_video(path, greys(COUNT), coding={**mpeg, "x264-params": "open-gop=1"}, ticks_per_s=10)


VIDEOS = ("joined.ts", "a.ts", "a.mov", "a.mp4", "a.mkv", "a.avi", "mpeg4.avi", "a.flv", "a.h264", "a.mjpeg")


@pytest.mark.parametrize("name", VIDEOS)
def test_seeking_gives_the_same_frame_as_playing(tmp_path: Path, name: str) -> None:
    source = open_source(str(make_video(tmp_path / name)))
    assert isinstance(source, StoredSource)
    played = list(source)
    for wanted in (played[1], played[5], played[11], played[24], played[37], played[-1]):
        source.seek(wanted.time_s)
        found = next(iter(source))
        assert found.index == wanted.index
        assert found.time_s == pytest.approx(wanted.time_s)
        np.testing.assert_array_equal(found.image, wanted.image)


def test_the_frame_count_of_a_trimmed_video_has_only_displayed_frames(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.mp4", greys(COUNT), coding={"g": "48", "bf": "0"})
    cut = tmp_path / "cut.mp4"
    with av.open(str(whole)) as opened, av.open(str(cut), "w", options={"avoid_negative_ts": "disabled"}) as target:
        stream = target.add_stream_from_template(opened.streams.video[0])
        for packet in opened.demux(video=0):
            if packet.dts is not None and packet.pts is not None:
                half_a_second = round(Fraction(1, 2) / packet.time_base)
                packet.pts, packet.dts = packet.pts - half_a_second, packet.dts - half_a_second
                packet.stream = stream
                target.mux(packet)
    source = open_source(str(cut))
    frames = list(source)
    assert source.info.frame_count == len(frames) == COUNT - 5
    assert source.warnings == []
    assert isinstance(source, StoredSource)
    source.seek(frames[20].time_s)
    assert next(iter(source)).index == 20
