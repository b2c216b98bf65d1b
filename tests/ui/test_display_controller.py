"""Screen, recording, snapshot, inspector and clipboard agree on what is displayed."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PyQt6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from handpose_live.media.source import SourceInfo
from handpose_live.overlay.draw import OverlayStyle, draw_hands
from handpose_live.runtime.session_factory import SessionFactory
from handpose_live.runtime.settings import Settings
from handpose_live.runtime.view_state import ViewState
from handpose_live.types.arrays import Image
from handpose_live.types.frame import Frame
from handpose_live.ui.action_table import ActionKey
from handpose_live.ui.window import Window
from tests.ui.conftest import Start
from tests.ui.stand_ins import WIDTH, SeeingDetector, StandInCamera, StandInFilm, grey, tools, trained

PATIENCE_MS = 60_000
TOGGLES = ("joints_only", "labels", "names", "boxes")


@pytest.fixture
def clip(shared: Path) -> str:
    return str(shared / "data/clips/scale_1.mp4")


def seeing(source: object = None) -> SessionFactory:
    return tools(source, SeeingDetector(), trained)  # type: ignore[arg-type]


def do(window: Window, key: str) -> None:
    window.actions_[ActionKey(key)].trigger()


def standing(qtbot: QtBot, start: Start, clip: str) -> Window:
    """A film with hands, which stands still."""
    window = start(seeing(), clip)
    qtbot.waitUntil(
        lambda: window.display.state is not None and bool(window.display.state.result.hands),
        timeout=PATIENCE_MS,
    )
    do(window, "play")
    qtbot.waitUntil(lambda: _all_is_shown(window), timeout=PATIENCE_MS)
    return window


def _all_is_shown(window: Window) -> bool:
    player, shown = window.sources.player, window.display.state
    return player is not None and shown is not None and player.playback.is_idle and player._current is shown.result


def should_be(window: Window) -> Image:
    """The shown frame as it is to look in the settings of now."""
    assert window.display.state is not None
    assert window.sources.player is not None
    style, annotated = window.settings.current.style, window.display.state.result
    style = replace(style, selfie=style.selfie and window.sources.player.spec.isdecimal())
    return draw_hands(annotated.frame.image, annotated.hands, style)


def is_as_it_should_be(window: Window) -> bool:
    # While other threads use OpenCV too, its blur rounds otherwise.
    return window.view.picture is not None and np.allclose(window.view.picture, should_be(window), atol=1)


# ---------------------------------------------------------------------- the look


@pytest.mark.parametrize("how", ["paused", "frozen", "at its end"])
def test_every_change_of_the_style_is_seen_at_once_while_no_frame_arrives(
    qtbot: QtBot, start: Start, clip: str, how: str
) -> None:
    window = standing(qtbot, start, clip)
    if how != "paused":
        do(window, "freeze") if how == "frozen" else window.seek_bar.slider.setValue(490)
        do(window, "play")
    if how == "at its end":
        qtbot.waitUntil(
            lambda: window.sources.player is not None and window.sources.player.playback.at_end, timeout=PATIENCE_MS
        )
        qtbot.waitUntil(lambda: _all_is_shown(window), timeout=PATIENCE_MS)
    changes: tuple[Callable[[], object], ...] = (
        *(partial(do, window, key) for key in ("overlay", "overlay", *TOGGLES)),
        lambda: window.options.colours.setCurrentIndex(1),
        lambda: window.options.thickness.setValue(300),
    )
    for change in changes:
        before = window.view.picture
        change()
        assert before is not None
        assert window.view.picture is not None
        assert not np.array_equal(window.view.picture, before)
        assert is_as_it_should_be(window)


def test_the_selfie_view_of_a_frozen_camera_flips_at_once(qtbot: QtBot, start: Start) -> None:
    camera = StandInCamera(1, then="hang")
    window = start(seeing(camera), "7")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=PATIENCE_MS)
    do(window, "freeze")
    do(window, "selfie")
    assert window.display.state is not None
    assert not window.display.state.style.selfie
    assert is_as_it_should_be(window)
    camera.release.set()


def test_a_change_of_the_style_while_the_camera_is_lost_keeps_the_message(qtbot: QtBot, start: Start) -> None:
    window = start(seeing(StandInCamera(2, then="break off")), "7")
    qtbot.waitUntil(lambda: window.view.message.title.text() == "Connection lost", timeout=PATIENCE_MS)
    do(window, "selfie")
    assert window.view.message.isVisible()
    assert is_as_it_should_be(window)


def has_recorded(window: Window) -> bool:
    state = window.display.state.recording if window.display.state is not None else None
    return state is not None and state.time_s > 0


def decoded(film: Path) -> list[Image]:
    with av.open(str(film)) as file:
        return [np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8) for frame in file.decode(video=0)]


def apart(one: Image, other: Image) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


@pytest.mark.parametrize(
    "style",
    [
        OverlayStyle(overlay=False),
        OverlayStyle(bones=False, labels=False),
        OverlayStyle(colours="single", thickness=3, labels=False, names=True, boxes=True),
    ],
)
def test_recording_and_snapshot_equal_what_is_displayed(
    qtbot: QtBot, start: Start, clip: str, tmp_path: Path, style: OverlayStyle
) -> None:
    settings = Settings(style=style)
    settings = replace(settings, recording=replace(settings.recording, folder=str(tmp_path / "recordings")))
    window = start(seeing(), clip, settings=settings)
    qtbot.waitUntil(
        lambda: window.display.state is not None and bool(window.display.state.result.hands),
        timeout=PATIENCE_MS,
    )
    do(window, "record")
    qtbot.waitUntil(lambda: has_recorded(window), timeout=PATIENCE_MS)
    do(window, "play")
    qtbot.waitUntil(lambda: _all_is_shown(window), timeout=PATIENCE_MS)
    do(window, "snapshot")
    do(window, "record")
    qtbot.waitUntil(lambda: window.view.notice.text().startswith("Recorded: "), timeout=PATIENCE_MS)
    folder = window.settings.current.recording.directory
    [film], [snapshot] = folder.glob("*.mp4"), folder.glob("*.png")
    assert window.display.state is not None
    result = window.display.state.result
    last, plain = decoded(film)[-1], draw_hands(result.frame.image, result.hands)
    saved = np.asarray(cv2.cvtColor(cv2.imread(str(snapshot)), cv2.COLOR_BGR2RGB))  # type: ignore[arg-type]
    assert np.array_equal(saved, window.display.state.picture)
    assert apart(last, window.display.state.picture) < apart(last, np.asarray(plain))
    assert apart(last, window.display.state.picture) < 4


def striped(index: int) -> Image:
    image = grey(index).copy()
    image[:, : WIDTH // 2] = 20
    return image


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_selfie_view_is_recorded_unflipped_or_if_so_set_as_displayed(
    qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch, mirrored: bool
) -> None:
    monkeypatch.setattr("tests.ui.stand_ins.grey", striped)
    camera = StandInCamera(None)
    window = start(seeing(camera), "7")
    window.options.mirrored.setChecked(mirrored)
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=PATIENCE_MS)
    do(window, "record")
    qtbot.waitUntil(lambda: has_recorded(window), timeout=PATIENCE_MS)
    do(window, "record")
    qtbot.waitUntil(lambda: window.view.notice.text().startswith("Recorded: "), timeout=PATIENCE_MS)
    camera.enough.set()
    [film] = window.settings.current.recording.directory.glob("*.mp4")
    [first, *_] = decoded(film)
    assert window.view.picture is not None
    dark, bright = (window.view.picture[:, side].mean() for side in (-4, 4))
    assert dark < bright
    assert (first[:, 4].mean() < first[:, -4].mean()) is not mirrored


def test_an_overlay_is_drawn_once_if_it_is_displayed_as_recorded(
    qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[OverlayStyle] = []

    def draw(image: Image, hands: object, style: OverlayStyle) -> Image:  # noqa: ARG001
        drawn.append(style)
        return image.copy()

    monkeypatch.setattr("handpose_live.runtime.session.draw_hands", draw)
    window = start(tools(StandInFilm(30)), "film")
    do(window, "names")
    do(window, "record")
    qtbot.waitUntil(
        lambda: window.sources.player is not None and window.sources.player.playback.at_end, timeout=PATIENCE_MS
    )
    assert window.sources.player is not None
    assert window.sources.player._session is not None
    assert len(drawn) == window.sources.player._session.frames == 30


# ---------------------------------------------------------------------- the inspector and the frozen frame


@pytest.mark.parametrize("how", ["paused", "frozen", "at its end", "lost"])
def test_the_inspector_shows_the_hands_of_the_displayed_frame_when_it_is_opened(
    qtbot: QtBot, start: Start, clip: str, how: str
) -> None:
    if how == "lost":
        window = start(seeing(camera_with_hands(clip)), "7")
        qtbot.waitUntil(lambda: window.view.message.title.text() == "Connection lost", timeout=PATIENCE_MS)
    else:
        window = standing(qtbot, start, clip)
    if how == "frozen":
        do(window, "freeze")
        do(window, "play")
    elif how == "at its end":
        window.seek_bar.slider.setValue(490)
        do(window, "play")
        qtbot.waitUntil(
            lambda: window.sources.player is not None and window.sources.player.playback.at_end, timeout=PATIENCE_MS
        )
        qtbot.waitUntil(lambda: _all_is_shown(window), timeout=PATIENCE_MS)
    do(window, "inspect")
    qtbot.waitUntil(lambda: inspected(window) == tracks(window), timeout=PATIENCE_MS)


def camera_with_hands(clip: str) -> StandInCamera:
    """Shows some frames of a clip and breaks off."""
    images = decoded(Path(clip))[:25]

    class Camera(StandInCamera):
        def __iter__(self) -> Iterator[Frame]:
            for frame, image in zip(super().__iter__(), images, strict=False):
                yield replace(frame, image=image)

    camera = Camera(25, then="break off")
    camera.info = SourceInfo("camera 7", images[0].shape[1], images[0].shape[0], 30.0, None, live=True)
    return camera


def tracks(window: Window) -> set[int]:
    return {hand.track_id for hand in window.display.state.result.hands} if window.display.state is not None else set()


def inspected(window: Window) -> set[int | None]:
    """The hands in the inspector, if they are those of the shown frame to the px."""
    shown = {id(hand): hand for hand in window.display.state.result.hands} if window.display.state is not None else {}
    looked = [panel._inspection for panel in window.inspector.panels]
    return {one.hand.track_id for one in looked if one is not None and id(one.hand) in shown}


def test_stepping_and_seeking_while_paused_keeps_the_inspector_at_the_displayed_frame(
    qtbot: QtBot, start: Start, clip: str
) -> None:
    window = standing(qtbot, start, clip)
    do(window, "inspect")
    acts: tuple[Callable[[], object], ...] = (
        lambda: do(window, "step"),
        lambda: do(window, "step_back"),
        lambda: window.seek_bar.slider.setValue(250),
    )

    def is_another(before: ViewState | None) -> bool:
        return (
            window.display.state is not None and before is not None and window.display.state.result is not before.result
        )

    for act in acts:
        before = window.display.state
        act()
        qtbot.waitUntil(partial(is_another, before), timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: inspected(window) == tracks(window), timeout=PATIENCE_MS)


def test_copying_and_counting_use_the_frozen_frame_and_unfreezing_displays_the_latest(
    qtbot: QtBot, start: Start, clip: str
) -> None:
    window = standing(qtbot, start, clip)
    do(window, "freeze")
    frozen = window.display.state
    assert frozen is not None
    do(window, "play")
    qtbot.waitUntil(
        lambda: window.sources.player is not None and window.sources.player.playback.at_end, timeout=PATIENCE_MS
    )
    do(window, "copy_hand")
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert json.loads(clipboard.text())["frame"] == frozen.result.frame.index
    assert window.display.state is frozen
    do(window, "freeze")
    assert window.display.state is not frozen
    assert window.display.state is not None
    assert window.display.state.result.frame.index == 49


def test_hands_below_a_raised_min_score_leave_a_paused_video(qtbot: QtBot, start: Start, clip: str) -> None:
    window = standing(qtbot, start, clip)
    assert window.display.state is not None
    frame = window.display.state.result.frame
    window.options.min_score.setValue(95)
    qtbot.waitUntil(
        lambda: window.display.state is not None and window.display.state.result.frame is frame,
        timeout=PATIENCE_MS,
    )

    def all_sure() -> bool:
        return window.display.state is not None and all(
            hand.score >= 0.95 for hand in window.display.state.result.hands
        )

    qtbot.waitUntil(all_sure, timeout=PATIENCE_MS)
    assert window.display.state.result.frame is frame
