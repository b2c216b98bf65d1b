"""Picture files, one frame each."""

import logging
import math
import re
from collections.abc import Generator, Iterable
from pathlib import Path

import cv2
import numpy as np

from handpose_live.capture.fit import fit
from handpose_live.capture.frame import Frame, Image
from handpose_live.capture.source import SourceInfo, StoredSource
from handpose_live.errors import HandPoseError

logger = logging.getLogger(__name__)

# Pictures carry no time of their own.
PICTURES_PER_S = 30.0


def open_pictures(name: str, paths: Iterable[Path]) -> StoredSource:
    """Pictures in the order a person counts (2 before 10), all in the size of the first one.

    One that cannot be read is skipped with a warning; the others keep their index and time.

    Args:
        name: what a person calls them together.
        paths: the files, in any order.

    Raises:
        HandPoseError: not one of them can be read.
    """
    ordered = sorted(paths, key=_as_counted)
    first = next((image for path in ordered if (image := _read(path)) is not None), None)
    if first is None:
        raise HandPoseError(f"{name} holds no picture that can be read: give JPEG, PNG, BMP, WebP or TIFF pictures.")
    height, width = first.shape[:2]
    info = SourceInfo(name, width, height, PICTURES_PER_S, len(ordered), live=False)
    return StoredSource(info, lambda start_s: _frames(ordered, info, start_s))


def _frames(paths: list[Path], info: SourceInfo, start_s: float) -> Generator[Frame]:
    first = math.ceil(start_s * PICTURES_PER_S - 1e-6)
    for index, path in enumerate(paths[first:], start=first):
        image = _read(path)
        if image is None:
            logger.warning("%s cannot be read as a picture and is skipped.", path.name)
        else:
            yield Frame(fit(image, info.width, info.height), index, index / PICTURES_PER_S)


def _read(path: Path) -> Image | None:
    """RGB, upright as its camera was held; None if it cannot be read."""
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        # cv2.imread cannot open every path on Windows.
        image = cv2.imdecode(np.fromfile(path, dtype=np.uint8), cv2.IMREAD_COLOR_RGB)
    except (OSError, cv2.error):
        return None
    return None if image is None else np.asarray(image, dtype=np.uint8)


def _as_counted(path: Path) -> list[str | int]:
    parts = re.split(r"(\d+)", path.name.lower())
    return [int(part) if part.isdecimal() else part for part in parts]
