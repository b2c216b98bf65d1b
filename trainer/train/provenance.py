"""Where a run comes from: ``run.json`` in its folder holds its options, data, seed, versions and command lines."""

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
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

import handpose_live
from handpose_live.pose.weights import fingerprint
from handpose_live.system.text_files import read_text
from handpose_live.types.errors import HandPoseError

from ..recipes import OF_A_RUN, Recipe

if TYPE_CHECKING:
    from .fit import FitOptions

SCHEMA = "handpose-live-run/1"
LABELS = ("training_xyz.json", "training_K.json", "index.csv", "negatives.csv")
PICTURES = ("training/rgb", "negatives")

Values = dict[str, Any]  # as JSON has them


@dataclass(frozen=True)
class Provenance:
    """What a run was made of.

    Attributes:
        options: what must stay the same for it to go on, by its name on the command line: all but ``--out``,
            ``--steps``, ``--device`` and ``--compile``; of folders and files, what is in them and not where they are.
        starts: one for each time it was started or went on, the first one first: ``command``, ``time``, ``from_step``,
            ``to_step``, ``device``, ``processes``, ``code`` and versions.
    """

    options: Values
    starts: tuple[Values, ...] = ()

    def refuse_other_options(self, now: "Provenance", folder: Path) -> None:
        """Make sure that a run goes on with what it began with.

        Raises:
            HandPoseError: it does not; the options that differ are named.
        """
        names = [*self.options, *(name for name in now.options if name not in self.options)]
        changed = [name for name in names if self.options.get(name) != now.options.get(name)]
        if changed:
            were = ", ".join(_as_it_was(name, self.options.get(name)) for name in changed)
            raise HandPoseError(
                f"The run in {folder} was begun with other options ({were}): go on with the same ones, "
                "or name another folder with --out."
            )

    def write(self, path: Path) -> None:
        """Write it as JSON, in one go."""
        part = path.with_suffix(".part.json")
        values = {"schema": SCHEMA, "options": self.options, "starts": self.starts}
        part.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        part.replace(path)


def read_provenance(path: Path) -> Provenance | None:
    """What :meth:`Provenance.write` wrote; None where there is none, as in runs of version 0.1.0.

    Raises:
        HandPoseError: it is damaged.
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


def provenance_of(options: "FitOptions", recipe: Recipe) -> Provenance:
    """What a run with these options is made of.

    Raises:
        HandPoseError: a file of it cannot be read.
    """
    of_recipe = {f"{key} of the recipe": value for key, value in vars(recipe).items() if key not in OF_A_RUN}
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
            **of_recipe,
        }
    )


def started(provenance: Provenance, command: str, *, steps: range, device: torch.device, processes: int) -> Provenance:
    """With one start more, which is now."""
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
    return replace(provenance, starts=(*provenance.starts, start))


def describe_folder(folder: Path) -> Values:
    """How many pictures a folder in FreiHAND's layout holds, their size together, and its labels' and tables' hash."""
    digest = sha256()
    for name in LABELS:
        with suppress(FileNotFoundError):
            digest.update(name.encode() + (folder / name).read_bytes())
    sizes = [size for part in PICTURES for size in _sizes(folder / part)]
    return {"pictures": len(sizes), "bytes": sum(sizes), "labels_sha256": digest.hexdigest()}


def code_revision() -> str:
    """Of a checkout what ``git describe`` says; else the version."""
    root = Path(handpose_live.__file__).parents[1]
    if (root / ".git").exists():
        command = ["git", "-C", str(root), "describe", "--always", "--dirty"]
        with suppress(OSError):
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            if run.returncode == 0:
                return run.stdout.strip()
    return handpose_live.__version__


def _sizes(folder: Path) -> Iterator[int]:
    """Of the pictures, in bytes."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        yield from (entry.stat().st_size for entry in entries if entry.name.endswith(".jpg"))


def _as_it_was(name: str, value: Any) -> str:
    if isinstance(value, list) or name == "--from":
        return f"{name} is not what it was"
    return f"{name} was {value}"
