"""Settings in their INI file, and as they are now in the running program."""

import logging
from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

from PyQt6.QtCore import QByteArray, QObject, QSettings, pyqtSignal

from handpose_live.runtime.settings import RANGES, Settings, with_changes

Part = TypeVar("Part")

logger = logging.getLogger(__name__)


class SettingsModel(QObject):
    """The settings of the running program.

    Attributes:
        changed: the settings before, after each change.
        current: the settings now, with the options of the command line.
        saved: what is to be stored: of the options of the command line only what the user changed afterwards.
    """

    changed = pyqtSignal(object)

    def __init__(self, current: Settings, saved: Settings) -> None:
        super().__init__()
        self.current, self.saved = current, saved

    def change(self, settings: Settings) -> None:
        """Apply other settings at once."""
        before, self.current = self.current, settings
        self.saved = with_changes(self.saved, before, settings)
        self.changed.emit(before)


def load_settings(path: Path) -> Settings:
    """The stored settings; the default for each value that is missing, damaged or out of range."""
    try:
        store = QSettings(str(path), QSettings.Format.IniFormat)
        values = {key: store.value(key) for key in store.allKeys()}
    except Exception as error:  # a damaged file must never keep the program from starting
        logger.warning("%s cannot be read (%s); the default settings apply.", path, error)
        values = {}
    return _filled(Settings(), values, "")


def save_settings(path: Path, settings: Settings) -> bool:
    """Store settings and leave everything else in the file as it is; whether that worked."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    store = QSettings(str(path), QSettings.Format.IniFormat)
    for key, value in _flat(settings, ""):
        store.setValue(key, QByteArray(value) if isinstance(value, bytes) else value)
    store.sync()
    return store.status() == QSettings.Status.NoError


def _key(entry: Field[Any]) -> str:
    """The name under which a field is stored, which outlives the field's own."""
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
        elif (parsed := _parsed(entry.name, hints[entry.name], values.get(key))) is not None:
            found[entry.name] = parsed
    return replace(part, **found)  # type: ignore[type-var]


def _parsed(name: str, kind: Any, value: Any) -> Any:
    """A stored value in its type; None if it is not valid."""
    try:
        if value is None or kind is bytes:
            return value.data() if isinstance(value, QByteArray) else None
        if kind is bool:
            return {"true": True, "false": False}[str(value).lower()]
        if kind in (int, float, float | None):
            number, (low, high) = (int if kind is int else float)(value), RANGES[name]
            return number if low <= number <= high else None
        text = str(value)
        return text if not get_args(kind) or text in get_args(kind) else None
    except (ValueError, TypeError, KeyError):
        return None
