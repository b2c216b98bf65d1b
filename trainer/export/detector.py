"""Export a finished run of a detector to ``weights/``: for both engines, with its section of the model card."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

import handpose_live
from handpose_live.detection.weights import DetectorInfo, load_detector
from handpose_live.pose.weights import save_weights

from ..evaluate.missed_hands import FALSE_FINDS, missed_percent
from ..recipes import DETECTOR_RECIPES, PER_RUN_FIELDS
from ..train.detection_task import held_out_canvases
from ..train.options import FitOptions
from ..train.provenance import Provenance, read_provenance
from .model_card import LICENCE, describe_starts, write_section
from .onnx_file import write_detector_onnx
from .training_log import TrainingLog, read_training_log

SECTION = """The detector of HandPose Live {version}: a fully convolutional network that finds hands in whole frames,
{parameters:.2f} M parameters. Images of {long_px}x{short_px} px, in either orientation (any sides that are multiples of
32 work), go in; centre, size, angle, side and score of up to 32 hands come out, which is what the first crop for
`live.safetensors` needs. `{name}.onnx` is the same with all pre- and post-processing, for ONNX Runtime on CPUs.

## Use of the detector

Finding hands to track. Not for identifying people, counting them, or decisions about them.

## Licence of the detector

The weights may be used {licence}. The code is GPL-3.0-or-later.

## Data of the detector

{sets}

Images without a hand come from the same sources. Sides, angles and sizes in real images are those of joints that
MediaPipe's hand model found; boxes of `rf_gesture839`, `subhih` and `ti1k` were marked by people.

## Training of the detector

{starts}

{training.steps} steps of {training.batch} canvases in {minutes:.0f} minutes, at a learning rate of at most
{training.highest_rate:.2g}. The weights are the exponential moving average that missed the fewest hands of the
validation split, {training.best_percent:.1f} %, from step {training.best_step} ({training.best_samples} canvases).

{recipe}

## Result of the detector

On augmented canvases of the test split (other people and rooms; nothing was chosen by it), at {false_finds} false
finds a canvas, it misses {missed:.1f} % of the hands.
"""


def export_detector(run: Path, data: Sequence[Path], frames: Sequence[Path], out: Path) -> None:
    """Measure a run's best detector and write it with its section of the model card.

    Args:
        run: folder that ``fit`` wrote.
        data, frames: the folders whose test splits it is measured on.
        out: folder for ``detector.safetensors``, ``detector.onnx`` and ``README.md``.

    Raises:
        HandPoseError: the run or the data cannot be used.
    """
    network, info = load_detector(run / "best.safetensors")
    training = read_training_log(run / "log.csv")
    options = FitOptions(tuple(data), run, info.recipe, None, "cpu", seed=0, frames=tuple(frames))
    missed = missed_percent(network, info, held_out_canvases(options, "test"), torch.device("cpu"))
    metrics = {
        "test_missed_percent": round(missed, 2),
        "validation_missed_percent": training.best_percent,
        "best_step": training.best_step,
    }
    info = replace(info, licence=LICENCE, metrics=metrics)
    weights = out / f"{info.network}.safetensors"
    save_weights(weights, network, info)
    write_detector_onnx(weights, network, info)
    parameters = sum(parameter.numel() for parameter in network.parameters())
    section = _section(info, parameters, training, read_provenance(run / "run.json"))
    write_section(out / "README.md", info.network, section)
    print(f"It misses {missed:.1f} % of the hands of the test split.")


def _section(info: DetectorInfo, parameters: int, training: TrainingLog, provenance: Provenance | None) -> str:
    recipe = {key: value for key, value in vars(DETECTOR_RECIPES[info.recipe]).items() if key not in PER_RUN_FIELDS}
    return SECTION.format(
        name=info.network,
        version=handpose_live.__version__,
        parameters=parameters / 1e6,
        long_px=info.long_px,
        short_px=info.short_px,
        licence=LICENCE,
        sets="\n".join(f"- {line}" for line in info.data),
        starts=describe_starts(provenance),
        training=training,
        minutes=training.seconds / 60,
        recipe="\n".join(f"- {key}: {value}" for key, value in recipe.items()),
        false_finds=FALSE_FINDS,
        missed=info.metrics["test_missed_percent"],
    )
