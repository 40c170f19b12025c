"""The chapters of the course: their stored output holds, with another number of threads too, and what they teach is asked."""
import re

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


@pytest.mark.parametrize("path", [path for path in CHAPTERS if path.stem[0].isdigit()], ids=lambda path: path.stem)
def test_a_chapter_says_how_long_it_takes(path):
    top = path.read_text().split("# %% ")[1].replace("\n# ", " ")
    assert re.search(r"\b(takes|runs in) [a-z ]*\b(second|seconds|minute)\b", top), top


@pytest.mark.parametrize("path", [path for path in CHAPTERS if path.stem[0].isdigit()], ids=lambda path: path.stem)
def test_an_exercise_says_its_task_in_its_cell(path):
    """What stands there is all that is left of the cell in a copy for students."""
    cells = [cell.split("\n") for cell in path.read_text().split("\n# %% ")]
    assert [cell[0] for cell in cells if cell[0].startswith("solution ") and not cell[1].startswith("# ")] == []


@pytest.mark.parametrize("path", [path for path in CHAPTERS if path.stem[0].isdigit()], ids=lambda path: path.stem)
def test_a_chapter_may_take_what_it_takes_when_it_is_released(path):
    """`release` runs its cells within the header's work, of which half a billion is too little to train with."""
    assert re.search(r"\n# work: 1e1[23]\n", path.read_text().split("# %%")[0])


@pytest.mark.parametrize("name, shown", [
    ("03-convolution", {"channels", "stride-3"}), ("07-backpropagation", {"not_finite"}), ("09-architectures", set()),
])
def test_a_copy_keeps_the_errors_that_are_shown_and_nothing_else(cnnbook, tmp_path, name, shown):
    chapter, copy = ROOT / "notebooks" / f"{name}.cnnbook", tmp_path / "copy.cnnbook"
    result = cnnbook("release", chapter, "--data", ROOT / "notebooks", "-o", copy, timeout=300)
    assert result.code == 0 and "left out" not in result.err, result.err
    blocks = {}
    for id, body in re.findall(r"(?ms)^# %%[^\n]*?\bid=([\w-]+)[^\n]*\n(.*?)(?=^# %%|\Z)", copy.read_text()):
        if "\n#>" in body:
            blocks[id] = re.findall(r"(?m)^#> .*", body)
    assert set(blocks) == shown
    assert all(len(lines) == 1 and lines[0].startswith("#> error[") for lines in blocks.values())
    # Nothing that an answer printed.
    answers = re.findall(r"(?ms)^# %% solution[^\n]*\n(.*?)(?=^# %%)", chapter.read_text())
    for line in (line for answer in answers for line in answer.splitlines() if line.startswith("#> ")):
        assert line[3:] not in copy.read_text()
