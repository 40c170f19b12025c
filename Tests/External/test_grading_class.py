"""A class of 300 made-up submissions: every score as expected, and the same bytes for one job and two."""
import json
import sys

from conftest import ROOT

sys.path.insert(0, str(ROOT / "Benchmarks"))
from grading import ASSIGNMENT, make_class  # noqa: E402


def tree(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_class(cnnbook, tmp_path):
    expected = make_class(tmp_path / "class", 300)
    for jobs in (1, 2):
        result = cnnbook("grade", ASSIGNMENT, tmp_path / "class", "-o", tmp_path / f"out{jobs}", "--jobs", jobs,
                         "--report", "json", "--report", "gradescope", "--report", "csv", timeout=300)
        assert result.code == 0, result.err
        assert result.err.count("\n") == 300
    assert tree(tmp_path / "out1") == tree(tmp_path / "out2")
    students = json.loads((tmp_path / "out1" / "grades.json").read_text())["students"]
    assert {one["student"]: [question["earned"] for question in one["questions"]] for one in students} == expected
    flipped = [one for one in students if one["student"].startswith("flipped")]
    assert flipped and all("q2" in one["questions"][2]["carried"] for one in flipped)
