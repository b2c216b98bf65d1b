"""The model card: a section for each network on what it is for, how it was trained, and its figures."""

import re
from pathlib import Path

import handpose_live
from handpose_live.pose.weights import WeightsInfo

from .. import COMMAND
from ..evaluate.accuracy import Report
from ..evaluate.report import as_text
from ..recipes import PER_RUN_FIELDS, RECIPES
from ..train.provenance import Provenance
from .training_log import TrainingLog

LICENCE = "for research, with attribution of the sources named in the model card"

CARD = """The network of HandPose Live {version}: a UNet that finds the 21 joints of a hand in a {crop_px}x{crop_px} px
crop, {parameters:.2f} M parameters. It takes upright crops of {margin} times the joint box of a hand that looks like a
right one (left hands mirrored), and gives 21 heatmaps, whether there is a hand, and whether it looks like a right one.
`{name}.onnx` is the same with all pre- and post-processing, from 8-bit crops to joints, for ONNX Runtime on CPUs.

## Use

Live hand tracking, from a webcam or a video. Not for identifying people, and not for decisions about them. It has
seen few backs of hands, few hands in gloves or holding things, and few egocentric views: expect it to be weaker there.

## Licence

The weights may be used {licence}. The code is GPL-3.0-or-later.

## Data

Hands and their licences (images without a hand come from the same sources).

{sets}

## Training

{starts}

{training.steps} steps of {training.batch} samples in {minutes:.0f} minutes, at a learning rate of at most
{training.highest_rate:.2g}. The weights are the exponential moving average with the lowest error on the validation
split, {training.best_percent:.2f} % there, from step {training.best_step} ({training.best_samples} samples).{mean}

{recipe}

## Result

`{command} evaluate --data DIR --split test --weights weights/{name}.safetensors` prints

```
{report}
```

The test split holds other people and rooms than the training's; nothing was chosen by it.
"""

HEADING = "# Model card: {name}.safetensors\n\n"

MEAN = """
The file holds the mean of these weights and of those that the run started from, {start}:
{percent:.2f} % on the validation split."""

UNRECORDED = "The command line of the training was not recorded: the run is of version 0.1.0."


def write_section(card: Path, name: str, text: str) -> None:
    """Write the section of a network into a card, in the place of its old one; the others stay."""
    old = card.read_text(encoding="utf-8") if card.is_file() else ""
    heading = HEADING.format(name=name)
    sections = [part for part in re.split(r"(?m)^(?=# Model card: )", old) if part.strip()]
    others = [part for part in sections if not part.startswith(heading.rstrip())]
    position = next((at for at, part in enumerate(sections) if part not in others), len(others))
    others.insert(position, heading + text)
    card.write_text("\n".join(part.strip("\n") + "\n" for part in others), encoding="utf-8")


def model_card(
    info: WeightsInfo,
    *,
    parameters: int,
    training: TrainingLog,
    provenance: Provenance | None,
    report: Report,
    mean: str,
) -> str:
    """Write the model card as Markdown.

    Args:
        info: of the network.
        parameters: their number.
        training: the log of the run.
        provenance: of the run; None if it was not recorded.
        report: on the test split.
        mean: ``MEAN``, filled in, if the weights were averaged with those at the start of the run; else "".
    """
    recipe = {key: value for key, value in vars(RECIPES[info.recipe]).items() if key not in PER_RUN_FIELDS}
    return CARD.format(
        name=info.network,
        version=handpose_live.__version__,
        parameters=parameters / 1e6,
        crop_px=info.crop_px,
        margin=info.crop_margin,
        licence=LICENCE,
        sets="\n".join(f"- {line}" for line in info.data),
        recipe="\n".join(f"- {key}: {value}" for key, value in recipe.items()),
        starts=describe_starts(provenance),
        training=training,
        minutes=training.seconds / 60,
        mean=mean,
        command=COMMAND,
        report=as_text(report),
    )


def describe_starts(provenance: Provenance | None) -> str:
    """List the command lines of a run, each with the code and the machine that it ran on."""
    if provenance is None:
        return UNRECORDED
    return "\n\n".join(
        f"```\n{start['command']}\n```\n\n(steps {start['from_step']} to {start['to_step']}, code {start['code']}, "
        f"Python {start['python']}, PyTorch {start['torch']}, on {start['device']}, processes: {start['processes']})"
        for start in provenance.starts
    )
