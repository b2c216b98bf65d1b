"""The results in an output folder: what each was made from, and where the next one is written."""

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import Any, Self

from handpose_live import __version__
from handpose_live.media.recording.recording import RecordingFiles
from handpose_live.media.video.container import open_container
from handpose_live.runtime.batch.fingerprint import FileIdentity, Fingerprint, file_identity
from handpose_live.types.errors import HandPoseError

PROVENANCE_KEY = "made_from"  # in the header of a landmark file, and in the comment of a video
RESULT_SUFFIX = ".hands"
MAX_HEADER_CHARACTERS = 100_000
MAX_NAME_BYTES = 220  # file systems allow 255; the rest is for the suffixes and a number


def result_files(target: Path) -> RecordingFiles:
    """Return the annotated video and the landmark file of a result; ``target`` is their path without the suffix."""
    annotated, landmarks = (target.with_name(f"{target.name}{suffix}") for suffix in (".mp4", ".jsonl"))
    return RecordingFiles(annotated=annotated, landmarks=landmarks)


@dataclass(frozen=True)
class Provenance:
    """What a result was made from, as the header of its landmark file says. The fields are keys of that JSON.

    Attributes:
        path: of the input, relative to the folder of the result where such a path exists.
        stamp, content: hashes of the input, see :class:`Fingerprint`.
        options: everything else that the result depends on.
        version: of the program; a result of another version is kept.
    """

    path: str
    stamp: str
    content: str
    options: dict[str, Any]
    version: str = __version__

    @classmethod
    def of(cls, source: Fingerprint, options: Mapping[str, Any], target: Path) -> Self:
        """Describe a result that is about to be made."""
        return cls(_relative(source.path, target.parent), source.stamp, source.content, dict(options))

    @classmethod
    def read(cls, landmarks: Path) -> Self | None:
        """Read it from a file; None if that is not a landmark file, or not from a batch."""
        try:
            if not landmarks.is_file():  # a pipe, for example
                return None
            with landmarks.open(encoding="utf-8") as file:
                return cls(**json.loads(file.readline(MAX_HEADER_CHARACTERS))[PROVENANCE_KEY])
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return None

    @property
    def header(self) -> dict[str, Any]:
        """The entry for the header of a landmark file."""
        return {PROVENANCE_KEY: asdict(self)}


def is_result(path: Path) -> bool:
    """Whether a file, or the file that a link leads to, is a result of a batch.

    That is a landmark file, or an annotated video, also if its landmark file was deleted.
    """
    path = Path(os.path.realpath(path))
    if Provenance.read(path.with_suffix(".jsonl")) is not None:
        return True
    return path.suffix == ".mp4" and PROVENANCE_KEY in _comment(path)


def _comment(video: Path) -> str:
    """Return a video's comment tag; "" if there is none or the file is not a video."""
    if not video.is_file():
        return ""
    try:
        with open_container(f"file:{video}", video.name) as container:
            return container.metadata.get("comment", "")
    except HandPoseError:
        return ""


@dataclass(frozen=True)
class BatchResult:
    """A result of an earlier batch, or of an earlier input of this one."""

    target: Path
    provenance: Provenance

    def is_current(self, source: Fingerprint, options: Mapping[str, Any]) -> bool:
        """Whether it is complete, and would be the same if it were made again."""
        has_files = all(path.is_file() for path in result_files(self.target).paths)
        return (
            has_files
            and self.provenance.options == options
            and (self.provenance.stamp == source.stamp or self.provenance.content == source.content)
        )


@dataclass
class ResultFolder:
    """The results in an output folder.

    Only outdated results are ever overwritten, and results are never inputs.

    Attributes:
        out: the folder.
    """

    out: Path
    _by_identity: dict[FileIdentity, list[BatchResult]] = field(default_factory=lambda: defaultdict(list))
    _by_content: dict[str, list[BatchResult]] = field(default_factory=lambda: defaultdict(list))
    _used: set[Path] = field(default_factory=set)

    def __post_init__(self) -> None:
        for result in sorted(_results_in(self.out), key=lambda result: result.target):
            identity = file_identity(result.target.parent / result.provenance.path)
            if identity is None:  # its input was moved or deleted
                self._by_content[result.provenance.content].append(result)
            else:
                self._by_identity[identity].append(result)

    def find(self, source: Fingerprint, name: Path, options: Mapping[str, Any]) -> tuple[Path, bool]:
        """Return the path of an input's result without the suffix, and whether the result is current.

        A result belongs to the input that it was made from; an input that was moved is recognised by its content.

        Args:
            source: the input.
            name: of a new result, relative to the folder, if the name is free.
            options: see :class:`Provenance`.

        Raises:
            HandPoseError: the input cannot be read.
        """
        own = [result for result in self._results_of(source) if result.target not in self._used]
        current = [result.target for result in own if result.is_current(source, options)]
        outdated = [result.target for result in own]
        target = next(iter(current or outdated), None) or self._free_target(name)
        self._used.add(target)
        return target, bool(current)

    def _results_of(self, source: Fingerprint) -> list[BatchResult]:
        identity = file_identity(source.path)
        results = self._by_identity.get(identity, []) if identity is not None else []
        return results or (self._by_content.get(source.content, []) if self._by_content else [])

    def _free_target(self, name: Path) -> Path:
        numbers = chain([""], (f" ({number})" for number in count(2)))
        targets = (self.out / name.with_name(f"{_shorten(name.name)}{number}{RESULT_SUFFIX}") for number in numbers)
        return next(target for target in targets if target not in self._used and not _exists(target))


def _shorten(name: str) -> str:
    encoded = os.fsencode(name)
    return name if len(encoded) <= MAX_NAME_BYTES else encoded[:MAX_NAME_BYTES].decode(errors="ignore")


def _exists(target: Path) -> bool:
    return any(os.path.lexists(path) for path in result_files(target).paths)


def _results_in(folder: Path) -> Iterator[BatchResult]:
    for path in folder.rglob("*.jsonl"):
        provenance = Provenance.read(path)
        if provenance is not None:
            yield BatchResult(path.with_suffix(""), provenance)


def _relative(path: Path, folder: Path) -> str:
    path = path.absolute()
    try:
        return os.path.relpath(path.parent.resolve() / path.name, folder.resolve())
    except ValueError:  # on another drive
        return str(path)
