"""The actions of the help menu."""

from PyQt6.QtCore import QObject, QUrl
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QWidget

from handpose_live.gestures.classifier import user_rules_file
from handpose_live.media.recording.write_errors import write_error
from handpose_live.system.log import log_file
from handpose_live.ui.action_table import ActionKey
from handpose_live.ui.actions import Actions
from handpose_live.ui.gesture_file import make_gesture_file
from handpose_live.ui.help_sheet import HelpSheet
from handpose_live.ui.viewer.notice import Notice


class HelpController(QObject):
    """Opens the help sheet, the file of custom gestures and the log."""

    def __init__(self, actions: Actions, notice: Notice, dialog_parent: QWidget) -> None:
        super().__init__()
        self._notice, self._dialog_parent = notice, dialog_parent
        self._help: HelpSheet | None = None
        actions.make(ActionKey.HELP, self.show_help)
        actions.make(ActionKey.EDIT_GESTURES, self.edit_gestures)
        actions.make(ActionKey.SHOW_LOG, self.show_log)

    def show_help(self) -> None:
        """Show the help sheet, the same one each time."""
        self._help = self._help or HelpSheet(self._dialog_parent)
        self._help.show()
        self._help.raise_()
        self._help.activateWindow()

    def edit_gestures(self) -> None:
        """Open the file of custom gestures in an editor; make it with an example if there is none."""
        path = user_rules_file()
        try:
            make_gesture_file(path)
        except OSError as error:
            self._notice.show_message(str(write_error(path, error)), persistent=True)
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
        self._notice.show_message(f"Custom gestures are in {path}; they apply from the next start on.")

    def show_log(self) -> None:
        """Open the log, if there is one."""
        path = log_file()
        if path.is_file():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
            self._notice.show_message(f"The log is {path}.")
        else:
            self._notice.show_message(f"Nothing is logged yet; it will be in {path}.")
