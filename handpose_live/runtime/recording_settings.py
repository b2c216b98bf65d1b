"""What recordings consist of, and how their files are named, so that no file dialog is needed."""

import os
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PureWindowsPath
from typing import Literal

import platformdirs

from handpose_live.media.opening import AMBIGUOUS_VIDEO_SUFFIXES, IMAGE_SUFFIXES, VIDEO_SUFFIXES
from handpose_live.media.recording.recording import RecordingFiles

Videos = Literal["annotated", "clean", "both"]
PATTERN = "{date} {time} {source}"
# Characters that some operating system does not allow in a file name.
FORBIDDEN = re.compile(r'[<>:"/\\|?*]+')
UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")
TEXT_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")  # could disguise the suffix
RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)
# File systems allow 255 bytes, of which suffix and number take some; readable names are shorter.
MAX_NAME_CHARACTERS, MAX_NAME_BYTES = 80, 200


@dataclass(frozen=True)
class RecordingSettings:
    """What is recorded, and where. The fields are keys of the settings file.

    Attributes:
        videos: the annotated one, the clean one, or both.
        landmarks: whether a landmark file is written too.
        folder: of the recordings; "" for a folder in the user's video folder.
        pattern: of the file names; ``{date}``, ``{time}`` and ``{source}`` are replaced.
        mirrored: whether the annotated video is flipped while the image is shown flipped. Landmarks and the clean
            video never are.
    """

    videos: Videos = "annotated"
    landmarks: bool = True
    folder: str = ""
    pattern: str = PATTERN
    mirrored: bool = False

    @property
    def directory(self) -> Path:
        """The folder of recordings and snapshots."""
        return Path(self.folder) if self.folder else Path(platformdirs.user_videos_dir()) / "HandPose Live"

    def files(self, source: str, now: datetime) -> RecordingFiles:
        """Choose the files of a new recording; none of them exists yet.

        Args:
            source: name of the source.
            now: for date and time in the names.
        """
        stem = self.free_stem(source, now, (".mp4", ".clean.mp4", ".jsonl"))
        folder = self.directory
        return RecordingFiles(
            annotated=folder / f"{stem}.mp4" if self.videos != "clean" else None,
            clean=folder / f"{stem}.clean.mp4" if self.videos != "annotated" else None,
            landmarks=folder / f"{stem}.jsonl" if self.landmarks else None,
        )

    def free_stem(self, source: str, now: datetime, suffixes: tuple[str, ...]) -> str:
        """Choose a file name without its suffix, numbered if a file with one of the suffixes exists.

        Args:
            source: name of the source.
            now: for date and time in the name.
            suffixes: of the files to be written.
        """
        fields = {"{date}": f"{now:%Y-%m-%d}", "{time}": f"{now:%H-%M-%S}", "{source}": source_stem(source)}
        stem = self.pattern
        for placeholder, text in fields.items():
            stem = stem.replace(placeholder, text)
        stem = _sanitise(stem)
        number = 1
        name = stem
        while any(os.path.lexists(self.directory / f"{name}{suffix}") for suffix in suffixes):
            number += 1
            name = f"{stem} ({number})"
        return name


def source_stem(name: str) -> str:
    """Shorten the name of a source for use in a file name.

    Videos and images lose their suffix; of an address, the host and the last part of the path remain. Names of cameras
    and folders are returned unchanged.
    """
    scheme, is_address, rest = name.partition("://")
    if is_address:
        host, *parts = [part for part in re.split("[?#]", rest)[0].split("/") if part] or [scheme]
        host = re.sub(r":\d+$", "", host.rpartition("@")[2])
        return " ".join([host, *map(source_stem, parts[-1:])])
    suffix = PureWindowsPath(name).suffix
    is_media = suffix.lower() in (*VIDEO_SUFFIXES, *AMBIGUOUS_VIDEO_SUFFIXES, *IMAGE_SUFFIXES)
    return name.removesuffix(suffix) if is_media else name


def _sanitise(name: str) -> str:
    """Make a file name that every operating system allows, never an empty one."""
    printable = "".join("-" if unicodedata.category(letter) in UNPRINTABLE else letter for letter in name)
    allowed = TEXT_DIRECTION.sub("", FORBIDDEN.sub("-", printable))
    short = allowed.strip(" .-")[:MAX_NAME_CHARACTERS].encode()[:MAX_NAME_BYTES].decode(errors="ignore").strip(" .-")
    return f"_{short}" if RESERVED.fullmatch(short) else short or "recording"
