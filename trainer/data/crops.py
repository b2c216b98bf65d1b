"""Samples to crops: the picture as the network sees it, and where its joints are."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from handpose_live.pose.crop import Crop, Floats
from handpose_live.pose.skeleton import JOINT_COUNT
from trainer.data.background import is_green_screen, replace_screen
from trainer.data.folders import Sample
from trainer.recipes import Recipe


class Batch(NamedTuple):
    """``n`` crops (a dataset's item is one of them, without the first dimension).

    Attributes:
        images: ``(n, 3, s, s)`` uint8 RGB.
        joints: ``(n, 21, 2)`` normalised.
        hand: ``(n,)`` whether there is a hand; where not, the joints mean nothing.
        right: ``(n,)`` whether it looks like a right hand.
    """

    images: Tensor
    joints: Tensor
    hand: Tensor
    right: Tensor


class TrainingCrops(Dataset[Batch]):
    """An endless row of training crops; the one at a position depends on the seed and it alone.

    So a run that is resumed at a position goes on as if it had never stopped, however many
    processes load it.
    """

    def __init__(
        self,
        hands: Sequence[Sample],
        negatives: Sequence[Sample],
        recipe: Recipe,
        *,
        crop_px: int,
        margin: float,
        seed: int,
    ) -> None:
        self._hands, self._negatives, self._recipe = hands, negatives, recipe
        self._crop_px, self._margin, self._seed = crop_px, margin, seed

    def __getitem__(self, position: int) -> Batch:
        rng = np.random.default_rng((self._seed, position))
        sample = self._pick(position, rng)
        picture, joints_px = sample.read(), sample.joints_px
        if self._recipe.augmented:
            if self._negatives and rng.random() < 0.8 and is_green_screen(picture):
                picture = replace_screen(picture, self._any_negative(rng).read())
            picture, joints_px = stretch(picture, joints_px, rng)
        crop = self._crop(picture, joints_px, rng)
        image = torch.from_numpy(crop.cut(picture, self._crop_px)).permute(2, 0, 1)
        joints = np.zeros((JOINT_COUNT, 2), np.float32) if joints_px is None else crop.to_crop(joints_px, 1)
        hand, right = joints_px is not None, not crop.mirrored
        return Batch(image, torch.from_numpy(joints), torch.tensor(hand), torch.tensor(right))

    def _pick(self, position: int, rng: np.random.Generator) -> Sample:
        """Hands in a new order each epoch, now and then a negative instead."""
        if self._negatives and rng.random() < self._recipe.negative_share:
            return self._any_negative(rng)
        epoch, place = divmod(position, len(self._hands))
        return self._hands[_order(self._seed, epoch, len(self._hands))[place]]

    def _any_negative(self, rng: np.random.Generator) -> Sample:
        return self._negatives[int(rng.integers(len(self._negatives)))]

    def _crop(self, picture: NDArray[np.uint8], joints_px: Floats | None, rng: np.random.Generator) -> Crop:
        height, width = picture.shape[:2]
        whole = Crop(width / 2, height / 2, max(width, height))
        if not self._recipe.augmented:
            return whole
        mirrored = bool(rng.random() < self._recipe.mirrored_share)
        crop = whole if joints_px is None else Crop.around(joints_px, margin=self._margin)
        return perturb(crop, rng, mirrored=mirrored)


def stretch(
    picture: NDArray[np.uint8], joints_px: Floats | None, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], Floats | None]:
    """Change a picture's proportions, as a hand's change when it is tilted or is another person's."""
    height, width = picture.shape[:2]
    ratio = math.exp(rng.normal(0, 0.1))
    stretched = cv2.resize(picture, (round(width * ratio), round(height / ratio)))
    scale = np.divide(stretched.shape[1::-1], (width, height), dtype=np.float32)
    return np.asarray(stretched, np.uint8), None if joints_px is None else joints_px * scale


def perturb(crop: Crop, rng: np.random.Generator, *, mirrored: bool) -> Crop:
    """Turn, scale and shift a crop as a tracker's guess would be off, and at times much more."""
    wild = rng.random() < 0.2
    turn = rng.uniform(-math.pi, math.pi) if wild else rng.normal(0, math.radians(20))
    size = crop.size * math.exp(rng.normal(0, 0.15))
    dx, dy = rng.normal(0, 0.14 if wild else 0.07, 2) * size
    return Crop(crop.centre_x + dx, crop.centre_y + dy, size, crop.angle + turn, mirrored)


@lru_cache(maxsize=1)
def _order(seed: int, epoch: int, count: int) -> list[int]:
    """The shuffled order of an epoch."""
    return [int(place) for place in np.random.default_rng((seed, epoch, 1)).permutation(count)]


def start_worker(_: int) -> None:
    """OpenCV's own threads would fight over the cores with the other loading processes."""
    cv2.setNumThreads(0)
