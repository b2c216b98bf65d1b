"""The documentation builds, its links and images exist, and it matches the options and files of the program."""

import html
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

import handpose_live as hp
from handpose_live.gestures.hand_shape import measure_names
from handpose_live.gestures.rules import default_rules, load_rules
from handpose_live.media.recording.landmarks import CSV_COLUMNS, PICTURE_COLUMNS, open_landmarks
from handpose_live.types.crop import Crop
from trainer.__main__ import main as trainer_main

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *(ROOT / name for name in ("CHANGELOG.md", "CONTRIBUTING.md", "weights/README.md"))]
PAGES += sorted(DOCS.glob("*.md"))
PYTHON_PAGES = [ROOT / "README.md", DOCS / "files.md", DOCS / "api.md"]
LINK = re.compile(r"!?\[[^\]]*\]\((?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]+))?\)")
OPTION = re.compile(r"--[a-z][a-z-]*")
EXAMPLE_FRAMES = 8
# At most twice the width of the text, for high-density screens.
MAX_IMAGE_PX, MAX_ANIMATION_BYTES = 2200, 2_500_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return folder


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _blocks(page: Path, language: str) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", _text(page), re.MULTILINE | re.DOTALL)


def _prose(page: Path) -> str:
    """Return a page without its code, where brackets are not links."""
    return re.sub(r"^```.*?^```|`[^`\n]*`", "", _text(page), flags=re.MULTILINE | re.DOTALL)


def _anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of a page, as GitHub and MkDocs create them."""
    headings = re.findall(r"^#+ (.*)$", _prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def _help(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit):
        trainer_main([*arguments, "--help"])
    return capsys.readouterr().out


def _commands(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return re.findall(r"^    ([a-z]+)", _help(capsys), re.MULTILINE)


def _options_of_the_program() -> set[str]:
    run = subprocess.run([sys.executable, "main.py", "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(OPTION.findall(run.stdout))


def _images() -> Iterator[Path]:
    for page in PAGES:
        for path in re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)", _text(page)):
            yield page.parent / path


def _copy_start(video: Path, target: Path) -> None:
    """Copy the first frames of a video."""
    with av.open(str(video)) as source, av.open(str(target), "w") as copy:
        stream = copy.add_stream_from_template(source.streams.video[0])
        for packet in islice(source.demux(video=0), EXAMPLE_FRAMES):
            packet.stream = stream
            copy.mux(packet)


def test_the_site_has_every_page_and_the_public_api(site: Path) -> None:
    built = {path.stem for path in site.glob("*.html")}
    assert {page.stem for page in DOCS.glob("*.md")} | {"model-card", "contributing", "changelog"} <= built
    api = _text(site / "api.html")
    for name in set(hp.__all__) - {"__version__"}:
        assert f'id="handpose_live.{name}"' in api, name


def test_the_site_loads_nothing_from_other_hosts(site: Path) -> None:
    for page in site.glob("*.html"):
        loads = re.findall(r'<(?:script|img|iframe|source|link)\b[^>]*\b(?:src|href)="(?:https?:)?//[^"]*', _text(page))
        assert not loads, f"{page.name}: {loads}"
    for sheet in site.rglob("*.css"):
        assert not re.findall(r"(?:url\(|@import )['\"]?(?:https?:)?//", _text(sheet)), sheet


def test_docstrings_are_rendered_as_markdown(site: Path) -> None:
    text = html.unescape(re.sub(r"<[^>]*>", "", _text(site / "api.html")))
    assert not re.findall(r":(?:class|meth|func|data|attr|mod):", text)
    assert "Examples:" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_within_the_repository_have_a_target(page: Path) -> None:
    for found in LINK.finditer(_prose(page)):
        path, anchor = found["path"], found["anchor"]
        if "://" in path or path.startswith("mailto:"):
            continue
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name} links to {path}"
        if anchor and not anchor.startswith("handpose_live."):
            assert anchor in _anchors(target), f"{page.name} links to {path}#{anchor}"


def test_images_exist_and_are_no_larger_than_needed() -> None:
    images = set(_images())
    assert len(images) >= 4
    for path in images:
        with Image.open(path) as image:
            assert image.width <= MAX_IMAGE_PX, path
    assert (DOCS / "demo.webp").stat().st_size <= MAX_ANIMATION_BYTES
    with Image.open(DOCS / "demo.webp") as animation:
        assert getattr(animation, "n_frames", 1) > 30


def test_the_guide_has_every_option_of_the_program_and_no_other() -> None:
    assert set(OPTION.findall(_text(DOCS / "guide.md"))) == _options_of_the_program()
    assert set(OPTION.findall(_text(ROOT / "README.md"))) <= _options_of_the_program()


def test_the_guide_uses_the_words_of_the_window() -> None:
    window = " ".join(_text(module) for module in (ROOT / "handpose_live" / "ui").rglob("*.py")).lower()
    guide, gestures = _text(DOCS / "guide.md"), _text(DOCS / "gestures.md")
    named = re.findall(r"(?<!\*)\*(?:\w+ › )?([A-Z][^*]+)\*(?!\*)", guide + gestures)
    figures = re.findall(r"^\| ([^|]+) \|", guide.split("### Status bar")[1].split("###")[0], re.MULTILINE)[1:]
    options = re.findall(r"^\|[^|]*\| ([^|]+) \|", guide.split("### Options")[1].split("\n## ")[0], re.MULTILINE)[1:]
    for cell in (*figures, *options):
        named += cell.split(", ")
    assert {"Max hands", "Min score", "Dropped", "Show log"} <= set(named)
    assert [name for name in named if name.lower() not in window] == []


def test_the_training_page_has_every_command_and_option_of_the_trainer(capsys: pytest.CaptureFixture[str]) -> None:
    page, commands = _text(DOCS / "training.md"), _commands(capsys)
    assert {"fit", "evaluate", "export", "render"} <= set(commands)
    options = set().union(*(OPTION.findall(_help(capsys, command)) for command in commands)) - {"--help"}
    for command in commands:
        assert f"[`{command}`]" in page, command
    assert options <= set(OPTION.findall(page)), options - set(OPTION.findall(page))


def test_commands_on_any_page_exist(capsys: pytest.CaptureFixture[str]) -> None:
    commands = _commands(capsys)
    for page in set(PAGES) - {ROOT / "CHANGELOG.md"}:
        for command in re.findall(r"-m (?:handpose_live\.)?trainer ([a-z]+)", _text(page)):
            assert command in commands, f"{page.name}: {command}"


@pytest.mark.parametrize("page", PYTHON_PAGES, ids=lambda page: page.name)
def test_python_examples_run(page: Path, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _copy_start(shared / "data" / "clips" / "scale_1.mp4", tmp_path / "clip.mp4")
    shutil.copy(ROOT / "handpose_live" / "assets" / "demo.jsonl", tmp_path / "out.jsonl")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"rgb": np.zeros((48, 64, 3), np.uint8)}
    blocks = _blocks(page, "python")
    assert blocks
    for block in blocks:
        exec(compile(block, page.name, "exec"), names)
    assert len(names.get("hands", ())) in (0, 1)
    assert page.name == "files.md" or names["frame"].index == EXAMPLE_FRAMES - 1


def test_five_lines_of_python_are_enough() -> None:
    (example,) = _blocks(ROOT / "README.md", "python")
    assert len([line for line in example.splitlines() if line.strip()]) <= 5
    assert _blocks(DOCS / "index.md", "python") == [example]


def test_gesture_examples_are_tables_of_gestures(tmp_path: Path) -> None:
    examples = _blocks(DOCS / "gestures.md", "toml")
    assert len(examples) >= 3
    for example in examples:
        (tmp_path / "gestures.toml").write_text(example, encoding="utf-8")
        (row,) = tomllib.loads(example)["gesture"]
        assert row["name"] in {rule.name for rule in load_rules(tmp_path / "gestures.toml")}


def test_the_gestures_page_has_every_gesture_word_and_measure() -> None:
    page = _text(DOCS / "gestures.md")
    table = tomllib.loads(_text(ROOT / "handpose_live" / "gestures" / "gestures.toml"))
    for name in (*{rule.name for rule in default_rules()}, *measure_names(), *table["words"]):
        assert f"`{name}`" in page, name
    for conditions in table["words"].values():
        for measure, ends in conditions.items():
            assert f"`{measure} = {ends}`" in page


def test_the_landmark_example_has_the_keys_of_a_landmark_file(tmp_path: Path) -> None:
    gesture = hp.Gesture("fist", 0.9)
    hand = hp.Hand(1, "left", 0.97, np.zeros((21, 2), np.float32), np.ones(21, np.float32), Crop(0, 0, 1), gesture)
    with open_landmarks(tmp_path / "out.jsonl", source="clip.mp4", width=640, height=480, fps=10.0) as writer:
        writer.write(0, 0.0, [hand], video_time_s=0.0)
        writer.write(1, 0.1, [], video_time_s=0.1)
    written = [json.loads(line) for line in _text(tmp_path / "out.jsonl").splitlines()]
    (block,) = _blocks(DOCS / "files.md", "json")
    examples = [json.loads(line.replace(", …]", "]").replace(", …}", "}")) for line in block.splitlines()]
    assert examples[0] == written[0]
    for line, example in zip(written[1:], examples[1:], strict=True):
        assert list(line) == list(example)
        assert [list(each) for each in line["hands"]] == [list(each) for each in example["hands"]]
        assert line["events"] == example["events"]


def test_the_files_page_has_every_key_and_column() -> None:
    page = _text(DOCS / "files.md")
    for name in (*hp.JOINT_NAMES, *PICTURE_COLUMNS, *(c for c in CSV_COLUMNS if not c.startswith(hp.JOINT_NAMES))):
        assert f"`{name}`" in page, name
    header = _blocks(DOCS / "files.md", "csv")[0].splitlines()[1].split(",")
    gap = header.index("…")
    assert header[:gap] == list(CSV_COLUMNS[:gap])
    assert header[gap + 1 :] == list(CSV_COLUMNS[gap + 1 - len(header) :])


def test_the_design_page_has_a_line_for_every_package() -> None:
    tree = _blocks(DOCS / "design.md", "text")[1]
    packages = [
        init.parent.name for parent in ("handpose_live", "trainer") for init in ROOT.glob(f"{parent}/*/__init__.py")
    ]
    assert packages
    for package in packages:
        assert re.search(rf"─ {package}/ +\S", tree), package


def test_the_citation_names_this_version_and_licence() -> None:
    citation = importlib.import_module("yaml").safe_load(_text(ROOT / "CITATION.cff"))
    project = tomllib.loads(_text(ROOT / "pyproject.toml"))["project"]
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == hp.__version__
    assert citation["license"] == project["license"]
    assert citation["authors"]
    assert {"FreiHAND", "Gentle"} == {reference["title"].split()[0].strip(":") for reference in citation["references"]}
