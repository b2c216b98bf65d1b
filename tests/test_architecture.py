"""The arrows of the design: who may know of whom, and what is loaded when."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("av", "cv2", "mediapipe", "numpy", "onnxruntime", "PIL", "PyQt6", "torch")
# What the modules of each room may import of the program, beside their own room.
ALLOWED = {
    "handpose_live/pose": ("text", "errors"),
    "handpose_live/capture": ("pose", "errors"),
    "handpose_live/tracking": ("capture", "pose", "stages", "errors"),
    "handpose_live/output": ("tracking", "capture", "pose", "errors"),
    "handpose_live/ui": ("session", "output", "tracking", "capture", "pose", "stages", "log", "errors"),
    "handpose_live/benchmark": ("app", "console", "ui", "session", "output", "tracking", "capture", "pose", "errors"),
    "trainer": ("pose", "text", "errors"),
}
# The benchmark runs MediaPipe's own tracker beside the program, which never loads the benchmark.
ONLY_IN = {"PyQt6": ("handpose_live/ui",), "mediapipe": ("handpose_live/tracking", "handpose_live/benchmark")}


def _imports(path: Path) -> Iterator[str]:
    """The full name of everything that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relative to itself"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _modules(folder: str) -> list[Path]:
    modules = sorted((ROOT / folder).rglob("*.py"))
    assert modules
    return modules


def _loaded(code: str, *arguments: str) -> set[str]:
    """The packages that Python has loaded after it ran some code."""
    report = "import sys, json\nprint(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    command = [sys.executable, "-c", f"{code}\n{report}", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stdout.splitlines()[-1]))


@pytest.mark.parametrize("room", ALLOWED)
def test_arrows_between_the_rooms_point_one_way(room: str) -> None:
    own = room.removeprefix("handpose_live/")
    for module in _modules(room):
        for name in _imports(module):
            package, _, inside = name.partition(".")
            if package == "handpose_live" and inside not in ("", "__version__"):
                assert inside.split(".")[0] in (own, *ALLOWED[room]), f"{module.relative_to(ROOT)} imports {name}"


def test_the_program_does_not_know_its_trainer() -> None:
    for module in (ROOT / "main.py", *_modules("handpose_live")):
        assert not [name for name in _imports(module) if name.split(".")[0] in ("trainer", "tests")], module


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_with_a_room_of_its_own_stays_there(library: str) -> None:
    for module in (*_modules("handpose_live"), *_modules("trainer")):
        if not any(module.is_relative_to(ROOT / room) for room in ONLY_IN[library]):
            assert not [name for name in _imports(module) if name.split(".")[0] == library], module


def test_neither_the_pose_nor_the_trainer_loads_the_window_or_the_detector() -> None:
    loaded = _loaded(
        "import importlib, pkgutil, handpose_live.pose, trainer\n"
        "for package in (handpose_live.pose, trainer):\n"
        "    for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        importlib.import_module(module.name)\n"
    )
    assert "torch" in loaded
    assert not {"PyQt6", "mediapipe"} & loaded


def test_a_headless_run_on_the_cpu_loads_neither_the_window_nor_pytorch_nor_what_reads_pictures(shared: Path) -> None:
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
