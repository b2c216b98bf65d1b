"""Things that two hands hold.

Their frame: the person who holds them looks to -y, z is up, and so the right hand is at negative x.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from handpose_live.types.hand import Side

from ..body.body import Body
from ..body.pose import SIDES
from .devices import rounded
from .holds import InPalm, Pinched, Wrapped
from .looks import painted, plastic, printed, rubber, screen, wood
from .shapes import ball, box, moved, place, plate, ring, rod, sheet
from .solid import Matrix, Solid, box_solid, capsule, frame_of, rod_solid
from .thing import REFLECTION, Grip, HeldObject, Hold, Thing

TO_PALM = (265.0, 275.0)  # spin of handles whose x points to the palm


@dataclass(frozen=True, eq=False)
class Handle:
    """Where and how one hand holds.

    Attributes:
        frame: ``(4, 4)`` from the hold's frame to the object's; a left hand's is given for a right one in a mirror, and
            then :meth:`mirrored`.
        hold: in that frame.
    """

    frame: Matrix
    hold: Hold

    def mirrored(self) -> "Handle":
        """Return what is the same for the other hand on the other side."""
        return replace(self, frame=REFLECTION @ self.frame @ REFLECTION)


TwoHanded = tuple[Thing, Mapping[Side, Handle]]


def steering_wheel(rng: np.random.Generator) -> TwoHanded:
    """Return a steering wheel."""
    radius, thick, turn = rng.uniform(0.17, 0.21), rng.uniform(0.011, 0.016), np.deg2rad(rng.uniform(-25, 55))
    material = rubber(rng) if rng.uniform() < 0.8 else wood(rng)
    upright = place((0, 0, 0), (np.pi / 2, 0, 0))
    spokes = [
        moved(box((2 * radius, 0.012, 0.03), material), place((0, 0, 0), (0, angle, 0))) for angle in (0, np.pi / 2)
    ]
    meshes = [moved(ring(radius, thick, material, 48), upright), ball((0.08, 0.025, 0.07), material), *spokes]
    outwards, tangent = np.array([-np.cos(turn), 0, np.sin(turn)]), np.array([np.sin(turn), 0, np.cos(turn)])
    frame = frame_of(outwards * radius, z=tangent, x=outwards + np.array([0, rng.uniform(0.4, 1.2), 0]))
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    solids = [capsule(_on_circle(radius, a), _on_circle(radius, a + np.pi / 8), thick) for a in angles]
    return Thing("steering wheel", meshes, solids), _both(frame, Wrapped(thick, 0.0, (0, 15), TO_PALM))


def handlebar(rng: np.random.Generator) -> TwoHanded:
    """Return a bar: of a bicycle, a trolley, a gym."""
    radius, half = rng.uniform(0.011, 0.018), rng.uniform(0.12, 0.28)
    along = (0, np.pi / 2, 0)
    bar = moved(rod(radius, -half - 0.1, half + 0.1, painted(rng)), place((0, 0, 0), along))
    covers = [
        moved(rod(radius + 1e-3, -0.06, 0.06, rubber(rng)), place((side * half, 0, 0), along)) for side in (-1, 1)
    ]
    solids = [replace(rod_solid(radius, -half - 0.1, half + 0.1), frame=place((0, 0, 0), along))]
    frame = frame_of([-half, 0, 0], z=[1, 0, 0], x=[0, rng.uniform(0.2, 1), rng.uniform(0.2, 1)])
    return Thing("bar", [bar, *covers], solids), _both(frame, Wrapped(radius, 0.0, (0, 10), TO_PALM))


def game_controller(rng: np.random.Generator) -> TwoHanded:
    """Return a game controller."""
    case, knob = plastic(rng), rubber(rng)
    middle = moved(ball((0.055, 0.032, 0.016), case, 24), place((0, -0.02, 0.008)))
    axis = np.array([0.25, -0.8, 0.35])
    frame = frame_of([-0.058, 0.005, -0.006], z=axis, x=[-1, 0.2, 0])
    solid = rod_solid(0.018, -0.05, 0.04)
    meshes, solids = [middle], [Solid(place((0, -0.02, 0.006)), np.array([0.04, 0.016, 0.002]), 0.014)]
    for side, stick in ((frame, -0.03), (REFLECTION @ frame @ REFLECTION, 0.03)):
        meshes += [
            moved(ball((0.018, 0.018, 0.05), case), side),
            moved(rod(0.007, 0, 0.014, knob), place((stick, -0.012, 0.018))),
        ]
        solids.append(replace(solid, frame=side @ solid.frame))
    return Thing("game controller", meshes, solids), _both(frame, Wrapped(0.018, -0.005, (10, 25), TO_PALM))


def tablet(rng: np.random.Generator) -> TwoHanded:
    """Return a tablet, a phone held sideways, or a picture, before the eyes."""
    width = rng.uniform(0.14, 0.32)
    size = (width, width * rng.uniform(0.48, 0.75), rng.uniform(0.006, 0.012))
    front = moved(
        plate(rounded(size[0] - 0.01, size[1] - 0.01, 0.004), 4e-4, screen(rng, (224, 160))), place((0, 0, size[2] / 2))
    )
    back = plate(rounded(size[0], size[1], 0.01), size[2], plastic(rng))
    upright = np.array([[-1.0, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
    solids = [replace(box_solid(size), frame=upright)]
    return Thing("tablet", [moved(back, upright), moved(front, upright)], solids), _both(
        _edge(size[0] / 2, rng), Pinched(0.0, size[2], (0.9, 1.0))
    )


def newspaper(rng: np.random.Generator) -> TwoHanded:
    """Return an open book, a newspaper, a letter or a photo album."""
    width, height = rng.uniform(0.2, 0.5), rng.uniform(0.15, 0.4)
    page = printed(rng, (256, 192))
    upright = np.array([[0, -1.0, 0, 0], [0, 0, 1, 0], [-1, 0, 0, 0], [0, 0, 0, 1]])
    mesh = sheet((height, width), rng.uniform(-0.6, 0.6), page, 12)
    solids = [Solid(np.eye(4), np.array([width / 2, 0.0, height / 2]), 0.001)]
    return Thing("newspaper", [moved(mesh, upright)], solids), _both(
        _edge(width / 2, rng), Pinched(0.0, 0.001, (0.9, 1.0))
    )


def tray(rng: np.random.Generator) -> TwoHanded:
    """Return a tray or a large plate."""
    size = (rng.uniform(0.25, 0.45), rng.uniform(0.2, 0.3), 0.01)
    mesh = plate(rounded(size[0], size[1], size[1] * rng.uniform(0.05, 0.48)), size[2], painted(rng))
    fingers = [rng.uniform(0.2, 0.9), -0.8, 0]  # below it, the palm up, the thumb over the edge
    frame = frame_of([-size[0] / 2 + 0.03, rng.uniform(0, 0.06), 0], z=[0, 0, 1], x=np.cross(fingers, [0, 0, 1]))
    return Thing("tray", [mesh], [box_solid(size)]), _both(frame, InPalm(size[2], (85, 95)))


def carton(rng: np.random.Generator) -> TwoHanded:
    """Return a box or a large ball between the palms."""
    size = rng.uniform(0.15, 0.4, 3)
    frame = frame_of([-size[0] / 2, 0.0, 0.0], z=[1, 0, 0], x=np.cross([0, -1, rng.uniform(-0.3, 0.5)], [1, 0, 0]))
    if rng.uniform() < 0.35:
        radius = size[0] / 2
        thing = Thing("ball", [ball((radius,) * 3, painted(rng), 32)], [Solid(np.eye(4), np.zeros(3), radius)])
    else:
        thing = Thing(
            "box",
            [box(size.tolist(), printed(rng, (96, 96)) if rng.uniform() < 0.5 else wood(rng))],
            [box_solid(size.tolist())],
        )
    return thing, _both(frame, InPalm(0.0, (80, 100)))


def stick(rng: np.random.Generator) -> TwoHanded:
    """Return a broom, spade, paddle or club."""
    radius, gap = rng.uniform(0.011, 0.018), rng.uniform(0.05, 0.25)
    mesh = rod(radius, -rng.uniform(0.5, 1.0), 0.4, wood(rng) if rng.uniform() < 0.6 else painted(rng))
    head = moved(box((rng.uniform(0.05, 0.3), 0.05, 0.1), painted(rng)), place((0, 0, -0.9)))
    outwards = [-1, rng.uniform(-0.4, 0.4), 0]
    hold = Wrapped(radius, 0.0, (0, 30), TO_PALM)
    handles: dict[Side, Handle] = {
        "right": Handle(frame_of([0, 0, gap], z=[0, 0, 1], x=outwards), hold),
        "left": Handle(frame_of([0, 0, -gap], z=[0, 0, 1], x=outwards), hold).mirrored(),
    }
    return Thing("broom", [mesh, head], [rod_solid(radius, -0.6, 0.4)]), handles


def guitar(rng: np.random.Generator) -> TwoHanded:
    """Return a guitar: the left hand on its neck, the right one at the strings."""
    radius, reach, wooden = rng.uniform(0.017, 0.022), rng.uniform(0.18, 0.4), wood(rng)
    along = (0, np.pi / 2, 0)
    neck = moved(rod(radius, 0.1, 0.68, wooden), place((0, 0, 0), along))
    board = moved(box((0.58, 0.004, 0.045), rubber(rng)), place((0.38, -radius, 0)))
    body = [
        moved(ball((0.2, 0.045, 0.17), wooden, 32), place((-0.12, 0, 0))),
        moved(ball((0.14, 0.045, 0.13), wooden, 32), place((0.1, 0, 0))),
    ]
    head = moved(box((0.14, 0.02, 0.07), wooden), place((0.74, 0, 0)))
    solids = [replace(rod_solid(radius, 0.1, 0.68), frame=place((0.39, 0, 0), along))]
    solids.append(Solid(place((-0.1, 0, 0)), np.array([0.15, 0.02, 0.1]), 0.025))
    fingers = [0.9, 0, rng.uniform(-0.6, 0)]
    strings = frame_of([rng.uniform(-0.15, 0.05), -0.05, 0.02], z=[0, 1, 0], x=np.cross(fingers, [0, 1, 0]))
    handles: dict[Side, Handle] = {
        "left": Handle(
            frame_of([-reach, 0, 0], z=[-1, 0, 0], x=[0, -0.4, -0.9]), Wrapped(radius, 0.0, (0, 20), TO_PALM)
        ).mirrored(),
        "right": Handle(strings, InPalm(0.0, (80, 100))),
    }
    return Thing("guitar", [neck, board, *body, head], solids), handles


TWO_HANDED: dict[str, Callable[[np.random.Generator], TwoHanded]] = {
    "steering wheel": steering_wheel,
    "bar": handlebar,
    "game controller": game_controller,
    "tablet": tablet,
    "newspaper": newspaper,
    "tray": tray,
    "carton": carton,
    "broom": stick,
    "guitar": guitar,
}


def sample_two_handed(rng: np.random.Generator, body: Body, kind: str | None = None) -> HeldObject:
    """Return an object in the grip of both hands of a body, of a kind in ``TWO_HANDED`` or any."""
    thing, handles = TWO_HANDED[kind or str(rng.choice(list(TWO_HANDED)))](rng)
    return HeldObject(thing.joined(), {side: _grip(rng, body, side, thing.solids, handles[side]) for side in SIDES})


def _grip(rng: np.random.Generator, body: Body, side: Side, solids: list[Solid], handle: Handle) -> Grip:
    """Return a hand's grip; a left hand's is that of a right one in a mirror."""
    if side == "left":
        handle = handle.mirrored()
        solids = [replace(solid, frame=REFLECTION @ solid.frame @ REFLECTION) for solid in solids]
    to_hold = np.linalg.inv(handle.frame)
    grip = handle.hold(rng, body.hands[side], [replace(solid, frame=to_hold @ solid.frame) for solid in solids])
    frame = grip.frame @ to_hold
    return replace(grip, frame=REFLECTION @ frame @ REFLECTION if side == "left" else frame)


def _both(right: Matrix, hold: Hold) -> Mapping[Side, Handle]:
    handle = Handle(right, hold)
    return {"right": handle, "left": handle.mirrored()}


def _edge(half: float, rng: np.random.Generator) -> Matrix:
    """Return where the right hand takes the edge of an upright sheet: thumb in front, fingers behind."""
    return frame_of([-half + 0.01, 0.0, rng.uniform(-0.04, 0.02)], z=[0, -1, 0], x=[0, 0, -1])


def _on_circle(radius: float, angle: float) -> Matrix:
    return np.array([np.cos(angle), 0.0, np.sin(angle)]) * radius
