"""Landmark files: the hands of every frame, as JSON Lines or CSV with the same content.

A JSON Lines file (``.jsonl``) has a header in the first line and one frame in each further line::

    {"schema": "handpose-live/2", "source": "clip.mp4", "width": 640, "height": 480, "fps": 10.0,
     "joints_3d_unit": "palm size"}
    {"frame": 0, "time_s": 0.0, "video_time_s": 0.0, "hands": [{"track": 1, "side": "left", "score": 0.97,
     "joints": [[100.12, 200.46, 0.9], ...], "joints_3d": [[0.0, 0.0, 0.0], ...], "visible": [0.98, ...],
     "angles_deg": {"thumb_cmc": -28.1, ...}, "gesture": "fist", "gesture_score": 0.9}], "events": [...]}

The header:

- ``source``: name of the source; ``width``, ``height``: of its frames, in px; ``fps``: nominal frame rate, or null.
- ``joints_3d_unit``: "mm" if the length of the person's hand was given, else "palm size".
- ``video_width``, ``video_height``: size of the videos of the same recording, if they are scaled down.

A frame:

- ``frame``: index in the source, from 0; ``time_s``: time in the source, in seconds.
- ``video_time_s``: presentation time in the videos of the same recording, in seconds; null without one.
- ``hands``: as :meth:`Hand.to_dict` returns them. ``joints`` are ``[x, y, score]``, in px of the header's size.
- ``events``: gestures that began or ended since the frame before, if any, as ``{"track", "gesture", "event"}`` with
  ``"begins"`` or ``"ends"``.
- ``picture``, ``width``, ``height``: in folders of images only, the file name and the size of this image, in px of
  which its joints are.

Numbers that are not finite are null. Files of schema 1 lack ``joints_3d_unit``, and their hands lack ``joints_3d``,
``visible`` and ``angles_deg``.

A CSV file (``.csv``, RFC 4180) has the header as a comment, then column names, then one row for each hand, or one with
empty fields for a frame without hands; null is an empty field. It has no events.
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

from handpose_live.gestures.joint_angles import ANGLE_NAMES, AXES
from handpose_live.media.recording.write_errors import write_error
from handpose_live.types.errors import HandPoseError
from handpose_live.types.hand import Hand
from handpose_live.types.json_number import json_number
from handpose_live.types.skeleton import JOINT_COUNT, JOINT_NAMES

SCHEMA, READ_SCHEMAS = "handpose-live/2", ("handpose-live/1", "handpose-live/2")
CSV_COLUMNS = (
    *("frame", "time_s", "video_time_s", "track", "side", "score"),
    *(f"{joint}_{value}" for joint in JOINT_NAMES for value in ("x", "y", "score")),
    *(f"{joint}_3d_{axis}" for joint in JOINT_NAMES for axis in AXES),
    *(f"{joint}_visible" for joint in JOINT_NAMES),
    *(f"{angle}_deg" for angle in ANGLE_NAMES),
    *("gesture", "gesture_score"),
)

PICTURE_COLUMNS = ("picture", "width", "height")

Record = dict[str, Any]


class LandmarkWriter:
    """A landmark file being written; each frame is flushed to the system before :meth:`write` returns."""

    def __init__(self, path: Path, head: str, to_text: Callable[[Record], str]) -> None:
        """Open the file, replacing an existing one. Use :func:`open_landmarks`.

        Args:
            path: of the file.
            head: text before the first frame.
            to_text: formats the record of a frame.
        """
        self._path = path
        self._to_text = to_text
        self._gestures: dict[int, str] = {}
        try:
            # backslashreplace: bytes of a file name that are not valid text become JSON escapes that can be read.
            self._file = path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n")
        except OSError as error:
            raise write_error(path, error) from error
        self._write_text(head)

    def write(
        self,
        frame_index: int,
        time_s: float,
        hands: Sequence[Hand],
        *,
        video_time_s: float | None = None,
        picture: tuple[str, int, int] | None = None,
    ) -> None:
        """Add a frame, with or without hands.

        Args:
            frame_index: index in the source, from 0.
            time_s: time in the source, in seconds.
            hands: in the frame; joints in px of ``picture``, or without it of the size in the file's header.
            video_time_s: presentation time in the recording's videos, in seconds; None if they lack the frame.
            picture: file name, width and height of an image; given for each frame or for none.

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
        self._write_text(self._to_text(record))

    def close(self) -> None:
        """Close the file. May be called twice.

        Raises:
            HandPoseError: the system could not store data that it had accepted, as may happen in network folders.
        """
        try:
            self._file.close()
        except OSError as error:
            raise write_error(self._path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _events(self, hands: Sequence[Hand]) -> list[Record]:
        """Return the gestures that began or ended since the frame before; a lost hand ends its gesture."""
        before, now = self._gestures, {hand.track_id: hand.gesture.name for hand in hands if hand.gesture}
        self._gestures = now
        ended = [(track, name, "ends") for track, name in before.items() if now.get(track) != name]
        begun = [(track, name, "begins") for track, name in now.items() if before.get(track) != name]
        return [{"track": track, "gesture": name, "event": event} for track, name, event in ended + begun]

    def _write_text(self, text: str) -> None:
        try:
            self._file.write(text)
            self._file.flush()
        except OSError as error:
            with suppress(OSError):  # close tries to write the same text again
                self._file.close()
            raise write_error(self._path, error) from error


def open_landmarks(
    path: Path,
    *,
    source: str,
    width: int,
    height: int,
    fps: float | None,
    hand_length_mm: float | None = None,
    separate_images: bool = False,
    extra: Mapping[str, Any] | None = None,
) -> LandmarkWriter:
    """Start a landmark file.

    Args:
        path: ends in .jsonl or .csv.
        source: name of the source.
        width, height: of the frames, in px.
        fps: nominal frames per second; None if unknown.
        hand_length_mm: of the person, if the joints in three dimensions are in mm; None if they are in palm sizes.
        separate_images: each frame will be written with its ``picture``.
        extra: further entries of the header.

    Raises:
        HandPoseError: the suffix is unknown, or the file cannot be written.
    """
    header = {
        "schema": SCHEMA,
        "source": source,
        "width": width,
        "height": height,
        "fps": fps if fps and math.isfinite(fps) else None,
        "joints_3d_unit": "palm size" if hand_length_mm is None else "mm",
    }
    head = _json_line(header | dict(extra or {}))
    match path.suffix.lower():
        case ".jsonl":
            return LandmarkWriter(path, head, _json_line)
        case ".csv":
            # Some CSV readers take an unbalanced quote in a comment for the beginning of a field of many lines.
            comment = re.sub(r"\\(.)", lambda escaped: r"\u0022" if escaped[1] == '"' else escaped[0], head)
            columns = (*CSV_COLUMNS, *(PICTURE_COLUMNS if separate_images else ()))
            return LandmarkWriter(path, f"# {comment}{_csv_row(columns)}", _csv_rows)
    raise HandPoseError(f"Cannot write landmarks to {path}: give it a name that ends in .jsonl or .csv.")


def read_landmarks(path: str | Path) -> tuple[Record, list[Record]]:
    """Read a landmark file in JSON Lines; an unfinished last line is dropped.

    Args:
        path: of the ``.jsonl`` file.

    Returns:
        The header and the frames, one dictionary a line, as :mod:`handpose_live.media.recording.landmarks` describes
        them; a hand as :meth:`handpose_live.Hand.to_dict` writes it. Files of version 0.1.0 may lack ``video_time_s``,
        and those of schema 1 what is in three dimensions.

    Raises:
        HandPoseError: the file cannot be read or is not a landmark file of this program.

    Example:
        >>> from pathlib import Path
        >>> import handpose_live as hp
        >>> demo = Path(hp.__file__).with_name("assets") / "demo.jsonl"
        >>> header, frames = hp.read_landmarks(demo)
        >>> header["source"], len(frames), frames[90]["time_s"]
        ('demo.mp4', 850, 3.0)
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8").split("\n")[:-1]
        header, *frames = [json.loads(line) for line in lines]
        if header["schema"] not in READ_SCHEMAS:
            raise ValueError(header["schema"])
    except OSError as error:
        raise HandPoseError(f"Cannot read {path}: {error.strerror}.") from error
    except (ValueError, LookupError, TypeError) as error:
        raise HandPoseError(f"{path} is not a {SCHEMA} file of JSON Lines; record it again with .jsonl.") from error
    return header, frames


def _json_line(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n"


def _csv_rows(record: Record) -> str:
    """Format a row for each hand, or one with empty fields for a frame without hands."""
    times = [record["frame"], record["time_s"], record["video_time_s"]]
    picture = [record[column] for column in PICTURE_COLUMNS if column in record]
    hands = [_csv_hand(hand) for hand in record["hands"]] or [[""] * (len(CSV_COLUMNS) - len(times))]
    return "".join(_csv_row([*times, *hand, *picture]) for hand in hands)


def _csv_hand(hand: Record) -> list[object]:
    angles = hand["angles_deg"] or {}
    return [
        *(hand["track"], hand["side"], hand["score"]),
        *(value for joint in hand["joints"] for value in joint),
        *(value for joint in hand["joints_3d"] or [[None] * 3] * JOINT_COUNT for value in joint),
        *(hand["visible"] or [None] * JOINT_COUNT),
        *(angles.get(name) for name in ANGLE_NAMES),
        *(hand["gesture"], hand["gesture_score"]),
    ]


def _csv_row(values: Sequence[object]) -> str:
    row = io.StringIO()
    # The writer keeps its default line end, CR LF, since it quotes only fields with a character of that.
    csv.writer(row).writerow(values)
    return row.getvalue().removesuffix("\r\n") + "\n"
