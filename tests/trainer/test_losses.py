"""Loss functions and target heatmaps."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from handpose_live.pose.decode import average
from handpose_live.pose.unet import HandDetails, NetworkOutput
from tests.trainer.synthetic_data import plain_batch
from trainer.data.training_crops import Batch
from trainer.recipes import RECIPES, Recipe
from trainer.train.losses import depth_loss, iou_loss, position_loss, spread_loss, total_loss, visibility_loss
from trainer.train.targets import gaussian_heatmaps

LIVE, ARTICLE = RECIPES["live"], RECIPES["article"]


def _batch(joints: Tensor, *, hand: bool = True, right: bool = True) -> Batch:
    count = len(joints)
    return plain_batch(torch.zeros(count, 3, 32, 32), joints, torch.full((count,), hand), torch.full((count,), right))


def _joints(count: int = 2) -> Tensor:
    return 0.2 + 0.6 * torch.rand((count, 21, 2), generator=torch.Generator().manual_seed(0))


def _maps(joints: Tensor) -> Tensor:
    return gaussian_heatmaps(joints, cells=32, sigma=LIVE.sigma)


def _output(heatmaps: Tensor, logits: Tensor | None) -> NetworkOutput:
    zeros = torch.zeros(len(heatmaps), 21)
    details = None if logits is None else HandDetails(logits, zeros, zeros, zeros)
    return NetworkOutput(heatmaps, average(heatmaps), details)


def test_a_target_has_height_1_at_its_joint_and_the_given_width() -> None:
    joints = torch.full((1, 21, 2), 16.5 / 32)
    target = gaussian_heatmaps(joints, cells=32, sigma=2 / 32)[0, 0]
    assert target[16, 16] == pytest.approx(1)
    assert target[16, 18] == target[14, 16] == pytest.approx(float(torch.tensor(-0.5).exp()))


def test_equal_maps_have_no_loss() -> None:
    assert float(iou_loss(_maps(_joints()), _maps(_joints()))) == pytest.approx(0, abs=1e-6)


def test_disjoint_maps_have_loss_1() -> None:
    left, right = torch.zeros(1, 21, 8, 8), torch.zeros(1, 21, 8, 8)
    left[..., :4], right[..., 4:] = 0.8, 0.8
    assert float(iou_loss(left, right)) == pytest.approx(1, abs=1e-6)


def test_partly_overlapping_maps_have_one_minus_their_iou_as_loss() -> None:
    one, other = torch.zeros(1, 1, 1, 3), torch.zeros(1, 1, 1, 3)
    one[..., :2], other[..., 1:] = 1, 1
    assert float(iou_loss(one, other)) == pytest.approx(2 / 3, abs=1e-5)


def test_the_gradient_lowers_the_heatmaps_of_negatives_everywhere() -> None:
    heatmaps = torch.full((2, 21, 32, 32), 0.3, requires_grad=True)
    output = _output(heatmaps, torch.zeros(2, 2))
    torch.autograd.backward(total_loss(output, _batch(_joints(), hand=False), LIVE))
    assert heatmaps.grad is not None
    assert (heatmaps.grad > 0).all()


def test_the_gradient_raises_heatmaps_at_joints_and_lowers_them_elsewhere() -> None:
    heatmaps = torch.full((1, 21, 32, 32), 0.3, requires_grad=True)
    joints = torch.full((1, 21, 2), 16.5 / 32)
    torch.autograd.backward(iou_loss(heatmaps, _maps(joints)))
    assert heatmaps.grad is not None
    assert (heatmaps.grad[:, :, 16, 16] < 0).all()
    assert (heatmaps.grad[:, :, 2, 2] > 0).all()


def test_the_position_loss_is_the_mean_distance_per_axis() -> None:
    joints = _joints()
    shifted = _batch(joints + torch.tensor([0.1, 0.02]))
    assert float(position_loss(joints, _batch(joints))) == 0
    assert float(position_loss(joints, shifted)) == pytest.approx(0.06)


def test_joints_outside_the_crop_have_no_position_loss() -> None:
    joints = _joints()
    outside = joints.clone()
    outside[:, 4], outside[:, 8] = torch.tensor([1.2, 0.5]), torch.tensor([0.5, -0.3])
    assert float(position_loss(joints, _batch(outside))) == pytest.approx(0, abs=1e-4)


def test_negatives_have_no_position_loss() -> None:
    assert float(position_loss(_joints(), _batch(_joints() + 0.1, hand=False))) == 0


def test_the_loss_of_the_article_s_network_is_the_iou_loss_alone() -> None:
    heatmaps = _maps(_joints() + 0.03)
    targets = gaussian_heatmaps(_joints(), cells=32, sigma=ARTICLE.sigma)
    loss = total_loss(_output(heatmaps, None), _batch(_joints()), ARTICLE)
    assert float(loss) == pytest.approx(float(iou_loss(heatmaps, targets)))


@pytest.mark.parametrize("hand", [True, False])
@pytest.mark.parametrize("right", [True, False])
def test_correct_classifications_have_a_lower_loss_than_wrong_ones(hand: bool, right: bool) -> None:
    def loss(says_hand: bool, says_right: bool) -> float:
        logits = torch.tensor([[4.0 if says_hand else -4.0, 4.0 if says_right else -4.0]] * 2)
        return float(total_loss(_output(_maps(_joints()), logits), _batch(_joints(), hand=hand, right=right), LIVE))

    assert loss(hand, right) < loss(not hand, right)
    if hand:
        assert loss(hand, right) < loss(hand, not right)
    else:
        assert loss(hand, right) == loss(hand, not right)


def test_the_recipe_weights_the_position_loss() -> None:
    output, batch = _output(_maps(_joints()), torch.zeros(2, 2)), _batch(_joints() + 0.05)
    without, once, twice = (
        float(total_loss(output, batch, replace(LIVE, position_weight=weight))) for weight in (0.0, 1.0, 2.0)
    )
    assert once - without == pytest.approx(0.05, abs=1e-3)
    assert twice - without == pytest.approx(0.1, abs=2e-3)


def test_the_loss_of_handedness_is_balanced() -> None:
    def side_loss(right: bool) -> float:
        undecided, sure = torch.zeros(2, 2), torch.tensor([[0.0, 9.0 if right else -9.0]] * 2)
        batch, maps = _batch(_joints(), right=right), _maps(_joints())
        return float(total_loss(_output(maps, undecided), batch, LIVE)) - float(
            total_loss(_output(maps, sure), batch, LIVE)
        )

    assert LIVE.mirrored_share * side_loss(False) == pytest.approx(
        (1 - LIVE.mirrored_share) * side_loss(True), rel=1e-3
    )


def _some(values: list[float]) -> Tensor:
    """``(1, 21)``: the values, then NaN."""
    return torch.tensor([values + [float("nan")] * (21 - len(values))])


def test_depths_count_relative_to_the_wrist_where_they_are_known() -> None:
    batch = _batch(_joints(1))._replace(depths=_some([0.0, 0.1, -0.2]))
    depths = torch.full((1, 21), 7.0) + torch.nn.functional.pad(torch.tensor([[0.0, 0.1, -0.2]]), (0, 18))
    assert depth_loss(depths, batch) == pytest.approx(0, abs=1e-6)
    depths[0, 1] += 0.03
    assert depth_loss(depths, batch) == pytest.approx(0.01, abs=1e-6)
    assert depth_loss(depths, batch._replace(hand=torch.tensor([False]))) == 0


def test_the_best_spread_is_half_the_error() -> None:
    """The mean of r under the density exp(-r / s) over the plane is 2 s."""
    batch = _batch(_joints(1))
    off = batch.joints + torch.tensor([0.03, 0.04])
    spreads = [0.01, 0.02, 0.025, 0.03, 0.05]
    losses = [float(spread_loss(torch.full((1, 21), spread).log(), off, batch)) for spread in spreads]
    assert losses.index(min(losses)) == spreads.index(0.025)


def test_visibility_counts_where_it_is_known() -> None:
    batch = _batch(_joints(1))._replace(visible=_some([1.0, 0.0]))
    right, wrong = torch.full((1, 21), 9.0), torch.full((1, 21), -9.0)
    right[0, 1], wrong[0, 1] = -9, 9
    assert visibility_loss(right, batch) < 0.01
    assert visibility_loss(wrong, batch) > 8


@pytest.mark.parametrize("recipe", [LIVE, ARTICLE])
def test_a_joint_without_a_label_does_not_count(recipe: Recipe) -> None:
    joints = _joints(1)
    batch = _batch(joints)
    unlabelled = batch._replace(weights=torch.cat([torch.zeros(1, 1), torch.ones(1, 20)], dim=1))
    moved = batch.joints.clone()
    moved[0, 0] += 0.2
    for one, is_same in ((batch, False), (unlabelled, True)):
        logits = None if recipe is ARTICLE else torch.zeros(1, 2)
        here, there = (float(total_loss(_output(_maps(at), logits), one, recipe)) for at in (joints, moved))
        assert (here == pytest.approx(there, abs=1e-5)) == is_same
