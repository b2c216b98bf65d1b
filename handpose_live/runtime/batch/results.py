"""The results in a folder: what made each, and where the next one goes."""

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import Any, Self

import av

from handpose_live import __version__
from handpose_live.media.recording.recording import RecordingFiles
from handpose_live.runtime.batch.fingerprint import Fingerprint, Place, place_of

# Of the entry in the header of a landmark file.
RECORD = "made_from"
MARK = ".hands"
LONGEST_HEADER = 100_000
LONGEST_NAME = 220


def result_files(target: Path) -> RecordingFiles:
    """The annotated video and the joints; ``target`` is their path without an ending."""
    annotated, landmarks = (target.with_name(f"{target.name}{ending}") for ending in (".mp4", ".jsonl"))
    return RecordingFiles(annotated=annotated, landmarks=landmarks)


@dataclass(frozen=True)
class Origin:
    """What a result was made from, as the header of its landmark file says.

    Attributes:
        path: of the input, relative to the folder of the result where there is such a path.
        stamp, content: of the input, see :class:`Fingerprint`.
        options: with which the result would come out otherwise.
        version: of the program; another one is no reason to make the result anew.
    """

    path: str
    stamp: str
    content: str
    options: dict[str, Any]
    version: str = __version__

    @classmethod
    def of(cls, source: Fingerprint, options: Mapping[str, Any], target: Path) -> Self:
        """Of a result about to be made."""
        return cls(_relative(source.path, target.parent), source.stamp, source.content, dict(options))

    @classmethod
    def read(cls, landmarks: Path) -> Self | None:
        """From a landmark file; None if it is none, or not from a batch."""
        try:
            if not landmarks.is_file():  # a pipe, say
                return None
            with landmarks.open(encoding="utf-8") as file:
                return cls(**json.loads(file.readline(LONGEST_HEADER))[RECORD])
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return None

    @property
    def header(self) -> dict[str, Any]:
        """As it is put into a landmark file."""
        return {RECORD: asdict(self)}


def is_result(path: Path) -> bool:
    """A file of a batch, or a link to one: joints, or an annotated video, also where its joints are gone."""
    path = Path(os.path.realpath(path))
    return Origin.read(path.with_suffix(".jsonl")) is not None or (path.suffix == ".mp4" and RECORD in _comment(path))


def _comment(video: Path) -> str:
    """What is written in its tag; "" for no video."""
    if not video.is_file():
        return ""
    try:
        with av.open(f"file:{video}", metadata_errors="replace") as container:
            return container.metadata.get("comment", "")
    except av.FFmpegError:
        return ""


@dataclass(frozen=True)
class Result:
    """A result of an earlier batch, or of an earlier input of this one."""

    target: Path
    origin: Origin

    def is_of(self, source: Fingerprint, options: Mapping[str, Any]) -> bool:
        """It is all there, and would come out the same again."""
        same = self.origin.options == options and all(path.is_file() for path in result_files(self.target).paths)
        return same and (self.origin.stamp == source.stamp or self.origin.content == source.content)


@dataclass
class Results:
    """The results in a folder.

    Nothing but an outdated result is ever written over, and results are never inputs.

    Attributes:
        out: the folder.
    """

    out: Path
    _by_place: dict[Place, list[Result]] = field(default_factory=lambda: defaultdict(list))
    _moved: dict[str, list[Result]] = field(default_factory=lambda: defaultdict(list))
    _taken: set[Path] = field(default_factory=set)

    def __post_init__(self) -> None:
        for result in sorted(_results_in(self.out), key=lambda result: result.target):
            place = place_of(result.target.parent / result.origin.path)
            (self._moved[result.origin.content] if place is None else self._by_place[place]).append(result)

    def find(self, source: Fingerprint, name: Path, options: Mapping[str, Any]) -> tuple[Path, bool]:
        """Where the result of an input is or is to be, without an ending, and whether it is done.

        A result belongs to the input that it was made from. One that has moved since is known by its content.

        Args:
            source: the input.
            name: what its result is called, relative to the folder, where nothing else is in the way.
            options: as in :class:`Origin`.

        Raises:
            HandPoseError: the input cannot be read.
        """
        own = [result for result in self._own(source) if result.target not in self._taken]
        done = [result.target for result in own if result.is_of(source, options)]
        outdated = [result.target for result in own]
        target = next(iter(done or outdated), None) or self._free(name)
        self._taken.add(target)
        return target, bool(done)

    def _own(self, source: Fingerprint) -> list[Result]:
        place = place_of(source.path)
        here = self._by_place.get(place, []) if place is not None else []
        return here or (self._moved.get(source.content, []) if self._moved else [])

    def _free(self, name: Path) -> Path:
        numbers = chain([""], (f" ({number})" for number in count(2)))
        targets = (self.out / name.with_name(f"{_shortened(name.name)}{number}{MARK}") for number in numbers)
        return next(target for target in targets if target not in self._taken and not _exists(target))


def _shortened(name: str) -> str:
    """With room for what is appended, as the names of files hold 255 bytes at the most."""
    encoded = os.fsencode(name)
    return name if len(encoded) <= LONGEST_NAME else encoded[:LONGEST_NAME].decode(errors="ignore")


def _exists(target: Path) -> bool:
    return any(os.path.lexists(path) for path in result_files(target).paths)


def _results_in(folder: Path) -> Iterator[Result]:
    for path in folder.rglob("*.jsonl"):
        origin = Origin.read(path)
        if origin is not None:
            yield Result(path.with_suffix(""), origin)


def _relative(path: Path, folder: Path) -> str:
    path = path.absolute()
    try:
        return os.path.relpath(path.parent.resolve() / path.name, folder.resolve())
    except ValueError:  # on another drive
        return str(path)
