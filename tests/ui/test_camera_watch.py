"""Permission to use cameras, with a fake macOS and a fake answer of the user."""

import os
import sys
from collections.abc import Callable

import pytest
from PyQt6.QtCore import QCameraPermission, QCoreApplication
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from handpose_live.ui.controllers.camera_watch import when_allowed
from tests.ui.conftest import Start
from tests.ui.fakes import FakeCamera, session_factory

Answer = Callable[[QCameraPermission], None]
SKIPS = "OPENCV_AVFOUNDATION_SKIP_AUTH"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> list[Answer]:
    """Return the requests that wait for the user's answer."""
    questions: list[Answer] = []

    def ask(_: QCoreApplication, permission: QCameraPermission, answer: Answer) -> None:
        assert isinstance(permission, QCameraPermission)
        questions.append(answer)

    monkeypatch.setattr(type(qapp), "requestPermission", ask)
    monkeypatch.setenv(SKIPS, "0")
    return questions


def test_on_macos_a_camera_is_opened_after_the_user_has_answered(
    qtbot: QtBot, start: Start, asked: list[Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = FakeCamera(1)
    window = start(session_factory(camera))
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", "darwin")
        window.sources.open("7")
    [answer] = asked
    assert os.environ[SKIPS] == "1"
    assert window.sources.player is None
    answer(QCameraPermission())
    qtbot.waitUntil(lambda: window.view.picture is not None, timeout=60_000)


@pytest.mark.parametrize(("platform", "spec"), [("darwin", "video.mp4"), ("darwin", "rtsp://host/1"), ("linux", "0")])
def test_nothing_else_waits_for_permission(
    platform: str, spec: str, asked: list[Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", platform)
        when_allowed(spec, lambda: used.append(spec))
    assert used == [spec]
    assert asked == []
    assert os.environ[SKIPS] == "0"
