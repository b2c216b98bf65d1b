"""Rooms, places outdoors and backgrounds."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from handpose_live.types.errors import HandPoseError
from trainer.scenes.photo.backgrounds import list_images, read_image, sample_background
from trainer.scenes.photo.outdoors import sample_outdoors, sample_sky
from trainer.scenes.photo.room import sample_room
from trainer.scenes.photo.surroundings import sample_surroundings
from trainer.scenes.photo.textures import KINDS, texture
from trainer.scenes.raster.lighting import Lighting, hemisphere
from trainer.scenes.view import Camera

TARGET = np.array([0.2, 0.1, 1.3])
EYE = np.array([0.0, -1.8, 1.4])
CAMERA = Camera.looking_at(EYE, TARGET, width=64, height=48, focal_px=60.0)


def test_the_camera_is_inside_the_room_and_nothing_is_in_its_way() -> None:
    sight = EYE + np.linspace(0, 1, 20)[:, None] * (TARGET - EYE)
    for seed in range(6):
        meshes = sample_room(np.random.default_rng(seed), [CAMERA], TARGET[None], floor_m=0.0, images=[])
        *things, shell, floor, _ = meshes
        low, high = shell.vertices.min(axis=0), shell.vertices.max(axis=0)
        assert (low < EYE).all()
        assert (high > EYE).all()
        assert np.abs(floor.vertices[:, 2]).max() < 0.02
        for thing in things:
            assert np.linalg.norm(thing.vertices[:, None] - sight, axis=-1).min() > 0.05


def test_walls_face_inwards() -> None:
    *_, shell, _, _ = sample_room(np.random.default_rng(0), [CAMERA], TARGET[None], floor_m=0.0, images=[])
    a, b, c = np.moveaxis(shell.vertices[shell.faces], 1, 0)
    normals = np.cross(b - a, c - a)
    assert ((normals * (TARGET - a)).sum(axis=1) > 0).all()
    assert shell.normals is not None
    assert ((normals * shell.normals[shell.faces[:, 0]]).sum(axis=1) > 0).all()


def test_nothing_outdoors_is_near_the_person_but_the_ground() -> None:
    ground, *things = sample_outdoors(np.random.default_rng(4), TARGET, floor_m=-0.5)
    assert ground.vertices[:, 2].max() == pytest.approx(-0.5, abs=1e-5)
    assert things


def test_the_sky_is_bright_towards_the_sun() -> None:
    sunny = Lighting(environment=hemisphere((1, 1, 1), (0.3, 0.3, 0.3)))
    up = Camera.looking_at(EYE, EYE + sunny.lights[0].position, width=64, height=48, focal_px=40.0)
    sky = sample_sky(np.random.default_rng(0), up, sunny)
    assert sky.shape == (48, 64, 3)
    assert sky[24, 32].mean() > 1.05 * sky[0, 0].mean()


@pytest.mark.parametrize("kind", KINDS)
def test_textures_are_never_black_and_repeat_exactly(kind: str) -> None:
    image = texture(kind, 2)
    assert image.shape == (256, 256, 3)
    assert image.mean() > 15
    assert np.array_equal(image, texture.__wrapped__(kind, 2))


def _images(folder: Path) -> tuple[Path, ...]:
    paths = (folder / "red.png", folder / "blue.png")
    for path, colour in zip(paths, ((0, 0, 200), (200, 0, 0)), strict=True):
        cv2.imwrite(str(path), np.full((90, 200, 3), colour, np.uint8))
    return paths


def test_backgrounds_are_parts_of_images_as_bright_as_the_light(tmp_path: Path) -> None:
    red = read_image(_images(tmp_path)[0])
    dim, bright = (sample_background(np.random.default_rng(1), CAMERA, level, [red]) for level in (0.1, 1.0))
    assert dim.shape == (48, 64, 3)
    assert dim[..., 0].min() > 5 * dim[..., 2].max()
    assert bright.mean() == pytest.approx(10 * dim.mean(), rel=0.01)


def test_a_background_that_is_no_image_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no image")
    with pytest.raises(HandPoseError, match=r"broken\.jpg cannot be read"):
        read_image(broken)


def test_the_images_of_a_folder_are_listed_without_hidden_and_other_files(tmp_path: Path) -> None:
    (tmp_path / "walls").mkdir()
    for name in ("walls/b.PNG", "a.jpg", ".hidden.jpg", "notes.txt"):
        (tmp_path / name).touch()
    assert list_images(tmp_path) == [tmp_path / "a.jpg", tmp_path / "walls" / "b.PNG"]


def test_a_folder_without_images_is_named(tmp_path: Path) -> None:
    with pytest.raises(HandPoseError, match="no images"):
        list_images(tmp_path)


@pytest.mark.parametrize("with_images", [True, False])
def test_all_kinds_of_surroundings_appear_and_repeat_exactly(with_images: bool, tmp_path: Path) -> None:
    images = _images(tmp_path) if with_images else ()

    def sample(seed: int) -> tuple[str, str, float]:
        found = sample_surroundings(np.random.default_rng(seed), CAMERA, TARGET[None], images=images)
        vertices = sum(float(mesh.vertices.sum()) for mesh in found.meshes)
        return found.name, found.lighting.name, vertices if found.background is None else float(found.background.sum())

    first = [sample(seed) for seed in range(20)]
    assert {name for name, _, _ in first} == {"room", "outdoors", "flat"}
    assert first == [sample(seed) for seed in range(20)]
