"""Decoding of heatmaps to joints, the inverse of the target heatmaps in training."""

import pytest
import torch
from torch import Tensor

from handpose_live.pose.decode import average, peaks, probability_within
from trainer.recipes import RECIPES
from trainer.train.targets import gaussian_heatmaps

CROP_PX = 128


def _joints(count: int) -> Tensor:
    return 0.15 + 0.7 * torch.rand((count, 21, 2), generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("recipe", "cells", "power"), [("article", 128, 1), ("live", 32, 2)])
def test_decoding_the_targets_gives_the_joints(recipe: str, cells: int, power: int) -> None:
    joints = _joints(16)
    heatmaps = gaussian_heatmaps(joints, cells=cells, sigma=RECIPES[recipe].sigma)
    off_px = (average(heatmaps, power=power) - joints) * CROP_PX
    assert off_px.abs().max() < 0.05
    # The article's own decoding had an error of half a pixel to the left and up.
    assert off_px.mean(dim=(0, 1)).abs().max() < 0.005


def test_the_axes_of_a_heatmap_are_those_of_the_image() -> None:
    heatmaps = torch.zeros(1, 1, 32, 32)
    heatmaps[0, 0, 3, 20] = 1.0
    x, y = (average(heatmaps)[0, 0] * 32).tolist()
    assert (x, y) == pytest.approx((20.5, 3.5))


def test_averaging_squares_reduces_the_weight_of_a_weaker_second_peak() -> None:
    heatmaps = torch.zeros(1, 1, 1, 32)
    heatmaps[..., 4], heatmaps[..., 24] = 0.8, 0.2
    plain, sharp = (float(average(heatmaps, power=power)[0, 0, 0]) * 32 for power in (1, 2))
    assert plain == pytest.approx(4.5 + 0.2 * 20)
    assert sharp == pytest.approx(4.5 + 20 / 17)


def test_scaling_a_heatmap_does_not_move_its_joint() -> None:
    heatmaps = gaussian_heatmaps(_joints(2), cells=32, sigma=1 / 32)
    for power in (1, 2):
        torch.testing.assert_close(average(heatmaps * 1e-3, power=power), average(heatmaps, power=power))


def test_an_empty_heatmap_gives_a_finite_position() -> None:
    assert average(torch.zeros(1, 21, 32, 32)).isfinite().all()


def test_a_peak_is_the_highest_value() -> None:
    heatmaps = torch.rand((2, 21, 8, 8), generator=torch.Generator().manual_seed(0)) * 0.5
    heatmaps[1, 20, 7, 0] = 0.9
    assert peaks(heatmaps).shape == (2, 21)
    assert peaks(heatmaps)[1, 20] == pytest.approx(0.9)


def test_the_average_is_differentiable() -> None:
    heatmaps = torch.full((1, 1, 8, 8), 0.5, requires_grad=True)
    torch.autograd.backward(average(heatmaps)[..., 0].sum())
    assert heatmaps.grad is not None
    assert (heatmaps.grad[0, 0, :, 7] > 0).all()
    assert (heatmaps.grad[0, 0, :, 0] < 0).all()


def test_probabilities_are_the_shares_of_simulated_errors() -> None:
    """Distances from the origin under a density of exp(-r / s) over the plane follow a gamma distribution."""
    torch.manual_seed(0)
    spread = 0.02
    errors = torch.distributions.Gamma(2.0, 1 / spread).sample((20_000,))
    for distance in (0.01, 0.03, 0.08):
        expected = float((errors < distance).float().mean())
        found = float(probability_within(distance, torch.tensor(spread).log()))
        assert found == pytest.approx(expected, abs=0.015)
