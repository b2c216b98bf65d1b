"""Opens and closes sources; passes on what the player of the open one reports."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from handpose_live.media.address import without_credentials
from handpose_live.media.live.camera import Camera
from handpose_live.media.opening import DEMO
from handpose_live.media.recording.recording import RecordingFiles
from handpose_live.media.source import SourceInfo
from handpose_live.runtime.events import Failed, FrameReady, Opened, PlayerEvent, Recorded
from handpose_live.runtime.player import STOP_S, Player
from handpose_live.runtime.session_factory import SessionFactory
from handpose_live.runtime.settings import Settings
from handpose_live.runtime.view_state import ViewState
from handpose_live.ui.action_table import ActionKey
from handpose_live.ui.actions import Actions
from handpose_live.ui.controllers.camera_watch import CameraWatch, when_allowed
from handpose_live.ui.controllers.open_dialogs import ask_for_address, ask_for_file, ask_for_folder
from handpose_live.ui.controllers.player_signals import PlayerSignals
from handpose_live.ui.settings_store import SettingsModel


class SourceController(QObject):
    """Plays one source at a time.

    Attributes:
        player_changed: another player is about to start, or nothing is played any more.
        source_changed: so it is, or the source of the player is open now.
        player_event: what the current player reports.
        frame_ready: there is a newer :attr:`latest` frame.
        recorded: a recording is finished, of the current player or of an earlier one.
        cameras_changed: the cameras of this computer, or which of them is open.
        player: of the current source, if any.
        info: of the current source, once it is open.
        latest: the latest frame of the current source, once there is one.
        problem: why the last source cannot be played, or "".
        watch: knows the cameras of this computer.
    """

    player_changed = pyqtSignal()
    source_changed = pyqtSignal()
    player_event = pyqtSignal(object)
    frame_ready = pyqtSignal(object)
    recorded = pyqtSignal(object)
    cameras_changed = pyqtSignal()

    def __init__(
        self,
        factory: SessionFactory,
        settings: SettingsModel,
        actions: Actions,
        find_cameras: Callable[[], Sequence[Camera]],
        dialog_parent: QWidget,
    ) -> None:
        super().__init__()
        self.player: Player | None = None
        self.info: SourceInfo | None = None
        self.latest: ViewState | None = None
        self.problem = ""
        self.watch = CameraWatch(find_cameras)
        self._factory, self._settings, self._actions = factory, settings, actions
        self._dialog_parent = dialog_parent
        self._old_players: list[Player] = []
        self._addresses: dict[str, str] = {}  # with their secrets, which are for this run only
        self._waits_for_camera = False
        self._pending_files: RecordingFiles | None = None
        actions.make(ActionKey.OPEN_FILE, self.open_file)
        actions.make(ActionKey.OPEN_FOLDER, self.open_folder)
        actions.make(ActionKey.OPEN_STREAM, self.open_stream)
        actions.make(ActionKey.PLAY_DEMO, self.play_demo)
        actions.make(ActionKey.CLOSE_SOURCE, self.close)
        settings.changed.connect(self._apply_settings)
        self.watch.changed.connect(self._open_camera)

    @property
    def is_stored(self) -> bool:
        """A file or folder is open, not a live source."""
        return self.info is not None and not self.info.live

    # ------------------------------------------------------------------ opening and closing

    def open(self, spec: str, files: RecordingFiles | None = None) -> None:
        """Play a source in place of the current one; if there are files, record it from its first frame on."""
        when_allowed(spec, lambda: self._play(spec, files))

    def open_last(self, files: RecordingFiles | None = None) -> None:
        """Play the stream of the last run, or else its camera or the first one as soon as the cameras are known."""
        if "://" in self._settings.current.source:
            self.open(self._settings.current.source, files)
        else:
            self._pending_files = files
            self._waits_for_camera = True

    def open_file(self) -> None:
        """Play a file that the user chooses."""
        if path := ask_for_file(self._dialog_parent):
            self.open(path)

    def open_folder(self) -> None:
        """Play a folder of images that the user chooses."""
        if path := ask_for_folder(self._dialog_parent):
            self.open(path)

    def open_stream(self) -> None:
        """Play a stream whose address the user types."""
        if address := ask_for_address(self._dialog_parent, self._settings.current.source):
            self.open(address)

    def play_demo(self) -> None:
        """Play the demo of rendered people."""
        self.open(DEMO)

    def close(self) -> None:
        """Play nothing."""
        self._close("")

    def stop(self) -> bool:
        """End everything that runs; False if a thread hangs and is left behind."""
        self.watch.stop()
        players = [*self._old_players, *([self.player] if self.player else [])]
        for player in players:
            player.request_stop()
        end_s = time.monotonic() + STOP_S
        ended = [player.stop(end_s - time.monotonic()) for player in players]
        return all(ended)

    # ------------------------------------------------------------------ inside

    def _play(self, spec: str, files: RecordingFiles | None) -> None:
        self._release_player()
        self._waits_for_camera = False
        self.problem = ""
        name = without_credentials(spec)
        spec = self._addresses.get(spec, spec)
        self._addresses[name] = spec
        self._settings.change(replace(self._settings.current, source=name))
        settings, signals = self._settings.current, PlayerSignals(self)
        player = Player(spec, self._factory, settings.tracking, settings.style_for(spec), signals.post)
        player.mirrors_recording = settings.recording.mirrored
        signals.received.connect(lambda event: self._receive(player, event))
        if files is not None and files.paths:
            player.recording.start(files)
        self.player = player
        self._announce_player()
        player.start()

    def _close(self, problem: str) -> None:
        self._release_player()
        self.problem = problem
        self._announce_player()

    def _announce_player(self) -> None:
        self.player_changed.emit()
        self._announce_source()

    def _announce_source(self) -> None:
        self._actions[ActionKey.CLOSE_SOURCE].setEnabled(self.player is not None)
        self.source_changed.emit()

    def _release_player(self) -> None:
        player, self.player = self.player, None
        self.info = self.latest = None
        if player is not None:
            player.request_stop()
            self._old_players = [old for old in self._old_players if old.is_running] + [player]

    def _receive(self, player: Player, event: PlayerEvent) -> None:
        if isinstance(event, Recorded):
            self.recorded.emit(event)
        if player is not self.player:  # an event that was queued before another source was opened
            return
        match event:
            case Opened():
                self.info = event.info
            case FrameReady():
                self._take_frame(player)
        self.player_event.emit(event)
        match event:
            case Opened():
                self.cameras_changed.emit()
                self._announce_source()
            case Failed():
                self._close(event.sentence)

    def _take_frame(self, player: Player) -> None:
        if (latest := player.take()) is not None:
            self.latest = latest
            self.frame_ready.emit(latest)

    def _apply_settings(self, before: Settings) -> None:
        player, settings = self.player, self._settings.current
        if player is not None:
            player.style = settings.style_for(player.spec)
            player.mirrors_recording = settings.recording.mirrored
            if settings.tracking != before.tracking:
                player.track(settings.tracking)

    def _open_camera(self, cameras: list[Camera]) -> None:
        """Open the camera of the last run, or else the first one, if one is waited for."""
        if self._waits_for_camera and self.player is None and cameras:
            indices = [str(camera.index) for camera in cameras]
            last = self._settings.current.source
            self.open(last if last in indices else indices[0], self._pending_files)
        self.cameras_changed.emit()
