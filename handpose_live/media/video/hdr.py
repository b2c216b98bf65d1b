"""Tone mapping: from HDR and wide gamut to what screens and networks expect, SDR with BT.709 primaries."""

from functools import cache

import cv2
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorTrc
from numpy.typing import NDArray

from handpose_live.types.arrays import Image

Curve = NDArray[np.float64]

HDR_TRANSFERS = (ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67)
# From linear light of other primaries to BT.709's, all with D65 white (BT.2087; SMPTE EG 432-1).
TO_BT709: dict[int, tuple[tuple[float, float, float], ...]] = {
    ColorPrimaries.BT2020: ((1.6605, -0.5876, -0.0728), (-0.1246, 1.1329, -0.0083), (-0.0182, -0.1006, 1.1187)),
    ColorPrimaries.SMPTE432: ((1.2249, -0.2247, 0.0), (-0.0420, 1.0419, 0.0), (-0.0197, -0.0786, 1.0979)),
}
IDENTITY = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
WHITE_NITS = 203.0  # diffuse white by BT.2408; it becomes SDR's white
HLG_PEAK_NITS = 1000.0  # peak of the nominal display of HLG by BT.2100
SDR_GAMMA = 2.2  # between sRGB and BT.1886; a video may be made for either
KNEE = 0.75  # light below it is unchanged; all highlights are compressed into the rest


def to_sdr(image: NDArray[np.uint16], transfer: int, primaries: int) -> Image:
    """Convert an image to SDR with BT.709 primaries.

    Args:
        image: ``(h, w, 3)`` RGB code values, 0..65535.
        transfer, primaries: numbers by H.273; unknown ones count as SDR and BT.709.

    Returns:
        ``(h, w, 3)`` RGB.
    """
    matrix = np.array(TO_BT709.get(primaries, IDENTITY))
    linear = cv2.transform(cv2.LUT(image, _decoding_table(transfer)), matrix)
    if transfer == ColorTrc.ARIB_STD_B67:
        linear = _apply_hlg_ootf(linear)
    return np.asarray(cv2.LUT(linear, _encoding_table(transfer)), dtype=np.uint8)


@cache
def _decoding_table(transfer: int) -> NDArray[np.uint16]:
    """Return the table from code values to linear light, 65535 at white; for HLG, scene light, 65535 at its peak."""
    code = np.arange(65536) / 65535
    if transfer == ColorTrc.SMPTE2084:
        light = _compress_highlights(_pq_eotf(code) / WHITE_NITS)
    elif transfer == ColorTrc.ARIB_STD_B67:
        light = _hlg_inverse_oetf(code)
    else:
        light = code**SDR_GAMMA
    return np.round(65535 * light).astype(np.uint16)


@cache
def _encoding_table(transfer: int) -> NDArray[np.uint8]:
    """Return the table from linear light, as decoded, to SDR code values."""
    light = np.arange(65536) / 65535
    if transfer == ColorTrc.ARIB_STD_B67:
        light = _compress_highlights(light * HLG_PEAK_NITS / WHITE_NITS)
    return np.round(255 * light ** (1 / SDR_GAMMA)).astype(np.uint8)


def _pq_eotf(code: Curve) -> Curve:
    """Display light in nits by PQ (BT.2100, table 4)."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    root = code ** (1 / m2)
    nits: Curve = 10_000 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)
    return nits


def _hlg_inverse_oetf(code: Curve) -> Curve:
    """Scene light by HLG, 1 at its peak (BT.2100, table 5)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12)


def _apply_hlg_ootf(scene: cv2.typing.MatLike) -> cv2.typing.MatLike:
    """Scene light to display light: each pixel times a power of its luminance (BT.2100, table 5)."""
    luminance = cv2.transform(scene, np.array([[0.2126, 0.7152, 0.0722]] * 3))
    return cv2.multiply(scene, cv2.LUT(luminance, _hlg_gain_table()), scale=1 / 65535)


@cache
def _hlg_gain_table() -> NDArray[np.uint16]:
    return np.round(65535 * (np.arange(65536) / 65535) ** 0.2).astype(np.uint16)


def _compress_highlights(light: Curve) -> Curve:
    """Map light from 0 to far above white (1) to 0..1."""
    headroom = 1 - KNEE
    compressed: Curve = np.where(light <= KNEE, light, 1 - headroom * np.exp((KNEE - light) / headroom))
    return compressed
