"""Write the demo clip to files: H.264 video, and the exact joints in the program's landmark format."""

import json
import multiprocessing
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from handpose_live.media.recording.h264 import H264Encoder
from handpose_live.media.recording.landmarks import SCHEMA
from handpose_live.types.errors import HandPoseError

from .clip import FPS, HandTrack, demo_scene, render_frame
from .keyframes import DURATION_S

# Slow to encode and small: the clip is made once.
ENCODER = {"preset": "veryslow", "crf": "18"}
CONTAINER = {"movflags": "faststart"}  # a web page plays it while it loads
SECONDS_PER_KEYFRAME = 4
CLIP_FRAMES = round(DURATION_S * FPS)


def write_clip(
    path: Path, *, height: int = 480, width: int = 640, frames: range = range(CLIP_FRAMES), workers: int
) -> None:
    """Render the clip, with a progress bar; its joints are written beside it with the suffix .jsonl.

    Args:
        path: ends in .mp4.
        height, width: of the frames, px, even; the animation is designed for 3:4.
        frames: of the clip.
        workers: processes that render.

    Raises:
        HandPoseError: the path does not end in .mp4, or a file cannot be written.
    """
    if path.suffix.lower() != ".mp4":
        raise HandPoseError(f"Cannot write the clip to {path}: give it a name that ends in .mp4.")
    torch.set_num_threads(1)  # one hand is too little work to share
    try:
        write_joints(path.with_suffix(".jsonl"), source=path.name, height=height, width=width, frames=frames)
        images = _images(height=height, width=width, frames=frames, workers=workers)
        _encode(path, tqdm(images, total=len(frames), unit="frame"), height=height, width=width)
    except (OSError, av.FFmpegError) as error:
        raise HandPoseError(f"Cannot write the clip to {path}: {error.strerror}.") from error


def write_joints(path: Path, *, source: str, height: int, width: int, frames: range = range(CLIP_FRAMES)) -> None:
    """Write the exact joints of the frames' hands; a hand is listed while any joint is in the image.

    A joint's score is 1 in the image and 0 outside; a hand's score is their mean, its track id the number of its
    animation.

    Args:
        path: of the landmark file.
        source: the name of the video.
        height, width: of the frames, px.
        frames: of the clip.
    """
    header = {"schema": SCHEMA, "source": source, "width": width, "height": height, "fps": float(FPS)}
    tracks = demo_scene(height, width).tracks
    with path.open("w", encoding="utf-8", newline="\n") as file:
        print(json.dumps(header), file=file)
        for index, frame in enumerate(frames):
            hands = [_hand(number, track, frame) for number, track in enumerate(tracks, 1) if frame in track.frames]
            visible = [hand for hand in hands if hand["score"]]
            print(json.dumps({"frame": index, "time_s": round(index / FPS, 6), "hands": visible}), file=file)


def _hand(number: int, track: HandTrack, frame: int) -> dict[str, Any]:
    joints_px = track.joints_px[track.frames.index(frame)].double()
    inside = ((joints_px >= 0) & (joints_px < torch.tensor([track.views.width, track.views.height]))).all(1)
    rows = torch.cat([joints_px, inside[:, None]], dim=1).tolist()
    score = round(float(inside.double().mean()), 3)
    joints = [[round(value, 2) for value in row] for row in rows]
    return {"track": number, "side": track.animation.side, "score": score, "joints": joints}


def _images(*, height: int, width: int, frames: range, workers: int) -> Iterator[NDArray[np.uint8]]:
    """Render in order. Processes rather than threads: the arrays are too small to share the work on each."""
    render = partial(render_frame, height=height, width=width)
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(workers, torch.set_num_threads, (1,)) if workers > 1 else nullcontext() as pool:
        yield from pool.imap(render, frames, chunksize=4) if pool else map(render, frames)


def _encode(path: Path, images: Iterable[NDArray[np.uint8]], *, height: int, width: int) -> None:
    with av.open(str(path), "w", options=CONTAINER) as container:
        gop_size = SECONDS_PER_KEYFRAME * FPS
        encoder = H264Encoder(container, (width, height), rate=FPS, gop_size=gop_size, options=ENCODER, ticks_per_s=FPS)
        for index, image in enumerate(images):
            container.mux(encoder.encode(image, index))
        container.mux(encoder.flush())
