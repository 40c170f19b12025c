"""Every conformance notebook, and every notebook of the course with expected output, passes `cnnbook test`."""
import pytest

from conftest import ROOT

FOLDER = ROOT / "Tests" / "Conformance"
NOTEBOOKS = sorted(FOLDER.rglob("*.cnnbook"))


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 30


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=[str(path.relative_to(FOLDER)) for path in NOTEBOOKS])
def test_notebook(cnnbook, notebook):
    result = cnnbook("test", notebook)
    assert result.code == 0, result.out + result.err
    assert " 0 blocks" not in result.out
