"""The animation of the demo's hands."""

import pytest
import torch

from trainer.demo.animation import GESTURE_TRANSITION_S, demo_person, interpolate_eased, placement_at, pose_at
from trainer.demo.keyframes import ANIMATIONS, DURATION_S, HandAnimation
from trainer.synth.collision import penetration_mm
from trainer.synth.kinematics import forward_kinematics
from trainer.synth.poses import gesture_angles

FPS = 30


def times(animation: HandAnimation) -> torch.Tensor:
    return torch.arange(animation.keyframes[0].time_s, animation.keyframes[-1].time_s, 1 / FPS)


@pytest.fixture(scope="module", params=ANIMATIONS, ids=["first right", "left", "second right"])
def animation(request: pytest.FixtureRequest) -> HandAnimation:
    chosen: HandAnimation = request.param
    return chosen


@pytest.fixture(scope="module")
def angles(animation: HandAnimation) -> torch.Tensor:
    return pose_at(animation, times(animation))


def test_fingers_never_interpenetrate(angles: torch.Tensor) -> None:
    people = demo_person(len(angles))
    assert penetration_mm(people, forward_kinematics(people, angles)).max() < 1.5


def test_joints_move_smoothly(angles: torch.Tensor) -> None:
    assert angles.diff(dim=0).abs().rad2deg().max() < 20  # per frame
    assert angles.diff(n=2, dim=0).abs().rad2deg().max() < 5


def test_each_gesture_is_reached(animation: HandAnimation, angles: torch.Tensor) -> None:
    ends_s = [start_s for start_s, _ in animation.gestures[1:]]
    for (start_s, name), end_s in zip(animation.gestures, ends_s, strict=False):
        if end_s - start_s < GESTURE_TRANSITION_S + 0.3:
            continue
        held = angles[round((end_s - 0.05 - animation.keyframes[0].time_s) * FPS)]
        fingers = (held - gesture_angles(name))[:16:4].abs().rad2deg()
        assert fingers.max() < 12, name


def test_hands_enter_and_leave_the_image(animation: HandAnimation) -> None:
    placement = placement_at(animation, times(animation))
    assert (placement[[0, -1], 1] > 1.3).all()
    assert animation.keyframes[-1].time_s < DURATION_S


def test_transitions_start_and_end_smoothly_and_add_up() -> None:
    values = torch.tensor([[0.0], [1.0], [3.0]])
    starts = torch.tensor([[0.0], [1.0], [1.5]])
    times_s = torch.tensor([0.0, 1.0, 1.01, 2.0, 2.5, 9.0])
    interpolated = interpolate_eased(times_s, starts, starts + 1, values)[:, 0]
    assert interpolated[[0, 1, 4, 5]].tolist() == pytest.approx([0, 0, 3, 3])
    assert 0 < interpolated[2] < 1e-3
    assert interpolated[3] == pytest.approx(2)
