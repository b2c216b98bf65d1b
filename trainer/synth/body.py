"""Flesh around the bones: tapered capsules, blended in groups.

Each part is the set of points within a radius of a segment, the radius growing or shrinking along it.
Parts of one group melt into each other; groups only touch: fingers side by side stay apart, and a
bent finger's tip does not sink into the palm.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from .collision import FLESH_MM
from .kinematics import FOREARM_BONE, PALM_BONE, Skeleton
from .people import People

PALM, CLOTH, THING = 0, 6, 7  # groups; 1..5 are the fingers from the thumb on
BLENDS_MM = (3.8, 1.8, 1.5, 1.5, 1.5, 1.5, 3.0, 1.0)
GROUPS = len(BLENDS_MM)
THING_BONE = PALM_BONE  # things are painted without a bone's frame


@dataclass(frozen=True, eq=False)
class Body:
    """``n`` bodies of ``k`` parts in one frame, mm.

    Attributes:
        starts, ends: ``(n, k, 3)``.
        radii: ``(n, k, 2)`` at the two ends; far below zero where a body lacks the part.
        groups: ``(k,)``; bones: ``(k,)`` the bone each part belongs to.
        casts: how many of the parts, from the first on, cast shadows; the others lie within or on those.
    """

    starts: Tensor
    ends: Tensor
    radii: Tensor
    groups: Tensor
    bones: Tensor
    casts: int

    def moved(self, turn: Tensor, shift: Tensor) -> "Body":
        """In another frame, by ``(n, 3, 3)`` and ``(n, 3)``."""
        starts, ends = (ends @ turn.mT + shift[:, None] for ends in (self.starts, self.ends))
        return Body(starts, ends, self.radii, self.groups, self.bones, self.casts)


class _Parts:
    """Collects parts given in their bones' frames."""

    def __init__(self, skeleton: Skeleton) -> None:
        self._skeleton = skeleton
        self.rows: list[tuple[Tensor, Tensor, Tensor, int, int]] = []

    def add(self, group: int, bone: int, start: Tensor, end: Tensor, radii: Tensor) -> None:
        """``(n, 3)`` ends in the bone's frame and ``(n, 2)`` radii."""
        self.rows.append((self.place(bone, start), self.place(bone, end), radii, group, bone))

    def place(self, bone: int, point: Tensor) -> Tensor:
        """``(n, 3)`` from a bone's frame to the hand's."""
        turned: Tensor = (self._skeleton.turns[:, bone] @ point[..., None])[..., 0]
        return turned + self._skeleton.origins[:, bone]

    def web(self, start: Tensor, end: Tensor, radii: Tensor, bone: int) -> None:
        """Like ``add`` for the palm, with ends in the hand's frame already."""
        self.rows.append((start, end, radii, PALM, bone))

    def body(self, casts: int) -> Body:
        """All of them together."""
        starts, ends, radii, groups, bones = zip(*self.rows, strict=True)
        device = starts[0].device
        return Body(
            torch.stack(starts, 1),
            torch.stack(ends, 1),
            torch.stack(radii, 1),
            torch.tensor(groups, device=device),
            torch.tensor(bones, device=device),
            casts,
        )


def build_body(people: People, skeleton: Skeleton, sleeve_from_mm: Tensor) -> Body:
    """The hands' bodies in the hand's frame.

    Args:
        people: ``n`` of them.
        skeleton: their posed hands.
        sleeve_from_mm: ``(n,)`` how far below the wrist a sleeve begins; beyond 200 there is none.
    """
    parts = _Parts(skeleton)
    for finger in range(5):
        _finger(parts, people, finger)
    _palm(parts, people)
    _forearm(parts, people, sleeve_from_mm)
    casts = len(parts.rows)
    for finger in range(5):
        _pads(parts, people, finger)
    _tendons(parts, people)
    return parts.body(casts)


def _at(scale: Tensor, *offset: float) -> Tensor:
    """``(n, 3)`` (or ``(n, 2)`` radii) that grow with the hand."""
    return torch.tensor(offset, device=scale.device) * scale


def _along(people: People, finger: int, bone: int, share: float, *, up: float = 0.0) -> Tensor:
    """``(n, 3)``: a share of the way along a bone, raised out of its palm side by mm of the mean hand."""
    point = _at(people.girth, 0.0, 0.0, up)
    point[:, 1] = people.bones[:, finger, bone] * share
    return point


def _finger(parts: _Parts, people: People, finger: int) -> None:
    """Three bones' flesh, and the web that ties the first to the palm."""
    flesh = FLESH_MM[finger]
    for bone in range(3):
        end = _along(people, finger, bone, 1)
        radii = _at(people.girth, flesh[bone] - 1.1, flesh[bone + 1] - 1.1)
        if bone == 2:
            # The label's tip is 1 mm under the skin where the finger ends.
            end[:, 1] -= radii[:, 1] - 0.2
        parts.add(finger + 1, 3 * finger + bone, _along(people, finger, bone, 0), end, radii)
    if finger:
        start, end = _along(people, finger, 0, 0), _along(people, finger, 0, 0.42, up=1)
        parts.add(PALM, 3 * finger, start, end, _at(people.girth, flesh[0] - 1.8, flesh[0] - 3.2))


def _palm(parts: _Parts, people: People) -> None:
    size = people.size

    def palm(start: Tensor, end: Tensor, *radii: float) -> None:
        parts.add(PALM, PALM_BONE, start, end, _at(people.girth, *radii))

    up = _at(size, 0.0, 0.0, 1.0)
    roots, carpus = people.roots, people.carpus
    for finger in (1, 2, 3, 4):
        thin = 0.8 * (finger == 4)
        palm(carpus[:, finger] + 1 * up, roots[:, finger] - 1 * up, 10.4 - thin, 9.3 - thin)
    # The pads below the fingers, the two balls of the palm and the heel between them.
    palm(roots[:, 1] + _at(size, -2.0, -9.0, 5.5), roots[:, 2] + _at(size, -2.0, -10.0, 6.5), 7.2, 7.4)
    palm(roots[:, 3] + _at(size, 2.0, -10.0, 6.0), roots[:, 4] + _at(size, 2.0, -10.0, 4.5), 7.4, 7.2)
    palm(_at(size, -17.0, 19.0, 8.0), roots[:, 4] + _at(size, 0.0, -20.0, 4.5), 10.5, 8.0)
    palm(_at(size, 10.5, 2.0, 0.5), _at(size, 12.0, 26.0, 5.0), 13.8, 11.0)
    palm(_at(size, -10.5, 2.0, 0.5), _at(size, -14.0, 24.0, 4.0), 13.8, 10.5)
    # The ball of the thumb moves with it, and the web to the index finger stretches between the two.
    thumb = parts.place(0, _along(people, 0, 0, 0.8, up=1.5))
    parts.web(_at(size, 14.0, 21.0, 9.0), thumb, _at(people.girth, 13.0, 8.5), 0)
    for share, radius in ((0.30, 7.0), (0.55, 5.0)):
        thumb = parts.place(0, _along(people, 0, 0, share + 0.3))
        index = roots[:, 1] + (0.95 - share) * (carpus[:, 1] - roots[:, 1]) + 2 * up
        parts.web(index, thumb, _at(people.girth, radius, radius), PALM_BONE)


def _forearm(parts: _Parts, people: People, sleeve_from_mm: Tensor) -> None:
    """Two bones' flesh side by side, and cloth around them."""
    size, girth = people.size, people.girth
    for side in (-1.0, 1.0):
        wrist, elbow = _at(size, 10.5 * side, 12.0, 1.0), _at(size, 16.5 * side, -230.0, 0.0)
        parts.add(PALM, FOREARM_BONE, wrist, elbow, _at(girth, 13.5, 26.0))
    dressed = (sleeve_from_mm < 200)[:, None]
    for side in (-1.0, 1.0):
        cuff, elbow = _at(size, 12.5 * side, 0.0, 0.0), _at(size, 17.0 * side, -260.0, 0.0)
        cuff[:, 1] = -sleeve_from_mm
        radii = torch.where(dressed, _at(girth, 21.5, 36.0), -1e3)
        parts.add(CLOTH, FOREARM_BONE, cuff, elbow, radii)


def _pads(parts: _Parts, people: People, finger: int) -> None:
    """Flesh on the palm side of each bone, knuckles on the back."""
    flesh = FLESH_MM[finger]
    for bone in range(3):
        if finger == 0 and bone == 0:
            continue
        radius = (flesh[bone] + flesh[bone + 1]) / 2 - (2.0 if bone < 2 else 3.0)
        start = _along(people, finger, bone, 0.3 if bone else 0.5, up=1.7)
        end = _along(people, finger, bone, 0.74 if bone < 2 else 0.66, up=1.7)
        parts.add(finger + 1, 3 * finger + bone, start, end, _at(people.girth, radius, radius))
    for bone in (1, 2):
        knob = flesh[bone] - 2.6
        start, end = _along(people, finger, bone, 0, up=-1.5), _along(people, finger, bone, 0.06, up=-1.5)
        parts.add(finger + 1, 3 * finger + bone, start, end, _at(people.girth, knob, knob))
    if finger:
        # The head of the metacarpal bone stands out, most of all over a bent finger.
        knuckle = people.roots[:, finger] + _at(people.girth, 0.0, 0.0, -4.2)
        parts.add(PALM, PALM_BONE, knuckle, knuckle, _at(people.girth, 7.0, 7.0))


def _tendons(parts: _Parts, people: People) -> None:
    """On the back of the hand, from the wrist to the knuckles."""
    for finger in (1, 2, 3, 4):
        wrist = _at(people.size, 5.0 - 3.0 * finger, 14.0, -7.0)
        knuckle = people.roots[:, finger] + _at(people.girth, 0.0, -4.0, -8.8)
        parts.add(PALM, PALM_BONE, wrist, knuckle, _at(people.girth, 1.5, 1.2))
