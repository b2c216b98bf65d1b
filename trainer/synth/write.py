"""Write rendered hands as a folder in FreiHAND's layout."""

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

from .scene import RenderConfig, render_images

MIN_SIZE_PX = 16
CPU_BATCH, GPU_BATCH = 8, 256  # larger GPU batches are hardly faster, and 1024 take 14 GB at 160 px
# By index, repeated.
SPLITS = ("train",) * 18 + ("val", "test")
JPEG_QUALITY = 96  # JPEG artefacts are part of the rendered images already
LABELS = ("xyz", "K", "visible")
Label = dict[str, Any]


def write_folder(folder: Path, *, count: int, seed: int, config: RenderConfig, device: str, workers: int) -> None:
    """Render images 0 to ``count`` of a seed, with a progress bar; resumes after an interruption.

    Writes ``training/rgb``, ``training_xyz.json`` (metres, camera's frame), ``training_K.json`` and ``index.csv``
    with splits; and, unknown to the loader, ``training/mask`` and ``training_visible.json``. ``labels.jsonl`` is the
    journal to resume from: a header, and the labels of one rendered image per line.

    Args:
        folder: created if missing.
        count: number of images.
        seed: of the sequence of images.
        config: constraints on the images.
        device: as PyTorch names it.
        workers: processes that render on the CPU; on a GPU there is one.

    Raises:
        HandPoseError: the folder holds other images already, or count or size are too small.
    """
    if count < 1 or min(config.height, config.width) < MIN_SIZE_PX:
        raise HandPoseError(f"Ask for at least one image of at least {MIN_SIZE_PX} px.")
    for part in ("rgb", "mask"):
        (folder / "training" / part).mkdir(parents=True, exist_ok=True)
    with (folder / "labels.jsonl").open("a+", encoding="utf-8", newline="\n") as journal:
        labels = _resume(journal, folder, seed, config)
        batch = CPU_BATCH if device == "cpu" else GPU_BATCH
        batches = [range(start, min(start + batch, count)) for start in range(len(labels), count, batch)]
        render = partial(_write_batch, folder, seed, config, device)
        with tqdm(total=count, initial=min(len(labels), count), unit="image") as progress:
            for rendered in _map_in_processes(render, batches, workers) if device == "cpu" else map(render, batches):
                journal.writelines(json.dumps(label) + "\n" for label in rendered)
                journal.flush()
                labels += rendered
                progress.update(len(rendered))
    _write_labels(folder, labels)


def _write_labels(folder: Path, labels: list[Label]) -> None:
    """Write the labels of all images, and the index of splits."""
    for name in LABELS:
        (folder / f"training_{name}.json").write_text(json.dumps([label[name] for label in labels]))
    with (folder / "index.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("index", "split", "set"))
        table.writerows((index, SPLITS[index % len(SPLITS)], "rendered") for index in range(len(labels)))


def _resume(journal: TextIO, folder: Path, seed: int, config: RenderConfig) -> list[Label]:
    """Read the labels of the images rendered before, and truncate an incomplete last line."""
    header = {"seed": seed, "size": [config.height, config.width], "backgrounds": len(config.backgrounds)}
    journal.seek(0)
    lines = [line for line in journal if line.endswith("\n")]
    if not lines:
        if any((folder / "training" / "rgb").iterdir()):
            raise HandPoseError(f"{folder} holds other images already; name a new folder.")
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


def _map_in_processes(
    render: Callable[[range], list[Label]], batches: list[range], workers: int
) -> Iterator[list[Label]]:
    """Map in order. Processes rather than threads: the arrays are too small to share the work on each."""
    if workers < 2:
        torch.set_num_threads(1)
        yield from map(render, batches)
        return
    with multiprocessing.get_context("spawn").Pool(workers, torch.set_num_threads, (1,)) as pool:
        yield from pool.imap(render, batches)


def _write_batch(folder: Path, seed: int, config: RenderConfig, device: str, indices: range) -> list[Label]:
    """Render and write a batch of images; return their labels."""
    images = render_images(seed, indices, config, device)
    for index, pixels, mask in zip(indices, images.pixels.cpu(), images.mask.cpu(), strict=True):
        _write_image(folder / "training" / "rgb" / f"{index:08d}.jpg", pixels.numpy()[..., ::-1])
        _write_image(folder / "training" / "mask" / f"{index:08d}.png", mask.numpy() * np.uint8(255))
    values = (images.joints_mm.double() / 1000, images.intrinsics.double(), images.visible.int())
    return [dict(zip(LABELS, each, strict=True)) for each in zip(*(value.tolist() for value in values), strict=True)]


def _write_image(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Encode and write an image; cv2.imwrite does not support non-ASCII paths on every system."""
    options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if path.suffix == ".jpg" else []
    written, encoded = cv2.imencode(path.suffix, np.ascontiguousarray(pixels), options)
    if not written:
        raise HandPoseError(f"The image {path} could not be written.")
    path.write_bytes(encoded.tobytes())
