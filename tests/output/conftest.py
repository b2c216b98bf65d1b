"""A disk that is full, for real: the system refuses to let any file grow further."""

from collections.abc import Callable, Iterator

import pytest


@pytest.fixture
def limit_file_size() -> Iterator[Callable[[int], None]]:
    """Sets the size in bytes beyond which no file can grow, until the test ends."""
    resource = pytest.importorskip("resource", reason="the system has no file size limits")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
