"""What the network is trained on, and that it is what it will see live."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from handpose_live.inference.torch_engine import TorchEstimator
from handpose_live.pose.pose_network import Normalise
from handpose_live.pose.unet import NetworkOutput
from handpose_live.pose.weights import WeightsInfo
from handpose_live.types.crop import Crop
from tests.trainer.made_data import SIDE, write_folder, write_picture
from trainer.data import rendered as rendered_module
from trainer.data import training_crops as crops_module
from trainer.data.background import is_green_screen, replace_screen, replace_surroundings
from trainer.data.folders import Sample, read_hands, read_negatives
from trainer.data.image_cache import SIDE_PX, ImageCache, read_image_cache
from trainer.data.rendered import RenderedHands
from trainer.data.training_crops import CUT_OFF, AugmentationParameters, Batch, TrainingCrops, cut_off
from trainer.data.warp import Crops, warp_all, warp_by_sampling
from trainer.evaluate.evaluate import predict
from trainer.recipes import RECIPES, Recipe

LIVE, ARTICLE = RECIPES["live"], RECIPES["article"]
INFO = WeightsInfo("live", (0.5, 0.4, 0.3), (0.25, 0.2, 0.1))
CPU = torch.device("cpu")


def _album(samples: list[Sample], recipe: Recipe = LIVE) -> ImageCache:
    margin = INFO.crop_margin if recipe.augmented else None
    return read_image_cache(samples, samples[0].path.parent, margin=margin, device=CPU, progress=False)


def _crops(folder: Path, recipe: Recipe = LIVE, *, crop_px: int = 64, seed: int = 0) -> TrainingCrops:
    samples = read_hands(folder, "train") + read_negatives(folder, "train")
    return TrainingCrops(_album(samples, recipe), recipe, crop_px=crop_px, seed=seed, device=CPU)


def _assert_same(one: Batch, other: Batch) -> None:
    for part, other_part in zip(one, other, strict=True):
        assert torch.equal(part, other_part)


def _only(batch: Batch, row: int) -> Batch:
    return Batch(*(part[row : row + 1] for part in batch))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hands")
    write_folder(path, labels=6, negatives={"train": 3})
    return path


def test_a_position_gives_the_same_crop_in_any_order_and_batch(folder: Path) -> None:
    together = _crops(folder).batch(range(5, 35))
    again = _crops(folder)
    for row in random.Random(0).sample(range(30), 30):
        _assert_same(again.batch(range(5 + row, 6 + row)), _only(together, row))


def test_another_seed_gives_other_crops(folder: Path) -> None:
    one, other = (_crops(folder, seed=seed).batch(range(5)).images for seed in (0, 1))
    assert not any(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_an_epoch_shows_every_hand_once_in_an_order_of_its_own(folder: Path) -> None:
    joints = _crops(folder, ARTICLE).batch(range(12)).joints.sum(dim=(1, 2)).tolist()
    first, second = joints[:6], joints[6:]
    assert len(set(first)) == 6
    assert sorted(first) == sorted(second)
    assert first != second


def test_an_epoch_shows_hands_as_often_as_it_shall(folder: Path) -> None:
    often = np.array([1, 4, 1, 1, 2, 1])
    album = _album(read_hands(folder, "train"), ARTICLE)
    crops = TrainingCrops(album, ARTICLE, crop_px=64, seed=0, device=CPU, sample_repeats=often)
    shown = crops.batch(range(10)).joints.sum(dim=(1, 2)).tolist()
    wanted = np.repeat(album.joints_px.sum(axis=(1, 2)) / SIDE, often)
    np.testing.assert_allclose(sorted(shown), np.sort(wanted), atol=1e-3)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_negatives_take_their_share(folder: Path, share: float) -> None:
    crops = _crops(folder, replace(LIVE, negative_share=share), crop_px=32)
    without_hand = 1 - float(crops.batch(range(400)).hand.float().mean())
    # Three standard deviations of 400 draws.
    assert without_hand == pytest.approx(share, abs=3 * (share * (1 - share) / 400) ** 0.5)


def test_left_hands_take_their_share(folder: Path) -> None:
    crops = _crops(folder, replace(LIVE, mirrored_share=0.3, negative_share=0.0), crop_px=32)
    left = 1 - float(crops.batch(range(400)).right.float().mean())
    assert left == pytest.approx(0.3, abs=0.07)


def test_a_left_hand_is_the_mirror_image_of_the_right_one_joints_and_all(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crops_module, "SURROUNDINGS_REPLACED", 0.0)  # another background is not mirrored
    right = _crops(folder, replace(LIVE, mirrored_share=0.0, negative_share=0.0))
    left = _crops(folder, replace(LIVE, mirrored_share=1.0, negative_share=0.0))
    one, other = right.batch(range(10)), left.batch(range(10))
    assert one.right.all()
    assert not other.right.any()
    assert (one.images.flip(3).int() - other.images.int()).abs().max() <= 3
    torch.testing.assert_close(other.joints, one.joints * torch.tensor([-1, 1]) + torch.tensor([1, 0]))


def test_joints_lie_where_the_picture_shows_them_however_it_was_bent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crops_module, "CUT_OFF", 1e-9)  # the light itself is to be seen
    joints_px = write_folder(tmp_path, labels=1)
    tip = joints_px[0, 8]
    centres = np.arange(SIDE) + 0.5
    light = 255 * np.exp(-((centres - tip[0]) ** 2 + (centres[:, None] - tip[1]) ** 2) / 18)
    write_picture(
        tmp_path / "training/rgb/00000000.jpg", np.repeat(light.round().astype(np.uint8)[..., None], 3, axis=2)
    )
    crops = _crops(tmp_path, replace(LIVE, negative_share=0.0, mirrored_share=0.5), crop_px=128)
    seen = 0
    batch = crops.batch(range(60))
    for image, joints in zip(batch.images, batch.joints, strict=True):
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
    joints = crops.batch(range(300)).joints
    middles = (joints.amin(dim=1) + joints.amax(dim=1)) / 2
    spans = (joints.amax(dim=1) - joints.amin(dim=1)).amax(dim=1)
    np.testing.assert_allclose(middles.mean(dim=0), 0.5, atol=0.03)
    assert middles.std(dim=0).min() > 0.04
    assert float(spans.median()) == pytest.approx(1 / 2.1, rel=0.1)
    assert spans.std() > 0.04


def test_a_run_that_settles_sees_fewer_wild_crops(folder: Path) -> None:
    album = _album(read_hands(folder, "train")[:1])
    recipe = replace(LIVE, negative_share=0.0, mirrored_share=0.0, batch=400, steps=10)
    crops = TrainingCrops(album, recipe, crop_px=32, seed=0, device=CPU)
    joints_px = album.joints_px[0]
    upright = torch.from_numpy(Crop.around(joints_px, margin=INFO.crop_margin).to_crop(joints_px, 32)).float()

    def far_turned(step: int) -> int:
        joints = crops.batch(range(400 * step, 400 * step + 400)).joints
        return int((((joints - joints.mean(dim=1, keepdim=True)) * (upright - 16)).sum(dim=(1, 2)) < 0).sum())

    # By more than 90 degrees: half of the wild crops, a fifth of all, and half as many from step 6 on.
    assert 28 < far_turned(5) < 54
    assert 10 < far_turned(7) < 28


def test_the_article_s_network_sees_whole_pictures_as_they_are(folder: Path) -> None:
    for sample in read_hands(folder, "train"):
        assert sample.joints_px is not None
        crops = TrainingCrops(_album([sample], ARTICLE), ARTICLE, crop_px=SIDE, seed=0, device=CPU)
        item = crops.batch(range(1))
        np.testing.assert_array_equal(item.images[0].permute(1, 2, 0), sample.read())
        np.testing.assert_allclose(item.joints[0], sample.joints_px / SIDE, atol=1e-6)
        assert item.hand.all()
        assert item.right.all()


class Watching(nn.Module):
    """Keeps what a real estimator shows its network."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Tensor] = []

    def forward(self, crops: Tensor) -> NetworkOutput:
        self.seen.append(crops)
        return NetworkOutput(torch.ones(len(crops), 21, 32, 32), torch.zeros(len(crops), 21, 2), None)


def test_a_whole_picture_is_the_same_to_the_network_in_training_and_live(folder: Path) -> None:
    sample = read_hands(folder, "train")[0]
    crops = TrainingCrops(_album([sample], ARTICLE), ARTICLE, crop_px=128, seed=0, device=CPU)
    in_training = Normalise(INFO)(crops.batch(range(1)).images.float())

    network = Watching()
    TorchEstimator(network, INFO, "cpu")(Crop(SIDE / 2, SIDE / 2, SIDE).cut(sample.read(), 128)[None])
    assert torch.equal(in_training, network.seen[0])


def test_an_unperturbed_hand_is_the_same_to_the_network_in_training_and_evaluation(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AugmentationParameters, "cast", lambda *_: _lots(1, cut_off=0.99, beyond=0.0))
    sample = read_hands(folder, "train")[0]
    crops = TrainingCrops(_album([sample]), LIVE, crop_px=128, seed=0, device=CPU)
    item = crops.batch(range(1))

    network = Watching()
    (prediction,) = predict(TorchEstimator(network, INFO, "cpu"), [sample])
    assert torch.equal(Normalise(INFO)(item.images.float()), network.seen[0])
    np.testing.assert_allclose(item.joints[0] * 128, prediction.true_joints_crop_px, atol=1e-4)


def _lots(count: int, *, cut_off: float, beyond: float) -> AugmentationParameters:
    """Lots that change nothing but where pictures end."""
    calm = AugmentationParameters(*[np.full(count, 0.99, np.float32)] * 10, *[np.zeros(count, np.float32)] * 5)
    return calm._replace(cut_off=np.full(count, cut_off, np.float32), beyond=np.full(count, beyond, np.float32))


@pytest.mark.parametrize("side", range(4))
def test_a_picture_may_end_within_the_hand_on_any_side(
    side: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    joints_px = np.random.default_rng(0).uniform((40, 50), (80, 110), (21, 2)).astype(np.float32)
    across, down = np.meshgrid(np.arange(160), np.arange(160))
    picture = np.stack([across, down, 0 * across], axis=2).astype(np.uint8)
    album = _album([Sample(write_picture(tmp_path / "slope.png", picture), joints_px)])
    crops = TrainingCrops(album, LIVE, crop_px=128, seed=0, device=CPU)
    seen = []
    for lot in (0.99, (side + 0.5) / 4 * CUT_OFF):
        lots = _lots(1, cut_off=lot, beyond=0.8)
        monkeypatch.setattr(AugmentationParameters, "cast", lambda *_, lots=lots: lots)
        seen.append(crops.batch(range(1)))
    whole, ended = seen
    torch.testing.assert_close(ended.joints, whole.joints)
    low, high = joints_px.min(axis=0), joints_px.max(axis=0)
    axis = side % 2
    bound = (low + 0.4 * (high - low), high - 0.4 * (high - low))[side // 2][axis]
    wanted = whole.images.clone()
    wanted[:, axis] = wanted[:, axis].clamp(*((bound, 255) if side < 2 else (0, bound - 1)))
    assert (ended.images.int() - wanted.int()).abs().max() <= 2
    assert not torch.equal(ended.images, whole.images)


def test_a_hand_beyond_the_picture_s_edge_leaves_something_of_it() -> None:
    joints_px = np.random.default_rng(0).uniform((-90, 170), (-5, 300), (4, 21, 2)).astype(np.float32)
    lots = _lots(4, cut_off=0.0, beyond=1.0)
    lots = lots._replace(cut_off=((np.arange(4) + 0.5) / 4 * CUT_OFF).astype(np.float32))
    windows = np.array([(0, 0, 160, 160)] * 4)
    cut_off(windows, joints_px, lots)
    assert windows.tolist() == [[1, 0, 160, 160], [0, 159, 160, 160], [0, 0, 1, 160], [0, 0, 160, 159]]


@pytest.mark.parametrize("size", [30.0, 60.0, 128.0, 200.0, 700.0])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_gpu_cuts_the_crop_that_the_live_program_cuts(size: float, mirrored: bool) -> None:
    rng = np.random.default_rng(0)
    pixels = torch.from_numpy(rng.integers(0, 256, (3, 96, 96, 3), np.uint8))
    windows = np.array([(0, 0, 96, 60), (0, 0, 96, 96), (9, 20, 80, 96)])
    crops = [Crop(40 + 9 * i, 44, size, angle=0.7 * i, mirrored=mirrored) for i in range(3)]
    matrices, places = Crops.of(crops).matrices(64), np.array([2, 0, 1])
    np.testing.assert_allclose(matrices, [crop.matrix(64) for crop in crops], rtol=1e-12)
    sampled = warp_by_sampling(pixels, places, windows, matrices, 64).permute(0, 2, 3, 1).numpy().astype(int)
    for crop, place, (left, top, right, bottom), cut in zip(crops, places, windows, sampled, strict=True):
        seen = replace(crop, centre_x=crop.centre_x - left, centre_y=crop.centre_y - top)
        live = seen.cut(pixels[place, top:bottom, left:right].numpy(), 64).astype(int)
        # A level at most, of noise, the hardest picture to resample: cv2 rounds its samples before it averages them.
        assert np.abs(cut - live).max() <= 1
        assert np.abs(cut - live).mean() < 0.2
    on_cpu = warp_all(pixels, places, windows, matrices, 64).permute(0, 2, 3, 1)
    np.testing.assert_array_equal(on_cpu[1], crops[1].cut(pixels[0].numpy(), 64))


def test_of_a_large_picture_the_hand_is_kept_with_what_crops_may_reach(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    joints_px = rng.uniform((600, 300), (720, 400), (21, 2)).astype(np.float32)
    picture = np.zeros((700, 900, 3), np.uint8)
    x, y = (int(value) for value in joints_px[8])
    picture[y - 6 : y + 6, x - 6 : x + 6] = 255
    sample = Sample(write_picture(tmp_path / "large.png", picture), joints_px)
    album = _album([sample])
    assert album.sizes_px.tolist() == [[SIDE_PX, SIDE_PX]]
    np.testing.assert_allclose(_middle_of_light(album.pixels[0].permute(2, 0, 1)), album.joints_px[0, 8], atol=1)
    assert np.ptp(album.joints_px[0], axis=0).max() == pytest.approx(SIDE_PX / 3.6, rel=1e-3)


def test_a_hand_that_fills_a_large_picture_is_kept_whole(tmp_path: Path) -> None:
    joints_px = np.random.default_rng(0).uniform(100, 500, (21, 2)).astype(np.float32)
    sample = Sample(write_picture(tmp_path / "large.png", np.full((600, 600, 3), 90, np.uint8)), joints_px)
    np.testing.assert_allclose(_album([sample]).joints_px[0], joints_px * SIDE_PX / 600, rtol=1e-5)


def _before_green(rng: np.random.Generator) -> NDArray[np.uint8]:
    picture = rng.integers((40, 180, 60), (56, 196, 76), (80, 80, 3), np.uint8)
    picture[20:60, 20:60] = (220, 170, 150)
    return picture


def test_a_green_screen_is_known_and_replaced_the_hand_kept() -> None:
    rng = np.random.default_rng(0)
    picture, room = _before_green(rng), np.full((80, 80, 3), (10, 20, 200), np.uint8)
    assert is_green_screen(picture)
    assert not is_green_screen(room)
    channels_first = [torch.from_numpy(cut)[None].permute(0, 3, 1, 2) for cut in (picture, room)]
    replaced = replace_screen(*channels_first)[0].permute(1, 2, 0).numpy()
    assert not is_green_screen(replaced)
    np.testing.assert_array_equal(replaced[22:58, 22:58], picture[22:58, 22:58])
    assert (replaced[:18] == (10, 20, 200)).all()


def test_hands_before_green_are_trained_before_other_things_too(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    joints_px = rng.uniform(25, 55, (21, 2)).astype(np.float32)
    hand = Sample(write_picture(tmp_path / "hand.jpg", _before_green(rng)), joints_px)
    wall = Sample(write_picture(tmp_path / "wall.jpg", np.full((60, 60, 3), (10, 20, 200), np.uint8)), None)
    recipe = replace(LIVE, negative_share=0.0)
    crops = TrainingCrops(_album([hand, wall]), recipe, crop_px=32, seed=0, device=CPU)
    corners = crops.batch(range(100)).images[:, :, 0, 0].int()
    green, blue = (corners[:, 1] > corners[:, 2]).sum(), (corners[:, 2] > 3 * corners[:, 1]).sum()  # in any light
    assert green > 5
    assert blue > 60


def test_a_hand_and_its_forearm_are_kept_before_another_picture() -> None:
    # A hand that points up, its wrist in the middle: what is near its bones stays, and the arm below it.
    knuckles_x = [44.0, 52, 60, 68, 76]
    joints = [(64.0, 64.0), *((x, 50.0 - 8 * part) for x in knuckles_x for part in range(4))]
    hand, room = torch.full((2, 3, 128, 128), 200, dtype=torch.uint8), torch.zeros((2, 3, 128, 128), dtype=torch.uint8)
    replaced = replace_surroundings(hand, room, torch.tensor([joints, joints]), torch.tensor([0.0, 1.0]))[:, 0]
    columns, rows = torch.tensor(joints).long().unbind(dim=1)
    assert (replaced[:, rows, columns] > 190).all()
    assert (replaced[:, 75, 64] > 190).all()
    assert (replaced[:, [0, 0, 127], [0, 127, 127]] == 0).all()
    narrow, wide = (replaced > 100).flatten(1).sum(dim=1).tolist()
    assert wide > narrow + 1000


def test_some_hands_in_rooms_are_trained_before_other_things_but_none_that_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    joints_px = np.random.default_rng(0).uniform(35, 45, (21, 2)).astype(np.float32)
    hand = Sample(write_picture(tmp_path / "hand.jpg", np.full((80, 80, 3), (220, 170, 150), np.uint8)), joints_px)
    wall = Sample(write_picture(tmp_path / "wall.jpg", np.full((60, 60, 3), (5, 10, 130), np.uint8)), None)
    album, recipe = _album([hand, wall]), replace(LIVE, negative_share=0.0)

    def walls() -> Tensor:
        crops = TrainingCrops(album, recipe, crop_px=64, seed=0, device=CPU)
        red, _, blue = crops.batch(range(200)).images[:, :, 0, 0].int().unbind(dim=1)
        return blue[blue > red + 30]

    blue = walls()
    assert 30 < len(blue) < 70
    assert 45 < blue.min() < 60  # each in a light of its own, up to burnt-out
    assert blue.max() == 255
    monkeypatch.setattr(crops_module, "CUT_OFF", 1.0)
    assert not len(walls())


@pytest.fixture
def few_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A window of two blocks of two pictures that moves on after every fourth use."""
    for name, value in {"SIDE_PX": 64, "BLOCKS": 2, "USES": 2, "CPU_BATCH": 2}.items():
        monkeypatch.setattr(rendered_module, name, value)


def _mixed(folder: Path, share: float) -> TrainingCrops:
    samples = read_hands(folder, "train") + read_negatives(folder, "train")
    recipe = replace(LIVE, batch=4)
    rendered = RenderedHands(3, [], margin=INFO.crop_margin, device=CPU)
    return TrainingCrops(
        _album(samples), recipe, crop_px=64, seed=0, device=CPU, rendered=rendered, rendered_share=share
    )


@pytest.mark.usefixtures("few_rendered")
def test_rendered_hands_take_their_share_and_a_resumed_row_is_the_same(folder: Path) -> None:
    crops = _mixed(folder, 1.0)
    row = [crops.batch(range(start, start + 4)) for start in range(0, 16, 4)]
    assert sum(int(batch.hand.sum()) for batch in row) > 10
    stored = {round(float(joints.sum()), 3) for joints in _crops(folder).batch(range(16)).joints}
    assert stored.isdisjoint(round(float(joints.sum()), 3) for batch in row for joints in batch.joints[batch.hand])
    _assert_same(_mixed(folder, 1.0).batch(range(12, 16)), row[3])


@pytest.mark.usefixtures("few_rendered")
def test_the_window_on_rendered_hands_moves_along_an_endless_row() -> None:
    rendered = RenderedHands(3, [], margin=2.1, device=CPU)
    first = rendered.album(0).joints_px.copy()
    np.testing.assert_array_equal(rendered.album(3).joints_px, first)
    second = rendered.album(4).joints_px
    np.testing.assert_array_equal(second[2:], first[2:])
    assert np.abs(second[:2] - first[:2]).min(axis=(1, 2)).max() > 0
    np.testing.assert_allclose(RenderedHands(3, [], margin=2.1, device=CPU).album(4).joints_px, second, atol=0.01)
