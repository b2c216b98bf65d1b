"""What the picture view says about the source: that it is opened, lost or ended, or what could be opened."""

from PyQt6.QtCore import QObject

from handpose_live.runtime.events import Ended, Fetching, Lost, Opened, PlayerEvent, Warned
from handpose_live.ui.controllers.source_controller import SourceController
from handpose_live.ui.formatting import size
from handpose_live.ui.viewer.picture_view import PictureView

LOADING = "Opening the source and loading the network…"
NO_CAMERA = "There is no camera. Connect one, open a video, or drop a file here; the demo shows rendered people."
CHOOSE = "Choose a camera, open a video, or drop a file here; the demo shows rendered people."


class MessageController(QObject):
    """Shows messages over the picture, and the start overlay while nothing is played."""

    def __init__(self, sources: SourceController, view: PictureView) -> None:
        super().__init__()
        self._sources, self._view = sources, view
        sources.player_changed.connect(self._show_player)
        sources.player_event.connect(self._on_event)
        sources.cameras_changed.connect(self._offer_cameras)
        view.start.camera_requested.connect(lambda index: sources.open(str(index)))
        view.start.video_requested.connect(sources.open_file)
        view.start.demo_requested.connect(sources.play_demo)

    def show_error(self, sentence: str) -> None:
        """Show a sentence until the user dismisses it."""
        self._view.notice.show_message(sentence, persistent=True)

    def _show_player(self) -> None:
        self._view.clear()
        if self._sources.player is not None:
            self._view.show_message("Loading…", LOADING)
            self._view.message.show_progress()
        else:
            self._view.message.hide()
            self._offer()

    def _offer_cameras(self) -> None:
        if not self._view.start.isHidden():
            self._offer()

    def _offer(self) -> None:
        cameras = self._sources.watch.cameras
        self._view.start.offer(cameras, self._sources.problem or (CHOOSE if cameras else NO_CAMERA))
        if self._sources.problem:
            self._view.start.title.setText("Cannot play this source")

    def _on_event(self, event: PlayerEvent) -> None:
        match event:
            case Opened(reopened=False):
                self._view.show_message("Loading…", "Waiting for the first frame…")
            case Fetching(done_bytes=done, total_bytes=total):
                self._show_fetching(done, total)
            case Warned(sentence=sentence):
                self.show_error(sentence)
            case Lost(sentence=sentence):
                self._view.show_message("Connection lost", f"{sentence} Reconnecting…")
            case Ended():
                self._view.notice.show_message("End of video.")

    def _show_fetching(self, done: int, total: int) -> None:
        is_under_way = 0 < done < total
        progress = f": {size(done)} of {size(total)}" if is_under_way else ""
        fetching = f"Downloading the hand detector's model, once{progress}…"
        self._view.show_message("Loading…", LOADING if total and done == total else fetching)
        self._view.message.show_progress(done / total if is_under_way else None)
