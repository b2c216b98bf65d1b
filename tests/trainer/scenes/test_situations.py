"""Situations place hands where arms reach, and cameras that see them at the wanted size."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from handpose_live.types.hand import Side
from trainer.scenes.situations.cameras import sample_view
from trainer.scenes.situations.catalogue import LARGEST_PX, SITUATIONS, SMALLEST_PX, Situation, sample_situation
from trainer.scenes.situations.hand_targets import FARTHEST_REACH, Arms, HandTarget, centred, natural
from trainer.scenes.situations.landmarks import SIDES, Landmarks, turned, unit
from trainer.scenes.situations.together import together
from trainer.scenes.view import Camera

from .people import standing_person

SCENES = 800
DIRECTIONS = ("left", "forward", "up", "face")
POINTS = ("eyes", "mouth", "chin", "crown", "chest", "pelvis")
PAIRS = ("shoulders", "ears", "knees")
SLACK = 1.15  # what a hand at the face or a meeting hand may be out of reach by; the arm gets as near as it can


@dataclass(frozen=True, eq=False)
class Sampled:
    """A sampled scene as points."""

    situation: Situation
    camera: Camera
    people: list[tuple[Landmarks, Arms]]
    size_px: float

    def hands(self) -> Iterator[tuple[Landmarks, HandTarget]]:
        return ((person, arms[side]) for person, arms in self.people for side in SIDES)


def _moved(person: Landmarks, turn: float, offset: tuple[float, float, float]) -> Landmarks:
    up = np.array([0, 0, 1.0])

    def point(value: np.ndarray) -> np.ndarray:
        return turned(value, up, turn) + offset

    changes: dict[str, Any] = {name: turned(getattr(person, name), up, turn) for name in DIRECTIONS}
    changes |= {name: point(getattr(person, name)) for name in POINTS}
    changes |= {name: {side: point(getattr(person, name)[side]) for side in SIDES} for name in PAIRS}
    return replace(person, **changes)


@pytest.fixture(scope="module")
def scenes() -> list[Sampled]:
    """Many scenes; where two people meet, the second one faces the first."""
    sampled = []
    for index in range(SCENES):
        rng = np.random.default_rng((1, index))
        size_px = float(np.exp(rng.uniform(np.log(SMALLEST_PX), np.log(LARGEST_PX))))
        situation = sample_situation(rng, size_px)
        people = [standing_person()]
        if not situation.actions:
            people.append(_moved(people[0], np.pi, (0.0, -0.9, 0.0)))
        placed = list(zip(people, situation.sample_arms(rng, people), strict=True))
        camera = situation.shot(rng, placed, sample_view(rng, size_px))
        sampled.append(Sampled(situation, camera, placed, size_px))
    return sampled


def _sizes_px(scenes: list[Sampled]) -> np.ndarray:
    """Return the lengths of hands, without foreshortening, px."""
    sizes = []
    for scene in scenes:
        for person, hand in scene.hands():
            middle = scene.camera.to_camera(hand.palm_centre(person.hand_m))
            x, y = scene.camera.project(hand.palm_centre(person.hand_m))
            if middle[2] > 0.1 and 0 <= x < scene.camera.width and 0 <= y < scene.camera.height:
                sizes.append(0.8 * person.hand_m * scene.camera.focal_px / middle[2])
    return np.array(sizes)


def test_every_situation_is_sampled(scenes: list[Sampled]) -> None:
    assert {scene.situation.name for scene in scenes} == {situation.name for situation in SITUATIONS}


def test_hands_of_all_sizes_are_about_equally_frequent(scenes: list[Sampled]) -> None:
    counts, _ = np.histogram(_sizes_px(scenes), [8, 16, 32, 64, 128, 256])
    assert counts.min() > 0.5 * counts.mean()
    assert counts.max() < 1.6 * counts.mean()


def test_most_scenes_have_a_hand_in_view_and_some_have_none(scenes: list[Sampled]) -> None:
    in_view = np.array([bool(_sizes_px([scene]).size) for scene in scenes])
    assert 0.85 < in_view.mean() < 0.99


def test_arms_reach_nearly_all_hands(scenes: list[Sampled]) -> None:
    reach = [
        np.linalg.norm(arms[side].wrist - person.shoulders[side]) / person.arm_m
        for scene in scenes
        for person, arms in scene.people
        for side in SIDES
    ]
    assert np.mean(np.array(reach) < SLACK) > 0.95


def test_hands_have_perpendicular_unit_axes(scenes: list[Sampled]) -> None:
    for scene in scenes:
        for _, hand in scene.hands():
            np.testing.assert_allclose(hand.rotation.T @ hand.rotation, np.eye(3), atol=1e-6)
            assert np.linalg.det(hand.rotation) > 0


def test_cameras_are_outside_of_bodies(scenes: list[Sampled]) -> None:
    for scene in scenes:
        matrix = scene.camera.world_to_camera
        position = -matrix[:3, :3].T @ matrix[:3, 3]
        for person, _ in scene.people:
            nearest = 0.02 if scene.situation.name.startswith("own eyes") else 0.2
            assert np.linalg.norm(position - person.eyes) > nearest


@pytest.mark.parametrize("side", SIDES)
def test_a_natural_hand_is_within_reach_and_turns_its_palm_as_wished(side: Side) -> None:
    person = standing_person()
    for index in range(50):
        rng = np.random.default_rng(index)
        far = person.point(person.shoulders[side], side, 0.5, 2.0, 0.3)
        hand = natural(rng, person, side, far, palm=person.forward, bend=(-0.2, 0.2))
        reach = np.linalg.norm(hand.wrist - person.shoulders[side])
        assert reach == pytest.approx(FARTHEST_REACH * person.arm_m)
        raised = person.point(person.shoulders[side], side, 0.2, 0.3, 0.3)
        hand = natural(rng, person, side, raised, palm=person.forward, bend=(-0.2, 0.2))
        assert np.dot(hand.palm, person.forward) > 0.5


def test_a_centred_hand_touches_the_point_with_its_palm() -> None:
    point, hand_m = np.array([0.1, -0.4, 1.2]), 0.18
    hand = centred(point, unit(np.array([0.2, 0.1, 1.0])), np.array([0, 1.0, 0]), hand_m)
    np.testing.assert_allclose(hand.palm_centre(hand_m), point)


def test_two_hands_together_are_near_one_another() -> None:
    person = standing_person()
    for index in range(200):
        arms = together(np.random.default_rng(index), person)
        apart = np.linalg.norm(np.subtract(*(arms[side].palm_centre(person.hand_m) for side in SIDES)))
        assert apart < 1.8 * person.hand_m


def test_a_scene_is_a_pure_function_of_the_random_numbers() -> None:
    person = standing_person()
    one, two = (together(np.random.default_rng(5), person) for _ in range(2))
    for side in SIDES:
        np.testing.assert_array_equal(one[side].wrist, two[side].wrist)
