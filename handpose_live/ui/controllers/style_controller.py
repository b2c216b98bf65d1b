"""The actions that change settings: the style of the overlay, and the theme."""

from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QApplication

from handpose_live.runtime.settings import Settings, Theme
from handpose_live.ui.action_table import ActionKey
from handpose_live.ui.actions import Actions
from handpose_live.ui.controllers.source_controller import SourceController
from handpose_live.ui.options.options import Options
from handpose_live.ui.settings_store import SettingsModel
from handpose_live.ui.theme import theme


class StyleController(QObject):
    """Changes settings as the user asks, and shows the current ones in the actions and the options."""

    def __init__(self, sources: SourceController, settings: SettingsModel, actions: Actions, options: Options) -> None:
        super().__init__()
        self._sources, self._settings, self._actions, self._options = sources, settings, actions, options
        actions.make_toggle(ActionKey.SELFIE, lambda on: self._change_style(selfie=on))
        actions.make_toggle(ActionKey.OVERLAY, lambda on: self._change_style(overlay=on))
        actions.make_toggle(ActionKey.JOINTS_ONLY, lambda on: self._change_style(bones=not on))
        actions.make_toggle(ActionKey.LABELS, lambda on: self._change_style(labels=on))
        actions.make_toggle(ActionKey.NAMES, lambda on: self._change_style(names=on))
        actions.make_toggle(ActionKey.BOXES, lambda on: self._change_style(boxes=on))
        actions.make(ActionKey.THEME_DARK, lambda: self._change_theme("dark"))
        actions.make(ActionKey.THEME_LIGHT, lambda: self._change_theme("light"))
        actions.make(ActionKey.THEME_SYSTEM, lambda: self._change_theme("system"))
        actions.make_toggle(ActionKey.OPTIONS, options.setVisible)
        options.visibilityChanged.connect(lambda _: actions.check(ActionKey.OPTIONS, not options.isHidden()))
        options.changed.connect(settings.change)
        settings.changed.connect(self._apply)
        sources.source_changed.connect(self._enable)
        self._show()

    def _change_style(self, **changes: Any) -> None:
        settings = self._settings.current
        self._settings.change(replace(settings, style=replace(settings.style, **changes)))

    def _change_theme(self, name: Theme) -> None:
        self._settings.change(replace(self._settings.current, theme=name))

    def _enable(self) -> None:
        player = self._sources.player
        self._actions[ActionKey.SELFIE].setEnabled(player is None or player.spec.isdecimal())

    def _apply(self, before: Settings) -> None:
        if self._settings.current.theme != before.theme:
            application = QApplication.instance()
            assert isinstance(application, QApplication)
            theme.apply_theme(application, self._settings.current.theme)
        self._show()

    def _show(self) -> None:
        settings = self._settings.current
        style = settings.style
        for key, on in {
            ActionKey.SELFIE: style.selfie,
            ActionKey.OVERLAY: style.overlay,
            ActionKey.JOINTS_ONLY: not style.bones,
            ActionKey.LABELS: style.labels,
            ActionKey.NAMES: style.names,
            ActionKey.BOXES: style.boxes,
            ActionKey.THEME_DARK: settings.theme == "dark",
            ActionKey.THEME_LIGHT: settings.theme == "light",
            ActionKey.THEME_SYSTEM: settings.theme == "system",
        }.items():
            self._actions.check(key, on)
        self._options.show_settings(settings)
        theme.set_hand_colour_scheme(style.colours)
