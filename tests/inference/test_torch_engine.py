"""The PyTorch engine: crops in, joints out."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from handpose_live.inference.torch_engine import TorchEstimator
from handpose_live.pose.decode import average
from handpose_live.pose.unet import NETWORKS, HandDetails, NetworkOutput
from handpose_live.pose.weights import WeightsInfo

INFO = WeightsInfo("live", (0.5, 0.4, 0.3), (0.25, 0.2, 0.1))


class RecordingNetwork(nn.Module):
    """A network that records its input and returns the same heatmaps and logits for each crop."""

    def __init__(self, heatmaps: Tensor, logits: Tensor | None = None) -> None:
        super().__init__()
        self.heatmaps, self.logits = heatmaps, logits
        self.input = torch.empty(0)

    def forward(self, crops: Tensor) -> NetworkOutput:
        self.input = crops
        count = len(crops)
        heatmaps = self.heatmaps.expand(count, 21, *self.heatmaps.shape[-2:])
        return NetworkOutput(heatmaps, average(heatmaps), None if self.logits is None else _details(self.logits, count))


def _details(logits: Tensor, count: int) -> HandDetails:
    """Each joint lies farther away than the one before; the first ones are the most certain, and are seen."""
    joints = torch.arange(21.0).expand(count, 21)
    return HandDetails(logits.expand(count, 2), 0.3 + joints / 64, joints / 21 - 4, 10 - joints)


def _crops(count: int) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (count, 128, 128, 3), np.uint8)


def _untrained(name: str, device: str = "cpu") -> TorchEstimator:
    torch.manual_seed(0)
    return TorchEstimator(NETWORKS[name](), INFO, device)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_batch_gives_the_same_results_as_single_crops(name: str) -> None:
    estimator, crops = _untrained(name), _crops(5)
    together = estimator(crops)
    assert together.joints_crop_px.shape == (5, 21, 2)
    assert together.joint_scores.shape == (5, 21)
    assert together.hand_scores.shape == together.right_scores.shape == (5,)
    for i in range(5):
        alone = estimator(crops[i : i + 1])
        np.testing.assert_allclose(alone.joints_crop_px[0], together.joints_crop_px[i], atol=1e-3)
        np.testing.assert_allclose(alone.joint_scores[0], together.joint_scores[i], atol=1e-5)
        np.testing.assert_allclose(alone.hand_scores[0], together.hand_scores[i], atol=1e-5)
        np.testing.assert_allclose(alone.right_scores[0], together.right_scores[i], atol=1e-5)


def test_each_channel_is_normalised_by_its_mean_and_standard_deviation() -> None:
    network = RecordingNetwork(torch.ones(1, 1, 32, 32))
    crops = _crops(2)
    TorchEstimator(network, INFO, "cpu")(crops)
    expected = (crops / 255 - INFO.mean) / INFO.std
    np.testing.assert_allclose(network.input.permute(0, 2, 3, 1).numpy(), expected, atol=1e-5)


def test_joints_are_in_crop_px_and_scores_of_a_network_with_heatmaps_only_are_peaks() -> None:
    heatmaps = torch.zeros(1, 1, 32, 32)
    heatmaps[..., 7, 24] = 0.6
    poses = TorchEstimator(RecordingNetwork(heatmaps), INFO, "cpu")(_crops(1))
    np.testing.assert_allclose(poses.joints_crop_px[0], [[4 * 24.5, 4 * 7.5]] * 21, atol=1e-3)
    np.testing.assert_allclose(poses.joint_scores, 0.6, atol=1e-6)


def test_a_network_without_handedness_gives_one_half() -> None:
    poses = TorchEstimator(RecordingNetwork(torch.full((1, 1, 32, 32), 0.7)), INFO, "cpu")(_crops(1))
    assert poses.hand_scores == pytest.approx(0.7)
    assert poses.right_scores == pytest.approx(0.5)


def test_a_low_presence_logit_gives_a_low_hand_score() -> None:
    def score(logit: float) -> float:
        network = RecordingNetwork(torch.full((1, 1, 32, 32), 0.7), torch.tensor([logit, 2.0]))
        return float(TorchEstimator(network, INFO, "cpu")(_crops(1)).hand_scores[0])

    assert score(-6) < 0.01 < score(0) < score(6) <= 0.7 + 1e-6


def test_handedness_comes_from_the_second_logit() -> None:
    network = RecordingNetwork(torch.full((1, 1, 32, 32), 0.7), torch.tensor([-1.0, 2.0]))
    assert TorchEstimator(network, INFO, "cpu")(_crops(1)).right_scores == pytest.approx(1 / (1 + np.exp(-2)))


def test_depths_are_relative_to_the_wrist_in_crop_px() -> None:
    network = RecordingNetwork(torch.full((1, 1, 32, 32), 0.7), torch.zeros(2))
    depths = TorchEstimator(network, INFO, "cpu")(_crops(2)).depths_crop_px
    np.testing.assert_allclose(depths, [2 * np.arange(21)] * 2, atol=1e-3)


def test_a_larger_spread_gives_a_lower_joint_score_and_the_factor_of_the_weights_widens_it() -> None:
    network = RecordingNetwork(torch.full((1, 1, 32, 32), 0.7), torch.zeros(2))
    scores, wider = (
        TorchEstimator(network, replace(INFO, spread_factor=factor), "cpu")(_crops(1)).joint_scores[0]
        for factor in (1.0, 1.5)
    )
    assert (np.diff(scores) < 0).all()
    assert (wider < scores).all()
    ratio = 0.05 / INFO.crop_margin / np.exp(-4)  # of the allowed error to the spread of the first joint
    assert scores[0] == pytest.approx(1 - (1 + ratio) * np.exp(-ratio), abs=1e-4)


def test_visible_scores_are_probabilities() -> None:
    network = RecordingNetwork(torch.full((1, 1, 32, 32), 0.7), torch.zeros(2))
    visible = TorchEstimator(network, INFO, "cpu")(_crops(1)).visible_scores[0]
    np.testing.assert_allclose(visible, 1 / (1 + np.exp(np.arange(21.0) - 10)), atol=1e-5)


def test_a_network_with_heatmaps_only_knows_no_depths() -> None:
    poses = TorchEstimator(RecordingNetwork(torch.full((1, 1, 32, 32), 0.7)), INFO, "cpu")(_crops(1))
    assert np.isnan(poses.depths_crop_px).all()
    assert (poses.visible_scores == 1).all()


def test_the_device_in_use_has_a_name() -> None:
    assert _untrained("live").device_name == "CPU (PyTorch)"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
@pytest.mark.parametrize("name", NETWORKS)
def test_a_gpu_finds_the_same_joints_in_half_precision(name: str) -> None:
    crops = _crops(4)
    on_gpu, on_cpu = _untrained(name, "cuda"), _untrained(name)
    assert on_gpu.device_name == torch.cuda.get_device_name()
    for batch in (crops, crops[::-1].copy(), crops[:2], crops):
        found, expected = on_gpu(batch), on_cpu(batch)
        np.testing.assert_allclose(found.joints_crop_px, expected.joints_crop_px, atol=0.5)
        np.testing.assert_allclose(found.joint_scores, expected.joint_scores, atol=0.01)
        np.testing.assert_allclose(found.hand_scores, expected.hand_scores, atol=0.01)
        np.testing.assert_allclose(found.right_scores, expected.right_scores, atol=0.01)
