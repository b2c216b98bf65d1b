"""Labels say which joints and how much of a hand can be seen."""

from dataclasses import replace

import numpy as np
import pytest

from trainer.scenes.labelling import SceneHand, label_hands
from trainer.scenes.labels import HandLabel
from trainer.scenes.mesh import Mesh
from trainer.scenes.raster.lighting import Lighting
from trainer.scenes.raster.rasteriser import Rasteriser
from trainer.scenes.view import Camera

WIDTH, HEIGHT, FOCAL_PX = 160, 120, 150.0
CAMERA = Camera(WIDTH, HEIGHT, FOCAL_PX, np.eye(4))
FACES = np.array([[0, 1, 2], [0, 2, 3]], np.int32)


def _square(x: float, y: float, z: float, side: float, hand: int | None = None) -> Mesh:
    """Return a square that faces the camera, its middle at a point in the camera's frame, metres."""
    corners = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], np.float64) * side / 2
    hands = None if hand is None else np.full(4, hand, np.int32)
    return Mesh(np.asarray(corners + np.array([x, y, z]), np.float32), FACES, hands=hands, two_sided=True)


def _hand(x: float, y: float, z: float, side: float) -> SceneHand:
    """Return 21 joints along the horizontal line through a square."""
    return SceneHand(
        "right", np.stack([np.linspace(x - 0.49 * side, x + 0.49 * side, 21), np.full(21, y), np.full(21, z)], 1)
    )


@pytest.fixture(scope="module")
def rasteriser() -> Rasteriser:
    return Rasteriser(WIDTH, HEIGHT)


def _labels(rasteriser: Rasteriser, hands: list[SceneHand], meshes: list[Mesh]) -> list[HandLabel]:
    raster = rasteriser.render(meshes, CAMERA, Lighting())
    return label_hands(hands, meshes, CAMERA, raster)


def test_a_hand_alone_is_visible_as_a_whole(rasteriser: Rasteriser) -> None:
    (label,) = _labels(rasteriser, [_hand(0, 0, 1, 0.4)], [_square(0, 0, 1, 0.4, hand=0)])
    assert label.visible.all()
    assert label.visible_share == pytest.approx(1.0, abs=0.03)
    np.testing.assert_allclose(label.joints_px[10], (WIDTH / 2, HEIGHT / 2), atol=1e-4)


def test_what_a_thing_covers_is_hidden(rasteriser: Rasteriser) -> None:
    meshes = [_square(0, 0, 1, 0.4, hand=0), _square(0.2, 0, 0.9, 0.36)]
    (label,) = _labels(rasteriser, [_hand(0, 0, 1, 0.4)], meshes)
    assert label.visible[:10].all()
    assert not label.visible[12:].any()
    assert label.visible_share == pytest.approx(0.555, abs=0.02)


def test_a_joint_just_below_the_surface_is_visible_and_one_deep_below_is_not(rasteriser: Rasteriser) -> None:
    for depth, expected in ((0.015, True), (0.03, False)):
        (label,) = _labels(rasteriser, [_hand(0, 0, 1 + depth, 0.4)], [_square(0, 0, 1, 0.42, hand=0)])
        assert label.visible[5:15].all() == expected


def test_the_other_hand_hides_one_too(rasteriser: Rasteriser) -> None:
    meshes = [_square(0, 0, 1, 0.4, hand=0), _square(0, 0, 0.8, 0.5, hand=1)]
    (label,) = _labels(rasteriser, [_hand(0, 0, 1, 0.4), _hand(0, 0, 0.8, 0.5)], meshes)
    assert label.number == 1


def test_what_is_beyond_the_edge_is_hidden(rasteriser: Rasteriser) -> None:
    edge_m = WIDTH / 2 / FOCAL_PX
    (label,) = _labels(rasteriser, [_hand(edge_m, 0, 1, 0.4)], [_square(edge_m, 0, 1, 0.4, hand=0)])
    assert label.visible_share == pytest.approx(0.5, abs=0.04)
    assert label.visible.sum() == pytest.approx(10, abs=1)


def test_a_hand_behind_the_camera_or_beside_the_image_has_no_label(rasteriser: Rasteriser) -> None:
    for x, z in ((0.0, -1.0), (3.0, 1.0)):
        assert _labels(rasteriser, [_hand(x, 0, z, 0.4)], [_square(x, 0, z, 0.4, hand=0)]) == []


def test_sides_and_names_are_kept(rasteriser: Rasteriser) -> None:
    hand = replace(_hand(0, 0, 1, 0.4), side="left", pose="fist", holds="cup")
    (label,) = _labels(rasteriser, [hand], [_square(0, 0, 1, 0.4, hand=0)])
    assert (label.side, label.pose, label.holds) == ("left", "fist", "cup")
