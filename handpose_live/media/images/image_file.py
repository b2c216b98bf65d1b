"""An image file: how many images it holds, and reading each of them."""

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import PIL.Image
import PIL.ImageFile
from pillow_heif import register_heif_opener

from handpose_live.media.images.image_rgb import is_photo, swaps_sides, to_rgb
from handpose_live.types.arrays import Image

register_heif_opener(thumbnails=False)
# Pillow's warnings are for programmers. It refuses images of twice as many pixels as it warns of.
warnings.filterwarnings("ignore", module=r"PIL\.")
logging.getLogger("PIL").addHandler(logging.NullHandler())

# A JPEG followed by others, such as the gain map of a phone's photo, counts as one image.
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "PPM", "JPEG2000", "HEIF", "AVIF")
ANIMATED, PAGED = ("PNG", "WEBP", "GIF", "AVIF"), ("TIFF", "HEIF")
COUNTED = ("PNG", "WEBP", "AVIF", "HEIF")  # formats that store the number of their images
# Pages of a TIFF that belong to another one, as a reduced version or as its mask.
SUBFILE_TYPE, REDUCED_OR_MASK = 254, 0b101
# As browsers do, take shorter durations for a mistake and replace them with the default.
MIN_DURATION_MS, DEFAULT_DURATION_MS = 10, 100


@dataclass(frozen=True)
class ImageFile:
    """Properties of an image file, known before its images are read.

    Attributes:
        path: of the file.
        size: upright width and height of the first image, in px; None if the file cannot be opened.
        pages: index in the file of each image or frame.
        durations_s: of each frame of an animation, in seconds; empty for separate images.
        is_truncated: the file ends after ``pages``, too early.
        is_photo: EXIF has the time at which it was taken.
        error: why the file cannot be opened, if that is known; else "".
    """

    path: Path
    size: tuple[int, int] | None = None
    pages: Sequence[int] = (0,)
    durations_s: Sequence[float] = ()
    is_truncated: bool = False
    is_photo: bool = False
    error: str = ""

    def read(self, first: int, warn: Callable[[str], object]) -> Iterator[Image | None]:
        """Yield each image from the ``first`` of ``pages`` on; None for one that cannot be read.

        A truncated image is yielded as far as it can be decoded.

        Args:
            first: index in ``pages``.
            warn: called with a sentence for each image that is not complete, and for a file that can no longer be
                opened, which yields nothing.
        """
        name = self.path.name
        try:
            opened = _open(self.path)
        except Exception as error:  # for corrupt files, Pillow raises OSError, SyntaxError, struct.error and others
            reason = f" ({text})" if (text := _error_text(error)) else ""
            warn(f"{name} cannot be read as an image{reason} and is skipped.")
            return
        with opened as image_file:
            for page in self.pages[first:]:
                label = name if len(self.pages) == 1 else f"Page {page + 1} of {name}"
                image: Image | None
                try:
                    image = _read_page(image_file, page)
                except Exception:  # as above
                    image = self._read_truncated(page, label, warn)
                yield image
        if self.is_truncated:
            warn(f"{name} ends after image {len(self.pages)}: the rest is missing or corrupt.")

    def _read_truncated(self, page: int, label: str, warn: Callable[[str], object]) -> Image | None:
        """Decode as much as possible of a page that cannot be decoded completely."""
        PIL.ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            with _open(self.path) as image_file:
                image = _read_page(image_file, page)
        except Exception:  # as in read
            warn(f"{label} cannot be read as an image and is skipped.")
            return None
        finally:
            PIL.ImageFile.LOAD_TRUNCATED_IMAGES = False
        warn(f"{label} is truncated: only the part of it that could be read is shown.")
        return image


def probe_image_file(path: Path) -> ImageFile:
    """Read a file's properties; this decodes the frames of an animation, which alone tell their durations."""
    try:
        with _open(path) as image_file:
            width, height = reversed(image_file.size) if swaps_sides(image_file) else image_file.size
            photo = is_photo(image_file)
            pages, durations_s, is_truncated = _scan_pages(image_file)
            return ImageFile(path, (width, height), pages, durations_s, is_truncated=is_truncated, is_photo=photo)
    except Exception as error:  # as in ImageFile.read
        return ImageFile(path, error=_error_text(error))


def _error_text(error: Exception) -> str:
    """Describe why a file cannot be opened, as far as that helps the user."""
    if isinstance(error, PIL.Image.DecompressionBombError):
        return f"more than {2 * (PIL.Image.MAX_IMAGE_PIXELS or 0) // 1_000_000} megapixels"
    return getattr(error, "strerror", None) or ""


def _open(path: Path) -> PIL.Image.Image:
    return PIL.Image.open(path, formats=FORMATS)


def _read_page(image_file: PIL.Image.Image, page: int) -> Image:
    image_file.seek(page)
    image_file.load()
    return to_rgb(image_file)


def _scan_pages(image_file: PIL.Image.Image) -> tuple[Sequence[int], Sequence[float], bool]:
    """Return the pages of the images, their durations if it is an animation, and whether the file is truncated."""
    expected = getattr(image_file, "n_frames", 1) if image_file.format in COUNTED else 0
    if expected == 1 or image_file.format not in (*ANIMATED, *PAGED):
        return (0,), (), False
    # The fallback image of an animated PNG need not be one of its frames.
    first = 1 if getattr(image_file, "default_image", False) else 0
    pages, durations_s, is_truncated = list[int](), list[float](), False
    try:
        for page in count(first):
            image_file.seek(page)
            if image_file.format in ANIMATED:
                image_file.load()
                durations_s.append(_duration_s(image_file))
            if not _is_reduced_or_mask(image_file):
                pages.append(page)
    except EOFError:
        is_truncated = page < expected
    except Exception:  # as in ImageFile.read
        is_truncated = True
    if len(pages) > 1:
        return pages, durations_s, is_truncated
    return pages or (0,), (), is_truncated and bool(pages)


def _duration_s(image_file: PIL.Image.Image) -> float:
    duration_ms = float(image_file.info.get("duration") or 0)
    return (duration_ms if duration_ms > MIN_DURATION_MS else DEFAULT_DURATION_MS) / 1000


def _is_reduced_or_mask(image_file: PIL.Image.Image) -> bool:
    return bool(getattr(image_file, "tag_v2", {}).get(SUBFILE_TYPE, 0) & REDUCED_OR_MASK)
