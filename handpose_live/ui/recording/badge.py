"""The recording indicator."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel

from handpose_live.runtime.view_state import RecordingState
from handpose_live.ui.formatting import clock, size
from handpose_live.ui.theme.style import BADGE_MUTED_TEXT, RECORDING


class RecordingBadge(QLabel):
    """Shows on the picture that it is being recorded or paused, and the recording's duration and size."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.RichText)
        self.hide()

    def show_recording(self, state: RecordingState | None) -> None:
        """Show the progress of a recording; None hides the badge."""
        self.setVisible(state is not None)
        if state is not None:
            symbol = "❚❚" if state.paused else "●"
            self.setText(
                f'<span style="color: {RECORDING}">{symbol}</span>&nbsp;&nbsp;{clock(state.time_s)}'
                f'&nbsp;&nbsp;<span style="color: {BADGE_MUTED_TEXT}">{size(state.size_bytes)}</span>'
            )
