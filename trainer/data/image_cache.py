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
from .warp import Crops

SIDE_PX = 224  # FreiHAND's; of a larger image only a window around the hand is kept
# Side of that window, in units of the joint box: the reach of rotated, enlarged and shifted crops.
WINDOW_MARGIN = 3.6
CHUNK = 256  # images decoded ahead, at most
MAX_GPU_MEMORY_SHARE = 0.6  # of what is free


@dataclass(frozen=True, eq=False)
class ImageCache:
    """``n`` images in squares of one size.

    Attributes:
        pixels: ``(n, s, s, 3)`` uint8 RGB; each image lies in the top left corner of its square.
        sizes_px: ``(n, 2)`` widths and heights of the images.
        joints_px: ``(n, 21, 2)``; zeros where there is no hand.
        hand: ``(n,)`` whether there is one.
        green_screen: ``(n,)`` whether an image was taken in front of one.
        crops: the reference crop of each image; see :func:`reference_crop`.
    """

    pixels: Tensor
    sizes_px: NDArray[np.int64]
    joints_px: Floats
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
    sizes, joints = np.empty((count, 2), np.int64), np.zeros((count, JOINT_COUNT, 2), np.float32)
    green_screen, crops = np.zeros(count, np.bool_), []
    square = np.zeros((SIDE_PX, SIDE_PX, 3), np.uint8)
    with tempfile.TemporaryFile(dir=folder) as file:
        decoded = _decode(samples, margin)
        bar = tqdm(decoded, "reading", count, unit="image", dynamic_ncols=True, disable=not progress)
        for index, (image, joints_px) in enumerate(bar):
            height, width = image.shape[:2]
            square[:height, :width] = image
            file.write(square.data)
            sizes[index] = width, height
            joints[index] = 0 if joints_px is None else joints_px
            green_screen[index] = joints_px is not None and is_green_screen(image)
            crops.append(reference_crop(width, height, joints_px, margin))
        file.flush()
        pixels = torch.from_numpy(np.memmap(file, np.uint8, "c", shape=(count, *square.shape)))
    if device.type == "cuda" and pixels.nbytes < MAX_GPU_MEMORY_SHARE * torch.cuda.mem_get_info(device)[0]:
        pixels = pixels.to(device)
    hand = np.array([sample.joints_px is not None for sample in samples])
    return ImageCache(pixels, sizes, joints, hand, green_screen, Crops.stack(crops))


def reference_crop(width: int, height: int, joints_px: Floats | None, margin: float | None) -> Crop:
    """The crop that augmentation perturbs: around the hand, or of the whole image without a hand or a margin."""
    if joints_px is None or margin is None:
        return Crop(width / 2, height / 2, max(width, height))
    return Crop.around(joints_px, margin=margin)


def _decode(samples: Sequence[Sample], margin: float | None) -> Iterator[tuple[NDArray[np.uint8], Floats | None]]:
    """Decode images in threads, in order, a chunk at a time."""
    chunks = (samples[start : start + CHUNK] for start in range(0, len(samples), CHUNK))
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        yield from chain.from_iterable(threads.map(partial(_read_and_fit, margin=margin), chunk) for chunk in chunks)


def _read_and_fit(sample: Sample, margin: float | None) -> tuple[NDArray[np.uint8], Floats | None]:
    """An image and its joints; a window of the image if it is larger than ``SIDE_PX``."""
    image, joints_px = sample.read(), sample.joints_px
    height, width = image.shape[:2]
    window = Crop(width / 2, height / 2, max(width, height))
    if window.size <= SIDE_PX:
        return image, joints_px
    if joints_px is not None and margin is not None:
        window = min(window, Crop.at_angle(joints_px, margin=WINDOW_MARGIN, angle=0), key=lambda crop: crop.size)
    return window.cut(image, SIDE_PX), None if joints_px is None else window.to_crop(joints_px, SIDE_PX)
