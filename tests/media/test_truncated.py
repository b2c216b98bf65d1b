"""Truncated and corrupt videos, and files with unusual content."""

from pathlib import Path

import av
import numpy as np
import pytest

from handpose_live.media.opening import open_source
from handpose_live.media.source import StoredSource
from handpose_live.types.arrays import Image
from tests.media.videos import exif_jpeg, greys, plain, write_video

COUNT = 40
# A late last frame or a gap must not look like a truncated video.
COMPLETE = {
    "b_frames.mp4": {"coding": {"g": "12", "bf": "3"}},
    "b_frames.mkv": {"coding": {"g": "12", "bf": "3"}},
    "b_frames.ts": {"coding": {"g": "12", "bf": "3"}},
    "b_frames.flv": {"coding": {"g": "12", "bf": "3"}},
    "b_frames.avi": {"coding": {"g": "12", "bf": "3"}, "ticks_per_s": 10},
    "uneven.mp4": {"times_ms": [90 * index + 2000 * (index // 15) for index in range(COUNT)]},
    "uneven.mkv": {"times_ms": [90 * index + 2000 * (index // 15) for index in range(COUNT)]},
    "fragments.mp4": {"options": {"movflags": "frag_every_frame+empty_moov"}},
    "recorded.mp4": {"options": {"movflags": "hybrid_fragmented"}},
    "raw.h264": {},
}


def noise(count: int = COUNT) -> list[Image]:
    return list(np.random.default_rng(0).integers(0, 255, (count, 48, 64, 3), dtype=np.uint8))


def truncated(path: Path, share: float = 0.5) -> Path:
    """Write a video and truncate its file."""
    options = {"movflags": "faststart"} if path.suffix == ".mp4" else {}
    write_video(path, noise(), options=options, ticks_per_s=10 if path.suffix == ".avi" else 1000)
    content = path.read_bytes()
    path.write_bytes(content[: round(len(content) * share)])
    return path


@pytest.mark.parametrize("name", COMPLETE)
def test_a_complete_video_gets_no_warning(tmp_path: Path, name: str) -> None:
    source = open_source(str(write_video(tmp_path / name, noise(), **COMPLETE[name])))  # type: ignore[arg-type]
    assert len(list(source)) == COUNT
    assert source.warnings == []


@pytest.mark.parametrize("suffix", [".mp4", ".avi", ".mkv", ".flv"])
def test_a_truncated_video_gets_a_warning_with_its_length(tmp_path: Path, suffix: str) -> None:
    source = open_source(str(truncated(tmp_path / f"truncated{suffix}")))
    count = len(list(source))
    assert COUNT // 4 < count < COUNT * 3 // 4
    (warning,) = source.warnings
    assert warning.startswith(f"truncated{suffix} ends after {count} of {COUNT} frames: ")


def test_the_reported_case_gets_a_warning_with_its_length(shared: Path) -> None:
    source = open_source(str(shared / "cases/half.mp4"))
    assert len(list(source)) == 28
    assert [warning.split(":")[0] for warning in source.warnings] == ["half.mp4 ends after 28 of 90 frames"]


@pytest.mark.parametrize("name", ["recorded.mp4", "video.mkv"])
def test_a_video_whose_end_is_zeroed_gets_a_warning_with_its_length(tmp_path: Path, name: str) -> None:
    video = write_video(tmp_path / name, noise(), options={"movflags": "faststart"} if "mp4" in name else {})
    content = bytearray(video.read_bytes())
    half = len(content) // 2
    content[half:] = bytes(len(content) - half)
    video.write_bytes(content)
    source = open_source(str(video))
    count = len(list(source))
    assert [warning.split(":")[0] for warning in source.warnings] == [f"{name} ends after {count} of {COUNT} frames"]


def test_corrupt_frames_in_the_middle_are_counted(tmp_path: Path) -> None:
    video = write_video(tmp_path / "broken.mp4", noise())
    content = bytearray(video.read_bytes())
    middle = len(content) // 2
    content[middle - 4000 : middle + 4000] = bytes(8000)
    video.write_bytes(content)
    source = open_source(str(video))
    missing = COUNT - len(list(source))
    assert missing > 0
    assert source.warnings == [f"{missing} of {COUNT} frames of broken.mp4 are damaged and were left out."]


def test_a_looped_video_gets_one_warning(tmp_path: Path) -> None:
    source = open_source(str(truncated(tmp_path / "truncated.mp4")))
    assert isinstance(source, StoredSource)
    source.looped = True
    starts = 0
    for frame in source:
        starts += frame.index == 0
        if starts == 3:
            break
    assert len(source.warnings) == 1


def test_a_video_that_is_not_read_to_its_end_gets_no_warning(tmp_path: Path) -> None:
    source = open_source(str(truncated(tmp_path / "truncated.mp4")))
    assert isinstance(source, StoredSource)
    for frame in source:
        if frame.index == 5:
            break
    source.seek(0.5)
    assert list(source)
    assert source.warnings == []


@pytest.mark.parametrize(
    ("suffix", "encoding", "title"),
    [(".avi", "latin-1", "Übung für Hände"), (".mp4", "shift-jis", "手の動き"), (".mkv", "utf-16", "手")],
)
def test_a_video_with_tags_in_any_encoding_is_readable(tmp_path: Path, suffix: str, encoding: str, title: str) -> None:
    path = write_video(tmp_path / f"plain{suffix}", greys(3))
    tagged = tmp_path / f"tagged{suffix}"
    with (
        av.open(str(path)) as video,
        av.open(str(tagged), "w", metadata_encoding=encoding, metadata_errors="replace") as copy,
    ):
        copy.metadata["title"] = title
        stream = copy.add_stream_from_template(video.streams.video[0])
        for packet in video.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                copy.mux(packet)
    source = open_source(str(tagged))
    assert len(list(source)) == 3


def test_a_video_with_exif_in_its_frames_is_readable(tmp_path: Path) -> None:
    path = tmp_path / "camera.avi"
    with av.open(str(path), "w") as video:
        stream = video.add_stream("mjpeg", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuvj420p"
        for index in range(6):
            packet = av.Packet(exif_jpeg(plain((90, 90, 90))))
            packet.stream, packet.pts, packet.dts = stream, index, index
            video.mux(packet)
    frames = list(open_source(str(path)))
    assert [frame.image.shape for frame in frames] == [(48, 64, 3)] * 6


@pytest.mark.parametrize("name", ["-x.mp4", "12:30:00.mp4", "100%d.mp4", "http:x.mp4", "łódź→✋.mp4", "concat:a|b.mp4"])
def test_a_file_may_have_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    write_video(tmp_path / "video.mp4", greys(3)).rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    source = open_source(name)
    assert source.info.name == name
    assert len(list(source)) == 3
