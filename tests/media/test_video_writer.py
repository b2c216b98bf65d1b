"""Recorded videos play in full, with the right times, colours and sizes."""

import os
import subprocess
import sys
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from threading import Event

import av
import numpy as np
import pytest

from handpose_live.media.recording.h264 import encodable_size
from handpose_live.media.recording.video_writer import VideoWriter
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError
from tests.media.file_size_limit import file_size_limit

KINDS = ["mp4", "mov", "mkv"]
NOISE = np.random.default_rng(7).integers(0, 256, (240, 320, 3), np.uint8)


def grey(value: int, width: int = 64, height: int = 48) -> Image:
    return np.full((height, width, 3), value, np.uint8)


def noise(index: int) -> Image:
    return np.roll(NOISE, index * 7, axis=1)


def recorder(path: Path, image: Image, *, fps: float | None = 10) -> VideoWriter:
    height, width = image.shape[:2]
    return VideoWriter(path, width=width, height=height, fps=fps)


def write_noise(video: VideoWriter, count: int) -> None:
    for index in range(count):
        video.write(noise(index), index / 30)


def play(path: Path) -> list[av.VideoFrame]:
    """Decode the frames up to the end of the file, or to where it was truncated."""
    frames: list[av.VideoFrame] = []
    with av.open(str(path)) as video, suppress(av.InvalidDataError):
        frames.extend(video.decode(video=0))
    return frames


@pytest.mark.parametrize("kind", KINDS)
def test_every_image_has_its_own_time(tmp_path: Path, kind: str) -> None:
    times_s = [0.0, 0.1, 0.25, 0.251, 1.9, 2.0]
    with recorder(tmp_path / f"out.{kind}", grey(0)) as video:
        for index, time_s in enumerate(times_s):
            video.write(grey(40 * index), time_s)
    frames = play(tmp_path / f"out.{kind}")
    assert [frame.time for frame in frames] == pytest.approx(times_s, abs=1e-4)
    assert [round(float(frame.to_ndarray(format="gray").mean())) for frame in frames] == sorted(
        round(float(frame.to_ndarray(format="gray").mean())) for frame in frames
    )


CLOCKS = {
    "gap of 7 h": (30, [0.0, 0.1, 0.2, 0.3, 25200.0, 25200.1]),
    "gap of a day": (30, [0.0, 0.1, 86400.0, 86400.1]),
    "a frame a day": (1 / 86400, [86400.0 * day for day in range(5)]),
    "a frame a week": (1 / 604800, [604800.0 * week for week in range(5)]),
    "more than 2^31 ticks": (1 / 80, [80_000.0 * index for index in range(40)]),
    "240 fps": (240, [index / 240 for index in range(20)]),
    "1000 fps": (1000, [index / 1000 for index in range(20)]),
    "29.97 fps": (30000 / 1001, [index * 1001 / 30000 for index in range(20)]),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("clock", CLOCKS)
def test_returned_times_are_those_that_players_read_for_every_clock(tmp_path: Path, kind: str, clock: str) -> None:
    fps, times_s = CLOCKS[clock]
    with recorder(tmp_path / f"out.{kind}", grey(0), fps=fps) as video:
        returned_s = [video.write(grey(index), time_s) for index, time_s in enumerate(times_s)]
    read_s = [frame.time for frame in play(tmp_path / f"out.{kind}")]
    assert read_s == pytest.approx(times_s, rel=0, abs=0.51e-3 if kind == "mkv" else 0.03e-3)
    assert read_s == pytest.approx(returned_s, rel=0, abs=1e-6)
    assert video.warnings == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_gap_too_long_for_the_file_is_shortened_with_a_warning(tmp_path: Path, kind: str) -> None:
    times_s = [0.0, 0.1, 1e8, 1e8 + 0.1, 1e15, 1e15 + 0.125]
    with recorder(tmp_path / f"out.{kind}", grey(0)) as video:
        returned_s = [video.write(grey(index), time_s) for index, time_s in enumerate(times_s)]
    read_s = [frame.time or 0.0 for frame in play(tmp_path / f"out.{kind}")]
    assert read_s == pytest.approx(returned_s, rel=0, abs=1e-6)
    assert read_s[2] - read_s[1] > 86_400
    assert read_s[3] - read_s[2] == pytest.approx(0.1, abs=1e-3)
    [warning] = video.warnings
    assert f"out.{kind} shortens a gap to " in warning


@pytest.mark.parametrize("kind", KINDS)
def test_frames_after_a_long_gap_are_playable_before_the_file_is_closed(tmp_path: Path, kind: str) -> None:
    path, copy = tmp_path / f"out.{kind}", tmp_path / f"copy.{kind}"
    times_s = [0.0, 0.1, *(25200 + index / 10 for index in range(20))]
    with recorder(path, grey(0)) as video:
        for index, time_s in enumerate(times_s):
            video.write(grey(index), time_s)
        for _ in range(6000):
            copy.write_bytes(path.read_bytes())  # the file that would remain if the program were killed now
            with suppress(av.FFmpegError):
                read_s = [frame.time or 0.0 for frame in play(copy)]
                if read_s[-1:] > [times_s[-1] - 1]:
                    break
            Event().wait(0.01)
    assert read_s == pytest.approx(times_s[: len(read_s)], abs=1e-3)
    assert read_s[-1] > times_s[-1] - 1


def test_the_video_starts_with_its_first_image(tmp_path: Path) -> None:
    with recorder(tmp_path / "out.mp4", grey(0)) as video:
        video.write(grey(0), 61.5)
        video.write(grey(9), 62.0)
    assert [frame.time for frame in play(tmp_path / "out.mp4")] == pytest.approx([0.0, 0.5])


@pytest.mark.parametrize("kind", KINDS)
def test_a_clock_that_stops_or_steps_back_loses_no_image(tmp_path: Path, kind: str) -> None:
    with recorder(tmp_path / f"out.{kind}", grey(0)) as video:
        for time_s in (0.0, 0.5, 0.5, 0.2, 0.6):
            video.write(grey(0), time_s)
    times_s = [frame.time or 0.0 for frame in play(tmp_path / f"out.{kind}")]
    assert times_s == pytest.approx([0.0, 0.5, 0.5, 0.5, 0.6], abs=2.1e-3)
    assert all(one < other for one, other in pairwise(times_s))


def test_the_last_image_lasts_one_frame_period(tmp_path: Path) -> None:
    with recorder(tmp_path / "out.mp4", grey(0), fps=10) as video:
        video.write(grey(0), 0.0)
        video.write(grey(0), 0.5)
    with av.open(str(tmp_path / "out.mp4")) as played:
        assert played.duration == pytest.approx(600_000, abs=1000)  # in microseconds


@pytest.mark.parametrize("kind", ["mp4", "mov"])
def test_the_last_image_lasts_no_longer_if_a_gap_lowers_the_nominal_rate(tmp_path: Path, kind: str) -> None:
    with recorder(tmp_path / f"out.{kind}", grey(0), fps=4 / 25200) as video:
        for time_s in (0.0, 0.1, 25200.0, 25200.1):
            video.write(grey(0), time_s)
    with av.open(str(tmp_path / f"out.{kind}")) as played:
        assert played.duration == pytest.approx(25_200_200_000, abs=1000)  # in microseconds


def test_colours_are_preserved(tmp_path: Path) -> None:
    image = np.zeros((48, 96, 3), np.uint8)
    colours = [(61, 220, 90), (34, 211, 238), (240, 80, 230)]
    for index, colour in enumerate(colours):
        image[:, 32 * index : 32 * index + 32] = colour
    with recorder(tmp_path / "out.mp4", image) as video:
        video.write(image, 0.0)
    (frame,) = play(tmp_path / "out.mp4")
    decoded = frame.to_ndarray(format="rgb24")[24, 16::32]
    assert np.abs(decoded.astype(int) - colours).max() <= 6


@pytest.mark.parametrize(("width", "height"), [(65, 48), (64, 49), (161, 121), (1, 1), (2, 2)])
def test_odd_sizes_are_padded_by_one(tmp_path: Path, width: int, height: int) -> None:
    image = grey(130, width, height)
    with recorder(tmp_path / "out.mp4", image) as video:
        video.write(image, 0.0)
    (frame,) = play(tmp_path / "out.mp4")
    assert (frame.width, frame.height) == (width + width % 2, height + height % 2)
    assert np.abs(frame.to_ndarray(format="rgb24").astype(int) - 130).max() <= 4


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [(20_000, 40, (16_384, 34)), (30, 20_001, (26, 16_384)), (1, 17_000, (2, 16_384)), (16_384, 2, (16_384, 2))],
)
def test_images_too_large_for_h264_are_scaled_down_with_a_warning(
    tmp_path: Path, width: int, height: int, size: tuple[int, int]
) -> None:
    image = grey(130, width, height)
    with recorder(tmp_path / "out.mp4", image) as video:
        video.write(image, 0.0)
    [frame] = play(tmp_path / "out.mp4")
    assert (frame.width, frame.height) == size
    assert np.abs(frame.to_ndarray(format="rgb24").astype(int) - 130).max() <= 4
    warning = f"out.mp4 shows images of {width}x{height} px at {size[0]}x{size[1]}: H.264 takes no larger ones."
    assert video.warnings == ([] if (width, height) == size else [warning])


def test_the_largest_area_is_scaled_to_the_limit_of_ffmpeg() -> None:
    width, height = encodable_size(16_384, 16_384)
    assert (width + 128) * (height + 128) < 2**28
    assert encodable_size(7680, 4320) == (7680, 4320)


def test_a_failing_encoder_is_a_one_sentence_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handpose_live.media.recording.h264.MAX_SIDE_PX", 30_000)
    image = grey(0, width=20_000, height=2)
    with (
        pytest.raises(HandPoseError, match=r"Cannot encode .*out\.mp4"),
        recorder(tmp_path / "out.mp4", image) as video,
    ):
        video.write(image, 0.0)


NAMES = [
    "2024-05-01T12:30:00",
    "-out",
    "a%d%03d",
    "what?#&",
    "http:x",
    "file:x",
    "łódź→✋",
    "a 'b' \"c\"",
    "two\nlines",
]


@pytest.mark.skipif(sys.platform == "win32", reason="the system allows no such names")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [*NAMES, os.fsdecode(b"bad \xff")])
def test_any_file_name_that_the_system_allows_is_used_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path(f"{name}.{kind}")
    with recorder(path, grey(0)) as video:
        video.write(grey(0), 0.0)
    assert os.listdir() == [path.name]
    path.rename(f"read.{kind}")
    assert len(play(Path(f"read.{kind}"))) == 1


def test_a_file_has_every_frame_however_fast_they_arrive(tmp_path: Path) -> None:
    with recorder(tmp_path / "out.mp4", NOISE) as video:
        write_noise(video, 60)
    assert len(play(tmp_path / "out.mp4")) == 60


def test_without_an_image_there_is_no_file(tmp_path: Path) -> None:
    recorder(tmp_path / "out.mp4", grey(0)).close()
    assert not list(tmp_path.iterdir())


def test_without_an_image_an_existing_file_is_kept(tmp_path: Path) -> None:
    (tmp_path / "out.mp4").write_bytes(b"old")
    recorder(tmp_path / "out.mp4", grey(0)).close()
    assert (tmp_path / "out.mp4").read_bytes() == b"old"


def test_an_existing_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "out.mp4").write_bytes(b"old" * 100_000)
    with recorder(tmp_path / "out.mp4", grey(0)) as video:
        video.write(grey(0), 0.0)
    assert len(play(tmp_path / "out.mp4")) == 1
    assert b"oldold" not in (tmp_path / "out.mp4").read_bytes()


def test_a_disk_that_is_full_from_the_start_is_reported_without_a_deadlock(
    tmp_path: Path,
) -> None:
    with file_size_limit(100):
        video = recorder(tmp_path / "out.mp4", NOISE)
        with pytest.raises(HandPoseError, match="No room left"):
            write_noise(video, 100)


def test_closing_twice_is_allowed_and_writing_after_it_is_an_error(tmp_path: Path) -> None:
    video = recorder(tmp_path / "out.mp4", grey(0), fps=None)
    video.write(grey(0), 0.0)
    video.close()
    video.close()
    with pytest.raises(ValueError, match="closed"):
        video.write(grey(0), 1.0)
    assert len(play(tmp_path / "out.mp4")) == 1


def test_an_image_of_another_size_is_an_error(tmp_path: Path) -> None:
    with recorder(tmp_path / "out.mp4", grey(0)) as video, pytest.raises(ValueError, match="opened for"):
        video.write(grey(0, width=66), 0.0)


def test_a_closed_mp4_is_not_fragmented(tmp_path: Path) -> None:
    path = tmp_path / "рука 手.mp4"
    with recorder(path, NOISE) as video:
        write_noise(video, 30)
    assert b"moof" not in _top_level_boxes(path.read_bytes())


def _top_level_boxes(data: bytes) -> list[bytes]:
    boxes, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4])
        size = int.from_bytes(data[at + 8 : at + 16]) if size == 1 else size
        boxes.append(data[at + 4 : at + 8])
        at += size
    return boxes


@pytest.mark.parametrize("name", ["out.avi", "out"])
def test_other_file_types_are_refused_and_the_supported_ones_are_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(HandPoseError, match=r"\.mp4, \.mov, \.mkv"):
        recorder(tmp_path / name, grey(0))


def test_a_missing_folder_is_named_with_a_solution(tmp_path: Path) -> None:
    with pytest.raises(HandPoseError, match=r"absent.*folder does not exist"):
        recorder(tmp_path / "absent" / "out.mp4", grey(0))


def test_a_folder_with_the_name_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "out.mp4").mkdir()
    with pytest.raises(HandPoseError, match="it is a folder"):
        recorder(tmp_path / "out.mp4", grey(0))


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_is_reported_once_and_the_recorded_part_plays(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"out.{kind}"
    with file_size_limit(600_000):
        video = recorder(path, NOISE, fps=30)
        with pytest.raises(HandPoseError, match=r"No room left for .*kept"), video:
            write_noise(video, 3000)
    assert len(play(path)) > 5


def test_a_disk_that_fills_up_at_the_very_end_loses_no_frame(
    tmp_path: Path,
) -> None:
    def record(path: Path) -> Path:
        with recorder(path, NOISE) as video:
            write_noise(video, 30)
        return path

    size = record(tmp_path / "complete.mp4").stat().st_size
    with file_size_limit(size - 100), pytest.raises(HandPoseError, match="No room left"):
        record(tmp_path / "cut.mp4")
    assert len(play(tmp_path / "cut.mp4")) == 30


RECORD_UNTIL_KILLED = """
import sys
from pathlib import Path
from tests.media.test_video_writer import noise, recorder
video = recorder(Path(sys.argv[1]), noise(0), fps=30)
for index in range(100_000):
    video.write(noise(index), index / 30)
    print(index, flush=True)
"""


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_recording_plays_up_to_its_last_second(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"out.{kind}"
    command = [sys.executable, "-c", RECORD_UNTIL_KILLED, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout
        for line in process.stdout:
            if int(line) == 137:
                process.kill()
                break
        last = max([137, *(int(line) for line in process.stdout)])
    times_s = [frame.time or 0.0 for frame in play(path)]
    assert times_s == pytest.approx([index / 30 for index in range(len(times_s))], abs=1e-3)
    assert times_s[-1] > last / 30 - 1
