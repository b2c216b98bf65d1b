"""The clip that comes with the program: rendered hands, for whoever has no camera at hand."""

import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

from handpose_live.capture.frame import Image
from handpose_live.capture.live import LiveSource
from handpose_live.capture.source import Source, StoredSource
from handpose_live.capture.video import open_video

FILM = Path(__file__).resolve().parents[1] / "assets" / "demo.mp4"
LATE_S = 0.1  # beyond which it goes on from there instead of racing to catch up


def open_demo(*, looped: bool) -> Source:
    """The demo clip, once as the file it is, or over and over at its own pace, like a camera."""
    film = open_video(FILM)
    film.info = replace(film.info, name="demo")
    if not looped:
        return film
    return LiveSource(replace(film.info, frame_count=None, live=True), _played(film))


def _played(film: StoredSource) -> Generator[Image]:
    """Its pictures when they are due; the clip ends as it begins, so that no one sees where."""
    start_s = time.monotonic()
    while True:
        time_s = 0.0
        for frame in film:
            time_s = frame.time_s
            start_s = max(start_s, time.monotonic() - time_s - LATE_S)
            time.sleep(max(0.0, start_s + time_s - time.monotonic()))
            yield frame.image
        start_s += time_s + 1 / (film.info.fps or 30)
