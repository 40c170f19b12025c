"""The students' copy keeps what a given cell is meant to end with, and tells no answer by it."""
import re

import pytest

# Given cells that end with an error: one before the questions, one behind them that has nothing to do with an answer,
# and others whose words would tell an answer, or might.
LAB = """\
# ---
# title: Errors
# ---

# %% id=shown
1 // 0
#> error[E0402]: 1 // 0: an int cannot be divided by zero

# %% id=goes_on
x = 3
x
#> 3
x[0]
#> error[E0202]: a number has no elements
y = 2 * x
y
#> 6

# %% id=loose tol=1e9
[1][7250]
#> error[E0403]: ...

# %% solution id=q1 points=1
# Set a.
a = 61706
print("the answer is", a)
#> the answer is 61706
a // 0
#> error[E0402]: 61706 // 0: an int cannot be divided by zero

# %% check for=q1 points=1
expect a == 61706
a // 0
#> error[E0402]: 61706 // 0: an int cannot be divided by zero

# %% check for=q1 points=0 hidden
secret = 8128
expect a + secret == 69834
secret // 0
#> error[E0402]: 8128 // 0: an int cannot be divided by zero

# %% id=tells
a // 0
#> error[E0402]: 61706 // 0: an int cannot be divided by zero

# %% id=tells_too
print("half of it is", a // 2)
1 // 0
#> error[E0402]: 1 // 0: an int cannot be divided by zero
#> half of it is 30853

# %% solution id=q2 points=1 needs=q1
# Set b to a + 1.
b = a + 1

# %% check for=q2 points=1
expect b == 61707

# %% id=carried
b // 0
#> error[E0402]: 61707 // 0: an int cannot be divided by zero

# %% id=far tol=1e9
rescale(5.5)
#> error[E0404]: rescale takes from 0 to below 1, not 61708.5

# %% id=never skip
1 // 0
#> error[E0402]: 61709 // 0: an int cannot be divided by zero

# %% id=plain
print(2 + 2)
#> 4

# %% id=late
y // 0
#> error[E0402]: 6 // 0: an int cannot be divided by zero
"""
STAYS = {"shown", "goes_on", "loose", "late"}
GOES = {"tells", "tells_too", "carried", "far", "never", "plain"}


def cells(text):
    return {id: body for id, body in re.findall(r"(?ms)^# %%[^\n]*?id=(\w+)[^\n]*\n(.*?)(?=^# %%|\Z)", text)}


@pytest.fixture
def released(cnnbook, tmp_path, write):
    result = cnnbook("release", write("lab.cnnbook", LAB), "-o", tmp_path / "copy.cnnbook")
    assert result.code == 0, result.err
    return result, tmp_path / "copy.cnnbook"


def test_errors_of_given_cells_stay_where_the_copy_shows_them(released):
    result, copy = released
    source, kept = cells(LAB), cells(copy.read_text())
    assert {id for id, body in kept.items() if "#>" in body} == STAYS
    for id in STAYS:
        assert kept[id].rstrip() == source[id].rstrip()
    told = [line for line in result.err.splitlines() if "left out" in line]
    assert told == [
        f"{copy}: the #> lines of cell {id} are left out: before anything is answered, it does not end with the error that they say"
        for id in ("tells", "tells_too", "carried", "far")]


def test_no_line_of_an_answer_is_in_the_copy(released):
    _, copy = released
    text = copy.read_text()
    answers = re.findall(r"(?ms)^# %% (?:solution|check)[^\n]*\n(.*?)(?=^# %%|\Z)", LAB)
    shown = [line[3:] for body in answers for line in body.splitlines() if line.startswith("#> ")]
    assert len(shown) == 4
    for line in shown + ["a = 61706", "b = a + 1", *hidden_lines_of(LAB)]:
        assert line not in text
    for number in ("30853", "61708", "61709", "8128"):
        assert number not in text
    # What the check that students see says, and nothing else.
    assert re.findall(r".*6170[67].*", text) == ["expect a == 61706", "expect b == 61707"]


def hidden_lines_of(text):
    hidden = re.search(r"(?ms)^# %% check[^\n]*hidden\n(.*?)(?=^# %%)", text).group(1)
    return [line for line in hidden.splitlines() if line and not line.startswith("#>")]


def test_a_copy_with_right_answers_has_what_is_right(cnnbook, released):
    """No cell is told to have failed that is meant to end so; those whose lines went out are."""
    _, copy = released
    copy.write_text(copy.read_text().replace("# Set a.\n", "# Set a.\na = 61706\n")
                    .replace("# Set b to a + 1.\n", "# Set b to a + 1.\nb = a + 1\n"))
    result = cnnbook("test", copy)
    # Of the blocks one is of `late`, three are of `goes_on`.
    assert result.out.endswith("copy.cnnbook: 6 blocks as expected, 1 of 2 checks failed, 4 cells failed\n"), result.out


def test_before_anything_is_answered_the_checks_are_what_is_left(cnnbook, tmp_path, write):
    """The summary tells what there is to do apart from what should not fail."""
    lab = "".join(part for part in re.split(r"(?m)^(?=# %%)", LAB)
                  if re.search(r"id=(shown|goes_on|q1|q2|late)\b|for=q[12] points=1", part))
    assert cnnbook("release", write("a.cnnbook", "# ---\n# title: T\n# ---\n" + lab), "-o", tmp_path / "copy.cnnbook").code == 0
    result = cnnbook("test", tmp_path / "copy.cnnbook")
    assert result.code == 1
    assert result.out.endswith("copy.cnnbook: 5 blocks as expected, 2 of 2 checks failed\n"), result.out


def test_a_copy_that_would_not_end_is_cut_by_the_assignments_limits(cnnbook, tmp_path, write):
    lab = ("# ---\n# work: 1e7\n# ---\n\n# %% solution id=q1 points=1\n# Set stop.\nstop = True\n\n# %% check for=q1\nexpect stop\n\n"
           "# %% id=loop\nwhile not stop { }\n1 // 0\n#> error[E0402]: 1 // 0: an int cannot be divided by zero\n\n"
           "# %% id=end\n2 // 0\n#> error[E0402]: 2 // 0: an int cannot be divided by zero\n")
    lab = lab.replace("# %% solution", "# %% id=before\nstop = False\n\n# %% solution")
    result = cnnbook("release", write("a.cnnbook", lab), "-o", tmp_path / "copy.cnnbook", timeout=60)
    assert result.code == 0, result.err
    assert [id for id, body in cells((tmp_path / "copy.cnnbook").read_text()).items() if "#>" in body] == ["end"]


def test_outputs_kept_from_jupyter_are_out(cnnbook, tmp_path, write):
    """As they stand in lines of data, pictures too; with the answer's own text, where it is kept there."""
    data = '#@ {"execution_count":3,"metadata":{"a":1},"outputs":[{"output_type":"stream","name":"stderr","text":"SECRET"}]}\n'
    text = (f"# %% id=given\n{data}import lecture\nx = 1\n\n# %% solution id=q1 points=1\n{data[:3]}{{\"source\":\"y = 2\"}}\n# Set y.\ny = 2\n\n"
            f"# %% solution id=q2 points=1\n{data}# Set z.\nz = 3\n\n# %% check for=q1\n{data}expect y == 2\n\n# %% check for=q2\nexpect z == 3\n")
    copy = tmp_path / "copy.cnnbook"
    result = cnnbook("release", write("a.cnnbook", text), "-o", copy)
    assert result.code == 0, result.err
    assert copy.read_text() == (
        '# %% id=given\n#@ {"metadata":{"a":1}}\nimport lecture\nx = 1\n\n# %% id=q1 points=1\n# Set y.\n\n# %% id=q2 points=1\n# Set z.\n\n'
        '# %% check for=q1\n#@ {"metadata":{"a":1}}\nexpect y == 2\n\n# %% check for=q2\nexpect z == 3\n')
