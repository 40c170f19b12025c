"""The course's assignments: graded on samples of what students hand in, released, and silent about what is hidden.

What each sample must get stands in notebooks/assignments/samples/expected.tsv."""
import csv
import json
import re
import shutil

import pytest

from conftest import ROOT, Program, binary
from submissions import hidden_lines, scores, students, tree

FOLDER = ROOT / "notebooks" / "assignments"
ASSIGNMENTS = sorted(FOLDER.glob("*.cnnbook"))
NAMES = [path.stem for path in ASSIGNMENTS]
REPORTS = [word for kind in ("gradescope", "prairielearn", "junit", "csv", "canvas", "moodle", "json", "html")
           for word in ("--report", kind)]
# Samples that every assignment has; one more is wrong in a way that its name tells.
ALWAYS = {"full", "another-way", "broken"}


def table():
    with open(FOLDER / "samples" / "expected.tsv", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


ROWS = {(row["assignment"], row["sample"]): row for row in table()}


def released(name):
    return FOLDER / "released" / f"{name}.cnnbook"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The samples of an assignment, graded once for all tests that look at it."""
    program = Program(binary("CNNBOOK_BINARY", ".build/release/cnnbook"), tmp_path_factory.mktemp("home"))
    done = {}

    def grade(name):
        if name not in done:
            out = tmp_path_factory.mktemp("graded") / name
            result = program(
                "grade", FOLDER / f"{name}.cnnbook", FOLDER / "samples" / name, "-o", out, *REPORTS, timeout=300)
            assert result.code == 0, result.err
            done[name] = out
        return done[name]

    return grade


def test_seven_assignments_with_their_copies_and_samples():
    assert len(NAMES) == 7
    assert sorted(path.stem for path in (FOLDER / "released").glob("*")) == NAMES
    assert sorted(path.name for path in (FOLDER / "samples").iterdir() if path.is_dir()) == NAMES
    for name in NAMES:
        samples = {path.stem for path in (FOLDER / "samples" / name).iterdir()}
        assert samples == {sample for assignment, sample in ROWS if assignment == name}
        assert samples > ALWAYS


@pytest.mark.parametrize("name,sample", sorted(ROWS))
def test_sample(graded, name, sample):
    row = ROWS[name, sample]
    student = students(graded(name))[sample]
    assert student["graded"], student["failure"]
    assert " ".join(f"{points:g}" for points in scores(student)) == row["points"]
    assert (student["score"] == student["possible"]) == (sample in ("full", "another-way"))
    assert row["says"] in json.dumps(student).replace('\\"', '"')
    assert bool(row["says"]) == (student["score"] < student["possible"])


@pytest.mark.parametrize("name", NAMES)
def test_released_copy_is_current(cnnbook, tmp_path, name):
    """After a change: cnnbook release notebooks/assignments/X.cnnbook -o notebooks/assignments/released/X.cnnbook"""
    result = cnnbook("release", FOLDER / f"{name}.cnnbook", "-o", tmp_path / "copy.cnnbook")
    assert result.code == 0, result.err
    assert (tmp_path / "copy.cnnbook").read_bytes() == released(name).read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_given_runs_before_anything_is_answered(cnnbook, tmp_path, name):
    cnnbook("run", released(name), "--json", tmp_path / "run.json")
    [notebook] = json.loads((tmp_path / "run.json").read_text())["notebooks"]
    states = {(cell["kind"] == "check", cell["status"]) for cell in notebook["cells"] if cell["kind"] != "markdown"}
    assert states == {(False, "passed"), (True, "failed")}


@pytest.mark.parametrize("name", NAMES)
def test_hidden_checks_occur_in_nothing_that_a_student_gets(graded, name):
    lines = hidden_lines(FOLDER / f"{name}.cnnbook")
    assert len(lines) >= 2
    text = released(name).read_text()
    assert "hidden" not in text and "solution" not in text
    files = tree(graded(name) / "students") | {"copy": text.encode()}
    assert len(files) > 4 * 4
    for path, content in files.items():
        for line in lines:
            assert line.encode() not in content, (path, line)
        assert b"all passed" not in content.lower()


@pytest.mark.parametrize("name", NAMES)
def test_answers_hold_for_every_student(cnnbook, tmp_path, name):
    """Pictures and layers of each student's own: the same text gets all points under any id."""
    submissions = tmp_path / "class"
    submissions.mkdir()
    for student in ("s4711", "ada", "zoe.h"):
        shutil.copy(FOLDER / "samples" / name / "full.cnnbook", submissions / f"{student}.cnnbook")
    assert cnnbook("grade", FOLDER / f"{name}.cnnbook", submissions, "-o", tmp_path / "out", timeout=300).code == 0
    found = students(tmp_path / "out")
    assert len(found) == 3 and all(one["score"] == one["possible"] for one in found.values())


@pytest.mark.parametrize("name", NAMES)
def test_rubric(graded, name):
    """The README tells of each assignment what it is worth, and of each question what the points are for."""
    text = (FOLDER / "README.md").read_text()
    [section] = re.findall(rf"(?ms)^## [^\n]*`{name}`\n(.*?)(?=^## |\Z)", text)
    student = students(graded(name))["full"]
    rows = re.findall(r"(?m)^\| (q\d+) \| (\d+) \| .+ \|$", section)
    assert rows == [(q["id"], f"{q['possible']:g}") for q in student["questions"]]
    assert f" {student['possible']:g} points" in section
    told = re.findall(r"(\d+) points[,;.]", (FOLDER / f"{name}.cnnbook").read_text().split("# %% parameters")[0])
    assert told in ([], [f"{student['possible']:g}"])
