"""Layer fusion; tests/inference/test_torch_engine.py compares whole networks on a GPU."""

import torch
from torch import nn

from handpose_live.inference.layer_fusion import _fold, fuse_layers
from handpose_live.pose.unet import LiveUNet, Residual


def _trained() -> LiveUNet:
    """Create a network whose BatchNorm layers are not the identity."""
    torch.manual_seed(0)
    network = LiveUNet()
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            for values in (layer.weight, layer.bias, layer.running_mean, layer.running_var):
                assert values is not None
                nn.init.uniform_(values, 0.5, 2.0)
    return network.eval()


def test_batch_norm_is_folded_into_the_convolution_before_it() -> None:
    block = _trained().stem[2]
    assert isinstance(block, Residual)
    x = torch.randn(2, 32, 16, 16)
    for layers in (block.body[0], block.body[1:]):
        torch.testing.assert_close(_fold(layers)(x).relu(), layers(x).relu(), atol=1e-4, rtol=1e-4)


def test_no_batch_norm_is_left_and_the_network_itself_is_unchanged() -> None:
    network = _trained()
    weights = {name: values.clone() for name, values in network.state_dict().items()}
    assert not any(isinstance(layer, nn.BatchNorm2d | nn.ReLU) for layer in fuse_layers(network).modules())
    assert all(torch.equal(values, weights[name]) for name, values in network.state_dict().items())
