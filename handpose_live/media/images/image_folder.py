"""Sources of images from files: single images, animations, folders."""

import re
from bisect import bisect_left
from collections.abc import Callable, Generator, Iterable, Sequence
from itertools import accumulate
from pathlib import Path

from handpose_live.media.images.image_file import ImageFile, probe_image_file
from handpose_live.media.source import SourceInfo, StoredSource
from handpose_live.types.errors import HandPoseError
from handpose_live.types.frame import Frame

# The frame rate of images that are not animations, which have no times of their own.
IMAGES_PER_S = 30.0
MAX_WARNINGS = 20
NUMBERED_NAME = re.compile(r"(?P<before>.*?)(?P<number>\d+)(?P<after>\D*\.\w+)", re.DOTALL)


def open_images(name: str, paths: Iterable[Path]) -> StoredSource:
    """Open image files in natural order (2 before 10), each in its own size, animations with all their frames.

    Each image is a scene of its own (``Frame.continues`` is False), except the frames of an animation and the files of
    a numbered sequence. An image that cannot be read is skipped with a warning; the others keep their index and time.

    Args:
        name: of the source, for the user.
        paths: of the files, in any order.

    Raises:
        HandPoseError: none of them can be read.
    """
    files = [probe_image_file(path) for path in sorted(paths, key=_natural_sort_key)]
    warn = _WarningList()
    first = next((image for file in files for image in file.read(0, warn) if image is not None), None)
    if first is None:
        reason = next((f" ({file.error})" for file in files if file.error), "")
        raise HandPoseError(
            f"{name} holds no image that can be read{reason}: give JPEG, PNG, HEIC, AVIF, WebP, TIFF, GIF or BMP "
            "images, a video by its own name, or all videos of a folder with --headless --out DIR."
        )
    height, width = first.shape[:2]
    count = sum(len(file.pages) for file in files)
    fps = round(count / sum(sum(_durations_s(file)) for file in files), 3)
    is_single = len(files) == 1 and (count == 1 or bool(files[0].durations_s))
    info = SourceInfo(name, width, height, fps, count, live=False, separate_images=not is_single)
    is_sequence = _is_numbered_sequence(files)
    source = StoredSource(info, lambda from_s: _read_frames(files, is_sequence, from_s, warn))
    source.warnings = warn.sentences
    return source


def _read_frames(
    files: Sequence[ImageFile], is_sequence: bool, from_s: float, warn: Callable[[str], object]
) -> Generator[Frame]:
    index, time_s = 0, 0.0
    for file in files:
        *times_s, end_s = accumulate(_durations_s(file), initial=time_s)
        first = bisect_left(times_s, from_s - 1e-6)
        images = file.read(first, warn) if first < len(times_s) else ()
        for page, image in enumerate(images, start=first):
            if image is not None:
                continues = is_sequence or (page > 0 and bool(file.durations_s))
                yield Frame(image, index + page, times_s[page], continues=continues, file_name=file.path.name)
        index, time_s = index + len(times_s), end_s


def _durations_s(file: ImageFile) -> Sequence[float]:
    return file.durations_s or (1 / IMAGES_PER_S,) * len(file.pages)


class _WarningList:
    """Collects each sentence once; after ``MAX_WARNINGS``, only counts them."""

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self._all: list[str] = []

    def __call__(self, sentence: str) -> None:
        if sentence in self._all:
            return
        self._all.append(sentence)
        if (more := len(self._all) - MAX_WARNINGS) > 0:
            self.sentences[MAX_WARNINGS:] = [f"{more} more could not be read in full."]
        else:
            self.sentences.append(sentence)


def _is_numbered_sequence(files: Sequence[ImageFile]) -> bool:
    """Whether files are the frames of a video: of one size, with names that differ in a number only, with few gaps.

    Photos are not, although cameras number them too.
    """
    matches = [NUMBERED_NAME.fullmatch(file.path.name.lower()) for file in files]
    numbers = [int(match["number"]) for match in matches if match]
    alike = len(numbers) == len(files) and len({(match["before"], match["after"]) for match in matches if match}) == 1
    one_size = len({file.size for file in files if file.size is not None}) == 1
    single = all(len(file.pages) == 1 and not file.is_photo for file in files)
    return alike and one_size and single and len(set(numbers)) == len(files) > max(1, (numbers[-1] - numbers[0]) / 2)


def _natural_sort_key(path: Path) -> list[str | int]:
    parts = re.split(r"(\d+)", path.name.lower())
    return [*(int(part) if part.isdecimal() else part for part in parts), path.name]
