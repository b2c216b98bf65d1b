"""Pictures to training crops: what the network sees, and where its joints are."""

import math
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from handpose_live.types.arrays import Floats

from ..recipes import Recipe
from ..rng import CounterRng
from .background import replace_screen, replace_surroundings
from .image_cache import ImageCache
from .rendered import RenderedHands
from .to_device import sent
from .warp import Crops, warp_all

WILD = 0.2  # of the crops are perturbed far more than a tracker's guess would be off
CUT_OFF = 0.1  # of the hands are partly beyond the picture's edge
MAX_CUT_OFF = 0.5  # of the joint box
SCREENS_REPLACED = 0.8  # of the hands in front of a green screen
SURROUNDINGS_REPLACED = 0.25  # of the other hands
OTHER_LIGHT = 1.0  # natural logarithm of how much brighter or darker what is set behind a hand may be
OTHER_DICE = 0x5EED  # than those by which hands are rendered from the same seed


class Batch(NamedTuple):
    """``n`` crops.

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


class AugmentationParameters(NamedTuple):
    """What chance decides of ``n`` crops, ``(n,)`` each: the first ten evenly in 0..1, the others normally."""

    empty: Floats
    rendered: Floats
    which: Floats
    mirrored: Floats
    wild: Floats
    turned: Floats
    screen: Floats
    behind: Floats
    cut_off: Floats
    beyond: Floats
    ratio: Floats
    turn: Floats
    size: Floats
    x: Floats
    y: Floats

    @classmethod
    def cast(cls, seed: int, positions: range) -> "AugmentationParameters":
        """The lots of some positions of a seed's row, each the same in every batch."""
        dice = CounterRng(seed + OTHER_DICE, positions)
        return cls(*dice.uniform(0, 1, 10).numpy().T, *dice.normal(1, 5).numpy().T)

    def milder(self, augmentation_strength: float) -> "AugmentationParameters":
        """Lots by which that share of the crops that would be wild or cut off are so."""
        return self._replace(wild=self.wild / augmentation_strength, cut_off=self.cut_off / augmentation_strength)

    def of(self, rows: NDArray[np.bool_]) -> "AugmentationParameters":
        """The lots of some of them."""
        return AugmentationParameters(*(lots[rows] for lots in self))


class TrainingCrops:
    """An endless row of training crops; the one at a position depends on the seed and it alone.

    So a run that is resumed at a position goes on as if it had never stopped, however many
    processes share the work.
    """

    def __init__(
        self,
        album: ImageCache,
        recipe: Recipe,
        *,
        crop_px: int,
        seed: int,
        device: torch.device,
        sample_repeats: NDArray[np.intp] | None = None,
        rendered: RenderedHands | None = None,
        rendered_share: float = 0.0,
    ) -> None:
        """Args:
        album: hands, and perhaps pictures without one.
        recipe: how often which is shown, and how crops are perturbed.
        crop_px: side of the crops.
        seed: of the row.
        device: where batches are to be.
        showings: how often each of the album's hands is shown in an epoch; None for once.
        rendered, rendered_share: hands besides those of the album, and how many of all hands they are.
        """
        self._album, self._recipe, self._rendered = album, recipe, rendered
        self._hands, self._negatives = np.flatnonzero(album.hand), np.flatnonzero(~album.hand)
        if sample_repeats is not None:
            self._hands = np.repeat(self._hands, sample_repeats)
        self._crop_px, self._seed, self._device = crop_px, seed, device
        self._rendered_share = rendered_share if rendered else 0.0

    def batch(self, positions: range) -> Batch:
        """The crops at some positions of one step, the rendered hands last."""
        lots = AugmentationParameters.cast(self._seed, positions).milder(
            self._recipe.augmentation_strength(positions[0] // self._recipe.batch)
        )
        empty = lots.empty < (self._recipe.negative_share if len(self._negatives) else 0)
        rendered = ~empty & (lots.rendered < self._rendered_share)
        stored = np.where(empty, _picked(self._negatives, lots.which), self._in_turn(positions))
        parts = []
        if not rendered.all():
            parts.append(self._cut(self._album, stored[~rendered], lots.of(~rendered)))
        if self._rendered and rendered.any():
            step = positions[0] // self._recipe.batch
            album = self._rendered.album(int(step * self._recipe.batch * self._rendered_share))
            places = _picked(np.arange(len(album.hand)), lots.which[rendered])
            parts.append(self._cut(album, places, lots.of(rendered)))
        return Batch(*(torch.cat(part) for part in zip(*parts, strict=True)))

    def _in_turn(self, positions: range) -> NDArray[np.intp]:
        """Every hand once an epoch, or as often as it is to be shown; each epoch in a new order."""
        count = len(self._hands)
        epochs, turns = np.divmod(np.array(positions), count)
        orders = ((_order(self._seed, epoch, count), turns[epochs == epoch]) for epoch in np.unique(epochs).tolist())
        return np.concatenate([self._hands[order[turns]] for order, turns in orders])

    def _cut(self, album: ImageCache, places: NDArray[np.intp], lots: AugmentationParameters) -> Batch:
        """The crops of some pictures."""
        crops, windows = album.crops.at(places), _whole(album.sizes_px[places])
        if self._recipe.augmented:
            crops = perturb(crops, lots, self._recipe.mirrored_share)
            cut_off(windows, album.joints_px[places], lots)
        matrices = crops.matrices(self._crop_px)
        if self._recipe.augmented:
            stretch(matrices, crops, lots.ratio, self._crop_px)
        images = warp_all(album.pixels, places, windows, matrices, self._crop_px).to(self._device)
        joints = album.joints_px[places] @ matrices[:, :, :2].mT + matrices[:, None, :, 2]
        if self._recipe.augmented and len(self._negatives):
            self._replace_backgrounds(images, joints, album, places, lots)
        return Batch(
            images,
            sent(joints / self._crop_px, self._device, torch.float32),
            sent(album.hand[places], self._device),
            sent(~crops.mirrored, self._device),
        )

    def _replace_backgrounds(
        self,
        images: Tensor,
        joints: NDArray[np.float64],
        album: ImageCache,
        places: NDArray[np.intp],
        lots: AugmentationParameters,
    ) -> None:
        """Set some hands before pictures without one, which are stretched to fit."""
        green = album.green_screen[places]
        chosen = np.where(green, lots.screen < SCREENS_REPLACED, lots.screen < SURROUNDINGS_REPLACED)
        # What is pasted behind a hand would undo that it is cut off.
        chosen &= album.hand[places] & (green | (lots.cut_off >= CUT_OFF))
        if not chosen.any():
            return
        rows = np.flatnonzero(chosen)
        others = _picked(self._negatives, lots.behind[rows])
        matrices = np.zeros((len(rows), 2, 3))
        matrices[:, (0, 1), (0, 1)] = self._crop_px / self._album.sizes_px[others]
        windows = _whole(self._album.sizes_px[others])
        behind = warp_all(self._album.pixels, others, windows, matrices, self._crop_px).to(images.device)
        light = sent(np.exp(OTHER_LIGHT * (2 * lots.beyond[rows] - 1)), images.device, torch.float32)
        behind = (behind * light[:, None, None, None]).clamp(max=255).to(torch.uint8)
        screens, scenes = np.flatnonzero(green[rows]), np.flatnonzero(~green[rows])
        to_device = partial(sent, device=images.device)
        bones = to_device(joints[rows[scenes]], dtype=torch.float32)
        kept = to_device(lots.screen[rows[scenes]] / SURROUNDINGS_REPLACED)
        at = to_device(rows[screens])
        images[at] = replace_screen(images[at], behind[to_device(screens)])
        at = to_device(rows[scenes])
        images[at] = replace_surroundings(images[at], behind[to_device(scenes)], bones, kept)


def perturb(crops: Crops, lots: AugmentationParameters, mirrored_share: float) -> Crops:
    """Turn, scale and shift crops as a tracker's guess would be off, and at times much more; mirror some."""
    wild = lots.wild < WILD
    turns = np.where(wild, math.pi * (2 * lots.turned - 1), math.radians(20) * lots.turn)
    sizes = np.exp(0.15 * lots.size) * crops.sizes
    shifts = (np.where(wild, 0.14, 0.07) * sizes)[:, None] * np.stack([lots.x, lots.y], axis=1)
    return Crops(crops.centres + shifts, sizes, crops.angles + turns, lots.mirrored < mirrored_share)


def stretch(matrices: NDArray[np.float64], crops: Crops, ratio: Floats, crop_px: int) -> None:
    """Change the pictures' proportions, as a hand's change when it is tilted or is another person's.

    The ``(n, 2, 3)`` matrices of the crops are changed so that what is in their middle stays there.
    """
    wider = np.exp(0.1 * ratio)
    matrices[:, :, 0] *= wider[:, None]
    matrices[:, :, 1] /= wider[:, None]
    matrices[:, :, 2] = crop_px / 2 - (matrices[:, :, :2] @ crops.centres[:, :, None])[..., 0]


def cut_off(windows: NDArray[np.int64], joints_px: Floats, lots: AugmentationParameters) -> None:
    """Let some pictures end within the hand, on any side, as they do where a hand enters or leaves a camera's view.

    Of the ``(n, 4)`` windows (left, top, right and bottom of whole pictures) one bound is moved into the box of
    the ``(n, 21, 2)`` joints.
    """
    low, high = joints_px.min(axis=1), joints_px.max(axis=1)
    hidden = MAX_CUT_OFF * lots.beyond[:, None] * (high - low)
    bounds = np.rint(np.concatenate([low + hidden, high - hidden], axis=1)).astype(np.int64)
    bounds = bounds.clip(1, np.tile(windows[:, 2:] - 1, 2))  # something is left, even of a hand beyond the edge
    rows = np.flatnonzero((lots.cut_off < CUT_OFF) & (high > low).all(axis=1))
    bound = (lots.cut_off[rows] * (4 / CUT_OFF)).astype(np.intp)
    windows[rows, bound] = bounds[rows, bound]


def _whole(sizes_px: NDArray[np.int64]) -> NDArray[np.int64]:
    """``(n, 4)`` left, top, right and bottom of whole pictures."""
    return np.concatenate([np.zeros_like(sizes_px), sizes_px], axis=1)


def _picked(places: NDArray[np.intp], evenly: Floats) -> NDArray[np.intp]:
    """One of the places for each number in 0..1."""
    return places[(evenly * len(places)).astype(np.intp)] if len(places) else np.zeros(len(evenly), np.intp)


@lru_cache(maxsize=2)
def _order(seed: int, epoch: int, count: int) -> NDArray[np.int64]:
    """The shuffled order of an epoch."""
    return np.random.default_rng((seed, epoch, 1)).permutation(count)
