"""What the detector learns from: targets of hands, canvases, and the loss."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from handpose_live.detection.network import STRIDE, UNIT_SIZE_PX, VALUES, decode
from handpose_live.types.hand import Side
from tests.trainer.small_runs import fit_options
from tests.trainer.synthetic_data import write_folder
from trainer.data.detection_samples import from_crops, from_frames
from trainer.data.folders import Sample, describe_sets, read_hands
from trainer.data.frames import MEDIAPIPE, PERSON, MarkedFrame, MarkedHand
from trainer.data.hand_targets import HandTargets, similarity
from trainer.data.labels import JointLabels
from trainer.data.mosaic import Canvas, Rectangle, split
from trainer.data.training_frames import FrameBatch
from trainer.train.detection_loss import detection_loss

JOINTS = np.random.default_rng(0).uniform(100, 180, (21, 2)).astype(np.float32)


def _hand(x: float, y: float, size: float, angle: float = 0.0, side: Side | None = "right") -> HandTargets:
    return HandTargets.single((x, y), size, angle, side)


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("angle", [0.0, 0.7, -2.5])
def test_targets_move_as_the_joints_that_they_come_from(angle: float, flipped: bool) -> None:
    matrix = similarity(
        scale=0.4, angle=angle, flipped=flipped, centre=np.array([200.0, 90]), target=np.array([5.0, 7])
    )
    moved = HandTargets.of_joints(JOINTS, "left").moved(matrix)
    joints = (JOINTS @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
    expected = HandTargets.of_joints(joints, "right" if flipped else "left")
    for name in ("centres", "sizes", "right"):
        np.testing.assert_allclose(getattr(moved, name), getattr(expected, name), rtol=1e-4, err_msg=name)
    for function in (np.sin, np.cos):
        np.testing.assert_allclose(function(moved.angles), function(expected.angles), atol=1e-4)


def test_tiles_cover_a_canvas_without_overlap() -> None:
    covered = np.zeros((192, 256), int)
    tiles = split(np.random.default_rng(0), Rectangle(0, 0, 256, 192), 9)
    for tile in tiles:
        covered[tile.top : tile.bottom, tile.left : tile.right] += 1
    assert len(tiles) == 9
    assert (covered == 1).all()


def test_a_hand_is_where_its_pixels_are() -> None:
    """A white square on black is pasted many times; the target is in the middle of what is white."""
    image = np.zeros((120, 160, 3), np.uint8)
    image[40:70, 60:90] = 255
    for seed in range(40):
        canvas = Canvas(128, 96)
        tile = Rectangle(0, 0, 128, 96)
        canvas.paste(np.random.default_rng(seed), tile, image, _hand(75, 55, 30), is_complete=True)
        hands = HandTargets.join(canvas.hands)
        white = np.argwhere(canvas.image.min(axis=2) > 230)
        if len(hands.sizes) and hands.sizes[0] < 40 and ((hands.centres > 30) & (hands.centres < 66)).all():
            np.testing.assert_allclose(hands.centres[0], white.mean(axis=0)[::-1] + 0.5, atol=1.5)
            assert math.sqrt(len(white)) == pytest.approx(float(hands.sizes[0]), abs=3)


def test_nothing_is_known_of_incomplete_images_but_around_their_hands() -> None:
    image, tile = np.zeros((64, 64, 3), np.uint8), Rectangle(0, 0, 64, 64)
    for is_complete in (False, True):
        canvas = Canvas(64, 64)
        canvas.paste(np.random.default_rng(3), tile, image, _hand(32, 32, 16), is_complete=is_complete)
        x, y = (HandTargets.join(canvas.hands).centres[0] // STRIDE).astype(int)
        assert canvas.known[y, x] == 1
        assert canvas.known.all() == is_complete


def test_hidden_hands_are_neither_wanted_nor_punished() -> None:
    canvas = Canvas(64, 64)
    hidden = HandTargets.single((32, 32), 16, 0, "left", ignored=True)
    canvas.paste(
        np.random.default_rng(3), Rectangle(0, 0, 64, 64), np.zeros((64, 64, 3), np.uint8), hidden, is_complete=True
    )
    assert not len(HandTargets.join(canvas.hands).sizes)
    assert 0 < (canvas.known == 0).mean() < 1


def test_crops_are_incomplete_right_hands_and_negatives_are_complete() -> None:
    hand, wall = from_crops([Sample(Path("hand"), JointLabels.of_joints(JOINTS)), Sample(Path("wall"), None)])
    assert (hand.hands.right.tolist(), hand.is_complete) == ([1.0], False)
    assert (len(wall.hands.sizes), wall.is_complete) == (0, True)


def test_a_persons_box_without_joints_becomes_what_is_typical_of_its_set() -> None:
    low, high = JOINTS.min(axis=0), JOINTS.max(axis=0)
    box = np.concatenate([low - 10, high + 10])
    marked = MarkedHand(box, JOINTS, "left", MEDIAPIPE)
    alone = MarkedHand(box, None, None, PERSON)
    frames = [MarkedFrame(Path("x"), n, "mine", "MIT", True, (hand,)) for n, hand in enumerate((marked, alone))]
    known, guessed = (sample.hands for sample in from_frames(frames))
    np.testing.assert_allclose(guessed.centres, known.centres, atol=0.1)
    np.testing.assert_allclose(guessed.sizes, known.sizes, rtol=1e-3)
    assert np.isnan([guessed.angles, guessed.right]).all()


def test_hands_that_were_cut_from_frames_with_splits_are_left_out(tmp_path: Path) -> None:
    write_folder(tmp_path, labels=6, splits=["train"] * 6)
    assert len(read_hands(tmp_path, "train")) == 6
    assert len(read_hands(tmp_path, "train", exclude_sets={"garden"})) == 3
    assert describe_sets([(tmp_path, "train")], {"garden"}) == ["house: 3 hands, CC0"]
    options = fit_options(tmp_path, tmp_path / "run", recipe="detector")
    assert not options.excluded_sets
    assert {"subhih", "ti1k", "cgd_hand"} <= replace(options, frames=(tmp_path,)).excluded_sets


def _batch(right: float, *, known: int = 1) -> FrameBatch:
    return FrameBatch(
        images=torch.zeros(1, 3, 64, 96),
        known=torch.full((1, 16, 24), known, dtype=torch.uint8),
        present=torch.ones(1, 1),
        boxes=torch.tensor([[[50.0, 30, 20]]]),
        turns=torch.tensor([[[0.6, 0.8]]]),
        right=torch.tensor([[right]]),
    )


def _learned(batch: FrameBatch, steps: int = 300) -> torch.Tensor:
    """Maps that minimise the loss of a batch."""
    maps = torch.zeros(1, VALUES, 2, 16, 24)
    maps[:, 0] = -2
    maps.requires_grad_()
    optimiser = torch.optim.Adam([maps], lr=0.1)
    for _ in range(steps):
        optimiser.zero_grad()
        detection_loss(maps, batch).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return maps.detach()


@pytest.mark.parametrize("right", [1.0, 0.0])
def test_maps_that_minimise_the_loss_decode_to_the_hand(right: float) -> None:
    hand = decode(_learned(_batch(right)))[0, 0].tolist()
    assert hand[0] > 0.9
    assert hand[1:6] == pytest.approx([50, 30, 20, 0.6, 0.8], rel=0.05)
    assert hand[6] == pytest.approx(right, abs=0.1)


def test_a_hand_of_an_unknown_side_has_to_be_found_on_either() -> None:
    maps = torch.zeros(1, VALUES, 2, 16, 24)
    maps[:, 0] = -8
    batch = _batch(-1.0)
    missed = float(detection_loss(maps, batch))
    for side in (0, 1):
        found = maps.clone()
        found[0, 0, side, 7, 12] = 8
        assert float(detection_loss(found, batch)) < missed - 5


def test_peaks_where_no_hands_were_marked_cost_nothing() -> None:
    maps = torch.zeros(1, VALUES, 2, 16, 24)
    maps[:, 0] = -8
    maps[0, 3] = math.log(20 / UNIT_SIZE_PX)
    peak = maps.clone()
    peak[0, 0, 1, 2, 2] = 8
    assert float(detection_loss(peak, _batch(1.0))) > float(detection_loss(maps, _batch(1.0))) + 1
    unknown = _batch(1.0, known=0)
    assert float(detection_loss(peak, unknown)) == float(detection_loss(maps, unknown))
