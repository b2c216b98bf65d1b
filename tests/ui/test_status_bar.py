"""The figures in the status bar, and that none is cut or moves."""

import pytest
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from handpose_live.capture.source import SourceInfo
from handpose_live.ui.pace import Speed
from handpose_live.ui.status_bar import Figure, StatusBar, clock, short_ms

LONG_NAME = "rtsp://a-very-long-host-name.example.org:8554/hall/entrance/north/camera-07-main-stream"


def bar(qtbot: QtBot, name: str = "clip.mp4") -> StatusBar:
    status = StatusBar(SourceInfo(name, 640, 480, 30.0, None, live=True), recording=True)
    qtbot.addWidget(status)
    status.resize(900, status.sizeHint().height())
    status.show()
    return status


def places(status: StatusBar) -> list[tuple[int, int]]:
    return [(figure.x(), figure.width()) for figure in status.findChildren(Figure)]


@pytest.mark.parametrize(("time_s", "text"), [(0.0, "0:00"), (7.9, "0:07"), (754, "12:34"), (3723, "1:02:03")])
def test_the_time_of_a_recording_has_hours_only_if_there_are_any(time_s: float, text: str) -> None:
    assert clock(time_s) == text


@pytest.mark.parametrize(("time_ms", "text"), [(7.34, "7.3"), (42.0, "42.0"), (99.97, "100"), (512.3, "512")])
def test_milliseconds_keep_three_digits(time_ms: float, text: str) -> None:
    assert short_ms(time_ms) == text


def test_no_figure_moves_when_figures_change(qtbot: QtBot) -> None:
    status = bar(qtbot)
    status.show_frame(hands=1, dropped=0, time_s=0)
    status.show_speed(Speed(9, 4.2))
    before = places(status)
    status.show_frame(hands=12, dropped=9999, time_s=3 * 3600)
    status.show_speed(Speed(240, 1234))
    qtbot.wait(1)
    assert places(status) == before
    for figure in status.findChildren(Figure):
        assert QLabel.sizeHint(figure).width() <= figure.width()


@pytest.mark.parametrize("width", [400, 640, 1280])
def test_everything_has_its_place_inside_the_bar_however_long_the_names(qtbot: QtBot, width: int) -> None:
    status = bar(qtbot, LONG_NAME)
    status.show_device("CUDA, NVIDIA GeForce RTX 4090 Laptop GPU")
    status.resize(width, status.sizeHint().height())
    qtbot.wait(1)
    rectangles = [label.geometry() for label in status.findChildren(QLabel) if label.isVisible()]
    assert len(rectangles) == 8
    assert all(status.rect().contains(rectangle) for rectangle in rectangles)
    assert not any(one.intersects(other) for one in rectangles for other in rectangles if one is not other)
