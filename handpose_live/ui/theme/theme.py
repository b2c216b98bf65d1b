"""The colours that are in use now, for everything that paints itself."""

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication

from handpose_live.overlay.colours import ColourScheme
from handpose_live.ui.theme.style import DARK, LIGHT, Colours, Theme, palette, style_sheet


class _Current(QObject):
    """Attributes:
    changed: to another theme or scheme.
    colours: of the theme now.
    scheme: of the hands' colours now.
    """

    changed = pyqtSignal()
    colours: Colours = DARK
    scheme: ColourScheme = "fingers"


current = _Current()


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Give the whole program a theme; "system" follows the desktop's."""
    hints = QGuiApplication.styleHints()
    is_light = theme == "light" or (
        theme == "system" and hints is not None and hints.colorScheme() == Qt.ColorScheme.Light
    )
    colours = LIGHT if is_light else DARK
    current.colours = colours
    application.setPalette(palette(colours))
    application.setStyleSheet(style_sheet(colours))
    current.changed.emit()


def colour_hands(scheme: ColourScheme) -> None:
    """Paint hands in this scheme's colours in all of the program."""
    if scheme != current.scheme:
        current.scheme = scheme
        current.changed.emit()
