"""Shirts, jackets, trousers: which part of the body each covers, and how tightly."""

from dataclasses import dataclass, replace

import numpy as np

from handpose_live.types.arrays import Floats

from ..mesh import Material
from .drape import drape, folds
from .piece import Piece, cloth
from .rest import RestBody, smoothed

# Metres for one unit of a coordinate along a limb: fields are about distances to the edge of the cloth.
ARM_M, LEG_M, TORSO_M = 0.26, 0.4, 0.5
# Where sleeves end: none, short, to the middle of the forearm, long, over the hand; see ``Surface.arms``.
SLEEVES = ((-0.1, 0.15), (0.3, 0.9), (1.0, 1.7), (1.75, 2.1), (2.1, 2.4))
SLEEVE_SHARES = (0.08, 0.36, 0.16, 0.35, 0.05)
HIDDEN_M = 0.04  # what lies this far inside the edge of a garment over it cannot be seen


@dataclass(frozen=True, eq=False)
class Garment:
    """Cloth to be cut and sewn.

    Attributes:
        field: ``(v,)`` about the distance of the body's vertices from the cloth's edge, metres; positive below the
            cloth.
        ease: ``(v,)`` least distance from what is below, metres.
        looseness: 0 (tight) to 1 (wide).
    """

    field: Floats
    ease: Floats
    looseness: float


def sleeves(rest: RestBody, end: float) -> Floats:
    """Return the field of sleeves that end at a coordinate along the arm, and leave the thumbs free."""
    field = (end - rest.arm) * ARM_M
    return np.asarray(np.minimum(field, np.where(rest.arm > 2, 0.3 - rest.thumbs, 1)), np.float32)


def neckline(rest: RestBody, *, height: float, width: float, depth: float = 0.0) -> Floats:
    """Return the field of a neckline.

    Args:
        rest: the body.
        height: of the collar above the base of the neck, metres.
        width: of the opening around the neck, metres.
        depth: of a V below the collar, metres.
    """
    offset = rest.vertices - rest.body.head("neck01")
    horizontal = np.hypot(offset[:, 0], offset[:, 1] * 1.1)
    neck = np.quantile(horizontal[rest.weight("neck") > 0.5], 0.8)
    below = np.float32(height) - offset @ np.array([0, -0.45, 0.9], np.float32)
    # Collars are close to the skin, which is hidden sooner than under wide edges.
    edges = [2.5 * np.maximum(below, horizontal - neck - width), 0.3 * (0.5 - rest.weight("head", "eye"))]
    if depth:
        edges.append(np.where(offset[:, 1] < 0, np.abs(offset[:, 0]) * 1.6 - offset[:, 2] - depth, 1))
    return np.asarray(np.minimum.reduce(edges), np.float32)


def sample_top(rng: np.random.Generator, rest: RestBody) -> Garment:
    """Return a shirt, T-shirt, pullover or top."""
    low, high = SLEEVES[rng.choice(len(SLEEVES), p=SLEEVE_SHARES)]
    collar, looseness = rng.uniform(), float(rng.uniform(0.05, 1))
    if collar < 0.15:
        neck = neckline(rest, height=rng.uniform(0.03, 0.07), width=0.2)
    else:
        depth = rng.uniform(0.04, 0.14) if collar < 0.45 else 0.0
        neck = neckline(rest, height=rng.uniform(-0.01, 0.02), width=rng.uniform(0.005, 0.045), depth=depth)
    end = rng.uniform(low, high)
    bottom = (rest.torso - rng.uniform(-0.07, 0.06)) * TORSO_M
    return Garment(
        np.minimum.reduce([sleeves(rest, end), neck, bottom]), sleeve_ease(rng, rest, end, looseness), looseness
    )


def sample_jacket(rng: np.random.Generator, rest: RestBody) -> Garment:
    """Return a jacket, cardigan or coat to wear over a top, open or closed."""
    opening = rng.uniform(0.01, 0.08) if rng.uniform() < 0.6 else -1.0
    offset, end, looseness = (
        rest.vertices - rest.body.head("spine03"),
        rng.uniform(1.75, 2.3),
        float(rng.uniform(0.4, 1)),
    )
    front = np.where(offset[:, 1] < 0, np.abs(offset[:, 0]) - opening, 1)
    depth = 0.0 if opening < 0 else rng.uniform(0.05, 0.2)
    neck = neckline(rest, height=rng.uniform(0.01, 0.05), width=rng.uniform(0.01, 0.03), depth=depth)
    edges = [sleeves(rest, end), neck, (rest.torso - rng.uniform(-0.08, 0.0)) * TORSO_M, front]
    return Garment(np.minimum.reduce(edges).astype(np.float32), sleeve_ease(rng, rest, end, looseness), looseness)


def sample_vest(rng: np.random.Generator, rest: RestBody) -> Garment:
    """Return a vest over everything, as on building sites, or an apron's bib."""
    neck = neckline(rest, height=0.0, width=rng.uniform(0.02, 0.05), depth=rng.uniform(0.05, 0.15))
    edges = [sleeves(rest, rng.uniform(-0.15, 0.0)), neck, (rest.torso - rng.uniform(-0.05, 0.1)) * TORSO_M]
    if rng.uniform() < 0.4:
        offset = rest.vertices - rest.body.head("spine03")
        edges += [rng.uniform(0.1, 0.16) - np.abs(offset[:, 0]), 0.03 - offset[:, 1], (0.85 - rest.torso) * TORSO_M]
    ease = 0.006 + rng.uniform(0, 1) * rest.hang
    return Garment(np.minimum.reduce(edges).astype(np.float32), ease.astype(np.float32), float(rng.uniform(0.3, 0.8)))


def sample_neckwear(rng: np.random.Generator, rest: RestBody) -> Garment:
    """Return a scarf around the neck or a tie."""
    offset = rest.vertices - rest.body.head("neck01")
    if rng.uniform() < 0.5:
        tilted = offset @ np.array([0, -0.45, 0.9])
        edges = [
            rng.uniform(0.03, 0.06) - np.abs(tilted - 0.01),
            0.3 * (0.5 - rest.weight("head", "eye")),
            0.14 - np.abs(offset[:, 0]),
        ]
        return Garment(
            np.minimum.reduce(edges).astype(np.float32), np.full(len(offset), rng.uniform(0.012, 0.03), np.float32), 0.5
        )
    width = rng.uniform(0.015, 0.035) * np.interp(offset[:, 2], [-0.4, -0.1, 0], [1.2, 0.8, 0.6])
    edges = [
        width - np.abs(offset[:, 0]),
        -0.02 - offset[:, 1],
        0.02 - offset[:, 2],
        offset[:, 2] + rng.uniform(0.25, 0.4),
    ]
    return Garment(np.minimum.reduce(edges).astype(np.float32), np.full(len(offset), 0.004, np.float32), 0.3)


def sample_trousers(rng: np.random.Generator, rest: RestBody) -> Garment:
    """Return trousers, shorts or leggings."""
    end = rng.uniform(0.3, 0.9) if rng.uniform() < 0.25 else rng.uniform(1.8, 2.05)
    edges = [(end - rest.leg) * LEG_M, (rng.uniform(0.08, 0.2) - rest.torso) * TORSO_M]
    looseness = float(rng.uniform(0, 0.6))
    ease = 0.004 + looseness * rng.uniform(0, 0.04) * np.clip(rest.leg / 2, 0, 1)
    return Garment(np.minimum.reduce(edges), ease.astype(np.float32), looseness)


def sleeve_ease(rng: np.random.Generator, rest: RestBody, end: float, looseness: float) -> Floats:
    """Return how far a top is from the skin: it hangs from the chest, sleeves are wide or end in cuffs."""
    ease = 0.004 + looseness * (rng.uniform(0, 1) * rest.hang + rng.uniform(0, 0.025) * np.clip(rest.arm, 0, 2))
    if rng.uniform() < 0.4:
        ease = np.where(rest.arm > end - rng.uniform(0.1, 0.3), 0.003, ease)
    return np.asarray(ease, np.float32)


def sew(
    rng: np.random.Generator, rest: RestBody, garment: Garment, material: Material, *, worn: Floats, hidden: Floats
) -> tuple[Piece, Floats]:
    """Cut cloth to a garment's field and lay it over the body at rest, with folds.

    Args:
        rng: source of the folds.
        rest: the body.
        garment: to be sewn.
        material: of the cloth.
        worn: ``(v,)`` thickness of what is worn below it, metres.
        hidden: ``(v,)`` how far inside the edge of what is worn over it, metres; the cloth ends where that is deep.

    Returns:
        The cloth, and the thickness of all that is worn now.
    """
    wrinkles = folds(rng, rest.vertices, rng.uniform(0.07, 0.2))
    ease = smoothed(garment.ease + worn, 2, garment.field > -0.1)
    ease = np.maximum(ease + 0.012 * garment.looseness * wrinkles, worn + 0.003)
    shape = drape(rest, ease, smoothing=int(5 + 10 * garment.looseness), below=garment.field > -0.1)
    field = np.minimum(garment.field, HIDDEN_M - hidden)
    piece = cloth(rest, field, shape, material, thickness=rng.uniform(0.0015, 0.004), repeats=rng.uniform(6, 25))
    return replace(piece, hands=None), np.where(garment.field > -0.05, shape.clearance, worn)
