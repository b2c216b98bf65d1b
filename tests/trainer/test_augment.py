"""Image corruptions and colour jitter."""

import pytest
import torch
from torch import Tensor

from tests.posed_hands import posed_hands
from tests.trainer.synthetic_data import plain_batch
from trainer.augment.corruptions import _compress, _move_away, colour_jitter, corrupt
from trainer.data.training_crops import Batch


def _crops(count: int) -> Tensor:
    return torch.randint(0, 256, (count, 3, 64, 64), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))


def _corrupted(crops: Tensor, seed: int = 0) -> Tensor:
    return corrupt(crops, torch.Generator().manual_seed(seed), 1.0)


@pytest.mark.parametrize("count", [1, 2, 3, 16])
@pytest.mark.parametrize("seed", range(4))
def test_corrupted_crops_keep_their_shape_and_range(count: int, seed: int) -> None:
    corrupted = _corrupted(_crops(count), seed)
    assert corrupted.shape == (count, 3, 64, 64)
    assert corrupted.dtype == torch.float32
    assert corrupted.isfinite().all()
    assert corrupted.min() >= 0
    assert corrupted.max() <= 255


def test_the_same_generator_state_gives_the_same_corruptions() -> None:
    assert torch.equal(_corrupted(_crops(8)), _corrupted(_crops(8)))


def test_another_generator_state_gives_other_corruptions() -> None:
    one, other = _corrupted(_crops(8)), _corrupted(_crops(8), seed=1)
    assert all(not torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_the_input_is_not_modified() -> None:
    crops = _crops(8).float()
    before = crops.clone()
    _corrupted(crops)
    assert torch.equal(crops, before)


def test_at_strength_0_only_the_lighting_changes() -> None:
    # Left half black, right half white, which reveals blur, noise and occlusion.
    crops = torch.zeros((32, 3, 64, 64))
    crops[..., 32:] = 255
    for augmentation_strength, corrupted in ((0.0, False), (1.0, True)):
        result = corrupt(crops, torch.Generator().manual_seed(0), augmentation_strength)
        halves = torch.stack([result[..., :32], result[..., 32:]])
        steps = torch.cat([halves.diff(dim=3).flatten(), halves.diff(dim=4).flatten()]).abs()
        assert bool(steps.max() > 15) == corrupted


def _grey_hands(count: int) -> Batch:
    joints = torch.from_numpy(posed_hands("open", 1)).repeat(count, 1, 1)
    low, high = joints.amin(1, keepdim=True), joints.amax(1, keepdim=True)
    normalised = 0.5 + (joints - (low + high) / 2) / (high - low).amax(2, keepdim=True) / 2.1
    all_ = torch.ones(count, dtype=torch.bool)
    return plain_batch(torch.full((count, 3, 128, 128), 120, dtype=torch.uint8), normalised, all_, all_)


def test_the_colours_of_some_hands_change_and_their_surroundings_do_not() -> None:
    batch = _grey_hands(200)
    jittered = colour_jitter(batch, torch.Generator().manual_seed(0), 1.0)
    changed = (jittered != 120).flatten(1).any(dim=1)
    assert 35 <= int(changed.sum()) <= 65
    x, y = (128 * batch.joints[changed]).long().unbind(-1)
    on_hand = jittered[changed][torch.arange(len(x))[:, None], :, y, x]
    assert (on_hand - 120).abs().amax(dim=2).median() > 20
    assert (on_hand.amax(dim=2) - on_hand.amin(dim=2)).median() > 20  # the hue changes, not only the brightness
    assert (jittered[..., :8, :] - 120).abs().max() < 1


def test_crops_without_a_hand_or_at_strength_0_have_no_colour_jitter() -> None:
    batch = _grey_hands(50)
    empty = batch._replace(hand=torch.zeros(50, dtype=torch.bool))
    assert (colour_jitter(empty, torch.Generator().manual_seed(0), 1.0) == 120).all()
    assert (colour_jitter(batch, torch.Generator().manual_seed(0), 0.0) == 120).all()


def test_the_lighting_has_a_gradient_in_one_direction() -> None:
    grey = torch.full((64, 3, 32, 32), 100.0)
    lit = corrupt(grey, torch.Generator().manual_seed(0), 0.0).mean(dim=1)
    columns, rows = lit.mean(dim=1), lit.mean(dim=2)
    for line in (columns, rows):
        steps = line.diff(dim=1)
        assert ((steps >= 0).all(dim=1) | (steps <= 0).all(dim=1)).all()  # monotonic
        assert (line[:, 0] - line[:, -1]).abs().median() > 10
        assert (line[:, 0] > line[:, -1]).any()
        assert (line[:, 0] < line[:, -1]).any()


def test_compression_removes_fine_texture_and_keeps_edges() -> None:
    generator = torch.Generator().manual_seed(0)
    crops = torch.full((64, 3, 64, 64), 60.0)
    crops[..., 28:] = 180
    crops += torch.randn(crops.shape, generator=generator)
    compressed = 255 * _compress(crops / 255, generator)
    assert torch.allclose(compressed.mean(dim=(2, 3)), crops.mean(dim=(2, 3)), atol=1.5)
    assert (compressed[..., 36:].std(dim=(2, 3)) < 0.5).float().mean() > 0.8  # it was 1 before compression
    assert (compressed[..., 29].mean(dim=2) - compressed[..., 26].mean(dim=2)).min() > 80


def test_each_crop_has_another_lighting() -> None:
    grey = torch.full((64, 3, 16, 16), 128.0)
    means = _corrupted(grey).mean(dim=(2, 3))
    assert means.mean(dim=1).std() > 15
    assert (means.amax(dim=1) - means.amin(dim=1)).median() > 5
    assert 80 < means.median() < 170


def test_black_and_white_crops_stay_finite() -> None:
    extremes = torch.tensor([0.0, 255.0])[:, None, None, None].expand(2, 3, 32, 32)
    for seed in range(10):
        assert _corrupted(extremes, seed).isfinite().all()


def test_hands_that_move_away_lose_detail_but_stay_where_they_are() -> None:
    crops = torch.zeros(64, 3, 64, 64)
    crops[..., ::2] = 1  # the finest stripes
    crops[..., 40:, :] = 1
    far = _move_away(crops, torch.Generator().manual_seed(0))
    stripes = far[..., 10:30, :]
    assert stripes.mean() == pytest.approx(0.5, abs=0.02)
    assert 0.02 < float(stripes.std(dim=3).mean()) < 0.35  # it was 0.5 before
    assert far[..., 48:, :].min() > 0.99
    assert (far[:, 0, 32:48].mean(dim=2) > 0.75).float().argmax(dim=1).float().mean() == pytest.approx(8, abs=1)
