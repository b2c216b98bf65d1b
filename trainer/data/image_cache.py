"""Labelled images, decoded once, as training crops are cut from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from handpose_live.types.arrays import Floats, Image
from handpose_live.types.crop import Crop
from handpose_live.types.skeleton import JOINT_COUNT

from .background import is_green_screen
from .folders import Sample
from .image_store import CHUNK, Decoded, ImageStore, store_images
from .labels import JointLabels, fill_unlabelled, labelled_crop
from .warp import Crops, Images

SIDE_PX = 224  # FreiHAND's; of a larger image only a window around the hand is kept
# Side of that window, in units of the joint box: the reach of rotated, enlarged and shifted crops.
WINDOW_MARGIN = 3.6
MAX_GPU_MEMORY_SHARE = 0.6  # of what is free
NO_LABELS = JointLabels.of_joints(np.full((JOINT_COUNT, 2), np.nan, np.float32))


@dataclass(frozen=True, eq=False)
class ImageCache:
    """``n`` images of at most ``SIDE_PX`` a side.

    Attributes:
        images: RGB, on the disk or in memory; or ``(n, s, s, 3)`` uint8 on a GPU, each in the top left corner of its
            square.
        sizes_px: ``(n, 2)`` widths and heights of the images.
        labels: of the joints; those that are not labelled lie in the middle of the others, all at 0 where there is no
            hand.
        hand: ``(n,)`` whether there is one.
        green_screen: ``(n,)`` whether an image was taken in front of one.
        crops: the reference crop of each image; see :func:`reference_crop`.
    """

    images: Images | Tensor
    sizes_px: NDArray[np.int64]
    labels: JointLabels
    hand: NDArray[np.bool_]
    green_screen: NDArray[np.bool_]
    crops: Crops

    @property
    def device(self) -> torch.device:
        """Where crops are cut."""
        return self.images.device if isinstance(self.images, Tensor) else torch.device("cpu")


def read_image_cache(samples: Sequence[Sample], *, margin: float | None, device: torch.device) -> ImageCache:
    """Read images; see :func:`~trainer.data.image_store.store_images`.

    Args:
        samples: the images.
        margin: of the crops around hands; None for whole images, with or without a hand.
        device: of the run; a GPU with enough memory gets the pixels.

    Raises:
        HandPoseError: an image cannot be read, or the disk is full.
    """
    store = store_images(samples, partial(_decode, margin=margin), partial(_content, margin=margin), max_px=SIDE_PX)
    labels, crops = [], []
    for sample, file_size, (width, height) in zip(samples, store.file_sizes_px.tolist(), store.sizes_px, strict=True):
        hand_labels = sample.labels
        if hand_labels is not None and (window := _window(file_size, hand_labels, margin)):
            joints_px = window.to_crop(hand_labels.joints_px, SIDE_PX)
            hand_labels = hand_labels.moved(joints_px, SIDE_PX / window.size)
        labels.append(hand_labels or NO_LABELS)
        crops.append(reference_crop(width, height, hand_labels and hand_labels.joints_px, margin))
    hand = np.array([sample.labels is not None for sample in samples])
    images = to_squares(store, device) if _fits(store, device) else store
    return ImageCache(images, store.sizes_px, stack_labels(labels), hand, store.green_screen, Crops.stack(crops))


def to_squares(store: ImageStore, device: torch.device) -> Tensor:
    """``(n, SIDE_PX, SIDE_PX, 3)`` uint8 on a device: each image in the top left corner of its square."""
    squares = torch.zeros((len(store), SIDE_PX, SIDE_PX, 3), dtype=torch.uint8, device=device)
    for start in range(0, len(store), CHUNK):
        rows = range(start, min(start + CHUNK, len(store)))
        chunk = np.zeros((len(rows), *squares.shape[1:]), np.uint8)
        for square, row in zip(chunk, rows, strict=True):
            width, height = store.sizes_px[row]
            square[:height, :width] = store[row]
        squares[start : rows.stop] = torch.from_numpy(chunk).to(device)
    return squares


def stack_labels(labels: Sequence[JointLabels]) -> JointLabels:
    """The labels of a cache."""
    stacked = JointLabels(*(np.stack(values).astype(np.float32) for values in zip(*labels, strict=True)))
    return stacked._replace(joints_px=fill_unlabelled(stacked.joints_px))


def reference_crop(width: int, height: int, joints_px: Floats | None, margin: float | None) -> Crop:
    """The crop that augmentation perturbs: around the hand, or of the whole image without a hand or a margin."""
    if joints_px is None or margin is None:
        return Crop(width / 2, height / 2, max(width, height))
    return labelled_crop(joints_px, margin)


def _fits(store: ImageStore, device: torch.device) -> bool:
    """Whether the images fit on a GPU, beside the network."""
    if device.type != "cuda":
        return False
    return len(store) * 3 * SIDE_PX**2 < MAX_GPU_MEMORY_SHARE * torch.cuda.mem_get_info(device)[0]


def _content(sample: Sample, margin: float | None) -> str:
    joints_px = None if sample.labels is None else sample.labels.joints_px.tobytes().hex()
    return f"{sample.content()} {SIDE_PX} {WINDOW_MARGIN} {margin is None} {joints_px}"


def _decode(sample: Sample, margin: float | None) -> Decoded:
    """An image; a window of it if it is larger than ``SIDE_PX``."""
    image: Image = sample.read()
    height, width = image.shape[:2]
    if window := _window((width, height), sample.labels, margin):
        image = window.cut(image, SIDE_PX)
    return Decoded(image, (width, height), sample.labels is not None and is_green_screen(image))


def _window(size_px: Sequence[int], labels: JointLabels | None, margin: float | None) -> Crop | None:
    """What is kept of an image; None for all of it, as it is."""
    width, height = size_px
    window = Crop(width / 2, height / 2, max(width, height))
    if window.size <= SIDE_PX:
        return None
    if labels is None or margin is None:
        return window
    hand = Crop.at_angle(fill_unlabelled(labels.joints_px), margin=WINDOW_MARGIN, angle=0)
    return min(window, hand, key=lambda crop: crop.size)
