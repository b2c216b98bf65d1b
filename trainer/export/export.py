"""A finished run to ``weights/``: the network with its figures, for both engines, and its model card."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from torch import nn

import handpose_live
from handpose_live.inference.torch_engine import TorchEstimator
from handpose_live.pose.weights import WeightsInfo, load_weights, save_weights
from handpose_live.types.errors import HandPoseError

from ..data.folders import read_all_hands
from ..data.tables import finite, read_table
from ..evaluate.evaluate import measure
from ..evaluate.report import as_text
from ..recipes import OF_A_RUN, RECIPES
from ..train.provenance import Provenance, read_provenance
from .onnx_file import write_onnx


def export(run: Path, data: Sequence[Path], out: Path, *, start: Path | None = None) -> None:
    """Test a run's best network and write it with its model card.

    Args:
        run: folder that ``fit`` wrote.
        data: the folders whose test splits it is tested on.
        out: folder for ``NAME.safetensors``, ``NAME.onnx`` and ``README.md``.
        start: the weights that the run started from; where given, the mean of both is written.

    Raises:
        HandPoseError: the run, the data or the start cannot be used.
    """
    network, info = load_weights(run / "best.safetensors")
    training = _read_log(run / "log.csv")
    validation_percent, mean = training.best_percent, ""
    if start is not None:
        _meet(network, info, start)
        validation = measure(TorchEstimator(network, info, "cpu"), read_all_hands(data, "val"))
        validation_percent = validation.mean_error_percent
        mean = MEAN.format(start=start, percent=validation_percent)
    report = measure(TorchEstimator(network, info, "cpu"), read_all_hands(data, "test"))
    info = replace(
        info,
        licence=LICENCE,
        metrics={
            "test_mean_error_percent": round(report.mean_error_percent, 3),
            "validation_error_percent": round(validation_percent, 3),
            "best_step": training.best_step,
        },
    )
    weights = out / f"{info.network}.safetensors"
    save_weights(weights, network, info)
    write_onnx(weights, network, info)
    recipe = RECIPES[info.recipe]
    parameters = sum(parameter.numel() for parameter in network.parameters())
    (out / "README.md").write_text(
        CARD.format(
            name=info.network,
            version=handpose_live.__version__,
            parameters=parameters / 1e6,
            crop_px=info.crop_px,
            margin=info.crop_margin,
            licence=LICENCE,
            sets="\n".join(f"- {line}" for line in info.data),
            recipe="\n".join(f"- {key}: {value}" for key, value in vars(recipe).items() if key not in OF_A_RUN),
            started=_started(read_provenance(run / "run.json")),
            training=training,
            minutes=training.seconds / 60,
            mean=mean,
            report=as_text(report),
        ),
        encoding="utf-8",
    )
    print(as_text(report))


def _meet(network: nn.Module, info: WeightsInfo, start: Path) -> None:
    """Move a network half the way back to the weights that its run started from.

    Wortsman et al., "Robust fine-tuning of zero-shot models" (2022): on pictures of another kind than those of the run,
    the mean is better than either end.

    Raises:
        HandPoseError: ``start`` is no weights file, or of another network or one that sees other crops.
    """
    before, its_info = load_weights(start)
    # A run takes over from its start all but these.
    if replace(its_info, recipe=info.recipe, data=info.data, metrics=info.metrics, licence=info.licence) != info:
        raise HandPoseError(f"{start} is not what the run started from: its network or its crops differ.")
    old, new = before.state_dict(), network.state_dict()
    network.load_state_dict({name: (old[name] + new[name]) / 2 for name in new})


@dataclass(frozen=True)
class _Training:
    """What a run's diary says: its whole length, and when it was at its best."""

    steps: int
    batch: int
    seconds: float
    highest_rate: float
    best_step: int
    best_percent: float

    @property
    def best_samples(self) -> int:
        """How many it had been shown when it was at its best."""
        return self.best_step * self.batch


COLUMNS = ("step", "samples", "seconds", "learning_rate", "validation_error_percent")  # of log.csv
LICENCE = "for research, with attribution of the sources named in the model card"

CARD = """# Model card: {name}.safetensors

The network of HandPose Live {version}: a UNet that finds the 21 joints of a hand in a {crop_px}x{crop_px} px crop,
{parameters:.2f} M parameters. It takes upright crops of {margin} times the joint box of a hand that looks like a right
one (left hands mirrored), and gives 21 heatmaps, whether there is a hand, and whether it looks like a right one.
`{name}.onnx` is the same with all that comes before and after it, from 8-bit crops to joints, for ONNX Runtime on CPUs.

## Use

Live hand tracking, from a webcam or a video. Not for identifying people, and not for decisions about them. It has
seen few backs of hands, few hands in gloves or holding things, and few views from the wearer's own eyes: expect it
to be weaker there.

## Licence

The weights may be used {licence}. The code is GPL-3.0-or-later.

## Data

Hands and their licences (pictures without a hand come from the same sources).

{sets}

## Training

{started}

{training.steps} steps of {training.batch} samples in {minutes:.0f} minutes, at a learning rate of at most
{training.highest_rate:.2g}. Kept are the averaged weights that were best on the validation split,
{training.best_percent:.2f} % there, from step {training.best_step} ({training.best_samples} samples).{mean}

{recipe}

## Result

`python -m trainer evaluate --data DIR --split test --weights weights/{name}.safetensors` prints

```
{report}
```

The test split holds other people and rooms than the training's; nothing was chosen by it.
"""

MEAN = """
What is written is the mean, number by number, of these and of those that the run started from, {start}:
{percent:.2f} % on the validation split."""


UNKNOWN = "By which command it was trained is not recorded: the run is of version 0.1.0."


def _started(provenance: Provenance | None) -> str:
    """The command lines of a run, each with the code and the machine that it ran on."""
    if provenance is None:
        return UNKNOWN
    return "\n\n".join(
        f"```\n{start['command']}\n```\n\n(steps {start['from_step']} to {start['to_step']}, code {start['code']}, "
        f"Python {start['python']}, PyTorch {start['torch']}, on {start['device']}, processes: {start['processes']})"
        for start in provenance.starts
    )


def _read_log(path: Path) -> _Training:
    if not path.is_file():
        raise HandPoseError(f"{path} is missing; --run wants the folder that 'fit --out' wrote.")
    rows = read_table(path, COLUMNS, lambda row: {column: finite(row[column]) for column in COLUMNS})
    if not rows:
        raise HandPoseError(f"{path} is empty; let 'fit' go on to its first look at the validation split.")
    best = min(rows, key=lambda row: row["validation_error_percent"])
    return _Training(
        steps=int(rows[-1]["step"]),
        batch=int(rows[-1]["samples"] / rows[-1]["step"]),
        seconds=rows[-1]["seconds"],
        highest_rate=max(row["learning_rate"] for row in rows),
        best_step=int(best["step"]),
        best_percent=best["validation_error_percent"],
    )
