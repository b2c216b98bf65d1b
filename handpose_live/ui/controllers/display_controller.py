"""Which frame is displayed, in which style; freezing, inspecting and copying it."""

import json
import time
from dataclasses import replace

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtGui import QGuiApplication

from handpose_live.overlay.draw import draw_hands
from handpose_live.runtime.events import Inspected, Opened, PlayerEvent
from handpose_live.runtime.playback_clock import LatencyMeter
from handpose_live.runtime.view_state import ViewState
from handpose_live.ui.action_table import ActionKey
from handpose_live.ui.actions import Actions
from handpose_live.ui.controllers.source_controller import SourceController
from handpose_live.ui.inspector.inspector import Inspector
from handpose_live.ui.settings_store import SettingsModel
from handpose_live.ui.viewer.picture_view import PictureView
from handpose_live.ui.viewer.status_bar import StatusBar

SPEED_INTERVAL_MS = 500


class DisplayController(QObject):
    """Displays the latest frame of the current source, or a frozen one, in view, inspector and status bar.

    Attributes:
        state_changed: another frame is displayed.
        state: the frame on the screen, which is copied and inspected; not the latest one while it is frozen.
    """

    state_changed = pyqtSignal(object)

    def __init__(
        self,
        sources: SourceController,
        settings: SettingsModel,
        actions: Actions,
        *,
        view: PictureView,
        inspector: Inspector,
        status: StatusBar,
    ) -> None:
        super().__init__()
        self._sources, self._settings, self._actions = sources, settings, actions
        self._view, self._inspector, self._status = view, inspector, status
        self.state: ViewState | None = None
        self._latency = LatencyMeter()
        self._speed_timer = QTimer(self)
        self._speed_timer.timeout.connect(self._show_speed)
        actions.make_toggle(ActionKey.FREEZE, self._freeze)
        actions.make(ActionKey.COPY_HAND, self.copy_hand)
        inspector.opened_changed.connect(self._set_inspecting)
        sources.player_changed.connect(self._reset)
        sources.source_changed.connect(self._enable)
        sources.frame_ready.connect(self._on_frame)
        sources.player_event.connect(self._on_event)
        settings.changed.connect(self._redraw)
        view.painted.connect(self._count_latency)

    @property
    def is_frozen(self) -> bool:
        """The displayed frame stays while the source plays on."""
        return self._actions[ActionKey.FREEZE].isChecked()

    def copy_hand(self) -> None:
        """Copy the hands of the displayed frame to the clipboard as JSON."""
        shown, clipboard = self.state, QGuiApplication.clipboard()
        if shown is None or clipboard is None:
            return
        hands = [hand.to_dict() for hand in shown.result.hands]
        frame = shown.result.frame
        clipboard.setText(json.dumps({"frame": frame.index, "time_s": round(frame.time_s, 6), "hands": hands}))
        count = f"{len(hands)} hands are" if len(hands) != 1 else "The hand is"
        self._view.notice.show_message(f"{count} on the clipboard as JSON." if hands else "There is no hand to copy.")

    # ------------------------------------------------------------------ what the source reports

    def _reset(self) -> None:
        self.state = None
        self._speed_timer.stop()
        self._actions[ActionKey.FREEZE].setChecked(False)
        if self._sources.player is not None:
            self._sources.player.inspecting = self._inspector.is_open
        else:
            self._status.clear()
            self._inspector.clear()

    def _enable(self) -> None:
        self._actions.enable((ActionKey.FREEZE, ActionKey.COPY_HAND), self._sources.info is not None)

    def _on_event(self, event: PlayerEvent) -> None:
        match event:
            case Opened(info=info, device=device):
                self._latency = LatencyMeter()
                self._status.open(info, device)
                self._speed_timer.start(SPEED_INTERVAL_MS)
            case Inspected(result=result, inspections=inspections):
                if self.state is not None and result is self.state.result:
                    self.state = replace(self.state, inspections=inspections)
                    self._show_hands()

    def _on_frame(self, latest: ViewState) -> None:
        if not self.is_frozen:
            self._display(latest, is_new=True)
        displayed = self.state or latest
        unrecorded = latest.recording.dropped if latest.recording else 0
        self._status.show_frame(hands=len(displayed.result.hands), dropped=latest.dropped, unrecorded=unrecorded)

    # ------------------------------------------------------------------ the displayed frame

    def _display(self, state: ViewState, *, is_new: bool = False) -> None:
        """Put a frame on the screen, in the current style."""
        player = self._sources.player
        style = self._settings.current.style_for(player.spec) if player is not None else state.style
        if state.style != style:
            frame, hands = state.result.frame, state.result.hands
            state = replace(state, style=style, picture=draw_hands(frame.image, hands, style))
        self.state = state
        self._view.show_picture(state.picture) if is_new else self._view.redraw(state.picture)
        self.state_changed.emit(state)
        self._show_hands()

    def _redraw(self) -> None:
        if self.state is not None:
            self._display(self.state)

    def _freeze(self, on: bool) -> None:
        self._view.notice.set_status("Frozen: press Z to unfreeze." if on else "")
        if not on and self._sources.latest is not None:
            self._display(self._sources.latest)

    def _set_inspecting(self, on: bool) -> None:
        if self._sources.player is not None:
            self._sources.player.inspecting = on
        self._show_hands()

    def _show_hands(self) -> None:
        """Show the hands of the displayed frame in the inspector, as soon as they are inspected."""
        if self.state is None or not self._inspector.is_open:
            return
        if self.state.inspections is not None:
            time_s, selfie = self.state.result.frame.time_s, self.state.style.selfie
            self._inspector.show_frame(time_s, self.state.inspections, selfie=selfie)
        elif self._sources.player is not None:
            self._sources.player.inspect(self.state.result)

    def _count_latency(self, now_s: float) -> None:
        latency_ms = self.state.latency_ms(now_s) if self.state is not None else None
        if latency_ms is not None and not self.is_frozen:
            self._latency.count(latency_ms)

    def _show_speed(self) -> None:
        if self._sources.player is not None:
            self._status.show_speed(self._sources.player.meter.speed(time.monotonic()), self._latency.percentiles())
