"""The chapters of the course: their stored output holds, with another number of threads too, and what they teach is asked."""
import pytest

from conftest import ROOT

CHAPTERS = sorted((ROOT / "notebooks").glob("*.cnnbook"))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_prints_what_is_stored(cnnbook, path):
    result = cnnbook("--threads", "3", "test", path, timeout=300)
    assert result.code == 0, result.out[-2000:] + result.err[-2000:]


@pytest.mark.parametrize("path", [path for path in CHAPTERS if path.stem[0].isdigit()], ids=lambda path: path.stem)
def test_a_chapter_has_exercises_with_checks(path):
    lines = path.read_text().splitlines()
    assert sum(line.startswith("# %% solution ") for line in lines) >= 2
    assert sum(line.startswith("# %% check ") for line in lines) >= 2
