"""Small synthetic data sets in FreiHAND's layout."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from handpose_live.overlay.colours import FINGER_COLOURS
from handpose_live.types.arrays import Floats
from handpose_live.types.skeleton import FINGERS
from trainer.data.training_crops import Batch

SIDE = 96


def plain_batch(images: Tensor, joints: Tensor, hand: Tensor, right: Tensor) -> Batch:
    """A batch whose joints are all labelled, with unknown depths and visibility."""
    unknown = torch.full(joints.shape[:2], float("nan"))
    return Batch(images, joints, hand, right, unknown, unknown, torch.ones(joints.shape[:2]))


def write_folder(
    folder: Path,
    *,
    labels: int = 4,
    copies: int = 1,
    splits: Sequence[str] = (),
    negatives: Mapping[str, int] | None = None,
) -> Floats:
    """Write images of drawn hands with their labels.

    Args:
        folder: created if missing.
        labels: number of hands.
        copies: images of each hand; image ``i`` shows hand ``i % labels``.
        splits: split of each hand, for ``index.csv``; not written if empty.
        negatives: number of images without a hand, by split.

    Returns:
        Joints ``(labels, 21, 2)``, in px of the images.
    """
    rng = np.random.default_rng(0)
    joints_px = rng.uniform(0.25 * SIDE, 0.75 * SIDE, (labels, 21, 2)).astype(np.float32)
    (folder / "training" / "rgb").mkdir(parents=True)
    for i in range(labels * copies):
        write_image(folder / "training" / "rgb" / f"{i:08d}.jpg", _drawn(joints_px[i % labels], rng))
    _write_labels(folder, joints_px, rng)
    if splits:
        rows = [(i, split, ("garden", "house")[i % 2], "CC0") for i, split in enumerate(splits)]
        _write_table(folder / "index.csv", ("index", "split", "set", "licence"), rows)
    if negatives:
        names = [split for split, count in negatives.items() for _ in range(count)]
        _write_table(folder / "negatives.csv", ("index", "split"), list(enumerate(names)))
        (folder / "negatives").mkdir()
        for i in range(len(names)):
            write_image(folder / "negatives" / f"{i:06d}.jpg", _noise(rng))
    return joints_px


def write_evaluation(folder: Path, *, labels: int) -> Floats:
    """Write FreiHAND's official test set into the same folder; see :func:`write_folder`."""
    joints_px = write_folder(folder / "temporary", labels=labels)
    (folder / "temporary" / "training").rename(folder / "evaluation")
    for name in ("xyz", "K"):
        (folder / "temporary" / f"training_{name}.json").rename(folder / f"evaluation_{name}.json")
    (folder / "temporary").rmdir()
    return joints_px


def write_image(path: Path, image: NDArray[np.uint8]) -> Path:
    """Write an RGB image to a file."""
    assert cv2.imwrite(str(path), image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 98])
    return path


def _noise(rng: np.random.Generator) -> NDArray[np.uint8]:
    coarse = rng.integers(0, 160, (6, 6, 3), np.uint8)
    return np.asarray(cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC), np.uint8)


def _drawn(joints_px: Floats, rng: np.random.Generator) -> NDArray[np.uint8]:
    image = _noise(rng)
    for finger, colour in zip(FINGERS, FINGER_COLOURS, strict=True):
        line = np.rint(joints_px[list(finger.chain)]).astype(np.int32)
        cv2.polylines(image, [line[:, None]], False, colour, 2, cv2.LINE_AA)
    return image


def _write_labels(folder: Path, joints_px: Floats, rng: np.random.Generator) -> None:
    """Write labels as in FreiHAND: joints in metres in front of a camera, and the camera matrices."""
    cameras, xyz = [], []
    for joints in joints_px.astype(np.float64):
        focus_px, depth_m = rng.uniform(300, 500), rng.uniform(0.5, 0.9, (21, 1))
        camera = np.array([[focus_px, 0, SIDE / 2], [0, focus_px * 1.01, SIDE / 2], [0, 0, 1]])
        rays = np.column_stack([joints, np.ones(21)]) @ np.linalg.inv(camera).T
        cameras.append(camera.tolist())
        xyz.append((rays * depth_m).tolist())
    (folder / "training_K.json").write_text(json.dumps(cameras))
    (folder / "training_xyz.json").write_text(json.dumps(xyz))


def _write_table(path: Path, names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(rows)
