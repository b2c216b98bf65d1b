"""Folders of rendered scenes and of hands cut from them, as training reads them."""

from pathlib import Path

import av
import numpy as np
import pytest

from handpose_live.media.recording.landmarks import read_landmarks
from handpose_live.types.errors import HandPoseError
from trainer.data.folders import read_hands
from trainer.data.frames import MarkedFrame, read_frames
from trainer.scenes.crops import MARGIN, SIZE_PX, write_crops
from trainer.scenes.film import write_film, write_films
from trainer.scenes.scene import SceneConfig, render_scene
from trainer.scenes.situations.landmarks import SIDES
from trainer.scenes.write import write_scenes

SEED = 4


@pytest.fixture(scope="module")
def config(shared: Path) -> SceneConfig:
    """Scenes with large hands."""
    return SceneConfig(shared / "data" / "skins", sizes_px=(60.0, 120.0))


@pytest.fixture(scope="module")
def folder(config: SceneConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scenes, the second after an interruption."""
    folder = tmp_path_factory.mktemp("scenes")
    for count in (1, 2):
        write_scenes(folder, count=count, seed=SEED, config=config, workers=1)
    return folder


@pytest.fixture(scope="module")
def frames(folder: Path) -> list[MarkedFrame]:
    return read_frames(folder, None)


def test_each_scene_is_an_image_with_rows(frames: list[MarkedFrame]) -> None:
    assert [frame.number for frame in frames] == [0, 1]
    assert sum(len(frame.hands) for frame in frames) > 0
    for frame in frames:
        assert frame.read().shape[2] == 3
        assert {"situation", "skin", "light"} <= set(frame.attributes)


def test_a_scene_depends_only_on_seed_and_index(frames: list[MarkedFrame], config: SceneConfig) -> None:
    again = render_scene(SEED, 1, config)
    assert len(again.hands) == len(frames[1].hands)
    for hand, marked in zip(again.hands, frames[1].hands, strict=True):
        assert (hand.side, hand.pose, hand.holds) == (marked.side, marked.pose, marked.holds)
        assert marked.joints_px is not None
        np.testing.assert_allclose(hand.joints_px, marked.joints_px, atol=0.01)
    assert np.abs(again.image.astype(int) - frames[1].read()).mean() < 6  # JPEG


def test_visible_joints_are_on_the_hand_in_the_mask(config: SceneConfig) -> None:
    scene = render_scene(SEED, 1, config)
    inside = [
        (scene.hand_mask[int(max(y - 4, 0)) : int(y + 5), int(max(x - 4, 0)) : int(x + 5)] == index).any()
        for index, hand in enumerate(scene.hands)
        for (x, y), visible in zip(hand.joints_px, hand.visible, strict=True)
        if visible
    ]
    assert np.mean(inside) > 0.9


def test_a_folder_of_another_seed_is_refused(folder: Path, config: SceneConfig) -> None:
    with pytest.raises(HandPoseError, match="another seed"):
        write_scenes(folder, count=3, seed=SEED + 1, config=config, workers=1)


def test_a_folder_of_other_images_is_refused(tmp_path: Path, config: SceneConfig) -> None:
    (tmp_path / "rgb").mkdir()
    (tmp_path / "rgb" / "000000.jpg").touch()
    with pytest.raises(HandPoseError, match="other images"):
        write_scenes(tmp_path, count=1, seed=SEED, config=config, workers=1)


def test_crops_are_right_hands_in_freihands_layout(tmp_path: Path, config: SceneConfig) -> None:
    write_crops(tmp_path, count=1, seed=77, config=config, workers=1)  # of the first scenes, one has a whole hand
    hands = read_hands(tmp_path, None)
    assert hands
    for hand in hands:
        assert hand.read().shape == (SIZE_PX, SIZE_PX, 3)
        assert hand.joints_px is not None
        low, high = hand.joints_px.min(0), hand.joints_px.max(0)
        np.testing.assert_allclose((low + high) / 2, SIZE_PX / 2, atol=0.2)
        assert (high - low).max() == pytest.approx(SIZE_PX / MARGIN, rel=0.01)


def test_interrupted_crops_are_resumed(tmp_path: Path, config: SceneConfig) -> None:
    write_crops(tmp_path / "whole", count=2, seed=77, config=config, workers=1)
    stopped = tmp_path / "stopped"
    write_crops(stopped, count=1, seed=77, config=config, workers=1)
    with (stopped / "labels.jsonl").open("a") as journal:
        journal.write('{"xyz": [[0.1, ')
    write_crops(stopped, count=2, seed=77, config=config, workers=1)
    files = [path for path in (tmp_path / "whole").rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        assert (stopped / path.relative_to(tmp_path / "whole")).read_bytes() == path.read_bytes(), path


def test_a_film_is_a_video_and_a_landmark_file_with_the_identity_of_each_hand(
    tmp_path: Path, config: SceneConfig
) -> None:
    write_film(tmp_path / "film.mp4", SEED, 0, config, frames=2)
    with av.open(str(tmp_path / "film.mp4")) as video:
        assert sum(1 for _ in video.decode(video=0)) == 2
    header, frames = read_landmarks(tmp_path / "film.jsonl")
    assert header["source"] == "film.mp4"
    assert [frame["frame"] for frame in frames] == [0, 1]
    hands = [hand for frame in frames for hand in frame["hands"]]
    assert hands
    for hand in hands:
        assert hand["side"] == SIDES[(hand["track"] - 1) % 2]
        visible = [score for _, _, score in hand["joints"]]
        assert hand["score"] == pytest.approx(np.mean(visible), abs=1e-3)
        assert all(0 < x < header["width"] and 0 < y < header["height"] for x, y, _ in hand["joints"])


def test_complete_films_are_not_rendered_again(tmp_path: Path, config: SceneConfig) -> None:
    (tmp_path / "000000.jsonl").touch()
    write_films(tmp_path, count=1, seed=SEED, config=config, workers=1)
    assert not (tmp_path / "000000.mp4").exists()
