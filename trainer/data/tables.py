"""Read and validate CSV files."""

import csv
import io
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from handpose_live.system.text_files import read_text
from handpose_live.types.errors import HandPoseError

T = TypeVar("T")


def read_table(path: Path, columns: Sequence[str], convert: Callable[[dict[str, str]], T]) -> list[T]:
    """Read the rows of a CSV file whose first line names its columns (RFC 4180), and convert each.

    Args:
        path: of the file, with any line ends; a byte order mark and further columns are allowed.
        columns: required in every row.
        convert: converts a row; raises a ``ValueError`` that says what is wrong with it.

    Raises:
        HandPoseError: the file cannot be read, is not in UTF-8, lacks a column, or a row cannot be used.
    """
    rows = csv.DictReader(io.StringIO(read_text(path), newline=""))
    converted = []
    try:
        missing = [column for column in columns if column not in (rows.fieldnames or ())]
        if missing:
            required = " and ".join(f"'{column}'" for column in columns)
            raise HandPoseError(
                f"{path} has no column '{missing[0]}'; its first line must name {required}, separated by commas."
            )
        for row in rows:
            if None in row or None in (row[column] for column in columns):
                raise ValueError("it has more or fewer cells than the first line")
            converted.append(convert(row))
    except (csv.Error, ValueError) as error:
        raise HandPoseError(f"{path} is damaged in line {rows.line_num}: {error}.") from error
    return converted


def finite(text: str) -> float:
    """Parse a finite number.

    Raises:
        ValueError: the text is no number, or NaN or infinite.
    """
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"'{text}' is no finite number")
    return number
