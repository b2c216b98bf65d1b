"""How much is lost where a crop is off or a picture is bad, and whether the score tells hands from other things."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from handpose_live.inference.estimator import PoseEstimator
from handpose_live.inference.loading import load_estimator
from handpose_live.types.arrays import Floats
from handpose_live.types.crop import Crop

from ..data.folders import Sample, read_all_hands, read_all_negatives
from ..data.image_cache import unperturbed
from ..synth.scene import RenderConfig, render_backgrounds, render_images
from .evaluate import BATCH, labelled_joints

Pixels = NDArray[np.uint8]
RENDERED_PX, RENDERED_SEED, PEOPLE, SCENES = 160, 77, 32, 128
MELANIN = (0.0, 0.25, 0.5, 0.75, 1.0)
GLOVES = {"grey": (1.0, 1.0, 1.0), "green": (0.6, 1.5, 0.6), "blue": (0.7, 0.8, 1.5), "red": (1.5, 0.6, 0.6)}


@dataclass(frozen=True)
class Change:
    """One way to make a hand harder to read.

    Attributes:
        kind: the line of the table.
        name: the cell.
        crop: what becomes of the upright crop.
        spoil: what becomes of its pixels.
    """

    kind: str
    name: str
    crop: Callable[[Crop], Crop] = lambda crop: crop
    corrupt: Callable[[Pixels], Pixels] = lambda pixels: pixels


def changes() -> Iterator[Change]:
    """All of the table but its rendered hands; the first changes nothing."""
    for degrees in range(0, 181, 30):
        yield Change("turned by", f"{degrees}°", crop=partial(_turned, degrees=degrees))
    for factor in (0.7, 0.85, 1.2, 1.4):
        yield Change("crop's size", f"{factor:g} x", crop=partial(_resized, factor=factor))
    for sigma_px in (1, 2, 3):
        yield Change("blur, px", f"{sigma_px}", corrupt=partial(_blurred, sigma_px=sigma_px))
    for name, factor in (("1/4", 1 / 4), ("1/16", 1 / 16), ("1/64", 1 / 64), ("x 2", 2), ("x 4", 4)):
        yield Change("light", name, corrupt=partial(_relit, factor=factor))
    for quality in (30, 10):
        yield Change("JPEG", f"{quality}", corrupt=partial(_compressed, quality=quality))
    yield Change("side", "wrong", crop=_mirrored)


def print_robustness(data: Sequence[Path], split: str, weights: Path, device: str | None) -> None:
    """Print the table for the hands of a split, and for rendered ones by the colour of their skin or gloves.

    Raises:
        HandPoseError: data or weights cannot be used.
    """
    estimator = load_estimator(weights, device)
    hands = read_all_hands(data, split)
    rows: dict[str, list[str]] = {}
    for change in changes():
        rows.setdefault(change.kind, []).append(f"{change.name} {mean_error(estimator, hands, change):.2f}")
    for melanin in MELANIN:
        error = rendered_error(estimator, melanin)
        rows.setdefault("skin, rendered", []).append(f"{melanin:g} {error:.2f}")
    for name, colour in GLOVES.items():
        error = rendered_error(estimator, MELANIN[0], glove=colour)
        rows.setdefault("glove, rendered", []).append(f"{name} {error:.2f}")
    print(f"{len(hands)} hands; mean error in % of the side of the unchanged crop")
    for kind, cells in rows.items():
        print(f"{kind:<16}" + "".join(f"{cell:>12}" for cell in cells))
    empty = [sample.read() for sample in read_all_negatives(data, split)]
    scenes = render_backgrounds(RENDERED_SEED, range(SCENES), RenderConfig(RENDERED_PX, RENDERED_PX)).numpy()
    seen = _scores(estimator, [_upright(estimator, hand).cut(hand.read(), estimator.info.crop_px) for hand in hands])
    for name, pictures in (("real pictures without a hand", empty), ("rendered scenes without a hand", list(scenes))):
        if pictures:
            area = roc_area(seen, _scores(estimator, [_whole(estimator, picture) for picture in pictures]))
            print(f"score: area under ROC {area:.4f}, against {len(pictures)} {name}")


def mean_error(estimator: PoseEstimator, hands: Sequence[Sample], change: Change) -> float:
    """Mean distance from the labels, in % of the side of the unchanged crop."""
    errors = []
    for start in range(0, len(hands), BATCH):
        some = hands[start : start + BATCH]
        upright = [_upright(estimator, hand) for hand in some]
        joints_px = [labelled_joints(hand) for hand in some]
        errors.append(_errors(estimator, [hand.read() for hand in some], joints_px, upright, change))
    return 100 * float(np.concatenate(errors).mean())


def rendered_error(
    estimator: PoseEstimator, melanin: float, *, glove: tuple[float, float, float] | None = None
) -> float:
    """The same for rendered hands of one skin; the same people, poses, lights and places for every skin and glove."""
    config = RenderConfig(RENDERED_PX, RENDERED_PX, melanin=melanin, unoccluded=True)
    made = render_images(RENDERED_SEED, range(PEOPLE), config)
    pixels, joints_px = made.pixels.numpy(), list(made.joints_px.numpy())
    if glove:
        gloved = (pixels.mean(axis=3, keepdims=True) * glove).clip(0, 255).astype(np.uint8)
        pixels = np.where(made.mask.numpy()[..., None], gloved, pixels)
    upright = [Crop.around(joints, margin=estimator.info.crop_margin) for joints in joints_px]
    return 100 * float(_errors(estimator, list(pixels), joints_px, upright, Change("skin", f"{melanin:g}")).mean())


def roc_area(hands: Floats, others: Floats) -> float:
    """How often a hand scores higher than something else does; a tie counts half."""
    above, equal = hands[:, None] > others, hands[:, None] == others
    return float(above.mean() + equal.mean() / 2)


def _errors(
    estimator: PoseEstimator,
    pictures: Sequence[Pixels],
    joints_px: Sequence[Floats],
    upright: Sequence[Crop],
    change: Change,
) -> Floats:
    """``(n, 21)`` in units of the upright crop's side."""
    side = estimator.info.crop_px
    crops = [change.crop(crop) for crop in upright]
    images = np.stack([change.corrupt(crop.cut(picture, side)) for crop, picture in zip(crops, pictures, strict=True)])
    found = estimator(images).joints_crop_px
    errors = [
        np.linalg.norm(crop.to_frame(each, side) - joints, axis=1) / whole.size
        for crop, each, joints, whole in zip(crops, found, joints_px, upright, strict=True)
    ]
    return np.asarray(errors, np.float32)


def _scores(estimator: PoseEstimator, crops: list[Pixels]) -> Floats:
    parts = (crops[start : start + BATCH] for start in range(0, len(crops), BATCH))
    return np.concatenate([estimator(np.stack(part)).hand_scores for part in parts])


def _upright(estimator: PoseEstimator, hand: Sample) -> Crop:
    return Crop.around(labelled_joints(hand), margin=estimator.info.crop_margin)


def _whole(estimator: PoseEstimator, picture: Pixels) -> Pixels:
    height, width = picture.shape[:2]
    return unperturbed(width, height, None, None).cut(picture, estimator.info.crop_px)


def _turned(crop: Crop, degrees: float) -> Crop:
    return replace(crop, angle=crop.angle + math.radians(degrees))


def _resized(crop: Crop, factor: float) -> Crop:
    return replace(crop, size=factor * crop.size)


def _mirrored(crop: Crop) -> Crop:
    return replace(crop, mirrored=not crop.mirrored)


def _blurred(pixels: Pixels, sigma_px: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma_px), np.uint8)


def _relit(pixels: Pixels, factor: float) -> Pixels:
    """That many times the light falls into the camera, up to all that it can tell apart; its noise stays."""
    noise = np.random.default_rng(0).normal(0, 2, pixels.shape)
    linear = ((pixels / 255.0) ** 2.2 * factor).clip(0, 1)
    return np.asarray((255 * linear ** (1 / 2.2) + noise).round().clip(0, 255), np.uint8)


def _compressed(pixels: Pixels, quality: int) -> Pixels:
    _, file = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR_RGB), np.uint8)
