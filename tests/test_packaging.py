"""The wheel contains the whole program and runs without the checkout; version ranges and pins are consistent."""

import ast
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from handpose_live import __version__
from handpose_live.media.recording.landmarks import read_landmarks

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BIN = "Scripts" if os.name == "nt" else "bin"
# Dependencies of PyTorch for GPUs, pinned by PyTorch itself.
OF_TORCH = ("nvidia-", "cuda-", "triton")

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def _build(target: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def _names(wheel: Path) -> set[str]:
    """Return the files in a wheel except its metadata."""
    return {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def run(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a function that runs a command in a virtual environment with the wheel and its dependencies only."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / BIN / "python"
    # .pth files in a folder that is added by a .pth file are not read, such as that of an editable install.
    variables = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", variables))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, str(wheel)], check=True)

    def run(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        command = [str(folder / BIN / program), *map(str, arguments)]
        result = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert result.returncode == 0, result.stderr
        return result

    return run


def test_the_wheel_contains_every_file_of_the_program_and_the_trainer_and_nothing_else(wheel: Path) -> None:
    expected = {f"handpose_live/{path.name}" for path in (ROOT / "weights").iterdir() if path.suffix != ".md"}
    for folder, place in (("handpose_live", "handpose_live"), ("trainer", "handpose_live/trainer")):
        paths = [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        expected |= {f"{place}/{path.relative_to(ROOT / folder).as_posix()}" for path in paths}
    assert _names(wheel) == expected
    networks = ("detector.onnx", "detector.safetensors", "live.onnx", "live.safetensors")
    data = ("py.typed", *networks, "assets/demo.mp4", "gestures/gestures.toml")
    assert {f"handpose_live/{name}" for name in data} <= expected


def test_an_editable_install_copies_nothing(tmp_path: Path) -> None:
    assert {Path(name).suffix for name in _names(_build("wheel:editable", tmp_path))} == {".pth"}


def test_the_wheel_runs_as_a_module_and_is_not_the_checkout(run: Run) -> None:
    assert run("python", "-m", "handpose_live", "--version").stdout.strip() == f"HandPose Live {__version__}"
    place = run("python", "-c", "import handpose_live; print(handpose_live.__file__)").stdout
    assert ROOT not in Path(place).parents


def test_the_console_script_of_the_wheel_finds_hands_in_a_video(run: Run, shared: Path, tmp_path: Path) -> None:
    landmarks = tmp_path / "hands.jsonl"
    clip = shared / "data" / "clips" / "scale_3.mp4"
    run("handpose-live", clip, "--headless", "--landmarks", landmarks)
    assert any(frame["hands"] for frame in read_landmarks(landmarks)[1])


def test_the_wheel_contains_the_demo(run: Run) -> None:
    code = "from handpose_live.media.demo import open_demo; print(next(iter(open_demo())).image.shape)"
    assert run("python", "-c", code).stdout.strip() == "(480, 640, 3)"


def test_the_wheel_contains_the_trainer(run: Run) -> None:
    assert "python -m handpose_live.trainer" in run("python", "-m", "handpose_live.trainer", "--help").stdout


def test_no_module_of_the_trainer_runs_another_by_a_name_that_exists_only_in_a_checkout() -> None:
    for path in (ROOT / "trainer").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not re.fullmatch(r"trainer(\.\w+)*", node.value), f"{path}:{node.lineno}"


def _requirements() -> Iterator[Requirement]:
    """Yield the requirements of the program and of all its extras."""
    extras = [text for group in PROJECT["optional-dependencies"].values() for text in group]
    for requirement in map(Requirement, [*PROJECT["dependencies"], *extras]):
        if requirement.name != "handpose-live":
            yield requirement


def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [re.fullmatch(r"([a-z0-9-]+)==([\w.]+)", line) for line in lines if not line.startswith("#")]
    assert all(pins)
    return {pin[1]: pin[2] for pin in pins if pin}


def _add_dependencies(requirement: Requirement, seen: set[str]) -> None:
    """Add the transitive dependencies of an installed requirement."""
    name = canonicalize_name(requirement.name)
    for extra in {"", *requirement.extras}:
        if (key := f"{name}[{extra}]") in seen:
            continue
        seen.add(key)
        try:
            texts = requires(name) or []
        except PackageNotFoundError:
            return
        for dependency in map(Requirement, texts):
            if dependency.marker is None or dependency.marker.evaluate({"extra": extra}):
                _add_dependencies(dependency, seen)


def test_every_requirement_has_a_lower_bound_and_a_tested_version_within_its_range() -> None:
    pins = _pins()
    for requirement in _requirements():
        assert ">=" in str(requirement.specifier), requirement
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), requirement


def test_every_transitive_dependency_has_a_tested_version() -> None:
    dependencies: set[str] = set()
    for requirement in _requirements():
        _add_dependencies(requirement, dependencies)
    names = {key.partition("[")[0] for key in dependencies}
    assert {name for name in names if not name.startswith(OF_TORCH)} <= set(_pins())


def test_every_tested_version_runs_on_the_oldest_python() -> None:
    pins = _pins()
    for distribution in distributions():
        if pins.get(canonicalize_name(distribution.name)) == distribution.version:
            pythons = SpecifierSet(str(distribution.metadata.json.get("requires_python", "")))
            assert pythons.contains("3.11.0"), f"{distribution.name} needs Python {pythons}"
