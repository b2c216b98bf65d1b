"""Selection of the engine, and agreement of both engines."""

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from handpose_live.inference import device, torch_engine
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.inference.loading import load_estimator
from handpose_live.inference.onnx_engine import FINGERPRINT, OnnxEstimator
from handpose_live.inference.torch_engine import TorchEstimator
from handpose_live.pose.weights import default_weights, fingerprint, load_weights, save_weights
from handpose_live.types.errors import HandPoseError
from trainer.data.folders import read_hands
from trainer.evaluate.accuracy import predict

GPU_ERROR = "CUDA driver initialization failed"


@pytest.fixture(scope="module")
def by_torch() -> PoseEstimator:
    return TorchEstimator(*load_weights(default_weights()), "cpu")


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """Copy the included weights and their export into a folder with a non-ASCII name and a space."""
    folder = tmp_path / "Gewichte \u624b"
    folder.mkdir()
    for suffix in (".safetensors", ".onnx"):
        shutil.copy(default_weights().with_suffix(suffix), folder)
    return folder / default_weights().name


def _crops(by_torch: PoseEstimator, shared: Path) -> NDArray[np.uint8]:
    """Return the crops of 50 real hands."""
    hands = read_hands(shared / "data" / "hands", "test")[::14][:50]
    return np.stack([prediction.crop for prediction in predict(by_torch, hands)])


def test_both_engines_find_the_same_joints(by_torch: PoseEstimator, shared: Path) -> None:
    crops, by_onnx = _crops(by_torch, shared), load_estimator(default_weights(), "cpu")
    assert by_onnx.device_name == "CPU (ONNX Runtime)"
    assert by_onnx.info == by_torch.info
    for count in (1, 2, len(crops)):
        expected, found = by_torch(crops[:count]), by_onnx(crops[:count])
        np.testing.assert_allclose(found.joints_crop_px, expected.joints_crop_px, rtol=0, atol=1e-3)
        for name in ("joint_scores", "hand_scores", "right_scores"):
            np.testing.assert_allclose(getattr(found, name), getattr(expected, name), atol=1e-5, err_msg=name)


def test_a_network_that_was_not_exported_runs_on_pytorch(weights: Path) -> None:
    weights.with_suffix(".onnx").unlink()
    assert load_estimator(weights, "cpu").device_name == "CPU (PyTorch)"


def test_the_path_of_the_exported_file_loads_the_same_network(weights: Path) -> None:
    assert isinstance(load_estimator(weights.with_suffix(".onnx"), "cpu"), OnnxEstimator)


def _refused(weights: Path) -> str:
    """Return the one-sentence error for an invalid export."""
    with pytest.raises(HandPoseError) as caught:
        load_estimator(weights, "cpu")
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text


def test_an_export_without_its_weights_is_refused(weights: Path) -> None:
    weights.unlink()
    assert str(weights) in _refused(weights.with_suffix(".onnx"))


def test_the_export_of_other_weights_is_refused(weights: Path) -> None:
    network, info = load_weights(weights)
    save_weights(weights, network, replace(info, recipe="another one"))
    text = _refused(weights)
    assert str(weights.with_suffix(".onnx")) in text
    assert "export both again" in text


@pytest.mark.parametrize("kept", [0.0, 0.5, 0.999])
def test_a_truncated_export_is_refused(weights: Path, kept: float) -> None:
    path = weights.with_suffix(".onnx")
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    assert f"{path} is damaged" in _refused(weights)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda about: about.pop("schema"), "trainer"),
        (lambda about: about.pop("info"), "damaged description"),
        (lambda about: about.update(info=json.dumps(json.loads(about["info"]) | {"crop_px": 100})), "multiple of 32"),
        (lambda about: about.pop(FINGERPRINT), "was not exported with"),
        (lambda about: about.update({FINGERPRINT: fingerprint(Path(__file__))}), "was not exported with"),
    ],
)
def test_an_export_that_cannot_be_checked_is_refused(
    weights: Path, change: Callable[[dict[str, str]], None], complaint: str
) -> None:
    path = weights.with_suffix(".onnx")
    model = onnx.load(path)
    about = {entry.key: entry.value for entry in model.metadata_props}
    change(about)
    onnx.helper.set_model_props(model, about)
    onnx.save(model, path)
    text = _refused(weights)
    assert str(path) in text
    assert complaint in text


@pytest.fixture
def broken_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulate a GPU that is found and fails as soon as the network is moved to it, in every build of PyTorch."""
    move = nn.Module.to

    def move_or_fail(module: nn.Module, target: torch.device | torch.dtype) -> nn.Module:
        if isinstance(target, torch.device) and target.type == "cuda":
            raise RuntimeError(GPU_ERROR)
        return move(module, target)

    monkeypatch.setattr(device, "_has_driver", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(nn.Module, "to", move_or_fail)


@pytest.mark.usefixtures("broken_gpu")
def test_a_gpu_that_fails_is_replaced_by_the_cpu_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    estimator = load_estimator(default_weights())
    assert estimator.device_name == f"CPU (ONNX Runtime; the GPU failed: {GPU_ERROR})"
    assert estimator(np.zeros((1, 128, 128, 3), np.uint8)).joints_crop_px.shape == (1, 21, 2)
    assert "Traceback" in caplog.text


@pytest.mark.usefixtures("broken_gpu")
def test_a_gpu_that_fails_is_reported_by_the_pytorch_engine_too(weights: Path) -> None:
    weights.with_suffix(".onnx").unlink()
    name = load_estimator(weights).device_name
    assert name == f"CPU (PyTorch; the GPU failed: {GPU_ERROR})"


@pytest.mark.usefixtures("broken_gpu")
def test_a_requested_gpu_that_fails_is_not_replaced() -> None:
    with pytest.raises(HandPoseError, match=rf"'cuda' fails here \({GPU_ERROR}\): use --device cpu.*\.$"):
        load_estimator(default_weights(), "cuda")


@pytest.mark.usefixtures("broken_gpu")
def test_missing_weights_are_not_reported_as_a_gpu_failure(tmp_path: Path) -> None:
    with pytest.raises(HandPoseError, match="no weights file"):
        load_estimator(tmp_path / "nothing.safetensors")


@pytest.mark.usefixtures("broken_gpu")
@pytest.mark.parametrize(
    ("failure", "word"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 MiB."), "CUDA out of memory. Tried to"),
        (RuntimeError("CUDA error: no kernel image is available\nCUDA kernel errors"), "no kernel image is available)"),
        (AttributeError("module 'torch' has no attribute 'cudnn_convolution_relu'"), "cudnn_convolution_relu"),
    ],
)
def test_a_gpu_that_fails_on_its_first_crops_is_replaced_too(
    monkeypatch: pytest.MonkeyPatch, failure: Exception, word: str
) -> None:
    move = torch.Tensor.to

    def move_or_fail(tensor: Tensor, *target: Any, **options: Any) -> Tensor:
        if torch.device("cuda") in target:
            raise failure
        return move(tensor, *target, **options)

    # Only the device is simulated: the network stays on the CPU.
    monkeypatch.setattr(torch_engine, "convert_conv2d_weight_memory_format", lambda *_: None)
    monkeypatch.setattr(nn.Module, "to", lambda module, *_: module)
    monkeypatch.setattr(Tensor, "to", move_or_fail)
    name = load_estimator(default_weights()).device_name
    assert name.startswith("CPU (ONNX Runtime; the GPU failed: ")
    assert word in name
    assert "\n" not in name


def test_without_a_gpu_the_device_name_mentions_none() -> None:
    if device.find_devices()[0] == ["cpu"]:
        assert load_estimator(default_weights()).device_name == "CPU (ONNX Runtime)"


def test_pytorch_is_used_if_onnx_runtime_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "handpose_live.inference.onnx_engine", None)
    assert load_estimator(default_weights(), "cpu").device_name == "CPU (PyTorch)"


def test_the_onnx_engine_contains_no_telemetry_address() -> None:
    libraries = [
        path for path in Path(onnxruntime.__file__).parent.rglob("*") if path.suffix in (".so", ".dylib", ".pyd")
    ]
    assert libraries
    for library in libraries:
        assert b"events.data.microsoft.com" not in library.read_bytes(), library
