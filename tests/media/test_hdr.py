"""HDR and wide-gamut videos are converted to SDR."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from av.video.reformatter import ColorPrimaries, ColorTrc
from numpy.typing import NDArray

from handpose_live.media.opening import open_source
from tests.media.colour_videos import (
    COLOURS,
    SKIN,
    TO_BT2020,
    assert_colour,
    coded,
    decode_single_frame,
    uniform,
    write,
)

TO_P3 = np.array([[0.8225, 0.1774, 0.0], [0.0332, 0.9669, 0.0], [0.0171, 0.0724, 0.9108]])


def pq(nits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Apply the PQ curve of SMPTE ST 2084."""
    power = (nits / 10_000) ** (2610 / 16384)
    code: NDArray[np.float64] = ((3424 / 4096 + 2413 / 128 * power) / (1 + 2392 / 128 * power)) ** (2523 / 32)
    return code


def hlg(nits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Apply the HLG curve of BT.2100 for a display of 1000 nits."""
    luminance = np.array([0.2627, 0.6780, 0.0593]) @ nits / 1000
    scene = nits / 1000 * (luminance or 1) ** (1 / 1.2 - 1)
    log = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-6)) + 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), log)


HDR = {ColorTrc.SMPTE2084: pq, ColorTrc.ARIB_STD_B67: hlg}


@pytest.mark.parametrize("transfer", HDR)
@pytest.mark.parametrize("rgb", COLOURS)
def test_hdr_looks_like_the_sdr_image_it_was_created_from(
    tmp_path: Path, transfer: ColorTrc, rgb: tuple[int, int, int]
) -> None:
    """Compare with SDR white at 203 nits, as recommended in BT.2408."""
    code = HDR[transfer](203 * TO_BT2020 @ np.divide(rgb, 255) ** 2.2)
    frame = uniform("yuv420p10le", coded(code, 9, bits=10))
    video = write(tmp_path / "video.mkv", frame, matrix=9, transfer=transfer, primaries=ColorPrimaries.BT2020)
    assert_colour(decode_single_frame(video), rgb, 5)


@pytest.mark.parametrize("transfer", HDR)
def test_hdr_highlights_are_compressed_above_white(tmp_path: Path, transfer: ColorTrc) -> None:
    greys = []
    for nits in (150, 203, 300, 1000):
        frame = uniform("yuv420p10le", coded(HDR[transfer](np.full(3, float(nits))), 9, bits=10))
        video = write(tmp_path / "video.mkv", frame, matrix=9, transfer=transfer, primaries=ColorPrimaries.BT2020)
        greys.append(int(decode_single_frame(video)[24, 32, 1]))
    assert 218 <= greys[0] < 240 <= greys[1] < greys[2] < greys[3] <= 255


@pytest.mark.parametrize("transfer", HDR)
def test_hdr_without_other_tags_is_decoded_as_bt2020(tmp_path: Path, transfer: ColorTrc) -> None:
    code = HDR[transfer](203 * TO_BT2020 @ np.divide(SKIN, 255) ** 2.2)
    frame = uniform("yuv420p10le", coded(code, 9, bits=10))
    assert_colour(decode_single_frame(write(tmp_path / "video.mkv", frame, transfer=transfer)), SKIN, 5)


@pytest.mark.parametrize(
    ("primaries", "matrix", "conversion"),
    [(ColorPrimaries.BT2020, 9, TO_BT2020), (ColorPrimaries.SMPTE432, 1, TO_P3)],
)
@pytest.mark.parametrize("rgb", COLOURS)
def test_wide_gamuts_look_like_bt709(
    tmp_path: Path,
    primaries: ColorPrimaries,
    matrix: int,
    conversion: NDArray[np.float64],
    rgb: tuple[int, int, int],
) -> None:
    code = (conversion @ np.divide(rgb, 255) ** 2.2) ** (1 / 2.2)
    frame = uniform("yuv420p10le", coded(code, matrix, bits=10))
    video = write(tmp_path / "video.mkv", frame, matrix=matrix, transfer=ColorTrc.BT709, primaries=primaries)
    assert_colour(decode_single_frame(video), rgb, 3)


def test_the_hdr_video_looks_like_its_sdr_version(shared: Path) -> None:
    hdr = mean_colours(shared / "cases/hdr_pq.mp4")
    np.testing.assert_allclose(hdr, mean_colours(shared / "cases/hdr_as_sdr.mp4"), atol=12)


def mean_colours(video: Path) -> NDArray[np.float64]:
    """Return the mean colours of each frame in an 8x6 grid, ``(n, 6, 8, 3)``."""
    return np.array(
        [cv2.resize(frame.image, (8, 6), interpolation=cv2.INTER_AREA) for frame in open_source(str(video))]
    )
