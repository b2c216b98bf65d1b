"""Signed distances from points to blended capsules, and the surface's normals."""

from dataclasses import dataclass

import torch
from torch import Tensor

from .capsules import BLEND_MM, GROUP_COUNT, Capsules

GROUP_BLEND_MM = 1.1
FAR_MM = 1e3


@dataclass(frozen=True, eq=False)
class DistanceField:
    """The signed distance field of each of ``t`` tiles, from the ``k`` capsules near it.

    Sums over capsules are matrix products of the points with these, so that no ``(t, p, k, 3)`` array is made.

    Attributes:
        starts, spans: ``(t, 3, k)`` starts of the axes, and vectors from there to their ends, mm.
        start_start, start_span, span_span: ``(t, 1, k)`` dot products.
        radii, radius_deltas: ``(t, 1, k)`` the radius at the start, and its change to the end, mm.
        membership: ``(t, k, g)`` one-hot groups.
        blends: ``(t, 1, k)`` blend radius of each capsule's group, mm.
        indices: ``(t, k)`` of the hand's capsules.
    """

    starts: Tensor
    spans: Tensor
    start_start: Tensor
    start_span: Tensor
    span_span: Tensor
    radii: Tensor
    radius_deltas: Tensor
    membership: Tensor
    blends: Tensor
    indices: Tensor

    @classmethod
    def from_capsules(cls, capsules: Capsules, hands: Tensor, indices: Tensor, present: Tensor) -> "DistanceField":
        """Select capsules of hands.

        Args:
            capsules: of ``n`` hands.
            hands: ``(t,)`` indices of the hands.
            indices: ``(t, k)`` of the capsules.
            present: ``(t, k)`` false for padding.
        """
        rows = hands[:, None]
        starts = capsules.starts[rows, indices].mT.contiguous()
        spans = capsules.ends[rows, indices].mT - starts
        radii = torch.where(present[..., None], capsules.radii[rows, indices], -FAR_MM)
        groups = capsules.groups[indices]
        blends = torch.tensor(BLEND_MM, device=groups.device)[groups]
        return cls(
            starts,
            spans,
            starts.square().sum(1, keepdim=True),
            (starts * spans).sum(1, keepdim=True),
            spans.square().sum(1, keepdim=True) + 1e-6,
            radii[:, None, :, 0],
            (radii[..., 1] - radii[..., 0])[:, None],
            torch.nn.functional.one_hot(groups, GROUP_COUNT).float(),
            blends[:, None],
            indices,
        )

    def select(self, keep: Tensor) -> "DistanceField":
        """Return the field of some of the tiles."""
        return DistanceField(**{name: values[keep] for name, values in vars(self).items()})

    def closest_on_axes(self, points: Tensor) -> tuple[Tensor, Tensor]:
        """Find the closest points on the axes to ``(t, p, 3)`` points.

        Returns:
            ``(t, p, k)`` fractions along the axes, and ``(t, p, k)`` distances from the axes, mm.
        """
        along, squared = self._axes(points)
        return along, squared.clamp(min=1e-6).sqrt()

    def _axes(self, points: Tensor) -> tuple[Tensor, Tensor]:
        on_span = torch.baddbmm(-self.start_span, points, self.spans)
        along = (on_span / self.span_span).clamp_(0, 1)
        squared = torch.baddbmm(self.start_start, points, self.starts, alpha=-2)
        squared += points.square().sum(-1, keepdim=True)
        squared += along * (along * self.span_span - 2 * on_span)
        return along, squared

    def distance(self, points: Tensor) -> Tensor:
        """Return ``(t, p)`` signed distances of ``(t, p, 3)`` points, mm; a lower bound of the exact ones."""
        along, squared = self._axes(points)
        depth = along.mul_(self.radius_deltas).add_(self.radii).sub_(squared.clamp_(min=1e-6).sqrt_())
        return _smooth_union(depth.div_(self.blends).exp_() @ self.membership)

    def normals_and_depths(self, points: Tensor) -> tuple[Tensor, Tensor]:
        """Return unit normals at ``(t, p, 3)`` points, and their depths ``(t, p, k)`` in each capsule, mm."""
        along, axis_mm = self.closest_on_axes(points)
        depth = self.radii + along * self.radius_deltas - axis_mm
        density = (depth / self.blends).exp()
        sums = (density @ self.membership).clamp(min=1e-30)
        groups = torch.softmax(_blends(points.device) * sums.log() / GROUP_BLEND_MM, dim=-1)
        weights = density * ((groups / sums) @ self.membership.mT)
        pull = weights / axis_mm
        inside = (along > 0) & (along < 1)
        slant = weights * self.radius_deltas / self.span_span * inside
        normals = points * pull.sum(-1, keepdim=True) - pull @ self.starts.mT - (pull * along + slant) @ self.spans.mT
        return torch.nn.functional.normalize(normals, dim=-1), depth


def _smooth_union(sums: Tensor) -> Tensor:
    """Return the signed distance of the union, from each group's sum of ``exp(depth / blend)`` (log-sum-exp)."""
    depth = sums.clamp_(min=1e-30).log_().mul_(_blends(sums.device))
    return -GROUP_BLEND_MM * torch.logsumexp(depth / GROUP_BLEND_MM, dim=-1)


def _blends(device: torch.device) -> Tensor:
    return torch.tensor(BLEND_MM, device=device)
