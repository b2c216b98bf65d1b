"""Export a network to ONNX, which runs faster than PyTorch on CPUs."""

import logging
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from onnx_ir.passes.common import ClearMetadataAndDocStringPass
from torch import Tensor, nn
from torch.export import Dim

from handpose_live.detection import weights as detection
from handpose_live.detection.network import DetectorNetwork
from handpose_live.inference.onnx_engine import FINGERPRINT, HEATMAPS, INPUT, OUTPUTS
from handpose_live.pose.pose_network import PoseNetwork
from handpose_live.pose.weights import NetworkInfo, WeightsInfo, fingerprint, to_metadata

MAX_SIDE_PX = 2048  # of the images that an exported detector takes


def write_onnx(weights: Path, network: nn.Module, info: WeightsInfo) -> Path:
    """Write the ONNX file of a weights file into the same folder.

    The graph contains all pre- and post-processing, from crops to joints, and has the heatmaps as another output. The
    batch size is dynamic. BatchNorms are folded into the convolutions before them.

    Args:
        weights: the ``.safetensors``, already written.
        network, info: its content.

    Returns:
        The path of the ``.onnx``.
    """
    # Two crops: the exporter takes a batch size of 1 for a constant.
    crops = torch.zeros(2, info.crop_px, info.crop_px, 3, dtype=torch.uint8)
    return _export(
        weights, PoseNetwork(network, info), info, crops, {0: Dim("n")}, inputs=[INPUT], outputs=[*OUTPUTS, HEATMAPS]
    )


def write_detector_onnx(weights: Path, network: nn.Module, info: detection.DetectorInfo) -> Path:
    """Write the ONNX file of a detector's weights file into the same folder; see :func:`write_onnx`.

    The graph contains all pre- and post-processing, from images to peaks. Batch size and sides are dynamic.
    """
    images = torch.zeros(2, info.short_px, info.long_px, 3, dtype=torch.uint8)
    height, width = (32 * Dim(name, max=MAX_SIDE_PX // 32) for name in ("rows", "columns"))
    dynamic = {0: Dim("n"), 1: height, 2: width}
    names = {"inputs": [detection.INPUT], "outputs": [detection.OUTPUT]}
    return _export(weights, DetectorNetwork(network, info), info, images, dynamic, **names)


def _export(
    weights: Path,
    module: nn.Module,
    info: NetworkInfo,
    example: Tensor,
    dynamic: dict[int, Any],
    *,
    inputs: Sequence[str],
    outputs: Sequence[str],
) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        program = torch.onnx.export(
            module.eval(),
            (example,),
            input_names=inputs,
            output_names=outputs,
            dynamic_shapes=(dynamic,),
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    model = program.model
    # The exporter records the source files, with their paths on this machine.
    ClearMetadataAndDocStringPass()(model)
    model.metadata_props.update({**to_metadata(info), FINGERPRINT: fingerprint(weights)})
    path = weights.with_suffix(".onnx")
    program.save(path, external_data=False)
    return path
