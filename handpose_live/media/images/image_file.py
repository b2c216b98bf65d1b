"""One picture file: how many pictures it holds, and each of them."""

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import PIL.Image
from PIL import ImageFile
from pillow_heif import register_heif_opener

from handpose_live.media.images.image_rgb import is_photo, is_turned, to_rgb
from handpose_live.types.arrays import Image

register_heif_opener(thumbnails=False)
# Pillow's own words are for programmers. A picture of twice as many pixels as it warns of, it refuses.
warnings.filterwarnings("ignore", module=r"PIL\.")
logging.getLogger("PIL").addHandler(logging.NullHandler())

# A JPEG with others behind it, such as the gain map of a phone's photo, is the one photo that it shows.
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "PPM", "JPEG2000", "HEIF", "AVIF")
ANIMATED, PAGED = ("PNG", "WEBP", "GIF", "AVIF"), ("TIFF", "HEIF")
COUNTED = ("PNG", "WEBP", "AVIF", "HEIF")  # these say how many pictures they hold
# Pages of a TIFF that repeat another one: smaller, or as its mask.
SUBFILE_TYPE, REDUCED_OR_MASK = 254, 0b101
# Browsers take a shorter duration for an oversight, and show the frame for the usual one.
SHORTEST_MS, USUAL_MS = 10, 100


@dataclass(frozen=True)
class PictureFile:
    """What is known about a picture file before its pictures are read.

    Attributes:
        path: of the file.
        size: width and height of its first picture as it is shown, in px; None if it cannot be opened.
        pages: where in the file each picture is.
        durations_s: how long each frame of an animation is shown; empty where each picture stands for itself.
        torn: it breaks off after ``pages``.
        is_photo: its camera says when it was taken.
        fault: why it cannot be opened, if more is known than that.
    """

    path: Path
    size: tuple[int, int] | None = None
    pages: Sequence[int] = (0,)
    durations_s: Sequence[float] = ()
    torn: bool = False
    is_photo: bool = False
    fault: str = ""

    def read(self, first: int, warn: Callable[[str], object]) -> Iterator[Image | None]:
        """Every picture from the ``first`` of ``pages`` on; None in place of one that cannot be read.

        Of a picture that is torn comes what there is. ``warn`` takes a sentence for each that is not whole, and for a
        file that cannot be opened any more, of which nothing comes.
        """
        name = self.path.name
        try:
            opened = _open(self.path)
        except Exception as error:  # what a broken picture may raise is anything: OSError, SyntaxError, struct.error
            fault = f" ({reason})" if (reason := _reason(error)) else ""
            warn(f"{name} cannot be read as a picture{fault} and is skipped.")
            return
        with opened as picture:
            for page in self.pages[first:]:
                label = name if len(self.pages) == 1 else f"Page {page + 1} of {name}"
                image: Image | None
                try:
                    image = _page(picture, page)
                except Exception:  # as above
                    image = self._what_there_is(page, label, warn)
                yield image
        if self.torn:
            warn(f"{name} breaks off after picture {len(self.pages)}: the rest is missing or broken.")

    def _what_there_is(self, page: int, label: str, warn: Callable[[str], object]) -> Image | None:
        """A page that cannot be read in full."""
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            with _open(self.path) as picture:
                image = _page(picture, page)
        except Exception:  # as in read
            warn(f"{label} cannot be read as a picture and is skipped.")
            return None
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
        warn(f"{label} is torn: only what there is of it is shown.")
        return image


def examine(path: Path) -> PictureFile:
    """Look into a file; this decodes the frames of an animation, which alone tell how long they last."""
    try:
        with _open(path) as picture:
            width, height = reversed(picture.size) if is_turned(picture) else picture.size
            photo = is_photo(picture)
            pages, durations_s, torn = _leaf_through(picture)
            return PictureFile(path, (width, height), pages, durations_s, torn=torn, is_photo=photo)
    except Exception as error:  # as in PictureFile.read
        return PictureFile(path, fault=_reason(error))


def _reason(error: Exception) -> str:
    """Why a picture cannot be opened, as far as that helps a person."""
    if isinstance(error, PIL.Image.DecompressionBombError):
        return f"more than {2 * (PIL.Image.MAX_IMAGE_PIXELS or 0) // 1_000_000} megapixels"
    return getattr(error, "strerror", None) or ""


def _open(path: Path) -> PIL.Image.Image:
    return PIL.Image.open(path, formats=FORMATS)


def _page(picture: PIL.Image.Image, page: int) -> Image:
    picture.seek(page)
    picture.load()
    return to_rgb(picture)


def _leaf_through(picture: PIL.Image.Image) -> tuple[Sequence[int], Sequence[float], bool]:
    """Where its pictures are, how long each is shown, if that matters, and whether the file breaks off after them."""
    promised = getattr(picture, "n_frames", 1) if picture.format in COUNTED else 0
    if promised == 1 or picture.format not in (*ANIMATED, *PAGED):
        return (0,), (), False
    # The picture for programs that know no animation need not be a part of it.
    first = 1 if getattr(picture, "default_image", False) else 0
    pages, durations_s, torn = list[int](), list[float](), False
    try:
        for page in count(first):
            picture.seek(page)
            if picture.format in ANIMATED:
                picture.load()
                durations_s.append(_duration_s(picture))
            if not _is_of_another(picture):
                pages.append(page)
    except EOFError:
        torn = page < promised
    except Exception:  # as in PictureFile.read
        torn = True
    if len(pages) > 1:
        return pages, durations_s, torn
    return pages or (0,), (), torn and bool(pages)


def _duration_s(picture: PIL.Image.Image) -> float:
    shown_ms = float(picture.info.get("duration") or 0)
    return (shown_ms if shown_ms > SHORTEST_MS else USUAL_MS) / 1000


def _is_of_another(picture: PIL.Image.Image) -> bool:
    return bool(getattr(picture, "tag_v2", {}).get(SUBFILE_TYPE, 0) & REDUCED_OR_MASK)
