"""Decoding of heatmaps into joints by weighted averages (soft-argmax)."""

import torch
from torch import Tensor


def average(heatmaps: Tensor, *, power: int = 1) -> Tensor:
    """Compute the mean position under each heatmap, normalised to a sum of one.

    Differentiable, so that a network can be trained through it.

    Args:
        heatmaps: ``(n, 21, h, w)``, not negative.
        power: exponent of the heatmaps: 1 for the article's average; 2 to give the highest peak more weight over
            other candidates.

    Returns:
        ``(n, 21, 2)`` normalised x and y: 0..1 from edge to edge of the crop; cell ``i`` of ``w``
        has its centre at ``(i + 0.5) / w``.
    """
    weights = heatmaps**power
    columns, rows = weights.sum(dim=2), weights.sum(dim=3)
    return torch.stack([_mean_position(columns), _mean_position(rows)], dim=2)


def peaks(heatmaps: Tensor) -> Tensor:
    """Return the ``(n, 21)`` maxima of the heatmaps, the confidence of each joint."""
    return heatmaps.amax(dim=(2, 3))


def probability_within(distance: float, log_spreads: Tensor) -> Tensor:
    """Compute how likely joints are nearer to the truth than a distance.

    Errors are modelled by the density ``exp(-r / s) / (2 pi s^2)`` over the plane, which has heavier tails than a
    Gaussian: joints of hidden fingers are sometimes far off. Its integral over a disc is ``1 - (1 + d/s) exp(-d/s)``.

    Args:
        distance: ``d``, in crop sides.
        log_spreads: natural logarithms of ``s``, in crop sides.

    Returns:
        Probabilities, of the shape of ``log_spreads``.
    """
    ratios = distance * torch.exp(-log_spreads)
    return 1 - (1 + ratios) * torch.exp(-ratios)


def cell_centres(cells: int, device: torch.device) -> Tensor:
    """Return the ``(cells,)`` normalised positions of the centres of a row of heatmap cells."""
    return (torch.arange(cells, device=device) + 0.5) / cells


def _mean_position(weights: Tensor) -> Tensor:
    centres = cell_centres(weights.shape[-1], weights.device)
    return (weights * centres).sum(dim=-1) / weights.sum(dim=-1).clamp_min(1e-12)
