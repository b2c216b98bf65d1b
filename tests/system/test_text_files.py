"""Text files in the encodings of spreadsheets and editors."""

import codecs
from pathlib import Path

import pytest

from handpose_live.system.text_files import read_text
from handpose_live.types.errors import HandPoseError

TEXT = 'name,où\r\n"a\nb",Łódź ✋\r\n'


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_text_is_the_same_in_every_encoding_with_a_byte_order_mark(tmp_path: Path, mark: bytes, encoding: str) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(mark + TEXT.encode(encoding))
    assert read_text(file) == TEXT


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "shift-jis", "utf-16-le", "utf-32"])
def test_the_error_for_another_encoding_names_the_file_and_utf_8(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes("name\n手ä\n".encode(encoding, errors="ignore"))
    with pytest.raises(HandPoseError, match=r"table\.csv is not (text )?in UTF-8.*: save it in that encoding\.$"):
        read_text(file)


def test_the_line_that_is_in_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(b"index,set\n0,caf\xe9\n")
    with pytest.raises(HandPoseError, match=r"\(see line 2\)"):
        read_text(file)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(HandPoseError, match="nothing cannot be read"):
        read_text(tmp_path / "nothing")
