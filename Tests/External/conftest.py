"""What all tests through the binary share: where it is, and an environment that is the same everywhere."""
import os
import pathlib
import signal
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Program:
    """The binary under test."""

    def __init__(self, path, home):
        self.path = str(path)
        self.home = home

    @property
    def history(self):
        """The file of the prompt's entries."""
        return self.home / "state" / "cnnbook" / "history"

    def environment(self, **extra):
        kept = {name: os.environ[name] for name in ("PATH", "CNNBOOK_DATA") if name in os.environ}
        kept |= {"HOME": str(self.home), "XDG_STATE_HOME": str(self.home / "state"), "TERM": "xterm", "LANG": "C.UTF-8"}
        return kept | extra

    def __call__(self, *arguments, stdin="", environment=None, cwd=None, timeout=120):
        """Runs it; the result has `code`, `out` and `err` as text."""
        result = subprocess.run(
            [self.path, *map(str, arguments)], input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True, timeout=timeout, cwd=cwd, env=self.environment(**(environment or {})))
        result.code = result.returncode
        result.out = result.stdout.decode()
        result.err = result.stderr.decode()
        return result

    def interrupted(self, path, timeout):
        """Runs a notebook and sends it Ctrl-C in the midst: what stands on standard error, and the seconds that it took
        to end."""
        process = subprocess.Popen([self.path, "run", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=self.environment())
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        try:
            _, err = process.communicate(timeout=timeout)
        finally:
            process.kill()
        return err, time.monotonic() - started


def binary(variable, fallback):
    path = pathlib.Path(os.environ.get(variable, ROOT / fallback))
    path = path if path.is_absolute() else ROOT / path
    assert path.is_file(), f"{path} is not there: build it, or set {variable}"
    return path


@pytest.fixture
def cnnbook(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    return Program(binary("CNNBOOK_BINARY", ".build/release/cnnbook"), home)


@pytest.fixture
def debug_cnnbook(tmp_path):
    home = tmp_path / "debug-home"
    home.mkdir()
    return Program(binary("CNNBOOK_DEBUG_BINARY", ".build/debug/cnnbook"), home)


@pytest.fixture
def write(tmp_path):
    """Writes a file into the test's folder and gives its path."""

    def write_file(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


@pytest.fixture(params=["readline", "libedit"])
def edited(request, tmp_path):
    """The program with each library for line editing; without make, the second where it was built."""
    home = tmp_path / "home"
    home.mkdir()
    if request.param == "readline":
        return Program(binary("CNNBOOK_BINARY", ".build/release/cnnbook"), home)
    variable, fallback = "CNNBOOK_LIBEDIT_BINARY", ".build-libedit/release/cnnbook"
    if variable not in os.environ and not (ROOT / fallback).is_file():
        pytest.skip("make build-libedit builds it")
    return Program(binary(variable, fallback), home)


@pytest.fixture
def answers(tmp_path):
    """A folder for submissions."""
    folder = tmp_path / "submissions"
    folder.mkdir()
    return folder
