"""Loss functions."""

from torch import Tensor
from torch.nn import functional

from handpose_live.pose.unet import NetworkOutput

from ..data.training_crops import Batch
from ..recipes import Recipe
from .targets import gaussian_heatmaps


def iou_loss(heatmaps: Tensor, targets: Tensor, epsilon: float = 1e-6) -> Tensor:
    """Compute one minus the intersection over union of continuous maps, averaged over all of them.

    After Rahman and Wang, "Optimizing intersection-over-union in deep neural networks for image
    segmentation" (2016), for targets between 0 and 1: ``I = Σ y·t``, ``U = Σ y² + Σ t² - Σ y·t``.

    Args:
        heatmaps, targets: ``(n, 21, h, w)``.
        epsilon: added to both, in cells. With about one cell, an empty target has a gradient too.
    """
    intersection = (heatmaps * targets).sum(dim=(2, 3))
    union = (heatmaps**2).sum(dim=(2, 3)) + (targets**2).sum(dim=(2, 3)) - intersection
    return (1 - (intersection + epsilon) / (union + epsilon)).mean()


def position_loss(joints: Tensor, batch: Batch) -> Tensor:
    """Mean normalised distance per axis of ``(n, 21, 2)`` predicted joints from the labels inside the crop."""
    inside = ((batch.joints > 0) & (batch.joints < 1)).all(dim=2) & batch.hand[:, None]
    distances = (joints - batch.joints).abs().mean(dim=2)
    return (distances * inside).sum() / inside.sum().clamp_min(1)


def total_loss(output: NetworkOutput, batch: Batch, recipe: Recipe) -> Tensor:
    """Compute the recipe's loss of a batch."""
    targets = gaussian_heatmaps(batch.joints, cells=output.heatmaps.shape[-1], sigma=recipe.sigma)
    targets = targets * batch.hand[:, None, None, None]
    if output.details is None:
        return iou_loss(output.heatmaps, targets)
    hand, right = output.details.logits.unbind(dim=1)
    loss = iou_loss(output.heatmaps, targets, epsilon=1.0)
    loss = loss + recipe.position_weight * position_loss(output.joints, batch)
    loss = loss + 0.2 * functional.binary_cross_entropy_with_logits(hand, batch.hand.float())
    side = functional.binary_cross_entropy_with_logits(right, batch.right.float(), reduction="none")
    # Balanced, as if both sides were shown equally often: the tracker needs the evidence, without a prior.
    # (Without torch.where, which waits for the GPU if it is given numbers.)
    is_right = batch.right.float()
    share = is_right * (1 - recipe.mirrored_share) + (1 - is_right) * recipe.mirrored_share
    return loss + 0.2 * (batch.hand * side / (2 * share)).mean()
