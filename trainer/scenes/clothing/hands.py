"""What is worn on hands: gloves, nails, rings, watches, bracelets, plasters."""

from dataclasses import replace

import numpy as np

from handpose_live.types.arrays import Floats
from handpose_live.types.hand import Side

from ..body.pose import SIDES, bone_of
from ..body.rotations import rigid
from ..mesh import Material, Mesh
from ..objects.looks import metal, painted, plastic, screen
from ..objects.shapes import ball, moved, place, ring, rod
from .drape import drape, waves
from .fabric import jitter, linear, sample_colour, sample_fabric
from .piece import Piece, attached, cloth, combined
from .rest import RestBody

# sRGB of rubber gloves: blue, white, black, yellow, green, pink; and of nail varnish beside all others.
RUBBER = ((70, 120, 190), (225, 226, 228), (20, 20, 22), (225, 190, 60), (60, 130, 100), (220, 130, 150))
WRIST = 1.9  # along the arm, where watches are worn; see ``RestBody.arms``
VARNISH = ((180, 15, 30), (225, 120, 140), (25, 20, 25), (240, 225, 215), (110, 20, 60))


def sample_handwear(rng: np.random.Generator, rest: RestBody, under: Floats) -> tuple[list[Piece], Floats]:
    """Sample what is worn on both hands.

    Args:
        rng: source of the choices.
        rest: the body.
        under: ``(v,)`` how far inside the edge of sleeves the skin is, metres.

    Returns:
        The pieces, and ``(v,)`` how far inside the edge of gloves the skin is.
    """
    if rng.uniform() < 0.08:
        return gloves(rng, rest)
    pieces, varnish = [], rng.uniform() < (0.35 if rest.body.shape.sex == "female" else 0.03)
    if varnish:
        pieces += nails(rng, rest)
    for side in SIDES:
        sleeve = bool((under[np.abs(rest.arms[side] - WRIST) < 0.05] > 0).any())
        for share, make in ((0.25, rings), (0.04, plaster), (0.22 if side == "left" else 0.1, watch), (0.15, bracelet)):
            if rng.uniform() < share and not (sleeve and make in {watch, bracelet}):
                pieces += make(rng, rest, side)
    return pieces, np.full(len(rest.vertices), -1, np.float32)


def gloves(rng: np.random.Generator, rest: RestBody) -> tuple[list[Piece], Floats]:
    """Return gloves on both hands: rubber, knitted or leather, some without fingertips."""
    field = (rest.arm - rng.uniform(1.6, 2.0)) * 0.26
    if rng.uniform() < 0.25:
        tips = rest.weight(*(f"finger{finger}-{bone}" for finger in range(1, 6) for bone in (2, 3)))
        field = np.minimum(field, (0.5 - tips) * 0.03)
    if rng.uniform() < 0.5:
        colour = linear(jitter(rng, RUBBER[rng.choice(len(RUBBER), p=[0.35, 0.2, 0.25, 0.1, 0.05, 0.05])]))
        material, ease, rounds = Material(colour=colour, roughness=0.45, specular=0.3), 0.001, 1
    else:
        material, ease, rounds = sample_fabric(rng), rng.uniform(0.0015, 0.003), 1
    thickness = ease * (1 + 0.4 * waves(rng, rest.vertices, 0.03))
    shape = drape(rest, thickness.astype(np.float32), smoothing=rounds, below=field > -0.02)
    return [cloth(rest, field, shape, material, thickness=0.0015, repeats=15)], field.astype(np.float32)


def nails(rng: np.random.Generator, rest: RestBody) -> list[Piece]:
    """Return varnished or long nails on all fingers."""
    colour = jitter(rng, VARNISH[rng.integers(len(VARNISH))]) if rng.uniform() < 0.7 else sample_colour(rng)
    material = Material(colour=linear(colour), roughness=0.15, specular=0.6)
    extra = float(rng.choice([0.0, rng.uniform(0.002, 0.015)]))
    pieces: list[Piece] = []
    for side in SIDES:
        hand = rest.body.hands[side]
        for finger in range(5):
            length, radius = hand.lengths[finger, 2], hand.radii[finger, 2]
            mesh = ball((radius * 0.72, length * 0.22 + extra / 2, radius * 0.28), material, 12)
            at = (0, length * 0.82 + extra / 2, -radius * 0.78)
            bone = bone_of(side, f"finger{finger + 1}-3")
            pieces.append(_on_bone(rest, bone, moved(mesh, place(at, (-0.12, 0, 0))), hand=SIDES.index(side)))
    return [combined(pieces)]


def rings(rng: np.random.Generator, rest: RestBody, side: Side) -> list[Piece]:
    """Return one to three rings."""
    hand, pieces = rest.body.hands[side], []
    for finger in rng.choice(5, rng.integers(1, 4), replace=False, p=[0.05, 0.15, 0.25, 0.45, 0.1]):
        bone, share = (2, 0.3) if finger == 0 else (1, 0.62)
        length = hand.lengths[finger, bone - 1]
        radius, thickness = hand.radii[finger, bone - 1] + 0.0004, rng.uniform(0.0007, 0.002)
        material = _gold(rng)
        at = place((0, length * share, 0), (np.pi / 2, 0, 0))
        pieces.append(
            _on_bone(rest, bone_of(side, f"finger{finger + 1}-{bone}"), moved(ring(radius, thickness, material), at))
        )
        if rng.uniform() < 0.3:
            stone = ball((0.003, 0.003, 0.0025), painted(rng), 8)
            on_top = moved(stone, place((0, length * share, -radius - thickness)))
            pieces.append(_on_bone(rest, bone_of(side, f"finger{finger + 1}-{bone}"), on_top))
    return pieces


def watch(rng: np.random.Generator, rest: RestBody, side: Side) -> list[Piece]:
    """Return a watch."""
    middle, width = WRIST + rng.uniform(-0.04, 0.03), rng.uniform(0.008, 0.014)
    strap = metal(rng) if rng.uniform() < 0.35 else plastic(rng)
    pieces = [_band(rest, side, (middle, width), thickness=0.0025, material=strap)]
    own = rest.vertices[np.abs(rest.arms[side] - middle) < 0.06]
    frame = rest.body.frame(bone_of(side, "wrist"))
    centre = own.mean(0)
    top = centre - frame[:, 2] * (((own - centre) @ -frame[:, 2]).max() + 0.002)
    radius = rng.uniform(0.013, 0.022)
    case, face = (
        rod(radius, -0.004, 0.005, metal(rng), 24),
        rod(radius * 0.88, 0.005, 0.0056, screen(rng, (64, 64)), 24),
    )
    to_rest = rigid(frame @ np.diag([1.0, -1.0, -1.0]), top)
    pieces += [attached(rest, bone_of(side, "lowerarm02"), moved(mesh, to_rest)) for mesh in (case, face)]
    return pieces


def bracelet(rng: np.random.Generator, rest: RestBody, side: Side) -> list[Piece]:
    """Return a bracelet, wristband or bandage."""
    width = float(rng.choice([rng.uniform(0.001, 0.003), rng.uniform(0.008, 0.04)]))
    material = _gold(rng) if width < 0.004 else sample_fabric(rng)
    return [_band(rest, side, (rng.uniform(1.75, 1.98), width), thickness=rng.uniform(0.002, 0.004), material=material)]


def plaster(rng: np.random.Generator, rest: RestBody, side: Side) -> list[Piece]:
    """Return a plaster or bandage around a finger."""
    finger, bone = rng.integers(1, 6), rng.integers(1, 4)
    name = bone_of(side, f"finger{finger}-{bone}")
    along = (rest.vertices - rest.body.head(name)) @ rest.body.frame(name)[:, 1]
    own = rest.weight(*(bone_of(side, f"finger{finger}-{index}") for index in (1, 2, 3)))
    field = np.minimum(rng.uniform(0.005, 0.012) - np.abs(along - 0.015), 0.02 * (own - 0.6)).astype(np.float32)
    material = Material(
        colour=linear(jitter(rng, (205, 160, 125) if rng.uniform() < 0.6 else (235, 232, 228))), roughness=0.9
    )
    shape = drape(rest, np.full(len(field), 0.0008, np.float32), smoothing=0, below=field > 0)
    return [cloth(rest, field, shape, material, thickness=0.0006)]


def _band(rest: RestBody, side: Side, along: tuple[float, float], thickness: float, material: Material) -> Piece:
    """Return a band around an arm: its middle as a coordinate along it, and half of its width in metres."""
    middle, width = along
    field = (width - np.abs(rest.arms[side] - middle) * 0.26).astype(np.float32)
    shape = drape(rest, np.full(len(field), thickness, np.float32), smoothing=2, below=field > -0.02)
    return replace(cloth(rest, field, shape, material, thickness=thickness, repeats=40), hands=None)


def _on_bone(rest: RestBody, bone: str, mesh: Mesh, hand: int | None = None) -> Piece:
    """Return a mesh given in a bone's frame."""
    return attached(rest, bone, moved(mesh, rigid(rest.body.frame(bone), rest.body.head(bone))), hand)


def _gold(rng: np.random.Generator) -> Material:
    silver = np.array([0.7, 0.7, 0.72])
    colour = silver * ([1, 0.75, 0.35] if rng.uniform() < 0.5 else [1, 1, 1])
    return Material(colour=tuple(colour.tolist()), roughness=0.2, specular=1.0)
