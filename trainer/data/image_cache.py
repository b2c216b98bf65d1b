"""Decode labelled images once and keep their pixels in one array."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from handpose_live.types.arrays import Floats
from handpose_live.types.crop import Crop
from handpose_live.types.skeleton import JOINT_COUNT

from .background import is_green_screen
from .folders import Sample
from .labels import JointLabels, fill_unlabelled, labelled_crop
from .warp import Crops

SIDE_PX = 224  # FreiHAND's; of a larger image only a window around the hand is kept
# Side of that window, in units of the joint box: the reach of rotated, enlarged and shifted crops.
WINDOW_MARGIN = 3.6
CHUNK = 256  # images decoded ahead, at most
MAX_GPU_MEMORY_SHARE = 0.6  # of what is free
NO_LABELS = JointLabels.of_joints(np.full((JOINT_COUNT, 2), np.nan, np.float32))


@dataclass(frozen=True, eq=False)
class ImageCache:
    """``n`` images in squares of one size.

    Attributes:
        pixels: ``(n, s, s, 3)`` uint8 RGB; each image lies in the top left corner of its square.
        sizes_px: ``(n, 2)`` widths and heights of the images.
        labels: of the joints; those that are not labelled lie in the middle of the others, all at 0 where there is no
            hand.
        hand: ``(n,)`` whether there is one.
        green_screen: ``(n,)`` whether an image was taken in front of one.
        crops: the reference crop of each image; see :func:`reference_crop`.
    """

    pixels: Tensor
    sizes_px: NDArray[np.int64]
    labels: JointLabels
    hand: NDArray[np.bool_]
    green_screen: NDArray[np.bool_]
    crops: Crops


def read_image_cache(
    samples: Sequence[Sample], folder: Path, *, margin: float | None, device: torch.device, progress: bool
) -> ImageCache:
    """Decode images.

    Args:
        samples: the images.
        folder: for an unnamed temporary file that holds the pixels, which may need more than the memory.
        margin: of the crops around hands; None for whole images, with or without a hand.
        device: where the pixels are kept; in main memory if the device is a GPU with too little memory.
        progress: whether to show a progress bar.

    Raises:
        HandPoseError: an image cannot be read.
        OSError: the disk is full.
    """
    count = len(samples)
    sizes, labels = np.empty((count, 2), np.int64), []
    green_screen, crops = np.zeros(count, np.bool_), []
    square = np.zeros((SIDE_PX, SIDE_PX, 3), np.uint8)
    with tempfile.TemporaryFile(dir=folder) as file:
        decoded = _decode(samples, margin)
        bar = tqdm(decoded, "reading", count, unit="image", dynamic_ncols=True, disable=not progress)
        for index, (image, hand_labels) in enumerate(bar):
            height, width = image.shape[:2]
            square[:height, :width] = image
            file.write(square.data)
            sizes[index] = width, height
            labels.append(hand_labels or NO_LABELS)
            green_screen[index] = hand_labels is not None and is_green_screen(image)
            crops.append(reference_crop(width, height, hand_labels and hand_labels.joints_px, margin))
        file.flush()
        pixels = torch.from_numpy(np.memmap(file, np.uint8, "c", shape=(count, *square.shape)))
    if device.type == "cuda" and pixels.nbytes < MAX_GPU_MEMORY_SHARE * torch.cuda.mem_get_info(device)[0]:
        pixels = pixels.to(device)
    hand = np.array([sample.labels is not None for sample in samples])
    return ImageCache(pixels, sizes, stack_labels(labels), hand, green_screen, Crops.stack(crops))


def stack_labels(labels: Sequence[JointLabels]) -> JointLabels:
    """The labels of a cache."""
    stacked = JointLabels(*(np.stack(values).astype(np.float32) for values in zip(*labels, strict=True)))
    return stacked._replace(joints_px=fill_unlabelled(stacked.joints_px))


def reference_crop(width: int, height: int, joints_px: Floats | None, margin: float | None) -> Crop:
    """The crop that augmentation perturbs: around the hand, or of the whole image without a hand or a margin."""
    if joints_px is None or margin is None:
        return Crop(width / 2, height / 2, max(width, height))
    return labelled_crop(joints_px, margin)


def _decode(samples: Sequence[Sample], margin: float | None) -> Iterator[tuple[NDArray[np.uint8], JointLabels | None]]:
    """Decode images in threads, in order, a chunk at a time."""
    chunks = (samples[start : start + CHUNK] for start in range(0, len(samples), CHUNK))
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        yield from chain.from_iterable(threads.map(partial(_read_and_fit, margin=margin), chunk) for chunk in chunks)


def _read_and_fit(sample: Sample, margin: float | None) -> tuple[NDArray[np.uint8], JointLabels | None]:
    """An image and its labels; a window of the image if it is larger than ``SIDE_PX``."""
    image, labels = sample.read(), sample.labels
    height, width = image.shape[:2]
    window = Crop(width / 2, height / 2, max(width, height))
    if window.size <= SIDE_PX:
        return image, labels
    if labels is not None and margin is not None:
        hand = Crop.at_angle(fill_unlabelled(labels.joints_px), margin=WINDOW_MARGIN, angle=0)
        window = min(window, hand, key=lambda crop: crop.size)
    if labels is not None:
        labels = labels.moved(window.to_crop(labels.joints_px, SIDE_PX), SIDE_PX / window.size)
    return window.cut(image, SIDE_PX), labels
