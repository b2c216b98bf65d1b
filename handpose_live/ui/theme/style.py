"""The dark and the light theme: their colours, and the palette and style sheet made from them.

Contrasts follow WCAG 2.2: 4.5 to 1 for text and curves, 3 to 1 for the borders of controls and for focus indicators.
"""

from dataclasses import dataclass

from PyQt6.QtGui import QColor, QPalette

RECORDING = "#fb4a4a"
# The recording badge lies on the picture and looks the same in both themes.
BADGE_BACKGROUND, BADGE_TEXT, BADGE_MUTED_TEXT, BADGE_OPACITY = "#0a0c10", "#ffffff", "#c4cad6", 0.9


@dataclass(frozen=True)
class Colours:
    """The design tokens of one theme, as ``#rrggbb``.

    Attributes:
        background: behind the picture.
        surface: of bars, docks and overlays.
        control: of fields and buttons.
        divider: lines between areas.
        border: outlines of controls, which must be easy to see.
        text, muted_text: primary and secondary text.
        accent, on_accent: of what is checked or focused, and of text on it.
        left_hand, right_hand: of the curves of the left and the right hand.
    """

    background: str
    surface: str
    control: str
    divider: str
    border: str
    text: str
    muted_text: str
    accent: str
    on_accent: str
    left_hand: str
    right_hand: str


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
    """The palette for widgets that the style sheet does not reach."""
    roles = QPalette.ColorRole
    result = QPalette()
    for role, colour in {
        roles.Window: colours.surface,
        roles.WindowText: colours.text,
        roles.Base: colours.control,
        roles.AlternateBase: colours.surface,
        roles.Text: colours.text,
        roles.Button: colours.control,
        roles.ButtonText: colours.text,
        roles.ToolTipBase: colours.control,
        roles.ToolTipText: colours.text,
        roles.PlaceholderText: colours.muted_text,
        roles.Highlight: colours.accent,
        roles.HighlightedText: colours.on_accent,
        roles.Link: colours.accent,
        roles.Mid: colours.divider,
        roles.Dark: colours.divider,
    }.items():
        result.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.muted_text))
    return result


def style_sheet(colours: Colours) -> str:
    """The style sheet of the application; spacing in steps of 8 px, 4 px inside a control."""
    c = colours
    return f"""
* {{ font-size: 13px; }}
QMainWindow, QDialog {{ background: {c.surface}; }}
QToolTip {{ background: {c.control}; color: {c.text}; border: 1px solid {c.divider}; padding: 4px 8px; }}

QMenuBar {{ background: {c.surface}; color: {c.muted_text}; padding: 0 8px; }}
QMenuBar::item {{ padding: 4px 8px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {c.control}; color: {c.text}; }}
QMenu {{ background: {c.surface}; color: {c.text}; border: 1px solid {c.divider}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 28px; border-radius: 4px; }}
QMenu::item:selected {{ background: {c.control}; }}
QMenu::item:disabled {{ color: {c.muted_text}; }}
QMenu::separator {{ height: 1px; background: {c.divider}; margin: 4px 8px; }}
QMenu::icon {{ padding-left: 8px; }}

QToolBar {{
    background: {c.surface}; border: none; border-bottom: 1px solid {c.divider}; padding: 0 8px; spacing: 2px;
}}
QToolBar::separator {{ width: 1px; background: {c.divider}; margin: 8px 6px; }}
QToolButton {{ border: none; border-radius: 6px; padding: 6px; color: {c.text}; background: transparent; }}
QToolButton:hover {{ background: {c.control}; }}
QToolButton:pressed {{ background: {c.divider}; }}
QToolButton:checked {{ background: {c.control}; }}
QToolButton:focus {{ outline: none; border: 2px solid {c.accent}; padding: 4px; }}
QToolButton::menu-indicator {{ image: none; }}

QPushButton {{
    background: {c.control}; color: {c.text}; border: 1px solid {c.border}; border-radius: 6px; padding: 6px 16px;
}}
QPushButton:hover {{ border-color: {c.text}; }}
QPushButton:focus {{ outline: none; border: 2px solid {c.accent}; padding: 5px 15px; }}
QPushButton#primary {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent}; font-weight: 600; }}
QPushButton#primary:hover, QPushButton#primary:focus {{ border-color: {c.text}; }}
QPushButton:disabled {{ color: {c.muted_text}; }}

QComboBox, QLineEdit, QSpinBox {{
    background: {c.control}; color: {c.text}; border: 1px solid {c.border}; border-radius: 6px; padding: 4px 8px;
    selection-background-color: {c.accent}; selection-color: {c.on_accent};
}}
QComboBox:focus, QLineEdit:focus, QSpinBox:focus {{ border: 2px solid {c.accent}; padding: 3px 7px; }}
QComboBox::drop-down {{ border: none; width: 20px; }}
QComboBox QAbstractItemView {{ background: {c.surface}; border: 1px solid {c.divider}; padding: 4px; }}
QCheckBox {{ spacing: 8px; padding: 3px 0; }}
QCheckBox::indicator {{
    width: 16px; height: 16px; border: 1px solid {c.border}; border-radius: 4px; background: {c.control};
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
QSlider::sub-page:horizontal:disabled {{ background: {c.muted_text}; }}

QTabBar::tab {{
    background: {c.surface}; color: {c.muted_text}; padding: 6px 12px;
    border: none; border-bottom: 2px solid transparent;
}}
QTabBar::tab:selected {{ color: {c.text}; border-bottom-color: {c.accent}; }}
QTabBar:focus {{ outline: none; }}
QTabBar::tab:selected:focus {{ background: {c.control}; border: 2px solid {c.accent}; padding: 4px 10px; }}
QTabBar {{ background: {c.surface}; qproperty-drawBase: 0; }}

QDockWidget {{ color: {c.text}; }}
DockTitle {{ background: {c.surface}; border-bottom: 1px solid {c.divider}; }}
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
QMainWindow::separator {{ background: {c.divider}; width: 1px; height: 1px; }}

StatusBar, SeekBar {{ background: {c.surface}; border-top: 1px solid {c.divider}; }}
StatusBar::item {{ border: none; }}
MessageOverlay, Notice {{ background: {c.surface}; border: 1px solid {c.divider}; border-radius: 12px; }}
MessageText {{ background: transparent; border: 1px solid transparent; selection-background-color: {c.accent};
    selection-color: {c.on_accent}; color: {c.text}; }}
MessageText:focus {{ border-color: {c.accent}; }}
RecordingBadge {{ color: {BADGE_TEXT}; border-radius: 8px; padding: 4px 12px; background: {_badge_background()}; }}
MessageOverlay > QWidget, MessageOverlay > QWidget > QWidget {{ background: transparent; }}
#title {{ font-size: 18px; font-weight: 600; }}
#section {{ color: {c.muted_text}; font-size: 11px; font-weight: 600; }}
#muted, #body {{ color: {c.muted_text}; }}
#key {{ background: {c.control}; border: 1px solid {c.border}; border-radius: 4px; padding: 1px 6px; color: {c.text}; }}
MessageOverlay #body {{ font-size: 14px; }}
#gesture {{ font-size: 16px; font-weight: 600; }}
"""


def mixed(one: QColor, other: QColor, share: float) -> QColor:
    """The colour between two, with a share of the other from 0 to 1."""
    channels = zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)
    return QColor(*(round(first + share * (second - first)) for first, second in channels))


def _badge_background() -> str:
    """The badge's translucent background in the style sheet's notation."""
    red, green, blue, _ = QColor(BADGE_BACKGROUND).getRgb()
    return f"rgba({red}, {green}, {blue}, {round(255 * BADGE_OPACITY)})"
