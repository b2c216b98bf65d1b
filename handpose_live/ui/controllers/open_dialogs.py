"""Dialogs in which the user chooses what to open; each returns "" if it is cancelled."""

from PyQt6.QtWidgets import QFileDialog, QInputDialog, QWidget

from handpose_live.media.opening import AMBIGUOUS_VIDEO_SUFFIXES, IMAGE_SUFFIXES, VIDEO_SUFFIXES


def ask_for_file(parent: QWidget) -> str:
    """The path of a video or image."""
    known = " ".join(f"*{suffix}" for suffix in (*VIDEO_SUFFIXES, *AMBIGUOUS_VIDEO_SUFFIXES, *IMAGE_SUFFIXES))
    kinds = f"Videos and images ({known});;All files (*)"
    return QFileDialog.getOpenFileName(parent, "Open video or image", "", kinds)[0]


def ask_for_folder(parent: QWidget) -> str:
    """The path of a folder of images."""
    return QFileDialog.getExistingDirectory(parent, "Open image folder")


def ask_for_address(parent: QWidget, last_source: str) -> str:
    """The address of a camera or stream; the last one is suggested, without its password."""
    text = last_source if "://" in last_source else "rtsp://"
    address, accepted = QInputDialog.getText(
        parent, "Open network stream", "Address of a camera or stream, http:// or rtsp://", text=text
    )
    return address.strip() if accepted else ""
