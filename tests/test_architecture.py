"""The order of the rooms, which libraries belong to which, and what is loaded when."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("av", "cv2", "mediapipe", "numpy", "onnxruntime", "PIL", "PyQt6", "torch")
# Each room may import the rooms before it. The modules beside the rooms (app, __main__) come after all of them.
PROGRAM = (
    *("types", "system", "pose", "inference", "gestures", "tracking", "media", "overlay"),
    *("runtime", "ui"),
)
# Which rooms within media each of them may import, beside the modules source, letterbox and address.
MEDIA = {"live": (), "images": (), "video": ("live",), "recording": ()}
MEDIA_ENTRANCES = ("opening", "demo")
TRAINER = (
    *("rng", "recipes", "camera", "synth", "data", "augment"),
    *("evaluate", "train", "export", "demo", "benchmark"),
)
MODULES_AS_ROOMS = ("rng", "recipes")  # of the trainer: they lie beside its rooms and import none
# What the rooms of the trainer may import of the program.
PROGRAM_FOR_TRAINER = {
    **dict.fromkeys(TRAINER, ("types", "system", "pose", "inference", "gestures")),
    "evaluate": ("types", "system", "pose", "inference", "gestures", "overlay"),
    "demo": ("types", "system", "media"),
    "benchmark": PROGRAM,
    "": ("types", "system", "inference"),
}
ONLY_IN = {
    "PyQt6": ("handpose_live/ui", "trainer/benchmark"),
    "mediapipe": ("handpose_live/tracking", "trainer/benchmark"),
}


def _package(path: Path) -> str:
    """The dotted name of the package that a module is in."""
    return ".".join(path.relative_to(ROOT).parent.parts)


def _imports(path: Path) -> Iterator[str]:
    """The full name of everything that a module imports, also inside its functions and for type checkers only."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _package(path).split(".")[: 1 - node.level or None] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _modules(folder: str) -> list[Path]:
    modules = sorted((ROOT / folder).rglob("*.py"))
    assert modules
    return modules


def _room(name: str, package: str) -> str:
    """The room of a module or of something in it; "" for what is not in that package or lies beside the rooms."""
    parts = name.split(".")
    if len(parts) < 2 or parts[0] != package:
        return ""
    is_room = (ROOT / package / parts[1]).is_dir() or (package == "trainer" and parts[1] in MODULES_AS_ROOMS)
    return parts[1] if is_room else ""


def _module_of(name: str) -> str | None:
    """The module of ours that an imported name is or comes from."""
    parts = name.split(".")
    while parts:
        path = ROOT.joinpath(*parts)
        if path.with_suffix(".py").is_file():
            return ".".join(parts)
        if (path / "__init__.py").is_file():
            return ".".join([*parts, "__init__"])
        parts.pop()
    return None


def _loaded(code: str, *arguments: str) -> set[str]:
    """The packages that Python has loaded after it ran some code."""
    report = "import sys, json\nprint(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    command = [sys.executable, "-c", f"{code}\n{report}", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stdout.splitlines()[-1]))


@pytest.mark.parametrize("package", [("handpose_live", PROGRAM), ("trainer", TRAINER)], ids=["program", "trainer"])
def test_a_room_imports_only_the_rooms_before_it(package: tuple[str, tuple[str, ...]]) -> None:
    name, rooms = package
    for module in _modules(name):
        own = _room(f"{_package(module)}.{module.stem}", name)
        for imported in _imports(module):
            other = _room(imported, name)
            if own and other:
                assert rooms.index(other) <= rooms.index(own), f"{module.relative_to(ROOT)} imports {imported}"


@pytest.mark.parametrize("package", [("handpose_live", PROGRAM), ("trainer", TRAINER)], ids=["program", "trainer"])
def test_every_room_has_its_place_in_the_order(package: tuple[str, tuple[str, ...]]) -> None:
    name, rooms = package
    folders = {init.parent.name for init in (ROOT / name).glob("*/__init__.py")}
    assert folders == set(rooms) - set(MODULES_AS_ROOMS)


def test_media_has_an_inner_order() -> None:
    """Sources of frames do not know recordings, nor the other way round; one module opens them all."""
    for module in _modules("handpose_live/media"):
        own = module.parent.name if module.parent.name in MEDIA else module.stem
        for imported in _imports(module):
            package, _, rest = imported.partition("handpose_live.media.")
            other = rest.split(".")[0]
            if package or not rest or other == own:
                continue
            if own in MEDIA:
                assert other in (*MEDIA[own], "source", "letterbox", "address"), f"{module} imports {imported}"
            elif own in MEDIA_ENTRANCES:
                assert other != "recording", f"{module} imports {imported}"
            else:
                assert other not in (*MEDIA, *MEDIA_ENTRANCES), f"{module} imports {imported}"


def test_the_trainer_imports_only_what_it_shares_with_the_program() -> None:
    for module in _modules("trainer"):
        own = _room(f"{_package(module)}.{module.stem}", "trainer")
        for imported in _imports(module):
            room = _room(imported, "handpose_live")
            assert not room or room in PROGRAM_FOR_TRAINER[own], f"{module.relative_to(ROOT)} imports {imported}"


def test_no_modules_import_each_other_in_a_circle() -> None:
    modules = [*_modules("handpose_live"), *_modules("trainer")]
    graph = {}
    for path in modules:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        graph[name] = {found for imported in _imports(path) if (found := _module_of(imported)) and found != name}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_the_program_does_not_know_its_trainer() -> None:
    for module in (ROOT / "main.py", *_modules("handpose_live")):
        assert not [name for name in _imports(module) if name.split(".")[0] in ("trainer", "tests")], module


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_with_a_room_of_its_own_stays_there(library: str) -> None:
    for module in (*_modules("handpose_live"), *_modules("trainer")):
        if not any(module.is_relative_to(ROOT / room) for room in ONLY_IN[library]):
            assert not [name for name in _imports(module) if name.split(".")[0] == library], module


def test_the_runtime_loads_without_qt() -> None:
    loaded = _loaded(
        "import importlib, pkgutil, handpose_live.runtime as runtime\n"
        "names = [module.name for module in pkgutil.walk_packages(runtime.__path__, runtime.__name__ + '.')]\n"
        "assert 'handpose_live.runtime.player' in names\n"
        "for name in names:\n"
        "    importlib.import_module(name)\n"
    )
    assert "handpose_live" in loaded
    assert "PyQt6" not in loaded


def test_no_module_of_the_interface_is_longer_than_300_lines() -> None:
    lengths = {module: len(module.read_text(encoding="utf-8").splitlines()) for module in _modules("handpose_live/ui")}
    assert {str(module): length for module, length in lengths.items() if length > 300} == {}


@pytest.mark.parametrize("folder", ["handpose_live", "trainer"])
def test_every_folder_opens_with_a_sentence_on_what_flows_in_and_out(folder: str) -> None:
    for init in (ROOT / folder).rglob("__init__.py"):
        assert ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))), init


def test_neither_the_pose_nor_the_trainer_loads_the_window_or_the_detector() -> None:
    loaded = _loaded(
        "import importlib, pkgutil, handpose_live.pose, handpose_live.inference, trainer\n"
        "for package in (handpose_live.pose, handpose_live.inference, trainer):\n"
        "    for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        if 'benchmark' not in module.name:\n"
        "            importlib.import_module(module.name)\n"
    )
    assert "torch" in loaded
    assert not {"PyQt6", "mediapipe"} & loaded


def test_a_headless_run_on_the_cpu_loads_neither_the_window_nor_pytorch_nor_what_reads_images(shared: Path) -> None:
    clip = shared / "data" / "clips" / "scale_1.mp4"
    code = "import sys; from handpose_live.app import main; assert main(sys.argv[1:]) == 0"
    loaded = _loaded(code, str(clip), "--headless", "--device", "cpu")
    assert {"mediapipe", "onnxruntime"} <= loaded
    assert not {"PIL", "PyQt6", "torch"} & loaded


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_a_question_is_answered_before_anything_heavy_is_loaded(option: str) -> None:
    loaded = _loaded(
        "import runpy, sys\n"
        "try:\n"
        "    runpy.run_path('main.py', run_name='__main__')\n"
        "except SystemExit as end:\n"
        "    assert end.code == 0\n",
        option,
    )
    assert "handpose_live" in loaded
    assert not loaded.intersection(HEAVY)


def test_the_widgets_know_neither_the_window_nor_what_controls_them() -> None:
    shared = {"formatting"}
    ui = ROOT / "handpose_live" / "ui"
    rooms = {folder.name for folder in ui.iterdir() if folder.is_dir()} - {"controllers"}
    widgets = [path for path in _modules("handpose_live/ui") if path.parent.name in rooms]
    assert len(widgets) > 20
    for module in widgets:
        for imported in _imports(module):
            parts = imported.split(".")
            if parts[:2] == ["handpose_live", "ui"]:
                assert parts[2] in rooms | shared, f"{module.relative_to(ROOT)} imports {imported}"


def test_only_the_start_of_the_program_knows_the_window() -> None:
    for module in _modules("handpose_live"):
        if module.name != "start.py":
            assert not [name for name in _imports(module) if name.startswith("handpose_live.ui.window")], module
