"""The demo clip's frames and files."""

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import Colorspace

from handpose_live.media.recording.landmarks import read_landmarks
from handpose_live.types.errors import HandPoseError
from trainer.__main__ import main
from trainer.demo.clip import STARTS, render_frame, write_clip
from trainer.demo.script import OPEN, TAKES, Beat, duration_s
from trainer.scenes.video import FPS

HEIGHT, WIDTH = 120, 160


@pytest.fixture(scope="module")
def skins(shared: Path) -> Path:
    return shared / "data" / "skins"


@pytest.fixture(scope="module")
def clip(skins: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write three frames of both hands."""
    path = tmp_path_factory.mktemp("clip") / "hands.mp4"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trainer.demo.stage.TAKES", (replace(TAKES[0], beats=(Beat(0.0, 0.1, OPEN, OPEN),)),))
        write_clip(path, skins, height=HEIGHT, width=WIDTH, frames=range(3), workers=1)
    return path


def test_the_file_has_the_frames_with_their_size_rate_and_colour_space(clip: Path, skins: Path) -> None:
    with av.open(str(clip)) as file:
        stream = file.streams.video[0]
        frames = list(file.decode(stream))
        assert (stream.width, stream.height) == (WIDTH, HEIGHT)
        assert stream.average_rate == FPS
        assert stream.codec_context.colorspace == Colorspace.ITU709
    assert [frame.time for frame in frames] == pytest.approx([0, 1 / FPS, 2 / FPS])
    decoded = frames[0].to_ndarray(format="rgb24").astype(float)
    rendered, _ = render_frame(0, skins=skins, height=HEIGHT, width=WIDTH)
    assert np.abs(decoded - rendered).mean() < 5


def test_the_joints_are_a_landmark_file_of_the_program(clip: Path) -> None:
    header, frames = read_landmarks(clip.with_suffix(".jsonl"))
    assert (header["schema"], header["source"]) == ("handpose-live/2", "hands.mp4")
    assert (header["width"], header["height"], header["fps"]) == (WIDTH, HEIGHT, FPS)
    assert [frame["frame"] for frame in frames] == [0, 1, 2]
    assert [frame["time_s"] for frame in frames] == pytest.approx([0, 1 / FPS, 2 / FPS], abs=1e-5)
    for frame in frames:
        assert [(hand["track"], hand["side"], hand["score"]) for hand in frame["hands"]] == [
            (1, "left", 1.0),
            (2, "right", 1.0),
        ]


def test_a_right_hand_is_on_the_left_of_an_unflipped_image_with_its_thumb_inwards(clip: Path) -> None:
    _, frames = read_landmarks(clip.with_suffix(".jsonl"))
    left, right = (np.array(hand["joints"]) for hand in frames[0]["hands"])
    assert right[:, 0].max() < WIDTH / 2 < left[:, 0].min()
    assert right[4, 0] > right[20, 0]
    assert left[4, 0] < left[20, 0]


def test_the_joints_are_on_the_hands(clip: Path, skins: Path) -> None:
    _, frames = read_landmarks(clip.with_suffix(".jsonl"))
    image, _ = render_frame(0, skins=skins, height=HEIGHT, width=WIDTH)
    redder = image[..., 0].astype(int) - image[..., 2]  # high for skin, low for the wall
    for hand in frames[0]["hands"]:
        x, y = np.array(hand["joints"])[[1, 5, 9, 13, 17], :2].astype(int).T
        assert redder[y, x].min() > 35
    assert redder[: HEIGHT // 5].max() < 35


def test_both_takes_show_both_hands_and_all_gestures_of_the_program() -> None:
    poses = [{hand.pose for beat in take.beats for hand in (beat.right, beat.left)} for take in TAKES]
    assert set.union(*poses) >= {
        *("open", "fist", "thumb up", "victory", "pointing", "ok", "pinch", "call", "rock", "three", "four"),
    }
    for take in TAKES:
        assert any(beat.right == beat.left == OPEN for beat in take.beats)
    assert len({take.person for take in TAKES}) == len(TAKES)
    assert STARTS[-1] == pytest.approx(FPS * sum(duration_s(take.beats) for take in TAKES), abs=1)


def test_another_file_type_is_refused(tmp_path: Path, skins: Path) -> None:
    with pytest.raises(HandPoseError, match=r"hands\.avi: give it a name that ends in \.mp4"):
        write_clip(tmp_path / "hands.avi", skins, workers=1)


def test_a_missing_folder_is_named(tmp_path: Path, skins: Path) -> None:
    with pytest.raises(HandPoseError, match="absent"):
        write_clip(tmp_path / "absent" / "hands.mp4", skins, height=HEIGHT, width=WIDTH, frames=range(1), workers=1)


def test_the_clip_needs_skins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "--clip", str(tmp_path / "hands.mp4")]) == 1
    assert "--skins" in capsys.readouterr().err


def test_rendering_a_folder_needs_a_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "--crops", str(tmp_path / "new")]) == 1
    assert "--count" in capsys.readouterr().err
