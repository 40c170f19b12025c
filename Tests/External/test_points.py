"""What an assignment's options give, and how a gradebook says it."""
import csv
import io
import json
import shutil

import pytest

ASSIGNMENT = """\
# ---
# title: Points
# ---

# %% solution id=q1 points=3 all_or_nothing
x = 1
y = 2

# %% check for=q1 points=1
expect x == 1

# %% check for=q1 points=2 hidden
expect y == 2

# %% solution id=q2 points=1
z = 1

# %% check for=q2 skip
expect z == 1

# %% solution id=q3 points=0.5
p = 3.14159

# %% check for=q3 tol=0.01
print(p)
#> 3.14

# %% solution id=q4 points=1.25
def e(x) { return 1 // x }

# %% check for=q4 points=1
e(0)
#> error[E0402]: 1 // 0: an int cannot be divided by zero

# %% check for=q4 points=0.25
expect e(2) == 0
"""


@pytest.mark.parametrize("answers, earned", [
    ({}, [3, 1, 0.5, 1.25]), ({"q1": "x = 1\ny = 3"}, [0, 1, 0.5, 1.25]), ({"q1": "y = 2\nx = 3"}, [0, 1, 0.5, 1.25]),
    ({"q1": "x = 1\ny = 2\nx = y"}, [0, 1, 0.5, 1.25]), ({"q2": "z = 2"}, [3, 0, 0.5, 1.25]), ({"q3": "p = 3.1499"}, [3, 1, 0.5, 1.25]),
    ({"q3": "p = 3.151"}, [3, 1, 0, 1.25]), ({"q3": "p = nan"}, [3, 1, 0, 1.25]), ({"q3": 'p = "3.14 "'}, [3, 1, 0.5, 1.25]),
    ({"q3": 'p = "..."'}, [3, 1, 0, 1.25]), ({"q4": "def e(x) { return 0 }"}, [3, 1, 0.5, 0.25]),
    ({"q4": 'def e(x) {\n    print("error[E0402]: 1 // 0: an int cannot be divided by zero")\n    return None\n}'}, [3, 1, 0.5, 0]),
    ({"q4": "def e(x) { return 2 // x }"}, [3, 1, 0.5, 0]),
])
def test_points(cnnbook, tmp_path, write, answers, earned):
    given = {"q1": "x = 1\ny = 2", "q2": "z = 1", "q3": "p = 3.14159", "q4": "def e(x) { return 1 // x }"} | answers
    submission = write("ada.cnnbook", "".join(f"# %% id={name}\n{code}\n" for name, code in given.items()))
    result = cnnbook("grade", write("a.cnnbook", ASSIGNMENT), submission, "-o", tmp_path / "out", "--quiet")
    assert result.code == 0, result.err
    [one] = json.loads((tmp_path / "out" / "grades.json").read_text())["students"]
    assert [question["earned"] for question in one["questions"]] == earned
    assert (one["score"], one["possible"]) == (sum(earned), 5.75)
    assert result.out.startswith(f"ada: {sum(earned):g} of 5.75\n")


@pytest.mark.parametrize("name, cell", [
    ("=1+1", "'=1+1"), ("a;=1+1", "a;'=1+1"), ("＝1+1", "'＝1+1"), ("a;b", "a;b"), ("a-b+c", "a-b+c"), ("x\ny", "x\ny"), ("x\n-y", "x\n'-y"),
    ('a"b', 'a"b'), ("a,=b", "a,=b")])
def test_no_spreadsheet_reckons_a_name(cnnbook, tmp_path, write, name, cell):
    folder = tmp_path / "class"
    (folder / f"{name}_501_assignsubmission_file").mkdir(parents=True)
    (folder / "Ada_502_assignsubmission_file").mkdir()
    for one in folder.iterdir():
        shutil.copy(write("b.cnnbook", "# %% id=q1\n"), one / "b.cnnbook")
    result = cnnbook("grade", write("a.cnnbook", ASSIGNMENT), folder, "-o", tmp_path / "out", "--report", "csv", "--report", "canvas",
                     "--report", "moodle", "--quiet")
    assert result.code == 0, result.err
    for report, column in (("grades", "name"), ("canvas", "Student"), ("moodle", "Full name")):
        text = (tmp_path / "out" / f"{report}.csv").read_bytes().decode()
        assert cell in [row[column] for row in csv.DictReader(io.StringIO(text, newline=""))]


ERRORS = """\
# ---
# work: 2e7
# memory: 64M
# ---

# %% solution id=q1 points=1
# Write f(x), which gives an error for what is negative.
def f(x) {
    if x < 0 { error("negative") }
    return x
}

# %% check for=q1
expect error { f(-1) }
"""


@pytest.mark.parametrize("answer, word", [
    ('def f(x) { error("no") }', ""), ("def f(x) { return [1][x - 1] }", ""), ("def f(x) { return x }", "but the block ran without one"),
    ("x = 1", "but this is E0201: there is no 'f'"), ("f = 3", "but this is E0205: an int cannot be called"),
    ("def f(x) { return g(x) }", "but this is E0201: there is no 'g'"), ("def f(x) { return f(x) }", "but this is E0602"),
    ("def f(x) { return zeros(100000000) }", "but this is E0601"), ("def f(x) { while True { } }", "error[E0603]"),
    ("1 // 0\nf = 1\n#> error", "but this is E0208: 'f' has no value yet")])
def test_an_error_that_a_check_expects(cnnbook, tmp_path, write, answer, word):
    """None by accident, as where nothing was handed in."""
    assignment = write("a.cnnbook", ERRORS)
    submission = write("ada.cnnbook", f"# %% id=q1\n{answer}\n")
    result = cnnbook("grade", assignment, submission, "-o", tmp_path / "out", "--report", "json")
    assert result.code == 0, result.err
    [one] = json.loads((tmp_path / "out" / "grades.json").read_text())["students"]
    [check] = one["questions"][0]["checks"]
    assert (check["verdict"] == "passed") == (one["score"] == 1) == (word == ""), check
    assert word in check["text"]


def test_a_copy_without_an_answer_is_released(cnnbook, tmp_path, write):
    result = cnnbook("release", write("a.cnnbook", ERRORS), "-o", tmp_path / "copy.cnnbook")
    assert (result.code, result.err.split(": ")[-1]) == (0, "the answers get 1 of 1 point, the copy gets 0\n"), result.err
    named = ERRORS.replace("expect error {", "expect error E0201 {").replace('error("negative")', "nothing")
    result = cnnbook("release", write("b.cnnbook", named), "-o", tmp_path / "other.cnnbook")
    assert result.code == 1 and "the copy, without an answer, passes 'check 1' of q1" in result.err


def test_a_check_at_home_says_the_same(cnnbook, write):
    result = cnnbook("test", write("a.cnnbook", ERRORS.replace("x < 0", "y < 0")))
    assert (result.code, result.err, result.out) == (1, "", (
        "error[E0702]: expected an error of a program that is there, and ends, but this is E0201: there is no 'y'\n"
        "  --> a.cnnbook:9:8 (cell q1)\n   |\n 9 |     if y < 0 { error(\"negative\") }\n   |        ^\n"
        "a.cnnbook: 1 of 1 check failed\n"))
    # Elsewhere any error is one.
    assert cnnbook("test", write("b.cnnbook", "expect error { nothing }\n")).code == 0
