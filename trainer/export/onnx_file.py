"""A network as an ONNX file, with which CPUs run it quicker than PyTorch does."""

import logging
import warnings
from pathlib import Path

import torch
from onnx_ir.passes.common import ClearMetadataAndDocStringPass
from torch import nn

from handpose_live.inference.onnx_engine import FINGERPRINT, HEATMAPS, INPUT, OUTPUTS
from handpose_live.pose.pose_network import PoseNetwork
from handpose_live.pose.weights import WeightsInfo, fingerprint, to_metadata


def write_onnx(weights: Path, network: nn.Module, info: WeightsInfo) -> Path:
    """Write what a weights file holds for ONNX Runtime, beside it.

    Everything from crops to joints is in it, and the heatmaps for whoever asks, for batches of any size;
    a BatchNorm that follows a convolution is folded into it.

    Args:
        weights: the ``.safetensors``, already written.
        network, info: what is in it.

    Returns:
        The ``.onnx``.
    """
    # Two crops, for a batch of one would be taken for a size that never changes.
    crops = torch.zeros(2, info.crop_px, info.crop_px, 3, dtype=torch.uint8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        program = torch.onnx.export(
            PoseNetwork(network, info).eval(),
            (crops,),
            input_names=[INPUT],
            output_names=[*OUTPUTS, HEATMAPS],
            dynamic_shapes=({0: torch.export.Dim("n")},),
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    model = program.model
    # The exporter leaves notes on where in the source code, on this machine, each step came from.
    ClearMetadataAndDocStringPass()(model)
    model.metadata_props.update({**to_metadata(info), FINGERPRINT: fingerprint(weights)})
    path = weights.with_suffix(".onnx")
    program.save(path, external_data=False)
    return path
