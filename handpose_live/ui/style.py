"""The program's look: near-black around the picture, two greys of text, red for recording."""

GROUND = "#0a0c10"
SURFACE = "#14171e"
EDGE = "#232833"
TEXT = "#e8ebf1"
DIM = "#929bac"
RECORDING = "#ff5252"
INVITING = "#3d7bfd"

STYLE_SHEET = f"""
* {{ color: {TEXT}; font-size: 13px; }}
Window, Offer {{ background: {GROUND}; }}
QToolTip {{ background: {SURFACE}; border: 1px solid {EDGE}; padding: 4px 6px; }}

StatusBar {{ background: {SURFACE}; border-top: 1px solid {EDGE}; }}
StatusBar #dim {{ color: {DIM}; }}

Panel, Notice {{ background: {SURFACE}; border: 1px solid {EDGE}; border-radius: 12px; }}
Panel #title {{ font-size: 18px; font-weight: 600; }}
Panel #sentence {{ color: {DIM}; font-size: 14px; }}
Notice {{ padding: 8px; }}

Offer QPushButton {{
    background: {INVITING}; border: 2px solid transparent; border-radius: 8px; padding: 9px 24px;
    font-size: 14px; font-weight: 600;
}}
Offer QPushButton:hover, Offer QPushButton:focus {{ border-color: {TEXT}; }}
"""
