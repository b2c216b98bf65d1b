"""Write hands cut out of rendered scenes as a folder in FreiHAND's layout."""

import csv
import json
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from handpose_live.types.arrays import Floats, Image
from handpose_live.types.errors import HandPoseError

from .in_processes import map_in_processes
from .labels import HandLabel, SceneImage
from .scene import SCENES_WITH_PEOPLE, SceneConfig, render_scene
from .write import check_same_run, encode_jpeg

SIZE_PX, MARGIN = 224, 2.6
# Of a hand's box in the scene, px: smaller ones would be blurred, and larger ones do not fit the image.
SIZES_PX = (60.0, 260.0)
MIN_VISIBLE_SHARE = 0.3
MIN_INSIDE_SHARE = 0.7  # of the crop; beyond the image's edge its border is repeated
SPLITS = ("train",) * 18 + ("val", "test")
JPEG_QUALITY = 96  # JPEG artefacts of cameras are part of the scene's image already
LABELS = ("xyz", "K", "visible")
# JPEG and label.
LabelledCrop: TypeAlias = tuple[bytes, dict[str, Any]]


@dataclass(frozen=True, eq=False)
class HandCrop:
    """A hand cut out of a scene, which looks like a right one.

    Attributes:
        image: ``(SIZE_PX, SIZE_PX, 3)`` uint8 RGB.
        hand: its label in the scene.
        to_crop: ``(3, 3)`` from px of the scene's image to px of the crop; mirrors left hands.
        intrinsics: ``(3, 3)`` of the camera that sees the crop, from ``hand.joints_m``.
    """

    image: Image
    hand: HandLabel
    to_crop: NDArray[np.float64]
    intrinsics: NDArray[np.float64]

    @property
    def joints_px(self) -> Floats:
        """``(21, 2)`` px of the crop."""
        return np.asarray(self.hand.joints_px @ self.to_crop[:2, :2].T + self.to_crop[:2, 2], np.float32)

    def label(self) -> dict[str, Any]:
        """Return the label as it is written; the camera of FreiHAND's layout does not mirror, so joints do."""
        mirrored, intrinsics, joints_m = self.hand.side == "left", self.intrinsics, self.hand.joints_m
        if mirrored:
            intrinsics, joints_m = intrinsics * ((-1, 1, 1), (1, 1, 1), (1, 1, 1)), joints_m * (-1, 1, 1)
        return {
            "xyz": joints_m.astype(np.float64).round(5).tolist(),
            "K": intrinsics.round(4).tolist(),
            "visible": self.hand.visible.astype(int).tolist(),
            "pose": self.hand.pose,
            "mirrored": mirrored,
        }


def write_crops(folder: Path, *, count: int, seed: int, config: SceneConfig, workers: int) -> None:
    """Render scenes until there are ``count`` hands; resumes after an interruption.

    Writes ``training/rgb``, ``training_xyz.json`` (metres, camera's frame), ``training_K.json``, ``index.csv`` and,
    unknown to the loader, ``training_visible.json``. ``labels.jsonl`` is the journal to resume from. Every hand looks
    like a right one.

    Args:
        folder: created if missing.
        count: number of hands.
        seed: of the sequence of scenes.
        config: what scenes are made of.
        workers: processes.

    Raises:
        HandPoseError: the count is too small, or the folder holds other images.
    """
    if count < 1:
        raise HandPoseError("Ask for at least one hand with --count N.")
    (folder / "training" / "rgb").mkdir(parents=True, exist_ok=True)
    config = replace(config, sizes_px=SIZES_PX)
    check_same_run(folder, {"seed": seed, "kind": "crops"} | config.summary())
    labels = _resume(folder / "labels.jsonl")
    start = labels[-1]["scene"] + 1 if labels else 0
    work = partial(_crops_of_scene, seed, config)
    with (folder / "labels.jsonl").open("a", encoding="utf-8") as journal, tqdm(total=count, unit="hand") as bar:
        bar.update(min(len(labels), count))
        for crops in map_in_processes(
            work, range(start, start + 20 * count), chunk=SCENES_WITH_PEOPLE, workers=workers
        ):
            if len(labels) >= count:
                break
            for jpeg, label in crops:
                (folder / "training" / "rgb" / f"{len(labels):08d}.jpg").write_bytes(jpeg)
                labels.append(label)
            journal.writelines(json.dumps(label) + "\n" for _, label in crops)
            journal.flush()
            bar.update(len(crops))
    _write_labels(folder, labels)


def _resume(journal: Path) -> list[dict[str, Any]]:
    """Read the labels of the complete scenes rendered before, and drop those of the last one."""
    lines = journal.read_text(encoding="utf-8").splitlines(keepends=True) if journal.exists() else []
    labels = [json.loads(line) for line in lines if line.endswith("\n")]
    labels = [label for label in labels if label["scene"] < labels[-1]["scene"]]
    journal.write_text("".join(json.dumps(label) + "\n" for label in labels), encoding="utf-8")
    return labels


def _write_labels(folder: Path, labels: list[dict[str, Any]]) -> None:
    """Write the tables, and remove images of an interrupted run that have no label."""
    for image in (folder / "training" / "rgb").glob("*.jpg"):
        if int(image.stem) >= len(labels):
            image.unlink()
    for name in LABELS:
        (folder / f"training_{name}.json").write_text(json.dumps([label[name] for label in labels]))
    with (folder / "index.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("index", "split", "set", "group", "gesture", "mirrored"))
        for index, label in enumerate(labels):
            split = SPLITS[label["scene"] % len(SPLITS)]
            table.writerow((index, split, "rendered", label["scene"], label["pose"], int(label["mirrored"])))


def _crops_of_scene(seed: int, config: SceneConfig, index: int) -> list[LabelledCrop]:
    crops = cut_hands(render_scene(seed, index, config))
    return [(encode_jpeg(crop.image, JPEG_QUALITY), crop.label() | {"scene": index}) for crop in crops]


def cut_hands(scene: SceneImage) -> list[HandCrop]:
    """Cut out the hands of a scene that are large enough and not hidden."""
    return [_cut(scene, hand) for hand in scene.hands if _is_usable(scene, hand)]


def _is_usable(scene: SceneImage, hand: HandLabel) -> bool:
    """Whether a hand is large and visible enough, and the image holds all joints and most of the crop."""
    low, high = hand.joints_px.min(0), hand.joints_px.max(0)
    side, size = float((high - low).max()), scene.image.shape[1::-1]
    middle, half = (low + high) / 2, MARGIN * side / 2
    inside = np.prod(np.minimum(middle + half, size) - np.maximum(middle - half, 0)) / (2 * half) ** 2
    within = low.min() >= 0 and (high < size).all()
    return bool(
        side >= SIZES_PX[0] and hand.visible_share >= MIN_VISIBLE_SHARE and within and inside >= MIN_INSIDE_SHARE
    )


def _cut(scene: SceneImage, hand: HandLabel) -> HandCrop:
    low, high = hand.joints_px.min(0), hand.joints_px.max(0)
    scale = SIZE_PX / (MARGIN * float((high - low).max()))
    to_crop = np.array([[scale, 0, 0], [0, scale, 0], [0, 0, 1.0]])
    to_crop[:2, 2] = SIZE_PX / 2 - scale * (low + high) / 2
    centres = to_crop[:2] + np.array([[0, 0, (scale - 1) / 2]] * 2)  # OpenCV's px centres are whole numbers
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    image = cv2.warpAffine(scene.image, centres, (SIZE_PX, SIZE_PX), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    if hand.side == "left":
        image = np.ascontiguousarray(image[:, ::-1])
        to_crop[0] = (0, 0, SIZE_PX) - to_crop[0]
    return HandCrop(np.asarray(image, np.uint8), hand, to_crop, to_crop @ _intrinsics(scene, hand))


def _intrinsics(scene: SceneImage, hand: HandLabel) -> NDArray[np.float64]:
    """Return the camera's matrix, found from a joint far from the image's middle, as labels carry no camera."""
    height, width = scene.image.shape[:2]
    middle = np.array([width / 2, height / 2])
    slopes = hand.joints_m[:, :2] / hand.joints_m[:, 2:]
    offsets = hand.joints_px - middle
    focal_px = float((slopes * offsets).sum() / (slopes**2).sum())
    return np.array([[focal_px, 0, middle[0]], [0, focal_px, middle[1]], [0, 0, 1]])
