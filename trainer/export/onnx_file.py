"""Export a network to ONNX, which runs faster than PyTorch on CPUs."""

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
    # The exporter records the source files, with their paths on this machine.
    ClearMetadataAndDocStringPass()(model)
    model.metadata_props.update({**to_metadata(info), FINGERPRINT: fingerprint(weights)})
    path = weights.with_suffix(".onnx")
    program.save(path, external_data=False)
    return path
