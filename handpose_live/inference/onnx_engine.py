"""The engine for CPUs: ONNX Runtime, twice as fast there as PyTorch and loaded in a fraction of its time."""

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from handpose_live.inference.estimator import PoseEstimator, Poses
from handpose_live.pose.weights import Info, WeightsInfo, fingerprint, read_info
from handpose_live.types.arrays import Floats
from handpose_live.types.errors import HandPoseError

INPUT = "crops"
HEATMAPS = "heatmaps"
OUTPUTS = tuple(Poses.__annotations__)
# Metadata key of an ONNX file for the fingerprint of the weights file it was exported with.
FINGERPRINT = "weights_sha256"

# The Windows wheels send events to the system's tracing by default.
onnxruntime.disable_telemetry_events()


class OnnxEstimator(PoseEstimator):
    """An exported network, run by ONNX Runtime."""

    def __init__(self, path: Path, *, weights: Path) -> None:
        """Args:
            path, weights: see :func:`open_session`.

        Raises:
            HandPoseError: see :func:`open_session`.
        """
        self._session, self.info = open_session(path, weights, WeightsInfo)

    @property
    def device_name(self) -> str:
        return self.cpu_name("ONNX Runtime")

    def __call__(self, crops: NDArray[np.uint8]) -> Poses:
        return Poses(*self._session.run(OUTPUTS, {INPUT: crops}))

    def heatmaps(self, crops: NDArray[np.uint8]) -> Floats:
        return np.asarray(self._session.run([HEATMAPS], {INPUT: crops})[0], np.float32)


def open_session(path: Path, weights: Path, kind: type[Info]) -> tuple[onnxruntime.InferenceSession, Info]:
    """Open an exported network.

    Args:
        path: of the ``.onnx`` file.
        weights: the ``.safetensors`` file it was exported with.
        kind: of its description.

    Raises:
        HandPoseError: it cannot be read, is not by this program's trainer, or belongs to other weights.
    """
    session = _open(path)
    metadata = session.get_modelmeta().custom_metadata_map
    info = read_info(path, metadata, kind)
    if metadata.get(FINGERPRINT) != fingerprint(weights):
        raise HandPoseError(f"{path} was not exported with {weights.name}: export both again, or delete it.")
    return session, info


def _open(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # One hand is too little work for several threads: their synchronisation costs more than it gains, all the more
    # when camera, detector and window need the cores too.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        # As bytes, as native libraries may fail on non-ASCII paths.
        return onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime raises exceptions of no common type
        raise HandPoseError(f"{path} is damaged: export it again, or delete it.") from error
