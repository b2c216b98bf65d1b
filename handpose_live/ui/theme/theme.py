"""The current theme, for widgets that paint themselves."""

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication

from handpose_live.overlay.colours import ColourScheme
from handpose_live.runtime.settings import Theme
from handpose_live.ui.theme.style import DARK, LIGHT, Colours, palette, style_sheet


class ThemeState(QObject):
    """The colours in use.

    Attributes:
        changed: emitted after the theme or the hands' colour scheme has changed.
        colours: of the current theme.
        hand_colours: the colour scheme in which hands are drawn.
    """

    changed = pyqtSignal()
    colours: Colours = DARK
    hand_colours: ColourScheme = "fingers"


current = ThemeState()


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Apply a theme to the whole application; "system" follows the desktop's."""
    hints = QGuiApplication.styleHints()
    is_light = theme == "light" or (
        theme == "system" and hints is not None and hints.colorScheme() == Qt.ColorScheme.Light
    )
    colours = LIGHT if is_light else DARK
    current.colours = colours
    application.setPalette(palette(colours))
    application.setStyleSheet(style_sheet(colours))
    current.changed.emit()


def set_hand_colour_scheme(scheme: ColourScheme) -> None:
    """Set the colour scheme of all widgets that draw hands."""
    if scheme != current.hand_colours:
        current.hand_colours = scheme
        current.changed.emit()
