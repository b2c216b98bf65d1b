"""Where a recording goes, so that nobody has to be asked."""

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
# What one system or another takes for something else in a name.
FORBIDDEN = re.compile(r'[<>:"/\\|?*]+')
UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")
TEXT_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")  # would make an ending look like another one
RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)
# Systems take names of 255 bytes, with ending and number; a person reads less.
LONGEST_NAME, LONGEST_NAME_BYTES = 80, 200


@dataclass(frozen=True)
class RecordingSettings:
    """What is recorded, and under which name.

    Attributes:
        videos: with the hands drawn in, as captured, or both.
        landmarks: the joints too.
        folder: "" for the person's own folder of videos.
        pattern: of the name; ``{date}``, ``{time}`` and ``{source}`` are filled in.
        mirrored: the annotated video is flipped where the picture is shown so. Joints and clean video never are.
    """

    videos: Videos = "annotated"
    landmarks: bool = True
    folder: str = ""
    pattern: str = PATTERN
    mirrored: bool = False

    @property
    def directory(self) -> Path:
        """Where recordings and snapshots go."""
        return Path(self.folder) if self.folder else Path(platformdirs.user_videos_dir()) / "HandPose Live"

    def files(self, source: str, now: datetime) -> RecordingFiles:
        """New files for a recording of a source, made so that none that is there is replaced."""
        stem = self.free_stem(source, now, (".mp4", ".clean.mp4", ".jsonl"))
        folder = self.directory
        return RecordingFiles(
            annotated=folder / f"{stem}.mp4" if self.videos != "clean" else None,
            clean=folder / f"{stem}.clean.mp4" if self.videos != "annotated" else None,
            landmarks=folder / f"{stem}.jsonl" if self.landmarks else None,
        )

    def free_stem(self, source: str, now: datetime, endings: tuple[str, ...]) -> str:
        """A name without its ending, numbered where it is taken."""
        fields = {"{date}": f"{now:%Y-%m-%d}", "{time}": f"{now:%H-%M-%S}", "{source}": source_stem(source)}
        stem = self.pattern
        for mark, text in fields.items():
            stem = stem.replace(mark, text)
        stem = _cleaned(stem)
        number = 1
        name = stem
        while any(os.path.lexists(self.directory / f"{name}{ending}") for ending in endings):
            number += 1
            name = f"{stem} ({number})"
        return name


def source_stem(name: str) -> str:
    """A source's name without what says only what kind it is.

    A film's without its ending, an address's host and last part; a camera's and a folder's are left alone.
    """
    scheme, is_address, rest = name.partition("://")
    if is_address:
        host, *parts = [part for part in re.split("[?#]", rest)[0].split("/") if part] or [scheme]
        host = re.sub(r":\d+$", "", host.rpartition("@")[2])
        return " ".join([host, *map(source_stem, parts[-1:])])
    suffix = PureWindowsPath(name).suffix
    is_kind = suffix.lower() in (*VIDEO_SUFFIXES, *AMBIGUOUS_VIDEO_SUFFIXES, *IMAGE_SUFFIXES)
    return name.removesuffix(suffix) if is_kind else name


def _cleaned(name: str) -> str:
    """A name as every system takes it, never empty."""
    printable = "".join("-" if unicodedata.category(letter) in UNPRINTABLE else letter for letter in name)
    allowed = TEXT_DIRECTION.sub("", FORBIDDEN.sub("-", printable))
    short = allowed.strip(" .-")[:LONGEST_NAME].encode()[:LONGEST_NAME_BYTES].decode(errors="ignore").strip(" .-")
    return f"_{short}" if RESERVED.fullmatch(short) else short or "recording"
