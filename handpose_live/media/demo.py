"""The clip that comes with the program: rendered hands, for whoever has no camera."""

from dataclasses import replace
from pathlib import Path

from handpose_live.media.source import StoredSource
from handpose_live.media.video.video_file import open_video

DEMO_VIDEO = Path(__file__).resolve().parents[1] / "assets" / "demo.mp4"


def open_demo() -> StoredSource:
    """The demo, a film like any other."""
    film = open_video(DEMO_VIDEO)
    film.info = replace(film.info, name="demo")
    return film
