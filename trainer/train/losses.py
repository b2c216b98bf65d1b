"""Loss functions."""

import torch
from torch import Tensor
from torch.nn import functional

from handpose_live.pose.unet import NetworkOutput
from handpose_live.types.skeleton import WRIST

from ..data.training_crops import Batch
from ..recipes import Recipe
from .targets import gaussian_heatmaps

DEPTH_WEIGHT, SPREAD_WEIGHT, VISIBILITY_WEIGHT, CLASS_WEIGHT = 5.0, 0.02, 0.05, 0.2


def iou_loss(heatmaps: Tensor, targets: Tensor, epsilon: float = 1e-6, weights: Tensor | None = None) -> Tensor:
    """Compute one minus the intersection over union of continuous maps, averaged over all of them.

    After Rahman and Wang, "Optimizing intersection-over-union in deep neural networks for image
    segmentation" (2016), for targets between 0 and 1: ``I = Σ y·t``, ``U = Σ y² + Σ t² - Σ y·t``.

    Args:
        heatmaps, targets: ``(n, 21, h, w)``.
        epsilon: added to both, in cells. With about one cell, an empty target has a gradient too.
        weights: ``(n, 21)`` of the maps in the average; None for the same for all.
    """
    intersection = (heatmaps * targets).sum(dim=(2, 3))
    union = (heatmaps**2).sum(dim=(2, 3)) + (targets**2).sum(dim=(2, 3)) - intersection
    losses = 1 - (intersection + epsilon) / (union + epsilon)
    return losses.mean() if weights is None else _weighted_mean(losses, weights)


def position_loss(joints: Tensor, batch: Batch) -> Tensor:
    """Mean normalised distance per axis of ``(n, 21, 2)`` predicted joints from the labels inside the crop."""
    return _weighted_mean((joints - batch.joints).abs().mean(dim=2), _weights_inside(batch))


def depth_loss(depths: Tensor, batch: Batch) -> Tensor:
    """Mean error of ``(n, 21)`` depths relative to the wrist, where they are known, in crop sides."""
    known = torch.isfinite(batch.depths) & batch.hand[:, None]
    errors = (depths - depths[:, WRIST, None] - batch.depths.nan_to_num()).abs()
    return _weighted_mean(errors, known.to(errors.dtype))


def spread_loss(log_spreads: Tensor, joints: Tensor, batch: Batch) -> Tensor:
    """Negative log-likelihood of the errors of joints; see :func:`~handpose_live.pose.decode.probability_within`."""
    errors = (joints.detach() - batch.joints).norm(dim=2)
    return _weighted_mean(2 * log_spreads + errors * torch.exp(-log_spreads), _weights_inside(batch))


def visibility_loss(logits: Tensor, batch: Batch) -> Tensor:
    """Cross entropy of ``(n, 21)`` logits that joints are not covered, where that is known."""
    known = torch.isfinite(batch.visible) & batch.hand[:, None]
    losses = functional.binary_cross_entropy_with_logits(logits, batch.visible.nan_to_num(), reduction="none")
    return _weighted_mean(losses, known.to(losses.dtype))


def total_loss(output: NetworkOutput, batch: Batch, recipe: Recipe) -> Tensor:
    """Compute the recipe's loss of a batch."""
    targets = gaussian_heatmaps(batch.joints, cells=output.heatmaps.shape[-1], sigma=recipe.sigma)
    targets = targets * batch.hand[:, None, None, None]
    # Where there is no hand, all maps have to be empty.
    weights = torch.where(batch.hand[:, None], batch.weights, torch.ones_like(batch.weights))
    if output.details is None:
        return iou_loss(output.heatmaps, targets, weights=weights)
    details = output.details
    loss = iou_loss(output.heatmaps, targets, epsilon=1.0, weights=weights)
    loss = loss + recipe.position_weight * position_loss(output.joints, batch)
    loss = loss + DEPTH_WEIGHT * depth_loss(details.depths, batch)
    loss = loss + SPREAD_WEIGHT * spread_loss(details.log_spreads, output.joints, batch)
    loss = loss + VISIBILITY_WEIGHT * visibility_loss(details.visible, batch)
    hand, right = details.logits.unbind(dim=1)
    loss = loss + CLASS_WEIGHT * functional.binary_cross_entropy_with_logits(hand, batch.hand.float())
    side = functional.binary_cross_entropy_with_logits(right, batch.right.float(), reduction="none")
    # Balanced, as if both sides were shown equally often: the tracker needs the evidence, without a prior.
    # (Without torch.where, which waits for the GPU if it is given numbers.)
    is_right = batch.right.float()
    share = is_right * (1 - recipe.mirrored_share) + (1 - is_right) * recipe.mirrored_share
    return loss + CLASS_WEIGHT * (batch.hand * side / (2 * share)).mean()


def _weights_inside(batch: Batch) -> Tensor:
    """``(n, 21)`` weights of the labelled joints inside the crop; 0 for the others."""
    inside = ((batch.joints > 0) & (batch.joints < 1)).all(dim=2) & batch.hand[:, None]
    return batch.weights * inside


def _weighted_mean(values: Tensor, weights: Tensor) -> Tensor:
    return (values * weights).sum() / weights.sum().clamp_min(1)
