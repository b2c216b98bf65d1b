"""Video files."""

from pathlib import Path

import numpy as np
import pytest

from handpose_live.media.opening import open_source
from handpose_live.media.source import StoredSource
from handpose_live.types.errors import HandPoseError
from tests.media.videos import GREEN, RED, cornered, plain, red_corner, write_tone, write_video

CLIPS = ("rotation_2", "scale_1", "scale_3", "translation_4", "two_hands")


@pytest.mark.parametrize("clip", CLIPS)
def test_a_clip_gives_each_frame_with_its_time(shared: Path, clip: str) -> None:
    with open_source(str(shared / f"data/clips/{clip}.mp4")) as source:
        frames = list(source)
    assert source.info.frame_count == len(frames) == 50
    assert source.info.fps == 10
    assert not source.info.live
    assert [frame.index for frame in frames] == list(range(50))
    assert [frame.time_s for frame in frames] == pytest.approx([index / 10 for index in range(50)])
    assert {frame.image.shape for frame in frames} == {(source.info.height, source.info.width, 3)}


def test_a_video_is_rgb(tmp_path: Path) -> None:
    (frame,) = open_source(str(write_video(tmp_path / "red.mp4", [plain(RED)])))
    np.testing.assert_allclose(frame.image[24, 32], RED, atol=8)


def test_uneven_times_are_kept(tmp_path: Path) -> None:
    times_ms = [0, 33, 50, 400, 410, 2000]
    video = write_video(tmp_path / "uneven.mkv", [plain(RED)] * 6, times_ms=times_ms)
    assert [frame.time_s for frame in open_source(str(video))] == pytest.approx([time / 1000 for time in times_ms])


def test_time_counts_from_the_first_frame(tmp_path: Path) -> None:
    video = write_video(tmp_path / "late.mkv", [plain(RED)] * 2, times_ms=[5000, 5100])
    assert [frame.time_s for frame in open_source(str(video))] == pytest.approx([0, 0.1])


def test_a_video_without_times_runs_at_its_nominal_rate(tmp_path: Path) -> None:
    video = write_video(tmp_path / "raw.h264", [plain(RED)] * 3)
    source = open_source(str(video))
    assert source.info.fps is not None
    period_s = 1 / source.info.fps
    assert [frame.time_s for frame in source] == pytest.approx([0, period_s, 2 * period_s])


def test_a_path_may_contain_any_character(tmp_path: Path) -> None:
    folder = tmp_path / "手の動画 é"
    folder.mkdir()
    source = open_source(str(write_video(folder / "ñandú 100%d: 手.mkv", [plain(RED)] * 3)))
    assert source.info.name == "ñandú 100%d: 手.mkv"
    assert len(list(source)) == 3


@pytest.mark.parametrize(
    ("counter_clockwise_deg", "mirrored", "corner"),
    [
        (0, False, "top left"),
        (90, False, "bottom left"),
        (-90, False, "top right"),
        (180, False, "bottom right"),
        (0, True, "top right"),
        (180, True, "bottom left"),
    ],
)
def test_a_video_of_a_phone_is_rotated_upright(
    tmp_path: Path, counter_clockwise_deg: int, mirrored: bool, corner: str
) -> None:
    video = write_video(
        tmp_path / "phone.mp4", [cornered()], counter_clockwise_deg=counter_clockwise_deg, mirrored=mirrored
    )
    source = open_source(str(video))
    (frame,) = source
    on_its_side = counter_clockwise_deg in {90, -90}
    assert (source.info.width, source.info.height) == ((48, 64) if on_its_side else (64, 48))
    assert frame.image.shape == (source.info.height, source.info.width, 3)
    assert red_corner(frame.image) == corner


def test_the_readable_part_of_a_truncated_video_plays(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    noise = list(np.random.default_rng(0).integers(0, 255, (20, 48, 64, 3), dtype=np.uint8))
    video = write_video(tmp_path / "truncated.mp4", noise, options={"movflags": "frag_every_frame+empty_moov"})
    content = video.read_bytes()
    video.write_bytes(content[: len(content) * 3 // 4])
    frames = list(open_source(str(video)))
    assert 13 <= len(frames) < 20
    assert frames[-1].time_s == pytest.approx(frames[-1].index / 10)
    assert capfd.readouterr().err == ""


def test_corrupt_frames_are_skipped(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    noise = list(np.random.default_rng(0).integers(0, 255, (20, 48, 64, 3), dtype=np.uint8))
    video = write_video(tmp_path / "broken.mp4", noise)
    content = bytearray(video.read_bytes())
    middle = len(content) // 2
    content[middle - 4000 : middle + 4000] = bytes(8000)
    video.write_bytes(content)
    frames = list(open_source(str(video)))
    assert 10 < len(frames) < 20
    assert frames[0].time_s == 0
    assert frames[-1].time_s == pytest.approx(1.9)
    assert capfd.readouterr().err == ""


def test_frames_of_another_size_are_letterboxed_to_the_first_size(tmp_path: Path) -> None:
    small = write_video(tmp_path / "small.ts", [plain(RED)] * 2)
    large = write_video(tmp_path / "large.ts", [plain(GREEN, 192, 96)] * 2)
    both = tmp_path / "both.ts"
    both.write_bytes(small.read_bytes() + large.read_bytes())
    frames = list(open_source(str(both)))
    assert [frame.image.shape for frame in frames] == [(48, 64, 3)] * 4
    np.testing.assert_allclose(frames[-1].image[24, 32], GREEN, atol=8)
    np.testing.assert_allclose(frames[-1].image[2, 32], 0, atol=8)
    times_s = [frame.time_s for frame in frames]
    assert times_s == sorted(set(times_s))


def test_a_video_can_be_read_again(tmp_path: Path) -> None:
    source = open_source(str(write_video(tmp_path / "video.mp4", [plain(RED)] * 3)))
    assert len(list(source)) == len(list(source)) == 3


def test_closing_ends_the_iteration(shared: Path) -> None:
    source = open_source(str(shared / "data/clips/scale_1.mp4"))
    frames = iter(source)
    next(frames)
    source.close()
    source.close()
    assert list(frames) == []


def unreadable(folder: Path) -> dict[str, Path]:
    text = "Dear diary, this is not a video.\n" * 50
    files = {name: folder / name for name in ("diary.mp4", "diary.txt", "empty.mp4", "half.mp4")}
    files["diary.mp4"].write_text(text)
    files["diary.txt"].write_text(text)
    files["empty.mp4"].touch()
    whole = write_video(folder / "whole.mp4", [plain(RED)] * 9).read_bytes()
    files["half.mp4"].write_bytes(whole[: len(whole) // 2])
    files["tone.wav"] = write_tone(folder / "tone.wav")
    return files


@pytest.mark.parametrize("name", ["diary.mp4", "diary.txt", "empty.mp4", "half.mp4", "tone.wav"])
def test_files_other_than_videos_are_a_one_sentence_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    with pytest.raises(HandPoseError, match=rf"^{name} [^.\n]*: give another [^.\n]*\.$"):
        open_source(str(unreadable(tmp_path)[name]))
    assert capfd.readouterr().err == ""


def numbered(tmp_path: Path, suffix: str = ".mp4", first_ms: int = 0) -> str:
    """Write a video of frames of increasing brightness, 100 ms apart."""
    images = [plain((20 * index, 20 * index, 20 * index)) for index in range(10)]
    times_ms = [first_ms + 100 * index for index in range(10)]
    return str(write_video(tmp_path / f"numbered{suffix}", images, times_ms=times_ms))


@pytest.mark.parametrize(("suffix", "first_ms"), [(".mp4", 0), (".mkv", 5000), (".h264", 0)])
def test_a_video_continues_from_the_position_of_a_seek(tmp_path: Path, suffix: str, first_ms: int) -> None:
    source = open_source(numbered(tmp_path, suffix, first_ms))
    assert isinstance(source, StoredSource)
    period_s = 1 / (source.info.fps or 10)
    seen, jumps = [], []
    for frame in source:
        seen.append(round(frame.image.mean() / 20))
        jumps += [] if frame.continues else [seen[-1]]
        assert frame.time_s == pytest.approx(frame.index * period_s, abs=1e-3)
        if len(seen) == 2:
            source.seek(7 * period_s)
        if len(seen) == 4:
            source.seek(3 * period_s)
    assert seen == [0, 1, 7, 8, 3, 4, 5, 6, 7, 8, 9]
    assert jumps == [0, 7, 3]


def test_a_seek_beyond_the_end_ends_the_video(tmp_path: Path) -> None:
    source = open_source(numbered(tmp_path))
    assert isinstance(source, StoredSource)
    source.seek(60)
    assert list(source) == []
    assert len(list(source)) == 10


def test_a_looped_video_restarts(tmp_path: Path) -> None:
    source = open_source(numbered(tmp_path))
    assert isinstance(source, StoredSource)
    source.looped = True
    indices = []
    for frame in source:
        indices.append(frame.index)
        assert frame.continues == (frame.index > 0)
        if len(indices) == 25:
            source.close()
    assert indices == [*range(10), *range(10), *range(5)]
