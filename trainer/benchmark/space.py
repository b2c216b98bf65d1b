"""Hands in three dimensions beside MediaPipe's, in crops around the true joints of frames."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from handpose_live.inference.loading import load_estimator
from handpose_live.types.arrays import Floats
from handpose_live.types.errors import HandPoseError

from ..data.frames import read_all_frames
from ..evaluate.space import (
    HandInSpace,
    angle_errors_deg,
    error_percent,
    estimate,
    hands_in_space,
    lifted_truth,
)
from .mediapipe_on_crops import CROP_PX, MediaPipeOnCrops

KINDS = ("mcp", "pip", "dip", "abduction", "thumb")


def print_space(frames: Sequence[Path], weights: Path, device: str | None) -> None:
    """Print the errors in space of our network and of MediaPipe's world landmarks.

    Args:
        frames: folders of whole frames whose joints are known in space.
        weights: of our network.
        device: see :func:`load_estimator`.

    Raises:
        HandPoseError: frames or weights cannot be used.
    """
    estimator = load_estimator(weights, device)
    hands = hands_in_space(read_all_frames(frames, None))
    if not hands:
        raise HandPoseError("No hand of these frames has joints in space; render some with --scenes.")
    ours = [estimate(estimator, hand) for hand in hands]
    with closing(MediaPipeOnCrops()) as mediapipe:
        theirs = [_mediapipe(mediapipe, hand, estimator.info.crop_margin) for hand in hands]
    both = [number for number, joints in enumerate(theirs) if joints is not None]
    print(f"{len(hands)} hands; mean error of the joints after Procrustes alignment, in % of the hand length; median")
    print("errors of flexion and abduction, in degrees, where the joints that an angle depends on are seen")
    rows: list[tuple[str, list[tuple[Floats, HandInSpace]]]] = [
        ("ours, all", list(zip(ours, hands, strict=True))),
        ("ours, where MediaPipe finds a hand", [(ours[number], hands[number]) for number in both]),
        ("MediaPipe", [(joints, hands[number]) for number in both if (joints := theirs[number]) is not None]),
        ("true joints and depths", [(lifted_truth(hand), hand) for hand in hands]),
    ]
    print(f"{'':<36}{'hands':>6}{'mean':>7}{'median':>8}{'angles':>8}  " + "".join(f"{kind:>11}" for kind in KINDS))
    for name, pairs in rows:
        print(f"{name:<36}{len(pairs):>6}" + _cells(pairs))


def _cells(pairs: Sequence[tuple[Floats, HandInSpace]]) -> str:
    errors = [error_percent(joints, hand.joints) for joints, hand in pairs]
    angles = [item for joints, hand in pairs for item in angle_errors_deg(joints, hand).items()]
    cells = f"{np.mean(errors):>7.2f}{np.median(errors):>8.2f}{np.median([error for _, error in angles]):>8.1f}  "
    by_kind = [[error for name, error in angles if _kind(name) == kind] for kind in KINDS]
    return cells + "".join(f"{np.median(errors):>11.1f}" if errors else f"{'-':>11}" for errors in by_kind)


def _kind(angle: str) -> str:
    finger, _, kind = angle.partition("_")
    return "thumb" if finger == "thumb" else kind


def _mediapipe(mediapipe: MediaPipeOnCrops, hand: HandInSpace, margin: float) -> Floats | None:
    """``(21, 3)`` joints of any scale; None where it finds no hand."""
    found = mediapipe.find(hand.crop(margin).cut(hand.image, CROP_PX))
    if found is None:
        return None
    flip = (-1, 1, 1) if hand.hand.side == "left" else (1, 1, 1)  # it saw a left hand mirrored
    return np.asarray(found.joints_m * flip, np.float32)
