"""Where a recording goes, so that nobody has to be asked."""

import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import platformdirs

from handpose_live.output.recording import RecordingFiles

Videos = Literal["annotated", "clean", "both"]
PATTERN = "{date} {time} {source}"
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
LONGEST_NAME = 80


@dataclass(frozen=True)
class RecordingPlan:
    """What is recorded, and under which name.

    Attributes:
        videos: with the hands drawn in, as captured, or both.
        landmarks: the joints too.
        folder: "" for the person's own folder of videos.
        pattern: of the name; ``{date}``, ``{time}`` and ``{source}`` are filled in.
    """

    videos: Videos = "annotated"
    landmarks: bool = True
    folder: str = ""
    pattern: str = PATTERN

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
        fields = {"{date}": f"{now:%Y-%m-%d}", "{time}": f"{now:%H-%M-%S}", "{source}": Path(source).stem or source}
        stem = self.pattern
        for mark, text in fields.items():
            stem = stem.replace(mark, text)
        stem = FORBIDDEN.sub("-", stem).strip(" .-")[:LONGEST_NAME].strip(" .-") or "recording"
        number = 1
        name = stem
        while any(os.path.lexists(self.directory / f"{name}{ending}") for ending in endings):
            number += 1
            name = f"{stem} ({number})"
        return name
