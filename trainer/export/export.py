"""Export a finished run to ``weights/``: the network with its figures, for both engines, and its model card."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from torch import nn

from handpose_live.inference.torch_engine import TorchEstimator
from handpose_live.pose.weights import WeightsInfo, load_weights, save_weights
from handpose_live.types.errors import HandPoseError

from ..data.folders import read_all_hands
from ..evaluate.accuracy import measure
from ..evaluate.report import as_text
from ..train.provenance import read_provenance
from .model_card import LICENCE, MEAN, model_card, write_section
from .onnx_file import write_onnx
from .training_log import read_training_log


def export(
    run: Path, data: Sequence[Path], out: Path, *, start: Path | None = None, spread_factor: float = 1.0
) -> None:
    """Evaluate a run's best network and write it with its model card.

    Args:
        run: folder that ``fit`` wrote.
        data: the folders whose test splits it is evaluated on.
        out: folder for ``NAME.safetensors``, ``NAME.onnx`` and ``README.md``.
        start: the weights that the run started from; if given, the mean of both is written.
        spread_factor: by which errors on unseen sources are larger than the network expects; ``generalise`` tells.

    Raises:
        HandPoseError: the run, the data or the start cannot be used.
    """
    network, info = load_weights(run / "best.safetensors")
    training = read_training_log(run / "log.csv")
    validation_percent, mean = training.best_percent, ""
    if start is not None:
        _average_with(network, info, start)
        validation = measure(TorchEstimator(network, info, "cpu"), read_all_hands(data, "val"))
        validation_percent = validation.mean_error_percent
        mean = MEAN.format(start=start, percent=validation_percent)
    report = measure(TorchEstimator(network, info, "cpu"), read_all_hands(data, "test"))
    metrics = {
        "test_mean_error_percent": round(report.mean_error_percent, 3),
        "validation_error_percent": round(validation_percent, 3),
        "best_step": training.best_step,
    }
    info = replace(info, licence=LICENCE, metrics=metrics, spread_factor=spread_factor)
    weights = out / f"{info.network}.safetensors"
    save_weights(weights, network, info)
    write_onnx(weights, network, info)
    card = model_card(
        info,
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        training=training,
        provenance=read_provenance(run / "run.json"),
        report=report,
        mean=mean,
    )
    write_section(out / "README.md", info.network, card)
    print(as_text(report))


def _average_with(network: nn.Module, info: WeightsInfo, start: Path) -> None:
    """Replace the weights of a network by their mean with those that its run started from.

    Wortsman et al., "Robust fine-tuning of zero-shot models" (2022): under distribution shift, the mean is better than
    either.

    Raises:
        HandPoseError: ``start`` is no weights file, or of another network or another crop margin.
    """
    start_network, start_info = load_weights(start)
    # A run inherits everything but these from its start.
    if replace(start_info, recipe=info.recipe, data=info.data, metrics=info.metrics, licence=info.licence) != info:
        raise HandPoseError(f"{start} is not what the run started from: its network or its crops differ.")
    old, new = start_network.state_dict(), network.state_dict()
    network.load_state_dict({name: (old[name] + new[name]) / 2 for name in new})
