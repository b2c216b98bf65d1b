"""Whatever a picture file holds, as the RGB that a screen shows."""

import io
from functools import lru_cache

import numpy as np
import PIL.Image
from numpy.typing import NDArray
from PIL import ImageCms, ImageOps

from handpose_live.types.arrays import Image

# What shines through transparent pixels: it hides neither bright nor dark hands.
GROUND = (128, 128, 128, 255)
# EXIF tags.
ORIENTATION, CAMERA_SETTINGS, TAKEN = 0x0112, 0x8769, 0x9003
SRGB = ImageCms.createProfile("sRGB")
WITH_PROFILE = ("RGB", "RGBA", "CMYK")


def to_rgb(picture: PIL.Image.Image) -> Image:
    """The picture as its camera was held, in sRGB, transparent pixels over mid-grey.

    Values of 16 bits and more are scaled to 8, those of floating point from 0..1, 0..255 or 0..65535, whichever
    is the first to hold them all.

    Args:
        picture: loaded, of any mode that Pillow knows.

    Returns:
        ``(height, width, 3)`` RGB.

    Raises:
        ValueError: its mode cannot be converted.
    """
    picture = _upright(picture)
    if picture.mode == "F" or picture.mode.startswith("I"):
        picture = PIL.Image.fromarray(_to_8_bits(np.asarray(picture)))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
    picture = _in_srgb(picture)
    if picture.mode == "RGBA":
        picture = PIL.Image.alpha_composite(PIL.Image.new("RGBA", picture.size, GROUND), picture)
    return np.array(picture if picture.mode == "RGB" else picture.convert("RGB"))


def is_turned(picture: PIL.Image.Image) -> bool:
    """Whether its EXIF says that it lies on its side, as far as that is known before it is loaded."""
    try:
        return "exif" in picture.info and picture.getexif().get(ORIENTATION, 1) in (5, 6, 7, 8)
    except Exception:  # see _upright
        return False


def is_photo(picture: PIL.Image.Image) -> bool:
    """Whether its EXIF says when it was taken, as far as that is known before it is loaded."""
    try:
        return "exif" in picture.info and TAKEN in picture.getexif().get_ifd(CAMERA_SETTINGS)
    except Exception:  # see _upright
        return False


def _upright(picture: PIL.Image.Image) -> PIL.Image.Image:
    try:
        return ImageOps.exif_transpose(picture) if picture.getexif().get(ORIENTATION, 1) != 1 else picture
    except Exception:  # cameras write broken EXIF of all kinds, at which Pillow fails with errors of all kinds
        return picture


def _to_8_bits(values: NDArray[np.generic]) -> Image:
    values = np.nan_to_num(np.asarray(values, np.float64), posinf=0, neginf=0)
    peak = values.max(initial=0.0)
    limits = (65535.0,) if values.dtype.kind in "iu" else (1.0, 255.0, 65535.0)
    limit = next((limit for limit in limits if peak <= limit), peak)
    return np.asarray((values.clip(0, limit) * (255 / limit)).round(), np.uint8)


def _in_srgb(picture: PIL.Image.Image) -> PIL.Image.Image:
    """Colours by the profile that came with the picture, if it has one that fits it."""
    if picture.mode == "LAB":
        transform = ImageCms.buildTransform(ImageCms.createProfile("LAB"), SRGB, "LAB", "RGB")
        return ImageCms.applyTransform(picture, transform) or picture
    profile = picture.info.get("icc_profile")
    if not profile:
        return picture
    if picture.mode not in (*WITH_PROFILE, "L", "1"):
        picture = picture.convert("RGB")
    known = _transform(profile, picture.mode) if picture.mode in WITH_PROFILE else None
    return picture if known is None else ImageCms.applyTransform(picture, known) or picture


@lru_cache(maxsize=4)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """From a profile to sRGB; None where it is that already, is broken, or is for another kind of picture."""
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(own).lower():
            return None
        return ImageCms.buildTransform(own, SRGB, mode, "RGBA" if mode == "RGBA" else "RGB")
    except (OSError, ImageCms.PyCMSError):
        return None
