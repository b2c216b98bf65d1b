"""Decode images once and keep their pixels in a file, each in a size of its own."""

import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from tqdm import tqdm

from handpose_live.types.arrays import Image

CHUNK = 256  # images decoded ahead, at most


class Readable(Protocol):
    """Anything with an image."""

    def read(self) -> Image:
        """Decode the image."""
        ...


class ImageStore:
    """Decoded images in an unnamed temporary file, which may need more than the memory.

    Attributes:
        scales: ``(n,)``: side of a stored image in units of that of its file.
    """

    def __init__(self, samples: Sequence[Readable], folder: Path, *, max_px: int, progress: bool) -> None:
        """Args:
            samples: the images.
            folder: for the file.
            max_px: the longer side at which an image is kept, at most.
            progress: whether to show a progress bar.

        Raises:
            HandPoseError: an image cannot be read.
            OSError: the disk is full.
        """
        self._shapes: list[tuple[int, int]] = []
        scales = []
        with tempfile.TemporaryFile(dir=folder) as file, ThreadPoolExecutor(os.cpu_count()) as threads:
            bar = tqdm(total=len(samples), desc="reading", unit="image", dynamic_ncols=True, disable=not progress)
            for start in range(0, len(samples), CHUNK):
                chunk = samples[start : start + CHUNK]
                for image, scale in threads.map(lambda sample: shrink(sample.read(), max_px), chunk):
                    file.write(np.ascontiguousarray(image).data)
                    self._shapes.append(image.shape[:2])
                    scales.append(scale)
                    bar.update()
            bar.close()
            file.flush()
            self._bytes = np.memmap(file, np.uint8, "r") if samples else np.zeros(0, np.uint8)
        self.scales = np.array(scales)
        self._starts = list(accumulate((3 * height * width for height, width in self._shapes), initial=0))

    def __getitem__(self, index: int) -> Image:
        """An image, ``(h, w, 3)`` RGB."""
        height, width = self._shapes[index]
        return self._bytes[self._starts[index] : self._starts[index + 1]].reshape(height, width, 3)


def shrink(image: Image, max_px: int) -> tuple[Image, float]:
    """Make the longer side of an image at most ``max_px``; returns the scale too."""
    height, width = image.shape[:2]
    scale = max_px / max(height, width)
    if scale >= 1:
        return image, 1.0
    size = round(width * scale), round(height * scale)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8), scale
