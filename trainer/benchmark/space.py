"""Hands in three dimensions beside MediaPipe's, in crops around the true joints of frames."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from handpose_live.inference.loading import load_estimator
from handpose_live.types.errors import HandPoseError

from ..data.frames import read_all_frames
from ..evaluate.space import HandInSpace, error_percent, estimate, hands_in_space, lifted_truth
from .mediapipe_on_crops import CROP_PX, MediaPipeOnCrops


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
    ours = np.array([error_percent(estimate(estimator, hand), hand.joints) for hand in hands])
    with closing(MediaPipeOnCrops()) as mediapipe:
        theirs = np.array([_mediapipe_percent(mediapipe, hand, estimator.info.crop_margin) for hand in hands])
    found = np.isfinite(theirs)
    floor = np.array([error_percent(lifted_truth(hand), hand.joints) for hand in hands])
    print(f"{len(hands)} hands; mean error of the joints after Procrustes alignment, in % of the hand length")
    for name, errors, chosen in (
        ("ours, all", ours, np.ones_like(found)),
        ("ours, where MediaPipe finds a hand", ours, found),
        ("MediaPipe", theirs, found),
        ("true joints and depths", floor, np.ones_like(found)),
    ):
        values = errors[chosen]
        print(f"{name:<36}{len(values):>5} hands   mean {values.mean():5.2f}   median {np.median(values):5.2f}")


def _mediapipe_percent(mediapipe: MediaPipeOnCrops, hand: HandInSpace, margin: float) -> float:
    """NaN where it finds no hand."""
    found = mediapipe.find(hand.crop(margin).cut(hand.image, CROP_PX))
    if found is None:
        return float("nan")
    flip = (-1, 1, 1) if hand.hand.side == "left" else (1, 1, 1)  # it saw a left hand mirrored
    return error_percent(np.asarray(found.joints_m * flip, np.float32), hand.joints)
