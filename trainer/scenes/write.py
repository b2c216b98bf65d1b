"""Write rendered scenes as a folder of whole frames, as :mod:`trainer.data.frames` reads them."""

import csv
import io
import json
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError

from .in_processes import map_in_processes
from .labels import HandLabel
from .scene import SCENES_WITH_PEOPLE, SceneConfig, render_scene

COLUMNS = (
    *("frame", "set", "licence", "origin", "left", "top", "right", "bottom", "side", "joints"),
    *("visible", "visible_share", "joints_m", "pose", "holds", "situation", "skin", "light"),
)
ATTRIBUTES = ("situation", "skin", "light")
JPEG_QUALITIES = (75, 96)


def write_scenes(folder: Path, *, count: int, seed: int, config: SceneConfig, workers: int) -> None:
    """Render scenes 0 to ``count`` of a seed into ``rgb`` and ``boxes.csv``; resumes after an interruption.

    Args:
        folder: created if missing.
        count: number of images.
        seed: of the sequence of scenes.
        config: what scenes are made of.
        workers: processes.

    Raises:
        HandPoseError: the count is too small, or the folder holds other images.
    """
    if count < 1:
        raise HandPoseError("Ask for at least one image with --count N.")
    (folder / "rgb").mkdir(parents=True, exist_ok=True)
    check_same_run(folder, {"seed": seed, "kind": "scenes"} | config.summary())
    table = folder / "boxes.csv"
    start = _resume(table)
    work = partial(_write_scene, folder, seed, config)
    with table.open("a", encoding="utf-8", newline="") as file, tqdm(total=count, initial=start, unit="image") as bar:
        for rows in map_in_processes(work, range(start, count), chunk=SCENES_WITH_PEOPLE, workers=workers):
            file.write(rows)
            file.flush()
            bar.update()


def check_same_run(folder: Path, run: dict[str, object]) -> None:
    """Note what a folder holds, or check that it holds the same.

    Raises:
        HandPoseError: it holds images of another run.
    """
    note = folder / "run.json"
    if note.exists() and json.loads(note.read_text(encoding="utf-8")) != run:
        raise HandPoseError(f"{folder} was rendered with another seed or other options; name a new folder.")
    if not note.exists() and any(folder.glob("*/rgb/*")) | any(folder.glob("rgb/*")):
        raise HandPoseError(f"{folder} holds other images already; name a new folder.")
    note.write_text(json.dumps(run), encoding="utf-8")


def encode_jpeg(image: Image, quality: int) -> bytes:
    """Encode an ``(h, w, 3)`` RGB image."""
    written, encoded = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not written:
        raise HandPoseError("An image could not be encoded as JPEG.")
    return encoded.tobytes()


def _resume(table: Path) -> int:
    """Drop the rows of the last frame, which may be incomplete, and return its number; start an empty table."""
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True) if table.exists() else []
    numbers = [int(line.split(",", 1)[0]) for line in lines[1:] if line.endswith("\n")]
    start = max(numbers, default=0)
    kept = [line for line, number in zip(lines[1:], numbers, strict=False) if number < start]
    table.write_text("".join([",".join(COLUMNS) + "\n", *kept]), encoding="utf-8", newline="")
    return start


def _write_scene(folder: Path, seed: int, config: SceneConfig, index: int) -> str:
    """Render and write an image; return its rows of the table."""
    scene = render_scene(seed, index, config)
    quality = int(np.random.default_rng((seed, index, 1)).integers(*JPEG_QUALITIES))
    (folder / "rgb" / f"{index:06d}.jpg").write_bytes(encode_jpeg(scene.image, quality))
    rows = io.StringIO()
    table = csv.writer(rows, lineterminator="\n")
    start = (index, "rendered", config.licence, "rendered")
    end = tuple(scene.attributes.get(name, "") for name in ATTRIBUTES)
    for hand in scene.hands or (None,):
        table.writerow((*start, *_hand_cells(hand), *end))
    return rows.getvalue()


def _hand_cells(hand: HandLabel | None) -> tuple[object, ...]:
    if hand is None:
        return ("",) * (len(COLUMNS) - 4 - len(ATTRIBUTES))
    box = (*hand.joints_px.min(0), *hand.joints_px.max(0))
    return (
        *(f"{edge:.1f}" for edge in box),
        hand.side,
        _join(hand.joints_px, 2),
        " ".join("1" if each else "0" for each in hand.visible),
        f"{hand.visible_share:.3f}",
        _join(hand.joints_m, 4),
        *(hand.pose, hand.holds),
    )


def _join(numbers: NDArray[np.floating], digits: int) -> str:
    return " ".join(f"{number:.{digits}f}" for number in numbers.ravel())
