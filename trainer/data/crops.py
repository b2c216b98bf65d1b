"""Samples to crops: the picture as the network sees it, and where its joints are."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from handpose_live.pose.crop import Crop
from handpose_live.pose.skeleton import JOINT_COUNT
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
        picture = sample.read()
        crop = self._crop(sample, picture.shape[0], rng)
        image = torch.from_numpy(crop.cut(picture, self._crop_px)).permute(2, 0, 1)
        hand = sample.joints_px is not None
        joints = (
            np.zeros((JOINT_COUNT, 2), np.float32) if sample.joints_px is None else crop.to_crop(sample.joints_px, 1)
        )
        return Batch(image, torch.from_numpy(joints), torch.tensor(hand), torch.tensor(not crop.mirrored))

    def _pick(self, position: int, rng: np.random.Generator) -> Sample:
        """Hands in a new order each epoch, now and then a negative instead."""
        if self._negatives and rng.random() < self._recipe.negative_share:
            return self._negatives[int(rng.integers(len(self._negatives)))]
        epoch, place = divmod(position, len(self._hands))
        return self._hands[_order(self._seed, epoch, len(self._hands))[place]]

    def _crop(self, sample: Sample, picture_px: int, rng: np.random.Generator) -> Crop:
        whole = Crop(picture_px / 2, picture_px / 2, picture_px)
        if not self._recipe.augmented:
            return whole
        mirrored = bool(rng.random() < self._recipe.mirrored_share)
        if sample.joints_px is None:
            return perturb(whole, rng, mirrored=mirrored)
        return perturb(Crop.around(sample.joints_px, margin=self._margin), rng, mirrored=mirrored)


def perturb(crop: Crop, rng: np.random.Generator, *, mirrored: bool) -> Crop:
    """Turn, scale and shift a crop as a tracker's guess would be off, and at times much more."""
    turn = rng.uniform(-math.pi, math.pi) if rng.random() < 0.1 else rng.normal(0, math.radians(20))
    size = crop.size * math.exp(rng.normal(0, 0.15))
    dx, dy = rng.normal(0, 0.07, 2) * size
    return Crop(crop.centre_x + dx, crop.centre_y + dy, size, crop.angle + turn, mirrored)


@lru_cache(maxsize=1)
def _order(seed: int, epoch: int, count: int) -> list[int]:
    """The shuffled order of an epoch."""
    return [int(place) for place in np.random.default_rng((seed, epoch, 1)).permutation(count)]


def start_worker(_: int) -> None:
    """OpenCV's own threads would fight over the cores with the other loading processes."""
    cv2.setNumThreads(0)
