"""What a player reports while it plays, as plain events."""

from collections.abc import Sequence
from dataclasses import dataclass

from handpose_live.media.recording.recording import RecordingFiles
from handpose_live.media.source import SourceInfo
from handpose_live.runtime.inspection import Inspection
from handpose_live.runtime.session import FrameResult
from handpose_live.runtime.view_state import RecordingState


@dataclass(frozen=True)
class Opened:
    """The source is open.

    Attributes:
        info: of the source.
        device: the name of the device that the network runs on.
        reopened: a live source is back after it was lost.
    """

    info: SourceInfo
    device: str
    reopened: bool


@dataclass(frozen=True)
class Fetching:
    """A model is being downloaded: bytes so far, and in all or 0 if that is not known."""

    done_bytes: int
    total_bytes: int


@dataclass(frozen=True)
class FrameReady:
    """There is a newer frame to :meth:`~handpose_live.runtime.player.Player.take`."""


@dataclass(frozen=True)
class Warned:
    """Something that the user should know of the frames so far or of a finished recording, in a sentence."""

    sentence: str


@dataclass(frozen=True)
class Lost:
    """A live source broke off, and why; the player retries until it is back."""

    sentence: str


@dataclass(frozen=True)
class Ended:
    """A file has come to its end, from where it can be rewound."""


@dataclass(frozen=True)
class Failed:
    """Nothing can be played at all, and why."""

    sentence: str


@dataclass(frozen=True)
class RecordingChanged:
    """A recording has started, was paused or resumed."""

    state: RecordingState | None


@dataclass(frozen=True)
class Recorded:
    """A recording is finished: its files, and what went wrong with it, or ""."""

    files: RecordingFiles
    problem: str


@dataclass(frozen=True, eq=False)
class Inspected:
    """The hands of a frame, inspected after :meth:`~handpose_live.runtime.player.Player.inspect`."""

    result: FrameResult
    inspections: Sequence[Inspection]


PlayerEvent = Opened | Fetching | FrameReady | Warned | Lost | Ended | Failed | RecordingChanged | Recorded | Inspected
