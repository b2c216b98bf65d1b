"""What the program remembers from one run to the next."""

from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

import platformdirs

from handpose_live.overlay.draw import OverlayStyle
from handpose_live.runtime.recording_settings import RecordingSettings
from handpose_live.tracking.config import HAND_LENGTHS, TrackerConfig

Part = TypeVar("Part")
Theme = Literal["system", "dark", "light"]

# Values outside of these were not written by this program.
RANGES: dict[str, tuple[float, float]] = {
    "max_hands": (1, 8),
    "smoothing": (0, 1),
    "min_score": (0, 1),
    "hand_length_mm": HAND_LENGTHS,
    "thickness": (0.5, 3),
}


@dataclass(frozen=True)
class Settings:
    """All settings. The ``key`` in a field's metadata is the name under which it is stored, if that is another.

    Attributes:
        theme: light, dark or the desktop's.
        source: what was played last: a camera's number, an address without its secrets, a path; "" for nothing yet.
        style: how hands are drawn; ``selfie`` applies to cameras only.
        tracking: how hands are tracked.
        recording: what is recorded, and where to.
        geometry, layout: of the window, as Qt describes them.
    """

    theme: Theme = "dark"
    source: str = ""
    style: OverlayStyle = field(default_factory=lambda: OverlayStyle(selfie=True), metadata={"key": "look"})
    tracking: TrackerConfig = field(default_factory=TrackerConfig)
    recording: RecordingSettings = field(default_factory=RecordingSettings)
    geometry: bytes = b""
    layout: bytes = b""

    def style_for(self, spec: str) -> OverlayStyle:
        """How the frames of a source are drawn: only those of a camera as a selfie view."""
        return replace(self.style, selfie=self.style.selfie and spec.isdecimal())


def settings_file() -> Path:
    """Where settings are stored."""
    return platformdirs.user_config_path("handpose-live", appauthor=False) / "settings.ini"


def with_changes(saved: Part, before: Part, now: Part) -> Part:
    """The saved settings, with each value replaced that differs between ``before`` and ``now``."""
    changed: dict[str, Any] = {}
    for entry in fields(saved):  # type: ignore[arg-type]
        old, was, value = (getattr(part, entry.name) for part in (saved, before, now))
        if is_dataclass(value):
            changed[entry.name] = with_changes(old, was, value)
        elif value != was:
            changed[entry.name] = value
    return replace(saved, **changed)  # type: ignore[type-var]
