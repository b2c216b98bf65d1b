"""Cross-validation over data sets, and errors by source."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from handpose_live.inference.loading import load_estimator
from handpose_live.pose.weights import default_weights
from handpose_live.types.arrays import Floats
from tests.trainer.synthetic_data import write_folder
from trainer.__main__ import main
from trainer.benchmark import generalise
from trainer.benchmark.generalise import Row, as_table, deal, read_sources
from trainer.benchmark.mediapipe_on_crops import CROP_PX, MediaPipeOnCrops
from trainer.data.folders import Sample, read_all_hands, read_hands
from trainer.evaluate.accuracy import standard_crops
from trainer.evaluate.sources import network_finder, source_error
from trainer.train import run_data

INFO = load_estimator(default_weights(), "cpu").info


def _hands(folder: Path) -> list[Sample]:
    write_folder(folder, labels=8, splits=["train"] * 6 + ["val", "test"])
    return read_hands(folder, None)


def test_parts_of_one_source_stay_together() -> None:
    assert deal(["far", "studio128", "studio64", "webcam"], 2) == [["far", "webcam"], ["studio128", "studio64"]]
    assert deal(["far", "webcam"], 5) == [["far"], ["webcam"]]


def test_errors_are_in_sides_of_the_joint_box_and_hands_that_are_not_found_do_not_count(tmp_path: Path) -> None:
    samples = _hands(tmp_path)
    (crops,) = standard_crops(samples, INFO)
    box_px = INFO.crop_px / INFO.crop_margin
    found: list[Floats | None] = [joints + np.float32(0.06 * box_px) for joints in crops.joints_crop_px]
    found[3] = None
    error, missed = source_error(lambda _: found, samples, INFO)
    assert error == pytest.approx(6 * 2**0.5, rel=1e-3)
    assert missed == 1


def test_where_people_marked_joints_only_these_count(tmp_path: Path) -> None:
    samples = _hands(tmp_path)
    for sample in samples:
        assert sample.labels is not None
        sample.labels.weights[:] = 0.5
        sample.labels.weights[8] = 1
    (crops,) = standard_crops(samples, INFO)
    found = crops.joints_crop_px.copy()
    found[:, :8] += 50
    assert source_error(lambda _: list(found), samples, INFO)[0] == pytest.approx(0, abs=1e-4)


def test_the_test_split_and_small_sources_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_folder(tmp_path, labels=8, splits=["train"] * 5 + ["test", "val", "test"])
    monkeypatch.setattr(generalise, "MIN_HANDS", 3)
    monkeypatch.setattr(generalise, "MAX_HANDS", 2)
    sources = read_sources([tmp_path])  # 'garden' has the even numbers: 4 hands; 'house' has 2 to train on
    assert [(name, len(hands)) for name, hands in sources.items()] == [("garden", 2)]


@pytest.mark.usefixtures("small_recipes")
def test_each_source_is_measured_by_a_network_that_has_not_seen_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_folder(tmp_path / "data", labels=10, splits=["train"] * 6 + ["val"] * 2 + ["test"] * 2)
    monkeypatch.setattr(generalise, "MIN_HANDS", 4)
    seen: list[set[str]] = []

    def read(folders: Sequence[Path], *arguments: object, **options: object) -> list[Sample]:
        samples = read_all_hands(folders, *arguments, **options)  # type: ignore[arg-type]
        seen.append({sample.set for sample in samples})
        return samples

    monkeypatch.setattr(run_data, "read_all_hands", read)
    command = ["generalise", "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out"), "--steps", "2"]
    assert main([*command, "--folds", "2", "--device", "cpu", "--weights", str(default_weights())]) == 0
    assert [sets for sets in seen if sets] == [{"house"}] * 2 + [{"garden"}] * 2
    table = capsys.readouterr().out.split("\n\n")[-2]
    assert [line.split()[0] for line in table.splitlines()[1:]] == ["garden", "house", "mean"]
    assert "live.safetensors" in table


def test_one_source_is_too_few(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_folder(tmp_path / "data", labels=4, splits=["train"] * 4)
    assert main(["generalise", "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")]) == 1
    assert "at least two sources" in capsys.readouterr().err


def test_the_table_has_the_mean_over_sources() -> None:
    rows = [Row("a", 100, 4.0, 2.0, 3.0, 5), Row("b", 300, 6.0, None, 5.0, 0)]
    assert as_table(rows, "x.safetensors").splitlines()[-1].split() == ["mean", "5.00", "4.00"]


def test_mediapipe_and_our_network_find_the_joints_of_real_crops(shared: Path) -> None:
    samples = read_hands(shared / "data" / "hands", "val")[::150]
    network = load_estimator(default_weights(), "cpu")
    with closing(MediaPipeOnCrops()) as mediapipe:
        theirs, missed = source_error(mediapipe, samples, replace(INFO, crop_px=CROP_PX))
        assert mediapipe(np.zeros((1, CROP_PX, CROP_PX, 3), np.uint8)) == [None]
    assert missed <= 1
    assert theirs < 8
    assert source_error(network_finder(network), samples, INFO)[0] < 8


def test_a_finder_gets_crops_of_the_size_of_its_network(tmp_path: Path) -> None:
    shapes = set()

    def find(crops: NDArray[np.uint8]) -> list[Floats | None]:
        shapes.add(crops.shape[1:])
        return [None] * len(crops)

    error, missed = source_error(find, _hands(tmp_path), replace(INFO, crop_px=CROP_PX))
    assert shapes == {(CROP_PX, CROP_PX, 3)}
    assert np.isnan(error)
    assert missed == 8
