"""The weights file: safetensors that say what they are and how crops must look for them."""

# PyTorch takes seconds to load, so it is imported where a network is read: an exported one runs without it.
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handpose_live.types.errors import HandPoseError
from handpose_live.types.skeleton import JOINT_NAMES

if TYPE_CHECKING:
    from torch import nn

SCHEMA = "handpose-live-weights/1"


@dataclass(frozen=True)
class WeightsInfo:
    """What a weights file says of itself.

    Attributes:
        network: its name in ``NETWORKS``.
        mean, std: per RGB channel, of pixels scaled to 0..1; crops are normalised with them.
        crop_px: side of the crops the network takes.
        crop_margin: side of a crop in units of the hand's joint box.
        joint_names: order of the heatmaps.
        recipe: how it was trained, in words.
        data: the sources it was trained on.
        metrics: what was measured, by name.
        licence: under which the weights may be used.
    """

    network: str
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    crop_px: int = 128
    crop_margin: float = 2.1
    joint_names: tuple[str, ...] = JOINT_NAMES
    recipe: str = ""
    data: tuple[str, ...] = ()
    metrics: dict[str, float] = field(default_factory=dict)
    licence: str = ""


def shipped_weights() -> Path:
    """The network that comes with the program: beside the package in a checkout, inside it once installed."""
    package = Path(__file__).parents[1]
    inside = package / "live.safetensors"
    return inside if inside.is_file() else package.parent / "weights" / "live.safetensors"


def save_weights(path: Path, network: "nn.Module", info: WeightsInfo) -> None:
    """Write a network and its description."""
    from safetensors.torch import save_file

    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, metadata=describe(info))


def load_weights(path: Path) -> tuple["nn.Module", WeightsInfo]:
    """Read a network, in evaluation mode on the CPU, and its description.

    Raises:
        HandPoseError: the file is missing, is not a weights file of this program, or does not fit.
    """
    from safetensors import SafetensorError, safe_open

    from handpose_live.pose.unet import NETWORKS

    if not path.is_file():
        raise HandPoseError(f"There is no weights file {path}; name one with --weights or train one.")
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
    except (SafetensorError, OSError) as error:
        raise HandPoseError(f"{path} is not a weights file (safetensors): {error}.") from error
    info = read_info(path, metadata)
    if str(info.network) not in NETWORKS:
        networks = ", ".join(NETWORKS)
        raise HandPoseError(f"{path} does not fit this version: its network '{info.network}' is none of {networks}.")
    network = NETWORKS[info.network]()
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        raise HandPoseError(f"{path} does not hold the network '{info.network}' it names; export it anew.") from error
    return network.eval(), info


def fingerprint(path: Path) -> str:
    """By which an exported network knows the weights file that it belongs to.

    Raises:
        HandPoseError: the file cannot be read.
    """
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise HandPoseError(f"{path} cannot be read ({error.strerror}); name another file with --weights.") from error


def describe(info: WeightsInfo) -> dict[str, str]:
    """The metadata that :func:`read_info` reads."""
    return {"schema": SCHEMA, "info": json.dumps(asdict(info))}


def read_info(path: Path, metadata: Mapping[str, str]) -> WeightsInfo:
    """What the metadata of a file says.

    Raises:
        HandPoseError: it is not by this program's trainer, damaged, or does not fit; ``path`` is named.
    """
    if metadata.get("schema") != SCHEMA:
        raise HandPoseError(f"{path} was not made by this program's trainer (no '{SCHEMA}' in it); export it with it.")
    try:
        values: dict[str, Any] = json.loads(metadata["info"])
        known = {key: _tuples(values[key]) for key in (f.name for f in fields(WeightsInfo))}
        info = WeightsInfo(**known)
        complaint = _complaint(info)
    except (KeyError, ValueError, TypeError) as error:
        raise HandPoseError(f"{path} has a damaged description ({error}); export it anew.") from error
    if complaint is not None:
        raise HandPoseError(f"{path} does not fit this version: {complaint}.")
    return info


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _complaint(info: WeightsInfo) -> str | None:
    """Why these weights cannot be used, or None."""
    if info.joint_names != JOINT_NAMES:
        return "its joints are not FreiHAND's 21 in their order"
    if info.crop_px <= 0 or info.crop_px % 32:
        return f"its crops of {info.crop_px} px are no multiple of 32"
    if not all(map(math.isfinite, (info.crop_margin, *info.mean, *info.std))):
        return "its crop margin, mean or standard deviation is no number"
    if info.crop_margin < 1:
        return f"its crop margin {info.crop_margin} cuts into the hand"
    if len(info.mean) != 3 or len(info.std) != 3 or min(info.std) <= 0:
        return "its mean and standard deviation are not three channels each"
    return None
