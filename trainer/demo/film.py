"""The demo clip as files: H.264, and the exact joints beside it in the program's landmark format."""

import json
import multiprocessing
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import av
import numpy as np
import torch
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, VideoReformatter
from numpy.typing import NDArray
from tqdm import tqdm

from handpose_live.types.errors import HandPoseError

from .clip import FPS, demo_scene, render_frame
from .keyframes import DURATION_S

SCHEMA = "handpose-live/1"  # as the README describes it
# Slow to encode and small: the clip is made once.
ENCODER = {"preset": "veryslow", "crf": "18"}
SECONDS_PER_KEYFRAME = 4
CLIP_FRAMES = round(DURATION_S * FPS)


def write_clip(
    path: Path, *, height: int = 480, width: int = 640, frames: range = range(CLIP_FRAMES), workers: int
) -> None:
    """Render the clip, with progress; ``path`` gets the video, and the same name in .jsonl its joints.

    Args:
        path: ends in .mp4.
        height, width: of the frames, px, even; the story is told for 3:4.
        frames: which of the clip's.
        workers: processes that render.

    Raises:
        HandPoseError: the name is none of an .mp4, or the file cannot be written.
    """
    if path.suffix.lower() != ".mp4":
        raise HandPoseError(f"Cannot write the clip to {path}: give it a name that ends in .mp4.")
    torch.set_num_threads(1)  # threads that share a hand's few numbers wait for each other
    try:
        _write_joints(path, height=height, width=width, frames=frames)
        pictures = _pictures(height=height, width=width, frames=frames, workers=workers)
        _encode(path, tqdm(pictures, total=len(frames), unit="frame"), height=height, width=width)
    except (OSError, av.FFmpegError) as error:
        raise HandPoseError(f"Cannot write the clip to {path}: {error.strerror}.") from error


def _pictures(*, height: int, width: int, frames: range, workers: int) -> Iterator[NDArray[np.uint8]]:
    """In order. Processes rather than threads: the arrays are too small for threads to share the work on each."""
    make = partial(render_frame, height=height, width=width)
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(workers, torch.set_num_threads, (1,)) if workers > 1 else nullcontext() as pool:
        yield from pool.imap(make, frames, chunksize=4) if pool else map(make, frames)


def _write_joints(path: Path, *, height: int, width: int, frames: range) -> None:
    """A hand is listed while any joint is in the picture.

    Its score is the share of its joints that are, a joint's own is 1 or 0; its track is the number of its act.
    """
    header = {"schema": SCHEMA, "source": path.name, "width": width, "height": height, "fps": float(FPS)}
    with path.with_suffix(".jsonl").open("w", encoding="utf-8", newline="\n") as file:
        print(json.dumps(header), file=file)
        for number in frames:
            hands = []
            for track, part in enumerate(demo_scene(height, width).tracks, 1):
                if number not in part.frames:
                    continue
                joints = part.joints_px[part.frames.index(number)].double()
                inside = ((joints >= 0) & (joints < torch.tensor([width, height]))).all(1)
                rows = torch.cat([joints, inside[:, None]], dim=1).tolist()
                score = round(float(inside.double().mean()), 3)
                hands.append({"track": track, "side": part.animation.side, "score": score, "joints": _rounded(rows)})
            shown = [hand for hand in hands if hand["score"]]
            time_s = round((number - frames[0]) / FPS, 6)
            print(json.dumps({"frame": number - frames[0], "time_s": time_s, "hands": shown}), file=file)


def _rounded(rows: list[list[float]]) -> list[list[float]]:
    return [[round(value, 2) for value in row] for row in rows]


def _encode(path: Path, pictures: Iterable[NDArray[np.uint8]], *, height: int, width: int) -> None:
    """Without this, players would guess how RGB was meant; with ``faststart``, a web page plays it at once."""
    reformatter = VideoReformatter()
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=FPS, options=ENCODER)
        stream.height, stream.width, stream.pix_fmt = height, width, "yuv420p"
        codec = stream.codec_context
        codec.gop_size = SECONDS_PER_KEYFRAME * FPS
        codec.colorspace, codec.color_range = int(Colorspace.ITU709), int(ColorRange.MPEG)
        codec.color_primaries, codec.color_trc = int(ColorPrimaries.BT709), int(ColorTrc.BT709)
        for picture in pictures:
            frame = reformatter.reformat(
                av.VideoFrame.from_ndarray(picture, format="rgb24"),
                format="yuv420p",
                dst_colorspace=Colorspace.ITU709,
                dst_color_range=ColorRange.MPEG,
            )
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
