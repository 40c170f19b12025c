"""What is handed in: files that are none, names, archives, exports, times."""
import csv
import io
import os
import zipfile

from submissions import ASSIGNMENT, HOSTILE, REPORTS, students


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
    found = grade("moodletexts", {"Ada Lovelace_501_assignsubmission_file/inner/lab.cnnbook": right,
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
