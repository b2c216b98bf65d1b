"""The program's look: near-black around the picture, two greys of text, red for recording."""

GROUND = "#0a0c10"
SURFACE = "#14171e"
EDGE = "#232833"
TEXT = "#e8ebf1"
DIM = "#929bac"
RECORDING = "#ff5252"

STYLE_SHEET = f"""
* {{ color: {TEXT}; font-size: 13px; }}
Window {{ background: {GROUND}; }}
QToolTip {{ background: {SURFACE}; border: 1px solid {EDGE}; padding: 4px 6px; }}

StatusBar {{ background: {SURFACE}; border-top: 1px solid {EDGE}; }}
StatusBar #dim {{ color: {DIM}; }}

Panel, Notice {{ background: {SURFACE}; border: 1px solid {EDGE}; border-radius: 12px; }}
Panel #title {{ font-size: 18px; font-weight: 600; }}
Panel #sentence {{ color: {DIM}; font-size: 14px; }}
Notice {{ padding: 8px; }}
"""
