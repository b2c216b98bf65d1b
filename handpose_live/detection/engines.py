"""The engines that run the detector's network, and the selection of one."""

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from handpose_live.detection.weights import INPUT, OUTPUT, DetectorInfo, load_detector
from handpose_live.inference.engine import Engine
from handpose_live.inference.loading import Engines, load_engine
from handpose_live.types.arrays import Floats


class DetectorEngine(Engine, Protocol):
    """The detector's network on a device.

    Attributes:
        info: of the weights; gives the size of the images.
    """

    info: DetectorInfo

    def __call__(self, images: NDArray[np.uint8]) -> Floats:
        """Find the hands in ``(n, h, w, 3)`` uint8 RGB images whose sides are multiples of 32.

        Returns:
            ``(n, peaks, 7)``; see :class:`~handpose_live.detection.network.DetectorNetwork`.
        """
        ...


def load_detector_engine(path: Path, device: str | None = None) -> DetectorEngine:
    """Load the weights file of a detector; see :func:`~handpose_live.inference.loading.load_engine`."""
    return load_engine(path, device, Engines(_onnx_engine, _torch_engine, _warm_up))


def _onnx_engine(exported: Path, path: Path) -> DetectorEngine:
    from handpose_live.inference.onnx_engine import open_session

    class OnnxDetectorEngine(DetectorEngine):
        def __init__(self) -> None:
            self._session, self.info = open_session(exported, path, DetectorInfo)

        @property
        def device_name(self) -> str:
            return self.cpu_name("ONNX Runtime")

        def __call__(self, images: NDArray[np.uint8]) -> Floats:
            return np.asarray(self._session.run([OUTPUT], {INPUT: images})[0], np.float32)

    return OnnxDetectorEngine()


def _torch_engine(path: Path, device: str) -> DetectorEngine:
    from handpose_live.detection.network import DetectorNetwork
    from handpose_live.inference.torch_engine import TorchRunner

    class TorchDetectorEngine(DetectorEngine):
        def __init__(self) -> None:
            network, self.info = load_detector(path)
            self._runner = TorchRunner(DetectorNetwork(network, self.info), device)

        @property
        def device_name(self) -> str:
            return self._runner.gpu_name or self.cpu_name("PyTorch")

        def __call__(self, images: NDArray[np.uint8]) -> Floats:
            return self._runner(images, outputs=1)[0]

    return TorchDetectorEngine()


def _warm_up(engine: DetectorEngine) -> None:
    engine(np.zeros((1, engine.info.short_px, engine.info.long_px, 3), np.uint8))
