"""The two network architectures."""

from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn

from handpose_live.pose.unet import NETWORKS, ArticleUNet, LiveUNet, NetworkOutput


def _parameters(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def _run(network: nn.Module, side: int = 128) -> NetworkOutput:
    crops = torch.randn((2, 3, side, side), generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        output = network.eval()(crops)
    assert isinstance(output, NetworkOutput)
    return output


def _multiplications(network: nn.Module) -> int:
    """Count the multiply-adds of all convolutions and linear layers for one crop of 128 px."""
    counts: list[int] = []

    def count(layer: nn.Module, _: tuple[Tensor, ...], output: Tensor) -> None:
        assert isinstance(layer, nn.Conv2d | nn.Linear)
        counts.append(output[0].numel() * layer.weight[0].numel())

    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            layer.register_forward_hook(count)
    _run(network)
    return sum(counts)


def test_the_article_s_network_has_its_number_of_parameters() -> None:
    assert _parameters(ArticleUNet()) == 491_206


def test_the_article_s_network_gives_heatmaps_as_large_as_the_crop() -> None:
    output = _run(ArticleUNet())
    assert output.heatmaps.shape == (2, 21, 128, 128)
    assert output.details is None


def test_the_live_network_gives_heatmaps_a_quarter_as_large_and_details_of_each_joint() -> None:
    output = _run(LiveUNet())
    assert output.heatmaps.shape == (2, 21, 32, 32)
    assert output.details is not None
    assert [part.shape for part in output.details] == [(2, 2), *[(2, 21)] * 3]


def test_what_is_learned_of_depths_does_not_move_the_joints() -> None:
    network = LiveUNet()
    details = network(torch.rand(2, 3, 128, 128)).details
    (details.depths.sum() + details.log_spreads.sum() + details.visible.sum()).backward()
    assert network.out.weight.grad is None
    gradient = network.describe.out.weight.grad
    assert gradient is not None
    assert gradient.abs().sum() > 0


@pytest.mark.parametrize("name", NETWORKS)
def test_heatmaps_are_between_0_and_1(name: str) -> None:
    heatmaps = _run(NETWORKS[name]()).heatmaps
    assert heatmaps.dtype == torch.float32
    assert heatmaps.min() >= 0
    assert heatmaps.max() <= 1


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_accepts_larger_crops(name: str) -> None:
    small, large = (_run(NETWORKS[name](), side).heatmaps.shape[-1] for side in (128, 224))
    assert large / small == 224 / 128


def test_the_live_network_is_small_and_fast() -> None:
    assert _parameters(LiveUNet()) <= 2_000_000
    live, article = _multiplications(LiveUNet()), _multiplications(ArticleUNet())
    assert live <= 0.15e9
    assert live < article / 4


def test_every_batch_norm_of_the_live_network_can_be_folded_into_the_convolution_before_it() -> None:
    network = LiveUNet()
    pairs = [pair for block in network.modules() if isinstance(block, nn.Sequential) for pair in pairwise(block)]
    before = {norm: layer for layer, norm in pairs if isinstance(norm, nn.BatchNorm2d)}
    norms = [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]
    assert norms
    for norm in norms:
        layer = before[norm]
        assert isinstance(layer, nn.Conv2d)
        assert layer.out_channels == norm.num_features
        assert layer.bias is None


def test_an_untrained_live_network_has_heatmaps_near_zero() -> None:
    assert _run(LiveUNet()).heatmaps.mean() < 0.1
