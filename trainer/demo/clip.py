"""Write the demo clip to files: H.264 video, and the exact joints in the program's landmark format."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import av
import numpy as np
from tqdm import tqdm

from handpose_live.media.recording.h264 import H264Encoder
from handpose_live.media.recording.landmarks import open_landmarks
from handpose_live.types.arrays import Image
from handpose_live.types.crop import Crop
from handpose_live.types.errors import HandPoseError
from handpose_live.types.hand import Hand

from ..scenes.film import FPS
from ..scenes.in_processes import map_in_processes
from ..scenes.labels import HandLabel
from .script import TAKES, duration_s
from .stage import open_stage

# Slow to encode and small: the clip is made once.
ENCODER = {"preset": "veryslow", "crf": "20"}
CONTAINER = {"movflags": "faststart"}  # a web page plays it while it loads
SECONDS_PER_KEYFRAME = 4
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
    joints = open_landmarks(path.with_suffix(".jsonl"), source=path.name, width=width, height=height, fps=FPS)
    render = partial(render_frame, skins=skins, height=height, width=width)
    rendered = tqdm(map_in_processes(render, frames, chunk=CHUNK, workers=workers), total=len(frames), unit="frame")

    def images() -> Iterable[Image]:
        for number, (image, hands) in enumerate(rendered):
            joints.write(number, number / FPS, hands)
            yield image

    try:
        with joints:
            _encode(path, images(), height=height, width=width)
    except (OSError, av.FFmpegError) as error:
        raise HandPoseError(f"Cannot write the clip to {path}: {error.strerror}.") from error


def render_frame(index: int, *, skins: Path, height: int, width: int) -> tuple[Image, list[Hand]]:
    """Render a frame of the clip, ``(h, w, 3)`` RGB, and return the true hands in it."""
    take = int(np.searchsorted(STARTS, index, side="right")) - 1
    scene = open_stage(take, skins, height, width).photograph(int(index - STARTS[take]))
    return scene.image, [_true_hand(label, 2 * take, (width, height)) for label in scene.hands]


def _true_hand(label: HandLabel, hands_before: int, size: tuple[int, int]) -> Hand:
    inside = ((label.joints_px >= 0) & (label.joints_px < size)).all(axis=1)
    return Hand(
        track_id=hands_before + label.number + 1,
        side=label.side,
        score=float(inside.mean()),
        joints=label.joints_px,
        joint_scores=np.asarray(inside, np.float32),
        crop=Crop.around(label.joints_px, margin=1, mirrored=label.side == "left"),
    )


def _encode(path: Path, images: Iterable[Image], *, height: int, width: int) -> None:
    with av.open(str(path), "w", options=CONTAINER) as container:
        gop_size = SECONDS_PER_KEYFRAME * FPS
        encoder = H264Encoder(container, (width, height), rate=FPS, gop_size=gop_size, options=ENCODER, ticks_per_s=FPS)
        for index, image in enumerate(images):
            container.mux(encoder.encode(image, index))
        container.mux(encoder.flush())
