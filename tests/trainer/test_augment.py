"""Light and dirt."""

import pytest
import torch
from torch import Tensor

from trainer.augment import _compress, spoil


def _crops(count: int) -> Tensor:
    return torch.randint(0, 256, (count, 3, 64, 64), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))


def _spoilt(crops: Tensor, seed: int = 0) -> Tensor:
    return spoil(crops, torch.Generator().manual_seed(seed), 1.0)


@pytest.mark.parametrize("count", [1, 2, 3, 16])
@pytest.mark.parametrize("seed", range(4))
def test_crops_keep_their_shape_and_stay_pictures(count: int, seed: int) -> None:
    spoilt = _spoilt(_crops(count), seed)
    assert spoilt.shape == (count, 3, 64, 64)
    assert spoilt.dtype == torch.float32
    assert spoilt.isfinite().all()
    assert spoilt.min() >= 0
    assert spoilt.max() <= 255


def test_the_same_state_spoils_the_same_way() -> None:
    assert torch.equal(_spoilt(_crops(8)), _spoilt(_crops(8)))


def test_another_state_spoils_otherwise() -> None:
    one, other = _spoilt(_crops(8)), _spoilt(_crops(8), seed=1)
    assert all(not torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_the_crops_themselves_are_left_alone() -> None:
    crops = _crops(8).float()
    before = crops.clone()
    _spoilt(crops)
    assert torch.equal(crops, before)


def test_without_roughness_only_the_light_changes() -> None:
    # Left half black, right half white: blur, noise and what is laid over them would show.
    crops = torch.zeros((32, 3, 64, 64))
    crops[..., 32:] = 255
    for roughness, spoilt in ((0.0, False), (1.0, True)):
        result = spoil(crops, torch.Generator().manual_seed(0), roughness)
        halves = torch.stack([result[..., :32], result[..., 32:]])
        steps = torch.cat([halves.diff(dim=3).flatten(), halves.diff(dim=4).flatten()]).abs()
        assert bool(steps.max() > 15) == spoilt


def test_light_falls_evenly_from_one_side() -> None:
    grey = torch.full((64, 3, 32, 32), 100.0)
    lit = spoil(grey, torch.Generator().manual_seed(0), 0.0).mean(dim=1)
    columns, rows = lit.mean(dim=1), lit.mean(dim=2)
    for line in (columns, rows):
        steps = line.diff(dim=1)
        assert ((steps >= 0).all(dim=1) | (steps <= 0).all(dim=1)).all()  # never up and down again
        assert (line[:, 0] - line[:, -1]).abs().median() > 10
        assert (line[:, 0] > line[:, -1]).any()
        assert (line[:, 0] < line[:, -1]).any()


def test_compression_takes_fine_texture_and_leaves_edges() -> None:
    generator = torch.Generator().manual_seed(0)
    crops = torch.full((64, 3, 64, 64), 60.0)
    crops[..., 28:] = 180
    crops += torch.randn(crops.shape, generator=generator)
    smeared = _compress(crops, generator)
    assert torch.allclose(smeared.mean(dim=(2, 3)), crops.mean(dim=(2, 3)), atol=1.5)
    assert (smeared[..., 36:].std(dim=(2, 3)) < 0.5).float().mean() > 0.8  # of 1 before
    assert (smeared[..., 29].mean(dim=2) - smeared[..., 26].mean(dim=2)).min() > 80


def test_each_crop_is_lit_in_its_own_way() -> None:
    grey = torch.full((64, 3, 16, 16), 128.0)
    means = _spoilt(grey).mean(dim=(2, 3))
    assert means.mean(dim=1).std() > 15
    assert (means.amax(dim=1) - means.amin(dim=1)).median() > 5
    assert 80 < means.median() < 170


def test_a_black_and_a_white_crop_are_no_trouble() -> None:
    extremes = torch.tensor([0.0, 255.0])[:, None, None, None].expand(2, 3, 32, 32)
    for seed in range(10):
        assert _spoilt(extremes, seed).isfinite().all()
