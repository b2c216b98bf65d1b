"""Compare the speed of three networks, one crop at a time: the included one, the article's and MediaPipe's.

    pip install ai-edge-litert
    python -m tests.inference.compare_mediapipe --threads 2

Our networks run in ONNX Runtime, from 8-bit crops to joints, MediaPipe's in its own runtime, LiteRT, from
floats to landmarks. They alternate, so that other load on the machine affects all of them equally.
"""

import argparse
import importlib
import io
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime

from handpose_live.detection.mediapipe_model import load_model
from handpose_live.inference.loading import load_estimator
from handpose_live.inference.onnx_engine import INPUT, OUTPUTS
from handpose_live.pose.unet import ArticleUNet
from handpose_live.pose.weights import default_weights, save_weights
from trainer.export.onnx_file import write_onnx

WARM_UP, ROUNDS = 50, 500
LANDMARKS = "hand_landmarks_detector.tflite"
Run = Callable[[], object]


def main() -> None:
    """Print the median milliseconds per crop of each network, and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    threads = parser.parse_args().threads
    with tempfile.TemporaryDirectory() as folder:
        runs = {
            "shipped": _in_onnx_runtime(default_weights().with_suffix(".onnx"), threads),
            "article's UNet": _in_onnx_runtime(_article(Path(folder)), threads),
            "MediaPipe's": _in_litert(threads),
        }
    times: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(WARM_UP + ROUNDS):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            if turn >= WARM_UP:
                times[name].append(1000 * (time.perf_counter() - start))
    median = {name: float(np.median(each)) for name, each in times.items()}
    print(f"one crop, {threads} threads: ms p50")
    for name, ms in median.items():
        print(f"{name:<16}{ms:6.2f}   shipped is {median['shipped'] / ms:.2f} of it")


def _in_onnx_runtime(path: Path, threads: int) -> Run:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    side = session.get_inputs()[0].shape[1]
    crop = np.random.default_rng(0).integers(0, 256, (1, side, side, 3), np.uint8)
    return lambda: session.run(OUTPUTS, {INPUT: crop})


def _article(folder: Path) -> Path:
    """Export the article's network with random weights, whose cost is the same."""
    network, info = ArticleUNet().eval(), load_estimator(default_weights(), "cpu").info
    save_weights(folder / "article.safetensors", network, info)
    return write_onnx(folder / "article.safetensors", network, info)


def _in_litert(threads: int) -> Run:
    runtime = importlib.import_module("ai_edge_litert.interpreter")
    model = zipfile.ZipFile(io.BytesIO(load_model())).read(LANDMARKS)
    interpreter = runtime.Interpreter(model_content=model, num_threads=threads)
    interpreter.allocate_tensors()
    (entry,) = interpreter.get_input_details()
    crop = np.random.default_rng(0).random(entry["shape"], np.float32)

    def run() -> None:
        interpreter.set_tensor(entry["index"], crop)
        interpreter.invoke()

    return run


if __name__ == "__main__":
    main()
