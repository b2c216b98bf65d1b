"""From the script to the pose of a body in each frame."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from handpose_live.types.hand import Side

from ..scenes.actors import Actor, pose_actor
from ..scenes.body.collision import resolve_self_collisions
from ..scenes.body.gestures import ANGLES_PER_FINGER, THUMB_OFFSET, TOUCHED_BONES, gesture_angles
from ..scenes.body.hand_shape import HandShape
from ..scenes.body.pose import BodyPose
from ..scenes.body.rotations import Matrix, rotation_x, rotation_y, rotation_z
from ..scenes.film import average_neighbours, smooth
from ..scenes.situations.hand_targets import HandTarget, reachable, target
from ..scenes.situations.landmarks import SIDES, Landmarks
from ..scenes.situations.moving import Key, at_time
from ..scenes.situations.stances import NECK, SPINE
from ..scenes.video import FPS
from .script import Beat, Shown, duration_s

SWAY_M, SWAY_RAD = 0.003, 0.02  # of hands and head that are held
# Thumbs are lifted off fingers that move, from some frames before until some frames after.
MOVING_RAD, LIFTED_FRAMES = 0.08, 3


def animate(actor: Actor, beats: Sequence[Beat]) -> list[BodyPose]:
    """Return the pose in each frame of a person who sits and shows hands."""
    keys = list(_keys(actor, beats))
    times_s = np.arange(round(duration_s(beats) * FPS)) / FPS
    moments = [at_time(keys, time_s) for time_s in times_s]
    hands = actor.person.body.hands
    fingers = {side: _finger_motion(np.array([each.fingers[side] for each in moments]), hands[side]) for side in SIDES}
    poses = []
    for frame, (time_s, moment) in enumerate(zip(times_s, moments, strict=True)):
        swaying = replace(actor, stance=actor.stance.turned(upright(time_s)))
        arms = {side: _swaying(moment.arms[side], time_s + 10 * phase) for phase, side in enumerate(SIDES)}
        poses.append(pose_actor(swaying, arms, {side: fingers[side][frame] for side in SIDES}).pose)
    return smooth(poses)


def upright(time_s: float) -> dict[str, Matrix]:
    """Return the rotations of spine and neck of someone who sits upright, at a time."""
    nod, turn, tilt = SWAY_RAD * np.sin(np.array([0.9, 0.63, 0.77]) * time_s + (0.3, 2.0, 4.0))
    head = rotation_z(turn) @ rotation_x(nod) @ rotation_y(tilt)
    return dict.fromkeys(SPINE, rotation_x(nod / 3)) | dict.fromkeys(NECK, head)


def _keys(actor: Actor, beats: Sequence[Beat]) -> Iterator[Key]:
    time_s = 0.0
    for beat in beats:
        shown: dict[Side, Shown] = {"left": beat.left, "right": beat.right}
        arms = {side: _target(actor.landmarks, side, shown[side]) for side in SIDES}
        fingers = {side: _angles(actor.person.body.hands[side], shown[side].pose) for side in SIDES}
        for seconds in (beat.move_s, beat.hold_s):
            time_s += seconds
            yield Key(time_s, arms, fingers)


def _target(person: Landmarks, side: Side, shown: Shown) -> HandTarget:
    wrist = reachable(person, side, person.point(person.shoulders[side], side, *shown.place))
    return target(wrist, person.direction(side, *shown.fingers), person.direction(side, *shown.palm))


def _angles(hand: HandShape, pose: str) -> Matrix:
    return resolve_self_collisions(hand, gesture_angles(pose), TOUCHED_BONES.get(pose))


def _finger_motion(wanted: Matrix, hand: HandShape) -> Matrix:
    """Let fingers move one after another, and the thumb lie on them only while they rest.

    Args:
        wanted: ``(n, 21)`` angles in frames, radians.
        hand: the size of the hand.
    """
    frames = np.arange(len(wanted))
    angles = wanted.copy()
    for finger in range(1, 4):
        columns = slice(ANGLES_PER_FINGER * finger, ANGLES_PER_FINGER * (finger + 1))
        angles[:, columns] = wanted[np.maximum(frames - finger, 0), columns]
    speed = np.abs(np.gradient(angles[:, :THUMB_OFFSET], axis=0)).max(axis=1)
    around = np.clip(frames[:, None] + np.arange(-LIFTED_FRAMES, LIFTED_FRAMES + 1), 0, len(frames) - 1)
    lifted = average_neighbours(np.minimum(speed[around].max(axis=1, keepdims=True) / MOVING_RAD, 1))
    thumb = gesture_angles("open")[THUMB_OFFSET:]
    angles[:, THUMB_OFFSET:] += lifted * (thumb - angles[:, THUMB_OFFSET:])
    return average_neighbours(np.array([resolve_self_collisions(hand, each) for each in angles]))


def _swaying(hand: HandTarget, time_s: float) -> HandTarget:
    slow = np.sin(np.array([1.3, 1.7, 1.1, 1.9, 1.4, 1.6]) * time_s + 2.4 * np.arange(6))
    return hand.moved(SWAY_M * slow[:3], SWAY_RAD * slow[3:])
