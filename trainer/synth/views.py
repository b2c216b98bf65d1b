"""Where the camera stands.

The camera's frame: x right, y down, z forward, mm. A hand seen palm first with its fingers up has the
camera's x, minus y and minus z for its own axes.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ..rng import CounterRng
from .kinematics import about_x, about_y, about_z

# Which side of the hand is seen: how far it is turned about its length, from the palm.
SPINS_DEG = {"palm": 0.0, "back": 180.0, "thumb side": -90.0, "little finger side": 90.0}

SMALLEST_BOX_MM = 130.0
LARGEST_AWAY = 0.75  # sine of the angle at which fingers may point away from the camera


@dataclass(frozen=True, eq=False)
class Views:
    """``n`` cameras, each with a hand in front of it.

    Attributes:
        turn: ``(n, 3, 3)`` hand frame to camera frame.
        shift: ``(n, 3)`` where the wrist is, mm.
        focal_px: ``(n,)``.
        height, width: of the picture, px; the camera looks through its middle.
    """

    turn: Tensor
    shift: Tensor
    focal_px: Tensor
    height: int
    width: int

    def to_camera(self, points: Tensor) -> Tensor:
        """``(n, k, 3)`` from the hand's frame."""
        return points @ self.turn.mT + self.shift[:, None]

    def project(self, points: Tensor) -> Tensor:
        """``(n, k, 2)`` picture px of ``(n, k, 3)`` in the camera's frame."""
        return points[..., :2] / points[..., 2:] * self.focal_px[:, None, None] + self.middle_px(points.device)

    def middle_px(self, device: torch.device) -> Tensor:
        """``(2,)``."""
        return torch.tensor([self.width / 2, self.height / 2], device=device)

    def matrices(self) -> Tensor:
        """``(n, 3, 3)`` the cameras' matrices ``K``."""
        matrices = torch.zeros(len(self.turn), 3, 3, device=self.turn.device)
        matrices[:, 0, 0] = matrices[:, 1, 1] = self.focal_px
        matrices[:, :2, 2] = self.middle_px(self.turn.device)
        matrices[:, 2, 2] = 1
        return matrices


def sample_turns(dice: CounterRng, side: str | None = None) -> Tensor:
    """``(n, 3, 3)`` hand to camera: any rotation, ordinary ones, and a person's view of the own hand.

    Args:
        dice: of the ``n`` pictures.
        side: the only side of the hand to show, from ``SPINS_DEG``, within ordinary tilts.
    """
    ordinary, own = _ordinary_turns(dice, side), _own_turns(dice)
    anyhow = _any_turns(dice)
    hidden = anyhow[:, 2, 1] > LARGEST_AWAY  # behind its own forearm
    anyhow = torch.where(hidden[:, None, None], ordinary, anyhow)
    kind = dice.pick([0.25, 0.25, 0.5])  # of ordinary views, real pictures are many; of own ones, few
    if side is not None:
        kind = torch.ones_like(kind)
    return torch.stack([anyhow, ordinary, own])[kind, torch.arange(len(dice), device=dice.device)]


def turn_from(spin: Tensor, tilt: Tensor, roll: Tensor) -> Tensor:
    """``(n, 3, 3)`` hand to camera.

    Args:
        spin: ``(n,)`` about the hand's length, 0 for the palm in view.
        tilt: ``(n,)`` fingertips towards the camera.
        roll: ``(n,)`` clockwise in the picture.
    """
    facing = torch.diag(torch.tensor([1.0, -1.0, -1.0], device=spin.device))
    return about_z(roll) @ about_x(tilt) @ facing @ about_y(spin)


def place(points: Tensor, turn: Tensor, focal_px: Tensor, centre_px: Tensor, side_px: Tensor) -> Tensor:
    """``(n, 3)`` shifts that put the points' box where it is wanted in the picture.

    Args:
        points: ``(n, k, 3)`` in the hand's frame.
        turn: ``(n, 3, 3)``.
        focal_px: ``(n,)``.
        centre_px: ``(n, 2)`` of the box, from the middle of the picture.
        side_px: ``(n,)`` the box's longer side; a hand whose box is under 130 mm is no nearer than one of 130 mm.
    """
    turned = points @ turn.mT
    low, high = turned.amin(1), turned.amax(1)
    extent = (high - low)[:, :2].amax(1)
    side_px = side_px * (extent / SMALLEST_BOX_MM).clamp(max=1)
    depth = focal_px * extent / side_px
    shift = -(low + high) / 2
    shift[:, 2] += depth
    for _ in range(4):  # perspective moves and scales the box a little; this converges fast
        seen = turned + shift[:, None]
        flat = seen[..., :2] / seen[..., 2:] * focal_px[:, None, None]
        low, high = flat.amin(1), flat.amax(1)
        shift[:, :2] += (centre_px - (low + high) / 2) * (shift[:, 2] / focal_px)[:, None]
        shift[:, 2] *= (high - low).amax(1) / side_px
    return shift


def _any_turns(dice: CounterRng) -> Tensor:
    """Evenly over all rotations (K. Shoemake, "Uniform random rotations", Graphics Gems III, 1992)."""
    share, first, second = dice.uniform(0, 1), dice.uniform(0, 2 * math.pi), dice.uniform(0, 2 * math.pi)
    a, b = (1 - share).sqrt(), share.sqrt()
    x, y, z, w = a * first.sin(), a * first.cos(), b * second.sin(), b * second.cos()
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return torch.stack([torch.stack(row, dim=-1) for row in rows], dim=-2)


def _ordinary_turns(dice: CounterRng, side: str | None) -> Tensor:
    """A raised hand in front of a webcam, mostly upright."""
    spins = torch.tensor(list(SPINS_DEG.values()), device=dice.device)
    spin = spins[dice.pick([0.45, 0.3, 0.15, 0.1])]
    if side is not None:
        spin = torch.full_like(spin, SPINS_DEG[side])
    angles = [spin + dice.normal(18, 1)[:, 0], dice.normal(18, 1)[:, 0], dice.normal(30, 1)[:, 0]]
    return turn_from(*(angle.deg2rad() for angle in angles))


def _own_turns(dice: CounterRng) -> Tensor:
    """From the person's own eyes: the arm comes from below, back or thumb side first, fingers away."""
    angles = [dice.uniform(-190, -60), dice.uniform(-50, 5), dice.normal(35, 1)[:, 0]]
    return turn_from(*(angle.deg2rad() for angle in angles))
