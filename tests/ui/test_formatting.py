"""Numbers formatted for display."""

import pytest

from handpose_live.ui.formatting import clock, short_ms, size, speed_text


@pytest.mark.parametrize(("time_s", "text"), [(0.0, "0:00"), (7.9, "0:07"), (754, "12:34"), (3723, "1:02:03")])
def test_a_time_has_hours_only_from_one_hour_on(time_s: float, text: str) -> None:
    assert clock(time_s) == text


@pytest.mark.parametrize(("time_ms", "text"), [(7.34, "7.3"), (42.0, "42.0"), (99.97, "100"), (512.3, "512")])
def test_milliseconds_keep_three_digits(time_ms: float, text: str) -> None:
    assert short_ms(time_ms) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 kB"), (48_400, "48 kB"), (999_900, "1.0 MB"), (1_234_000, "1.2 MB"), (34e6, "34 MB"), (5e9, "5.0 GB")],
)
def test_a_size_is_short(count: int, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(("speed", "text"), [(1.0, "1×"), (0.25, "0.25×")])
def test_a_speed_is_a_factor(speed: float, text: str) -> None:
    assert speed_text(speed) == text
