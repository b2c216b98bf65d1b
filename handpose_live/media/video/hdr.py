"""High dynamic range and wide gamut brought to what every screen and network is used to: SDR in BT.709 colours."""

from functools import cache

import cv2
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorTrc
from numpy.typing import NDArray

from handpose_live.types.arrays import Image

Curve = NDArray[np.float64]

HDR_TRANSFERS = (ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67)
# Linear light of other primaries as that of BT.709, all with the white of D65 (BT.2087; SMPTE EG 432-1).
TO_BT709: dict[int, tuple[tuple[float, float, float], ...]] = {
    ColorPrimaries.BT2020: ((1.6605, -0.5876, -0.0728), (-0.1246, 1.1329, -0.0083), (-0.0182, -0.1006, 1.1187)),
    ColorPrimaries.SMPTE432: ((1.2249, -0.2247, 0.0), (-0.0420, 1.0419, 0.0), (-0.0197, -0.0786, 1.0979)),
}
SAME = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
WHITE_NITS = 203.0  # What BT.2408 shows diffuse white at; it becomes SDR's white.
HLG_PEAK_NITS = 1000.0  # The screen that BT.2100 has HLG made for.
SDR_GAMMA = 2.2  # Between sRGB and BT.1886, either of which a film may have been made for.
KNEE = 0.75  # Up to here light stays as it is; what is brighter, up to any highlight, shares the rest.


def to_sdr(image: NDArray[np.uint16], transfer: int, primaries: int) -> Image:
    """Convert to SDR with BT.709 primaries.

    Args:
        image: ``(h, w, 3)`` RGB as coded, 0 to 65535.
        transfer, primaries: what the code means, by H.273; unknown ones count as SDR and BT.709.

    Returns:
        ``(h, w, 3)`` RGB.
    """
    matrix = np.array(TO_BT709.get(primaries, SAME))
    linear = cv2.transform(cv2.LUT(image, _decoding(transfer)), matrix)
    if transfer == ColorTrc.ARIB_STD_B67:
        linear = _as_shown(linear)
    return np.asarray(cv2.LUT(linear, _encoding(transfer)), dtype=np.uint8)


@cache
def _decoding(transfer: int) -> NDArray[np.uint16]:
    """From code to linear light, 65535 at white, of HLG at the scene's peak."""
    code = np.arange(65536) / 65535
    if transfer == ColorTrc.SMPTE2084:
        light = _rolled_off(_pq_nits(code) / WHITE_NITS)
    elif transfer == ColorTrc.ARIB_STD_B67:
        light = _hlg_scene(code)
    else:
        light = code**SDR_GAMMA
    return np.round(65535 * light).astype(np.uint16)


@cache
def _encoding(transfer: int) -> NDArray[np.uint8]:
    """From linear light, as decoded, to SDR."""
    light = np.arange(65536) / 65535
    if transfer == ColorTrc.ARIB_STD_B67:
        light = _rolled_off(light * HLG_PEAK_NITS / WHITE_NITS)
    return np.round(255 * light ** (1 / SDR_GAMMA)).astype(np.uint8)


def _pq_nits(code: Curve) -> Curve:
    """The light of a screen, by PQ (BT.2100, table 4)."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    root = code ** (1 / m2)
    nits: Curve = 10_000 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)
    return nits


def _hlg_scene(code: Curve) -> Curve:
    """The light of a scene, 1 at its peak, by HLG (BT.2100, table 5)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12)


def _as_shown(scene: cv2.typing.MatLike) -> cv2.typing.MatLike:
    """A screen's light from the scene's: each pixel times a power of its own luminance (BT.2100, table 5)."""
    luminance = cv2.transform(scene, np.array([[0.2126, 0.7152, 0.0722]] * 3))
    return cv2.multiply(scene, cv2.LUT(luminance, _hlg_gain()), scale=1 / 65535)


@cache
def _hlg_gain() -> NDArray[np.uint16]:
    return np.round(65535 * (np.arange(65536) / 65535) ** 0.2).astype(np.uint16)


def _rolled_off(light: Curve) -> Curve:
    """Light from 0 to far above white (1) as light from 0 to 1."""
    room = 1 - KNEE
    rolled_off: Curve = np.where(light <= KNEE, light, 1 - room * np.exp((KNEE - light) / room))
    return rolled_off
