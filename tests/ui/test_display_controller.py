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
from handpose_live.ui.window import Window
from tests.ui.conftest import Start
from tests.ui.fakes import WIDTH, FakeCamera, FakeVideo, TwoHandsDetector, grey, session_factory, trained
from tests.ui.window_helpers import TIMEOUT_MS, do

TOGGLES = ("joints_only", "labels", "names", "boxes")


def factory_with_hands(source: object = None) -> SessionFactory:
    return session_factory(source, TwoHandsDetector(), trained)  # type: ignore[arg-type]


def paused_window(qtbot: QtBot, start: Start, clip: str) -> Window:
    """Return a window with a paused video of hands."""
    window = start(factory_with_hands(), clip)
    qtbot.waitUntil(
        lambda: window.display.state is not None and bool(window.display.state.result.hands),
        timeout=TIMEOUT_MS,
    )
    do(window, "play")
    qtbot.waitUntil(lambda: _is_up_to_date(window), timeout=TIMEOUT_MS)
    return window


def _is_up_to_date(window: Window) -> bool:
    player, state = window.sources.player, window.display.state
    return player is not None and state is not None and player.playback.is_idle and player._current is state.result


def expected_image(window: Window) -> Image:
    """Draw the displayed frame with the current settings."""
    assert window.display.state is not None
    assert window.sources.player is not None
    style, annotated = window.settings.current.style, window.display.state.result
    style = replace(style, selfie=style.selfie and window.sources.player.spec.isdecimal())
    return draw_hands(annotated.frame.image, annotated.hands, style)


def is_displayed_correctly(window: Window) -> bool:
    # OpenCV's blur rounds differently while other threads use OpenCV.
    return window.view.picture is not None and np.allclose(window.view.picture, expected_image(window), atol=1)


# ---------------------------------------------------------------------- style


@pytest.mark.parametrize("how", ["paused", "frozen", "at the end"])
def test_every_style_change_is_displayed_at_once_while_no_frame_arrives(
    qtbot: QtBot, start: Start, clip: str, how: str
) -> None:
    window = paused_window(qtbot, start, clip)
    if how != "paused":
        do(window, "freeze") if how == "frozen" else window.seek_bar.slider.setValue(490)
        do(window, "play")
    if how == "at the end":
        qtbot.waitUntil(
            lambda: window.sources.player is not None and window.sources.player.playback.at_end, timeout=TIMEOUT_MS
        )
        qtbot.waitUntil(lambda: _is_up_to_date(window), timeout=TIMEOUT_MS)
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
        assert is_displayed_correctly(window)


def test_the_selfie_view_of_a_frozen_camera_flips_at_once(qtbot: QtBot, start: Start) -> None:
    camera = FakeCamera(1, then="hang")
    window = start(factory_with_hands(camera), "7")
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    do(window, "freeze")
    do(window, "selfie")
    assert window.display.state is not None
    assert not window.display.state.style.selfie
    assert is_displayed_correctly(window)
    camera.release.set()


def test_a_style_change_while_the_camera_is_lost_keeps_the_message(qtbot: QtBot, start: Start) -> None:
    window = start(factory_with_hands(FakeCamera(2, then="fail")), "7")
    qtbot.waitUntil(lambda: window.view.message.title.text() == "Connection lost", timeout=TIMEOUT_MS)
    do(window, "selfie")
    assert window.view.message.isVisible()
    assert is_displayed_correctly(window)


def has_recorded(window: Window) -> bool:
    state = window.display.state.recording if window.display.state is not None else None
    return state is not None and state.time_s > 0


def decoded(video: Path) -> list[Image]:
    with av.open(str(video)) as file:
        return [np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8) for frame in file.decode(video=0)]


def mean_difference(one: Image, other: Image) -> float:
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
    window = start(factory_with_hands(), clip, settings=settings)
    qtbot.waitUntil(
        lambda: window.display.state is not None and bool(window.display.state.result.hands),
        timeout=TIMEOUT_MS,
    )
    do(window, "record")
    qtbot.waitUntil(lambda: has_recorded(window), timeout=TIMEOUT_MS)
    do(window, "play")
    qtbot.waitUntil(lambda: _is_up_to_date(window), timeout=TIMEOUT_MS)
    do(window, "snapshot")
    do(window, "record")
    qtbot.waitUntil(lambda: window.view.notice.text().startswith("Recorded: "), timeout=TIMEOUT_MS)
    folder = window.settings.current.recording.directory
    [video], [snapshot] = folder.glob("*.mp4"), folder.glob("*.png")
    assert window.display.state is not None
    result = window.display.state.result
    last, plain = decoded(video)[-1], draw_hands(result.frame.image, result.hands)
    saved = np.asarray(cv2.cvtColor(cv2.imread(str(snapshot)), cv2.COLOR_BGR2RGB))  # type: ignore[arg-type]
    assert np.array_equal(saved, window.display.state.picture)
    assert mean_difference(last, window.display.state.picture) < mean_difference(last, np.asarray(plain))
    assert mean_difference(last, window.display.state.picture) < 4


def striped(index: int) -> Image:
    image = grey(index).copy()
    image[:, : WIDTH // 2] = 20
    return image


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_selfie_view_is_recorded_unflipped_or_as_displayed_depending_on_the_option(
    qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch, mirrored: bool
) -> None:
    monkeypatch.setattr("tests.ui.fakes.grey", striped)
    camera = FakeCamera(None)
    window = start(factory_with_hands(camera), "7")
    window.options.mirrored.setChecked(mirrored)
    qtbot.waitUntil(lambda: window.display.state is not None, timeout=TIMEOUT_MS)
    do(window, "record")
    qtbot.waitUntil(lambda: has_recorded(window), timeout=TIMEOUT_MS)
    do(window, "record")
    qtbot.waitUntil(lambda: window.view.notice.text().startswith("Recorded: "), timeout=TIMEOUT_MS)
    camera.enough.set()
    [video] = window.settings.current.recording.directory.glob("*.mp4")
    [first, *_] = decoded(video)
    assert window.view.picture is not None
    dark, bright = (window.view.picture[:, side].mean() for side in (-4, 4))
    assert dark < bright
    assert (first[:, 4].mean() < first[:, -4].mean()) is not mirrored


def test_the_overlay_is_drawn_once_if_display_and_recording_are_the_same(
    qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[OverlayStyle] = []

    def draw(image: Image, hands: object, style: OverlayStyle) -> Image:  # noqa: ARG001
        drawn.append(style)
        return image.copy()

    monkeypatch.setattr("handpose_live.runtime.session.draw_hands", draw)
    window = start(session_factory(FakeVideo(30)), "video")
    do(window, "names")
    do(window, "record")
    qtbot.waitUntil(
        lambda: window.sources.player is not None and window.sources.player.playback.at_end, timeout=TIMEOUT_MS
    )
    assert window.sources.player is not None
    assert window.sources.player._session is not None
    assert len(drawn) == window.sources.player._session.frames == 30


# ---------------------------------------------------------------------- the inspector and the frozen frame


@pytest.mark.parametrize("how", ["paused", "frozen", "at the end", "lost"])
def test_the_inspector_shows_the_hands_of_the_displayed_frame_when_it_is_opened(
    qtbot: QtBot, start: Start, clip: str, how: str
) -> None:
    if how == "lost":
        window = start(factory_with_hands(camera_with_hands(clip)), "7")
        qtbot.waitUntil(lambda: window.view.message.title.text() == "Connection lost", timeout=TIMEOUT_MS)
    else:
        window = paused_window(qtbot, start, clip)
    if how == "frozen":
        do(window, "freeze")
        do(window, "play")
    elif how == "at the end":
        window.seek_bar.slider.setValue(490)
        do(window, "play")
        qtbot.waitUntil(
            lambda: window.sources.player is not None and window.sources.player.playback.at_end, timeout=TIMEOUT_MS
        )
        qtbot.waitUntil(lambda: _is_up_to_date(window), timeout=TIMEOUT_MS)
    do(window, "inspect")
    qtbot.waitUntil(lambda: inspected(window) == tracks(window), timeout=TIMEOUT_MS)


def camera_with_hands(clip: str) -> FakeCamera:
    """Return a camera that yields some frames of a clip and then fails."""
    images = decoded(Path(clip))[:25]

    class Camera(FakeCamera):
        def __iter__(self) -> Iterator[Frame]:
            for frame, image in zip(super().__iter__(), images, strict=False):
                yield replace(frame, image=image)

    camera = Camera(25, then="fail")
    camera.info = SourceInfo("camera 7", images[0].shape[1], images[0].shape[0], 30.0, None, live=True)
    return camera


def tracks(window: Window) -> set[int]:
    return {hand.track_id for hand in window.display.state.result.hands} if window.display.state is not None else set()


def inspected(window: Window) -> set[int | None]:
    """Return the track ids of the inspected hands that belong to the displayed frame."""
    displayed = {id(hand) for hand in window.display.state.result.hands} if window.display.state is not None else set()
    inspections = [panel._inspection for panel in window.inspector.panels]
    return {each.hand.track_id for each in inspections if each is not None and id(each.hand) in displayed}


def test_stepping_and_seeking_while_paused_keeps_the_inspector_at_the_displayed_frame(
    qtbot: QtBot, start: Start, clip: str
) -> None:
    window = paused_window(qtbot, start, clip)
    do(window, "inspect")
    actions: tuple[Callable[[], object], ...] = (
        lambda: do(window, "step"),
        lambda: do(window, "step_back"),
        lambda: window.seek_bar.slider.setValue(250),
    )

    def has_changed(before: ViewState | None) -> bool:
        return (
            window.display.state is not None and before is not None and window.display.state.result is not before.result
        )

    for action in actions:
        before = window.display.state
        action()
        qtbot.waitUntil(partial(has_changed, before), timeout=TIMEOUT_MS)
        qtbot.waitUntil(lambda: inspected(window) == tracks(window), timeout=TIMEOUT_MS)


def test_copying_and_counting_use_the_frozen_frame_and_unfreezing_displays_the_latest(
    qtbot: QtBot, start: Start, clip: str
) -> None:
    window = paused_window(qtbot, start, clip)
    do(window, "freeze")
    frozen = window.display.state
    assert frozen is not None
    do(window, "play")
    qtbot.waitUntil(
        lambda: window.sources.player is not None and window.sources.player.playback.at_end, timeout=TIMEOUT_MS
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


def test_hands_below_a_raised_min_score_disappear_from_a_paused_video(qtbot: QtBot, start: Start, clip: str) -> None:
    window = paused_window(qtbot, start, clip)
    assert window.display.state is not None
    frame = window.display.state.result.frame
    window.options.min_score.setValue(95)
    qtbot.waitUntil(
        lambda: window.display.state is not None and window.display.state.result.frame is frame,
        timeout=TIMEOUT_MS,
    )

    def all_certain() -> bool:
        return window.display.state is not None and all(
            hand.score >= 0.95 for hand in window.display.state.result.hands
        )

    qtbot.waitUntil(all_certain, timeout=TIMEOUT_MS)
    assert window.display.state.result.frame is frame
