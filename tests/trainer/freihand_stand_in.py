"""Write a folder with the files of FreiHAND, as many and as large, to try the trainer at its scale.

``python -m tests.trainer.freihand_stand_in DIR`` writes 134,200 images, 3.9 GB. They show few drawn hands, but each is
a file of its own, which takes as long to read and to decode as FreiHAND's.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from handpose_live.overlay.colours import FINGER_COLOURS
from handpose_live.types.arrays import Floats
from handpose_live.types.skeleton import FINGERS

SIDE_PX, FOCAL_PX, DISTANCE_M = 224, 480.0, 0.7
LABELS, COPIES, EVALUATED = 32_560, 4, 3_960
DISTINCT = 64
NOISE, QUALITY = 12.0, 94  # for files of about 28 KB
CAMERA = [[FOCAL_PX, 0.0, SIDE_PX / 2], [0.0, FOCAL_PX, SIDE_PX / 2], [0.0, 0.0, 1.0]]


def write_stand_in(folder: Path, *, labels: int = LABELS, evaluated: int = EVALUATED) -> None:
    """Write both parts of the data set.

    Args:
        folder: created if missing.
        labels: hands of the training set, each with ``COPIES`` images.
        evaluated: hands of the evaluation set, each with one.
    """
    rng = np.random.default_rng(0)
    joints_px = [_draw_joints(rng) for _ in range(DISTINCT)]
    files = [_encode(_draw(joints, rng)) for joints in joints_px]
    for part, count, copies in (("training", labels, COPIES), ("evaluation", evaluated, 1)):
        (folder / part / "rgb").mkdir(parents=True, exist_ok=True)
        for number in tqdm(range(count * copies), part, unit="image"):
            (folder / part / "rgb" / f"{number:08d}.jpg").write_bytes(files[number % count % DISTINCT])
        xyz = [_unproject(joints_px[number % DISTINCT]).tolist() for number in range(count)]
        (folder / f"{part}_xyz.json").write_text(json.dumps(xyz))
        (folder / f"{part}_K.json").write_text(json.dumps([CAMERA] * count))


def _draw_joints(rng: np.random.Generator) -> Floats:
    """``(21, 2)``: a hand of random size, position, direction and spread, with the wrist first."""
    length, turn, spread = rng.uniform(80, 120), rng.uniform(-3, 3), rng.uniform(0.7, 1.2)
    joints = np.zeros((21, 2))
    for finger, angle in zip(FINGERS, spread * np.linspace(-0.9, 0.5, 5), strict=True):
        reach = np.linspace(0.45, 0.75 + 0.25 * rng.random(), 4)[:, None]
        joints[list(finger.chain)[-4:]] = length * reach * (np.sin(angle + turn), -np.cos(angle + turn))
    middle = (joints.min(axis=0) + joints.max(axis=0)) / 2
    return np.asarray(joints - middle + SIDE_PX / 2 + rng.normal(0, 6, 2), np.float32)


def _draw(joints_px: Floats, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A hand of lines in front of a soft, noisy background, RGB."""
    image = cv2.resize(rng.integers(0, 200, (7, 7, 3), np.uint8), (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC)
    for finger, colour in zip(FINGERS, FINGER_COLOURS, strict=True):
        line = np.rint(joints_px[list(finger.chain)]).astype(np.int32)
        cv2.polylines(image, [line[:, None]], False, colour, 9, cv2.LINE_AA)
    return np.asarray(np.clip(image + rng.normal(0, NOISE, image.shape), 0, 255), np.uint8)


def _encode(image: NDArray[np.uint8]) -> bytes:
    encoded = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
    return encoded.tobytes()


def _unproject(joints_px: Floats) -> Floats:
    """``(21, 3)`` metres, in a plane that leans away from the camera."""
    depth = DISTANCE_M + 0.0005 * (joints_px[:, :1] - joints_px[0, 0])
    rays = np.column_stack([joints_px, np.ones(len(joints_px))]) @ np.linalg.inv(CAMERA).T
    return np.asarray(rays * depth, np.float32)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--labels", type=int, default=LABELS)
    parser.add_argument("--evaluated", type=int, default=EVALUATED)
    options = parser.parse_args()
    write_stand_in(options.folder, labels=options.labels, evaluated=options.evaluated)
