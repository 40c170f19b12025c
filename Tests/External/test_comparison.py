"""The comparison of `cnnbook test`: its rules against an independent statement of them, and what it says of a difference."""
import json
import random

import jsonschema
import numpy as np
import pytest

from test_run_options import RUN_SCHEMA, read_json, read_junit

PRELUDE = """\
# %% id=data
x = tensor([[1, 2, 3], [4, 5, 6.5]])
v = tensor([2, 4, 4, 4, 5, 5, 7, 9.5])
b = tensor([0.5, -1, 2])
img = tensor([[0, 128, 255], [7, 30, 200]])
p = tensor([[1, 2, 0, 3], [0, 1, 5, 2], [4, 1, 0, 2], [2, 2, 7, 1]])
w = tensor([[1, 0, -1], [2, 3, 0], [0, 1, 1]])
batch = 32
# %% id=q
"""


def report(cnnbook, write, shown, expected):
    lines = "".join(f"#> {line}\n" for line in expected.split("\n"))
    return cnnbook("test", write("lab.cnnbook", f"{PRELUDE}{shown}\n{lines}"))


def explanation(cnnbook, write, shown, expected):
    result = report(cnnbook, write, shown, expected)
    assert result.code == 1, result.out
    said = [line[4:] for line in result.out.split("\n") if line.startswith("  = ")]
    return said[0] if said else None


def rows(array):
    return str(np.asarray(array).tolist())


P = np.array([[1, 2, 0, 3], [0, 1, 5, 2], [4, 1, 0, 2], [2, 2, 7, 1]], float)
W = np.array([[1, 0, -1], [2, 3, 0], [0, 1, 1]], float)
V = np.array([2, 4, 4, 4, 5, 5, 7, 9.5])


def correlate(picture, kernel):
    height, width = (picture.shape[i] - kernel.shape[i] + 1 for i in range(2))
    return np.array([[(picture[i:i + 3, j:j + 3] * kernel).sum() for j in range(width)] for i in range(height)])


@pytest.mark.parametrize("shown, expected, words", [
    ("[[1, 2, 3], [4, 5, 6.5]]", "[[1.0, 4.0], [2.0, 5.0], [3.0, 6.5]]", "this is the expected array, transposed"),
    ("x", "tensor 3x2 float32\n[[1, 4],\n [2, 5],\n [3, 6.5]]", "this is the expected array, transposed"),
    ("[[1, 2], [3, 4]]", "[[4, 3], [2, 1]]", "turned by 180 degrees: a kernel that is flipped"),
    ("[2, 3, 5]", "[5, 3, 2]", "the expected numbers in reverse order"),
    ("mean(v)", f"{V.sum()}", "this is the mean of v; expected is its sum"),
    ("sum(v)", f"{V.mean()}", "this is the sum of v; expected is its mean"),
    ("std(v)", f"{V.std(ddof=1):.6f}", "this is the standard deviation with ddof=0 of v"),
    ("mean(v * v) - mean(v) * mean(v)", f"{V.var(ddof=1):.4f}", "this is the variance with ddof=0 of v"),
    ("[1.5, 2, 3]", "[2.0, 1.0, 5.0]", "the bias b is not added"),
    ("[2.5, 0, 7]", "[2.0, 1.0, 5.0]", "b is added once too often"),
    ("[0.1, 0.25]", "[3.2, 8.0]", "too small by a factor of 32, which is batch: a mean where a sum is expected"),
    ("[3.2, 8.0]", "[0.1, 0.25]", "too large by a factor of 32, which is batch: a sum where a mean is expected"),
    ("[51.0, 102.0]", "[0.2, 0.4]", "255 times too large: img is not divided by 255"),
    ("[1.5, -2.0]", "[-1.5, 2.0]", "the sign is the opposite"),
    (rows(correlate(P, W[::-1, ::-1])), rows(correlate(P, W)), "this is the result for the kernel w flipped, on p"),
    (rows(correlate(P, W)), rows(correlate(P, W[::-1, ::-1])), "a convolution of p flips its kernel w"),
])
def test_what_it_looks_like(cnnbook, write, shown, expected, words):
    assert words in (explanation(cnnbook, write, shown, expected) or "nothing")


@pytest.mark.parametrize("shown, expected", [
    # One number is off from what would explain the others.
    ("[[1, 2, 3], [4, 5, 7]]", "[[1.0, 4.0], [2.0, 5.0], [3.0, 6.5]]"), ("[[1, 2], [3, 4]]", "[[4, 3], [2, 1.5]]"),
    ("mean(v)", "40.9"), ("[1.5, 2, 3]", "[2.0, 1.0, 5.1]"), ("[0.1, 0.25]", "[3.2, 8.1]"), ("[51.0, 102.0]", "[0.2, 0.5]"),
    # A factor that nothing in the session has; words that differ as well; no numbers at all.
    ("[0.1, 0.25]", "[3.3, 8.25]"), ("print('loss', 5.0625)", "cost 40.5"), ("print('a')", "b"),
    ("[[1, 2], [3]]", "[[3], [2, 1]]"), ("print('[[1, 2]')", "[[2, 1]"), ("[]", "[1]"), ("print('nan 1')", "nan 2"),
])
def test_what_does_not_explain_is_not_said(cnnbook, write, shown, expected):
    assert explanation(cnnbook, write, shown, expected) is None


def test_an_explanation_is_in_every_report(cnnbook, write, tmp_path):
    file = write("lab.cnnbook", PRELUDE + "mean(v)\n#> 40.5\n")
    result = cnnbook("test", file, "--json", tmp_path / "r.json", "--junit", tmp_path / "r.xml", "--html",
                     tmp_path / "r.html")
    assert result.code == 1
    said = "this is the mean of v; expected is its sum"
    cell = read_json(tmp_path / "r.json")["notebooks"][0]["cells"][1]
    assert cell["status"] == "differs"
    assert cell["differences"] == [{"line": 11, "expected": ["40.5"], "actual": ["5.0625"], "explanation": said}]
    [suite] = read_junit(tmp_path / "r.xml")
    assert suite.failures == 1
    assert said in (tmp_path / "r.xml").read_text()
    assert said in (tmp_path / "r.html").read_text()


def allowed(expected, actual, tolerance, relative):
    """NOTEBOOK's rule for two numbers, stated anew."""
    if "." not in expected and "." not in actual:
        return int(expected) == int(actual)
    if tolerance is not None or relative is not None:
        return abs(float(actual) - float(expected)) <= (tolerance or 0) + (relative or 0) * abs(float(expected))
    if "." not in expected:
        return expected == actual
    return abs(float(actual) - float(expected)) <= 0.5 * 10.0 ** -len(expected.split(".")[1])


def test_numbers_by_the_rule(cnnbook, write):
    choices = random.Random(11)
    cells, wanted = [], []
    for number in range(400):
        digits = choices.randrange(0, 5)
        expected = f"{choices.uniform(-50, 50):.{digits}f}"
        # An odd number of thousandths of a unit: never on the edge.
        off = (2 * choices.randrange(-700, 700) + 1) / 1000 * 10.0 ** -digits * 0.9993
        actual = f"{float(expected) + off:.{digits + 4}f}" if choices.random() < 0.9 else str(round(float(expected)))
        tolerance = choices.choice([None, None, 0.0303, 1.707])
        relative = choices.choice([None, None, 0.0101])
        options = (f" tol={tolerance}" if tolerance is not None else "") + (f" rtol={relative}" if relative else "")
        cells.append(f"# %% id=c{number}{options}\nprint('{actual}')\n#> {expected}\n")
        wanted.append(allowed(expected, actual, tolerance, relative))
    file = write("numbers.cnnbook", "".join(cells))
    result = cnnbook("test", file)
    failed = {line.split("(cell c")[1].split(")")[0] for line in result.out.split("\n") if "(cell c" in line}
    got = [str(number) not in failed for number in range(400)]
    assert 50 < sum(wanted) < 350
    differences = [(cells[i], wanted[i]) for i in range(400) if wanted[i] != got[i]]
    assert differences == []


def test_update_changes_only_lines_of_blocks_that_differ(cnnbook, write):
    blocks = [("1", "1"), ("0.5", "0.52"), ("'a'", "b"), ("[1, 2]", "[1, ...]"), ("3", "<int>"), ("4", "5")]
    text = "".join(f"# %% id=c{i}\n{code}\n#>   {shown}\n\n# about   {i}\n" for i, (code, shown) in enumerate(blocks))
    file = write("u.cnnbook", text)
    assert cnnbook("test", "--update", file).code == 0
    expected = (text.replace("#>   1\n", "#> 1\n").replace("#>   0.52", "#> 0.5").replace("#>   b", "#> 'a'")
                .replace("#>   5", "#> 4"))
    assert file.read_text() == expected


@pytest.mark.parametrize("options, code, before, after", [
    # Other decimals or blanks than are shown now: of an older format.
    ("", "0.33333", "0.33", "0.33333"), ("", "0.5", "0.50", "0.5"), ("", "print('a  b')", "a b", "a  b"),
    ("", "print('a b')", "a  b", "a b"), ("", "print(1, 0.25)", "1 0.3", "1 0.25"),
    # As the author wants it.
    ("", "0.33333", "<num>", "<num>"), ("", "print('a  b')", "a ...", "a ..."), ("tol=0.01", "0.333", "0.33", "0.33"),
    ("rtol=0.1", "print('loss', 0.52)", "loss 0.5", "loss 0.5"),
    # A tolerance is for numbers: blanks are written.
    ("tol=0.01", "print('loss  0.52')", "loss 0.52", "loss  0.52"),
])
def test_update_writes_what_is_shown(cnnbook, write, options, code, before, after):
    file = write("u.cnnbook", f"# %% {options}\n{code}\n#> {before}\n".replace(" \n", "\n", 1))
    assert cnnbook("test", file).code == 0, "as expected in any case"
    result = cnnbook("test", "--update", file)
    told = "0 blocks as expected, 1 block updated" if before != after else "1 block as expected"
    assert (result.code, result.out) == (0, f"u.cnnbook: {told}\n")
    assert file.read_text().endswith(f"{code}\n#> {after}\n")
    assert cnnbook("test", "--update", file).out == "u.cnnbook: 1 block as expected\n"


def test_cell_options(cnnbook, write):
    text = ("# %% id=slow timeout=0.2\nwhile True { }\n#> 1\n# %% id=no skip\n1 // 0\n#> 3\n"
            "# %% id=close rtol=1e-2 tol=0.1\n10.05\n#> 10\n# %% id=exact strict\nprint('a  b')\n#> a  b\n")
    result = cnnbook("test", write("o.cnnbook", text))
    assert result.code == 4
    assert "took longer than its 0.2 s" in result.out
    assert result.out.endswith("o.cnnbook: 2 blocks as expected, 2 blocks not compared, 1 cell failed\n")


@pytest.mark.parametrize("expected, actual", [
    ("...", "x" * 100000), ("... ... ...", "y " * 5000), ("a...b...c" * 50, "abc" * 50), ("[" * 3000, "]" * 3000),
    ("9" * 400, "1e400"), ("<int><num>...", "1"), ("\u0301\u0301", "\u0301"), ("1e-999", "0"), ("-0.0", "0.0"),
])
def test_hostile_lines(cnnbook, write, expected, actual):
    cell = f"print({json.dumps(actual, ensure_ascii=False)})\n#> {expected}\n"
    result = cnnbook("test", write("h.cnnbook", cell), timeout=20)
    assert result.code in (0, 1)
    assert result.err == ""


def test_many_lines_that_all_differ(cnnbook, write):
    cell = "for i in range(900) { print(i, 'a') }\n" + "".join(f"#> {i} b\n" for i in range(900))
    result = cnnbook("test", write("m.cnnbook", cell), timeout=20)
    assert result.code == 1
    assert len(result.out.split("\n")) < 100


def test_the_schema_refuses(cnnbook, write, tmp_path):
    """The schema itself is none that takes anything."""
    cnnbook("run", write("a.cnnbook", "1\n"), "--json", tmp_path / "r.json")
    report = read_json(tmp_path / "r.json")
    report["notebooks"][0]["cells"][0]["status"] = "fine"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, RUN_SCHEMA)
