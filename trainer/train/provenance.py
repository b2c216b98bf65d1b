"""The provenance of a run: ``run.json`` in its folder holds its options, data, seed, versions and command lines."""

import json
import os
import platform
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch

import handpose_live
from handpose_live.pose.weights import fingerprint
from handpose_live.system.text_files import read_text
from handpose_live.types.errors import HandPoseError

from ..recipes import PER_RUN_FIELDS, BaseRecipe
from .options import FitOptions

SCHEMA = "handpose-live-run/1"
LABELS = ("training_xyz.json", "training_K.json", "index.csv", "negatives.csv", "boxes.csv")
IMAGES = ("training/rgb", "negatives", "rgb")

Values = dict[str, Any]  # a JSON object


@dataclass(frozen=True)
class Provenance:
    """What a run was made of.

    Attributes:
        options: those that must not change when the run is resumed, by their name on the command line: all but
            ``--out``, ``--steps``, ``--device`` and ``--compile``; of folders and files, their content instead of
            their path.
        starts: an entry for each time the run was started or resumed, the first one first: ``command``, ``time``,
            ``from_step``, ``to_step``, ``device``, ``processes``, ``code`` and versions.
    """

    options: Values
    starts: tuple[Values, ...] = ()

    def check_same_options(self, current: "Provenance", folder: Path) -> None:
        """Make sure that a run is resumed with the options that it was started with.

        Raises:
            HandPoseError: it is not; the options that differ are named.
        """
        names = [*self.options, *(name for name in current.options if name not in self.options)]
        changed = [name for name in names if self.options.get(name) != current.options.get(name)]
        if changed:
            differences = ", ".join(_describe_difference(name, self.options.get(name)) for name in changed)
            raise HandPoseError(
                f"The run in {folder} was started with other options ({differences}): resume it with the same ones, "
                "or name another folder with --out."
            )

    def with_start(self, command: str, *, steps: range, device: torch.device, processes: int) -> "Provenance":
        """Add a start, now, with the versions of the code and the libraries."""
        start = {
            "command": command,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "from_step": steps.start,
            "to_step": steps.stop,
            "device": torch.cuda.get_device_name(device) if device.type == "cuda" else device.type,
            "processes": processes,
            "code": code_revision(),
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
        }
        return replace(self, starts=(*self.starts, start))

    def write(self, path: Path) -> None:
        """Write JSON, atomically."""
        part = path.with_suffix(".part.json")
        values = {"schema": SCHEMA, "options": self.options, "starts": self.starts}
        part.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        part.replace(path)


def read_provenance(path: Path) -> Provenance | None:
    """Read what :meth:`Provenance.write` wrote; None if there is no file, as in runs of version 0.1.0.

    Raises:
        HandPoseError: the file is damaged.
    """
    if not path.is_file():
        return None
    try:
        values = json.loads(read_text(path))
        if values["schema"] != SCHEMA:
            raise ValueError(f"its schema is not {SCHEMA}")
        return Provenance(dict(values["options"]), tuple(map(dict, values["starts"])))
    except (ValueError, TypeError, KeyError) as error:
        raise HandPoseError(f"{path} is damaged ({error}); name another folder with --out.") from error


def provenance_of(options: FitOptions, recipe: BaseRecipe) -> Provenance:
    """The provenance of a run with these options, before its first start.

    Raises:
        HandPoseError: a file cannot be read.
    """
    recipe_fields = {f"{key} of the recipe": value for key, value in vars(recipe).items() if key not in PER_RUN_FIELDS}
    # Only where there are any, so that runs of versions that knew none can be resumed.
    skins = {"--skins": sum(_image_sizes(options.skins))} if options.rendered and options.skins else {}
    frames = {"--frames": [describe_folder(folder) for folder in options.frames]} if options.frames else {}
    leave_out = {"--leave-out": sorted(options.leave_out)} if options.leave_out else {}
    return Provenance(
        {
            "--recipe": options.recipe,
            "--seed": options.seed,
            "--batch": recipe.batch,
            "--rendered": options.rendered,
            "--raw": options.raw,
            "--data": [describe_folder(folder) for folder in options.data],
            "--train-on": [describe_folder(folder) for folder in options.train_on],
            "--from": None if options.start is None else fingerprint(options.start),
            **skins,
            **frames,
            **leave_out,
            **recipe_fields,
        }
    )


def describe_folder(folder: Path) -> Values:
    """Count the images of a folder, sum up their bytes, and hash its labels and tables."""
    digest = sha256()
    for name in LABELS:
        with suppress(FileNotFoundError):
            digest.update(name.encode() + (folder / name).read_bytes())
    sizes = [size for part in IMAGES for size in _image_sizes(folder / part)]
    return {"pictures": len(sizes), "bytes": sum(sizes), "labels_sha256": digest.hexdigest()}


def code_revision() -> str:
    """The output of ``git describe`` in a checkout; else the version."""
    root = Path(handpose_live.__file__).parents[1]
    if (root / ".git").exists():
        command = ["git", "-C", str(root), "describe", "--always", "--dirty"]
        with suppress(OSError):
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            if run.returncode == 0:
                return run.stdout.strip()
    return handpose_live.__version__


def _image_sizes(folder: Path) -> Iterator[int]:
    """In bytes."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        yield from (entry.stat().st_size for entry in entries if entry.name.endswith(".jpg"))


def _describe_difference(name: str, recorded: Any) -> str:
    if isinstance(recorded, list) or name == "--from":
        return f"{name} has changed"
    return f"{name} was {recorded}"
