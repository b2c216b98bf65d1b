"""The examples in the docstrings of the public API run as they are written."""

import doctest
import importlib

import pytest

import handpose_live as hp

MODULES = ["handpose_live", *(f"handpose_live.{module}" for module in sorted(set(hp._MODULES.values())))]
WITHOUT_EXAMPLE = {"BONES", "JOINT_NAMES", "HandPoseError", "__version__"}


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str) -> None:
    module = importlib.import_module(name)
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failed, _ = doctest.testmod(module, optionflags=flags, verbose=False)
    assert failed == 0


@pytest.mark.parametrize("name", sorted(set(hp.__all__) - WITHOUT_EXAMPLE))
def test_every_public_class_and_function_has_an_example(name: str) -> None:
    assert ">>> " in (getattr(hp, name).__doc__ or ""), name
