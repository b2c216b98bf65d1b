"""The metrics of a network, and the files that contain them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from handpose_live.inference.estimator import Poses
from handpose_live.inference.torch_engine import TorchEstimator
from handpose_live.pose.unet import LiveUNet
from handpose_live.pose.weights import WeightsInfo, default_weights
from handpose_live.types.crop import Crop
from handpose_live.types.skeleton import JOINT_NAMES
from tests.trainer.synthetic_data import write_evaluation, write_folder
from trainer.__main__ import main
from trainer.data.folders import Sample, read_hands
from trainer.evaluate.accuracy import measure, predict
from trainer.evaluate.report import as_text

ROOT = Path(__file__).resolve().parents[2]
INFO = WeightsInfo("live", (0.5, 0.4, 0.3), (0.25, 0.2, 0.1))


class OffsetEstimator(TorchEstimator):
    """An estimator that returns the labels with an offset, first for upright crops, then for unrotated ones."""

    def __init__(self, samples: list[Sample], offset_px: NDArray[np.float64]) -> None:
        super().__init__(LiveUNet(), INFO, "cpu")
        joints = [sample.joints_px for sample in samples if sample.joints_px is not None]
        upright = [Crop.around(hand, margin=INFO.crop_margin) for hand in joints]
        unrotated = [Crop.at_angle(hand, margin=INFO.crop_margin, angle=0.0) for hand in joints]
        self._outputs = [
            crop.to_crop(hand, INFO.crop_px) + offset_px
            for crops in (upright, unrotated)
            for crop, hand in zip(crops, joints, strict=True)
        ]

    def __call__(self, crops: NDArray[np.uint8]) -> Poses:
        count = len(crops)
        outputs, self._outputs = self._outputs[:count], self._outputs[count:]
        certain = np.ones(count, np.float32)
        joints = np.stack(outputs).astype(np.float32)
        ones = np.ones((count, 21), np.float32)
        return Poses(joints, ones, certain, certain, 0 * ones, ones)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hands")
    write_folder(path, labels=40, splits=["test"] * 40)
    return path


def test_a_perfect_network_has_no_error(folder: Path) -> None:
    samples = read_hands(folder, "test")
    report = measure(OffsetEstimator(samples, np.zeros(2)), samples)
    assert report.n == 40
    assert report.mean_error_percent == pytest.approx(0, abs=1e-4)
    assert report.unturned_error_percent == pytest.approx(0, abs=1e-4)
    assert set(report.pck.values()) == {1.0}
    assert max(report.per_joint.values()) < 1e-4
    # The share is 0 at a threshold of 0, where the first segment of the curve starts.
    assert report.auc == pytest.approx(1 - 0.5 / 20)


def test_a_constant_offset_of_5_of_128_px_is_the_mean_error(folder: Path) -> None:
    samples = read_hands(folder, "test")
    report = measure(OffsetEstimator(samples, np.array([3.0, -4.0])), samples)
    assert report.mean_error_percent == pytest.approx(100 * 5 / 128, abs=1e-3)
    assert report.unturned_error_percent == pytest.approx(100 * 5 / 128, abs=1e-3)
    assert report.mean_error_px == pytest.approx({"128": 5, "224": 5 * 224 / 128}, abs=1e-3)
    assert (report.pck["0.03"], report.pck["0.04"]) == (0.0, 1.0)
    assert report.auc == pytest.approx(16.5 / 20)
    assert list(report.per_joint) == list(JOINT_NAMES)
    assert list(report.per_joint.values()) == pytest.approx([100 * 5 / 128] * 21, abs=1e-3)


def test_an_error_is_reported_for_its_joint(folder: Path) -> None:
    samples = read_hands(folder, "test")
    offset_px = np.zeros((21, 2))
    offset_px[8] = (12.8, 0)
    report = measure(OffsetEstimator(samples, offset_px), samples)
    assert report.per_joint["index_tip"] == pytest.approx(10, abs=1e-3)
    assert sum(report.per_joint.values()) == pytest.approx(10, abs=1e-2)
    assert report.mean_error_percent == pytest.approx(10 / 21, abs=1e-3)
    assert "10.00" in as_text(report)


def test_an_image_without_joints_cannot_be_evaluated(folder: Path) -> None:
    sample = Sample(read_hands(folder, "test")[0].path, None)
    with pytest.raises(ValueError, match="no joints"):
        list(predict(TorchEstimator(LiveUNet(), INFO, "cpu"), [sample]))


def test_the_command_writes_figures_and_images(folder: Path, tmp_path: Path) -> None:
    report_path, images = tmp_path / "new" / "report.json", tmp_path / "images"
    files = ["--json", str(report_path), "--pictures", str(images)]
    run = _evaluate("--data", str(folder), "--weights", str(default_weights()), *files)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("40 hands")

    report = json.loads(report_path.read_text())
    assert report["n"] == 40
    assert 0 < report["mean_error_percent"] < 100
    assert 0 < report["auc"] < 1
    assert f"{report['mean_error_percent']:.2f} % of the crop side" in run.stdout
    shares = list(report["pck"].values())
    assert shares == sorted(shares)
    assert list(report["per_joint"]) == list(JOINT_NAMES)

    for name in ("predictions.png", "pck.png"):
        image = cv2.imread(str(images / name))
        assert image is not None
        assert image.std() > 10


def test_preview_writes_a_contact_sheet_of_evenly_chosen_hands(tmp_path: Path, shared: Path) -> None:
    sheet = tmp_path / "sheet.png"
    data = shared / "data" / "hands"
    assert main(["preview", "--data", str(data), "--split", "val", "--out", str(sheet)]) == 0
    image = cv2.imread(str(sheet))
    assert image is not None
    assert image.shape == (8 * 192, 8 * 192, 3)
    assert len(read_hands(data, "val")) > 64


def test_the_official_test_set_and_raw_images_can_be_selected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_folder(tmp_path, labels=3, copies=4, splits=["test"] * 3)
    write_evaluation(tmp_path, labels=5)
    arguments = ["evaluate", "--data", str(tmp_path), "--weights", str(default_weights()), "--device", "cpu"]
    for more, count in (([], 12), (["--raw"], 3), (["--split", "evaluation"], 5)):
        assert main([*arguments, *more]) == 0
        assert capsys.readouterr().out.startswith(f"{count} hands")


def test_a_split_without_hands_is_reported(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--data", str(folder), "--weights", str(default_weights()), "--split", "val"]
    assert main(["evaluate", *arguments]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "'val'" in line


def test_a_report_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_folder(tmp_path / "hands", labels=1, splits=["test"])
    arguments = ["--data", str(tmp_path / "hands"), "--weights", str(default_weights()), "--json", str(tmp_path)]
    assert main(["evaluate", *arguments]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert str(tmp_path) in line


def _evaluate(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "trainer", "evaluate", "--device", "cpu", *arguments]
    one_thread = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=one_thread)
