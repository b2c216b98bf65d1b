"""Random parameters of the geometric augmentation, and how they change crops."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats

from ..rng import CounterRng
from .warp import Crops

STRONG_SHARE = 0.2  # of the crops are perturbed far more than a tracker's estimate would be off
TRUNCATED_SHARE = 0.1  # of the hands are partly beyond the image's edge
MAX_TRUNCATION = 0.5  # of the joint box
SEED_OFFSET = 0x5EED  # keeps the crops of a seed as they were in earlier versions


class AugmentationParameters(NamedTuple):
    """Random parameters of ``n`` crops, ``(n,)`` each: the first ten uniform in 0..1, the others normal.

    Attributes:
        negative: whether the crop shows no hand.
        rendered: whether its hand is a rendered one.
        image: which negative or rendered image.
        mirrored: whether it shows a left hand.
        strong: whether its perturbation is a strong one.
        any_rotation: the angle of a strong perturbation.
        replaced: whether its background is replaced, and how much around the hand is kept.
        background: which image becomes the background.
        truncated: whether the image ends within the hand, and on which side.
        extent: how much is truncated; the brightness of the background.
        aspect: the change of the aspect ratio.
        rotation, scale, x, y: the perturbation of the crop.
    """

    negative: Floats
    rendered: Floats
    image: Floats
    mirrored: Floats
    strong: Floats
    any_rotation: Floats
    replaced: Floats
    background: Floats
    truncated: Floats
    extent: Floats
    aspect: Floats
    rotation: Floats
    scale: Floats
    x: Floats
    y: Floats

    @classmethod
    def sample(cls, seed: int, positions: range) -> "AugmentationParameters":
        """Draw the parameters at some positions of a seed's sequence; each is the same in every batch."""
        rng = CounterRng(seed + SEED_OFFSET, positions)
        return cls(*rng.uniform(0, 1, 10).numpy().T, *rng.normal(1, 5).numpy().T)

    def scaled(self, augmentation_strength: float) -> "AugmentationParameters":
        """Make strong perturbations and truncations rarer, by a factor of 0..1."""
        return self._replace(
            strong=self.strong / augmentation_strength, truncated=self.truncated / augmentation_strength
        )

    def select(self, rows: NDArray[np.bool_]) -> "AugmentationParameters":
        """The parameters of some of the crops."""
        return AugmentationParameters(*(values[rows] for values in self))


def perturb(crops: Crops, parameters: AugmentationParameters, mirrored_share: float) -> Crops:
    """Rotate, scale and shift crops by the typical error of a tracker, some by much more; mirror some."""
    strong = parameters.strong < STRONG_SHARE
    any_rotation = math.pi * (2 * parameters.any_rotation - 1)
    rotations = np.where(strong, any_rotation, math.radians(20) * parameters.rotation)
    sizes = np.exp(0.15 * parameters.scale) * crops.sizes
    shifts = (np.where(strong, 0.14, 0.07) * sizes)[:, None] * np.stack([parameters.x, parameters.y], axis=1)
    return Crops(crops.centres + shifts, sizes, crops.angles + rotations, parameters.mirrored < mirrored_share)


def stretch(matrices: NDArray[np.float64], crops: Crops, aspect: Floats, crop_px: int) -> None:
    """Change the aspect ratio of crops in place, as the proportions of hands vary with view and person.

    The ``(n, 2, 3)`` matrices of the crops are changed; the centre of each crop stays where it is.
    """
    factors = np.exp(0.1 * aspect)
    matrices[:, :, 0] *= factors[:, None]
    matrices[:, :, 1] /= factors[:, None]
    matrices[:, :, 2] = crop_px / 2 - (matrices[:, :, :2] @ crops.centres[:, :, None])[..., 0]


def truncate(bounds: NDArray[np.int64], joints_px: Floats, parameters: AugmentationParameters) -> None:
    """Let some images end within the hand on a random side, as where a hand enters or leaves a camera's view.

    Of the ``(n, 4)`` bounds (left, top, right and bottom of whole images) one is moved in place into the box of
    the ``(n, 21, 2)`` joints.
    """
    low, high = joints_px.min(axis=1), joints_px.max(axis=1)
    hidden = MAX_TRUNCATION * parameters.extent[:, None] * (high - low)
    moved = np.rint(np.concatenate([low + hidden, high - hidden], axis=1)).astype(np.int64)
    moved = moved.clip(1, np.tile(bounds[:, 2:] - 1, 2))  # at least 1 px remains, even of a hand beyond the edge
    rows = np.flatnonzero((parameters.truncated < TRUNCATED_SHARE) & (high > low).all(axis=1))
    side = (parameters.truncated[rows] * (4 / TRUNCATED_SHARE)).astype(np.intp)
    bounds[rows, side] = moved[rows, side]
