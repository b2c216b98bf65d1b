"""The controls of recording: start, stop and pause it, take snapshots, show where the files are."""

from datetime import datetime
from pathlib import Path

import cv2
from PyQt6.QtCore import QObject, QUrl, pyqtSignal
from PyQt6.QtGui import QDesktopServices

from handpose_live.media.recording.recording import RecordingFiles
from handpose_live.media.recording.write_errors import write_error
from handpose_live.runtime.events import PlayerEvent, Recorded, RecordingChanged
from handpose_live.runtime.view_state import RecordingState, ViewState
from handpose_live.ui.action_table import ActionKey
from handpose_live.ui.actions import Actions
from handpose_live.ui.controllers.source_controller import SourceController
from handpose_live.ui.settings_store import SettingsModel
from handpose_live.ui.viewer.picture_view import PictureView


class RecordingController(QObject):
    """Records the current source, and shows the progress of the recording.

    Attributes:
        recording_changed: whether a recording is in progress.
    """

    recording_changed = pyqtSignal(bool)

    def __init__(self, sources: SourceController, settings: SettingsModel, actions: Actions, view: PictureView) -> None:
        super().__init__()
        self._sources, self._settings, self._actions, self._view = sources, settings, actions, view
        self._state: RecordingState | None = None
        self._last_files: RecordingFiles | None = None
        actions.make(ActionKey.RECORD, self.toggle_recording)
        actions.make_toggle(ActionKey.PAUSE_RECORDING, self._pause)
        actions.make(ActionKey.SNAPSHOT, self.take_snapshot)
        actions.make(ActionKey.SHOW_FOLDER, self.show_folder)
        sources.player_changed.connect(lambda: self._show_state(None))
        sources.source_changed.connect(self._enable)
        sources.frame_ready.connect(self._on_frame)
        sources.player_event.connect(self._on_event)
        sources.recorded.connect(self._show_recorded)

    def toggle_recording(self) -> None:
        """Start a recording, or finish the one in progress."""
        player, info = self._sources.player, self._sources.info
        if player is None or info is None:
            return
        if self._state is not None:
            player.recording.finish()
            return
        plan = self._settings.current.recording
        files = plan.files(info.name, datetime.now())
        if self._make_folder(plan.directory):
            player.recording.start(files)

    def take_snapshot(self) -> None:
        """Write the displayed picture to a file."""
        picture, info, plan = self._view.picture, self._sources.info, self._settings.current.recording
        if picture is None or info is None or not self._make_folder(plan.directory):
            return
        path = plan.directory / f"{plan.free_stem(info.name, datetime.now(), ('.png',))}.png"
        try:
            # cv2.imwrite cannot write to every path on Windows.
            cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1].tofile(path)
        except OSError as error:
            self._view.notice.show_message(str(write_error(path, error)), persistent=True)
            return
        self._last_files = RecordingFiles(clean=path)
        self._view.notice.show_message(f"Snapshot: {path}")

    def show_folder(self) -> None:
        """Open the folder of the last recording or snapshot in the file manager."""
        paths = self._last_files.paths if self._last_files else ()
        folder = paths[0].parent if paths else self._settings.current.recording.directory
        if self._make_folder(folder):
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _pause(self, paused: bool) -> None:
        if self._sources.player is not None:
            self._sources.player.recording.pause(paused)

    def _enable(self) -> None:
        self._actions.enable((ActionKey.RECORD, ActionKey.SNAPSHOT), self._sources.info is not None)

    def _on_frame(self, frame: ViewState) -> None:
        self._show_state(frame.recording)

    def _on_event(self, event: PlayerEvent) -> None:
        match event:
            case RecordingChanged(state=state):
                self._show_state(state)
            case Recorded():
                self._show_state(None)

    def _show_state(self, state: RecordingState | None) -> None:
        """Show the progress of a recording, and offer to pause or stop it or else to start one."""
        before, self._state = self._state, state
        self._view.badge.show_recording(state)
        if (before is None) != (state is None):
            self.recording_changed.emit(state is not None)
        if state is None:
            self._actions.rename(ActionKey.RECORD, "Record", "record")
            if before is not None:
                self._actions.check(ActionKey.PAUSE_RECORDING, False)
        else:
            self._actions.rename(ActionKey.RECORD, "Stop recording", "stop")
        self._actions[ActionKey.PAUSE_RECORDING].setEnabled(state is not None)

    def _show_recorded(self, recorded: Recorded) -> None:
        """Say where the files of a finished recording are, or what went wrong."""
        self._last_files = recorded.files
        written = [path for path in recorded.files.paths if path.exists()]
        done = f"Recorded: {written[0]}" if written else "Nothing was recorded."
        self._view.notice.show_message(recorded.problem or done, persistent=bool(recorded.problem))

    def _make_folder(self, folder: Path) -> bool:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._view.notice.show_message(str(write_error(folder, error)), persistent=True)
            return False
        return True
