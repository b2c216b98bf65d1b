"""The order of the packages, the libraries that each may import, and the modules loaded in each situation."""

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
# Each package may import the packages before it. The top-level modules (app, __main__) come after all packages.
PROGRAM = (
    *("types", "system", "pose", "inference", "gestures", "detection", "tracking"),
    *("media", "overlay", "runtime", "ui"),
)
# The packages within media that each may import, besides the modules source, letterbox and address.
MEDIA = {"live": (), "images": (), "video": ("live",), "recording": ()}
MEDIA_OPENERS = ("opening", "demo")
TRAINER = (
    *("rng", "recipes", "camera", "scenes", "data", "augment"),
    *("evaluate", "train", "export", "demo", "benchmark"),
)
SINGLE_MODULES = ("rng", "recipes")  # top-level modules of the trainer that have a place in the order
# The packages of the program that each package of the trainer may import.
PROGRAM_FOR_TRAINER = {
    **dict.fromkeys(TRAINER, ("types", "system", "pose", "inference", "gestures", "detection")),
    "evaluate": ("types", "system", "pose", "inference", "gestures", "detection", "overlay"),
    **dict.fromkeys(("scenes", "demo"), ("types", "system", "media")),
    "benchmark": PROGRAM,
    "": ("types", "system", "inference", "detection"),
}
ONLY_IN = {
    "PyQt6": ("handpose_live/ui", "trainer/benchmark"),
    "mediapipe": ("handpose_live/detection", "trainer/benchmark"),
}


def _package(path: Path) -> str:
    """Return the dotted name of the package of a module."""
    return ".".join(path.relative_to(ROOT).parent.parts)


def _imports(path: Path) -> Iterator[str]:
    """Yield the full names of all imports of a module, including those in functions and for type checkers."""
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


def _subpackage(name: str, package: str) -> str:
    """Return the subpackage of a name; "" for names of other packages and of top-level modules."""
    parts = name.split(".")
    if len(parts) < 2 or parts[0] != package:
        return ""
    is_subpackage = (ROOT / package / parts[1]).is_dir() or (package == "trainer" and parts[1] in SINGLE_MODULES)
    return parts[1] if is_subpackage else ""


def _module_of(name: str) -> str | None:
    """Return the module in this repository that an imported name belongs to."""
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
    """Return the top-level packages that are loaded after running some code."""
    report = "import sys, json\nprint(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    command = [sys.executable, "-c", f"{code}\n{report}", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stdout.splitlines()[-1]))


@pytest.mark.parametrize("package", [("handpose_live", PROGRAM), ("trainer", TRAINER)], ids=["program", "trainer"])
def test_a_package_imports_only_the_packages_before_it(package: tuple[str, tuple[str, ...]]) -> None:
    name, packages = package
    for module in _modules(name):
        own = _subpackage(f"{_package(module)}.{module.stem}", name)
        for imported in _imports(module):
            other = _subpackage(imported, name)
            if own and other:
                assert packages.index(other) <= packages.index(own), f"{module.relative_to(ROOT)} imports {imported}"


@pytest.mark.parametrize("package", [("handpose_live", PROGRAM), ("trainer", TRAINER)], ids=["program", "trainer"])
def test_every_package_has_a_place_in_the_order(package: tuple[str, tuple[str, ...]]) -> None:
    name, packages = package
    folders = {init.parent.name for init in (ROOT / name).glob("*/__init__.py")}
    assert folders == set(packages) - set(SINGLE_MODULES)


def test_the_packages_of_media_have_an_order() -> None:
    """Sources do not import recordings, nor vice versa; one module opens all sources."""
    for module in _modules("handpose_live/media"):
        own = module.parent.name if module.parent.name in MEDIA else module.stem
        for imported in _imports(module):
            package, _, rest = imported.partition("handpose_live.media.")
            other = rest.split(".")[0]
            if package or not rest or other == own:
                continue
            if own in MEDIA:
                assert other in (*MEDIA[own], "source", "letterbox", "address"), f"{module} imports {imported}"
            elif own in MEDIA_OPENERS:
                assert other != "recording", f"{module} imports {imported}"
            else:
                assert other not in (*MEDIA, *MEDIA_OPENERS), f"{module} imports {imported}"


def test_the_trainer_imports_only_what_it_shares_with_the_program() -> None:
    for module in _modules("trainer"):
        own = _subpackage(f"{_package(module)}.{module.stem}", "trainer")
        for imported in _imports(module):
            subpackage = _subpackage(imported, "handpose_live")
            assert not subpackage or subpackage in PROGRAM_FOR_TRAINER[own], (
                f"{module.relative_to(ROOT)} imports {imported}"
            )


def test_no_modules_import_each_other_in_a_cycle() -> None:
    modules = [*_modules("handpose_live"), *_modules("trainer")]
    graph = {}
    for path in modules:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        graph[name] = {found for imported in _imports(path) if (found := _module_of(imported)) and found != name}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_the_program_does_not_import_the_trainer() -> None:
    for module in (ROOT / "main.py", *_modules("handpose_live")):
        assert not [name for name in _imports(module) if name.split(".")[0] in ("trainer", "tests")], module


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_imported_only_in_its_own_package(library: str) -> None:
    for module in (*_modules("handpose_live"), *_modules("trainer")):
        if not any(module.is_relative_to(ROOT / subpackage) for subpackage in ONLY_IN[library]):
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
def test_every_package_has_a_docstring(folder: str) -> None:
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


def test_a_headless_run_on_the_cpu_loads_neither_the_window_nor_pytorch_nor_pillow(shared: Path) -> None:
    clip = shared / "data" / "clips" / "scale_1.mp4"
    code = "import sys; from handpose_live.app import main; assert main(sys.argv[1:]) == 0"
    loaded = _loaded(code, str(clip), "--headless", "--device", "cpu")
    assert {"mediapipe", "onnxruntime"} <= loaded
    assert not {"PIL", "PyQt6", "torch"} & loaded


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_no_heavy_library(option: str) -> None:
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


def test_the_widgets_import_neither_the_window_nor_the_controllers() -> None:
    shared = {"formatting"}
    ui = ROOT / "handpose_live" / "ui"
    packages = {folder.name for folder in ui.iterdir() if folder.is_dir()} - {"controllers"}
    widgets = [path for path in _modules("handpose_live/ui") if path.parent.name in packages]
    assert len(widgets) > 20
    for module in widgets:
        for imported in _imports(module):
            parts = imported.split(".")
            if parts[:2] == ["handpose_live", "ui"]:
                assert parts[2] in packages | shared, f"{module.relative_to(ROOT)} imports {imported}"


def test_only_the_start_module_imports_the_window() -> None:
    for module in _modules("handpose_live"):
        if module.name != "start.py":
            assert not [name for name in _imports(module) if name.startswith("handpose_live.ui.window")], module
