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


def cell_centres(cells: int, device: torch.device) -> Tensor:
    """Return the ``(cells,)`` normalised positions of the centres of a row of heatmap cells."""
    return (torch.arange(cells, device=device) + 0.5) / cells


def _mean_position(weights: Tensor) -> Tensor:
    centres = cell_centres(weights.shape[-1], weights.device)
    return (weights * centres).sum(dim=-1) / weights.sum(dim=-1).clamp_min(1e-12)
