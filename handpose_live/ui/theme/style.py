"""The program's look: two themes of one accent colour, and the style sheet made from them.

Contrasts follow WCAG 2.2: 4.5 to 1 for text and curves, 3 to 1 for the borders of controls and for what has the focus.
"""

from dataclasses import dataclass

from PyQt6.QtGui import QColor, QPalette

RECORDING = "#fb4a4a"
# On the picture the badge looks the same in every theme.
BADGE_GROUND, BADGE_TEXT, BADGE_DIM, BADGE_OPACITY = "#0a0c10", "#ffffff", "#c4cad6", 0.9


@dataclass(frozen=True)
class Colours:
    """One theme.

    Attributes:
        ground: behind the picture.
        surface, raised: of bars and panels; of fields and buttons.
        edge, border: a line that only parts areas; that of a control, which has to be seen.
        text, dim: two strengths of text.
        accent, on_accent: of what is on or has the focus, and of text on it.
        left, right: of the left and the right hand's curves.
    """

    ground: str
    surface: str
    raised: str
    edge: str
    border: str
    text: str
    dim: str
    accent: str
    on_accent: str
    left: str
    right: str


DARK = Colours(
    *("#0a0c10", "#14171e", "#1d222c", "#2b313d", "#6b7587"),
    *("#e8ebf1", "#a0a9b9", "#2dd4bf", "#06201c"),
    *("#2dd4bf", "#fb923c"),
)
LIGHT = Colours(
    *("#e4e7ec", "#fafbfc", "#eef0f4", "#d5dae2", "#788190"),
    *("#171b23", "#545d6b", "#0b7568", "#ffffff"),
    *("#0b7568", "#b34d0b"),
)


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
QToolButton:focus {{ outline: none; border: 2px solid {c.accent}; padding: 4px; }}
QToolButton::menu-indicator {{ image: none; }}

QPushButton {{
    background: {c.raised}; color: {c.text}; border: 1px solid {c.border}; border-radius: 6px; padding: 6px 16px;
}}
QPushButton:hover {{ border-color: {c.text}; }}
QPushButton:focus {{ outline: none; border: 2px solid {c.accent}; padding: 5px 15px; }}
QPushButton#primary {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent}; font-weight: 600; }}
QPushButton#primary:hover, QPushButton#primary:focus {{ border-color: {c.text}; }}
QPushButton:disabled {{ color: {c.dim}; }}

QComboBox, QLineEdit, QSpinBox {{
    background: {c.raised}; color: {c.text}; border: 1px solid {c.border}; border-radius: 6px; padding: 4px 8px;
    selection-background-color: {c.accent}; selection-color: {c.on_accent};
}}
QComboBox:focus, QLineEdit:focus, QSpinBox:focus {{ border: 2px solid {c.accent}; padding: 3px 7px; }}
QComboBox::drop-down {{ border: none; width: 20px; }}
QComboBox QAbstractItemView {{ background: {c.surface}; border: 1px solid {c.edge}; padding: 4px; }}
QCheckBox {{ spacing: 8px; padding: 3px 0; }}
QCheckBox::indicator {{
    width: 16px; height: 16px; border: 1px solid {c.border}; border-radius: 4px; background: {c.raised};
}}
QCheckBox::indicator:checked {{ background: {c.accent}; border-color: {c.accent}; }}
QCheckBox::indicator:focus {{ border: 2px solid {c.text}; width: 14px; height: 14px; }}
QProgressBar {{ height: 4px; border: none; border-radius: 2px; background: {c.border}; }}
QProgressBar::chunk {{ border-radius: 2px; background: {c.accent}; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {c.border}; }}
QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {c.accent}; }}
QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: {c.text}; }}
QSlider::handle:horizontal:focus {{
    width: 10px; height: 10px; margin: -6px 0; border: 3px solid {c.accent}; border-radius: 8px; background: {c.text};
}}
QSlider::sub-page:horizontal:disabled {{ background: {c.dim}; }}

QTabBar::tab {{
    background: {c.surface}; color: {c.dim}; padding: 6px 12px; border: none; border-bottom: 2px solid transparent;
}}
QTabBar::tab:selected {{ color: {c.text}; border-bottom-color: {c.accent}; }}
QTabBar:focus {{ outline: none; }}
QTabBar::tab:selected:focus {{ background: {c.raised}; border: 2px solid {c.accent}; padding: 4px 10px; }}
QTabBar {{ background: {c.surface}; qproperty-drawBase: 0; }}

QDockWidget {{ color: {c.text}; }}
DockTitle {{ background: {c.surface}; border-bottom: 1px solid {c.edge}; }}
QDockWidget > QWidget {{ background: {c.surface}; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: {c.surface}; }}
QScrollArea {{ border: 1px solid {c.surface}; }}
QScrollArea:focus {{ border: 1px solid {c.accent}; }}
QScrollBar:vertical {{ width: 8px; background: transparent; margin: 0; }}
QScrollBar:horizontal {{ height: 8px; background: transparent; margin: 0; }}
QScrollBar::handle {{ background: {c.border}; border-radius: 4px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: none; width: 0; height: 0;
}}
QMainWindow::separator {{ background: {c.edge}; width: 1px; height: 1px; }}

StatusBar, SeekBar {{ background: {c.surface}; border-top: 1px solid {c.edge}; }}
StatusBar::item {{ border: none; }}
Panel, Notice, StartPanel {{ background: {c.surface}; border: 1px solid {c.edge}; border-radius: 12px; }}
Sentence {{ background: transparent; border: 1px solid transparent; selection-background-color: {c.accent};
    selection-color: {c.on_accent}; color: {c.text}; }}
Sentence:focus {{ border-color: {c.accent}; }}
RecordingBadge {{ color: {BADGE_TEXT}; border-radius: 8px; padding: 4px 12px; background: {_veil()}; }}
Panel > QWidget, Panel > QWidget > QWidget {{ background: transparent; }}
#title {{ font-size: 18px; font-weight: 600; }}
#section {{ color: {c.dim}; font-size: 11px; font-weight: 600; }}
#dim, #sentence {{ color: {c.dim}; }}
#key {{ background: {c.raised}; border: 1px solid {c.border}; border-radius: 4px; padding: 1px 6px; color: {c.text}; }}
Panel #sentence, StartPanel #sentence {{ font-size: 14px; }}
#gesture {{ font-size: 16px; font-weight: 600; }}
"""


def _veil() -> str:
    red, green, blue, _ = QColor(BADGE_GROUND).getRgb()
    return f"rgba({red}, {green}, {blue}, {round(255 * BADGE_OPACITY)})"
