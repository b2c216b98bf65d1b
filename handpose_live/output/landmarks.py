"""Joints into a file, frame by frame: JSON Lines or CSV, the same content in both. The README has the formats."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from handpose_live.errors import HandPoseError
from handpose_live.output.failure import cannot_write
from handpose_live.pose.skeleton import JOINT_NAMES
from handpose_live.tracking.hand import Hand

SCHEMA = "handpose-live/1"
CSV_COLUMNS = (
    *("frame", "time_s", "track", "side", "score"),
    *(f"{joint}_{value}" for joint in JOINT_NAMES for value in ("x", "y", "score")),
    *("gesture", "gesture_score"),
)

Record = dict[str, Any]


class LandmarkWriter:
    """A landmark file being written; a frame is in the system's hands when :meth:`write` returns."""

    def __init__(self, path: Path, head: str, lines: Callable[[Record], str]) -> None:
        """Open the file, replacing what was there; :func:`open_landmarks` does it.

        Args:
            path: the file.
            head: what comes before the first frame.
            lines: one frame's record as text.
        """
        self._path = path
        self._lines = lines
        self._gestures: dict[int, str] = {}
        try:
            # backslashreplace: a file name that is no proper text becomes JSON escapes, which read back.
            self._file = path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n")
        except OSError as error:
            raise cannot_write(path, error) from error
        self._put(head)

    def write(self, frame_index: int, time_s: float, hands: Sequence[Hand]) -> None:
        """Add a frame, also one without hands.

        Raises:
            HandPoseError: it could not be written; the file is closed and keeps the frames before.
        """
        hand_records = [_hand_record(hand) for hand in hands]
        record = {"frame": frame_index, "time_s": round(time_s, 6), "hands": hand_records}
        if events := self._events(hands):
            record["events"] = events
        self._put(self._lines(record))

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _events(self, hands: Sequence[Hand]) -> list[Record]:
        """What began and ended since the frame before; a hand that is lost ends its gesture."""
        before, now = self._gestures, {hand.track: hand.gesture.name for hand in hands if hand.gesture}
        self._gestures = now
        ended = [(track, name, "ends") for track, name in before.items() if now.get(track) != name]
        begun = [(track, name, "begins") for track, name in now.items() if before.get(track) != name]
        return [{"track": track, "gesture": name, "event": event} for track, name, event in ended + begun]

    def _put(self, text: str) -> None:
        try:
            self._file.write(text)
            self._file.flush()
        except OSError as error:
            with suppress(OSError):  # closing tries to write the same once more
                self._file.close()
            raise cannot_write(self._path, error) from error


def open_landmarks(
    path: Path, *, source: str, width: int, height: int, fps: float | None, more: Mapping[str, Any] | None = None
) -> LandmarkWriter:
    """Start a landmark file.

    Args:
        path: ends in .jsonl or .csv.
        source: what the frames come from, as a person calls it.
        width, height: size of the frames, in px.
        fps: nominal frames per second; None if unknown.
        more: further entries of the header.

    Raises:
        HandPoseError: the kind of file is unknown or it cannot be written.
    """
    header = {"schema": SCHEMA, "source": source, "width": width, "height": height, "fps": fps}
    head = _json_line(header | dict(more or {}))
    match path.suffix.lower():
        case ".jsonl":
            return LandmarkWriter(path, head, _json_line)
        case ".csv":
            return LandmarkWriter(path, f"# {head}{_csv_row(CSV_COLUMNS)}", _csv_rows)
    raise HandPoseError(f"Cannot write landmarks to {path}: give it a name that ends in .jsonl or .csv.")


def read_landmarks(path: Path) -> tuple[Record, list[Record]]:
    """The header and the frames of a JSON Lines file, as they are in it; an unfinished last line is left out.

    Raises:
        HandPoseError: the file cannot be read or is not one of this program's.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")[:-1]
        header, *frames = [json.loads(line) for line in lines]
        if header["schema"] != SCHEMA:
            raise ValueError(header["schema"])
    except OSError as error:
        raise HandPoseError(f"Cannot read {path}: {error.strerror}.") from error
    except (ValueError, LookupError, TypeError) as error:
        raise HandPoseError(f"{path} is not a {SCHEMA} file of JSON Lines; record it again with .jsonl.") from error
    return header, frames


def _hand_record(hand: Hand) -> Record:
    x, y = np.asarray(hand.joints_frame_px, np.float64).round(2).T.tolist()
    scores = np.asarray(hand.joint_scores, np.float64).round(3).tolist()
    joints = [list(joint) for joint in zip(x, y, scores, strict=True)]
    return {
        "track": hand.track,
        "side": hand.side,
        "score": round(float(hand.score), 3),
        "joints": joints,
        "gesture": hand.gesture.name if hand.gesture else None,
        "gesture_score": round(hand.gesture.score, 3) if hand.gesture else None,
    }


def _json_line(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"


def _csv_rows(record: Record) -> str:
    """A row a hand; a frame without hands keeps one row, empty after the time."""
    when = (record["frame"], record["time_s"])
    if not record["hands"]:
        return _csv_row((*when, *[""] * (len(CSV_COLUMNS) - len(when))))
    return "".join(_csv_row((*when, *_csv_hand(hand))) for hand in record["hands"])


def _csv_hand(hand: Record) -> list[object]:
    joints = [value for joint in hand["joints"] for value in joint]
    gesture = [hand["gesture"], hand["gesture_score"]] if hand["gesture"] else ["", ""]
    return [hand["track"], hand["side"], hand["score"], *joints, *gesture]


def _csv_row(values: Sequence[object]) -> str:
    return ",".join(map(str, values)) + "\n"
