"""The demo clip: the story's hands before a room, frame by frame, with their exact joints."""

from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..rng import CounterRng
from ..synth.kinematics import pose_hands
from ..synth.light import Lights, sample_lights
from ..synth.render import Hands, render
from ..synth.skin import Looks, sample_looks
from ..synth.views import Views, turn_from
from .animation import PERSON, STORY, Act, hold, person, placement
from .room import Room

FPS = 30
FOCAL = 0.97  # of a webcam, in picture widths
PALM_MM = 62.0  # from the wrist to the middle of the palm
SLEEVE_FROM_MM = 38.0
SHUTTER_S, BLUR_TAPS = 1 / 70, 9
LENS_BLUR = 0.0011  # spread of what is sharp, in picture heights

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Performance:
    """An act, frame by frame: what it takes to render any frame of it.

    Attributes:
        act: what is played.
        frames: which of the clip's.
        angles: ``(n, 23)`` radians.
        views: ``n`` cameras that see a right hand; of a left one's mirror image.
        joints_px: ``(n, 21, 2)`` in the picture, already mirrored for a left hand.
    """

    act: Act
    frames: range
    angles: Tensor
    views: Views
    joints_px: Tensor


def perform(act: Act, *, height: int, width: int) -> Performance:
    """Move the hand through its act."""
    frames = range(round(act.places[0].time_s * FPS), round(act.places[-1].time_s * FPS) + 1)
    times_s = torch.tensor(frames) / FPS
    angles = hold(act, times_s)
    x, y, distance, spin, tilt, roll = placement(act, times_s).unbind(1)
    focal = torch.full_like(x, FOCAL * width)
    ray = torch.stack([(x - 0.5) * width / focal, (y - 0.5) * height / focal, torch.ones_like(x)], dim=1)
    turn = turn_from(spin.deg2rad(), tilt.deg2rad(), roll.deg2rad())
    views = Views(turn, ray * distance[:, None] - PALM_MM * turn[:, :, 1], focal, height, width)
    joints_px = views.project(views.to_camera(pose_hands(person(len(frames)), angles).joints))
    if act.side == "left":
        joints_px[..., 0] = width - joints_px[..., 0]
    return Performance(act, frames, angles, views, joints_px)


@dataclass(frozen=True, eq=False)
class Stage:
    """All that a frame is made of: the room, and who plays in it."""

    room: Room
    performances: tuple[Performance, ...]


@cache
def stage(height: int, width: int) -> Stage:
    """For frames of this size; made once in each process."""
    room = Room(height=height, width=width)
    return Stage(room, tuple(perform(act, height=height, width=width) for act in STORY))


def make_frame(number: int, *, height: int, width: int) -> NDArray[np.uint8]:
    """``(h, w, 3)`` RGB."""
    scene = stage(height, width)
    light = scene.room.at(number / FPS)
    playing = [(part, part.frames.index(number)) for part in scene.performances if number in part.frames]
    # The farther hand first.
    for part, at in sorted(playing, key=lambda one: -float(one[0].views.shift[one[1], 2])):
        light = _over(_hand(part, at), light)
    return _develop(light)


def _looks() -> Looks:
    """Fair skin, clean nails, a plain blue sleeve."""
    looks = sample_looks(CounterRng(PERSON, [0]))
    wanted = {
        "melanin": [0.24],
        "blood": [0.95],
        "shine": [0.4],
        "roughness": [0.85],
        "nails": [[-1.0] * 3],
        "cloth": [[0.045, 0.085, 0.16]],
        "stripes": [0.0],
    }
    return replace(looks, **{name: torch.tensor(value) for name, value in wanted.items()})


def _lights(side: str) -> Lights:
    """Daylight from the window on the left, a warm lamp on the right; seen in a mirror for a left hand."""
    towards = torch.tensor([[[-0.75, -0.70, -0.85], [0.95, -0.05, -0.75]]])
    if side == "left":
        towards[..., 0] *= -1
    return replace(
        sample_lights(CounterRng(PERSON, [0])),
        towards=torch.nn.functional.normalize(towards, dim=-1),
        colours=torch.tensor([[[0.98, 0.96, 0.93], [0.40, 0.28, 0.17]]]),
        sky=torch.tensor([[0.40, 0.42, 0.45]]),
        ground=torch.tensor([[0.26, 0.215, 0.17]]),
        softness=torch.tensor([0.22]),
    )


def _hand(part: Performance, at: int) -> Floats:
    """``(h, w, 4)`` light of the hand alone and its cover, smeared as far as it moves while the shutter is open."""
    views = part.views
    view = Views(views.turn[at, None], views.shift[at, None], views.focal_px[at, None], views.height, views.width)
    with torch.no_grad():
        hands = Hands.posed(person(1), part.angles[at, None], _looks(), torch.tensor([SLEEVE_FROM_MM]))
        layer = render(hands, view, _lights(part.act.side))
        layer = layer.mirrored() if part.act.side == "left" else layer
        hand = torch.cat([layer.colour, layer.cover[..., None]], dim=-1)[0].numpy()
    middles = part.joints_px[max(at - 1, 0) : at + 2].mean(1)
    speed_px = (middles[-1] - middles[0]) / max(1, len(middles) - 1) * FPS
    return _smear(hand, *(speed_px * SHUTTER_S).tolist())


def _smear(hand: Floats, x_px: float, y_px: float) -> Floats:
    """Motion blur along a line."""
    reach = int(max(abs(x_px), abs(y_px)) / 2) + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    for share in np.linspace(-0.5, 0.5, BLUR_TAPS):
        x, y = reach + share * x_px, reach + share * y_px
        for column, row in ((int(x), int(y)), (int(x) + 1, int(y)), (int(x), int(y) + 1), (int(x) + 1, int(y) + 1)):
            weight = max(0.0, 1 - abs(x - column)) * max(0.0, 1 - abs(y - row))
            if weight > 0:
                kernel[row, column] += weight
    return np.asarray(cv2.filter2D(hand, -1, kernel / kernel.sum()), np.float32)


def _over(hand: Floats, behind: Floats) -> Floats:
    return hand[..., :3] + (1 - hand[..., 3:]) * behind


def _develop(light: Floats) -> NDArray[np.uint8]:
    """Linear light to a picture: the lens's softness, a shoulder for what is bright, sRGB's curve."""
    height = len(light)
    light = np.asarray(cv2.GaussianBlur(light, (0, 0), max(LENS_BLUR * height, 0.05)), np.float32)
    light = np.asarray(light.clip(0) * 1.1, np.float32)
    shoulder = light * (1 + light / 2.2) / (1 + light)
    picture = np.where(shoulder < 0.0031308, 12.92 * shoulder, 1.055 * shoulder.clip(1e-6) ** (1 / 2.4) - 0.055)
    return np.asarray((picture * 255).round().clip(0, 255), np.uint8)
