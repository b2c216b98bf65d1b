"""Image files for tests."""

from pathlib import Path
from typing import Any

import cv2
import PIL.Image

from handpose_live.media.opening import open_source
from handpose_live.types.arrays import Image


def write_image(path: Path, image: Image) -> Path:
    encoded = cv2.imencode(path.suffix, cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1]
    path.write_bytes(encoded.tobytes())
    return path


def write_frames(path: Path, count: int, **options: Any) -> Path:
    """Write an animation or a document whose frames are red, each brighter than the previous one."""
    first, *others = (PIL.Image.new("RGB", (64, 48), (80 + 10 * number, 0, 0)) for number in range(count))
    first.save(path, save_all=True, append_images=others, **options)
    return path


def read_single(path: Path) -> Image:
    (frame,) = open_source(str(path))
    return frame.image
