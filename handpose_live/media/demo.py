"""The demo video that ships with the program: rendered people, for users without a camera."""

from dataclasses import replace
from pathlib import Path

from handpose_live.media.source import StoredSource
from handpose_live.media.video.video_file import open_video

DEMO_VIDEO = Path(__file__).resolve().parents[1] / "assets" / "demo.mp4"


def open_demo() -> StoredSource:
    """Open the demo video."""
    source = open_video(DEMO_VIDEO)
    source.info = replace(source.info, name="demo")
    return source
