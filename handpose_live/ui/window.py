"""The window: the picture in the middle, what can be done around it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, QTimer, pyqtBoundSignal, pyqtSignal
from PyQt6.QtGui import QAction, QCloseEvent, QKeyEvent
from PyQt6.QtWidgets import QApplication, QMainWindow, QSizePolicy, QToolBar, QVBoxLayout, QWidget

from handpose_live.media.address import without_credentials
from handpose_live.media.live.camera import Camera, list_cameras
from handpose_live.media.opening import DEMO
from handpose_live.media.recording.recording import RecordingFiles
from handpose_live.media.source import SourceInfo
from handpose_live.overlay.draw import OverlayStyle, draw_hands
from handpose_live.runtime.inspection import Inspection
from handpose_live.runtime.playback_clock import LatencyMeter
from handpose_live.runtime.player import STOP_S, Player
from handpose_live.runtime.session import FrameResult
from handpose_live.runtime.session_factory import SessionFactory
from handpose_live.runtime.settings import Settings, save_settings, with_changes
from handpose_live.runtime.view_state import RecordingState, ViewState, latency_ms
from handpose_live.tracking.config import TrackerConfig
from handpose_live.ui.actions import CAMERAS, Actions
from handpose_live.ui.camera_watch import CameraWatch, when_allowed
from handpose_live.ui.commands import Commands
from handpose_live.ui.inspector.inspector import Inspector
from handpose_live.ui.keyboard import keeps_key, presses
from handpose_live.ui.options.options import WIDTH as OPTIONS_WIDTH
from handpose_live.ui.options.options import Options
from handpose_live.ui.theme import theme
from handpose_live.ui.viewer.formatting import size
from handpose_live.ui.viewer.geometry import fitting
from handpose_live.ui.viewer.picture_view import PictureView
from handpose_live.ui.viewer.seek_bar import SeekBar
from handpose_live.ui.viewer.status_bar import StatusBar

SPEED_INTERVAL_MS = 500
FIRST_WIDTH, FIRST_HEIGHT = 1120, 720
LOADING = "Opening the source and loading the network …"
NO_CAMERA = "There is no camera. Connect one, open a video, or drop a file here; the demo shows rendered hands."
CHOOSE = "Choose a camera, open a video, or drop a file here; the demo shows rendered hands."


class Window(QMainWindow):
    """Shows what a player tells; decides nothing about hands.

    Attributes:
        fault: emit it with a sentence, from any thread, to have that shown.
        settings: as they are now; what a person changed of them is saved on closing.
        player: of the source that is open, if any.
        shown: the frame that is on the screen: what is copied, inspected, saved as a snapshot.
        newest: the newest frame of all; another one than ``shown`` while that is frozen.
        info: of the source, once it is open.
        view, status, seek_bar, inspector, options, actions: the parts of the window.
    """

    fault = pyqtSignal(str)

    def __init__(
        self,
        tools: SessionFactory,
        settings: Settings,
        settings_path: Path,
        *,
        saved: Settings | None = None,
        find_cameras: Callable[[], Sequence[Camera]] = list_cameras,
    ) -> None:
        """Lay out the window.

        Args:
            tools: what sessions are made of.
            settings: to begin with.
            settings_path: where they are saved.
            saved: what is saved where a person changes nothing; None for ``settings``.
            find_cameras: the cameras of this computer.
        """
        super().__init__()
        self.settings, self._settings_path, self._tools = settings, settings_path, tools
        self._saved = settings if saved is None else saved
        self.player: Player | None = None
        self.shown: ViewState | None = None
        self.newest: ViewState | None = None
        self.info: SourceInfo | None = None
        self.left_behind = False
        self._latency = LatencyMeter()
        self._old_players: list[Player] = []
        self._addresses: dict[str, str] = {}
        self._wanted_files: RecordingFiles | None = None
        self._takes_camera = False
        self._start_sentence = ""
        self.view, self.status, self.seek_bar = PictureView(), StatusBar(), SeekBar()
        self.options = Options(self)
        self.inspector = Inspector(self)
        self.commands = Commands(self)
        self.actions_ = Actions(self, self.commands)
        self._watch = CameraWatch(find_cameras)
        self._speed_timer = QTimer(self)
        self._lay_out()
        self._connect()
        self._show_settings()
        self.close_source()
        self._watch.start()

    # ------------------------------------------------------------------ sources

    def open(self, spec: str, files: RecordingFiles | None = None) -> None:
        """Play a source in place of the one before; record it into files from its first frame on, if there are any."""
        when_allowed(spec, lambda: self._play(spec, files))

    def _play(self, spec: str, files: RecordingFiles | None) -> None:
        self._release_player()
        self._takes_camera = False
        name = without_credentials(spec)
        spec = self._addresses.get(spec, spec)
        self._addresses[name] = spec  # the secrets are for this run only
        if DEMO in (spec, self.settings.source):  # the demo goes round; what is opened after it does not
            self.actions_.check("loop", spec == DEMO)
        self._keep(replace(self.settings, source=name))
        player = self.player = Player(spec, self._tools, self.settings.tracking, self._look(spec))
        player.mirrors_recording = self.settings.recording.mirrored
        player.inspecting = self.inspector.is_open
        if files is not None and files.paths:
            player.record(files)
        player.looped = self.actions_["loop"].isChecked()
        self.actions_["freeze"].setChecked(False)
        self._listen(player)
        self.view.clear()
        self.view.say("Getting ready", LOADING)
        self.view.panel.show_progress()
        self.setWindowTitle("HandPose Live")
        self._enable()
        player.start()

    def open_last(self, files: RecordingFiles | None = None) -> None:
        """Play the stream of the last time, or else its camera or the first one as soon as the cameras are known."""
        if "://" in self.settings.source:
            self.open(self.settings.source, files)
        else:
            self._wanted_files = files
            self._takes_camera = True

    def close_source(self) -> None:
        """Play nothing."""
        self._release_player()
        self._show_no_source()

    def stop(self) -> bool:
        """End everything that runs; False if a thread hangs and is left behind."""
        self._watch.stop()
        players = [*self._old_players, *([self.player] if self.player else [])]
        for player in players:
            player.request_stop()
        end_s = time.monotonic() + STOP_S
        ended = [player.stop(end_s - time.monotonic()) for player in players]
        return all(ended)

    # ------------------------------------------------------------------ settings

    def change(self, settings: Settings) -> None:
        """Take over other settings at once."""
        before = self.settings
        self._keep(settings)
        if settings.theme != before.theme:
            application = QApplication.instance()
            assert isinstance(application, QApplication)
            theme.apply_theme(application, settings.theme)
        if self.player is not None:
            self.player.style = self._look(self.player.spec)
            self.player.mirrors_recording = settings.recording.mirrored
            if settings.tracking != before.tracking:
                self.player.track(settings.tracking)
        if self.shown is not None:
            self._show(self.shown)
        self._show_settings()

    @property
    def tracking(self) -> TrackerConfig:
        """How hands are followed now."""
        return self.settings.tracking

    def toggle_full_screen(self) -> None:
        """Give the picture the whole screen, or take it back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        for part in (self.status, self.toolbar, self.menuBar()):
            if part is not None:
                part.setVisible(not self.isFullScreen())
        self._show_seek_bar()

    # ------------------------------------------------------------------ Qt

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802
        state = replace(self._saved, geometry=bytes(self.saveGeometry().data()), layout=bytes(self.saveState().data()))
        if self.isFullScreen():
            state = replace(state, geometry=self._saved.geometry, layout=self._saved.layout)
        save_settings(self._settings_path, state)
        self.left_behind = not self.stop()
        super().closeEvent(event)

    def eventFilter(self, _: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Leave a key to the control that has the focus, if that knows what to do with it."""
        if not isinstance(event, QKeyEvent):
            return False
        control = QApplication.focusWidget()
        is_for_control = keeps_key(control, event) or presses(control, event)
        if is_for_control:
            event.accept()
        return is_for_control

    # ------------------------------------------------------------------ inside

    def _lay_out(self) -> None:
        self.toolbar = QToolBar("Toolbar", self)
        self.toolbar.setObjectName("toolbar")
        self.toolbar.setMovable(False)
        self.toolbar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.actions_.fill_toolbar(self.toolbar)
        self.toolbar.setIconSize(QSize(18, 18))
        self.addToolBar(self.toolbar)
        bar = self.menuBar()
        assert bar is not None
        self.menus = self.actions_.fill_menus(bar)
        centre = QWidget()
        centre.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.view, self.seek_bar):
            column.addWidget(part)
        self.setCentralWidget(centre)
        self.setStatusBar(self.status)
        self.view.setFocus()  # else the first button would have it
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.options)
        self.resizeDocks([self.options], [OPTIONS_WIDTH], Qt.Orientation.Horizontal)
        self.options.hide()
        self.inspector.add_docks()
        screen = self.screen()
        assert screen is not None
        self.resize(fitting(QSize(FIRST_WIDTH, FIRST_HEIGHT), screen.availableSize()))
        self.restoreGeometry(QByteArray(self.settings.geometry))
        self.restoreState(QByteArray(self.settings.layout))

    def _connect(self) -> None:
        self.fault.connect(self._show_fault)
        self.view.dropped.connect(self.open)
        self.view.painted.connect(self._count_latency)
        self.view.start.camera_wanted.connect(lambda index: self.open(str(index)))
        self.view.start.video_wanted.connect(self.commands.open_file)
        self.view.start.demo_wanted.connect(self.commands.play_demo)
        self.seek_bar.sought.connect(lambda time_s: self.player.seek(time_s) if self.player else None)
        self.options.changed.connect(self.change)
        self.options.visibilityChanged.connect(lambda _: self.actions_.check("options", not self.options.isHidden()))
        self.inspector.toggled.connect(self._inspect)
        for part in (self, *self.inspector.docks, self.inspector.plot_dock):  # docks may be windows of their own
            part.installEventFilter(self)
        self._watch.changed.connect(self._show_cameras)
        self._speed_timer.timeout.connect(self._show_speed)
        theme.current.changed.connect(self._paint_theme)

    def _listen(self, player: Player) -> None:
        """Show what a player tells for as long as it is the one whose source is open."""

        def hear(signal: pyqtBoundSignal, show: Callable[..., object]) -> None:
            # Also what was told before another source was opened may arrive only now.
            signal.connect(lambda *told: show(*told) if player is self.player else None)

        hear(player.opened, self._show_opened)
        hear(player.fetching, self._show_fetching)
        hear(player.arrived, self._show_newest)
        hear(player.warned, self._show_fault)
        hear(player.lost, self._show_lost)
        hear(player.ended, self._show_end)
        hear(player.failed, self._show_failure)
        hear(player.recording_changed, self.show_recording)
        hear(player.inspected, self._show_inspected)
        hear(player.recorded, lambda *_: self.show_recording(None))
        player.recorded.connect(self.commands.show_recorded)

    def _keep(self, settings: Settings) -> None:
        """Save what a person changes, and leave what was saved of all else."""
        self._saved = with_changes(self._saved, self.settings, settings)
        self.settings = settings

    def _look(self, spec: str) -> OverlayStyle:
        style = self.settings.style
        return replace(style, selfie=style.selfie and spec.isdecimal())

    def _release_player(self) -> None:
        player, self.player = self.player, None
        self._speed_timer.stop()
        self.shown = self.newest = self.info = None
        self.show_recording(None)
        if player is not None:
            player.request_stop()
            self._old_players = [old for old in self._old_players if old.is_running] + [player]

    def _inspect(self, is_open: bool) -> None:
        if self.player is not None:
            self.player.inspecting = is_open
        self._show_hands()

    def _show_settings(self) -> None:
        settings, check = self.settings, self.actions_.check
        style = settings.style
        for key, on in {
            "selfie": style.selfie,
            "overlay": style.overlay,
            "joints_only": not style.bones,
            "labels": style.labels,
            "names": style.names,
            "boxes": style.boxes,
            f"theme_{settings.theme}": True,
        }.items():
            check(key, on)
        self.options.show_settings(settings)
        theme.colour_hands(style.colours)

    def _show_cameras(self, cameras: list[Camera]) -> None:
        menu = self.menus[CAMERAS]
        menu.clear()
        for camera in cameras:
            action = QAction(camera.name, menu)
            action.setCheckable(True)
            action.setChecked(self.player is not None and self.player.spec == str(camera.index))
            action.triggered.connect(lambda _, index=camera.index: self.open(str(index)))
            menu.addAction(action)
        if not cameras:
            none = QAction("No camera found", menu)
            none.setEnabled(False)
            menu.addAction(none)
        if self._takes_camera and self.player is None and cameras:
            indices = [str(camera.index) for camera in cameras]
            last = self.settings.source
            self.open(last if last in indices else indices[0], self._wanted_files)
        elif not self.view.start.isHidden():
            self.view.start.offer(cameras, self._start_sentence or (CHOOSE if cameras else NO_CAMERA))

    def _show_no_source(self, sentence: str = "") -> None:
        self._start_sentence = sentence
        self.view.clear()
        self.view.panel.hide()
        self.view.start.offer(self._watch.cameras, sentence or (CHOOSE if self._watch.cameras else NO_CAMERA))
        self.status.clear()
        self.setWindowTitle("HandPose Live")
        self.inspector.clear()
        self._enable()

    def _show_opened(self, info: SourceInfo, device: str) -> None:
        player = self.player
        assert player is not None
        is_return = self.info is not None
        self.info = info
        self._latency = LatencyMeter()
        self.status.open(info, device)
        self.setWindowTitle(f"{info.name} – HandPose Live")
        if not is_return:
            self.view.say("Getting ready", "Waiting for the first picture …")
            length_s = info.duration_s or (info.frame_count or 0) / (info.fps or 30)
            self.seek_bar.open(length_s)
        self._speed_timer.start(SPEED_INTERVAL_MS)
        self._show_cameras(self._watch.cameras)
        self._enable()

    def _show_fetching(self, done: int, total: int) -> None:
        is_under_way = 0 < done < total
        so_far = f": {size(done)} of {size(total)}" if is_under_way else ""
        fetching = f"Fetching the hand detector's model, once{so_far} …"
        self.view.say("Getting ready", LOADING if total and done == total else fetching)
        self.view.panel.show_progress(done / total if is_under_way else None)

    def _show_newest(self) -> None:
        newest = self.player.take() if self.player is not None else None
        if newest is None:
            return
        self.newest = newest
        self.show_recording(newest.recording)
        self.commands.show_playing()
        if not self.actions_["freeze"].isChecked():
            self._show(newest, arrives=True)
        assert self.shown is not None
        unrecorded = newest.recording.dropped if newest.recording else 0
        hands = len(self.shown.annotated.hands)
        self.status.show_frame(hands=hands, dropped=newest.dropped, unrecorded=unrecorded)

    def _show(self, shown: ViewState, *, arrives: bool = False) -> None:
        """Put a frame on the screen, in the look that counts now."""
        style = self.player.style if self.player is not None else shown.style
        if shown.style != style:
            frame, hands = shown.annotated.frame, shown.annotated.hands
            shown = replace(shown, style=style, picture=draw_hands(frame.image, hands, style))
        self.shown = shown
        self.view.show_picture(shown.picture) if arrives else self.view.redraw(shown.picture)
        self.seek_bar.show_time(shown.annotated.frame.time_s)
        self._show_hands()

    def _show_hands(self) -> None:
        """Show the hands of the shown frame in the inspector, as soon as somebody has looked at them closely."""
        if self.shown is None or not self.inspector.is_open:
            return
        if self.shown.inspections is not None:
            self.inspector.show_frame(self.shown.annotated.frame.time_s, self.shown.inspections)
        elif self.player is not None:
            self.player.look_closely(self.shown.annotated)

    def _show_inspected(self, annotated: FrameResult, inspections: Sequence[Inspection]) -> None:
        if self.shown is not None and annotated is self.shown.annotated:
            self.shown = replace(self.shown, inspections=inspections)
            self._show_hands()

    def thaw(self) -> None:
        """Show the newest frame in place of the frozen one."""
        if self.newest is not None:
            self._show(self.newest)

    def show_recording(self, state: RecordingState | None) -> None:
        """Show how far a recording is, or that there is none."""
        self.view.badge.show_state(state)
        self.commands.show_recording(state)

    def _count_latency(self, now_s: float) -> None:
        late_ms = latency_ms(self.shown, now_s) if self.shown is not None else None
        if late_ms is not None and not self.actions_["freeze"].isChecked():
            self._latency.count(late_ms)

    def _show_speed(self) -> None:
        if self.player is not None:
            self.status.show_speed(self.player.meter.speed(time.monotonic()), self._latency.percentiles())

    def _show_lost(self, sentence: str) -> None:
        self.view.say("Camera lost", f"{sentence} Trying again …")

    def _show_end(self) -> None:
        self.view.notice.say("The end.")
        self.commands.show_playing()

    def _show_failure(self, sentence: str) -> None:
        self._release_player()
        self._show_no_source(sentence)
        self.view.start.title.setText("This cannot be played")

    def _show_fault(self, sentence: str) -> None:
        self.view.notice.say(sentence, lasting=True)

    def _enable(self) -> None:
        """Offer what can be done with this kind of source."""
        is_open, stored = self.info is not None, self.info is not None and not self.info.live
        for key in ("play", "step", "step_back", "back", "forward", "slower", "faster", "loop"):
            self.actions_[key].setEnabled(stored)
        for key in ("record", "snapshot", "freeze", "copy_hand"):
            self.actions_[key].setEnabled(is_open)
        self.actions_["selfie"].setEnabled(self.player is None or self.player.spec.isdecimal())
        self.actions_["close_source"].setEnabled(self.player is not None)
        self.commands.show_playing()
        self._show_seek_bar()

    def _show_seek_bar(self) -> None:
        stored = self.info is not None and not self.info.live
        self.seek_bar.setVisible(stored and not self.isFullScreen())

    def _paint_theme(self) -> None:
        self.actions_.paint()
        self.update()
