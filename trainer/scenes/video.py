"""Write rendered images as a video, with the true hands in a landmark file beside it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import av
import numpy as np
from numpy.typing import ArrayLike

from handpose_live.media.recording.h264 import H264Encoder, encodable_size
from handpose_live.media.recording.landmarks import open_landmarks
from handpose_live.types.arrays import Image
from handpose_live.types.crop import Crop
from handpose_live.types.errors import HandPoseError
from handpose_live.types.hand import Hand

from .labels import HandLabel

FPS = 30
SECONDS_PER_KEYFRAME = 4
QUALITY = "20"  # libx264's crf
CONTAINER = {"movflags": "faststart"}  # a web page plays it while it loads


def write_video(path: Path, frames: Iterable[tuple[Image, Sequence[Hand]]], *, preset: str) -> None:
    """Write a video (H.264, ``FPS``) and, once that is complete, a landmark file (.jsonl) beside it.

    Args:
        path: of the video, .mp4.
        frames: one or more ``(h, w, 3)`` RGB images with their true hands.
        preset: of libx264: how long to encode.

    Raises:
        HandPoseError: a file cannot be written.
    """
    truth = []
    try:
        with av.open(f"file:{path}", "w", options=CONTAINER) as container:
            encoder: H264Encoder | None = None
            for number, (image, hands) in enumerate(frames):
                height, width = image.shape[:2]
                encoder = encoder or H264Encoder(
                    container,
                    encodable_size(width, height),
                    rate=FPS,
                    gop_size=SECONDS_PER_KEYFRAME * FPS,
                    options={"preset": preset, "crf": QUALITY},
                    ticks_per_s=FPS,
                )
                container.mux(encoder.encode(image, number))
                truth.append(hands)
            assert encoder
            container.mux(encoder.flush())
    except (OSError, av.FFmpegError) as error:
        raise HandPoseError(f"Cannot write the video {path}: {error.strerror}.") from error
    with open_landmarks(path.with_suffix(".jsonl"), source=path.name, width=width, height=height, fps=FPS) as landmarks:
        for number, hands in enumerate(truth):
            landmarks.write(number, number / FPS, hands)


def true_hand(label: HandLabel, joint_scores: ArrayLike, *, hands_before: int = 0) -> Hand:
    """Return a labelled hand as landmark files hold it.

    Args:
        label: of the hand.
        joint_scores: ``(21,)``; the hand's score is their mean.
        hands_before: of other people, which are counted first in its track id.
    """
    scores = np.asarray(joint_scores, np.float32)
    return Hand(
        track_id=hands_before + label.number + 1,
        side=label.side,
        score=float(scores.mean()),
        joints=label.joints_px,
        joint_scores=scores,
        crop=Crop.around(label.joints_px, margin=1, mirrored=label.side == "left"),
    )
