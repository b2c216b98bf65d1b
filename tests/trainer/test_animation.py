"""The animation of the demo's people."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from trainer.demo.motion import animate
from trainer.demo.script import CALL, FIST, OPEN, POINTING, REST, ROCK, TAKES, VICTORY, Beat
from trainer.demo.stage import seat_actor
from trainer.scenes.actors import Actor
from trainer.scenes.body.body import PosedBody
from trainer.scenes.body.collision import TOLERANCE, segment_distance
from trainer.scenes.body.gestures import gesture_angles
from trainer.scenes.situations.landmarks import SIDES
from trainer.scenes.video import FPS

KNUCKLES, FLEXIONS = slice(0, 16, 4), slice(2, 16, 4)
BEATS = (
    Beat(0.0, 0.1, REST, OPEN),
    Beat(0.8, 0.4, OPEN, FIST),
    Beat(0.45, 0.5, POINTING, OPEN),
    Beat(0.45, 0.5, VICTORY, CALL),
    Beat(0.45, 0.5, OPEN, ROCK),
)


@pytest.fixture(scope="module")
def actor(shared: Path) -> Actor:
    return seat_actor(TAKES[0], shared / "data" / "skins")


@pytest.fixture(scope="module")
def frames(actor: Actor) -> list[PosedBody]:
    return [actor.person.body.posed(pose) for pose in animate(actor, BEATS)]


def test_fingers_never_interpenetrate(actor: Actor, frames: list[PosedBody]) -> None:
    bones = [(finger, bone) for finger in range(5) for bone in (1, 2)]
    for side in SIDES:
        hand = actor.person.body.hands[side]
        joints = hand.joints(np.array([frame.pose.fingers[side] for frame in frames]))
        for one, two in combinations(bones, 2):
            if one[0] != two[0]:
                ends = [joints[:, finger, bone + end] for finger, bone in (one, two) for end in (0, 1)]
                gaps_m = segment_distance(*ends) - (1 - TOLERANCE) * (hand.radii[one] + hand.radii[two])
                assert gaps_m.min() > -0.004, (side, one, two)


def test_joints_move_smoothly(frames: list[PosedBody]) -> None:
    for side in SIDES:
        joints = np.array([frame.joints[side] for frame in frames])
        assert np.linalg.norm(np.diff(joints, axis=0), axis=-1).max() < 0.1  # metres a frame
        assert np.linalg.norm(np.diff(joints, n=2, axis=0), axis=-1).max() < 0.025


def test_each_gesture_is_reached(frames: list[PosedBody]) -> None:
    ends = np.cumsum([round((beat.move_s + beat.hold_s) * FPS) for beat in BEATS])
    for beat, end in zip(BEATS[1:], ends[1:], strict=True):
        for side, shown in (("left", beat.left), ("right", beat.right)):
            off = frames[end - 5].pose.fingers[side] - gesture_angles(shown.pose)
            assert np.abs(np.rad2deg(off))[KNUCKLES].max() < 12, (side, shown.pose)
            assert np.abs(np.rad2deg(off))[FLEXIONS].max() < 12, (side, shown.pose)


def test_a_thumb_lies_on_fingers_only_while_they_rest(frames: list[PosedBody]) -> None:
    fingers = np.array([frame.pose.fingers["right"] for frame in frames])
    fast = np.abs(np.diff(fingers[:, :16], axis=0)).max(axis=1) > 0.15
    flexions = np.rad2deg(fingers[1:, 19:])
    assert fast.sum() > 10
    assert flexions[fast].max() < 25
    assert flexions[~fast].max() > 35


def test_a_held_hand_is_never_quite_still(frames: list[PosedBody]) -> None:
    held = np.array([frame.joints["right"] for frame in frames[30:38]])
    steps_m = np.linalg.norm(np.diff(held, axis=0), axis=-1)
    assert 0 < steps_m.min() <= steps_m.max() < 0.01
