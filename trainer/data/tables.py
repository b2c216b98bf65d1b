"""CSV files to rows, checked."""

import csv
import io
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from handpose_live.system.text_files import read_text
from handpose_live.types.errors import HandPoseError

T = TypeVar("T")


def read_table(path: Path, columns: Sequence[str], make: Callable[[dict[str, str]], T]) -> list[T]:
    """The rows of a CSV file whose first line names its columns (RFC 4180), each made into something.

    Args:
        path: may have further columns, a byte order mark and any line ends.
        columns: that every row must fill.
        make: takes a row; a ``ValueError`` says what is wrong with it.

    Raises:
        HandPoseError: the file cannot be read, is not in UTF-8, lacks a column, or a row cannot be used.
    """
    rows = csv.DictReader(io.StringIO(read_text(path), newline=""))
    made = []
    try:
        missing = [column for column in columns if column not in (rows.fieldnames or ())]
        if missing:
            wanted = " and ".join(f"'{column}'" for column in columns)
            raise HandPoseError(
                f"{path} has no column '{missing[0]}'; it wants {wanted} in its first line, separated by commas."
            )
        for row in rows:
            if None in row or None in (row[column] for column in columns):
                raise ValueError("it has more or fewer cells than the first line")
            made.append(make(row))
    except (csv.Error, ValueError) as error:
        raise HandPoseError(f"{path} is damaged in line {rows.line_num}: {error}.") from error
    return made


def finite(text: str) -> float:
    """A number that is one: neither NaN nor infinite.

    Raises:
        ValueError: it is none.
    """
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"'{text}' is no finite number")
    return number
