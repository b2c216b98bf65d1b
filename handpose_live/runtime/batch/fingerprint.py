"""How an input is recognised again: by its place in the file system, and by its content."""

import hashlib
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from handpose_live.media.opening import list_images
from handpose_live.types.errors import HandPoseError

FileIdentity = tuple[int, int, int, int, str]


def file_identity(path: Path) -> FileIdentity | None:
    """Return a key that is equal for all spellings of a path, or None if nothing exists there.

    Upper and lower case differ only where they name different files. Two hard links to a file have two identities.
    """
    try:
        path = path.resolve() if path.name in ("", "..") else path
        file, folder = path.stat(), path.parent.stat()
    except (OSError, RuntimeError):  # RuntimeError: symbolic links in a circle
        return None
    name = unicodedata.normalize("NFC", path.name.casefold())
    return file.st_dev, file.st_ino, folder.st_dev, folder.st_ino, name


@dataclass(frozen=True)
class Fingerprint:
    """Hashes of a file, or of the images in a folder; each is computed when it is first read.

    Attributes:
        path: of the file or folder.

    Raises:
        HandPoseError: on reading a hash, if the input cannot be read.
    """

    path: Path

    @cached_property
    def stamp(self) -> str:
        """Hash of names, sizes and modification times: fast, but changed by copying and touching."""
        with _read_errors(self.path):
            stats = [(file.name, file.stat()) for file in self._files]
        return _sha256(repr([(name, status.st_size, status.st_mtime_ns) for name, status in stats]))

    @cached_property
    def content(self) -> str:
        """Hash of all bytes."""
        with _read_errors(self.path):
            return _sha256(" ".join(map(_file_sha256, self._files)))

    @cached_property
    def _files(self) -> list[Path]:
        return list_images(self.path) if self.path.is_dir() else [self.path]


def _file_sha256(file: Path) -> str:
    if not stat.S_ISREG(file.stat().st_mode):  # reading a pipe or a device might never end
        raise HandPoseError(f"{file.name} is neither a file nor a folder: give videos, images or folders of images.")
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@contextmanager
def _read_errors(path: Path) -> Iterator[None]:
    """Turn errors of the system into HandPoseErrors."""
    try:
        yield
    except OSError as error:
        raise HandPoseError(f"{path.name} cannot be read ({error.strerror}): give another one.") from error


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
