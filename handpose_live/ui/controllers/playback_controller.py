"""The controls of playback: play, step, jump, speed and loop, for files."""

from PyQt6.QtCore import QObject

from handpose_live.media.opening import DEMO
from handpose_live.runtime.events import Ended, Opened, PlayerEvent
from handpose_live.runtime.playback import Playback
from handpose_live.ui.action_table import ActionKey
from handpose_live.ui.actions import Actions
from handpose_live.ui.controllers.source_controller import SourceController
from handpose_live.ui.viewer.seek_bar import SeekBar

JUMP_S = 5.0
SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
KEYS = (
    ActionKey.PLAY,
    ActionKey.STEP,
    ActionKey.STEP_BACK,
    ActionKey.BACK,
    ActionKey.FORWARD,
    ActionKey.SLOWER,
    ActionKey.FASTER,
    ActionKey.LOOP,
)
USUAL_FPS = 30


class PlaybackController(QObject):
    """Passes what the user does on to the playback of the current source, and shows its state."""

    def __init__(self, sources: SourceController, actions: Actions, seek_bar: SeekBar) -> None:
        super().__init__()
        self._sources, self._actions, self._seek_bar = sources, actions, seek_bar
        self._played_demo = False
        actions.make(ActionKey.PLAY, self.toggle_play)
        actions.make(ActionKey.STEP, lambda: self._step(1))
        actions.make(ActionKey.STEP_BACK, lambda: self._step(-1))
        actions.make(ActionKey.BACK, lambda: self._jump(-JUMP_S))
        actions.make(ActionKey.FORWARD, lambda: self._jump(JUMP_S))
        actions.make(ActionKey.SLOWER, lambda: self._change_speed(-1))
        actions.make(ActionKey.FASTER, lambda: self._change_speed(1))
        actions.make_toggle(ActionKey.LOOP, self._set_looped)
        seek_bar.seek_requested.connect(self._seek)
        sources.player_changed.connect(self._set_up_loop)
        sources.source_changed.connect(self._enable)
        sources.frame_ready.connect(self._show_playing)
        sources.player_event.connect(self._on_event)

    @property
    def _playback(self) -> Playback | None:
        return self._sources.player.playback if self._sources.player is not None else None

    def toggle_play(self) -> None:
        """Play or pause; at the end play from the start."""
        playback = self._playback
        if playback is None:
            return
        at_end = playback.at_end  # playback leaves the end as soon as it seeks
        if at_end:
            playback.seek(0.0)
        playback.play(at_end or not playback.playing)
        self._show_playing()

    def _step(self, step: int) -> None:
        if (playback := self._playback) is not None:
            playback.play(False)
            playback.step(step)
            self._show_playing()

    def _jump(self, seconds: float) -> None:
        if self._sources.latest is not None:
            self._seek(self._sources.latest.result.frame.time_s + seconds)

    def _seek(self, time_s: float) -> None:
        if (playback := self._playback) is not None:
            playback.seek(time_s)

    def _change_speed(self, steps: int) -> None:
        if (playback := self._playback) is not None:
            position = min(max(SPEEDS.index(playback.speed) + steps, 0), len(SPEEDS) - 1)
            playback.speed = SPEEDS[position]
            self._seek_bar.show_speed(playback.speed)

    def _set_looped(self, looped: bool) -> None:
        if (playback := self._playback) is not None:
            playback.looped = looped

    def _set_up_loop(self) -> None:
        """The demo is looped; what is opened after it is not."""
        player = self._sources.player
        if player is None:
            return
        is_demo = player.spec == DEMO
        if is_demo or self._played_demo:
            self._actions.check(ActionKey.LOOP, is_demo)
        self._played_demo = is_demo
        player.playback.looped = self._actions[ActionKey.LOOP].isChecked()

    def _enable(self) -> None:
        self._actions.enable(KEYS, self._sources.is_stored)
        self._show_playing()

    def _on_event(self, event: PlayerEvent) -> None:
        match event:
            case Opened(info=info, reopened=False):
                self._seek_bar.open(info.duration_s or (info.frame_count or 0) / (info.fps or USUAL_FPS))
            case Ended():
                self._show_playing()

    def _show_playing(self, *_: object) -> None:
        """Show whether the button plays or pauses."""
        playback = self._playback if self._sources.info is not None else None
        is_playing = playback is not None and playback.playing and not playback.at_end
        name = "pause" if is_playing else "play"
        self._actions.rename(ActionKey.PLAY, name.capitalize(), name)
