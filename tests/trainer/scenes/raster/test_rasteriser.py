"""The rasteriser: depth, hands, edges, textures, shadows and lights of small scenes."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats
from trainer.scenes.mesh import NO_HAND, Material, Mesh
from trainer.scenes.photo.blocks import ball, boxes, panel
from trainer.scenes.raster.lighting import Light, Lighting, hemisphere
from trainer.scenes.raster.rasteriser import Raster, Rasteriser
from trainer.scenes.view import Camera

from .conftest import HEIGHT, WIDTH

UP, ACROSS = np.array([0.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0])
ORIGIN = np.zeros(3)
WHITE, BLACK = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)
EVEN = Lighting((), hemisphere(WHITE, WHITE))
SUN_IN_FRONT = Lighting((Light(np.array([0.0, -1.0, 0.0]), WHITE, 0.02),), hemisphere(BLACK, BLACK))
MATT = Material(specular=0.0)
CAMERA = Camera.looking_at(np.array([0.0, -2.0, 0.0]), ORIGIN, width=WIDTH, height=HEIGHT, focal_px=80.0)


def _square(half: float, y: float = 0.0, material: Material = MATT) -> Mesh:
    """Return a square that faces the camera."""
    return panel(np.array([0.0, y, 0.0]), half * ACROSS, half * UP, material)


def _middle(values: NDArray[np.generic]) -> Any:
    return values[HEIGHT // 2, WIDTH // 2]


def test_depth_is_metres_along_the_axis_and_infinite_where_nothing_is(rasteriser: Rasteriser) -> None:
    raster = rasteriser.render([_square(0.5, y=-0.5)], CAMERA, EVEN)
    assert _middle(raster.depth) == pytest.approx(1.5, abs=1e-4)
    assert np.isinf(raster.depth[0, 0])


def test_a_place_in_the_world_is_seen_where_the_camera_projects_it(rasteriser: Rasteriser) -> None:
    place = np.array([0.35, 0.1, 0.28])
    camera = Camera.looking_at(np.array([0.3, -2.0, 0.4]), ORIGIN, width=WIDTH, height=HEIGHT, focal_px=80.0, roll=0.3)
    seen = rasteriser.render([ball(place, np.full(3, 0.05), MATT)], camera, EVEN).colour[..., 0]
    rows, columns = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    centre = np.array([(columns * seen).sum(), (rows * seen).sum()]) / seen.sum()
    assert centre == pytest.approx(camera.project(place), abs=0.25)  # half a px would be wrong


def test_the_nearest_surface_names_the_hand(rasteriser: Rasteriser) -> None:
    far = replace(_square(0.8, y=0.5), hands=np.full(4, 1, np.int32))
    near = replace(_square(0.2, y=-0.5), hands=np.full(4, 0, np.int32))
    sleeve = panel(np.array([-0.5, -0.4, 0.0]), 0.1 * ACROSS, 0.1 * UP, MATT)
    raster = rasteriser.render([near, far, sleeve], CAMERA, EVEN)
    assert set(np.unique(raster.hands)) == {NO_HAND, 0, 1}
    assert _middle(raster.hands) == 0
    x, y = CAMERA.project(np.array([-0.5, -0.4, 0.0])).astype(int)
    assert raster.hands[y, x] == NO_HAND


def test_an_edge_is_smooth_and_lets_the_background_through(rasteriser: Rasteriser) -> None:
    turned = panel(ORIGIN, 0.4 * ACROSS + 0.1 * UP, 0.4 * UP - 0.1 * ACROSS, MATT)
    green = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    green[..., 1] = 0.5
    raster = rasteriser.render([turned], CAMERA, EVEN, green)
    assert raster.colour[0, 0] == pytest.approx([0, 0.5, 0], abs=1e-3)
    red = raster.colour[..., 0]
    between = (red > 0.1) & (red < 0.9)
    assert between.sum() > 40
    assert raster.colour[between, 1] == pytest.approx(0.5 + 0.5 * red[between], abs=0.02)


def test_the_first_row_of_a_texture_is_at_the_top_and_its_colours_become_linear(rasteriser: Rasteriser) -> None:
    texture = np.zeros((32, 32, 3), np.uint8)
    texture[:16, :, 0] = 188
    raster = rasteriser.render([_square(0.5, material=replace(MATT, texture=texture))], CAMERA, EVEN)
    assert raster.colour[HEIGHT // 2 - 10, WIDTH // 2] == pytest.approx([0.503, 0, 0], abs=0.02)
    assert raster.colour[HEIGHT // 2 + 10, WIDTH // 2] == pytest.approx([0, 0, 0], abs=0.02)


def test_a_surface_that_faces_a_light_of_one_has_its_own_colour(rasteriser: Rasteriser) -> None:
    raster = rasteriser.render([_square(0.5, material=replace(MATT, colour=(0.2, 0.5, 0.8)))], CAMERA, SUN_IN_FRONT)
    assert _middle(raster.colour) == pytest.approx([0.2, 0.5, 0.8], abs=0.01)


def test_a_near_light_falls_off_with_the_square_of_the_distance(rasteriser: Rasteriser) -> None:
    def brightness(distance: float) -> float:
        light = Light(np.array([0.0, -distance, 0.0]), WHITE, 0.01, distant=False)
        raster = rasteriser.render([_square(0.5)], CAMERA, Lighting((light,), hemisphere(BLACK, BLACK)))
        return float(_middle(raster.colour)[0])

    assert brightness(1.0) == pytest.approx(1.0, abs=0.02)
    assert brightness(1.5) == pytest.approx(1 / 2.25, abs=0.02)


@pytest.mark.parametrize("distant", [True, False])
def test_what_is_between_a_light_and_a_wall_casts_a_shadow(rasteriser: Rasteriser, distant: bool) -> None:
    light = Light(np.array([1.5, -1.5, 0.0]), (4.0, 4.0, 4.0), 0.02, distant=distant)
    lighting = Lighting((light,), hemisphere((0.1, 0.1, 0.1), (0.1, 0.1, 0.1)))
    wall, plate = _square(1.0), boxes([np.array([0.45, -0.45, 0.0])], [np.full(3, 0.3)], MATT)
    lit = rasteriser.render([wall], CAMERA, lighting)
    shaded = rasteriser.render([wall, plate], CAMERA, lighting)
    assert _middle(lit.colour)[0] > 0.5
    assert _middle(shaded.colour)[0] < 0.15


def test_a_larger_light_casts_softer_shadows(rasteriser: Rasteriser) -> None:
    near = replace(CAMERA, focal_px=240.0)

    def penumbra_px(size: float) -> int:
        lighting = Lighting((Light(np.array([1.0, -1.0, 0.0]), WHITE, size),), hemisphere(BLACK, BLACK))
        plate = boxes([np.array([0.5, -0.5, 0.0])], [np.array([0.3, 0.02, 0.6])], MATT)
        row = rasteriser.render([_square(1.0), plate], near, lighting).colour[HEIGHT // 2, :, 0]
        return int(((row > 0.1) & (row < 0.6)).sum())

    assert penumbra_px(0.4) > penumbra_px(0.01) + 3


def test_the_gap_between_two_fingers_gets_less_light_than_their_backs(rasteriser: Rasteriser) -> None:
    fingers = [ball(np.array([x, 0.0, 0.0]), np.array([0.01, 0.01, 0.06]), MATT, rings=16) for x in (-0.0102, 0.0102)]
    camera = Camera.looking_at(np.array([0.0, -0.15, 0.0]), ORIGIN, width=WIDTH, height=HEIGHT, focal_px=120.0)
    raster = rasteriser.render(fingers, camera, EVEN)
    back, _ = camera.project(np.array([0.0102, -0.01, 0.0])).astype(int)
    assert raster.colour[HEIGHT // 2, WIDTH // 2, 0] < 0.75 * raster.colour[HEIGHT // 2, back, 0]


def test_light_bleeds_redly_around_the_terminator_of_skin(rasteriser: Rasteriser) -> None:
    lighting = Lighting((Light(np.array([-1.0, 0.1, 0.0]), WHITE, 0.02),), hemisphere(BLACK, BLACK))

    def terminator(subsurface: float) -> Floats:
        skin = replace(MATT, subsurface=subsurface)
        return np.asarray(
            _middle(rasteriser.render([ball(ORIGIN, np.full(3, 0.5), skin, rings=24)], CAMERA, lighting).colour)
        )

    assert terminator(0.0) == pytest.approx([0, 0, 0], abs=0.01)
    red, green, blue = terminator(1.0)
    assert red > 2 * green > 2 * blue


def test_the_back_of_a_surface_is_seen_only_if_it_has_two_sides(rasteriser: Rasteriser) -> None:
    square = _square(0.5)
    turned = replace(square, faces=np.ascontiguousarray(square.faces[:, ::-1]))
    assert np.isfinite(_middle(rasteriser.render([turned], CAMERA, EVEN).depth))
    assert np.isinf(_middle(rasteriser.render([replace(turned, two_sided=False)], CAMERA, EVEN).depth))
    assert np.isfinite(_middle(rasteriser.render([replace(square, two_sided=False)], CAMERA, EVEN).depth))


def test_vertices_may_move_while_faces_stay_and_meshes_may_share_faces(rasteriser: Rasteriser) -> None:
    square = _square(0.2)
    moved = replace(square, vertices=square.vertices + np.array([0.6, 0, 0], np.float32))

    def columns(raster: Raster) -> list[int]:
        return np.nonzero(np.isfinite(raster.depth[HEIGHT // 2]))[0].tolist()

    left, right = (columns(rasteriser.render([mesh], CAMERA, EVEN)) for mesh in (square, moved))
    assert not set(left) & set(right)
    assert columns(rasteriser.render([square, moved], CAMERA, EVEN)) == left + right


def test_the_same_scene_gives_the_same_image(rasteriser: Rasteriser) -> None:
    scene = [ball(ORIGIN, np.full(3, 0.4), Material(bump=0.5)), _square(0.9, y=0.6)]
    first, second = (rasteriser.render(scene, CAMERA, Lighting()) for _ in range(2))
    assert np.array_equal(first.colour, second.colour)
    assert np.array_equal(first.depth, second.depth)
