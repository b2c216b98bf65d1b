"""Render the frames of the demo clip: animated hands in front of a room, with their exact joints."""

import math
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..camera.blur import motion_kernels
from ..rng import CounterRng
from ..synth.appearance import Appearance, sample_appearance
from ..synth.kinematics import forward_kinematics
from ..synth.light import Lights, sample_lights
from ..synth.render import Hands, render
from ..synth.views import Views, rotation_from_angles
from .animation import PERSON_INDEX, demo_person, placement_at, pose_at
from .keyframes import ANIMATIONS, HandAnimation
from .room import Room

FPS = 30
FOCAL = 0.97  # of a webcam, in image widths
PALM_MM = 62.0  # from the wrist to the palm's centre
SLEEVE_FROM_MM = 38.0
SHUTTER_S, BLUR_TAPS = 1 / 70, 9
LENS_BLUR = 0.0011  # standard deviation, in image heights

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class HandTrack:
    """The animation of a hand, evaluated frame by frame.

    Attributes:
        animation: that was evaluated.
        frames: of the clip.
        angles: ``(n, 23)`` radians.
        views: ``n`` cameras that see a right hand; for a left one, its mirror image.
        joints_px: ``(n, 21, 2)`` in the image, already mirrored for a left hand.
    """

    animation: HandAnimation
    frames: range
    angles: Tensor
    views: Views
    joints_px: Tensor


@dataclass(frozen=True, eq=False)
class Scene:
    """The room and all hands of the clip."""

    room: Room
    tracks: tuple[HandTrack, ...]


@cache
def demo_scene(height: int, width: int) -> Scene:
    """Build the scene for frames of this size, px; once in each process."""
    tracks = tuple(evaluate_track(animation, height=height, width=width) for animation in ANIMATIONS)
    return Scene(Room(height=height, width=width), tracks)


def evaluate_track(animation: HandAnimation, *, height: int, width: int) -> HandTrack:
    """Evaluate a hand's animation for each frame of ``height`` x ``width`` px that it is in."""
    first, last = animation.keyframes[0], animation.keyframes[-1]
    frames = range(round(first.time_s * FPS), round(last.time_s * FPS) + 1)
    times_s = torch.tensor(frames) / FPS
    angles = pose_at(animation, times_s)
    x, y, distance_mm, yaw, pitch, roll = placement_at(animation, times_s).unbind(1)
    focal_px = torch.full_like(x, FOCAL * width)
    ray = torch.stack([(x - 0.5) * width / focal_px, (y - 0.5) * height / focal_px, torch.ones_like(x)], dim=1)
    rotation = rotation_from_angles(yaw.deg2rad(), pitch.deg2rad(), roll.deg2rad())
    translation = ray * distance_mm[:, None] - PALM_MM * rotation[:, :, 1]
    views = Views(rotation, translation, focal_px, height, width)
    joints_px = views.project(views.to_camera(forward_kinematics(demo_person(len(frames)), angles).joints))
    if animation.side == "left":
        joints_px[..., 0] = width - joints_px[..., 0]
    return HandTrack(animation, frames, angles, views, joints_px)


def render_frame(index: int, *, height: int, width: int) -> NDArray[np.uint8]:
    """Render a frame of the clip, ``(h, w, 3)`` RGB."""
    scene = demo_scene(height, width)
    light = scene.room.render(index / FPS)
    shown = [(track, track.frames.index(index)) for track in scene.tracks if index in track.frames]
    # Back to front.
    for track, row in sorted(shown, key=lambda pair: -float(pair[0].views.translation[pair[1], 2])):
        light = _over(_hand(track, row), light)
    return _tone_mapped(light)


def _appearance() -> Appearance:
    """Return fair skin, bare nails and a plain blue sleeve."""
    random = sample_appearance(CounterRng(PERSON_INDEX, [0]))
    skin = replace(
        random.skin, melanin=torch.tensor([0.24]), blood=torch.tensor([0.95]), roughness=torch.tensor([0.85])
    )
    return replace(
        random,
        skin=skin,
        specular=torch.tensor([0.4]),
        nail_polish=torch.tensor([[-1.0] * 3]),
        sleeve=torch.tensor([[0.045, 0.085, 0.16]]),
        stripes=torch.tensor([0.0]),
    )


def _lights(side: str) -> Lights:
    """Return daylight from the window on the left and a warm lamp on the right; mirrored for a left hand."""
    directions = torch.tensor([[[-0.75, -0.70, -0.85], [0.95, -0.05, -0.75]]])
    if side == "left":
        directions[..., 0] *= -1
    return replace(
        sample_lights(CounterRng(PERSON_INDEX, [0])),
        directions=torch.nn.functional.normalize(directions, dim=-1),
        colours=torch.tensor([[[0.98, 0.96, 0.93], [0.40, 0.28, 0.17]]]),
        sky=torch.tensor([[0.40, 0.42, 0.45]]),
        ground=torch.tensor([[0.26, 0.215, 0.17]]),
        penumbra=torch.tensor([0.22]),
    )


def _hand(track: HandTrack, row: int) -> Floats:
    """Render a hand alone with motion blur: ``(h, w, 4)`` linear RGB premultiplied by alpha, and alpha."""
    views, left = track.views, track.animation.side == "left"
    extrinsics = views.rotation[row, None], views.translation[row, None]
    view = Views(*extrinsics, views.focal_px[row, None], views.height, views.width)
    with torch.no_grad():
        sleeve_from_mm = torch.tensor([SLEEVE_FROM_MM])
        hands = Hands.from_angles(demo_person(1), track.angles[row, None], _appearance(), sleeve_from_mm)
        layer = render(hands, view, _lights(track.animation.side))
        layer = layer.mirrored() if left else layer
        hand = torch.cat([layer.colour, layer.alpha[..., None]], dim=-1)[0].numpy()
    centres = track.joints_px[max(row - 1, 0) : row + 2].mean(1)
    velocity_px = (centres[-1] - centres[0]) / max(1, len(centres) - 1) * FPS  # per second
    return _motion_blurred(hand, *(velocity_px * SHUTTER_S).tolist())


def _motion_blurred(hand: Floats, x_px: float, y_px: float) -> Floats:
    """Blur along the hand's displacement while the shutter is open."""
    reach = int(max(abs(x_px), abs(y_px)) / 2) + 1
    length_px, angle = torch.tensor([math.hypot(x_px, y_px)]), torch.tensor([math.atan2(y_px, x_px)])
    kernel = motion_kernels(length_px, angle, taps=BLUR_TAPS, reach=reach)[0].numpy()
    return np.asarray(cv2.filter2D(hand, -1, kernel), np.float32)


def _over(hand: Floats, background: Floats) -> Floats:
    return hand[..., :3] + (1 - hand[..., 3:]) * background


def _tone_mapped(light: Floats) -> NDArray[np.uint8]:
    """Convert linear light to an sRGB image, with the lens's blur and compressed highlights."""
    height = len(light)
    light = np.asarray(cv2.GaussianBlur(light, (0, 0), max(LENS_BLUR * height, 0.05)), np.float32)
    light = np.asarray(light.clip(0) * 1.1, np.float32)
    compressed = light * (1 + light / 2.2) / (1 + light)
    image = np.where(compressed < 0.0031308, 12.92 * compressed, 1.055 * compressed.clip(1e-6) ** (1 / 2.4) - 0.055)
    return np.asarray((image * 255).round().clip(0, 255), np.uint8)
