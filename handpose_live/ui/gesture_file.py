"""The user's file of custom gestures, created with an example."""

from pathlib import Path

EXAMPLE = """# Custom gestures; the program reads this file when it starts. A gesture with the name of a built-in one
# replaces it. A condition is a measure and two numbers: at the first it does not hold at
# all, at the second it holds fully. Words for a finger: straight, bent, loose, curled; for the thumb: out, in, across.
# Measures: index_reach, index_bend_deg (and so for each finger), thumb_reach, pinch, thumb_up_deg, thumb_index_deg,
# index_middle_deg, middle_ring_deg, ring_little_deg; joint angles: index_mcp_deg, index_pip_deg, index_dip_deg,
# index_abduction_deg (and so for each finger), thumb_cmc_deg, thumb_abduction_deg, thumb_mcp_deg, thumb_ip_deg.
# F1 in the program explains them.

[[gesture]]
name = "love"
thumb = "out"
index = "straight"
middle = "bent"
ring = "bent"
little = "straight"
"""


def make_gesture_file(path: Path) -> None:
    """Write the example unless the file exists.

    Raises:
        OSError: the file cannot be written.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(EXAMPLE, encoding="utf-8")
