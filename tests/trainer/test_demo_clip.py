"""The demo clip's frames and files."""

from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import Colorspace

from handpose_live.media.recording.landmarks import read_landmarks
from handpose_live.types.errors import HandPoseError
from trainer.__main__ import main
from trainer.demo.clip import FPS, demo_scene, render_frame
from trainer.demo.film import write_clip
from trainer.demo.keyframes import DURATION_S
from trainer.demo.room import CAMERA_PERIOD_S, Room, parallax_px

HEIGHT, WIDTH = 96, 128
BOTH = range(480, 483)  # both hands are completely in these frames


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "hands.mp4"
    write_clip(path, height=HEIGHT, width=WIDTH, frames=BOTH, workers=1)
    return path


def test_the_file_has_the_frames_with_their_size_rate_and_colour_space(clip: Path) -> None:
    with av.open(str(clip)) as file:
        stream = file.streams.video[0]
        frames = list(file.decode(stream))
        assert (stream.width, stream.height) == (WIDTH, HEIGHT)
        assert stream.average_rate == FPS
        assert stream.codec_context.colorspace == Colorspace.ITU709
    assert [frame.time for frame in frames] == pytest.approx([0, 1 / FPS, 2 / FPS])
    decoded = frames[0].to_ndarray(format="rgb24").astype(float)
    assert np.abs(decoded - render_frame(BOTH[0], height=HEIGHT, width=WIDTH)).mean() < 5


def test_the_joints_are_a_landmark_file_of_the_program(clip: Path) -> None:
    header, frames = read_landmarks(clip.with_suffix(".jsonl"))
    assert header == {
        "schema": "handpose-live/1",
        "source": "hands.mp4",
        "width": WIDTH,
        "height": HEIGHT,
        "fps": FPS,
    }
    assert [frame["frame"] for frame in frames] == [0, 1, 2]
    assert [frame["time_s"] for frame in frames] == pytest.approx([0, 1 / FPS, 2 / FPS], abs=1e-5)
    for frame in frames:
        assert [(hand["side"], hand["score"]) for hand in frame["hands"]] == [("left", 1.0), ("right", 1.0)]


def test_a_right_hand_is_on_the_left_of_an_unflipped_image_with_its_thumb_inwards(clip: Path) -> None:
    _, frames = read_landmarks(clip.with_suffix(".jsonl"))
    left, right = (np.array(hand["joints"]) for hand in frames[0]["hands"])
    assert right[:, 0].max() < WIDTH / 2 < left[:, 0].min()
    assert right[4, 0] > right[20, 0]
    assert left[4, 0] < left[20, 0]


def test_the_joints_are_on_the_hands(clip: Path) -> None:
    _, frames = read_landmarks(clip.with_suffix(".jsonl"))
    image = render_frame(BOTH[0], height=HEIGHT, width=WIDTH).astype(int)
    redder = image[..., 0] - image[..., 2]  # high for skin, lower for the wall and the window
    for hand in frames[0]["hands"]:
        x, y = np.array(hand["joints"])[[1, 5, 9, 13, 17], :2].astype(int).T
        assert redder[y, x].min() > 35
    assert redder[: HEIGHT // 4, : WIDTH // 4].max() < 35


def test_all_hands_move() -> None:
    for track in demo_scene(HEIGHT, WIDTH).tracks:
        centres = track.joints_px.mean(1)
        assert (centres.amax(0) - centres.amin(0)).min() > 0.08 * WIDTH


def test_the_camera_moves_and_returns_when_the_clip_restarts() -> None:
    room = Room(height=HEIGHT, width=WIDTH)
    assert CAMERA_PERIOD_S == DURATION_S
    assert np.abs(room.render(0) - room.render(CAMERA_PERIOD_S)).max() < 1e-3
    assert np.abs(room.render(0) - room.render(CAMERA_PERIOD_S / 4)).mean() > 0.02


def test_near_planes_move_more_than_far_ones() -> None:
    transformed = [np.ptp([parallax_px(time_s, metres * 1000)[0] for time_s in range(26)]) for metres in (2, 3, 14)]
    assert transformed[0] > transformed[1] + 20 > transformed[2] + 20


def test_another_file_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HandPoseError, match=r"hands\.avi: give it a name that ends in \.mp4"):
        write_clip(tmp_path / "hands.avi", workers=1)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(HandPoseError, match="absent"):
        write_clip(tmp_path / "absent" / "hands.mp4", height=HEIGHT, width=WIDTH, frames=range(1), workers=1)


def test_rendering_a_folder_needs_a_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "--out", str(tmp_path / "new")]) == 1
    assert "--count" in capsys.readouterr().err
