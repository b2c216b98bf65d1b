"""The window: lays out the widgets and connects them to their controls."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QKeyEvent
from PyQt6.QtWidgets import QApplication, QMainWindow, QSizePolicy, QToolBar, QVBoxLayout, QWidget

from handpose_live.media.live.camera import Camera, list_cameras
from handpose_live.runtime.session_factory import SessionFactory
from handpose_live.runtime.settings import Settings
from handpose_live.ui.action_table import CAMERAS, ActionKey
from handpose_live.ui.actions import Actions
from handpose_live.ui.controllers.camera_menu import fill_camera_menu
from handpose_live.ui.controllers.display_controller import DisplayController
from handpose_live.ui.controllers.help_controller import HelpController
from handpose_live.ui.controllers.message_controller import MessageController
from handpose_live.ui.controllers.playback_controller import PlaybackController
from handpose_live.ui.controllers.recording_controller import RecordingController
from handpose_live.ui.controllers.source_controller import SourceController
from handpose_live.ui.controllers.style_controller import StyleController
from handpose_live.ui.inspector.hand_panel import PANEL_WIDTH
from handpose_live.ui.inspector.inspector import PLOT_HEIGHT, Inspector
from handpose_live.ui.keyboard import press_on_return, uses_key
from handpose_live.ui.options.options import WIDTH as OPTIONS_WIDTH
from handpose_live.ui.options.options import Options
from handpose_live.ui.settings_store import SettingsModel, save_settings
from handpose_live.ui.theme import theme
from handpose_live.ui.viewer.geometry import fit_to_screen
from handpose_live.ui.viewer.picture_view import PictureView
from handpose_live.ui.viewer.seek_bar import SeekBar
from handpose_live.ui.viewer.status_bar import StatusBar

TITLE = "HandPose Live"
FIRST_WIDTH, FIRST_HEIGHT = 1120, 720
ICON_SIZE = QSize(18, 18)
DOCK_AREA = Qt.DockWidgetArea


class Window(QMainWindow):
    """The widgets, and a controller for each kind of thing the user can do.

    Events of the player flow through ``sources`` to the other controllers and from there into the widgets; actions and
    signals of the widgets flow through the controllers to the player and the settings.

    Attributes:
        error_raised: emit it with a sentence, from any thread, to have that shown.
        settings: of the running program; what the user changed of them is saved on closing.
        left_behind: a thread hung when the window was closed.
        sources, playback, recording, display: the controllers that others may use.
        view, status, seek_bar, inspector, options, actions_, menus: the parts of the window.
    """

    error_raised = pyqtSignal(str)

    def __init__(
        self,
        factory: SessionFactory,
        settings: Settings,
        settings_path: Path,
        *,
        saved: Settings | None = None,
        find_cameras: Callable[[], Sequence[Camera]] = list_cameras,
    ) -> None:
        """Lay out the window.

        Args:
            factory: makes the sessions.
            settings: to begin with.
            settings_path: where they are saved.
            saved: the stored settings, of which ``settings`` may differ for this run; None for ``settings``.
            find_cameras: lists the cameras of this computer.
        """
        super().__init__()
        self._settings_path = settings_path
        self.left_behind = False
        self.settings = SettingsModel(settings, settings if saved is None else saved)
        self.view, self.status, self.seek_bar = PictureView(), StatusBar(), SeekBar()
        self.options, self.inspector = Options(self), Inspector(self)
        self._make_controllers(factory, find_cameras)
        self.toolbar = QToolBar("Toolbar", self)
        self._lay_out_bars()
        self._lay_out_centre()
        self._lay_out_docks()
        self._restore()
        self._connect()
        self.sources.close()
        self.sources.watch.start()

    def stop(self) -> bool:
        """End everything that runs; False if a thread hangs and is left behind."""
        return self.sources.stop()

    def toggle_full_screen(self) -> None:
        """Give the picture the whole screen, or return from that."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        for part in (self.status, self.toolbar, self.menuBar()):
            if part is not None:
                part.setVisible(not self.isFullScreen())
        self._show_seek_bar()

    def leave_full_screen(self) -> None:
        """Dismiss the notice, or else leave full screen."""
        if not self.view.notice.dismiss() and self.isFullScreen():
            self.toggle_full_screen()

    # ------------------------------------------------------------------ Qt

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802
        saved = self.settings.saved
        state = replace(saved, geometry=bytes(self.saveGeometry().data()), layout=bytes(self.saveState().data()))
        if self.isFullScreen():
            state = replace(state, geometry=saved.geometry, layout=saved.layout)
        save_settings(self._settings_path, state)
        self.left_behind = not self.stop()
        super().closeEvent(event)

    def eventFilter(self, _: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Leave a key to the control that has the focus, if that has a use for it."""
        if not isinstance(event, QKeyEvent):
            return False
        control = QApplication.focusWidget()
        is_for_control = uses_key(control, event) or press_on_return(control, event)
        if is_for_control:
            event.accept()
        return is_for_control

    # ------------------------------------------------------------------ wiring

    def _make_controllers(self, factory: SessionFactory, find_cameras: Callable[[], Sequence[Camera]]) -> None:
        actions = self.actions_ = Actions(self)
        actions.make(ActionKey.QUIT, self.close)
        actions.make(ActionKey.FULL_SCREEN, self.toggle_full_screen)
        actions.make(ActionKey.LEAVE_FULL_SCREEN, self.leave_full_screen)
        actions.make_toggle(ActionKey.INSPECT, self._show_inspector)
        actions.make_toggle(ActionKey.PLOT, self._show_plot)
        self.inspector.hands_visible_changed.connect(lambda on: actions.check(ActionKey.INSPECT, on))
        self.inspector.plot_visible_changed.connect(lambda on: actions.check(ActionKey.PLOT, on))
        sources = self.sources = SourceController(factory, self.settings, actions, find_cameras, self)
        self.playback = PlaybackController(sources, actions, self.seek_bar)
        self.recording = RecordingController(sources, self.settings, actions, self.view)
        self.recording.recording_changed.connect(self.options.show_recording)
        self.display = DisplayController(
            sources, self.settings, actions, view=self.view, inspector=self.inspector, status=self.status
        )
        self._messages = MessageController(sources, self.view)
        style = StyleController(sources, self.settings, actions, self.options)
        help_ = HelpController(actions, self.view.notice, self)
        for controller in (
            sources,
            self.playback,
            self.recording,
            self.display,
            self._messages,
            style,
            help_,
        ):
            controller.setParent(self)  # Qt deletes them with the window

    def _connect(self) -> None:
        self.error_raised.connect(self._messages.show_error)
        self.view.file_dropped.connect(self.sources.open)
        self.display.state_changed.connect(lambda state: self.seek_bar.show_time(state.result.frame.time_s))
        self.sources.source_changed.connect(self._show_source)
        self.sources.cameras_changed.connect(self._fill_camera_menu)
        for part in (self, *self.inspector.docks, self.inspector.plot_dock):  # docks may be windows of their own
            part.installEventFilter(self)
        theme.current.changed.connect(self.update)

    def _show_source(self) -> None:
        info = self.sources.info
        self.setWindowTitle(f"{info.name} – {TITLE}" if info is not None else TITLE)
        self._show_seek_bar()

    def _show_seek_bar(self) -> None:
        self.seek_bar.setVisible(self.sources.is_stored and not self.isFullScreen())

    def _show_inspector(self, on: bool) -> None:
        self.inspector.set_hands_visible(on)
        if on:
            self.resizeDocks(self.inspector.docks[:1], [PANEL_WIDTH], Qt.Orientation.Horizontal)

    def _show_plot(self, on: bool) -> None:
        self.inspector.set_plot_visible(on)
        if on:
            self.resizeDocks([self.inspector.plot_dock], [PLOT_HEIGHT], Qt.Orientation.Vertical)

    def _fill_camera_menu(self) -> None:
        spec = self.sources.player.spec if self.sources.player is not None else ""
        fill_camera_menu(self.menus[CAMERAS], self.sources.watch.cameras, spec, self.sources.open)

    # ------------------------------------------------------------------ layout

    def _lay_out_bars(self) -> None:
        self.toolbar.setObjectName("toolbar")
        self.toolbar.setMovable(False)
        self.toolbar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.actions_.fill_toolbar(self.toolbar)
        self.toolbar.setIconSize(ICON_SIZE)
        self.addToolBar(self.toolbar)
        bar = self.menuBar()
        assert bar is not None
        self.menus = self.actions_.fill_menus(bar)
        self.setStatusBar(self.status)

    def _lay_out_centre(self) -> None:
        centre = QWidget()
        centre.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.view, self.seek_bar):
            column.addWidget(part)
        self.setCentralWidget(centre)
        self.view.setFocus()  # else the first button would have it

    def _lay_out_docks(self) -> None:
        """Put the docks into their places, closed."""
        self.setCorner(Qt.Corner.BottomLeftCorner, DOCK_AREA.LeftDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, DOCK_AREA.RightDockWidgetArea)
        self.addDockWidget(DOCK_AREA.LeftDockWidgetArea, self.options)
        self.resizeDocks([self.options], [OPTIONS_WIDTH], Qt.Orientation.Horizontal)
        for dock in self.inspector.docks:
            self.addDockWidget(DOCK_AREA.RightDockWidgetArea, dock)
        self.addDockWidget(DOCK_AREA.BottomDockWidgetArea, self.inspector.plot_dock)
        self.tabifyDockWidget(*self.inspector.docks)
        for dock in (self.options, *self.inspector.docks, self.inspector.plot_dock):
            dock.hide()

    def _restore(self) -> None:
        """Take the size and layout of the last run."""
        screen = self.screen()
        assert screen is not None
        self.resize(fit_to_screen(QSize(FIRST_WIDTH, FIRST_HEIGHT), screen.availableSize()))
        self.restoreGeometry(QByteArray(self.settings.current.geometry))
        self.restoreState(QByteArray(self.settings.current.layout))
