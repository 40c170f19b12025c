"""What is handed in, in whatever form and under whatever name: nobody is lost, nobody stops the others."""
import json
import os
import pathlib
import shutil
import threading
import time
import zipfile

import pytest

from submissions import ASSIGNMENT, HOSTILE

RIGHT = HOSTILE / "right.cnnbook"


@pytest.fixture
def grade(cnnbook, tmp_path):
    """Grades paths; the students of the result by id."""

    def run(*paths, code=0, arguments=()):
        out = tmp_path / "out"
        shutil.rmtree(out, ignore_errors=True)
        result = cnnbook("grade", ASSIGNMENT, *paths, "-o", out, "--report", "json", *arguments)
        assert result.code == code, result.err
        found = json.loads((out / "grades.json").read_text())["students"]
        assert len({one["student"] for one in found}) == len(found)
        return {one["student"]: one for one in found}

    return run


def packed(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return path


# Jupyter notebooks

def test_a_jupyter_notebook_is_told_how_to_be_converted(cnnbook, grade, answers, tmp_path):
    assert cnnbook("convert", RIGHT, answers / "ada.ipynb").code == 0
    jupyter = (answers / "ada.ipynb").read_bytes()
    (answers / "bob.cnnbook").write_bytes(b"\xef\xbb\xbf\n" + jupyter)
    for name in ("carl", "dora", "emmy"):
        (answers / name).mkdir()
    (answers / "carl" / "my lab.ipynb").write_bytes(jupyter)
    # The notebook counts where there is one.
    (answers / "dora" / "lab.ipynb").write_bytes(jupyter)
    shutil.copy(RIGHT, answers / "dora" / "lab.cnnbook")
    (answers / "emmy" / "a.ipynb").write_bytes(jupyter)
    (answers / "emmy" / "b.ipynb").write_bytes(jupyter)
    (answers / "gina.cnnbook").write_bytes(RIGHT.read_bytes())
    (answers / "gina.ipynb").write_bytes(jupyter)
    # A program that begins as JSON does is none.
    (answers / "fred.cnnbook").write_bytes(b'{"nbformat": 4}\n\n' + RIGHT.read_bytes())
    found = grade(answers)
    assert {name: one["score"] for name, one in found.items()} == {
        "ada": 0, "bob": 0, "carl": 0, "dora": 6, "emmy": 0, "fred": 6, "gina": 6}
    assert all(one["graded"] for one in found.values())
    way = "is a Jupyter notebook: convert it, in the shell, and hand in what comes of it: cnnbook convert"
    assert {name: found[name]["note"] for name in ("ada", "bob", "carl", "emmy", "fred")} == {
        "ada": f"'ada.ipynb' {way} ada.ipynb ada.cnnbook",
        "bob": "error[E0507]: 'bob.cnnbook' holds a Jupyter notebook: give it the ending .ipynb, then convert it, in the shell: "
               "cnnbook convert bob.ipynb bob.cnnbook",
        "carl": f"'my lab.ipynb' {way} 'my lab.ipynb' 'my lab.cnnbook'", "emmy": "no notebook was handed in", "fred": ""}
    checks = [check for name in ("ada", "bob", "carl") for question in found[name]["questions"] for check in question["checks"]]
    assert {(check["verdict"], check["text"]) for check in checks} == {("missing", "there is no notebook to run")}
    # The ways out.
    shutil.copy(answers / "bob.cnnbook", answers / "bob.ipynb")
    (answers / "bob.ipynb").write_bytes(jupyter)
    for name, folder in (("ada", answers), ("bob", answers), ("my lab", answers / "carl")):
        assert cnnbook("convert", f"{name}.ipynb", f"{name}.cnnbook", cwd=folder).code == 0
    assert [grade(answers)[name]["score"] for name in ("ada", "bob", "carl")] == [6, 6, 6]
    assert [one["score"] for one in grade(answers / "ada.ipynb").values()] == [0]


@pytest.mark.parametrize("command", ["run", "test", "fmt"])
def test_jupyter_by_another_name(cnnbook, tmp_path, command):
    assert cnnbook("convert", RIGHT, tmp_path / "a.ipynb").code == 0
    (tmp_path / "a.ipynb").rename(tmp_path / "lab.cnnbook")
    result = cnnbook(command, "lab.cnnbook", cwd=tmp_path)
    assert (result.code, result.out) == (3, "")
    assert result.err == ("error[E0507]: 'lab.cnnbook' holds a Jupyter notebook\n   = give it the ending .ipynb, then convert it, in "
                          "the shell: cnnbook convert lab.ipynb lab.cnnbook\n")


@pytest.mark.parametrize("content, note", [
    ("# %% id=q1 point=3\n", "error[E0507]: unknown option 'point' (line 1): did you mean points=?; known are id=, "),
    ("# %% id=q1\n# %% id=q1\n", "error[E0507]: the id 'q1' stands there twice (line 2): the first is in line 1"),
    ("# %% [markdown]\ntext\n", "error[E0507]: a line of a markdown cell begins with # (line 2): put # before the text, or a line # %% before the code"),
    ("<<<<<<< mine\n", "error[E0507]: the file holds the marks of a merge conflict (line 1): settle it first"),
])
def test_a_layout_that_is_none_is_told_with_its_way_out(grade, answers, content, note):
    (answers / "a.cnnbook").write_text(content)
    one = grade(answers)["a"]
    assert one["score"] == 0 and one["graded"] and one["note"].startswith(note), one["note"]


# Exports

def test_who_hands_in_something_else_is_a_student_too(grade, answers, tmp_path):
    right = RIGHT.read_bytes()
    files = [("lovelaceada_1001_2001_lab.cnnbook", right), ("lovelaceada_1001_2002_notes.pdf", b"%PDF"), ("hopper_LATE_1002_2003_lab.txt", right),
             ("noether_1003_2004_lab.ipynb", b"{}"), ("readme.txt", b"no student")]
    for name, content in files:
        (answers / name).write_bytes(content)
    for found in (grade(answers), grade(packed(tmp_path / "canvas.zip", files))):
        assert {name: (one["name"], one["score"]) for name, one in found.items()} == {
            "1001": ("lovelaceada", 6), "1002": ("hopper", 0), "1003": ("noether", 0)}
        assert found["1002"]["note"] == "no notebook was handed in"
        assert found["1003"]["note"].startswith("'noether_1003_2004_lab.ipynb' is a Jupyter notebook")


def test_a_submission_of_many_files_stops_nobody(grade, answers, tmp_path):
    """Nor do deep folders, names with backslashes, huge files beside the notebook."""
    right = RIGHT.read_bytes()
    zeros = b"\0" * (5 << 20)
    deep = "/".join(["d"] * 60)
    files = [("ada/lab.cnnbook", right), ("bob/lab.cnnbook", right), ("bob/a\\b.png", b"x"), ("bob/.git/c.cnnbook", right),
             ("carl/bomb.cnnbook", zeros), (f"dora/{deep}/lab.cnnbook", right), ("emmy/lab.cnnbook", right)]
    files += [(f"emmy/modules/{index}.js", b"") for index in range(100_100)]
    files += [(f"emmy/data{index}.bin", zeros) for index in range(220)]
    archive = packed(tmp_path / "class.zip", files)
    found = grade(archive)
    assert {name: one["score"] for name, one in found.items()} == {"ada": 6, "bob": 6, "carl": 0, "dora": 6, "emmy": 6}
    assert found["carl"]["note"] == "the file is larger than 4.0 MiB"
    with zipfile.ZipFile(archive) as reader:
        reader.extractall(answers, [name for name, _ in files if not name.startswith("emmy/data")])
    (answers / "fred").mkdir()
    found = grade(answers)
    assert {name: one["score"] for name, one in found.items()} == {"ada": 6, "bob": 6, "carl": 0, "dora": 6, "emmy": 6, "fred": 0}


def test_a_damaged_file_in_an_archive_is_not_graded(grade, tmp_path):
    right = RIGHT.read_bytes()
    archive = packed(tmp_path / "class.zip", [("ada/lab.cnnbook", right), ("bob/lab.cnnbook", right), ("carl/lab.cnnbook", right)])
    content = bytearray(archive.read_bytes())
    start = content.index(b"bob/lab.cnnbook") + len("bob/lab.cnnbook")
    content[start + 40:start + 60] = b"\xff" * 20
    archive.write_bytes(content)
    found = grade(archive, code=5)
    assert {name: one["score"] for name, one in found.items()} == {"ada": 6, "bob": None, "carl": 6}
    assert found["bob"]["failure"] == "'class.zip' is damaged or of another kind: the packed data is damaged"


def test_names_that_are_no_utf8(grade, answers):
    for name in (b"ada.cnnbook", b"j\xf6rg.cnnbook"):
        pathlib.Path(os.fsdecode(bytes(answers) + b"/" + name)).write_bytes(RIGHT.read_bytes())
    folder = bytes(answers) + b"/bob"
    os.mkdir(folder)
    shutil.copy(RIGHT, answers / "bob" / "lab.cnnbook")
    with open(folder + b"/bild\xe4.png", "wb"):
        pass
    folder = bytes(answers) + b"/jos\xe9"
    os.mkdir(folder)
    with open(folder + b"/lab.cnnbook", "wb") as file:
        file.write(RIGHT.read_bytes())
    found = grade(answers, code=5)
    assert {name: one["score"] for name, one in found.items()} == {"ada": 6, "bob": 6, "j\ufffdrg": None, "jos\ufffd": None}
    assert found["j\ufffdrg"]["failure"] == "'j\ufffdrg.cnnbook': a name that is not UTF-8"


def test_results_and_assignment_are_no_students(cnnbook, tmp_path):
    """In the folder where everything lies, again and again."""
    shutil.copy(ASSIGNMENT, tmp_path / "lab.cnnbook")
    shutil.copy(RIGHT, tmp_path / "ada.cnnbook")
    for _ in range(2):
        result = cnnbook("grade", "lab.cnnbook", ".", "-o", "grades", "--quiet", cwd=tmp_path)
        assert result.code == 0, result.err
        assert result.out.startswith("ada: 6 of 6\nhome: 0 of 6\n\n2 graded; "), result.out


def test_a_file_that_becomes_a_link_is_not_followed(cnnbook, answers, tmp_path):
    """Swapped again and again for a link to another student's file, or a pipe: the file itself, or no result."""
    blank = (HOSTILE / "blank.cnnbook").read_bytes()
    own = blank + b"#" * (len(RIGHT.read_bytes()) - len(blank))
    secret = tmp_path / "secret.cnnbook"
    shutil.copy(RIGHT, secret)
    swapped = answers / "swapped.cnnbook"
    swapped.write_bytes(own)
    (answers / "kept.cnnbook").write_bytes(own)
    shutil.copy(RIGHT, answers / "z.cnnbook")
    spare = tmp_path / "spare"
    stop = threading.Event()

    def swap():
        while not stop.is_set():
            for make in (lambda: spare.symlink_to(secret), lambda: os.mkfifo(spare), lambda: os.link(answers / "kept.cnnbook", spare)):
                make()
                spare.replace(swapped)
                spare.unlink(missing_ok=True)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        for round in range(25):
            result = cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out", "--report", "json", timeout=60)
            found = {one["student"]: one for one in json.loads((tmp_path / "out" / "grades.json").read_text())["students"]}
            assert found["swapped"]["score"] in (0, None) and found["z"]["score"] == 6
            assert result.code == (0 if found["swapped"]["graded"] else 5)
    finally:
        stop.set()
        thread.join()


# Expectations that are none of the check's

VACUOUS = """\
# %% id=given
def must(a) { expect a }
def each(list, check) { for x in list { check(x) } }

# %% solution id=q1 points=1
# Write f(n): a list of n squares.
def f(n) { return [i * i for i in range(n)] }

# %% check for=q1 points=1
each(f(3), x -> must(x >= 0))
"""


@pytest.mark.parametrize("answer, score", [
    ("def f(n) { return [i * i for i in range(n)] }", 1), ("def f(n) { return [] }", 0),
    ("def f(n) {\n    must(True)\n    return []\n}", 0), ("def f(n) {\n    each([1], x -> must(x == 1))\n    return []\n}", 0),
    ("def f(n) {\n    each([True], must)\n    return []\n}", 0), ("def f(n) {\n    expect True\n    return []\n}", 0)])
def test_only_what_the_check_expects_counts(cnnbook, answers, tmp_path, write, answer, score):
    """A helper of the assignment with an expectation in it, called by the submission."""
    (answers / "a.cnnbook").write_text(f"# %% id=q1\n{answer}\n")
    out = tmp_path / "out"
    result = cnnbook("grade", write("a.cnnbook", VACUOUS), answers, "-o", out, "--report", "json")
    assert result.code == 0, result.err
    [one] = json.loads((out / "grades.json").read_text())["students"]
    [check] = one["questions"][0]["checks"]
    assert (one["score"], check["verdict"]) == ((1, "passed") if score else (0, "vacuous"))


@pytest.mark.parametrize("piece", ['"""\n#>\n"""\n#> 1\n', "'''\n#> 1\n'''\n"])
def test_a_file_of_texts_and_output_lines_is_read_at_once(cnnbook, grade, answers, piece):
    """As many as there may be: a minute it was, in which nothing told that it went on."""
    (answers / "a.cnnbook").write_text("# %% skip\n" + piece * ((4 << 20) // len(piece) - 500) + RIGHT.read_text())
    begun = time.monotonic()
    assert grade(answers)["a"]["score"] is not None
    assert time.monotonic() - begun < 20


# Times

@pytest.mark.parametrize("content", [
    "student,time\nada,2026-11-22T00:00Z\n", "\ufeffstudent,time\r\nada,2026-11-22T00:00Z\r\n",
    '"student","time"\n"ada","2026-11-22T00:00Z"\n', '\ufeffada , "2026-11-22T00:00Z"\n\n'])
def test_times_as_spreadsheets_write_them(cnnbook, answers, tmp_path, write, content):
    ruled = ASSIGNMENT.read_text().replace("# seed: 3\n", "# seed: 3\n# deadline: 2026-11-21T08:00Z\n# late: 10% a day\n")
    shutil.copy(RIGHT, answers / "ada.cnnbook")
    out = tmp_path / "out"
    result = cnnbook("grade", write("a.cnnbook", ruled), answers, "-o", out, "--report", "json", "--times", write("t.csv", content))
    assert result.code == 0, result.err
    [one] = json.loads((out / "grades.json").read_text())["students"]
    assert (one["late_days"], one["score"]) == (1, 5.4)
