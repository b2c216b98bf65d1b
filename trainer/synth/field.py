"""Distance from points to bodies, and what the surface is made of there."""

from dataclasses import dataclass

import torch
from torch import Tensor

from .body import BLENDS_MM, GROUPS, Body

GROUP_BLEND_MM = 1.1
FAR_MM = 1e3


@dataclass(frozen=True, eq=False)
class Field:
    """For each of ``t`` tiles the few parts near it.

    All sums over parts are matrix products of the points with these, so that no ``(t, p, k, 3)`` array is made.

    Attributes:
        starts, spans: ``(t, 3, k)`` the parts' near ends, and from there to the far ends.
        start_start, start_span, span_span: ``(t, 1, k)`` dot products.
        radii, growth: ``(t, 1, k)`` the near radius, and what it grows by to the far end.
        members: ``(t, k, g)`` 1 where a part is of a group.
        blends: ``(t, 1, k)`` of each part's group, mm.
        parts: ``(t, k)`` which of the body's.
    """

    starts: Tensor
    spans: Tensor
    start_start: Tensor
    start_span: Tensor
    span_span: Tensor
    radii: Tensor
    growth: Tensor
    members: Tensor
    blends: Tensor
    parts: Tensor

    @classmethod
    def of(cls, body: Body, hands: Tensor, parts: Tensor, present: Tensor) -> "Field":
        """Some parts of some bodies.

        Args:
            body: ``n`` bodies.
            hands: ``(t,)`` which of them.
            parts: ``(t, k)`` which parts.
            present: ``(t, k)`` false where the list of parts is only filled up.
        """
        rows = hands[:, None]
        starts = body.starts[rows, parts].mT.contiguous()
        spans = body.ends[rows, parts].mT - starts
        radii = torch.where(present[..., None], body.radii[rows, parts], -FAR_MM)
        groups = body.groups[parts]
        blends = torch.tensor(BLENDS_MM, device=groups.device)[groups]
        return cls(
            starts,
            spans,
            starts.square().sum(1, keepdim=True),
            (starts * spans).sum(1, keepdim=True),
            spans.square().sum(1, keepdim=True) + 1e-6,
            radii[:, None, :, 0],
            (radii[..., 1] - radii[..., 0])[:, None],
            torch.nn.functional.one_hot(groups, GROUPS).float(),
            blends[:, None],
            parts,
        )

    def select(self, keep: Tensor) -> "Field":
        """Some of the tiles."""
        return Field(**{name: values[keep] for name, values in vars(self).items()})

    def nearest(self, points: Tensor) -> tuple[Tensor, Tensor]:
        """Of ``(t, p, 3)`` points: how far along each part's axis the nearest spot is, and how far from it they are."""
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
        """``(t, p)`` signed distance of ``(t, p, 3)`` points, in mm; a little less than the true one."""
        along, squared = self._axes(points)
        depth = along.mul_(self.growth).add_(self.radii).sub_(squared.clamp_(min=1e-6).sqrt_())
        return _union(depth.div_(self.blends).exp_() @ self.members)

    def surface(self, points: Tensor) -> tuple[Tensor, Tensor]:
        """Normals ``(t, p, 3)`` of ``(t, p, 3)`` points, and ``(t, p, k)`` how deep each part lies over them, mm."""
        along, axis_mm = self.nearest(points)
        depth = self.radii + along * self.growth - axis_mm
        near = (depth / self.blends).exp()
        sums = (near @ self.members).clamp(min=1e-30)
        groups = torch.softmax(_blends(points.device) * sums.log() / GROUP_BLEND_MM, dim=-1)
        weights = near * ((groups / sums) @ self.members.mT)
        pull = weights / axis_mm
        inside = (along > 0) & (along < 1)
        slant = weights * self.growth / self.span_span * inside
        normals = points * pull.sum(-1, keepdim=True) - pull @ self.starts.mT - (pull * along + slant) @ self.spans.mT
        return torch.nn.functional.normalize(normals, dim=-1), depth


def _union(sums: Tensor) -> Tensor:
    """Distance to the nearest group, from each group's sum of ``exp(depth / blend)``."""
    depth = sums.clamp_(min=1e-30).log_().mul_(_blends(sums.device))
    return -GROUP_BLEND_MM * torch.logsumexp(depth / GROUP_BLEND_MM, dim=-1)


def _blends(device: torch.device) -> Tensor:
    return torch.tensor(BLENDS_MM, device=device)
