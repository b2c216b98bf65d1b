"""What the network is trained on, and that it is what it will see live."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import DataLoader

from handpose_live.pose.crop import Crop
from handpose_live.pose.pose_network import Normalise
from handpose_live.pose.torch_engine import TorchEstimator
from handpose_live.pose.unet import NetworkOutput
from handpose_live.pose.weights import WeightsInfo
from tests.trainer.made_data import SIDE, write_folder, write_picture
from trainer.data import crops as crops_module
from trainer.data.background import is_green_screen, replace_screen
from trainer.data.crops import Batch, TrainingCrops, start_worker
from trainer.data.folders import Sample, read_hands, read_negatives
from trainer.evaluate import predict
from trainer.recipes import RECIPES, Recipe

LIVE, ARTICLE = RECIPES["live"], RECIPES["article"]
INFO = WeightsInfo("live", (0.5, 0.4, 0.3), (0.25, 0.2, 0.1))


def _crops(folder: Path, recipe: Recipe = LIVE, *, crop_px: int = 64, seed: int = 0) -> TrainingCrops:
    hands, negatives = read_hands(folder, "train"), read_negatives(folder, "train")
    return TrainingCrops(hands, negatives, recipe, crop_px=crop_px, margin=2.1, seed=seed)


def _assert_same(one: Batch, other: Batch) -> None:
    for part, other_part in zip(one, other, strict=True):
        assert torch.equal(part, other_part)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hands")
    write_folder(path, labels=6, negatives={"train": 3})
    return path


def test_a_position_gives_the_same_crop_in_any_order(folder: Path) -> None:
    crops, again = _crops(folder), _crops(folder)
    in_order = [crops[position] for position in range(30)]
    shuffled = random.Random(0).sample(range(30), 30)
    for position in shuffled:
        _assert_same(again[position], in_order[position])


@pytest.mark.parametrize("workers", [1, 2])
def test_a_position_gives_the_same_crop_whoever_loads_it(folder: Path, workers: int) -> None:
    crops = _crops(folder)
    loader = DataLoader(crops, 3, sampler=range(5, 17), num_workers=workers, worker_init_fn=start_worker)
    loaded = [Batch(*(part[i] for part in batch)) for batch in loader for i in range(3)]
    assert len(loaded) == 12
    for position, crop in zip(range(5, 17), loaded, strict=True):
        _assert_same(crop, crops[position])


def test_another_seed_gives_other_crops(folder: Path) -> None:
    one, other = _crops(folder), _crops(folder, seed=1)
    assert not any(torch.equal(one[position].images, other[position].images) for position in range(5))


def test_an_epoch_shows_every_hand_once_in_an_order_of_its_own(folder: Path) -> None:
    crops = _crops(folder, ARTICLE)
    first, second = ([float(crops[start + place].joints.sum()) for place in range(6)] for start in (0, 6))
    assert len(set(first)) == 6
    assert sorted(first) == sorted(second)
    assert first != second


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_negatives_take_their_share(folder: Path, share: float) -> None:
    crops = _crops(folder, replace(LIVE, negative_share=share), crop_px=32)
    without_hand = np.mean([not bool(crops[position].hand) for position in range(400)])
    # Three standard deviations of 400 draws.
    assert without_hand == pytest.approx(share, abs=3 * (share * (1 - share) / 400) ** 0.5)


def test_left_hands_take_their_share(folder: Path) -> None:
    crops = _crops(folder, replace(LIVE, mirrored_share=0.3, negative_share=0.0), crop_px=32)
    left = np.mean([not bool(crops[position].right) for position in range(400)])
    assert left == pytest.approx(0.3, abs=0.07)


def test_a_left_hand_is_the_mirror_image_of_the_right_one_joints_and_all(folder: Path) -> None:
    right = _crops(folder, replace(LIVE, mirrored_share=0.0, negative_share=0.0))
    left = _crops(folder, replace(LIVE, mirrored_share=1.0, negative_share=0.0))
    for position in range(10):
        one, other = right[position], left[position]
        assert bool(one.right)
        assert not bool(other.right)
        assert (one.images.flip(2).int() - other.images.int()).abs().max() <= 3
        torch.testing.assert_close(other.joints, one.joints * torch.tensor([-1, 1]) + torch.tensor([1, 0]))


def test_joints_lie_where_the_picture_shows_them_however_it_was_bent(tmp_path: Path) -> None:
    joints_px = write_folder(tmp_path, labels=1)
    tip = joints_px[0, 8]
    centres = np.arange(SIDE) + 0.5
    light = 255 * np.exp(-((centres - tip[0]) ** 2 + (centres[:, None] - tip[1]) ** 2) / 18)
    write_picture(
        tmp_path / "training/rgb/00000000.jpg", np.repeat(light.round().astype(np.uint8)[..., None], 3, axis=2)
    )
    crops = _crops(tmp_path, replace(LIVE, negative_share=0.0, mirrored_share=0.5), crop_px=128)
    seen = 0
    for position in range(60):
        image, joints, _, _ = crops[position]
        if (joints[8] - 0.5).abs().max() < 0.3:
            seen += 1
            np.testing.assert_allclose(_middle_of_light(image), joints[8] * 128, atol=0.5)
    assert seen > 20


def _middle_of_light(image: Tensor) -> NDArray[np.float64]:
    """Where the only light of a picture is, in px; what JPEG left in the dark does not count."""
    light = image.double().mean(dim=0).numpy()
    light = np.where(light > 25, light, 0)
    centres = np.arange(len(light)) + 0.5
    return np.array([light.sum(axis=0) @ centres, light.sum(axis=1) @ centres], np.float64) / float(light.sum())


def test_crops_are_perturbed_about_the_upright_one(folder: Path) -> None:
    crops = _crops(folder, replace(LIVE, negative_share=0.0, mirrored_share=0.0), crop_px=32)
    joints = torch.stack([crops[position].joints for position in range(300)])
    middles = (joints.amin(dim=1) + joints.amax(dim=1)) / 2
    spans = (joints.amax(dim=1) - joints.amin(dim=1)).amax(dim=1)
    np.testing.assert_allclose(middles.mean(dim=0), 0.5, atol=0.03)
    assert middles.std(dim=0).min() > 0.04
    assert float(spans.median()) == pytest.approx(1 / 2.1, rel=0.1)
    assert spans.std() > 0.04


def test_the_article_s_network_sees_whole_pictures_as_they_are(folder: Path) -> None:
    for sample in read_hands(folder, "train"):
        assert sample.joints_px is not None
        item = TrainingCrops([sample], [], ARTICLE, crop_px=SIDE, margin=2.1, seed=0)[0]
        np.testing.assert_array_equal(item.images.permute(1, 2, 0), sample.read())
        np.testing.assert_allclose(item.joints, sample.joints_px / SIDE, atol=1e-6)
        assert bool(item.hand)
        assert bool(item.right)


class Watching(nn.Module):
    """Keeps what a real estimator shows its network."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Tensor] = []

    def forward(self, crops: Tensor) -> NetworkOutput:
        self.seen.append(crops)
        return NetworkOutput(torch.ones(len(crops), 21, 32, 32), None)


def test_a_whole_picture_is_the_same_to_the_network_in_training_and_live(folder: Path) -> None:
    sample = read_hands(folder, "train")[0]
    crops = TrainingCrops([sample], [], ARTICLE, crop_px=128, margin=2.1, seed=0)
    in_training = Normalise(INFO)(crops[0].images[None].float())

    network = Watching()
    TorchEstimator(network, INFO, "cpu")(Crop(SIDE / 2, SIDE / 2, SIDE).cut(sample.read(), 128)[None])
    assert torch.equal(in_training, network.seen[0])


def test_an_unperturbed_hand_is_the_same_to_the_network_in_training_and_evaluation(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crops_module, "stretch", lambda picture, joints_px, _: (picture, joints_px))
    monkeypatch.setattr(crops_module, "perturb", lambda crop, _, *, mirrored: replace(crop, mirrored=mirrored))
    sample = read_hands(folder, "train")[0]
    recipe = replace(LIVE, mirrored_share=0.0)
    item = TrainingCrops([sample], [], recipe, crop_px=128, margin=INFO.crop_margin, seed=0)[0]

    network = Watching()
    (prediction,) = predict(TorchEstimator(network, INFO, "cpu"), [sample])
    assert torch.equal(Normalise(INFO)(item.images[None].float()), network.seen[0])
    np.testing.assert_allclose(item.joints * 128, prediction.true_joints_crop_px, atol=1e-4)


def _before_green(rng: np.random.Generator) -> NDArray[np.uint8]:
    picture = rng.integers((40, 180, 60), (56, 196, 76), (80, 80, 3), np.uint8)
    picture[20:60, 20:60] = (220, 170, 150)
    return picture


def test_a_green_screen_is_known_and_replaced_the_hand_kept() -> None:
    rng = np.random.default_rng(0)
    picture, room = _before_green(rng), np.full((50, 70, 3), (10, 20, 200), np.uint8)
    assert is_green_screen(picture)
    assert not is_green_screen(room)
    replaced = replace_screen(picture, room)
    assert not is_green_screen(replaced)
    np.testing.assert_array_equal(replaced[22:58, 22:58], picture[22:58, 22:58])
    assert (replaced[:18] == (10, 20, 200)).all()


def test_hands_before_green_are_trained_before_other_things_too(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    joints_px = rng.uniform(25, 55, (21, 2)).astype(np.float32)
    hand = Sample(write_picture(tmp_path / "hand.jpg", _before_green(rng)), joints_px)
    wall = Sample(write_picture(tmp_path / "wall.jpg", np.full((60, 60, 3), (10, 20, 200), np.uint8)), None)
    recipe = replace(LIVE, negative_share=0.0)
    crops = TrainingCrops([hand], [wall], recipe, crop_px=32, margin=2.1, seed=0)
    corners = torch.stack([crops[position].images[:, 0, 0].int() for position in range(100)])
    green, blue = (corners[:, 1] > corners[:, 2]).sum(), (corners[:, 2] > corners[:, 1] + 100).sum()
    assert green > 5
    assert blue > 60
