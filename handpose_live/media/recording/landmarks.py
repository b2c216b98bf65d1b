"""Joints into a file, frame by frame: JSON Lines or CSV, the same content in both. The README has the formats.

A JSON Lines file is a header and a record for each frame::

    {"schema": "handpose-live/1", "source": "clip.mp4", "width": 640, "height": 480, "fps": 10.0}
    {"frame": 0, "time_s": 0.0, "video_time_s": 0.0, "hands": [{"track": 1, "side": "left", "score": 0.97,
     "joints": [[100.12, 200.46, 0.9], ...], "gesture": "fist", "gesture_score": 0.9}], "events": [...]}

``time_s`` is the frame's time in its source. ``video_time_s`` is when the videos of the same recording show it, as
players read it from them; null if they lack the frame or there is none. Joints are ``[x, y, score]``, x and y in px of
the header's ``width`` x ``height``. Where the frames are pictures of their own, a record has ``picture``, the name of
the file, and its ``width`` and ``height``, in px of which its joints are. A number that is not finite is null.

CSV (RFC 4180) has the header as a comment, a row of column names and a row for each hand; null is an empty field.
"""

import csv
import io
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from handpose_live.media.recording.write_errors import cannot_write
from handpose_live.types.errors import HandPoseError
from handpose_live.types.hand import Hand
from handpose_live.types.json_number import json_number
from handpose_live.types.skeleton import JOINT_NAMES

SCHEMA = "handpose-live/1"
CSV_COLUMNS = (
    *("frame", "time_s", "video_time_s", "track", "side", "score"),
    *(f"{joint}_{value}" for joint in JOINT_NAMES for value in ("x", "y", "score")),
    *("gesture", "gesture_score"),
)

PICTURE_COLUMNS = ("picture", "width", "height")

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

    def write(
        self,
        frame_index: int,
        time_s: float,
        hands: Sequence[Hand],
        *,
        video_time_s: float | None = None,
        picture: tuple[str, int, int] | None = None,
    ) -> None:
        """Add a frame, also one without hands.

        Args:
            frame_index: its place in the source.
            time_s: its time in the source.
            hands: in it, joints in px of the picture, or else of the size in the file's header.
            video_time_s: when the recording's videos show it; None if they do not.
            picture: name, width and height of the picture; given for each frame or for none.

        Raises:
            HandPoseError: it could not be written; the file is closed and keeps the frames before.
        """
        record: Record = {
            "frame": frame_index,
            "time_s": json_number(time_s, 6),
            "video_time_s": json_number(video_time_s, 6),
            "hands": [hand.to_dict() for hand in hands],
        }
        if events := self._events(hands):
            record["events"] = events
        if picture is not None:
            record |= dict(zip(PICTURE_COLUMNS, picture, strict=True))
        self._put(self._lines(record))

    def close(self) -> None:
        """Close the file; a second time does nothing.

        Raises:
            HandPoseError: the system takes back what it had accepted, as a network folder may.
        """
        try:
            self._file.close()
        except OSError as error:
            raise cannot_write(self._path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _events(self, hands: Sequence[Hand]) -> list[Record]:
        """What began and ended since the frame before; a hand that is lost ends its gesture."""
        before, now = self._gestures, {hand.track_id: hand.gesture.name for hand in hands if hand.gesture}
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
    path: Path,
    *,
    source: str,
    width: int,
    height: int,
    fps: float | None,
    pictures: bool = False,
    more: Mapping[str, Any] | None = None,
) -> LandmarkWriter:
    """Start a landmark file.

    Args:
        path: ends in .jsonl or .csv.
        source: what the frames come from, as a person calls it.
        width, height: size of the frames, in px.
        fps: nominal frames per second; None if unknown.
        pictures: each frame will be written with its picture.
        more: further entries of the header.

    Raises:
        HandPoseError: the kind of file is unknown or it cannot be written.
    """
    header = {
        "schema": SCHEMA,
        "source": source,
        "width": width,
        "height": height,
        "fps": fps if fps and math.isfinite(fps) else None,
    }
    head = _json_line(header | dict(more or {}))
    match path.suffix.lower():
        case ".jsonl":
            return LandmarkWriter(path, head, _json_line)
        case ".csv":
            # Readers that skip the line take a quote without a partner for the beginning of a longer one.
            comment = re.sub(r"\\(.)", lambda escaped: r"\u0022" if escaped[1] == '"' else escaped[0], head)
            columns = (*CSV_COLUMNS, *(PICTURE_COLUMNS if pictures else ()))
            return LandmarkWriter(path, f"# {comment}{_csv_row(columns)}", _csv_rows)
    raise HandPoseError(f"Cannot write landmarks to {path}: give it a name that ends in .jsonl or .csv.")


def read_landmarks(path: str | Path) -> tuple[Record, list[Record]]:
    """Read a landmark file in JSON Lines; an unfinished last line is dropped.

    Args:
        path: of the ``.jsonl`` file.

    Returns:
        The header and the frames, one dictionary a line, as :mod:`handpose_live.media.recording.landmarks` describes
        them; a hand as :meth:`handpose_live.Hand.to_dict` writes it. Files of version 0.1.0 may lack ``video_time_s``.

    Raises:
        HandPoseError: the file cannot be read or is not a landmark file of this program.

    Example:
        >>> from pathlib import Path
        >>> import handpose_live as hp
        >>> demo = Path(hp.__file__).with_name("assets") / "demo.jsonl"
        >>> header, frames = hp.read_landmarks(demo)
        >>> header["source"], len(frames), frames[90]["time_s"]
        ('demo.mp4', 780, 3.0)
    """
    path = Path(path)
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


def _json_line(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n"


def _csv_rows(record: Record) -> str:
    """A row a hand; a frame without hands keeps one row, without what is said of a hand."""
    when = [record["frame"], record["time_s"], record["video_time_s"]]
    picture = [record[column] for column in PICTURE_COLUMNS if column in record]
    hands = [_csv_hand(hand) for hand in record["hands"]] or [[""] * (len(CSV_COLUMNS) - len(when))]
    return "".join(_csv_row([*when, *hand, *picture]) for hand in hands)


def _csv_hand(hand: Record) -> list[object]:
    joints = [value for joint in hand["joints"] for value in joint]
    return [hand["track"], hand["side"], hand["score"], *joints, hand["gesture"], hand["gesture_score"]]


def _csv_row(values: Sequence[object]) -> str:
    row = io.StringIO()
    csv.writer(row).writerow(values)  # its own line end, for it quotes no other
    return row.getvalue().removesuffix("\r\n") + "\n"
