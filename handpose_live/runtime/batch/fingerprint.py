"""By what an input is known again: where it is, and what is in it."""

import hashlib
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from handpose_live.media.opening import pictures_in
from handpose_live.types.errors import HandPoseError

Place = tuple[int, int, int, int, str]


def place_of(path: Path) -> Place | None:
    """The same for every spelling of a path, also in capitals where they are no other file; None if nothing is there.

    Two names of one file, linked to each other, are two places.
    """
    try:
        path = path.resolve() if path.name in ("", "..") else path
        file, folder = path.stat(), path.parent.stat()
    except (OSError, RuntimeError):  # the latter for links in a circle
        return None
    name = unicodedata.normalize("NFC", path.name.casefold())
    return file.st_dev, file.st_ino, folder.st_dev, folder.st_ino, name


@dataclass(frozen=True)
class Fingerprint:
    """Of a file, or of the pictures in a folder; each part is found out when it is first asked for.

    Attributes:
        path: of the file or folder.

    Raises:
        HandPoseError: each part, when the input cannot be read.
    """

    path: Path

    @cached_property
    def stamp(self) -> str:
        """Of names, sizes and times of change: quick, but another one after copying or touching."""
        with _readable(self.path):
            stats = [(file.name, file.stat()) for file in self._files]
        return _digest(repr([(name, about.st_size, about.st_mtime_ns) for name, about in stats]))

    @cached_property
    def content(self) -> str:
        """Of all bytes."""
        with _readable(self.path):
            return _digest(" ".join(map(_content, self._files)))

    @cached_property
    def _files(self) -> list[Path]:
        return pictures_in(self.path) if self.path.is_dir() else [self.path]


def _content(file: Path) -> str:
    if not stat.S_ISREG(file.stat().st_mode):  # reading a pipe or a device might never end
        raise HandPoseError(f"{file.name} is neither a file nor a folder: give videos, pictures or folders of them.")
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise HandPoseError(f"{path.name} cannot be read ({error.strerror}): give another one.") from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
