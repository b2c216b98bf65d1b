"""The program's look: two themes of one accent colour, and the style sheet made from them."""

from dataclasses import dataclass
from typing import Literal

from PyQt6.QtGui import QColor, QPalette

from handpose_live.pose.skeleton import FINGERS

Theme = Literal["system", "dark", "light"]

RECORDING = "#ff5252"
WRIST = (148, 163, 184)
JOINT_COLOURS = (WRIST, *(finger.colour for finger in FINGERS for _ in finger.joints))


@dataclass(frozen=True)
class Colours:
    """One theme: ``ground`` behind the picture, ``surface`` of bars, ``raised`` of fields, two strengths of text."""

    ground: str
    surface: str
    raised: str
    edge: str
    text: str
    dim: str
    accent: str
    on_accent: str


DARK = Colours("#0a0c10", "#14171e", "#1d222c", "#2b313d", "#e8ebf1", "#929bac", "#2dd4bf", "#06201c")
LIGHT = Colours("#e4e7ec", "#fafbfc", "#eef0f4", "#d5dae2", "#171b23", "#5c6675", "#0d8f80", "#ffffff")


def palette(colours: Colours) -> QPalette:
    """For whatever the style sheet does not reach."""
    roles = QPalette.ColorRole
    result = QPalette()
    for role, colour in {
        roles.Window: colours.surface,
        roles.WindowText: colours.text,
        roles.Base: colours.raised,
        roles.AlternateBase: colours.surface,
        roles.Text: colours.text,
        roles.Button: colours.raised,
        roles.ButtonText: colours.text,
        roles.ToolTipBase: colours.raised,
        roles.ToolTipText: colours.text,
        roles.PlaceholderText: colours.dim,
        roles.Highlight: colours.accent,
        roles.HighlightedText: colours.on_accent,
        roles.Link: colours.accent,
        roles.Mid: colours.edge,
        roles.Dark: colours.edge,
    }.items():
        result.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.dim))
    return result


def style_sheet(colours: Colours) -> str:
    """Spaced in steps of 8 px, and of 4 inside a control."""
    c = colours
    return f"""
* {{ font-size: 13px; }}
QMainWindow, QDialog {{ background: {c.surface}; }}
QToolTip {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.edge}; padding: 4px 8px; }}

QMenuBar {{ background: {c.surface}; color: {c.dim}; padding: 0 8px; }}
QMenuBar::item {{ padding: 4px 8px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {c.raised}; color: {c.text}; }}
QMenu {{ background: {c.surface}; color: {c.text}; border: 1px solid {c.edge}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 28px; border-radius: 4px; }}
QMenu::item:selected {{ background: {c.raised}; }}
QMenu::item:disabled {{ color: {c.dim}; }}
QMenu::separator {{ height: 1px; background: {c.edge}; margin: 4px 8px; }}
QMenu::icon {{ padding-left: 8px; }}

QToolBar {{ background: {c.surface}; border: none; border-bottom: 1px solid {c.edge}; padding: 0 8px; spacing: 2px; }}
QToolBar::separator {{ width: 1px; background: {c.edge}; margin: 8px 6px; }}
QToolButton {{ border: none; border-radius: 6px; padding: 6px; color: {c.text}; background: transparent; }}
QToolButton:hover {{ background: {c.raised}; }}
QToolButton:pressed {{ background: {c.edge}; }}
QToolButton:checked {{ background: {c.raised}; }}
QToolButton:focus {{ outline: none; border: 1px solid {c.accent}; padding: 5px; }}
QToolButton::menu-indicator {{ image: none; }}

QPushButton {{
    background: {c.raised}; color: {c.text}; border: 1px solid {c.edge}; border-radius: 6px; padding: 6px 16px;
}}
QPushButton:hover {{ border-color: {c.dim}; }}
QPushButton:focus {{ border-color: {c.accent}; }}
QPushButton#primary {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent}; font-weight: 600; }}
QPushButton#primary:hover, QPushButton#primary:focus {{ border-color: {c.text}; }}
QPushButton:disabled {{ color: {c.dim}; }}

QComboBox, QLineEdit, QSpinBox {{
    background: {c.raised}; color: {c.text}; border: 1px solid {c.edge}; border-radius: 6px; padding: 4px 8px;
    selection-background-color: {c.accent}; selection-color: {c.on_accent};
}}
QComboBox:focus, QLineEdit:focus, QSpinBox:focus {{ border-color: {c.accent}; }}
QComboBox::drop-down {{ border: none; width: 20px; }}
QComboBox QAbstractItemView {{ background: {c.surface}; border: 1px solid {c.edge}; padding: 4px; }}
QCheckBox {{ spacing: 8px; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {c.edge}; }}
QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {c.accent}; }}
QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: {c.text}; }}
QSlider::handle:horizontal:focus {{ background: {c.accent}; }}
QSlider::sub-page:horizontal:disabled {{ background: {c.dim}; }}

QTabBar::tab {{
    background: {c.surface}; color: {c.dim}; padding: 6px 12px; border: none; border-bottom: 2px solid transparent;
}}
QTabBar::tab:selected {{ color: {c.text}; border-bottom-color: {c.accent}; }}
QTabBar {{ background: {c.surface}; }}

QDockWidget {{ color: {c.text}; }}
QDockWidget::title {{ background: {c.surface}; padding: 8px 12px; border-bottom: 1px solid {c.edge}; }}
QDockWidget > QWidget {{ background: {c.surface}; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: {c.surface}; border: none; }}
QScrollBar:vertical {{ width: 8px; background: transparent; margin: 0; }}
QScrollBar::handle:vertical {{ background: {c.edge}; border-radius: 4px; min-height: 32px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: none; height: 0;
}}
QMainWindow::separator {{ background: {c.edge}; width: 1px; height: 1px; }}

StatusBar, SeekBar {{ background: {c.surface}; border-top: 1px solid {c.edge}; }}
Panel, Notice, StartPanel {{ background: {c.surface}; border: 1px solid {c.edge}; border-radius: 12px; }}
#title {{ font-size: 18px; font-weight: 600; }}
#section {{ color: {c.dim}; font-size: 11px; font-weight: 600; }}
#dim, #sentence {{ color: {c.dim}; }}
#key {{ background: {c.raised}; border: 1px solid {c.edge}; border-radius: 4px; padding: 1px 6px; color: {c.text}; }}
Panel #sentence, StartPanel #sentence {{ font-size: 14px; }}
Notice {{ padding: 8px 16px; }}
#gesture {{ font-size: 16px; font-weight: 600; }}
"""
