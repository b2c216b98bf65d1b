"""The demo as a source."""

from handpose_live.media.opening import open_source


def test_the_demo_is_a_stored_video() -> None:
    with open_source("demo") as source:
        assert source.info.name == "demo"
        assert not source.info.live
        assert source.info.frame_count == 850
