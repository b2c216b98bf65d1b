"""Pictures from files: single ones, animations, folders."""

import re
from bisect import bisect_left
from collections.abc import Callable, Generator, Iterable, Sequence
from itertools import accumulate
from pathlib import Path

from handpose_live.media.images.image_file import PictureFile, examine
from handpose_live.media.source import SourceInfo, StoredSource
from handpose_live.types.errors import HandPoseError
from handpose_live.types.frame import Frame

# Pictures that are no animation carry no time of their own.
PICTURES_PER_S = 30.0
MAX_WARNINGS = 20
NUMBERED = re.compile(r"(?P<before>.*?)(?P<number>\d+)(?P<after>\D*\.\w+)", re.DOTALL)


def open_pictures(name: str, paths: Iterable[Path]) -> StoredSource:
    """Pictures in the order a person counts (2 before 10), each in its own size, animations with all their frames.

    Each stands for itself, except the frames of an animation and files that are numbered like those of a film. One
    that cannot be read is skipped with a warning; the others keep their index and time.

    Args:
        name: what a person calls them together.
        paths: the files, in any order.

    Raises:
        HandPoseError: not one of them can be read.
    """
    files = [examine(path) for path in sorted(paths, key=_as_counted)]
    warn = _Warnings()
    first = next((image for file in files for image in file.read(0, warn) if image is not None), None)
    if first is None:
        fault = next((f" ({file.fault})" for file in files if file.fault), "")
        raise HandPoseError(
            f"{name} holds no picture that can be read{fault}: give JPEG, PNG, HEIC, AVIF, WebP, TIFF, GIF or BMP "
            "pictures, a video by its own name, or all videos of a folder with --headless --out DIR."
        )
    height, width = first.shape[:2]
    count = sum(len(file.pages) for file in files)
    fps = round(count / sum(sum(_durations_s(file)) for file in files), 3)
    is_one_film = len(files) == 1 and (count == 1 or bool(files[0].durations_s))
    info = SourceInfo(name, width, height, fps, count, live=False, pictures=not is_one_film)
    is_film = _is_film(files)
    source = StoredSource(info, lambda start_s: _frames(files, is_film, start_s, warn))
    source.warnings = warn.sentences
    return source


def _frames(
    files: Sequence[PictureFile], is_film: bool, start_s: float, warn: Callable[[str], object]
) -> Generator[Frame]:
    index, time_s = 0, 0.0
    for file in files:
        *times_s, end_s = accumulate(_durations_s(file), initial=time_s)
        first = bisect_left(times_s, start_s - 1e-6)
        images = file.read(first, warn) if first < len(times_s) else ()
        for page, image in enumerate(images, start=first):
            if image is not None:
                continues = is_film or (page > 0 and bool(file.durations_s))
                yield Frame(image, index + page, times_s[page], continues=continues, file_name=file.path.name)
        index, time_s = index + len(times_s), end_s


def _durations_s(file: PictureFile) -> Sequence[float]:
    return file.durations_s or (1 / PICTURES_PER_S,) * len(file.pages)


class _Warnings:
    """Each sentence once, and of many only the first and how many more."""

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


def _is_film(files: Sequence[PictureFile]) -> bool:
    """Whether they are the numbered frames of a film: of one size, named alike but for the number, with few gaps.

    Photos are not, though a camera numbers them too.
    """
    matches = [NUMBERED.fullmatch(file.path.name.lower()) for file in files]
    numbers = [int(match["number"]) for match in matches if match]
    alike = len(numbers) == len(files) and len({(match["before"], match["after"]) for match in matches if match}) == 1
    one_size = len({file.size for file in files if file.size is not None}) == 1
    single = all(len(file.pages) == 1 and not file.is_photo for file in files)
    return alike and one_size and single and len(set(numbers)) == len(files) > max(1, (numbers[-1] - numbers[0]) / 2)


def _as_counted(path: Path) -> list[str | int]:
    parts = re.split(r"(\d+)", path.name.lower())
    return [*(int(part) if part.isdecimal() else part for part in parts), path.name]
