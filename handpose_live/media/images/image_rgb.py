"""Converting images of any Pillow mode to upright sRGB."""

import io
from functools import lru_cache

import numpy as np
import PIL.Image
from numpy.typing import NDArray
from PIL import ImageCms, ImageOps

from handpose_live.types.arrays import Image

# Behind transparent pixels; mid-grey hides neither bright nor dark hands.
BACKGROUND = (128, 128, 128, 255)
# EXIF tags.
ORIENTATION, EXIF_IFD, DATE_TIME_ORIGINAL = 0x0112, 0x8769, 0x9003
SRGB = ImageCms.createProfile("sRGB")
PROFILE_MODES = ("RGB", "RGBA", "CMYK")


def to_rgb(image: PIL.Image.Image) -> Image:
    """Convert an image to upright sRGB, transparent pixels on mid-grey.

    Values of 16 bits and more are scaled to 8 bits; floating-point values from 0..1, 0..255 or 0..65535, the smallest
    range that holds them all.

    Args:
        image: loaded, of any mode of Pillow.

    Returns:
        ``(height, width, 3)`` RGB.

    Raises:
        ValueError: its mode cannot be converted.
    """
    image = _turn_upright(image)
    if image.mode == "F" or image.mode.startswith("I"):
        image = PIL.Image.fromarray(_to_8_bits(np.asarray(image)))
    if image.has_transparency_data:
        image = image.convert("RGBA")
    image = _to_srgb(image)
    if image.mode == "RGBA":
        image = PIL.Image.alpha_composite(PIL.Image.new("RGBA", image.size, BACKGROUND), image)
    return np.array(image if image.mode == "RGB" else image.convert("RGB"))


def swaps_sides(image: PIL.Image.Image) -> bool:
    """Whether the EXIF orientation, as far as it can be read before loading, swaps width and height."""
    try:
        return "exif" in image.info and image.getexif().get(ORIENTATION, 1) in (5, 6, 7, 8)
    except Exception:  # see _turn_upright
        return False


def is_photo(image: PIL.Image.Image) -> bool:
    """Whether EXIF, as far as it can be read before loading, has the time at which a photo was taken."""
    try:
        return "exif" in image.info and DATE_TIME_ORIGINAL in image.getexif().get_ifd(EXIF_IFD)
    except Exception:  # see _turn_upright
        return False


def _turn_upright(image: PIL.Image.Image) -> PIL.Image.Image:
    try:
        return ImageOps.exif_transpose(image) if image.getexif().get(ORIENTATION, 1) != 1 else image
    except Exception:  # cameras write corrupt EXIF, on which Pillow raises errors of many types
        return image


def _to_8_bits(values: NDArray[np.generic]) -> Image:
    values = np.nan_to_num(np.asarray(values, np.float64), posinf=0, neginf=0)
    peak = values.max(initial=0.0)
    limits = (65535.0,) if values.dtype.kind in "iu" else (1.0, 255.0, 65535.0)
    limit = next((limit for limit in limits if peak <= limit), peak)
    return np.asarray((values.clip(0, limit) * (255 / limit)).round(), np.uint8)


def _to_srgb(image: PIL.Image.Image) -> PIL.Image.Image:
    """Convert by the embedded ICC profile, if there is one that fits the mode."""
    if image.mode == "LAB":
        transform = ImageCms.buildTransform(ImageCms.createProfile("LAB"), SRGB, "LAB", "RGB")
        return ImageCms.applyTransform(image, transform) or image
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    if image.mode not in (*PROFILE_MODES, "L", "1"):
        image = image.convert("RGB")
    transform_to_srgb = _transform(profile, image.mode) if image.mode in PROFILE_MODES else None
    if transform_to_srgb is None:
        return image
    return ImageCms.applyTransform(image, transform_to_srgb) or image


@lru_cache(maxsize=4)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Build the transform from a profile to sRGB; None if it is sRGB, corrupt, or for another mode."""
    try:
        embedded = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(embedded).lower():
            return None
        return ImageCms.buildTransform(embedded, SRGB, mode, "RGBA" if mode == "RGBA" else "RGB")
    except (OSError, ImageCms.PyCMSError):
        return None
