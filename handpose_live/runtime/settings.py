"""What the program remembers from one time to the next."""

import logging
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import platformdirs
from PyQt6.QtCore import QByteArray, QSettings

from handpose_live.overlay.draw import OverlayStyle
from handpose_live.runtime.recording_settings import RecordingSettings
from handpose_live.tracking.config import TrackerConfig
from handpose_live.ui.theme.style import Theme

Part = TypeVar("Part")

logger = logging.getLogger(__name__)

# Beyond these a value was not written by this program.
RANGES: dict[str, tuple[float, float]] = {
    "max_hands": (1, 8),
    "smoothing": (0, 1),
    "min_score": (0, 1),
    "thickness": (0.5, 3),
}


@dataclass(frozen=True)
class Settings:
    """All of it.

    Attributes:
        theme: light, dark or the desktop's.
        source: what was played last: a camera's number, an address without its secrets, a path; "" for nothing yet.
        style: how hands are shown; ``selfie`` counts for cameras only.
        tracking: how they are followed.
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


def settings_file() -> Path:
    """Where they are kept."""
    return platformdirs.user_config_path("handpose-live", appauthor=False) / "settings.ini"


def load_settings(path: Path) -> Settings:
    """What was saved; whatever is missing, damaged or out of range is as it is at first."""
    try:
        store = QSettings(str(path), QSettings.Format.IniFormat)
        values = {key: store.value(key) for key in store.allKeys()}
    except Exception as error:  # a damaged file must never keep the program from starting
        logger.warning("%s cannot be read (%s); the settings are as they are at first.", path, error)
        values = {}
    return _filled(Settings(), values, "")


def save_settings(path: Path, settings: Settings) -> bool:
    """Write them, leaving whatever else is in the file; whether that worked."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    store = QSettings(str(path), QSettings.Format.IniFormat)
    for key, value in _flat(settings, ""):
        store.setValue(key, QByteArray(value) if isinstance(value, bytes) else value)
    store.sync()
    return store.status() == QSettings.Status.NoError


def with_changes(kept: Part, before: Part, now: Part) -> Part:
    """What is kept, but for each value that differs from before now."""
    found: dict[str, Any] = {}
    for entry in fields(kept):  # type: ignore[arg-type]
        old, was, value = (getattr(part, entry.name) for part in (kept, before, now))
        if is_dataclass(value):
            found[entry.name] = with_changes(old, was, value)
        elif value != was:
            found[entry.name] = value
    return replace(kept, **found)  # type: ignore[type-var]


def _key(entry: Field[Any]) -> str:
    """Return the name under which a field is stored, which outlives the field's own."""
    return str(entry.metadata.get("key", entry.name))


def _flat(part: Any, prefix: str) -> list[tuple[str, Any]]:
    pairs = []
    for entry in fields(part):
        value = getattr(part, entry.name)
        key = prefix + _key(entry)
        pairs += _flat(value, f"{key}/") if is_dataclass(value) else [(key, value)]
    return pairs


def _filled(part: Part, values: Mapping[str, Any], prefix: str) -> Part:
    hints = get_type_hints(type(part))
    found: dict[str, Any] = {}
    for entry in fields(part):  # type: ignore[arg-type]
        value = getattr(part, entry.name)
        key = prefix + _key(entry)
        if is_dataclass(value):
            found[entry.name] = _filled(value, values, f"{key}/")
        elif (read := _read(entry.name, hints[entry.name], values.get(key))) is not None:
            found[entry.name] = read
    return replace(part, **found)  # type: ignore[type-var]


def _read(name: str, kind: Any, value: Any) -> Any:
    """A stored value as what it should be; None if it is not."""
    try:
        if value is None or kind is bytes:
            return value.data() if isinstance(value, QByteArray) else None
        if kind is bool:
            return {"true": True, "false": False}[str(value).lower()]
        if kind in (int, float):
            number, (low, high) = kind(value), RANGES[name]
            return number if low <= number <= high else None
        text = str(value)
        return text if not get_args(kind) or text in get_args(kind) else None
    except (ValueError, TypeError, KeyError):
        return None
