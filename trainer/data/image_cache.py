"""Labelled pictures, decoded once and kept side by side."""

import os
import tempfile
from collections.abc import Sequence
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

SIDE_PX = 224  # FreiHAND's; of a larger picture only a window around the hand is kept
# Side of that window, in units of the joint box: what crops reach when they are turned, enlarged and shifted.
WINDOW_MARGIN = 3.6
CHUNK = 256  # pictures decoded ahead, at most


@dataclass(frozen=True, eq=False)
class ImageCache:
    """``n`` pictures in squares of one size.

    Attributes:
        pixels: ``(n, s, s, 3)`` uint8 RGB; each picture lies in the top left corner of its square.
        sizes_px: ``(n, 2)`` their widths and heights.
        joints_px: ``(n, 21, 2)``; zeros where there is no hand.
        hand: ``(n,)`` whether there is one.
        green_screen: ``(n,)`` whether a picture was taken in front of one.
        crops: the one of each that is perturbed for training.
    """

    pixels: Tensor
    sizes_px: NDArray[np.int64]
    joints_px: Floats
    hand: NDArray[np.bool_]
    green_screen: NDArray[np.bool_]
    crops: Crops


def read_image_cache(
    samples: Sequence[Sample], scratch: Path, *, margin: float | None, device: torch.device, progress: bool
) -> ImageCache:
    """Decode pictures.

    Args:
        samples: the pictures.
        scratch: folder for a nameless file that holds the pixels, so that they may be more than fits into memory.
        margin: of the crops around hands; None for whole pictures, with or without a hand.
        device: where the pixels are to be; if it is a GPU with little memory, they stay beside it.
        progress: show it.

    Raises:
        HandPoseError: a picture cannot be read.
        OSError: the disk is full.
    """
    sizes, joints = np.empty((len(samples), 2), np.int64), np.zeros((len(samples), JOINT_COUNT, 2), np.float32)
    green_screen, crops = np.zeros(len(samples), np.bool_), []
    square = np.zeros((SIDE_PX, SIDE_PX, 3), np.uint8)
    with tempfile.TemporaryFile(dir=scratch) as file, ThreadPoolExecutor(os.cpu_count()) as threads:
        some = (samples[start : start + CHUNK] for start in range(0, len(samples), CHUNK))
        decoded = chain.from_iterable(threads.map(partial(_fitted, margin=margin), chunk) for chunk in some)
        bar = tqdm(decoded, "reading", len(samples), unit="picture", dynamic_ncols=True, disable=not progress)
        for place, (picture, joints_px) in enumerate(bar):
            height, width = picture.shape[:2]
            square[:height, :width] = picture
            file.write(square.data)
            sizes[place] = width, height
            joints[place] = 0 if joints_px is None else joints_px
            green_screen[place] = joints_px is not None and is_green_screen(picture)
            crops.append(unperturbed(width, height, joints_px, margin))
        file.flush()
        pixels = torch.from_numpy(np.memmap(file, np.uint8, "c", shape=(len(samples), *square.shape)))
    if device.type == "cuda" and pixels.nbytes < 0.6 * torch.cuda.mem_get_info(device)[0]:
        pixels = pixels.to(device)
    hand = np.array([sample.joints_px is not None for sample in samples])
    return ImageCache(pixels, sizes, joints, hand, green_screen, Crops.of(crops))


def unperturbed(width: int, height: int, joints_px: Floats | None, margin: float | None) -> Crop:
    """The crop around a hand, or of a whole picture where there is none or no margin is given."""
    if joints_px is None or margin is None:
        return Crop(width / 2, height / 2, max(width, height))
    return Crop.around(joints_px, margin=margin)


def _fitted(sample: Sample, margin: float | None) -> tuple[NDArray[np.uint8], Floats | None]:
    """A picture and its joints as they are, or, if it is too large, a window of it."""
    picture, joints_px = sample.read(), sample.joints_px
    height, width = picture.shape[:2]
    window = Crop(width / 2, height / 2, max(width, height))
    if window.size <= SIDE_PX:
        return picture, joints_px
    if joints_px is not None and margin is not None:
        window = min(window, Crop.at_angle(joints_px, margin=WINDOW_MARGIN, angle=0), key=lambda crop: crop.size)
    return window.cut(picture, SIDE_PX), None if joints_px is None else window.to_crop(joints_px, SIDE_PX)
