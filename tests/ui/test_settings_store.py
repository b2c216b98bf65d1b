"""Settings are saved and loaded, also from damaged files."""

from dataclasses import replace
from pathlib import Path

import pytest

from handpose_live.overlay.draw import OverlayStyle
from handpose_live.runtime.recording_settings import RecordingSettings
from handpose_live.runtime.settings import Settings, with_changes
from handpose_live.tracking.config import TrackerConfig
from handpose_live.ui.settings_store import load_settings, save_settings

OTHERS = Settings(
    theme="light",
    source="rtsp://192.0.2.7/live",
    style=OverlayStyle(
        selfie=False, overlay=False, colours="sides", thickness=2.5, bones=False, names=True, boxes=True
    ),
    tracking=TrackerConfig(max_hands=4, smoothing=0.25, min_score=0.5, hand_length_mm=182.5),
    recording=RecordingSettings(videos="both", landmarks=False, folder="/videos/手", pattern="{time}, {source}"),
    geometry=b"\x00\x01geo\xff",
    layout=b"\x00lay=;out",
)


def test_saved_settings_are_loaded(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.ini"
    assert save_settings(path, OTHERS)
    assert load_settings(path) == OTHERS


def test_without_a_file_the_defaults_apply(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.ini") == Settings()


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe garbage ][ =", b"[General\ntheme==", b"a" * 100_000])
def test_a_damaged_file_counts_as_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.ini"
    path.write_bytes(content)
    assert load_settings(path) == Settings()
    assert save_settings(path, OTHERS)
    assert load_settings(path) == OTHERS


@pytest.mark.parametrize(
    "lines",
    [
        "[General]\ntheme=pink",
        "[tracking]\nmax_hands=0",
        "[tracking]\nmax_hands=many",
        "[tracking]\nsmoothing=nan",
        "[tracking]\nhand_length_mm=18.5",
        "[look]\nthickness=999",
        "[look]\nselfie=perhaps",
        "[look]\ncolours=@ByteArray(x)",
        "[General]\ngeometry=plain",
    ],
)
def test_an_invalid_value_is_replaced_by_its_default_and_the_others_apply(tmp_path: Path, lines: str) -> None:
    path = tmp_path / "settings.ini"
    path.write_text(f"{lines}\n[recording]\npattern=kept\n")
    settings = Settings()
    assert load_settings(path) == replace(settings, recording=replace(settings.recording, pattern="kept"))


def test_saving_to_a_folder_that_cannot_be_written_fails_quietly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert not save_settings(tmp_path / "file" / "settings.ini", OTHERS)


def test_only_changed_values_are_saved() -> None:
    saved = Settings(tracking=TrackerConfig(max_hands=4, smoothing=0.25))
    before = replace(saved, tracking=replace(saved.tracking, max_hands=1, smoothing=0.0))
    now = replace(before, theme="light", tracking=replace(before.tracking, min_score=0.5))
    kept = with_changes(saved, before, now)
    assert kept == replace(saved, theme="light", tracking=TrackerConfig(max_hands=4, smoothing=0.25, min_score=0.5))
    assert with_changes(saved, before, before) == saved
