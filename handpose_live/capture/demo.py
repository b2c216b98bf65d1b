"""The clip that comes with the program: rendered hands, for whoever has no camera."""

import time
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

from handpose_live.capture.frame import Image
from handpose_live.capture.live import LiveSource
from handpose_live.capture.source import Source, StoredSource
from handpose_live.capture.video import open_video

FILM = Path(__file__).resolve().parents[1] / "assets" / "demo.mp4"
LATE_S = 0.1  # beyond it the film goes on from there instead of racing to catch up
FILM_FPS = 30.0


def open_demo(*, looped: bool) -> Source:
    """The demo: over and over at its own pace, like a camera, or once as the file it is."""
    film = open_video(FILM)
    film.info = replace(film.info, name="demo")
    if not looped:
        return film
    return LiveSource(replace(film.info, frame_count=None, live=True), played(film))


def played(
    film: StoredSource, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], object] = time.sleep
) -> Generator[Image]:
    """A film's pictures when they are due, without end."""
    start_s = clock()
    while True:
        time_s = 0.0
        for frame in film:
            time_s = frame.time_s
            start_s = max(start_s, clock() - time_s - LATE_S)
            sleep(max(0.0, start_s + time_s - clock()))
            yield frame.image
        start_s += time_s + 1 / (film.info.fps or FILM_FPS)
