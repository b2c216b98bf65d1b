"""The status bar: its content, and that no figure is cut off or moves."""

import pytest
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from handpose_live.media.source import SourceInfo
from handpose_live.runtime.playback_clock import Speed
from handpose_live.ui.viewer.status_bar import Figure, StatusBar

LONG_NAME = "rtsp://a-very-long-host-name.example.org:8554/hall/entrance/north/camera-07-main-stream"
GPU = "CUDA, NVIDIA GeForce RTX 4090 Laptop GPU"


def bar(qtbot: QtBot, name: str = "clip.mp4", *, live: bool = True) -> StatusBar:
    status = StatusBar()
    qtbot.addWidget(status)
    status.open(SourceInfo(name, 640, 480, 30.0, None, live=live), GPU)
    status.resize(1100, status.sizeHint().height())
    status.show()
    return status


def positions(status: StatusBar) -> list[tuple[int, int]]:
    return [(figure.x(), figure.width()) for figure in status.findChildren(Figure)]


def test_no_figure_moves_when_values_change(qtbot: QtBot) -> None:
    status = bar(qtbot)
    status.show_frame(hands=1, dropped=0, unrecorded=0)
    status.show_speed(Speed(10, 9, 4.2), (20.0, 31.0))
    qtbot.wait(1)
    before = positions(status)
    status.show_frame(hands=8, dropped=9999, unrecorded=0)
    status.show_speed(Speed(240, 240, 1234), (456.0, 789.0))
    qtbot.wait(1)
    assert positions(status) == before
    for figure in status.findChildren(Figure):
        assert QLabel.sizeHint(figure).width() <= figure.width()


@pytest.mark.parametrize("width", [640, 800, 1280])
def test_all_labels_stay_inside_the_bar_without_overlap_even_with_long_names(qtbot: QtBot, width: int) -> None:
    status = bar(qtbot, LONG_NAME)
    status.show_frame(hands=2, dropped=17, unrecorded=3)
    status.resize(width, status.sizeHint().height())
    qtbot.wait(1)
    rectangles = [label.geometry() for label in status.findChildren(QLabel) if label.isVisible()]
    assert len(rectangles) == 10
    assert all(status.rect().contains(rectangle) for rectangle in rectangles)
    assert not any(one.intersects(other) for one in rectangles for other in rectangles if one is not other)


def test_the_bar_shows_the_source_its_size_and_the_device_in_use(qtbot: QtBot) -> None:
    status = bar(qtbot)
    texts = [label.text() for label in status.findChildren(QLabel)]
    assert {"clip.mp4", "640 × 480", GPU} <= set(texts)


def test_latency_and_dropped_frames_are_displayed_for_live_sources_only(qtbot: QtBot) -> None:
    def visible(live: bool) -> list[str]:
        status = bar(qtbot, live=live)
        status.show_frame(hands=1, dropped=3, unrecorded=0)
        status.show_speed(Speed(10, 9, 4.2), (20.0, 31.0))
        return [figure.text() for figure in status.figures if figure.isVisible()]

    live, stored = (" ".join(visible(live)) for live in (True, False))
    assert "20 / 31" in live
    assert "ms latency" in live
    assert "dropped" in live
    assert "latency" not in stored
    assert "dropped" not in stored
