"""A short training run of a detector, from frames and hands to the exported network."""

import csv
import multiprocessing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from onnxruntime import InferenceSession

from handpose_live.detection.network import DetectorNetwork
from handpose_live.detection.weights import INPUT, OUTPUT, load_detector
from tests.trainer.small_runs import read_log
from tests.trainer.synthetic_data import write_folder, write_image
from trainer.__main__ import main
from trainer.data import rendering
from trainer.data.frames import COLUMNS
from trainer.data.training_frames import FrameBatch
from trainer.recipes import DETECTOR_RECIPES
from trainer.train import detection_task, rendered_window
from trainer.train.run import Run


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A folder of hands and one of frames."""
    monkeypatch.setitem(DETECTOR_RECIPES, "detector", replace(DETECTOR_RECIPES["detector"], batch=2, epoch=2))
    monkeypatch.setattr(detection_task, "VALIDATED", 2)
    write_folder(tmp_path / "hands", labels=6, splits=["train"] * 4 + ["val", "test"], negatives={"train": 1})
    _write_frames(tmp_path / "frames")
    return tmp_path / "hands", tmp_path / "frames"


def _write_frames(folder: Path) -> None:
    rng = np.random.default_rng(0)
    (folder / "rgb").mkdir(parents=True)
    with (folder / "boxes.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        for number in range(4):
            write_image(folder / "rgb" / f"{number:06d}.jpg", rng.integers(0, 256, (48, 64, 3), np.uint8))
            joints = rng.uniform(10, 38, (21, 2))
            low, high = joints.min(axis=0), joints.max(axis=0)
            box = dict(zip(("left", "top", "right", "bottom"), [*low, *high], strict=True))
            mark = {"origin": "rendered", "side": "left", "joints": " ".join(map(str, joints.flatten()))}
            writer.writerow({"frame": number, "set": "made", "licence": "CC0", **(box | mark if number else {})})


def test_a_detector_is_trained_resumed_and_exported(folders: tuple[Path, Path], tmp_path: Path) -> None:
    hands, frames = folders
    data = ["--data", str(hands), "--frames", str(frames)]
    fit = ["fit", "--recipe", "detector", "--device", "cpu", "--out", str(tmp_path / "run"), *data]
    assert main([*fit, "--steps", "2"]) == 0
    assert main([*fit, "--steps", "4"]) == 0
    assert [row["step"] for row in read_log(tmp_path / "run")] == ["2", "4"]
    card = tmp_path / "weights" / "README.md"
    card.parent.mkdir()
    card.write_text("# Model card: live.safetensors\n\nThe other one.\n", encoding="utf-8")
    for _ in range(2):
        assert main(["export", "--run", str(tmp_path / "run"), "--out", str(tmp_path / "weights"), *data]) == 0

    text = card.read_text(encoding="utf-8")
    assert text.startswith("# Model card: live.safetensors\n\nThe other one.\n\n# Model card: detector.safetensors\n")
    assert text.count("# Model card: detector.safetensors") == 1
    assert "- made: 4 whole frames, CC0" in text

    network, info = load_detector(tmp_path / "weights" / "detector.safetensors")
    assert info.licence
    session = InferenceSession(str(tmp_path / "weights" / "detector.onnx"), providers=["CPUExecutionProvider"])
    for size in ((64, 96), (96, 64)):
        images = np.random.default_rng(0).integers(0, 256, (1, *size, 3), np.uint8)
        (found,) = session.run([OUTPUT], {INPUT: images})
        expected = DetectorNetwork(network, info)(torch.from_numpy(images)).detach().numpy()
        np.testing.assert_allclose(found[..., 0], expected[..., 0], atol=1e-5)


def test_a_detector_starts_from_weights(folders: tuple[Path, Path], tmp_path: Path) -> None:
    hands, frames = folders
    fit = ["fit", "--recipe", "detector", "--device", "cpu", "--data", str(hands), "--frames", str(frames)]
    assert main([*fit, "--out", str(tmp_path / "first"), "--steps", "1"]) == 0
    start = tmp_path / "first" / "best.safetensors"
    assert main([*fit, "--out", str(tmp_path / "second"), "--steps", "1", "--from", str(start)]) == 0
    (first, info), (second, second_info) = (
        load_detector(tmp_path / name / "best.safetensors") for name in ("first", "second")
    )
    assert (info.mean, info.std) == (second_info.mean, second_info.std)
    assert any(not torch.equal(tensor, second.state_dict()[key]) for key, tensor in first.state_dict().items())


def test_a_detector_learns_from_people_rendered_meanwhile(
    folders: tuple[Path, Path], shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "GROUPS", 1)
    monkeypatch.setattr(rendered_window, "cores_of_a_process", lambda: 1)
    seen: list[FrameBatch] = []
    train = Run.train

    def recording_train(run: Run, batch: FrameBatch) -> torch.Tensor:
        seen.append(batch)
        return train(run, batch)

    monkeypatch.setattr(Run, "train", recording_train)
    fit = ["fit", "--recipe", "detector", "--device", "cpu", "--out", str(tmp_path / "run"), "--steps", "8"]
    rendered = ["--rendered", "1", "--skins", str(shared / "data" / "skins")]
    assert main([*fit, "--data", str(folders[0]), *rendered]) == 0
    assert sum(float(batch.present.sum()) for batch in seen) > 4
    # The hands of the folder are right ones that face forward; here only those of people are seen, in whole frames.
    assert all(bool(batch.known.float().mean() > 0.5) for batch in seen)
    _, info = load_detector(tmp_path / "run" / "best.safetensors")
    assert info.data[-1] == "rendered while training: people, a share of 1 of all images, CC0-1.0"
    assert not multiprocessing.active_children()
