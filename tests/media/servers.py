"""Senders of video on this computer, as a phone or a network camera is one."""

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


class Sender(ThreadingTCPServer):
    """A server that sends red images until it is told to end or to stall."""

    daemon_threads = True

    def __init__(self, handler: type[StreamRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.address = f"127.0.0.1:{self.server_address[1]}"
        self.end = threading.Event()
        self.stall = threading.Event()
        self.taken = threading.Event()
        self._sent = threading.Semaphore(0)
        self._wanted = threading.Semaphore(0)

    def beats(self) -> Iterator[int]:
        """A number for each image to send."""
        for beat in itertools.count():
            if self.end.wait(PERIOD_S):
                return
            if not self.stall.is_set():
                yield beat
                self._sent.release()

    def asked(self) -> Iterator[int]:
        """Numbers of images to send, as they are requested by :meth:`ask`."""
        for beat in itertools.count():
            self._wanted.acquire()
            if self.end.is_set():
                return
            yield beat

    def ask(self, pictures: int = 1) -> None:
        """Request more images."""
        self._wanted.release(pictures)

    def wait_for(self, pictures: int) -> None:
        """Wait until so many more images have been sent."""
        for _ in range(pictures):
            assert self._sent.acquire(timeout=10)


@contextmanager
def serving(handler: type[StreamRequestHandler]) -> Iterator[Sender]:
    with Sender(handler) as sender:
        threading.Thread(target=sender.serve_forever, args=[0.01], daemon=True).start()
        yield sender
        sender.end.set()
        sender.ask()
        sender.shutdown()


class MotionJpeg(BaseHTTPRequestHandler):
    """Images one after another in one answer, as phones and simple cameras send them."""

    server: Sender

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
        for _ in self.server.beats():
            head = f"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {len(JPEG)}\r\n\r\n"
            self.wfile.write(head.encode() + JPEG + b"\r\n")

    def log_message(self, *_: object) -> None:
        pass


CONTENT_TYPES = {
    "no-boundary-named": "multipart/x-mixed-replace",
    "quoted": 'multipart/x-mixed-replace;boundary="--next"',
    "pictures-only": "image/jpeg",
    "snapshot": "image/jpeg",
    "snapshot-without-length": "image/jpeg",
}


class Pictures(BaseHTTPRequestHandler):
    """Images as cameras really send them: the first word of the path says how."""

    server: Sender
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
            for beat in self.server.asked():
                self.wfile.write(part(kind, beat))
                if "snapshot" in kind:
                    break

    def answer(self, code: int, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in {**headers, "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def grey_jpeg(beat: int) -> bytes:
    """Return the image of a number: 20 levels brighter than the one before."""
    return exif_jpeg(plain((20 * beat,) * 3))


def part(kind: str, beat: int) -> bytes:
    """What is sent for an image."""
    jpeg = grey_jpeg(beat)
    lengths = {"too-short": len(jpeg) // 2, "too-long": 9 * len(jpeg), "standard": len(jpeg)}
    length = f"Content-Length: {lengths[kind]}\r\n" if kind in lengths else ""
    header = f"Content-Type: image/jpeg\r\n{length}\r\n".encode()
    boundary = b"" if beat == 0 and kind.startswith("no-first") else b"--next\r\n"
    sent = {
        "no-first-header": (boundary + header if beat else b"") + jpeg + b"\r\n",
        "line-feeds": (boundary + header).replace(b"\r\n", b"\n") + jpeg + b"\n",
        "more-headers": boundary + b"X-Timestamp: 12.5\r\nX-Note: " + b"x" * 5000 + b"\r\n" + header + jpeg + b"\r\n",
        "blanks": b"\r\n\r\n \r\n" + boundary + header + jpeg + b"\r\n\r\n",
        **dict.fromkeys(("pictures-only", "snapshot", "snapshot-without-length"), jpeg),
    }
    return sent.get(kind, boundary + header + jpeg + b"\r\n")


class Once(BaseHTTPRequestHandler):
    """A live video that is sent to the first client only, as by ``ffmpeg -listen 1``."""

    server: Sender

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
            for _ in self.server.beats():
                video.mux(stream.encode(av.VideoFrame.from_ndarray(plain(RED), format="rgb24")))

    def write(self, content: bytes) -> int:
        return self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


class Rtsp(StreamRequestHandler):
    """A camera that speaks RTSP and sends H.264 over the same connection."""

    server: Sender
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
        for beat, units in zip(self.server.beats(), h264_units(), strict=False):
            for unit in units:
                last = 0x80 if unit is units[-1] else 0
                packet = struct.pack(">BBHII", 0x80, last | 96, next(sequence), beat * 3600, 1) + unit
                self.wfile.write(struct.pack(">cBH", b"$", 0, len(packet)) + packet)


def h264_units() -> Iterator[list[bytes]]:
    """The units of one red image after another."""
    encoder = av.VideoCodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = 64, 48, "yuv420p", Fraction(1, 25)
    encoder.options = {"tune": "zerolatency", "g": "1"}
    while True:
        for packet in encoder.encode(av.VideoFrame.from_ndarray(plain(RED), format="rgb24")):
            yield [unit for unit in bytes(packet).replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit]


def folder_server(folder: Path) -> type[StreamRequestHandler]:
    """The files of a folder over HTTP."""

    class Files(SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            return str(folder / path.lstrip("/"))

        def log_message(self, *_: object) -> None:
            pass

    return Files
