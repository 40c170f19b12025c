"""Assignments through the binary: unsound ones, releases, words for what is wrong, rules, variants."""
import shutil
import time
import urllib.parse

import html5lib
import pytest

from conftest import ROOT
from submissions import ASSIGNMENT, COURSE, hidden_lines, HOSTILE, REPORTS, scores, students


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
