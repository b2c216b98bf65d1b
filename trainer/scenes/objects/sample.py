"""Objects in hands, chosen at random."""

from collections.abc import Callable

import numpy as np

from handpose_live.types.hand import Side

from ..body.body import Body
from . import desk, devices, kitchen, play, tools
from .thing import REFLECTION, Grip, Held, HeldObject

# With how often each is chosen.
KINDS: dict[str, tuple[Callable[[np.random.Generator], Held], float]] = {
    "phone": (devices.phone, 4),
    "cup": (kitchen.cup, 3),
    "glass": (kitchen.drinking_glass, 1),
    "bottle": (kitchen.bottle, 2),
    "can": (kitchen.can, 1),
    "cutlery": (kitchen.cutlery, 2),
    "kitchen knife": (kitchen.kitchen_knife, 1),
    "fruit": (kitchen.fruit, 1),
    "biscuit": (kitchen.biscuit, 1),
    "pen": (desk.pen, 4),
    "paper": (desk.paper, 1.5),
    "card": (desk.card, 1.5),
    "book": (desk.book, 1.5),
    "key": (desk.key, 0.5),
    "small thing": (desk.small_thing, 1),
    "cigarette": (desk.cigarette, 0.7),
    "remote": (devices.remote, 1),
    "microphone": (devices.microphone, 1),
    "camera": (devices.camera, 0.7),
    "tablet": (devices.tablet, 0.7),
    "mouse": (devices.mouse, 1),
    "hammer": (tools.hammer, 0.7),
    "screwdriver": (tools.screwdriver, 0.7),
    "drill": (tools.drill, 0.7),
    "scissors": (tools.scissors, 0.7),
    "brush": (tools.brush, 1),
    "torch": (tools.torch, 0.7),
    "stick": (tools.umbrella, 1),
    "ball": (play.sports_ball, 1),
    "racket": (play.racket, 0.7),
    "dumbbell": (play.dumbbell, 0.5),
    "bag": (play.bag, 0.7),
    "bow": (play.bow, 0.5),
    "neck": (play.neck, 0.7),
    "plectrum": (play.plectrum, 0.5),
    "baton": (play.baton, 0.5),
}


def sample_object(rng: np.random.Generator, body: Body, side: Side, kind: str | None = None) -> HeldObject:
    """Return an object in the grip of one hand of a body, of a kind in ``KINDS`` or any."""
    if kind is None:
        shares = np.array([share for _, share in KINDS.values()])
        kind = list(KINDS)[rng.choice(len(KINDS), p=shares / shares.sum())]
    thing, hold = KINDS[kind][0](rng)
    grip = hold(rng, body.hands[side], thing.solids)
    if side == "left":
        thing, grip = thing.moved(REFLECTION), Grip(REFLECTION @ grip.frame @ REFLECTION, grip.angles)
    return HeldObject(thing.joined(), {side: grip})
