"""What the demo's hands do."""

import pytest
import torch

from trainer.demo.animation import DURATION_S, GESTURE_S, STORY, Act, eased_steps, hold, person, placement
from trainer.synth.collision import penetration_mm
from trainer.synth.kinematics import pose_hands
from trainer.synth.poses import gesture_angles

FPS = 30


def times(act: Act) -> torch.Tensor:
    return torch.arange(act.places[0].time_s, act.places[-1].time_s, 1 / FPS)


@pytest.fixture(scope="module", params=STORY, ids=["first right", "left", "second right"])
def act(request: pytest.FixtureRequest) -> Act:
    chosen: Act = request.param
    return chosen


@pytest.fixture(scope="module")
def angles(act: Act) -> torch.Tensor:
    return hold(act, times(act))


def test_fingers_never_pass_through_each_other(angles: torch.Tensor) -> None:
    people = person(len(angles))
    assert penetration_mm(people, pose_hands(people, angles)).max() < 1.5


def test_no_joint_jerks(angles: torch.Tensor) -> None:
    assert angles.diff(dim=0).abs().rad2deg().max() < 20  # per frame
    assert angles.diff(n=2, dim=0).abs().rad2deg().max() < 5


def test_each_gesture_is_reached(act: Act, angles: torch.Tensor) -> None:
    ends_s = [start_s for start_s, _ in act.gestures[1:]]
    for (start_s, name), end_s in zip(act.gestures, ends_s, strict=False):
        if end_s - start_s < GESTURE_S + 0.3:
            continue
        held = angles[round((end_s - 0.05 - act.places[0].time_s) * FPS)]
        fingers = (held - gesture_angles(name))[:16:4].abs().rad2deg()
        assert fingers.max() < 12, name


def test_hands_come_from_outside_of_the_picture_and_leave_it(act: Act) -> None:
    ways = placement(act, times(act))
    assert (ways[[0, -1], 1] > 1.3).all()
    assert act.places[-1].time_s < DURATION_S


def test_steps_begin_and_end_softly_and_add_up() -> None:
    values = torch.tensor([[0.0], [1.0], [3.0]])
    begins = torch.tensor([[0.0], [1.0], [1.5]])
    at = torch.tensor([0.0, 1.0, 1.01, 2.0, 2.5, 9.0])
    moved = eased_steps(at, begins, begins + 1, values)[:, 0]
    assert moved[[0, 1, 4, 5]].tolist() == pytest.approx([0, 0, 3, 3])
    assert 0 < moved[2] < 1e-3
    assert moved[3] == pytest.approx(2)
