"""Weights files of detectors."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from handpose_live.detection.network import HandDetector
from handpose_live.detection.weights import DetectorInfo, load_detector
from handpose_live.pose.unet import LiveUNet
from handpose_live.pose.weights import WeightsInfo, load_weights, save_weights
from handpose_live.types.errors import HandPoseError

INFO = DetectorInfo("detector", (0.5, 0.4, 0.3), (0.25, 0.25, 0.2), recipe="detector", metrics={"missed": 3.5})


def test_a_detector_and_its_description_are_saved_and_loaded_unchanged(tmp_path: Path) -> None:
    network = HandDetector()
    save_weights(tmp_path / "x.safetensors", network, INFO)
    loaded, info = load_detector(tmp_path / "x.safetensors")
    assert info == INFO
    assert not loaded.training
    assert all(torch.equal(loaded.state_dict()[key], tensor) for key, tensor in network.state_dict().items())


def test_networks_of_different_tasks_are_not_mistaken_for_each_other(tmp_path: Path) -> None:
    detector, pose = tmp_path / "detector.safetensors", tmp_path / "pose.safetensors"
    save_weights(detector, HandDetector(), INFO)
    save_weights(pose, LiveUNet(), WeightsInfo("live", INFO.mean, INFO.std))
    with pytest.raises(HandPoseError, match="lacks 'handpose-live-detector/1'"):
        load_detector(pose)
    with pytest.raises(HandPoseError, match="lacks 'handpose-live-weights/2'"):
        load_weights(detector)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"network": "huge"}, "none of detector"),
        ({"long_px": 250}, "multiples of 32"),
        ({"short_px": 0}, "multiples of 32"),
        ({"std": (0.2, 0.2)}, "three channels"),
    ],
)
def test_an_incompatible_detector_is_refused_with_the_reason(
    tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    metadata = {"schema": DetectorInfo.schema, "info": json.dumps(asdict(INFO) | change)}
    save_file(HandDetector().state_dict(), tmp_path / "odd.safetensors", metadata=metadata)
    with pytest.raises(HandPoseError, match=reason):
        load_detector(tmp_path / "odd.safetensors")


def test_tensors_of_another_network_are_refused(tmp_path: Path) -> None:
    save_weights(tmp_path / "mixed.safetensors", LiveUNet(), replace(INFO))
    with pytest.raises(HandPoseError, match="does not hold the network 'detector'"):
        load_detector(tmp_path / "mixed.safetensors")
