"""Addresses without their credentials."""

import pytest

from handpose_live.media.address import without_credentials
from handpose_live.media.opening import open_source
from handpose_live.types.errors import HandPoseError


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("rtsp://me:secret@host:554/cam/1", "rtsp://host:554/cam/1"),
        ("rtsp://me:se@cret@host/cam", "rtsp://host/cam"),
        ("rtsp://me:se/cr?e#t@host/cam", "rtsp://host/cam"),
        ("http://secret@host/cam", "http://host/cam"),
        ("http://host:80/cam?token=secret&x=1#secret", "http://host:80/cam"),
        ("http://host:80/cam?mail=me@secret", "http://host:80/cam"),
        ("srt://host:9?passphrase=secret", "srt://host:9"),
        ("me:secret@host/cam", "host/cam"),
        ("http://host:80/@live", "http://host:80/@live"),
        ("videos/what?.mp4", "videos/what?.mp4"),
        ("0", "0"),
    ],
)
def test_user_password_and_query_are_removed_from_an_address(address: str, expected: str) -> None:
    assert without_credentials(address) == expected


@pytest.mark.parametrize("address", ["rtmp://me:secret@host/cam", "srt://host?passphrase=secret", "me:secret@host/cam"])
def test_an_address_of_another_protocol_is_refused_without_naming_its_password(address: str) -> None:
    with pytest.raises(HandPoseError) as raised:
        open_source(address)
    assert "secret" not in str(raised.value)
    assert "host" in str(raised.value)
