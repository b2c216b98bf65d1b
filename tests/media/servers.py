"""Local servers of video that behave like phones and network cameras."""

import base64
import itertools
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

import av
import cv2

from tests.media.videos import RED, exif_jpeg, plain

PERIOD_S = 0.01
PASSWORD = "p@s/ s%:ß"
LOGIN = base64.b64encode(f"me:{PASSWORD}".encode()).decode()
JPEG = cv2.imencode(".jpg", plain(RED)[:, :, ::-1])[1].tobytes()
SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"


class VideoServer(ThreadingTCPServer):
    """A server that sends red images until ``end`` or ``stall`` is set."""

    daemon_threads = True

    def __init__(self, handler: type[StreamRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.address = f"127.0.0.1:{self.server_address[1]}"
        self.end = threading.Event()
        self.stall = threading.Event()
        self.taken = threading.Event()
        self._sent = threading.Semaphore(0)
        self._requested = threading.Semaphore(0)

    def indices(self) -> Iterator[int]:
        """Yield an index for each image to send."""
        for index in itertools.count():
            if self.end.wait(PERIOD_S):
                return
            if not self.stall.is_set():
                yield index
                self._sent.release()

    def requested_indices(self) -> Iterator[int]:
        """Yield the indices of images to send, as they are requested by :meth:`request`."""
        for index in itertools.count():
            self._requested.acquire()
            if self.end.is_set():
                return
            yield index

    def request(self, images: int = 1) -> None:
        """Request more images."""
        self._requested.release(images)

    def wait_for(self, images: int) -> None:
        """Wait until this number of further images has been sent."""
        for _ in range(images):
            assert self._sent.acquire(timeout=10)


@contextmanager
def serving(handler: type[StreamRequestHandler]) -> Iterator[VideoServer]:
    with VideoServer(handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield server
        server.end.set()
        server.request()
        server.shutdown()


class MotionJpeg(BaseHTTPRequestHandler):
    """Motion JPEG in one response, as phones and simple cameras send it."""

    server: VideoServer

    def do_GET(self) -> None:
        if self.path == "/silent":
            self.server.end.wait()
            return
        if self.path == "/locked":
            self.send_error(401)
            return
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=next")
        self.end_headers()
        for _ in self.server.indices():
            head = f"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {len(JPEG)}\r\n\r\n"
            self.wfile.write(head.encode() + JPEG + b"\r\n")

    def log_message(self, *_: object) -> None:
        pass


CONTENT_TYPES = {
    "no-boundary-named": "multipart/x-mixed-replace",
    "quoted": 'multipart/x-mixed-replace;boundary="--next"',
    "images-only": "image/jpeg",
    "snapshot": "image/jpeg",
    "snapshot-without-length": "image/jpeg",
}


class ImageServer(BaseHTTPRequestHandler):
    """Images in the formats of real cameras; the path selects the format."""

    server: VideoServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        kind = self.path.strip("/").split("?")[0]
        if kind == "moved":
            self.answer(302, {"Location": "/standard?again=1", "Content-Length": "0"})
        elif kind == "locked" and self.headers.get("Authorization") != f"Basic {LOGIN}":
            self.answer(401, {"WWW-Authenticate": 'Basic realm="camera"', "Content-Length": "0"})
        else:
            length = {"snapshot": str(len(grey_jpeg(0))), "far-too-long": "999999999"}.get(kind)
            content = CONTENT_TYPES.get(kind, "multipart/x-mixed-replace; boundary=next")
            self.answer(200, {"Content-Type": content, **({"Content-Length": length} if length else {})})
            for index in self.server.requested_indices():
                self.wfile.write(part(kind, index))
                if "snapshot" in kind:
                    break

    def answer(self, code: int, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in {**headers, "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def grey_jpeg(index: int) -> bytes:
    """Encode the image with this index, 20 levels brighter than the previous one."""
    return exif_jpeg(plain((20 * index,) * 3))


def part(kind: str, index: int) -> bytes:
    """Return the bytes that are sent for an image."""
    jpeg = grey_jpeg(index)
    lengths = {"too-short": len(jpeg) // 2, "too-long": 9 * len(jpeg), "standard": len(jpeg)}
    length = f"Content-Length: {lengths[kind]}\r\n" if kind in lengths else ""
    header = f"Content-Type: image/jpeg\r\n{length}\r\n".encode()
    boundary = b"" if index == 0 and kind.startswith("no-first") else b"--next\r\n"
    sent = {
        "no-first-header": (boundary + header if index else b"") + jpeg + b"\r\n",
        "line-feeds": (boundary + header).replace(b"\r\n", b"\n") + jpeg + b"\n",
        "more-headers": boundary + b"X-Timestamp: 12.5\r\nX-Note: " + b"x" * 5000 + b"\r\n" + header + jpeg + b"\r\n",
        "blanks": b"\r\n\r\n \r\n" + boundary + header + jpeg + b"\r\n\r\n",
        **dict.fromkeys(("images-only", "snapshot", "snapshot-without-length"), jpeg),
    }
    return sent.get(kind, boundary + header + jpeg + b"\r\n")


class SingleClientServer(BaseHTTPRequestHandler):
    """A live video that is sent to the first client only, like ``ffmpeg -listen 1``."""

    server: VideoServer

    def do_GET(self) -> None:
        if self.server.taken.is_set():
            self.send_error(503)
            return
        self.server.taken.set()
        self.send_response(200)
        self.end_headers()
        format_name = self.path.strip("/")
        with av.open(self, "w", format=format_name, options={"flush_packets": "1"}) as video:
            stream = video.add_stream("libx264", rate=25, options={"g": "1", "tune": "zerolatency"})
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            for _ in self.server.indices():
                video.mux(stream.encode(av.VideoFrame.from_ndarray(plain(RED), format="rgb24")))

    def write(self, content: bytes) -> int:
        return self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


class Rtsp(StreamRequestHandler):
    """A camera that speaks RTSP and sends H.264 over the same connection."""

    server: VideoServer
    answers = (
        ("OPTIONS", "Public: DESCRIBE, SETUP, PLAY\r\n\r\n"),
        ("DESCRIBE", f"Content-Type: application/sdp\r\nContent-Length: {len(SDP)}\r\n\r\n{SDP}"),
        ("SETUP", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n\r\n"),
        ("PLAY", "Session: 1\r\n\r\n"),
    )

    def handle(self) -> None:
        for number, (command, answer) in enumerate(self.answers, start=1):
            lines = list(iter(lambda: self.rfile.readline().strip(), b""))
            if not lines or not lines[0].startswith(command.encode()):
                return
            self.wfile.write(f"RTSP/1.0 200 OK\r\nCSeq: {number}\r\n{answer}".encode())
        sequence = itertools.count()
        for index, units in zip(self.server.indices(), h264_units(), strict=False):
            for unit in units:
                last = 0x80 if unit is units[-1] else 0
                packet = struct.pack(">BBHII", 0x80, last | 96, next(sequence), index * 3600, 1) + unit
                self.wfile.write(struct.pack(">cBH", b"$", 0, len(packet)) + packet)


def h264_units() -> Iterator[list[bytes]]:
    """Yield the NAL units of one red image after another."""
    encoder = av.VideoCodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = 64, 48, "yuv420p", Fraction(1, 25)
    encoder.options = {"tune": "zerolatency", "g": "1"}
    while True:
        for packet in encoder.encode(av.VideoFrame.from_ndarray(plain(RED), format="rgb24")):
            yield [unit for unit in bytes(packet).replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit]


def folder_server(folder: Path) -> type[StreamRequestHandler]:
    """Create a handler that serves the files of a folder over HTTP."""

    class Files(SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            return str(folder / path.lstrip("/"))

        def log_message(self, *_: object) -> None:
            pass

    return Files
