"""Export of networks to ONNX files."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from handpose_live.inference.loading import load_estimator
from handpose_live.inference.onnx_engine import OnnxEstimator
from handpose_live.inference.torch_engine import TorchEstimator
from handpose_live.pose.unet import NETWORKS
from handpose_live.pose.weights import WeightsInfo, save_weights
from trainer.export.onnx_file import write_onnx


def _with_batch_norm_statistics(name: str) -> nn.Module:
    """Create a network whose BatchNorm layers are not the identity."""
    torch.manual_seed(0)
    network = NETWORKS[name]()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            assert module.running_mean is not None
            assert module.running_var is not None
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 2)
    return network.eval()


@pytest.mark.parametrize("name", NETWORKS)
def test_an_exported_network_gives_the_same_results(name: str, tmp_path: Path) -> None:
    weights, network = tmp_path / "x.safetensors", _with_batch_norm_statistics(name)
    info = WeightsInfo(name, (0.5, 0.4, 0.3), (0.25, 0.2, 0.1), crop_px=64, recipe="none")
    save_weights(weights, network, info)
    write_onnx(weights, network, info)
    exported, original = load_estimator(weights, "cpu"), TorchEstimator(network, info, "cpu")
    assert isinstance(exported, OnnxEstimator)
    assert exported.info == info
    for count in (1, 3):
        crops = np.random.default_rng(count).integers(0, 256, (count, 64, 64, 3), np.uint8)
        found, expected = exported(crops), original(crops)
        np.testing.assert_allclose(exported.heatmaps(crops), original.heatmaps(crops), atol=1e-5)
        np.testing.assert_allclose(found.joints_crop_px, expected.joints_crop_px, rtol=0, atol=1e-3)
        for scores in ("joint_scores", "hand_scores", "right_scores"):
            np.testing.assert_allclose(getattr(found, scores), getattr(expected, scores), atol=1e-5, err_msg=scores)


def test_the_included_network_has_its_batch_norms_folded_and_contains_no_source_paths() -> None:
    path = Path(__file__).resolve().parents[2] / "weights" / "live.onnx"
    model = onnx.load(path)
    assert "BatchNormalization" not in {node.op_type for node in model.graph.node}
    assert b".py" not in b"".join(node.SerializeToString() for node in model.graph.node)
