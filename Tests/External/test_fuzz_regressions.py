"""What the fuzzers found stays found: no input ends the program by a fault, or keeps it busy."""
import pathlib
import runpy

import pytest

FUZZ = pathlib.Path(__file__).resolve().parents[1] / "Fuzz"
INPUTS = sorted((FUZZ / "Regressions").glob("*/*"))
FAULT = 5


def test_there_are_inputs():
    assert len(INPUTS) >= 3


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_input_ends_in_order(cnnbook, tmp_path, path):
    (tmp_path / "input.cnnbook").write_bytes(path.read_bytes())
    for command in (["run", "--work", "300000", "--memory", "16M"], ["fmt", "--check"]):
        ended = cnnbook(*command, "input.cnnbook", cwd=tmp_path, timeout=60)
        assert 0 <= ended.code < FAULT, ended.err
        assert "E0501" not in ended.err


def test_dictionary_is_current(cnnbook):
    assert (FUZZ / "words.dict").read_text() == runpy.run_path(str(FUZZ / "words.py"))["dictionary"](cnnbook.path)
