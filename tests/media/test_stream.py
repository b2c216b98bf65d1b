"""Network streams from real, local servers."""

import socket
from pathlib import Path
from socketserver import StreamRequestHandler
from urllib.parse import quote

import numpy as np
import pytest

from handpose_live.media.opening import open_source
from handpose_live.media.video import container
from handpose_live.types.errors import HandPoseError
from tests.media.servers import PASSWORD, ImageServer, MotionJpeg, Rtsp, SingleClientServer, folder_server, serving
from tests.media.videos import RED, plain, write_video

STREAMS = pytest.mark.parametrize(("scheme", "handler"), [("http", MotionJpeg), ("rtsp", Rtsp)])


@STREAMS
def test_a_stream_gives_rgb_frames_under_a_name_without_its_password(
    scheme: str, handler: type[StreamRequestHandler]
) -> None:
    with serving(handler) as server, open_source(f"{scheme}://me:secret@{server.address}/cam?pwd=secret") as source:
        frame = next(iter(source))
    assert source.info.name == f"{scheme}://{server.address}/cam"
    assert (source.info.width, source.info.height, source.info.live) == (64, 48, True)
    np.testing.assert_allclose(frame.image[24, 32], RED, atol=8)


def test_frames_that_a_slow_consumer_misses_are_counted() -> None:
    with serving(MotionJpeg) as server, open_source(f"http://{server.address}/") as source:
        indices = []
        for frame in source:
            indices.append(frame.index)
            if len(indices) == 3:
                break
            server.wait_for(images=20)
        missed = indices[-1] + 1 - len(indices)
        assert missed > 10
        assert source.dropped >= missed


@STREAMS
def test_a_stream_that_ends_is_named(
    scheme: str, handler: type[StreamRequestHandler], capfd: pytest.CaptureFixture[str]
) -> None:
    with serving(handler) as server, open_source(f"{scheme}://me:secret@{server.address}/cam") as source:
        frames = iter(source)
        next(frames)
        server.end.set()
        with pytest.raises(HandPoseError, match=rf"^{scheme}://{server.address}/cam sends no more frames: check"):
            list(frames)
    assert capfd.readouterr().err == ""


def test_a_stream_that_stalls_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "READ_TIMEOUT_S", 0.5)
    with serving(MotionJpeg) as server, open_source(f"http://{server.address}/cam") as source:
        frames = iter(source)
        next(frames)
        server.stall.set()
        with pytest.raises(HandPoseError, match=rf"^http://{server.address}/cam sends no more frames: check"):
            list(frames)


@pytest.mark.parametrize(("path", "reason"), [("silent", "no answer"), ("locked", "401 Unauthorized")])
def test_a_server_that_sends_nothing_is_named(monkeypatch: pytest.MonkeyPatch, path: str, reason: str) -> None:
    monkeypatch.setattr(container, "OPEN_TIMEOUT_S", 0.3)
    with serving(MotionJpeg) as server:
        name = f"http://{server.address}/{path}"
        with pytest.raises(HandPoseError, match=rf"^{name} cannot be read as a video \([^)]*{reason}.*\): check"):
            open_source(name)


@pytest.mark.parametrize("scheme", ["http", "https", "rtsp"])
def test_a_port_without_an_answer_is_named_without_the_password(scheme: str, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    with pytest.raises(HandPoseError) as raised:
        open_source(f"{scheme}://me:secret@127.0.0.1:{port}/cam")
    assert str(raised.value).startswith(f"{scheme}://127.0.0.1:{port}/cam cannot be read as a video")
    assert "secret" not in str(raised.value)
    assert capfd.readouterr().err == ""


def test_a_recording_on_a_server_gives_every_frame(tmp_path: Path) -> None:
    # Python's HTTP server does not support range requests, so the index of the video must come first.
    write_video(tmp_path / "video.mp4", [plain(RED)] * 50, options={"movflags": "faststart"})
    with serving(folder_server(tmp_path)) as server:
        source = open_source(f"http://{server.address}/video.mp4")
        assert not source.info.live
        assert len(list(source)) == source.info.frame_count == 50


def test_a_page_that_is_not_a_video_is_a_one_sentence_error(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html>Hello</html>" * 100)
    with serving(folder_server(tmp_path)) as server:
        name = f"http://{server.address}/page.html"
        with pytest.raises(HandPoseError, match=rf"^{name} cannot be read as a video .*: check the address"):
            open_source(name)


KINDS = (
    "standard",
    "no-boundary-named",
    "quoted",
    "no-first-boundary",
    "no-first-header",
    "images-only",
    "no-length",
    "too-short",
    "too-long",
    "far-too-long",
    "line-feeds",
    "more-headers",
    "blanks",
    "moved",
)


@pytest.mark.parametrize("kind", KINDS)
def test_an_image_is_yielded_before_the_next_is_sent_for_every_kind_of_camera(kind: str) -> None:
    with serving(ImageServer) as server:
        server.request()
        with open_source(f"http://{server.address}/{kind}?quality=5&pwd=secret") as source:
            assert source.info.live
            for index, frame in enumerate(source):
                assert frame.index == index
                assert frame.image.shape == (48, 64, 3)
                np.testing.assert_allclose(frame.image, 20 * index, atol=2)
                if index == 5:
                    server.end.set()
                server.request()
                if index == 5:
                    break
        assert source.dropped == 0


@pytest.mark.parametrize(("kind", "live"), [("snapshot", False), ("snapshot-without-length", True)])
def test_a_snapshot_is_one_frame(kind: str, live: bool) -> None:
    with serving(ImageServer) as server:
        server.request(9)
        with open_source(f"http://{server.address}/{kind}") as source:
            (frame,) = source
    assert source.info.live == live
    np.testing.assert_allclose(frame.image, 0, atol=2)


def test_a_password_may_contain_any_character_and_is_never_displayed(capfd: pytest.CaptureFixture[str]) -> None:
    with serving(ImageServer) as server:
        server.request()
        name = f"http://{server.address}/locked"
        with open_source(f"http://me:{quote(PASSWORD, safe='')}@{server.address}/locked") as source:
            assert source.info.name == name
            next(iter(source))
        with pytest.raises(HandPoseError, match=rf"^{name} cannot be read as a video \(.*401 Unauthorized.*\): check"):
            open_source(f"http://me:wrong@{server.address}/locked")
    assert capfd.readouterr().err == ""


def test_a_server_that_is_silent_after_its_header_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "READ_TIMEOUT_S", 0.3)
    with serving(ImageServer) as server:
        name = f"http://{server.address}/standard"
        with pytest.raises(HandPoseError, match=rf"^{name} cannot be read as a video \(no answer\): check"):
            open_source(name)


@pytest.mark.parametrize("format_name", ["mpegts", "flv", "matroska"])
def test_a_server_for_a_single_client_gets_a_single_request(format_name: str) -> None:
    with serving(SingleClientServer) as server, open_source(f"http://{server.address}/{format_name}") as source:
        assert source.info.live
        np.testing.assert_allclose(next(iter(source)).image[24, 32], RED, atol=8)


def test_a_playlist_on_a_server_is_a_recording(tmp_path: Path) -> None:
    write_video(tmp_path / "video.m3u8", [plain(RED)] * 50, options={"hls_list_size": "0", "hls_time": "1"})
    with serving(folder_server(tmp_path)) as server:
        source = open_source(f"http://{server.address}/video.m3u8")
        assert not source.info.live
        assert source.info.duration_s == pytest.approx(5)
        assert len(list(source)) == source.info.frame_count == 50
