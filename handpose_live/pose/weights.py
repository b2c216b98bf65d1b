"""The weights file: safetensors with a description of the network and its preprocessing."""

# PyTorch takes seconds to import, so it is imported where a network is read; exported networks run without it.
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from handpose_live.types.errors import HandPoseError
from handpose_live.types.skeleton import JOINT_NAMES

if TYPE_CHECKING:
    from torch import nn

SCHEMA = "handpose-live-weights/2"

Info = TypeVar("Info", bound="NetworkInfo")


@dataclass(frozen=True)
class NetworkInfo:
    """The description inside any weights file.

    Attributes:
        network: name of the architecture.
        mean, std: per RGB channel, of pixels scaled to 0..1, for the normalisation of images.
        recipe: how it was trained, as text.
        data: the sources it was trained on.
        metrics: evaluation results by name.
        licence: of the weights.
    """

    schema: ClassVar[str]  # of the file
    networks: ClassVar[tuple[str, ...]]  # the names of those that it may describe

    network: str
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    recipe: str = ""
    data: tuple[str, ...] = ()
    metrics: dict[str, float] = field(default_factory=dict)
    licence: str = ""

    def make_network(self) -> "nn.Module":
        """Make the untrained network that the weights belong to."""
        raise NotImplementedError

    def mismatch(self) -> str | None:
        """Return why these weights cannot be used; None if they can."""
        if self.network not in self.networks:
            return f"its network '{self.network}' is none of {', '.join(self.networks)}"
        if len(self.mean) != 3 or len(self.std) != 3 or min(self.std) <= 0:
            return "its mean and standard deviation do not have three channels each"
        if not all(map(math.isfinite, (*self.mean, *self.std))):
            return "its mean or standard deviation is not a finite number"
        return None


@dataclass(frozen=True)
class WeightsInfo(NetworkInfo):
    """The description of a network that finds joints.

    Attributes:
        crop_px: side of the crops the network takes.
        crop_margin: side of a crop in units of the hand's joint box.
        joint_names: in the order of the heatmaps.
        spread_factor: by which errors are larger on sources that the network has not seen than it expects.
    """

    schema: ClassVar[str] = SCHEMA
    networks: ClassVar[tuple[str, ...]] = ("article", "live")

    crop_px: int = 128
    crop_margin: float = 2.1
    joint_names: tuple[str, ...] = JOINT_NAMES
    spread_factor: float = 1.0

    def make_network(self) -> "nn.Module":
        from handpose_live.pose.unet import NETWORKS

        return NETWORKS[self.network]()

    def mismatch(self) -> str | None:
        if self.joint_names != JOINT_NAMES:
            return "its joints are not FreiHAND's 21 in their order"
        if self.crop_px <= 0 or self.crop_px % 32:
            return f"its crop size of {self.crop_px} px is not a multiple of 32"
        if not math.isfinite(self.crop_margin):
            return "its crop margin is not a finite number"
        if not (math.isfinite(self.spread_factor) and self.spread_factor > 0):
            return "its spread factor is not a positive number"
        if self.crop_margin < 1:
            return f"its crop margin {self.crop_margin} cuts into the hand"
        return super().mismatch()


def default_weights() -> Path:
    """Return the path of the included network: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "live.safetensors"
    return inside if inside.is_file() else package.parent / "weights" / "live.safetensors"


def save_weights(path: Path, network: "nn.Module", info: NetworkInfo) -> None:
    """Write a network and its description."""
    from safetensors.torch import save_file

    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, metadata=to_metadata(info))


def load_weights(path: Path) -> tuple["nn.Module", WeightsInfo]:
    """Read a network that finds joints; see :func:`load_network`."""
    return load_network(path, WeightsInfo)


def load_network(path: Path, kind: type[Info]) -> tuple["nn.Module", Info]:
    """Read a network, in evaluation mode on the CPU, and its description of a kind.

    Raises:
        HandPoseError: the file is missing, is not a weights file of this program, or is incompatible.
    """
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise HandPoseError(f"There is no weights file {path}; name one with --weights or train one.")
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
    except (SafetensorError, OSError) as error:
        raise HandPoseError(f"{path} is not a weights file (safetensors): {error}.") from error
    info = read_info(path, metadata, kind)
    network = info.make_network()
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        raise HandPoseError(f"{path} does not hold the network '{info.network}' it names; export it again.") from error
    return network.eval(), info


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a weights file, by which an exported network identifies the file it belongs to.

    Raises:
        HandPoseError: the file cannot be read.
    """
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise HandPoseError(f"{path} cannot be read ({error.strerror}); name another file with --weights.") from error


def to_metadata(info: NetworkInfo) -> dict[str, str]:
    """Encode a description as the metadata that :func:`read_info` decodes."""
    return {"schema": info.schema, "info": json.dumps(asdict(info))}


def read_info(path: Path, metadata: Mapping[str, str], kind: type[Info]) -> Info:
    """Decode and check the description of a kind in the metadata of a file.

    Raises:
        HandPoseError: it was not written by this program's trainer, is damaged, or is incompatible; names ``path``.
    """
    schema = metadata.get("schema", "")
    if schema != kind.schema and schema.split("/")[0] == kind.schema.split("/")[0]:
        raise HandPoseError(
            f"{path} is of another version of this program ('{schema}', not '{kind.schema}'): train and export it anew."
        )
    if schema != kind.schema:
        raise HandPoseError(
            f"{path} is not by this program's trainer (it lacks '{kind.schema}'); export it with the trainer."
        )
    try:
        values: dict[str, Any] = json.loads(metadata["info"])
        info = kind(**{key: _tuples(values[key]) for key in (f.name for f in fields(kind))})
        mismatch = info.mismatch()
    except (KeyError, ValueError, TypeError) as error:
        raise HandPoseError(f"{path} has a damaged description ({error}); export it again.") from error
    if mismatch is not None:
        raise HandPoseError(f"{path} does not fit this version: {mismatch}.")
    return info


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
