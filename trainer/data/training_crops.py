"""Training crops from labelled images: what the network sees, and where its joints are."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from handpose_live.types.arrays import Floats

from ..recipes import Recipe
from .augmentation_parameters import TRUNCATED_SHARE, AugmentationParameters, perturb, stretch, truncate
from .background import replace_green_screen, replace_surroundings
from .image_cache import ImageCache
from .rendered import RenderedHands
from .to_device import to_device
from .warp import warp_crops

SCREENS_REPLACED = 0.8  # of the hands in front of a green screen
SURROUNDINGS_REPLACED = 0.25  # of the other hands
MAX_LOG_BRIGHTNESS = 1.0  # natural logarithm of how much brighter or darker a new background may be


class Batch(NamedTuple):
    """``n`` crops.

    Attributes:
        images: ``(n, 3, s, s)`` uint8 RGB.
        joints: ``(n, 21, 2)`` normalised.
        hand: ``(n,)`` whether there is a hand; where not, the joints mean nothing.
        right: ``(n,)`` whether it looks like a right hand.
        depths: ``(n, 21)`` relative to the wrist, in crop sides; NaN where unknown.
        visible: ``(n, 21)`` 1 or 0; NaN where unknown.
        weights: ``(n, 21)`` of the labels of the joints, 0..1.
    """

    images: Tensor
    joints: Tensor
    hand: Tensor
    right: Tensor
    depths: Tensor
    visible: Tensor
    weights: Tensor


class TrainingCrops:
    """An endless sequence of training crops; each depends on nothing but the seed and its position.

    A resumed run therefore sees the crops that it would have seen without the interruption, with any number of
    processes and threads.

    Attributes:
        description: where the images are, in words.
    """

    description = "images in GPU memory"

    def __init__(
        self,
        cache: ImageCache,
        recipe: Recipe,
        *,
        crop_px: int,
        seed: int,
        sample_repeats: NDArray[np.intp] | None = None,
        rendered: RenderedHands | None = None,
        rendered_share: float = 0.0,
    ) -> None:
        """Args:
        cache: hands, and perhaps negatives: images without a hand. Batches are put on its device.
        recipe: the sampling and the augmentation.
        crop_px: side of the crops.
        seed: of the sequence.
        sample_repeats: how often each hand of the cache occurs in an epoch; None for once.
        rendered, rendered_share: hands besides those of the cache, and their share of all hands.
        """
        self._cache, self._recipe, self._rendered = cache, recipe, rendered
        self._hands, self._negatives = np.flatnonzero(cache.hand), np.flatnonzero(~cache.hand)
        if sample_repeats is not None:
            self._hands = np.repeat(self._hands, sample_repeats)
        self._crop_px, self._seed, self._device = crop_px, seed, cache.device
        self._rendered_share = rendered_share if rendered else 0.0

    def batch(self, positions: range) -> Batch:
        """The crops at some positions of one step."""
        step = positions[0] // self._recipe.batch
        parameters = AugmentationParameters.sample(self._seed, positions)
        parameters = parameters.scaled(self._recipe.augmentation_strength(step))
        negative = parameters.negative < (self._recipe.negative_share if len(self._negatives) else 0)
        rendered = ~negative & (parameters.rendered < self._rendered_share)
        indices = np.where(negative, _pick(self._negatives, parameters.image), self._shuffled_hands(positions))
        parts = []
        if not rendered.all():
            parts.append(self._cut(self._cache, indices[~rendered], parameters.select(~rendered)))
        if self._rendered and rendered.any():
            window = self._rendered.at(step)
            indices = _pick(np.arange(len(window.hand)), parameters.image[rendered])
            parts.append(self._cut(window, indices, parameters.select(rendered)))
        if len(parts) == 1:
            return parts[0]
        order = np.argsort(np.argsort(rendered, kind="stable"))  # which row each position has in the parts
        return Batch(*(torch.cat(values)[to_device(order, self._device)] for values in zip(*parts, strict=True)))

    def close(self) -> None:
        """End the rendering."""
        if self._rendered:
            self._rendered.close()

    def _shuffled_hands(self, positions: range) -> NDArray[np.intp]:
        """The hands at some positions: an epoch holds each hand once per repeat, in an order of its own."""
        count = len(self._hands)
        epochs, offsets = np.divmod(np.array(positions), count)
        parts = [
            (_permutation(self._seed, epoch, count), offsets[epochs == epoch]) for epoch in np.unique(epochs).tolist()
        ]
        return np.concatenate([self._hands[permutation[part]] for permutation, part in parts])

    def _cut(self, cache: ImageCache, indices: NDArray[np.intp], parameters: AugmentationParameters) -> Batch:
        """Cut, and if the recipe says so augment, one crop of each image."""
        crops, bounds = cache.crops.select(indices), _full_bounds(cache.sizes_px[indices])
        labels = cache.labels.select(indices)
        if self._recipe.augmented:
            crops = perturb(crops, parameters, self._recipe.mirrored_share)
            truncate(bounds, labels.joints_px, parameters)
        matrices = crops.matrices(self._crop_px)
        if self._recipe.augmented:
            stretch(matrices, crops, parameters.aspect, self._crop_px)
        images = warp_crops(cache.images, indices, bounds, matrices, self._crop_px).to(self._device)
        joints_px = labels.joints_px @ matrices[:, :, :2].mT + matrices[:, None, :, 2]
        if self._recipe.augmented and len(self._negatives):
            self._replace_backgrounds(images, joints_px, cache, indices, parameters)
        return Batch(
            images,
            to_device(joints_px / self._crop_px, self._device, torch.float32),
            to_device(cache.hand[indices], self._device),
            to_device(~crops.mirrored, self._device),
            to_device(labels.depths_px / crops.sizes[:, None], self._device, torch.float32),
            to_device(labels.visible, self._device),
            to_device(labels.weights, self._device),
        )

    def _replace_backgrounds(
        self,
        images: Tensor,
        joints_px: NDArray[np.float64],
        cache: ImageCache,
        indices: NDArray[np.intp],
        parameters: AugmentationParameters,
    ) -> None:
        """Put some hands in front of negatives, in place."""
        green = cache.green_screen[indices]
        replaced = parameters.replaced < np.where(green, SCREENS_REPLACED, SURROUNDINGS_REPLACED)
        # A background around the hand would undo its truncation.
        replaced &= cache.hand[indices] & (green | (parameters.truncated >= TRUNCATED_SHARE))
        device = images.device
        for rows in (np.flatnonzero(replaced & green), np.flatnonzero(replaced & ~green)):
            if not len(rows):
                continue
            at = to_device(rows, device)
            backgrounds = self._backgrounds(parameters.background[rows], parameters.extent[rows], device)
            if green[rows[0]]:
                images[at] = replace_green_screen(images[at], backgrounds)
            else:
                radius = to_device(parameters.replaced[rows] / SURROUNDINGS_REPLACED, device)
                bones_px = to_device(joints_px[rows], device, torch.float32)
                images[at] = replace_surroundings(images[at], backgrounds, bones_px, radius)

    def _backgrounds(self, image: Floats, brightness: Floats, device: torch.device) -> Tensor:
        """``(m, 3, s, s)`` uint8: negatives stretched to whole crops, each with another brightness."""
        indices = _pick(self._negatives, image)
        matrices = np.zeros((len(indices), 2, 3))
        matrices[:, (0, 1), (0, 1)] = self._crop_px / self._cache.sizes_px[indices]
        bounds = _full_bounds(self._cache.sizes_px[indices])
        pixels = warp_crops(self._cache.images, indices, bounds, matrices, self._crop_px).to(device)
        factors = to_device(np.exp(MAX_LOG_BRIGHTNESS * (2 * brightness - 1)), device, torch.float32)
        return (pixels * factors[:, None, None, None]).clamp(max=255).to(torch.uint8)


def _full_bounds(sizes_px: NDArray[np.int64]) -> NDArray[np.int64]:
    """``(n, 4)`` left, top, right and bottom of whole images."""
    return np.concatenate([np.zeros_like(sizes_px), sizes_px], axis=1)


def _pick(indices: NDArray[np.intp], uniform: Floats) -> NDArray[np.intp]:
    """Pick one of the indices for each number in 0..1; zeros if there are none."""
    return indices[(uniform * len(indices)).astype(np.intp)] if len(indices) else np.zeros(len(uniform), np.intp)


@lru_cache(maxsize=2)
def _permutation(seed: int, epoch: int, count: int) -> NDArray[np.int64]:
    """The order of an epoch."""
    return np.random.default_rng((seed, epoch, 1)).permutation(count)
