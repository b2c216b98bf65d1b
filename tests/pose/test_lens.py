"""The foveated resampling before the network, and its inverse."""

import pytest
import torch
from torch import Tensor

from handpose_live.pose.decode import average
from handpose_live.pose.lens import CENTRE_PIXELS, CENTRE_WIDTH, magnify, restore
from trainer.train.targets import gaussian_heatmaps

CROP_PX = 128


def _dots(*positions: float) -> Tensor:
    """Return ``(1, n, 128, 128)`` images with a soft dot at each normalised position of the diagonal."""
    joints = torch.tensor(positions)[None, :, None].expand(1, -1, 2)
    return gaussian_heatmaps(joints, cells=CROP_PX, sigma=2 / CROP_PX)


def test_the_centre_covers_its_share_of_the_cells() -> None:
    edges = 0.5 - CENTRE_WIDTH / 2, 0.5 + CENTRE_WIDTH / 2
    seen = average(magnify(_dots(0.5, *edges)))[0]
    torch.testing.assert_close(seen[0], torch.full((2,), 0.5), atol=1e-4, rtol=0)
    torch.testing.assert_close(seen[2] - seen[1], torch.full((2,), CENTRE_PIXELS), atol=0.02, rtol=0)


def test_the_centre_is_magnified_uniformly() -> None:
    seen = average(magnify(_dots(0.25, 0.35, 0.45, 0.55, 0.65, 0.75)))[0, :, 0]
    torch.testing.assert_close(seen.diff(), torch.full((5,), 0.1 * CENTRE_PIXELS / CENTRE_WIDTH), atol=1e-3, rtol=0)


def test_the_border_remains_visible() -> None:
    seen = average(magnify(_dots(0.03, 0.97)))[0, :, 0]
    rim = 0.03 * (1 - CENTRE_PIXELS) / (1 - CENTRE_WIDTH)
    assert seen.tolist() == pytest.approx([rim, 1 - rim], abs=2e-3)


def test_heatmaps_of_magnified_crops_are_restored_to_the_regular_grid() -> None:
    joints = 0.04 + 0.92 * torch.rand((16, 21, 2), generator=torch.Generator().manual_seed(0))
    heatmaps = gaussian_heatmaps(joints, cells=32, sigma=4 / 128)
    off_px = (average(restore(magnify(heatmaps)), power=2) - joints) * CROP_PX
    assert off_px.abs().max() < 0.4
    assert off_px.mean(dim=(0, 1)).abs().max() < 0.02


def test_brightness_and_orientation_are_unchanged() -> None:
    crops = torch.rand((2, 3, 64, 64), generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(magnify(torch.full_like(crops, 0.7)), torch.full_like(crops, 0.7))
    torch.testing.assert_close(magnify(crops.flip(3)), magnify(crops).flip(3))
    torch.testing.assert_close(magnify(crops.mT), magnify(crops).mT)
