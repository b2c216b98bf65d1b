"""Valid and damaged weights files."""

import json
import math
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from handpose_live.pose.unet import NETWORKS, LiveUNet
from handpose_live.pose.weights import SCHEMA, WeightsInfo, default_weights, load_weights, save_weights
from handpose_live.types.errors import HandPoseError
from handpose_live.types.skeleton import JOINT_NAMES

INFO = WeightsInfo("live", (0.5, 0.4, 0.3), (0.2, 0.2, 0.1))


def _error_of(path: Path) -> str:
    """Return the one-sentence error for an invalid file."""
    with pytest.raises(HandPoseError) as caught:
        load_weights(path)
    text = str(caught.value)
    assert str(path) in text
    assert text.endswith(".")
    assert "\n" not in text
    return text


def _with_description(path: Path, description: str) -> Path:
    save_file(LiveUNet().state_dict(), path, metadata={"schema": SCHEMA, "info": description})
    return path


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_and_its_description_are_saved_and_loaded_unchanged(name: str, tmp_path: Path) -> None:
    info = replace(
        INFO, network=name, crop_px=160, recipe="much", data=("one", "two"), metrics={"error": 3.5}, licence="free"
    )
    network = NETWORKS[name]()
    save_weights(tmp_path / "new" / "x.safetensors", network, info)
    loaded, loaded_info = load_weights(tmp_path / "new" / "x.safetensors")
    assert loaded_info == info
    assert not loaded.training
    for key, tensor in network.state_dict().items():
        assert torch.equal(loaded.state_dict()[key], tensor), key


def test_the_default_weights_exist_and_have_a_description() -> None:
    network, info = load_weights(default_weights())
    assert isinstance(network, NETWORKS[info.network])
    assert info.joint_names == JOINT_NAMES


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "--weights" in _error_of(tmp_path / "none.safetensors")


def test_a_folder_is_error_of(tmp_path: Path) -> None:
    assert "no weights file" in _error_of(tmp_path)


@pytest.mark.parametrize("content", [b"", b"just some text, long enough to be taken for a header", b"\0" * 64])
def test_another_kind_of_file_is_error_of(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "text.safetensors"
    path.write_bytes(content)
    assert "not a weights file" in _error_of(path)


@pytest.mark.parametrize("kept", [0.001, 0.5, 0.999])
def test_a_truncated_file_is_error_of(tmp_path: Path, kept: float) -> None:
    path = tmp_path / "half.safetensors"
    save_weights(path, LiveUNet(), INFO)
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    assert "not a weights file" in _error_of(path)


@pytest.mark.parametrize("metadata", [None, {"schema": "other-program/7"}])
def test_weights_of_another_program_are_error_of(tmp_path: Path, metadata: dict[str, str] | None) -> None:
    path = tmp_path / "other.safetensors"
    save_file(LiveUNet().state_dict(), path, metadata=metadata)
    assert SCHEMA in _error_of(path)


def test_weights_of_an_earlier_version_are_told_so(tmp_path: Path) -> None:
    path = tmp_path / "old.safetensors"
    save_file(LiveUNet().state_dict(), path, metadata={"schema": "handpose-live-weights/1"})
    assert "another version of this program ('handpose-live-weights/1'" in _error_of(path)


def _swapped(values: dict[str, Any]) -> None:
    values["joint_names"][4], values["joint_names"][8] = values["joint_names"][8], values["joint_names"][4]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_swapped, "FreiHAND"),
        (lambda values: values.update(joint_names=values["joint_names"][:20]), "FreiHAND"),
        (lambda values: values.update(network="huge"), "none of article, live"),
        (lambda values: values.update(network={}), "none of article, live"),
        (lambda values: values.update(crop_px=100), "multiple of 32"),
        (lambda values: values.update(crop_px=0), "multiple of 32"),
        (lambda values: values.update(crop_margin=0.5), "margin"),
        (lambda values: values.update(crop_margin=math.nan), "not a finite number"),
        (lambda values: values.update(spread_factor=0.0), "not a positive number"),
        (lambda values: values.update(std=[0.2, 0.2, math.nan]), "not a finite number"),
        (lambda values: values.update(mean=[math.inf, 0.2, 0.2]), "not a finite number"),
        (lambda values: values.update(std=[0.2, 0.2]), "three channels"),
        (lambda values: values.update(std=[0.2, 0.2, 0.0]), "three channels"),
    ],
)
def test_an_incompatible_description_is_refused_with_the_reason(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], reason: str
) -> None:
    values = json.loads(json.dumps(asdict(INFO)))
    change(values)
    text = _error_of(_with_description(tmp_path / "odd.safetensors", json.dumps(values)))
    assert reason in text
    assert "does not fit" in text


@pytest.mark.parametrize(
    "description",
    [
        "",
        '{"network": "li',
        "[]",
        "null",
        '{"network": "live"}',
        json.dumps(asdict(INFO) | {"crop_px": "128"}),
        json.dumps(asdict(INFO) | {"mean": 0.5}),
        json.dumps(asdict(INFO) | {"std": ["a", "b", "c"]}),
    ],
)
def test_a_damaged_description_is_error_of(tmp_path: Path, description: str) -> None:
    assert "damaged" in _error_of(_with_description(tmp_path / "odd.safetensors", description))


def test_a_file_without_a_description_is_error_of(tmp_path: Path) -> None:
    path = tmp_path / "mute.safetensors"
    save_file(LiveUNet().state_dict(), path, metadata={"schema": SCHEMA})
    assert "damaged" in _error_of(path)


def test_tensors_of_the_other_network_are_error_of(tmp_path: Path) -> None:
    path = tmp_path / "mixed.safetensors"
    save_weights(path, LiveUNet(), replace(INFO, network="article"))
    assert "'article'" in _error_of(path)


def test_a_tensor_of_another_shape_is_error_of(tmp_path: Path) -> None:
    path = tmp_path / "bent.safetensors"
    tensors = LiveUNet().state_dict()
    tensors["classify.weight"] = torch.zeros(3, 160)
    save_file(tensors, path, metadata={"schema": SCHEMA, "info": json.dumps(asdict(INFO))})
    assert "'live'" in _error_of(path)
