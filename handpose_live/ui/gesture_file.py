"""A person's own table of gestures, begun with an example to change."""

from pathlib import Path

EXAMPLE = """# Gestures of your own; the program reads this file when it starts. Rows with the name of a shipped gesture
# take its place. A condition is a measure and two numbers: at the first it does not hold at
# all, at the second in full. Words for a finger: straight, bent, loose, curled; for the thumb: out, in, across.
# Measures: index_reach, index_bend_deg (and so for each finger), thumb_reach, pinch, thumb_up_deg, thumb_index_deg,
# index_middle_deg, middle_ring_deg, ring_little_deg. F1 in the program says what they are.

[[gesture]]
name = "love"
thumb = "out"
index = "straight"
middle = "bent"
ring = "bent"
little = "straight"
"""


def make_gesture_file(path: Path) -> None:
    """Write the example where there is no file yet.

    Raises:
        OSError: it cannot be written.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(EXAMPLE, encoding="utf-8")
