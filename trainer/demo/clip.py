"""Write the demo clip: a video, and the exact joints in the program's landmark format."""

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from handpose_live.types.arrays import Floats, Image
from handpose_live.types.errors import HandPoseError
from handpose_live.types.hand import Hand

from ..scenes.in_processes import map_in_processes
from ..scenes.video import FPS, true_hand, write_video
from .script import TAKES, duration_s
from .stage import open_stage

# The frame in which each take begins, and the end.
STARTS = np.cumsum([0, *(round(duration_s(take.beats) * FPS) for take in TAKES)])
CHUNK = 32  # frames that a process renders in a row, of one take mostly


def write_clip(
    path: Path,
    skins: Path,
    *,
    height: int = 480,
    width: int = 640,
    frames: range = range(int(STARTS[-1])),
    workers: int,
) -> None:
    """Render the clip, with a progress bar; its joints are written beside it with the suffix .jsonl.

    A hand is listed while any of it is seen. A joint's score is 1 in the image and 0 outside; a hand's score is their
    mean, its track id tells the hands of all people apart.

    Args:
        path: ends in .mp4.
        skins: folder of MakeHuman's skin textures.
        height, width: of the frames, px, even; the script is made for 3:4.
        frames: of the clip.
        workers: processes that render.

    Raises:
        HandPoseError: the path does not end in .mp4, a file cannot be written, or there are no skins.
    """
    if path.suffix.lower() != ".mp4":
        raise HandPoseError(f"Cannot write the clip to {path}: give it a name that ends in .mp4.")
    render = partial(render_frame, skins=skins, height=height, width=width)
    rendered = tqdm(map_in_processes(render, frames, chunk=CHUNK, workers=workers), total=len(frames), unit="frame")
    write_video(path, rendered, preset="veryslow")  # slow to encode and small: the clip is made once


def render_frame(index: int, *, skins: Path, height: int, width: int) -> tuple[Image, list[Hand]]:
    """Render a frame of the clip, ``(h, w, 3)`` RGB, and return the true hands in it."""
    take = int(np.searchsorted(STARTS, index, side="right")) - 1
    scene = open_stage(take, skins, height, width).photograph(int(index - STARTS[take]))
    return scene.image, [
        true_hand(label, _inside(label.joints_px, (width, height)), hands_before=2 * take) for label in scene.hands
    ]


def _inside(joints_px: Floats, size: tuple[int, int]) -> NDArray[np.bool_]:
    return np.asarray(((joints_px >= 0) & (joints_px < size)).all(axis=1))
