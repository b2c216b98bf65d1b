"""Training crops, and that the network gets the same input in the live program."""

import random
from contextlib import closing
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
from tests.trainer.synthetic_data import SIDE, write_folder, write_image
from trainer.data import augmentation_parameters as parameters_module
from trainer.data import training_crops as crops_module
from trainer.data.augmentation_parameters import TRUNCATED_SHARE, AugmentationParameters, truncate
from trainer.data.folders import Sample, read_hands, read_negatives
from trainer.data.image_cache import SIDE_PX, ImageCache, read_image_cache, to_squares
from trainer.data.image_store import ImageStore
from trainer.data.labels import JointLabels
from trainer.data.prefetch import Prefetcher
from trainer.data.rendered import RenderedHand, RenderedHands
from trainer.data.rendering import RenderedWindow
from trainer.data.training_crops import Batch, TrainingCrops
from trainer.data.warp import Crops, grid_sample_crops, warp_crops
from trainer.evaluate.accuracy import predict
from trainer.recipes import RECIPES, Recipe

LIVE, ARTICLE = RECIPES["live"], RECIPES["article"]
INFO = WeightsInfo("live", (0.5, 0.4, 0.3), (0.25, 0.2, 0.1))
CPU = torch.device("cpu")


def cache_samples(samples: list[Sample], recipe: Recipe = LIVE) -> ImageCache:
    margin = INFO.crop_margin if recipe.augmented else None
    return read_image_cache(samples, margin=margin, device=CPU)


def _crops(folder: Path, recipe: Recipe = LIVE, *, crop_px: int = 64, seed: int = 0) -> TrainingCrops:
    samples = read_hands(folder, "train") + read_negatives(folder, "train")
    return TrainingCrops(cache_samples(samples, recipe), recipe, crop_px=crop_px, seed=seed)


def _assert_same(one: Batch, other: Batch) -> None:
    for part, other_part in zip(one, other, strict=True):
        torch.testing.assert_close(part, other_part, rtol=0, atol=0, equal_nan=True)


def _row(batch: Batch, row: int) -> Batch:
    return Batch(*(part[row : row + 1] for part in batch))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hands")
    write_folder(path, labels=6, negatives={"train": 3})
    return path


def test_an_index_gives_the_same_crop_in_any_order_and_batch(folder: Path) -> None:
    together = _crops(folder).batch(range(5, 35))
    again = _crops(folder)
    for row in random.Random(0).sample(range(30), 30):
        _assert_same(again.batch(range(5 + row, 6 + row)), _row(together, row))


def test_another_seed_gives_other_crops(folder: Path) -> None:
    one, other = (_crops(folder, seed=seed).batch(range(5)).images for seed in (0, 1))
    assert not any(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_an_epoch_has_every_hand_once_in_another_order(folder: Path) -> None:
    joints = _crops(folder, ARTICLE).batch(range(12)).joints.sum(dim=(1, 2)).tolist()
    first, second = joints[:6], joints[6:]
    assert len(set(first)) == 6
    assert sorted(first) == sorted(second)
    assert first != second


def test_an_epoch_repeats_samples_by_the_given_numbers(folder: Path) -> None:
    repeats = np.array([1, 4, 1, 1, 2, 1])
    cache = cache_samples(read_hands(folder, "train"), ARTICLE)
    crops = TrainingCrops(cache, ARTICLE, crop_px=64, seed=0, sample_repeats=repeats)
    drawn = crops.batch(range(10)).joints.sum(dim=(1, 2)).tolist()
    expected = np.repeat(cache.labels.joints_px.sum(axis=(1, 2)) / SIDE, repeats)
    np.testing.assert_allclose(sorted(drawn), np.sort(expected), atol=1e-3)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_negatives_have_their_share(folder: Path, share: float) -> None:
    crops = _crops(folder, replace(LIVE, negative_share=share), crop_px=32)
    without_hand = 1 - float(crops.batch(range(400)).hand.float().mean())
    # A tolerance of three standard deviations of 400 samples.
    assert without_hand == pytest.approx(share, abs=3 * (share * (1 - share) / 400) ** 0.5)


def test_left_hands_have_their_share(folder: Path) -> None:
    crops = _crops(folder, replace(LIVE, mirrored_share=0.3, negative_share=0.0), crop_px=32)
    left = 1 - float(crops.batch(range(400)).right.float().mean())
    assert left == pytest.approx(0.3, abs=0.07)


def test_a_left_hand_is_the_mirror_image_of_the_right_one_with_its_joints(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crops_module, "SURROUNDINGS_REPLACED", 0.0)  # a new background is not mirrored
    right = _crops(folder, replace(LIVE, mirrored_share=0.0, negative_share=0.0))
    left = _crops(folder, replace(LIVE, mirrored_share=1.0, negative_share=0.0))
    one, other = right.batch(range(10)), left.batch(range(10))
    assert one.right.all()
    assert not other.right.any()
    assert (one.images.flip(3).int() - other.images.int()).abs().max() <= 3
    torch.testing.assert_close(other.joints, one.joints * torch.tensor([-1, 1]) + torch.tensor([1, 0]))


def test_joints_follow_the_image_through_every_augmentation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parameters_module, "TRUNCATED_SHARE", 1e-9)  # the bright spot must be visible
    joints_px = write_folder(tmp_path, labels=1)
    tip = joints_px[0, 8]
    centres = np.arange(SIDE) + 0.5
    light = 255 * np.exp(-((centres - tip[0]) ** 2 + (centres[:, None] - tip[1]) ** 2) / 18)
    write_image(tmp_path / "training/rgb/00000000.jpg", np.repeat(light.round().astype(np.uint8)[..., None], 3, axis=2))
    crops = _crops(tmp_path, replace(LIVE, negative_share=0.0, mirrored_share=0.5), crop_px=128)
    visible = 0
    batch = crops.batch(range(60))
    for image, joints in zip(batch.images, batch.joints, strict=True):
        if (joints[8] - 0.5).abs().max() < 0.3:
            visible += 1
            np.testing.assert_allclose(_bright_spot(image), joints[8] * 128, atol=0.5)
    assert visible > 20


def _bright_spot(image: Tensor) -> NDArray[np.float64]:
    """Return the position of the only bright spot of an image, in px, ignoring dark JPEG artefacts."""
    light = image.double().mean(dim=0).numpy()
    light = np.where(light > 25, light, 0)
    centres = np.arange(len(light)) + 0.5
    return np.array([light.sum(axis=0) @ centres, light.sum(axis=1) @ centres], np.float64) / float(light.sum())


def test_crops_are_perturbed_around_the_upright_one(folder: Path) -> None:
    crops = _crops(folder, replace(LIVE, negative_share=0.0, mirrored_share=0.0), crop_px=32)
    joints = crops.batch(range(300)).joints
    centres = (joints.amin(dim=1) + joints.amax(dim=1)) / 2
    spans = (joints.amax(dim=1) - joints.amin(dim=1)).amax(dim=1)
    np.testing.assert_allclose(centres.mean(dim=0), 0.5, atol=0.03)
    assert centres.std(dim=0).min() > 0.04
    assert float(spans.median()) == pytest.approx(1 / 2.1, rel=0.1)
    assert spans.std() > 0.04


def test_strong_perturbations_are_rarer_while_the_learning_rate_decays(folder: Path) -> None:
    cache = cache_samples(read_hands(folder, "train")[:1])
    recipe = replace(LIVE, negative_share=0.0, mirrored_share=0.0, batch=400, steps=10)
    crops = TrainingCrops(cache, recipe, crop_px=32, seed=0)
    joints_px = cache.labels.joints_px[0]
    upright = torch.from_numpy(Crop.around(joints_px, margin=INFO.crop_margin).to_crop(joints_px, 32)).float()

    def strongly_rotated(step: int) -> int:
        joints = crops.batch(range(400 * step, 400 * step + 400)).joints
        return int((((joints - joints.mean(dim=1, keepdim=True)) * (upright - 16)).sum(dim=(1, 2)) < 0).sum())

    # By more than 90 degrees: half of the strong perturbations, which are a fifth of all, and half as many from step 6.
    assert 28 < strongly_rotated(5) < 54
    assert 10 < strongly_rotated(7) < 28


def test_the_article_s_network_gets_unchanged_images(folder: Path) -> None:
    for sample in read_hands(folder, "train"):
        assert sample.joints_px is not None
        crops = TrainingCrops(cache_samples([sample], ARTICLE), ARTICLE, crop_px=SIDE, seed=0)
        item = crops.batch(range(1))
        np.testing.assert_array_equal(item.images[0].permute(1, 2, 0), sample.read())
        np.testing.assert_allclose(item.joints[0], sample.joints_px / SIDE, atol=1e-6)
        assert item.hand.all()
        assert item.right.all()


class RecordingNetwork(nn.Module):
    """A network that records its input."""

    def __init__(self) -> None:
        super().__init__()
        self.inputs: list[Tensor] = []

    def forward(self, crops: Tensor) -> NetworkOutput:
        self.inputs.append(crops)
        return NetworkOutput(torch.ones(len(crops), 21, 32, 32), torch.zeros(len(crops), 21, 2), None)


def test_a_whole_image_gives_the_same_input_in_training_and_in_the_program(folder: Path) -> None:
    sample = read_hands(folder, "train")[0]
    crops = TrainingCrops(cache_samples([sample], ARTICLE), ARTICLE, crop_px=128, seed=0)
    in_training = Normalise(INFO)(crops.batch(range(1)).images.float())

    network = RecordingNetwork()
    TorchEstimator(network, INFO, "cpu")(Crop(SIDE / 2, SIDE / 2, SIDE).cut(sample.read(), 128)[None])
    assert torch.equal(in_training, network.inputs[0])


def test_an_unperturbed_hand_gives_the_same_input_in_training_and_in_evaluation(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AugmentationParameters, "sample", lambda *_: _unperturbed(1, truncated=0.99, extent=0.0))
    sample = read_hands(folder, "train")[0]
    crops = TrainingCrops(cache_samples([sample]), LIVE, crop_px=128, seed=0)
    item = crops.batch(range(1))

    network = RecordingNetwork()
    (prediction,) = predict(TorchEstimator(network, INFO, "cpu"), [sample])
    assert torch.equal(Normalise(INFO)(item.images.float()), network.inputs[0])
    np.testing.assert_allclose(item.joints[0] * 128, prediction.true_joints_crop_px, atol=1e-4)


def _unperturbed(count: int, *, truncated: float, extent: float) -> AugmentationParameters:
    """Create parameters that only truncate the image."""
    parameters = AugmentationParameters(*[np.full(count, 0.99, np.float32)] * 10, *[np.zeros(count, np.float32)] * 5)
    return parameters._replace(
        truncated=np.full(count, truncated, np.float32), extent=np.full(count, extent, np.float32)
    )


@pytest.mark.parametrize("side", range(4))
def test_an_image_is_truncated_within_the_hand_on_any_side(
    side: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    joints_px = np.random.default_rng(0).uniform((40, 50), (80, 110), (21, 2)).astype(np.float32)
    across, down = np.meshgrid(np.arange(160), np.arange(160))
    image = np.stack([across, down, 0 * across], axis=2).astype(np.uint8)
    cache = cache_samples([Sample(write_image(tmp_path / "slope.png", image), JointLabels.of_joints(joints_px))])
    crops = TrainingCrops(cache, LIVE, crop_px=128, seed=0)
    batches = []
    for truncated in (0.99, (side + 0.5) / 4 * TRUNCATED_SHARE):
        parameters = _unperturbed(1, truncated=truncated, extent=0.8)
        monkeypatch.setattr(AugmentationParameters, "sample", lambda *_, parameters=parameters: parameters)
        batches.append(crops.batch(range(1)))
    complete, truncated_batch = batches
    torch.testing.assert_close(truncated_batch.joints, complete.joints)
    low, high = joints_px.min(axis=0), joints_px.max(axis=0)
    axis = side % 2
    bound = (low + 0.4 * (high - low), high - 0.4 * (high - low))[side // 2][axis]
    expected = complete.images.clone()
    expected[:, axis] = expected[:, axis].clamp(*((bound, 255) if side < 2 else (0, bound - 1)))
    assert (truncated_batch.images.int() - expected.int()).abs().max() <= 2
    assert not torch.equal(truncated_batch.images, complete.images)


def test_truncation_at_a_hand_beyond_the_edge_leaves_one_pixel() -> None:
    joints_px = np.random.default_rng(0).uniform((-90, 170), (-5, 300), (4, 21, 2)).astype(np.float32)
    parameters = _unperturbed(4, truncated=0.0, extent=1.0)
    parameters = parameters._replace(truncated=((np.arange(4) + 0.5) / 4 * TRUNCATED_SHARE).astype(np.float32))
    bounds = np.array([(0, 0, 160, 160)] * 4)
    truncate(bounds, joints_px, parameters)
    assert bounds.tolist() == [[1, 0, 160, 160], [0, 159, 160, 160], [0, 0, 1, 160], [0, 0, 160, 159]]


@pytest.mark.parametrize("size", [30.0, 60.0, 128.0, 200.0, 700.0])
@pytest.mark.parametrize("mirrored", [False, True])
def test_grid_sampling_gives_the_crops_of_the_live_program(size: float, mirrored: bool) -> None:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (3, 96, 96, 3), np.uint8)
    bounds = np.array([(0, 0, 96, 60), (0, 0, 96, 96), (9, 20, 80, 96)])
    crops = [Crop(40 + 9 * i, 44, size, angle=0.7 * i, mirrored=mirrored) for i in range(3)]
    matrices, indices = Crops.stack(crops).matrices(64), np.array([2, 0, 1])
    np.testing.assert_allclose(matrices, [crop.matrix(64) for crop in crops], rtol=1e-12)
    sampled = (
        grid_sample_crops(torch.from_numpy(images), indices, bounds, matrices, 64)
        .permute(0, 2, 3, 1)
        .numpy()
        .astype(int)
    )
    for crop, index, (left, top, right, bottom), cut in zip(crops, indices, bounds, sampled, strict=True):
        visible = replace(crop, centre_x=crop.centre_x - left, centre_y=crop.centre_y - top)
        live = visible.cut(images[index, top:bottom, left:right], 64).astype(int)
        # At most one level even for noise, the hardest image to resample: OpenCV rounds its samples before averaging.
        assert np.abs(cut - live).max() <= 1
        assert np.abs(cut - live).mean() < 0.2
    on_cpu = warp_crops(images, indices, bounds, matrices, 64).permute(0, 2, 3, 1)
    np.testing.assert_array_equal(on_cpu[1], crops[1].cut(images[0], 64))


def test_only_a_window_around_the_hand_is_cached_of_a_large_image(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    joints_px = rng.uniform((600, 300), (720, 400), (21, 2)).astype(np.float32)
    image = np.zeros((700, 900, 3), np.uint8)
    x, y = (int(value) for value in joints_px[8])
    image[y - 6 : y + 6, x - 6 : x + 6] = 255
    sample = Sample(write_image(tmp_path / "large.png", image), JointLabels.of_joints(joints_px))
    cache = cache_samples([sample])
    assert cache.sizes_px.tolist() == [[SIDE_PX, SIDE_PX]]
    np.testing.assert_allclose(
        _bright_spot(torch.tensor(cache.images[0]).permute(2, 0, 1)), cache.labels.joints_px[0, 8], atol=1
    )
    assert np.ptp(cache.labels.joints_px[0], axis=0).max() == pytest.approx(SIDE_PX / 3.6, rel=1e-3)


def test_a_large_image_filled_by_a_hand_is_cached_completely(tmp_path: Path) -> None:
    joints_px = np.random.default_rng(0).uniform(100, 500, (21, 2)).astype(np.float32)
    sample = Sample(
        write_image(tmp_path / "large.png", np.full((600, 600, 3), 90, np.uint8)), JointLabels.of_joints(joints_px)
    )
    np.testing.assert_allclose(cache_samples([sample]).labels.joints_px[0], joints_px * SIDE_PX / 600, rtol=1e-5)


def _drawn_hands(index: int) -> list[RenderedHand]:
    """A hand in every scene but each third."""
    rng = np.random.default_rng(index)
    image = rng.integers(0, 256, (SIDE_PX, SIDE_PX, 3), np.uint8)
    joints_px = rng.uniform(60, 160, (21, 2)).astype(np.float32)
    return [RenderedHand(image, JointLabels.of_joints(joints_px))] if index % 3 else []


def _mixed(folder: Path, step: int) -> TrainingCrops:
    """Crops of rendered hands alone, but for negatives."""
    samples = read_hands(folder, "train") + read_negatives(folder, "train")
    window = RenderedWindow(_drawn_hands, group=8, uses_per_step=40, step=step, workers=1, progress=False)
    rendered = RenderedHands(window, INFO.crop_margin)
    return TrainingCrops(
        cache_samples(samples),
        replace(LIVE, batch=4),
        crop_px=64,
        seed=0,
        rendered=rendered,
        rendered_share=1.0,
    )


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_batches_are_the_same_with_any_number_of_threads(folder: Path, workers: int) -> None:
    recipe = replace(LIVE, batch=16)
    samples = read_hands(folder, "train") + read_negatives(folder, "train")
    cache = cache_samples(samples)

    def crops() -> TrainingCrops:
        window = RenderedWindow(_drawn_hands, group=8, uses_per_step=40, step=0, workers=1, progress=False)
        rendered = RenderedHands(window, INFO.crop_margin)
        return TrainingCrops(cache, recipe, crop_px=64, seed=0, rendered=rendered, rendered_share=0.5)

    with closing(crops()) as alone, closing(Prefetcher(crops(), 16, CPU, workers=workers)) as prefetched:
        # A process of two, which prepares the second half of each batch.
        for start in range(8, 8 + 6 * 16, 16):
            _assert_same(prefetched.batch(range(start, start + 8)), alone.batch(range(start, start + 8)))


def test_each_row_of_a_batch_is_that_of_its_position_also_among_rendered_hands(folder: Path) -> None:
    window = RenderedWindow(_drawn_hands, group=8, uses_per_step=40, step=0, workers=1, progress=False)
    rendered = RenderedHands(window, INFO.crop_margin)
    cache = cache_samples(read_hands(folder, "train"))
    crops = TrainingCrops(cache, LIVE, crop_px=64, seed=0, rendered=rendered, rendered_share=0.5)
    with closing(crops):
        together = crops.batch(range(10))
        for row in range(10):
            _assert_same(crops.batch(range(row, row + 1)), _row(together, row))


def test_images_on_a_gpu_give_the_crops_of_those_on_the_disk(folder: Path) -> None:
    samples = read_hands(folder, "train") + read_negatives(folder, "train")
    on_disk = cache_samples(samples)
    assert isinstance(on_disk.images, ImageStore)
    on_gpu = replace(on_disk, images=to_squares(on_disk.images, CPU))  # cut as on a GPU
    one, other = (TrainingCrops(cache, LIVE, crop_px=64, seed=0).batch(range(20)) for cache in (on_disk, on_gpu))
    torch.testing.assert_close(other.joints, one.joints)
    difference = (one.images.int() - other.images.int()).abs()
    assert difference.float().mean() < 0.5
    assert (difference > 3).float().mean() < 0.01


def test_rendered_hands_have_their_share_and_a_resumed_sequence_is_the_same(folder: Path) -> None:
    with closing(_mixed(folder, 0)) as crops:
        sequence = [crops.batch(range(start, start + 4)) for start in range(0, 64, 4)]
    assert sum(int(batch.hand.sum()) for batch in sequence) > 40
    stored = {round(float(joints.sum()), 3) for joints in _crops(folder).batch(range(16)).joints}
    assert stored.isdisjoint(round(float(joints.sum()), 3) for batch in sequence for joints in batch.joints[batch.hand])
    with closing(_mixed(folder, 15)) as resumed:
        _assert_same(resumed.batch(range(60, 64)), sequence[15])
