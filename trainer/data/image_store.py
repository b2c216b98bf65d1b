"""Decoded images in the user's cache folder: each is decoded once, whichever runs and processes use it."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, NamedTuple, Protocol, TypeVar
from weakref import finalize

import cv2
import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray
from platformdirs import user_cache_path
from tqdm import tqdm

from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError

FOLDER = user_cache_path("handpose-live", appauthor=False) / "images"
MAX_BYTES = 40 * 10**9  # of all images; those of a single run may take more
VERSION = 1  # of how images are decoded and stored
BLOCK = 4096  # images, after each of which a killed process has lost nothing
CHUNK = 256  # images decoded ahead, at most
CHANNELS = 3
RECORD = np.dtype(
    [
        ("key", "S32"),
        ("start", np.int64),  # of the pixels, in bytes
        ("size_px", np.int32, 2),  # width and height
        ("file_size_px", np.int32, 2),
        ("green_screen", np.bool_),
    ]
)


class Readable(Protocol):
    """Anything with an image."""

    def read(self) -> Image:
        """Decode the image."""
        ...


class Decoded(NamedTuple):
    """An image as it is stored.

    Attributes:
        image: ``(h, w, 3)`` RGB.
        file_size_px: width and height of the image that it is the whole or a part of.
        green_screen: whether it was taken in front of one.
    """

    image: Image
    file_size_px: tuple[int, int]
    green_screen: bool = False


Sample = TypeVar("Sample")


class ImageStore:
    """``n`` decoded images in a file, of which the system keeps in memory what there is room for.

    Attributes:
        sizes_px: ``(n, 2)`` widths and heights.
        file_sizes_px: ``(n, 2)`` those of the images in their files.
        green_screen: ``(n,)`` whether an image was taken in front of one.
    """

    def __init__(self, records: NDArray[Any], file: BinaryIO) -> None:
        """Args:
        records: ``(n,)`` of ``RECORD``.
        file: the pixels of these images and others, without a buffer; closed with the last reference to the store.
        """
        self.sizes_px = records["size_px"].astype(np.int64)
        self.file_sizes_px = records["file_size_px"].astype(np.int64)
        self.green_screen: NDArray[np.bool_] = records["green_screen"]
        self._starts: list[int] = records["start"].tolist()
        self._file, self._lock = file, Lock()
        finalize(self, file.close)

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, index: int) -> Image:
        """An image, ``(h, w, 3)`` RGB, which cannot be written to."""
        width, height = self.sizes_px[index].tolist()
        pixels = self._read(self._starts[index], CHANNELS * width * height)
        return np.frombuffer(pixels, np.uint8).reshape(height, width, CHANNELS)

    def _read(self, start: int, count: int) -> bytes:
        # A memory map would read far more than an image, as much as the system reads ahead.
        if hasattr(os, "pread"):
            return os.pread(self._file.fileno(), count, start)
        with self._lock:  # Windows
            self._file.seek(start)
            return self._file.read(count)


def store_images(
    samples: Sequence[Sample],
    decode: Callable[[Sample], Decoded],
    content: Callable[[Sample], str],
    *,
    max_px: int,
) -> ImageStore:
    """Open decoded images; those that are not stored yet are decoded first, in threads, with a progress bar.

    One process at a time stores images; the others wait for it. If all images together would take more than
    ``MAX_BYTES``, those of other runs are removed first.

    Args:
        samples: the images.
        decode: makes the image of a sample.
        content: describes all that the result depends on.
        max_px: side of an image, at most.

    Raises:
        HandPoseError: an image cannot be read, or the disk is full.
    """
    keys = [_key(content(sample)) for sample in samples]
    try:
        with _lock():
            records = _read_index()
            missing = _missing(records, keys, samples)
            needed_bytes = len(missing) * CHANNELS * max_px**2
            if missing and _end(records) + needed_bytes > MAX_BYTES and _has_others(records, keys):
                records = _remove_all(records)
                missing = _missing(records, keys, samples)
            if missing:
                records = _append(records, missing, decode)
            rows = {key: row for row, key in enumerate(records["key"].tolist())}
            return ImageStore(records[[rows[key] for key in keys]], _open_pixels())
    except OSError as error:
        raise HandPoseError(
            f"The decoded images cannot be kept in {FOLDER} ({error.strerror or error}); make room for up to "
            f"{len(samples) * CHANNELS * max_px**2 / 1e9:.1f} GB there."
        ) from error


def shrink(image: Image, max_px: int) -> tuple[Image, float]:
    """Make the longer side of an image at most ``max_px``; returns the scale too."""
    height, width = image.shape[:2]
    scale = max_px / max(height, width)
    if scale >= 1:
        return image, 1.0
    size = round(width * scale), round(height * scale)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def _key(content: str) -> bytes:
    return sha256(f"{VERSION} {content}".encode()).hexdigest()[:32].encode()


@contextmanager
def _lock() -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    lock = FileLock(FOLDER / "lock")
    try:
        lock.acquire(timeout=1)
    except Timeout:
        print("Waiting for another process, which decodes images.", file=sys.stderr, flush=True)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _missing(records: NDArray[Any], keys: Sequence[bytes], samples: Sequence[Sample]) -> dict[bytes, Sample]:
    """The samples that are not stored yet, each once."""
    stored = set(records["key"].tolist())
    return {key: sample for key, sample in zip(keys, samples, strict=True) if key not in stored}


def _has_others(records: NDArray[Any], keys: Sequence[bytes]) -> bool:
    return not set(records["key"].tolist()) <= set(keys)


def _append(
    records: NDArray[Any], samples: Mapping[bytes, Sample], decode: Callable[[Sample], Decoded]
) -> NDArray[Any]:
    """Decode and store images; what the index does not have yet may be left of a process that was killed."""
    path, end, added = _pixels(), _end(records), list[tuple[Any, ...]]()
    path.touch()
    _write_index(records)  # none of pixels that are gone
    try:
        with path.open("r+b") as file:
            file.seek(end)
            bar = tqdm(_decode(list(samples.values()), decode), "decoding", len(samples), unit="image")
            for number, (key, (image, file_size_px, green_screen)) in enumerate(zip(samples, bar, strict=True), 1):
                file.write(np.ascontiguousarray(image).data)
                added.append((key, end, image.shape[1::-1], file_size_px, green_screen))
                end += image.nbytes
                if number % BLOCK == 0 or number == len(samples):
                    file.flush()
                    os.fsync(file.fileno())
                    records = np.append(records, np.array(added, RECORD))
                    added.clear()
                    _write_index(records)
    except OSError:
        with suppress(OSError):
            os.truncate(path, _end(records))
        raise
    return records


def _decode(samples: Sequence[Sample], decode: Callable[[Sample], Decoded]) -> Iterator[Decoded]:
    """Decode images in threads, in order, a chunk at a time."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for start in range(0, len(samples), CHUNK):
            yield from threads.map(decode, samples[start : start + CHUNK])


def _pixels() -> Path:
    return FOLDER / "pixels"


def _index() -> Path:
    return FOLDER / "index.npy"


def _end(records: NDArray[Any]) -> int:
    """The end of the pixels in bytes."""
    return int(records["start"][-1] + CHANNELS * records["size_px"][-1].astype(np.int64).prod()) if len(records) else 0


def _open_pixels() -> BinaryIO:
    _pixels().touch()
    file = _pixels().open("rb", buffering=0)
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_RANDOM)
    return file


def _read_index() -> NDArray[Any]:
    """``(m,)`` of ``RECORD``, in the order of the pixels; empty if the files are missing or damaged."""
    with suppress(FileNotFoundError, ValueError, EOFError):
        records = np.load(_index())
        if records.dtype == RECORD and _pixels().stat().st_size >= _end(records):
            return np.asarray(records)
    return np.empty(0, RECORD)


def _write_index(records: NDArray[Any]) -> None:
    """Write the index, atomically."""
    part = _index().with_suffix(".part.npy")
    np.save(part, records)
    part.replace(_index())


def _remove_all(records: NDArray[Any]) -> NDArray[Any]:
    """Remove all images, which other processes may go on using; returns the index of those that are left."""
    try:
        _pixels().unlink(missing_ok=True)
    except PermissionError:  # Windows keeps files that are in use
        return records
    return np.empty(0, RECORD)
