"""What the tests of grading share.

The table of hostile submissions and what each must get is Tests/Grading/hostile/expected.tsv."""
import csv
import json
import re

from conftest import ROOT

HOSTILE = ROOT / "Tests" / "Grading" / "hostile"
ASSIGNMENT = ROOT / "Tests" / "Grading" / "hostile-assignment.cnnbook"
COURSE = sorted((ROOT / "notebooks" / "assignments").glob("*.cnnbook"))
REPORTS = [word for kind in ("gradescope", "prairielearn", "junit", "csv", "canvas", "moodle", "json", "html")
           for word in ("--report", kind)]


def table():
    with open(HOSTILE / "expected.tsv", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def students(folder):
    return {one["student"]: one for one in json.loads((folder / "grades.json").read_text())["students"]}


def scores(student):
    return [question["earned"] for question in student["questions"]]


def tree(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def hidden_lines(assignment):
    """The lines of hidden checks, without those that stand elsewhere in the file too."""
    cells = re.split(r"(?m)^(?=# %%)", assignment.read_text())
    hidden = [cell for cell in cells if re.match(r"# %% check .*\bhidden\b", cell)]
    others = "".join(cell for cell in cells if cell not in hidden)
    assert hidden
    return [line.strip() for cell in hidden for line in cell.splitlines()[1:]
            if line.strip() and line.strip() not in others]


def no_leftovers(folder):
    assert not [path for path in folder.rglob("*") if path.name.endswith(".tmp")]
