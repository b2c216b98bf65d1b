"""Decides which keys go to the focused control instead of the window's shortcuts."""

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent, QKeySequence
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QTextEdit,
    QToolButton,
    QWidget,
)

Key = Qt.Key
TEXTS = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
PRESS = {Key.Key_Space, Key.Key_Select}
CONFIRM = {Key.Key_Return, Key.Key_Enter}
ALONG = {Key.Key_Left, Key.Key_Right, Key.Key_Home, Key.Key_End}
UP_AND_DOWN = {Key.Key_Up, Key.Key_Down, Key.Key_PageUp, Key.Key_PageDown}
USED = (
    (QAbstractSlider, ALONG | UP_AND_DOWN),
    (QAbstractButton, PRESS | CONFIRM),
    (QComboBox, PRESS | CONFIRM | UP_AND_DOWN | {Key.Key_Home, Key.Key_End, Key.Key_F4}),
    (QTabBar, ALONG),
    (TEXTS, ALONG | UP_AND_DOWN),
)
EDITING = (
    *(QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Cut, QKeySequence.StandardKey.Paste),
    *(QKeySequence.StandardKey.SelectAll, QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo),
)
COMMAND_KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


def uses_key(control: QWidget | None, event: QKeyEvent) -> bool:
    """Whether the control uses the key of a ``ShortcutOverride`` event: to type, move or press."""
    if event.type() != QEvent.Type.ShortcutOverride or control is None:
        return False
    if isinstance(control, QLabel):
        return control.hasSelectedText() and event.matches(QKeySequence.StandardKey.Copy)
    if isinstance(control, TEXTS) and any(event.matches(keys) for keys in EDITING):
        return True
    types = isinstance(control, QComboBox) or (isinstance(control, TEXTS) and not control.isReadOnly())
    if event.modifiers() & COMMAND_KEYS:
        return isinstance(control, TEXTS) and event.key() in ALONG  # word by word
    if types and event.text() and event.text().isprintable():
        return True
    return any(isinstance(control, kind) and event.key() in keys for kind, keys in USED)


def press_on_return(control: QWidget | None, event: QKeyEvent) -> bool:
    """Press the focused button if this is the Return key, as Qt itself does in dialogs only."""
    is_pressed = (
        event.type() == QEvent.Type.KeyPress
        and event.key() in CONFIRM
        and isinstance(control, QPushButton | QToolButton)
        and control.isEnabled()
    )
    if is_pressed and isinstance(control, QAbstractButton):
        control.click()
    return is_pressed
