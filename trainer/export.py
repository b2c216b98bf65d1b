"""A finished run to ``weights/``: the network with its figures, for both engines, and its model card."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import handpose_live
from handpose_live.errors import HandPoseError
from handpose_live.pose.torch_engine import TorchEstimator
from handpose_live.pose.weights import load_weights, save_weights
from trainer.data.folders import read_all_hands
from trainer.evaluate import measure
from trainer.onnx_file import write_onnx
from trainer.recipes import RECIPES
from trainer.report import as_text


def export(run: Path, data: Sequence[Path], out: Path) -> None:
    """Test a run's best network and write it with its model card.

    Args:
        run: folder that ``fit`` wrote.
        data: the folders whose test splits it is tested on.
        out: folder for ``NAME.safetensors``, ``NAME.onnx`` and ``README.md``.

    Raises:
        HandPoseError: the run or the data cannot be used.
    """
    network, info = load_weights(run / "best.safetensors")
    training = _read_log(run / "log.csv")
    report = measure(TorchEstimator(network, info, "cpu"), read_all_hands(data, "test"))
    info = replace(
        info,
        licence=LICENCE,
        metrics={
            "test_mean_error_percent": round(report.mean_error_percent, 3),
            "validation_error_percent": training.best_percent,
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
            recipe="\n".join(f"- {key}: {value}" for key, value in vars(recipe).items() if key != "steps"),
            training=training,
            samples=training.best_step * recipe.batch,
            minutes=training.seconds / 60,
            report=as_text(report),
        )
    )
    print(as_text(report))


@dataclass(frozen=True)
class _Training:
    """What a run's diary says: its whole length, and when it was at its best."""

    steps: int
    seconds: float
    best_step: int
    best_percent: float


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

`python -m trainer fit --data DIR --out runs/{name} --recipe {name} --steps {training.steps}`:
{training.steps} steps in {minutes:.0f} minutes. Kept are the averaged weights that were best on the validation split,
{training.best_percent:.2f} % there, from step {training.best_step} ({samples} samples).

{recipe}

## Result

`python -m trainer evaluate --data DIR --split test --weights weights/{name}.safetensors` prints

```
{report}
```

The test split holds other people and rooms than the training's; nothing was chosen by it.
"""


def _read_log(path: Path) -> _Training:
    if not path.is_file():
        raise HandPoseError(f"{path} is missing; --run wants the folder that 'fit --out' wrote.")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    best = min(rows, key=lambda row: float(row["validation_error_percent"]))
    return _Training(
        steps=int(rows[-1]["step"]),
        seconds=float(rows[-1]["seconds"]),
        best_step=int(best["step"]),
        best_percent=float(best["validation_error_percent"]),
    )
