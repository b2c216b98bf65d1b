"""The loss of the detector."""

import torch
from torch import Tensor
from torch.nn import functional

from handpose_live.detection.network import LEFT, RIGHT, STRIDE, UNIT_SIZE_PX

from ..data.training_frames import FrameBatch

# The Gaussian around a centre, within which a peak is less wrong: its standard deviation in cells.
MIN_SIGMA, SIGMA_PER_SIZE = 0.55, 0.07
FOCUS = 2  # beta of the quality focal loss
UNKNOWN = -1  # neither LEFT nor RIGHT
SIDE_REDUCTION = 4  # the nearer to a hand of an unknown side, the less the maps of the sides count on their own
# Centres are looked up a few cells off their true place, too: what is predicted there is learned with this Gaussian's
# weight, and for the other side's map with this share of it.
OTHER_SIDE_SHARE = 0.25
OFFSET_WEIGHT, SIZE_WEIGHT, TURN_WEIGHT = 0.5, 1.0, 0.5


def detection_loss(maps: Tensor, batch: FrameBatch) -> Tensor:
    """Compute the loss of ``(n, VALUES, 2, h, w)`` maps: of the centres, and of what is predicted at them, a hand."""
    gaussians = _gaussians(batch, *maps.shape[-2:])
    hands = batch.present.sum().clamp(min=1)
    return (_centre_loss(maps[:, 0], gaussians, batch) + _value_loss(maps[:, 1:], gaussians, batch)) / hands


def _gaussians(batch: FrameBatch, height: int, width: int) -> Tensor:
    """``(n, m, h, w)`` Gaussians around the cells with a hand's centre, where they are 1; 0 in empty rows."""
    cells = (batch.boxes[..., :2] / STRIDE).floor()
    sigma = MIN_SIGMA + SIGMA_PER_SIZE * batch.boxes[..., 2] / STRIDE
    columns, rows = (torch.arange(count, device=cells.device) for count in (width, height))
    x, y = (
        torch.exp(-((cells[..., axis, None] - line) ** 2) / (2 * sigma[..., None] ** 2))
        for axis, line in ((0, columns), (1, rows))
    )
    return y[..., :, None] * (x * batch.present[..., None])[..., None, :]


def _sides(batch: FrameBatch) -> tuple[Tensor, Tensor]:
    """``(n, m)`` whether a hand may be a left one, and whether it may be a right one, as floats."""
    return (batch.right != RIGHT).float() * batch.present, (batch.right != LEFT).float() * batch.present


def _centre_loss(logits: Tensor, gaussians: Tensor, batch: FrameBatch) -> Tensor:
    """The quality focal loss of ``(n, 2, h, w)`` centre maps, whose targets are the Gaussians.

    Li et al. 2020, "Generalized focal loss", eq. 5. A hand of an unknown side has to be found in either of the maps.
    Cells in which no one marked hands do not count.
    """
    left, right, either = (
        (gaussians * (batch.right == side)[..., None, None]).amax(dim=1) for side in (LEFT, RIGHT, UNKNOWN)
    )
    log_found, log_missed = functional.logsigmoid(logits), functional.logsigmoid(-logits)
    own = _quality_focal_loss(log_found, log_missed, torch.stack([left, right], dim=1))
    log_missed_by_both = log_missed.sum(dim=1).clamp(max=-1e-6)
    log_found_by_one = torch.log(-torch.expm1(log_missed_by_both))
    shared = _quality_focal_loss(log_found_by_one, log_missed_by_both, either)
    far = (1 - either) ** SIDE_REDUCTION
    return ((own.sum(dim=1) * far + shared * (1 - far)) * batch.known).sum()


def _quality_focal_loss(log_found: Tensor, log_missed: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy with the targets, weighted by the distance from them."""
    return -((targets - log_found.exp()).abs() ** FOCUS) * (targets * log_found + (1 - targets) * log_missed)


def _value_loss(values: Tensor, gaussians: Tensor, batch: FrameBatch) -> Tensor:
    """L1 of ``(n, 5, 2, h, w)`` offsets, sizes and turns around the centres, each hand with the same weight."""
    height, width = values.shape[-2:]
    loss = values.new_zeros(())
    for side, own in enumerate(_sides(batch)):
        share = own + (1 - own) * OTHER_SIDE_SHARE
        claims = gaussians * share[..., None, None]
        strongest, hand = claims.max(dim=1)  # (n, h, w): which hand a cell speaks for
        wanted = (strongest > 0.3 * OTHER_SIDE_SHARE) * strongest
        columns, rows = (torch.arange(count, device=values.device) + 0.5 for count in (width, height))
        box = _of_hand(batch.boxes, hand)
        targets = torch.stack(
            [
                box[..., 0] / STRIDE - columns,
                box[..., 1] / STRIDE - rows[:, None],
                (box[..., 2].clamp(min=1) / UNIT_SIZE_PX).log(),
                *_of_hand(batch.turns, hand).unbind(dim=3),
            ],
            dim=1,
        )
        errors = (values[:, :, side] - targets).abs()
        is_turned = (targets[:, 3:].square().sum(dim=1) > 0.5).float()
        error = OFFSET_WEIGHT * errors[:, :2].sum(dim=1) + SIZE_WEIGHT * errors[:, 2]
        error = error + TURN_WEIGHT * is_turned * errors[:, 3:].sum(dim=1)
        area = gaussians.sum(dim=(2, 3)).clamp(min=1)  # (n, m): cells of a hand
        loss = loss + (error * wanted / area.gather(1, hand.flatten(1)).view_as(wanted)).sum()
    return loss


def _of_hand(values: Tensor, hand: Tensor) -> Tensor:
    """``(n, h, w, c)`` of ``(n, m, c)`` values of hands and the ``(n, h, w)`` hand in each cell."""
    index = hand.flatten(1)[..., None].expand(-1, -1, values.shape[2])
    return values.gather(1, index).view(*hand.shape, values.shape[2])
