"""How many hands a detector misses on training canvases of held-out people: the figure that selects networks."""

from collections.abc import Iterable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from handpose_live.detection.network import STRIDE, DetectorNetwork
from handpose_live.detection.weights import DetectorInfo
from handpose_live.types.arrays import Floats

from ..data.boxes import overlaps
from ..data.training_frames import FrameBatch

MIN_IOU = 0.3  # of the squares around the centres
FALSE_FINDS = 0.1  # a canvas


@torch.inference_mode()
def missed_percent(
    network: nn.Module, info: DetectorInfo, batches: Iterable[FrameBatch], device: torch.device
) -> float:
    """Missed hands in % of all, at the score threshold at which there are ``FALSE_FINDS`` a canvas."""
    detector = DetectorNetwork(network, info).eval().to(device)
    scores, right, hands, canvases = [], [], 0, 0
    for batch in batches:
        found = detector(batch.images.to(device).permute(0, 2, 3, 1)).cpu().numpy()
        for detections, rows in zip(found, range(len(found)), strict=True):
            squares = _squares(batch.boxes[rows][batch.present[rows] > 0].numpy())
            for score, is_right in _judge(detections, squares, batch.known[rows].numpy()):
                scores.append(score)
                right.append(is_right)
            hands += len(squares)
        canvases += len(found)
    order = np.argsort(-np.array(scores), kind="stable")
    matched = np.array(right, np.bool_)[order]
    within = np.cumsum(~matched) <= FALSE_FINDS * canvases
    return 100 * (1 - float(matched[within].sum()) / max(hands, 1))


def _judge(detections: Floats, squares: Floats, known: NDArray[np.uint8]) -> Iterator[tuple[float, bool]]:
    """Pair detections with hands, the best first; yields the score of each, and whether it found a hand.

    What is found where hands are not marked does not count.
    """
    free = np.ones(len(squares), np.bool_)
    ious = overlaps(list(_squares(detections[:, 1:4])), list(squares))
    for detection, overlapping in zip(detections, ious, strict=True):
        row = np.where(free, overlapping, 0)
        if len(row) and row.max() >= MIN_IOU:
            free[row.argmax()] = False
            yield float(detection[0]), True
        else:
            y, x = (int(np.clip(detection[axis] // STRIDE, 0, known.shape[2 - axis] - 1)) for axis in (2, 1))
            if known[y, x]:
                yield float(detection[0]), False


def _squares(boxes: Floats) -> Floats:
    """``(n, 4)`` left, top, right, bottom of ``(n, 3)`` x, y, size."""
    half = boxes[:, 2:] / 2
    return np.concatenate([boxes[:, :2] - half, boxes[:, :2] + half], axis=1)
