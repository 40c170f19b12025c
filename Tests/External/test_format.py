"""`cnnbook fmt`: files, streams and exit codes. The rules are in docs/formatting.md."""
import os
import resource
import shutil
import subprocess

import pytest

from conftest import ROOT

# Conformance notebooks show how code may be written, which is not always as it is laid out; samples are what students
# hand in, which does not always parse.
LAID_OUT = [path for folder in ("notebooks", "stdlib", "Benchmarks") for path in sorted((ROOT / folder).rglob("*.cnnbook"))
            if "samples" not in path.parts]
CONFORMANCE = sorted((ROOT / "Tests" / "Conformance").rglob("*.cnnbook"))

NOTEBOOK = """# ---
# title:   a title
# ---

# %% [markdown]
#  Prose,   with two blanks at its end:\x20\x20
#x=1


#

# %%   id=a
x=[ 1,2 ]
x
#>   [1,   2]
if x==[1,2]{print( 'yes' )}
#> yes
# %% id=b
x = = 1
#> error[E0101]: ...
y=3;
y;
#>
"""

FORMATTED = NOTEBOOK.replace("x=[ 1,2 ]", "x = [1, 2]").replace(
    "if x==[1,2]{print( 'yes' )}", "if x == [1, 2] { print('yes') }").replace("y=3;", "y = 3")


def test_the_notebooks_of_the_repository_are_laid_out(cnnbook):
    assert len(LAID_OUT) >= 7
    result = cnnbook("fmt", "--check", *LAID_OUT)
    assert (result.out, result.err, result.code) == ("", "", 0)


# MARK: files


def test_a_file_is_written_anew(cnnbook, write):
    file = write("lab.cnnbook", NOTEBOOK)
    file.chmod(0o640)
    result = cnnbook("fmt", file)
    assert (result.out, result.err, result.code) == ("", f"formatted {file}\n", 0)
    assert file.read_text() == FORMATTED
    assert file.stat().st_mode & 0o777 == 0o640
    assert cnnbook("test", file).code == 0


def test_what_is_laid_out_is_not_written(cnnbook, write):
    file = write("lab.cnnbook", FORMATTED)
    before = file.stat()
    result = cnnbook("fmt", file)
    assert (result.out, result.err, result.code) == ("", "", 0)
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_quiet_tells_nothing(cnnbook, write):
    file = write("lab.cnnbook", NOTEBOOK)
    result = cnnbook("fmt", "--quiet", file)
    assert (result.out, result.err, result.code) == ("", "", 0)
    assert file.read_text() == FORMATTED


def test_a_link_stays_one(cnnbook, write, tmp_path):
    file = write("lab.cnnbook", "x=1\n")
    link = tmp_path / "link.cnnbook"
    link.symlink_to(file)
    assert cnnbook("fmt", link).code == 0
    assert link.is_symlink() and file.read_text() == "x = 1\n"


def test_a_module(cnnbook, write):
    file = write("helpers.cnnbook", "# Helps.\ndef twice(x){return 2*x}")
    assert cnnbook("fmt", file).code == 0
    assert file.read_text() == "# Helps.\ndef twice(x) { return 2 * x }\n"
    main = write("main.cnnbook", 'import "helpers.cnnbook" as h\nh.twice(4)\n')
    assert cnnbook("run", main).out == "8\n"


def test_check(cnnbook, write):
    first, second, third = write("a.cnnbook", "x=1\n"), write("b.cnnbook", "x = 1\n"), write("c.cnnbook", "1+1\n")
    result = cnnbook("fmt", "--check", first, second, third)
    assert (result.out, result.err, result.code) == (f"{first}\n{third}\n", "", 1)
    assert (first.read_text(), third.read_text()) == ("x=1\n", "1+1\n")
    assert cnnbook("fmt", first, third).code == 0
    result = cnnbook("fmt", "--check", first, second, third)
    assert (result.out, result.err, result.code) == ("", "", 0)


def test_a_syntax_error(cnnbook, write):
    bad = write("bad.cnnbook", "# %% id=q\nx=1\ny = = 2\n# %%\nz=[\n")
    good = write("good.cnnbook", "x=1\n")
    for arguments in (["fmt"], ["fmt", "--check"]):
        result = cnnbook(*arguments, bad)
        assert result.err.count("error[E01") == 2
        assert "--> bad.cnnbook:3:5 (cell q)" in result.err
        assert (result.out, result.code) == ("", 1)
    assert cnnbook("fmt", bad, good).code == 1
    assert bad.read_text() == "# %% id=q\nx=1\ny = = 2\n# %%\nz=[\n"
    assert good.read_text() == "x = 1\n"


def test_another_error_than_the_expected_one(cnnbook, write):
    file = write("bad.cnnbook", "x = = 2\n#> error[E0402]: ...\ny=1\n")
    assert cnnbook("fmt", file).code == 1
    assert file.read_text() == "x = = 2\n#> error[E0402]: ...\ny=1\n"


def test_expected_output_within_a_statement(cnnbook, write):
    file = write("bad.cnnbook", "f(1,\n#> 3\n2)\n")
    result = cnnbook("fmt", file)
    assert result.err.startswith("error[E0507]: expected output stands within a statement")
    assert result.code == 1


def test_no_notebook(cnnbook, write, tmp_path):
    for file in (write("a.cnnbook", "# %% nonsense\nx=1\n"), write("b.cnnbook", b"x=\xff\n"), tmp_path / "none.cnnbook"):
        result = cnnbook("fmt", file)
        assert result.err.startswith("error[E")
        assert (result.out, result.code) == ("", 3)


def test_a_comment_that_would_become_a_header(cnnbook):
    """The `;` that keeps it from being one would go."""
    result = cnnbook("fmt", "-", stdin=";\n# ---\nx=1\n")
    assert (result.out, result.code) == ("", 5)
    assert "cannot be laid out" in result.err


@pytest.mark.parametrize("arguments", [["fmt"], ["fmt", "--nonsense", "a"]])
def test_usage(cnnbook, arguments):
    result = cnnbook(*arguments)
    assert (result.out, result.code) == ("", 2)


def test_a_file_that_cannot_be_written(cnnbook, write):
    file = write("lab.cnnbook", "x=1\n" * 1000)

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))

    result = subprocess.run(
        [cnnbook.path, "fmt", str(file)], capture_output=True, env=cnnbook.environment(), preexec_fn=limit)
    assert result.stderr.startswith(b"error[E0505]") and result.returncode == 1
    assert file.read_text() == "x=1\n" * 1000
    assert [name for name in os.listdir(file.parent) if name.endswith(".tmp")] == []


# MARK: streams


def test_standard_input(cnnbook):
    result = cnnbook("fmt", "-", stdin=NOTEBOOK)
    assert (result.out, result.err, result.code) == (FORMATTED, "", 0)
    result = cnnbook("fmt", "-", stdin=FORMATTED)
    assert (result.out, result.err, result.code) == (FORMATTED, "", 0)


def test_standard_input_with_an_error(cnnbook):
    result = cnnbook("fmt", "-", stdin="x = = 1\n")
    assert (result.out, result.code) == ("", 1)
    assert "--> <standard input>:1:5" in result.err


def test_standard_input_checked(cnnbook):
    result = cnnbook("fmt", "--check", "-", stdin="x=1\n")
    assert (result.out, result.err, result.code) == ("<standard input>\n", "", 1)
    result = cnnbook("fmt", "--check", "-", stdin="x = 1\n")
    assert (result.out, result.err, result.code) == ("", "", 0)


def test_an_output_that_takes_no_more(cnnbook):
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    with open("/dev/full", "wb") as full:
        result = subprocess.run(
            [cnnbook.path, "fmt", "-"], input=b"x=1\n", stdout=full, stderr=subprocess.PIPE, env=cnnbook.environment())
    assert result.stderr.startswith(b"error[E0505]") and result.returncode == 1


# MARK: bytes


@pytest.mark.parametrize("before, after", [
    ("x=1", "x = 1\n"),
    ("x=1\n\n\n\n", "x = 1\n"),
    ("x=1\n#> 2", "x = 1\n#> 2"),
    ("x=1\n\n\n\n#> 2\n\n\n\n\ny=1\n", "x = 1\n\n\n#> 2\n\n\ny = 1\n"),
    ("x=1\r\nif x{\r\ny=2}\r\n#> a\r\n", "x = 1\r\nif x {\r\n    y = 2\r\n}\r\n#> a\r\n"),
    ("# a\r\n# %% [markdown]\n# b \r\n# %%\nx=1\n", "# a\r\n# %% [markdown]\n# b \r\n# %%\nx = 1\r\n"),
    ("\ufeffx=1\n", "\ufeffx = 1\n"),
    ("\ufeff#> 1\nx=1\n", "\ufeff#> 1\nx = 1\n"),
    ("\ufeff# ---\n# seed: 3\n# ---\nx=1\n", "\ufeff# ---\n# seed: 3\n# ---\nx = 1\n"),
    ("\ufeff", "\ufeff"),
    ("", ""),
    ("\n\n", ""),
    ("# %%\n\n\n\n\n# %%\n\n", "# %%\n\n\n# %%\n"),
    ("größe='日本'#  é\n", "größe = '日本'  #  é\n"),
    # A short `if` within brackets stays where its writer has it, however long the line is; a long one does not.
    (f"show(xs, labels=[if x>1 {{'a'}} else {{'b'}} for x in y], title='{'t' * 60}')\n",
     f"show(xs, labels=[if x > 1 {{ 'a' }} else {{ 'b' }} for x in y], title='{'t' * 60}')\n"),
    (f"y = f(if x {{ '{'a' * 60}' }} else {{ '{'b' * 30}' }})\n",
     f"y = f(if x {{\n    '{'a' * 60}'\n}} else {{\n    '{'b' * 30}'\n}})\n"),
    # At the beginning of a line these would be a cell and expected output.
    ("x=1\n  #> no output\n", "x = 1\n    #> no output\n"),
    ("x=1\n\t# %% no cell\n", "x = 1\n    # %% no cell\n"),
    ("x=1\n # ---\n", "x = 1\n# ---\n"),
    ("if x {\n #> no output\n}\n", "if x {\n    #> no output\n}\n"),
    ("s='''\n#> text\n   # %%\n'''\n", "s = '''\n#> text\n   # %%\n'''\n"),
])
def test_bytes(cnnbook, before, after):
    result = cnnbook("fmt", "-", stdin=before)
    assert (result.stdout.decode(), result.err, result.code) == (after, "", 0)
    assert cnnbook("fmt", "-", stdin=after).stdout.decode() == after


# MARK: what a `;` silences


@pytest.mark.parametrize("program", [
    "1;2\n", "1\n;2;\n", "x=[1,2];x;x\n", "if True{1;2}\n", "if True{\n1;\n2}\n", "def f(){1;return 2};f();f()\n",
    "y=" + "+".join(["1"] * 60) + ";y;2;y\n", "if True{" + "+".join(["1"] * 60) + ";2;3;}\n",
    "v,g=gradient(x){x;sum(x*x)};g\n", "model M{input 2;;dense 1;};M();1\n",
])
def test_the_same_output(cnnbook, write, program):
    program = "x=tensor([1,2])\n" + program
    before, after = write("a.cnnbook", program), write("b.cnnbook", program)
    assert cnnbook("fmt", after).code == 0
    assert after.read_text() != program
    assert cnnbook("run", after).out == cnnbook("run", before).out


def test_the_conformance_notebooks_can_be_laid_out(cnnbook, tmp_path):
    """With and without the blanks around their lines, to the same bytes."""
    copies = []
    for number, notebook in enumerate(CONFORMANCE):
        text = notebook.read_bytes().decode()
        # Strings over several lines, and syntax errors that are expected, stay as they are.
        if "'''" in text or '"""' in text or "\\\n" in text or "error[E01" in text:
            continue
        stripped = "\n".join(line if line.startswith("#") else line.strip(" \t") for line in text.split("\n"))
        whole, mangled = tmp_path / f"{number}-whole.cnnbook", tmp_path / f"{number}-mangled.cnnbook"
        whole.write_bytes(text.encode())
        mangled.write_bytes(stripped.encode())
        copies.append((whole, mangled))
    assert len(copies) > len(CONFORMANCE) // 2
    result = cnnbook("fmt", "--quiet", *[path for pair in copies for path in pair])
    assert (result.out, result.err, result.code) == ("", "", 0)
    for whole, mangled in copies:
        assert whole.read_bytes() == mangled.read_bytes()


def test_the_conformance_notebooks_pass_when_laid_out(cnnbook, tmp_path):
    folder = tmp_path / "Conformance"
    shutil.copytree(ROOT / "Tests" / "Conformance", folder)
    notebooks = [folder / path.relative_to(ROOT / "Tests" / "Conformance") for path in CONFORMANCE]
    changed = cnnbook("fmt", *notebooks)
    assert (changed.out, changed.code) == ("", 0)
    names = [line.removeprefix("formatted ") for line in changed.err.splitlines()]
    assert len(names) > 5
    result = cnnbook("test", *names)
    assert result.code == 0, result.out


def test_a_long_file_is_laid_out_at_once(cnnbook, tmp_path):
    file = tmp_path / "long.cnnbook"
    shutil.copy(ROOT / "stdlib" / "filters.cnnbook", file)
    file.write_text(file.read_text() + "def f(x){ return x+1 }\n" * 20_000)
    assert cnnbook("fmt", file, timeout=20).code == 0
