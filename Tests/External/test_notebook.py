"""`cnnbook test`: comparison, update, and that wrong output is never taken for right."""
import pytest

NOTEBOOK = """\
# ---
# title: A lab
# seed: 3
# ---

# %% [markdown]
# Some prose.

# %% id=numbers
1 / 3
#> 0.3333
[1, 2, 3]
#> [1, 2, 3]

# %% id=error
print("first")
1 // 0
#> error[E0402]: ...
#> first

# %% id=many lines
for i in range(5) { print("line", i) }
#> line 0
#> ...
#> line 4
""".replace("id=many lines", "id=lines")
# As it is shown, with all decimals.
SHOWN = NOTEBOOK.replace("#> 0.3333", "#> 0.3333333333333333")


def test_as_expected(cnnbook, write):
    result = cnnbook("test", write("lab.cnnbook", NOTEBOOK))
    assert (result.err, result.code) == ("", 0)
    assert result.out == "lab.cnnbook: 4 blocks as expected\n"


@pytest.mark.parametrize("old, new", [
    ("#> 0.3333", "#> 0.3334"), ("#> 0.3333", "#> 0.333333334"), ("#> [1, 2, 3]", "#> [1, 2, 4]"),
    ("#> [1, 2, 3]", "#> [1, 2]"), ("#> first", "#> second"), ("#> line 4", "#> line 5"), ("#> line 0", "#> lime 0"),
    ("#> error[E0402]: ...", "#> error[E0301]: ..."), ("#> error[E0402]: ...\n", ""), ("#> first\n", ""),
    ("#> line 4\n", "#> line 4\n#> line 5\n"), ("#> line 0\n", "#> line -1\n#> line 0\n"), ("#> [1, 2, 3]", "#>"),
])
def test_wrong_output_fails(cnnbook, write, old, new):
    assert old in NOTEBOOK
    result = cnnbook("test", write("lab.cnnbook", NOTEBOOK.replace(old, new)))
    assert result.code == 1
    assert result.out != ""


def test_an_error_that_stays_away(cnnbook, write):
    result = cnnbook("test", write("lab.cnnbook", "1 + 1\n#> error[E0402]: ...\n"))
    assert result.code == 1
    updated = cnnbook("test", "--update", write("lab.cnnbook", "1 + 1\n#> error[E0402]: ...\n"))
    assert updated.code == 1, "what should fail is not written anew"


def test_an_error_that_is_printed_is_none(cnnbook, write):
    line = "error[E0402]: 1 // 0: an int cannot be divided by zero"
    result = cnnbook("test", write("a.cnnbook", f'print("{line}")\n#> {line}\n'))
    assert (result.code, result.out) == (1, (
        f"a.cnnbook:2 (cell 1): the output differs\n  - {line}\n  = that was printed, and no error ended the cell here\n"
        "a.cnnbook: 0 blocks as expected, 1 block differs\n"))
    assert cnnbook("test", write("b.cnnbook", f"1 // 0\n#> {line}\n")).code == 0


def test_an_unexpected_error(cnnbook, write):
    source = "1 // 0\n#> 5\n"
    file = write("lab.cnnbook", source)
    for arguments in (["test"], ["test", "--update"]):
        result = cnnbook(*arguments, file)
        assert result.code == 1
        assert "error[E0402]" in result.out
        assert file.read_text() == source


def test_a_difference_is_shown(cnnbook, write):
    result = cnnbook("test", write("lab.cnnbook", "# %% id=q\n0.25\n#> 0.50\n"))
    assert result.out == (
        "lab.cnnbook:3 (cell q): the output differs\n"
        "  - 0.50\n"
        "  + 0.25\n"
        "    ^^^^\n"
        "    0.25 for 0.50: off by 0.25 (50%); 0.005 is allowed\n"
        "lab.cnnbook: 0 blocks as expected, 1 block differs\n")


@pytest.mark.parametrize("options, source, passes", [
    ("tol=0.1", "0.55\n#> 0.5", True), ("tol=0.01", "0.55\n#> 0.5", False), ("rtol=0.2", "0.55\n#> 0.5", True),
    ("tol=5", "3\n#> 4", False), ("", "print('a  b')\n#> a b", True), ("strict", "print('a  b')\n#> a b", False),
    ("", "print(17)\n#> <int>", True), ("", "print(1.5)\n#> <int>", False), ("", "print(1.5)\n#> <num>", True),
    ("", "zeros(2x3).shape\n#> [2, 3]", True), ("", "print('5x5')\n#> 5x6", False), ("skip", "1 // 0", True),
])
def test_options(cnnbook, write, options, source, passes):
    result = cnnbook("test", write("lab.cnnbook", f"# %% {options}\n{source}\n"))
    assert result.code == (0 if passes else 1), result.out


def test_update(cnnbook, write):
    wrong = NOTEBOOK.replace("#> [1, 2, 3]", "#> [0]").replace("#> line 4", "#> line 9")
    file = write("lab.cnnbook", wrong)
    result = cnnbook("test", "--update", file)
    assert result.code == 0
    assert result.out == "lab.cnnbook: 1 block as expected, 3 blocks updated\n"
    lines = "".join(f"#> line {i}\n" for i in range(5))
    assert file.read_text() == SHOWN.replace("#> line 0\n#> ...\n#> line 4\n", lines)
    again = cnnbook("test", "--update", file)
    assert again.out == "lab.cnnbook: 4 blocks as expected\n"


def test_update_leaves_what_is_as_expected(cnnbook, write):
    file = write("lab.cnnbook", SHOWN)
    before = file.stat()
    assert cnnbook("test", "--update", file).code == 0
    assert file.read_text() == SHOWN
    assert file.stat().st_ino == before.st_ino, "the file is not even written"


def test_update_keeps_line_ends_and_the_rest(cnnbook, write):
    content = b"\xef\xbb\xbf# %% id=a\r\n1 + 1\r\n#> 3\r\n\r\n\t# odd   blanks  \r\nprint()\r\nprint('x')\r\n#>"
    file = write("lab.cnnbook", content)
    assert cnnbook("test", "--update", file).code == 0
    assert file.read_bytes() == content.replace(b"#> 3\r\n", b"#> 2\r\n")[:-2] + b"#>\r\n#> x"


def test_update_fills_an_empty_block(cnnbook, write):
    file = write("lab.cnnbook", "for i in range(2) { print(i) }\n#>\n")
    assert cnnbook("test", "--update", file).code == 0
    assert file.read_text() == "for i in range(2) { print(i) }\n#> 0\n#> 1\n"
    assert cnnbook("test", file).code == 0


def test_a_block_within_a_statement(cnnbook, write):
    result = cnnbook("test", write("lab.cnnbook", "for i in range(2) {\n    print(i)\n#> 0\n}\n"))
    assert result.code == 1
    assert "error[E0507]: expected output stands within a statement" in result.out


def test_several_notebooks(cnnbook, write):
    good, bad = write("good.cnnbook", "1\n#> 1\n"), write("bad.cnnbook", "1\n#> 2\n")
    result = cnnbook("test", good, bad, good)
    assert result.code == 1
    assert result.out.count("good.cnnbook: 1 block as expected\n") == 2
    missing = cnnbook("test", good, "none.cnnbook")
    assert missing.code == 3


def test_all_expected_errors_of_a_notebook_run(cnnbook, write):
    file = write("lab.cnnbook", NOTEBOOK)
    result = cnnbook("run", file)
    assert (result.code, result.err) == (0, "")


def test_checks_are_counted(cnnbook, write):
    cells = "# %% id=a\nx = 1\n{}\n# %% check for=a name=\"one\"\nexpect x == 1\n\n# %% check for=a\nexpect x == {}\n"
    result = cnnbook("test", write("c.cnnbook", cells.format("", 1)))
    assert (result.code, result.out) == (0, "c.cnnbook: 2 checks passed\n")
    result = cnnbook("test", write("c.cnnbook", cells.format("print(x)\n#> 1\n", 2)))
    assert result.code == 1 and result.out.endswith("\nc.cnnbook: 1 block as expected, 1 of 2 checks failed\n")


def test_update_without_blocks_says_how(cnnbook, write):
    result = cnnbook("test", "--update", write("c.cnnbook", "# %%\nprint(1)\n"))
    assert result.code == 0 and "cnnbook run --save" in result.out
