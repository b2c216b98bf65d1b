"""Rendered hands as a folder in FreiHAND's layout."""

import csv
import json
import multiprocessing
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from handpose_live.errors import HandPoseError
from trainer.synth.scene import Wishes, make_pictures

SMALLEST_PX = 16
CPU_BATCH, GPU_BATCH = 8, 256
# Of each 20 pictures the last but one is for validation, the last for testing.
SPLITS = ("train",) * 18 + ("val", "test")
JPEG_QUALITY = 96  # the pictures' own JPEG traces are rendered already
Labels = dict[str, list[object]]


def write_folder(folder: Path, *, count: int, seed: int, wishes: Wishes, device: str, workers: int) -> None:
    """Render pictures 0 to ``count`` of a seed, with progress.

    ``training/rgb``, ``training_xyz.json`` (metres, camera's frame), ``training_K.json``, ``index.csv`` with
    splits; and beyond what the loader reads ``training/mask`` and ``training_visible.json``.

    Args:
        folder: made where missing.
        count: pictures.
        seed: of the row of pictures.
        wishes: what is not left to chance.
        device: as PyTorch calls it.
        workers: processes that render on the CPU; on a GPU there is one.

    Raises:
        HandPoseError: the folder holds pictures already, or no picture is asked for.
    """
    if count < 1 or min(wishes.height, wishes.width) < SMALLEST_PX:
        raise HandPoseError(f"Ask for at least one picture of at least {SMALLEST_PX} px.")
    rgb, mask = folder / "training" / "rgb", folder / "training" / "mask"
    if rgb.exists():
        raise HandPoseError(f"{folder} holds pictures already; name a new folder.")
    rgb.mkdir(parents=True)
    mask.mkdir()
    batch = CPU_BATCH if device == "cpu" else GPU_BATCH
    batches = [range(start, min(start + batch, count)) for start in range(0, count, batch)]
    labels: Labels = {"xyz": [], "K": [], "visible": []}
    render = partial(_write_batch, folder, seed, wishes, device)
    with tqdm(total=count, unit="picture") as progress:
        for made in _in_processes(render, batches, workers) if device == "cpu" else map(render, batches):
            for name, values in made.items():
                labels[name] += values
            progress.update(len(made["xyz"]))
    for name, values in labels.items():
        (folder / f"training_{name}.json").write_text(json.dumps(values))
    with (folder / "index.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("index", "split", "set"))
        table.writerows((number, SPLITS[number % len(SPLITS)], "rendered") for number in range(count))


def _in_processes(render: Callable[[range], Labels], batches: list[range], workers: int) -> Iterator[Labels]:
    """In order. Processes rather than threads: the arrays are too small for threads to share the work on each."""
    if workers < 2:
        torch.set_num_threads(1)
        yield from map(render, batches)
        return
    with multiprocessing.get_context("spawn").Pool(workers, torch.set_num_threads, (1,)) as pool:
        yield from pool.imap(render, batches)


def _write_batch(folder: Path, seed: int, wishes: Wishes, device: str, numbers: range) -> Labels:
    """Render and write some pictures; their labels."""
    pictures = make_pictures(seed, numbers, wishes, device)
    for number, picture, skin in zip(numbers, pictures.pixels.cpu(), pictures.mask.cpu(), strict=True):
        _write(folder / "training" / "rgb" / f"{number:08d}.jpg", picture.numpy()[..., ::-1])
        _write(folder / "training" / "mask" / f"{number:08d}.png", skin.numpy() * np.uint8(255))
    return {
        "xyz": (pictures.joints_mm.double() / 1000).tolist(),
        "K": pictures.cameras.double().tolist(),
        "visible": pictures.visible.int().tolist(),
    }


def _write(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Not with cv2.imwrite, which cannot write to paths beyond ASCII on every system."""
    options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if path.suffix == ".jpg" else []
    written, encoded = cv2.imencode(path.suffix, np.ascontiguousarray(pixels), options)
    if not written:
        raise HandPoseError(f"The picture {path} could not be made.")
    path.write_bytes(encoded.tobytes())
