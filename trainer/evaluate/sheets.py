"""Contact sheets of samples and predictions, and the plot of the PCK curve."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from handpose_live.overlay.colours import FINGER_COLOURS
from handpose_live.types.arrays import Floats
from handpose_live.types.crop import Crop
from handpose_live.types.errors import HandPoseError
from handpose_live.types.skeleton import FINGERS

from ..data.folders import Sample
from ..data.labels import fill_unlabelled
from .accuracy import Prediction, Report

TILE_PX = 192
COLUMNS = 8
SAMPLE_MARGIN = 1.8  # shows some of the surroundings
SUBPIXEL_BITS = 4  # OpenCV takes fixed-point coordinates


def write_predictions(path: Path, predictions: Sequence[Prediction]) -> None:
    """Write a grid of crops with the predicted skeleton in colour, the labelled one in white, and the error in %."""
    write_grid(path, [_tile(prediction) for prediction in predictions])


def write_samples(path: Path, samples: Sequence[Sample]) -> None:
    """Write a grid of samples, cut square around their hands, with the labelled skeletons."""
    write_grid(path, [_sample_tile(sample) for sample in samples])


def write_grid(path: Path, tiles: list[NDArray[np.uint8]]) -> None:
    """Write square RGB tiles of one size as a grid of ``COLUMNS`` a row."""
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % COLUMNS)
    rows = [np.hstack(tiles[start : start + COLUMNS]) for start in range(0, len(tiles), COLUMNS)]
    written, png = cv2.imencode(".png", np.ascontiguousarray(np.vstack(rows)[..., ::-1]))
    if not written:
        raise HandPoseError(f"The image {path} could not be encoded.")
    path.write_bytes(png.tobytes())


def write_pck(path: Path, report: Report) -> None:
    """Plot the share of joints within a distance, over the distance."""
    from matplotlib.figure import Figure

    thresholds = [0.0, *map(float, report.pck)]
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot([100 * threshold for threshold in thresholds], [0.0, *report.pck.values()], color="#d946ef", linewidth=2)
    axes.set(
        xlabel="distance, % of the crop side",
        ylabel="share of joints within it",
        title=f"PCK over {report.n} hands, area {report.auc:.3f}",
        xlim=(0, 100 * thresholds[-1]),
        ylim=(0, 1),
    )
    axes.grid(alpha=0.3)
    figure.savefig(path, dpi=150)


def _tile(prediction: Prediction) -> NDArray[np.uint8]:
    scale = TILE_PX / prediction.crop.shape[0]
    tile = np.asarray(cv2.resize(prediction.crop, (TILE_PX, TILE_PX), interpolation=cv2.INTER_CUBIC), np.uint8)
    _draw(tile, prediction.true_joints_crop_px * scale, colour=(255, 255, 255))
    _draw(tile, prediction.joints_crop_px * scale)
    text = f"{prediction.error_percent:.1f} %"
    for colour, width in (((0, 0, 0), 3), ((255, 255, 255), 1)):
        cv2.putText(tile, text, (6, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.5, colour, width, cv2.LINE_AA)
    return tile


def _sample_tile(sample: Sample) -> NDArray[np.uint8]:
    image = sample.read()
    height, width = image.shape[:2]
    crop = Crop(width / 2, height / 2, max(width, height))
    if sample.joints_px is not None:
        crop = Crop.at_angle(fill_unlabelled(sample.joints_px), margin=SAMPLE_MARGIN, angle=0)
    tile = crop.cut(image, TILE_PX)
    if sample.joints_px is not None:
        _draw(tile, crop.to_crop(sample.joints_px, TILE_PX))
    return tile


def _draw(tile: NDArray[np.uint8], joints_px: Floats, colour: tuple[int, int, int] | None = None) -> None:
    # In OpenCV the centres of pixels have integer coordinates, here they are at +0.5.
    fixed = np.rint((joints_px - 0.5) * (1 << SUBPIXEL_BITS))
    for finger, finger_colour in zip(FINGERS, FINGER_COLOURS, strict=True):
        chain = fixed[list(finger.chain)]
        line = [chain[np.isfinite(chain).all(axis=1)].astype(np.int32)[:, None]]
        cv2.polylines(tile, line, False, colour or finger_colour, 1 if colour else 2, cv2.LINE_AA, SUBPIXEL_BITS)
