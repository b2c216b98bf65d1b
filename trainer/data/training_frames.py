"""Training batches of the detector: canvases with hands, and where on them no other hands are."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from handpose_live.types.arrays import Image

from ..camera.photo import photograph
from ..recipes import DetectorRecipe
from .detection_samples import DetectionSample
from .hand_targets import HandTargets
from .image_store import Decoded, ImageStore, shrink, store_images
from .mosaic import Canvas, Rectangle, split
from .rendered import RenderedFrame
from .rendering import RenderedWindow

STORED_PX = 384  # longer side of the stored images: 1.5 times that of the canvases
LANDSCAPE_PX, PORTRAIT_PX = (256, 192), (192, 256)  # width and height of the canvases
PORTRAIT_EVERY = 4  # steps
FEW_TILES, MANY_TILES = (2, 4), (5, 12)  # of a mosaic; at least and at most
FEW_SHARE = 0.6  # of the mosaics
MAX_HANDS = 24  # on a canvas


class FrameBatch(NamedTuple):
    """``n`` canvases with up to ``m`` hands each.

    Attributes:
        images: ``(n, 3, h, w)`` uint8 RGB.
        known: ``(n, h/4, w/4)`` uint8: 1 in cells where a hand would be marked.
        present: ``(n, m)`` float: 1 for hands, 0 for empty rows, whose other values are 0.
        boxes: ``(n, m, 3)``: x, y and size of the upright crop, in px.
        turns: ``(n, m, 2)``: sine and cosine of its angle; zeros if unknown.
        right: ``(n, m)``: 1 for right hands, 0 for left ones, -1 if unknown.
    """

    images: Tensor
    known: Tensor
    present: Tensor
    boxes: Tensor
    turns: Tensor
    right: Tensor

    def without_empty_rows(self) -> "FrameBatch":
        """The same hands in as few rows as the canvas with the most hands needs."""
        count = max(1, int(self.present.sum(dim=1).max()))
        rows = (values[:, :count] for values in (self.present, self.boxes, self.turns, self.right))
        return FrameBatch(self.images, self.known, *rows)


class TrainingFrames:
    """An endless sequence of canvases; each depends on nothing but the seed and its position."""

    def __init__(
        self,
        groups: Sequence[Sequence[DetectionSample]],
        shares: Sequence[float],
        store: ImageStore,
        recipe: DetectorRecipe,
        *,
        seed: int,
        rendered: RenderedWindow[RenderedFrame] | None = None,
        rendered_share: float = 0.0,
    ) -> None:
        """Args:
        groups: samples, in the order of the store.
        shares: of the tiles that each group fills; those of empty groups are given to the others.
        store: what :func:`store_frames` made of them.
        recipe: of the mosaics and the augmentation.
        seed: of the sequence.
        rendered, rendered_share: frames besides those of the store, and the share of the tiles that they fill.
        """
        self._samples = [sample for group in groups for sample in group]
        scales = np.minimum(1, STORED_PX / store.file_sizes_px.max(axis=1))
        self._hands = [
            sample.hands.moved(np.eye(2, 3) * scale) for sample, scale in zip(self._samples, scales, strict=True)
        ]
        self._groups = np.cumsum([0, *map(len, groups)])
        weights = np.array([share if group else 0 for group, share in zip(groups, shares, strict=True)])
        if rendered:
            weights = np.append(weights / weights.sum() * (1 - rendered_share), rendered_share)
        self._bounds = np.cumsum(weights / weights.sum())
        self._store, self._recipe, self._seed, self._rendered = store, recipe, seed, rendered

    def batch(self, positions: range) -> FrameBatch:
        """The canvases at some positions of one step."""
        step = positions[0] // self._recipe.batch
        width, height = PORTRAIT_PX if step % PORTRAIT_EVERY == PORTRAIT_EVERY - 1 else LANDSCAPE_PX
        strength = self._recipe.augmentation_strength(step)
        rendered = self._rendered.at(step) if self._rendered else []
        canvases = [self._canvas(position, width, height, strength, rendered) for position in positions]
        images = torch.from_numpy(np.stack([image for image, _, _ in canvases])).permute(0, 3, 1, 2)
        known = torch.from_numpy(np.stack([known for _, known, _ in canvases]))
        return FrameBatch(images, known, *_hand_tensors([hands for _, _, hands in canvases]))

    def close(self) -> None:
        """End the rendering."""
        if self._rendered:
            self._rendered.close()

    def _canvas(
        self, position: int, width: int, height: int, strength: float, rendered: Sequence[RenderedFrame]
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8], HandTargets]:
        rng = np.random.default_rng((self._seed, position))
        canvas = Canvas(width, height)
        for tile in split(rng, Rectangle(0, 0, width, height), self._tile_count(rng)):
            image, hands, is_complete = self._draw(rng, rendered)
            canvas.paste(rng, tile, image, hands, is_complete=is_complete)
        return photograph(canvas.image, rng, strength), canvas.known, HandTargets.join(canvas.hands)

    def _tile_count(self, rng: np.random.Generator) -> int:
        """One, a few, or many."""
        if rng.random() >= self._recipe.mosaic_share:
            return 1
        return int(rng.integers(*(FEW_TILES if rng.random() < FEW_SHARE else MANY_TILES), endpoint=True))

    def _draw(self, rng: np.random.Generator, rendered: Sequence[RenderedFrame]) -> tuple[Image, HandTargets, bool]:
        """An image, its hands, and whether these are all."""
        group = int(np.searchsorted(self._bounds[:-1], rng.random(), side="right"))
        if group == len(self._groups) - 1:
            return (*rendered[int(rng.integers(len(rendered)))], True)
        index = int(rng.integers(self._groups[group], self._groups[group + 1]))
        return self._store[index], self._hands[index], self._samples[index].is_complete


def store_frames(samples: Sequence[DetectionSample]) -> ImageStore:
    """Store images for canvases.

    Raises:
        HandPoseError: an image cannot be read, or the disk is full.
    """
    return store_images(samples, _decode, lambda sample: f"{sample.content()} {STORED_PX}", max_px=STORED_PX)


def mean_tiles(recipe: DetectorRecipe) -> float:
    """Tiles of a canvas, on average."""
    mosaic = FEW_SHARE * np.mean(FEW_TILES) + (1 - FEW_SHARE) * np.mean(MANY_TILES)
    return float(1 + recipe.mosaic_share * (mosaic - 1))


def _decode(sample: DetectionSample) -> Decoded:
    image = sample.read()
    height, width = image.shape[:2]
    return Decoded(shrink(image, STORED_PX)[0], (width, height))


def _hand_tensors(parts: Sequence[HandTargets]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The tensors of a :class:`FrameBatch` from the hands of each canvas."""
    count = len(parts)
    present = np.zeros((count, MAX_HANDS), np.float32)
    boxes = np.zeros((count, MAX_HANDS, 3), np.float32)
    turns = np.zeros((count, MAX_HANDS, 2), np.float32)
    right = np.full((count, MAX_HANDS), -1, np.float32)
    for row, hands in enumerate(parts):
        n = len(hands.sizes)
        present[row, :n] = 1
        boxes[row, :n, :2], boxes[row, :n, 2] = hands.centres, hands.sizes
        turns[row, :n] = np.nan_to_num(np.stack([np.sin(hands.angles), np.cos(hands.angles)], axis=1), nan=0)
        right[row, :n] = np.nan_to_num(hands.right, nan=-1)
    return torch.from_numpy(present), torch.from_numpy(boxes), torch.from_numpy(turns), torch.from_numpy(right)
