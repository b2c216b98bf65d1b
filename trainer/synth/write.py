"""Rendered hands as a folder in FreiHAND's layout."""

import csv
import json
import multiprocessing
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from handpose_live.types.errors import HandPoseError

from .scene import RenderConfig, make_pictures

SMALLEST_PX = 16
CPU_BATCH, GPU_BATCH = 8, 256  # four times as many take a GPU hardly longer, but 14 GB of its memory at 160 px
# Of each 20 pictures the last but one is for validation, the last for testing.
SPLITS = ("train",) * 18 + ("val", "test")
JPEG_QUALITY = 96  # the pictures' own JPEG traces are rendered already
LABELS = ("xyz", "K", "visible")
Label = dict[str, Any]


def write_folder(folder: Path, *, count: int, seed: int, wishes: RenderConfig, device: str, workers: int) -> None:
    """Render pictures 0 to ``count`` of a seed, with progress; goes on where it was stopped.

    ``training/rgb``, ``training_xyz.json`` (metres, camera's frame), ``training_K.json``, ``index.csv`` with
    splits; and beyond what the loader reads ``training/mask`` and ``training_visible.json``. ``labels.jsonl``
    remembers the labels of what is rendered already, a line a picture after a line that says how.

    Args:
        folder: made where missing.
        count: pictures.
        seed: of the row of pictures.
        wishes: what is not left to chance.
        device: as PyTorch calls it.
        workers: processes that render on the CPU; on a GPU there is one.

    Raises:
        HandPoseError: the folder holds other pictures already, or no picture is asked for.
    """
    if count < 1 or min(wishes.height, wishes.width) < SMALLEST_PX:
        raise HandPoseError(f"Ask for at least one picture of at least {SMALLEST_PX} px.")
    for part in ("rgb", "mask"):
        (folder / "training" / part).mkdir(parents=True, exist_ok=True)
    with (folder / "labels.jsonl").open("a+", encoding="utf-8", newline="\n") as journal:
        labels = _go_on(journal, folder, seed, wishes)
        batch = CPU_BATCH if device == "cpu" else GPU_BATCH
        batches = [range(start, min(start + batch, count)) for start in range(len(labels), count, batch)]
        render = partial(_write_batch, folder, seed, wishes, device)
        with tqdm(total=count, initial=min(len(labels), count), unit="picture") as progress:
            for made in _in_processes(render, batches, workers) if device == "cpu" else map(render, batches):
                journal.writelines(json.dumps(label) + "\n" for label in made)
                journal.flush()
                labels += made
                progress.update(len(made))
    for name in LABELS:
        (folder / f"training_{name}.json").write_text(json.dumps([label[name] for label in labels]))
    with (folder / "index.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("index", "split", "set"))
        table.writerows((number, SPLITS[number % len(SPLITS)], "rendered") for number in range(len(labels)))


def _go_on(journal: TextIO, folder: Path, seed: int, wishes: RenderConfig) -> list[Label]:
    """The labels of what was rendered before; a line that was being written is taken back."""
    header = {"seed": seed, "size": [wishes.height, wishes.width], "backgrounds": len(wishes.backgrounds)}
    journal.seek(0)
    lines = [line for line in journal if line.endswith("\n")]
    if not lines:
        if any((folder / "training" / "rgb").iterdir()):
            raise HandPoseError(f"{folder} holds other pictures already; name a new folder.")
        lines = [json.dumps(header) + "\n"]
        journal.truncate(0)
        journal.writelines(lines)
    try:
        before, *labels = map(json.loads, lines)
    except ValueError as error:
        raise HandPoseError(f"{journal.name} is damaged ({error}); name a new folder.") from error
    if before != header:
        raise HandPoseError(f"{folder} was rendered with another seed, size or backgrounds; name a new folder.")
    journal.truncate(sum(map(len, lines)))
    return labels


def _in_processes(render: Callable[[range], list[Label]], batches: list[range], workers: int) -> Iterator[list[Label]]:
    """In order. Processes rather than threads: the arrays are too small for threads to share the work on each."""
    if workers < 2:
        torch.set_num_threads(1)
        yield from map(render, batches)
        return
    with multiprocessing.get_context("spawn").Pool(workers, torch.set_num_threads, (1,)) as pool:
        yield from pool.imap(render, batches)


def _write_batch(folder: Path, seed: int, wishes: RenderConfig, device: str, numbers: range) -> list[Label]:
    """Render and write some pictures; their labels."""
    pictures = make_pictures(seed, numbers, wishes, device)
    for number, picture, skin in zip(numbers, pictures.pixels.cpu(), pictures.mask.cpu(), strict=True):
        _write(folder / "training" / "rgb" / f"{number:08d}.jpg", picture.numpy()[..., ::-1])
        _write(folder / "training" / "mask" / f"{number:08d}.png", skin.numpy() * np.uint8(255))
    values = (pictures.joints_mm.double() / 1000, pictures.cameras.double(), pictures.visible.int())
    return [dict(zip(LABELS, each, strict=True)) for each in zip(*(value.tolist() for value in values), strict=True)]


def _write(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Not with cv2.imwrite, which cannot write to paths beyond ASCII on every system."""
    options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if path.suffix == ".jpg" else []
    written, encoded = cv2.imencode(path.suffix, np.ascontiguousarray(pixels), options)
    if not written:
        raise HandPoseError(f"The picture {path} could not be made.")
    path.write_bytes(encoded.tobytes())
