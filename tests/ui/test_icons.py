"""The icons and the logo: every file is there, valid, and rendered in the theme's colours."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PyQt6.QtCore import QSize
from PyQt6.QtGui import QColor, QIcon, QImage

from handpose_live.overlay.colours import FINGER_COLOURS
from handpose_live.types.skeleton import FINGERS
from handpose_live.ui.action_table import ACTIONS
from handpose_live.ui.theme.icons import FOLDER, SIZES_PX, icon
from handpose_live.ui.theme.logo import LOGO, SMALL_LOGO, application_icon
from handpose_live.ui.theme.style import DARK, LIGHT, RECORDING, Colours

pytestmark = pytest.mark.usefixtures("qapp")

FILES = sorted(FOLDER.glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"
# Icons of buttons without an action, and of actions in another state.
OTHERS = {"close", "play", "stop"}
STATES = [(QIcon.Mode.Normal, QIcon.State.Off), (QIcon.Mode.Normal, QIcon.State.On)]
STATES += [(QIcon.Mode.Disabled, QIcon.State.Off), (QIcon.Mode.Disabled, QIcon.State.On)]


def render(name: str, colours: Colours, side_px: int, mode: QIcon.Mode, state: QIcon.State) -> QImage:
    pixmap = icon(name, colours).pixmap(QSize(side_px, side_px), 1.0, mode, state)
    assert (pixmap.width(), pixmap.height()) == (side_px, side_px)
    return pixmap.toImage()


def opaque_colours(image: QImage) -> list[QColor]:
    pixels = (image.pixelColor(x, y) for y in range(image.height()) for x in range(image.width()))
    return [colour for colour in pixels if colour.alpha()]


def is_near(colour: QColor, name: str, *, within: int) -> bool:
    """Return whether red, green and blue (0..255) each differ by at most ``within``."""
    pairs = zip(colour.getRgb()[:3], QColor(name).getRgb()[:3], strict=True)
    return all(abs(one - other) <= within for one, other in pairs)


def test_every_action_has_its_icon_and_there_are_no_unused_files() -> None:
    assert {path.stem for path in FILES} == {action.icon for action in ACTIONS.values() if action.icon} | OTHERS


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_icon_is_a_24_px_line_drawing_in_the_text_colour(path: Path) -> None:
    root = ElementTree.parse(path).getroot()
    assert root.tag == f"{SVG}svg"
    style = ("0 0 24 24", "currentColor", "none", "1.8", "round", "round")
    names = ("viewBox", "stroke", "fill", "stroke-width", "stroke-linecap", "stroke-linejoin")
    assert tuple(map(root.get, names)) == style
    other_colours = set(re.findall("#[0-9a-f]+", path.read_text(encoding="utf-8")))
    assert other_colours == ({RECORDING} if path.stem in ("record", "stop") else set())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("side_px", SIZES_PX)
def test_an_icon_shows_its_state_at_every_size_and_touches_no_edge(path: Path, side_px: int) -> None:
    images = [render(path.stem, DARK, side_px, mode, state) for mode, state in STATES]
    assert images[0] != images[1]
    assert images[1] != images[2]
    assert images[2] == images[3]
    for image in images:
        assert len(opaque_colours(image)) > side_px, "nothing is drawn"
        edge = [(x, y) for x in range(side_px) for y in (0, side_px - 1)]
        assert not any(image.pixelColor(x, y).alpha() > 128 for place in edge for x, y in (place, place[::-1]))


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_an_icon_has_the_text_colour_the_accent_when_on_and_is_muted_when_disabled(colours: Colours) -> None:
    expected = (colours.text, colours.accent, colours.muted_text)
    for (mode, state), name in zip(STATES, expected, strict=False):
        image = render("close", colours, 48, mode, state)
        middle = image.pixelColor(24, 24)
        assert is_near(middle, name, within=2)
        assert (middle.alpha() < 200) == (mode == QIcon.Mode.Disabled)


def test_an_icon_is_rendered_once_per_theme() -> None:
    assert icon("play", DARK) is icon("play", DARK)
    assert icon("play", DARK) is not icon("play", LIGHT)


@pytest.mark.parametrize("path", [LOGO, SMALL_LOGO], ids=["large", "small"])
def test_the_logo_has_the_colours_of_the_fingers(path: Path) -> None:
    bones = ElementTree.parse(path).getroot().findall(f".//{SVG}polyline")
    colours = {bone.get("id"): bone.get("stroke") for bone in bones}
    names = [finger.name for finger in FINGERS]
    assert colours == dict(zip(names, (QColor(*colour).name() for colour in FINGER_COLOURS), strict=True))
    joints = ElementTree.parse(path).getroot().findall(f".//{SVG}circle")
    assert len(joints) == (21 if path == LOGO else 0)


@pytest.mark.parametrize("side_px", [24, 32, 48, 256])
def test_the_application_icon_shows_all_fingers_and_at_large_sizes_the_joints(side_px: int) -> None:
    image = application_icon().pixmap(QSize(side_px, side_px), 1.0).toImage()
    found = opaque_colours(image)
    for finger_colour in FINGER_COLOURS:
        name = QColor(*finger_colour).name()
        assert any(is_near(colour, name, within=40) for colour in found), name
    assert any(is_near(colour, "#ffffff", within=40) for colour in found) == (side_px >= 48)
    assert image.pixelColor(0, 0).alpha() == 0
    assert image.pixelColor(side_px // 2, 1).name() == DARK.background
