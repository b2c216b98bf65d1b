"""What each command of the table does to the window; a method for every key."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices, QGuiApplication
from PyQt6.QtWidgets import QFileDialog, QInputDialog

from handpose_live.gestures.classifier import user_rules_file
from handpose_live.media.opening import DEMO, FILM_SUFFIXES, PERHAPS_FILM_SUFFIXES, PICTURE_SUFFIXES
from handpose_live.media.recording.recording import RecordingFiles
from handpose_live.media.recording.write_errors import cannot_write
from handpose_live.runtime.view_state import RecordingState
from handpose_live.system.log import log_file
from handpose_live.ui.gesture_file import make_gesture_file
from handpose_live.ui.help_sheet import HelpSheet
from handpose_live.ui.theme.style import Theme

if TYPE_CHECKING:
    from handpose_live.ui.window import Window

JUMP_S = 5.0
SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)


class Commands:
    """The methods are named as the commands are; see :data:`handpose_live.ui.actions.COMMANDS`."""

    def __init__(self, window: "Window") -> None:
        self._window = window
        self._recording: RecordingState | None = None
        self._last_files: RecordingFiles | None = None
        self._help: HelpSheet | None = None

    # ------------------------------------------------------------------ sources

    def open_file(self) -> None:
        known = " ".join(f"*{suffix}" for suffix in (*FILM_SUFFIXES, *PERHAPS_FILM_SUFFIXES, *PICTURE_SUFFIXES))
        kinds = f"Videos and pictures ({known});;All files (*)"
        path, _ = QFileDialog.getOpenFileName(self._window, "Open video or picture", "", kinds)
        if path:
            self._window.open(path)

    def open_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self._window, "Open folder of pictures")
        if path:
            self._window.open(path)

    def open_stream(self) -> None:
        before = self._window.settings.source  # its password, if it had one, comes back by itself
        text = before if "://" in before else "rtsp://"
        address, wanted = QInputDialog.getText(
            self._window, "Open network stream", "Address of a camera or stream, http:// or rtsp://", text=text
        )
        if wanted and address.strip():
            self._window.open(address.strip())

    def play_demo(self) -> None:
        self._window.open(DEMO)

    def close_source(self) -> None:
        self._window.close_source()

    def quit(self) -> None:
        self._window.close()

    # ------------------------------------------------------------------ playback

    def play(self) -> None:
        player = self._window.player
        if player is None:
            return
        at_end = player.at_end  # the player leaves it as soon as it seeks
        if at_end:
            player.seek(0.0)
        player.play(at_end or not player.playing)
        self.show_playing()

    def step(self) -> None:
        player = self._window.player
        if player is not None:
            player.play(False)
            player.step()
            self.show_playing()

    def step_back(self) -> None:
        player = self._window.player
        if player is not None:
            player.play(False)
            player.step_back()
            self.show_playing()

    def back(self) -> None:
        self._jump(-JUMP_S)

    def forward(self) -> None:
        self._jump(JUMP_S)

    def slower(self) -> None:
        self._set_speed(-1)

    def faster(self) -> None:
        self._set_speed(1)

    def loop(self, on: bool) -> None:
        if self._window.player is not None:
            self._window.player.looped = on

    def show_playing(self) -> None:
        """Show what the play button would do now."""
        player, info = self._window.player, self._window.info
        plays = player is not None and info is not None and player.playing and not player.at_end
        self._window.actions_.rename("play", "Pause" if plays else "Play", "pause" if plays else "play")

    # ------------------------------------------------------------------ recording

    def record(self) -> None:
        window = self._window
        if window.player is None or window.info is None:
            return
        if self._recording is not None:
            window.player.finish_recording()
            return
        plan = window.settings.recording
        files = plan.files(window.info.name, datetime.now())
        if self._make_folder(plan.directory):
            window.player.record(files)

    def pause_recording(self, on: bool) -> None:
        if self._window.player is not None:
            self._window.player.pause_recording(on)

    def snapshot(self) -> None:
        window, plan = self._window, self._window.settings.recording
        picture = window.view.picture
        if picture is None or window.info is None or not self._make_folder(plan.directory):
            return
        path = plan.directory / f"{plan.free_stem(window.info.name, datetime.now(), ('.png',))}.png"
        try:
            # cv2.imwrite cannot write to every path on Windows.
            cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1].tofile(path)
        except OSError as error:
            window.view.notice.say(str(cannot_write(path, error)), lasting=True)
            return
        self._last_files = RecordingFiles(clean=path)
        window.view.notice.say(f"Snapshot: {path}")

    def show_folder(self) -> None:
        paths = self._last_files.paths if self._last_files else ()
        folder = paths[0].parent if paths else self._window.settings.recording.directory
        if self._make_folder(folder):
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def show_recording(self, state: RecordingState | None) -> None:
        """Offer to begin a recording, or to pause or end the one that runs."""
        before, self._recording = self._recording, state
        actions = self._window.actions_
        if state is None:
            actions.rename("record", "Record", "record")
            if before is not None:
                actions.check("pause_recording", False)
        else:
            actions.rename("record", "Stop recording", "stop")
        actions["pause_recording"].setEnabled(state is not None)

    def show_recorded(self, files: RecordingFiles, problem: str) -> None:
        """Say that a recording is finished, and where it is."""
        self._last_files = files
        there = [path for path in files.paths if path.exists()]
        done = f"Recorded: {there[0]}" if there else "Nothing was recorded."
        self._window.view.notice.say(problem or done, lasting=bool(problem))

    # ------------------------------------------------------------------ view

    def selfie(self, on: bool) -> None:
        self._look(selfie=on)

    def overlay(self, on: bool) -> None:
        self._look(overlay=on)

    def joints_only(self, on: bool) -> None:
        self._look(bones=not on)

    def labels(self, on: bool) -> None:
        self._look(labels=on)

    def names(self, on: bool) -> None:
        self._look(names=on)

    def boxes(self, on: bool) -> None:
        self._look(boxes=on)

    def freeze(self, on: bool) -> None:
        self._window.view.notice.show_state("Frozen: Z goes on." if on else "")
        if not on:
            self._window.thaw()

    def inspect(self, on: bool) -> None:
        self._window.inspector.show_hands(on)

    def plot(self, on: bool) -> None:
        self._window.inspector.show_plot(on)

    def copy_hand(self) -> None:
        shown, clipboard = self._window.shown, QGuiApplication.clipboard()
        if shown is None or clipboard is None:
            return
        hands = [hand.to_dict() for hand in shown.annotated.hands]
        frame = shown.annotated.frame
        clipboard.setText(json.dumps({"frame": frame.index, "time_s": round(frame.time_s, 6), "hands": hands}))
        count = f"{len(hands)} hands are" if len(hands) != 1 else "The hand is"
        self._window.view.notice.say(f"{count} on the clipboard as JSON." if hands else "There is no hand to copy.")

    def options(self, on: bool) -> None:
        self._window.options.setVisible(on)

    def full_screen(self) -> None:
        self._window.toggle_full_screen()

    def leave_full_screen(self) -> None:
        if not self._window.view.notice.dismiss() and self._window.isFullScreen():
            self._window.toggle_full_screen()

    def theme_dark(self) -> None:
        self._theme("dark")

    def theme_light(self) -> None:
        self._theme("light")

    def theme_system(self) -> None:
        self._theme("system")

    # ------------------------------------------------------------------ help

    def edit_gestures(self) -> None:
        path = user_rules_file()
        try:
            make_gesture_file(path)
        except OSError as error:
            self._window.view.notice.say(str(cannot_write(path, error)), lasting=True)
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
        self._window.view.notice.say(f"Gestures of your own are in {path}; they count from the next start on.")

    def show_log(self) -> None:
        path = log_file()
        if path.is_file():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
            self._window.view.notice.say(f"The log is {path}.")
        else:
            self._window.view.notice.say(f"Nothing is logged yet; it will be in {path}.")

    def help(self) -> None:
        self._help = self._help or HelpSheet(self._window)
        self._help.show()
        self._help.raise_()
        self._help.activateWindow()

    # ------------------------------------------------------------------ inside

    def _look(self, **changes: Any) -> None:
        settings = self._window.settings
        self._window.change(replace(settings, style=replace(settings.style, **changes)))

    def _theme(self, theme: Theme) -> None:
        self._window.change(replace(self._window.settings, theme=theme))

    def _jump(self, seconds: float) -> None:
        shown, player = self._window.newest, self._window.player
        if shown is not None and player is not None:
            player.seek(shown.annotated.frame.time_s + seconds)

    def _set_speed(self, steps: int) -> None:
        player = self._window.player
        if player is not None:
            place = min(max(SPEEDS.index(player.speed) + steps, 0), len(SPEEDS) - 1)
            player.speed = SPEEDS[place]
            self._window.seek_bar.show_speed(player.speed)

    def _make_folder(self, folder: Path) -> bool:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._window.view.notice.say(str(cannot_write(folder, error)), lasting=True)
            return False
        return True
