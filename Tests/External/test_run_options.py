"""`cnnbook run`: reports, saved output, parameters from a file, several files at once, the cell to stop at, watching."""
import json
import os
import random
import signal
import subprocess
import time

import jsonschema
import junitparser
import pytest
import xmlschema

from conftest import ROOT

RUN_SCHEMA = json.loads((ROOT / "docs/schemas/run.schema.json").read_text())
JUNIT_SCHEMA = xmlschema.XMLSchema(str(ROOT / "docs/schemas/junit.xsd"))

NOTEBOOK = """\
# ---
# title: A lab
# seed: 3
# ---

# %% [markdown]
# # Numbers

# %% parameters id=p
lr = 0.1

# %% id=q1 name="A tensor" points=2
x = tensor([[1, 2], [3, 4]])
x.shape

# %% id=q2
print("before")
1 // 0

# %% id=q3 skip
print("never")

# %% id=q4
1 // 0
#> error[E0402]: ...

# %% check for=q1
expect lr > 0
"""


def read_json(path):
    report = json.loads(path.read_text())
    jsonschema.validate(report, RUN_SCHEMA)
    return report


def read_junit(path):
    JUNIT_SCHEMA.validate(str(path))
    return junitparser.JUnitXml.fromfile(str(path))


# MARK: reports

def test_json(cnnbook, write, tmp_path):
    file = write("lab.cnnbook", NOTEBOOK)
    result = cnnbook("run", file, "--json", tmp_path / "r.json", "--param", "lr=0.5")
    assert result.code == 1
    [notebook] = read_json(tmp_path / "r.json")["notebooks"]
    assert (notebook["name"], notebook["title"], notebook["seed"]) == ("lab.cnnbook", "A lab", 3)
    assert (notebook["status"], notebook["exit"], notebook["parameters"]) == ("failed", 1, {"lr": "0.5"})
    cells = notebook["cells"]
    assert [cell["status"] for cell in cells] == ["prose", "passed", "passed", "failed", "skipped", "passed", "passed"]
    assert [cell.get("id") for cell in cells] == [None, "p", "q1", "q2", "q3", "q4", None]
    assert cells[1]["values"] == [{"name": "lr", "type": "float", "summary": "0.5"}]
    assert cells[2]["values"] == [{"name": "x", "type": "tensor", "summary": "tensor 2x2 float32"}]
    assert cells[2]["outputs"] == [{"type": "text", "text": "[2, 2]\n"}]
    text, error = cells[3]["outputs"]
    assert text == {"type": "text", "text": "before\n"}
    assert (error["code"], error["line"], error["column"], error["expected"]) == ("E0402", 18, 1, False)
    assert cells[5]["outputs"][0]["expected"] is True
    # The spans put the file together again.
    data = file.read_bytes()
    for cell in cells:
        source = cell["source"]
        assert data[source["start"]:source["end"]].decode() == source["text"]
        assert source["line"] == data[:source["start"]].count(b"\n") + 1
    assert "".join(cell["source"]["text"] for cell in cells) == NOTEBOOK[NOTEBOOK.index("# %% [markdown]"):]


def test_work_is_counted_for_each_cell(cnnbook, write, tmp_path):
    file = write("w.cnnbook", "# %%\nx = ones(64x64)\n# %%\ny = x @ x\n# %%\n1\n")
    counts = []
    for threads in ("1", "2"):
        assert cnnbook("--threads", threads, "run", file, "--json", tmp_path / "r.json").code == 0
        counts.append([cell["work"] for cell in read_json(tmp_path / "r.json")["notebooks"][0]["cells"]])
    assert counts[0] == counts[1]
    assert counts[0][1] == 64 ** 3
    assert 0 < counts[0][2] < 1000, "to show a number"


def test_junit(cnnbook, write, tmp_path):
    file = write("lab.cnnbook", NOTEBOOK)
    assert cnnbook("run", file, "--junit", tmp_path / "r.xml").code == 1
    [suite] = read_junit(tmp_path / "r.xml")
    assert (suite.name, suite.tests, suite.failures, suite.errors, suite.skipped) == ("lab.cnnbook", 6, 1, 0, 1)
    failed = [case for case in suite if not case.is_passed and not case.is_skipped]
    assert [case.name for case in failed] == ["cell q2: Numbers"]
    assert "error[E0402]" in failed[0].result[0].text
    assert failed[0].system_out == "before\n"


def test_a_limit_is_an_error_in_junit(cnnbook, write, tmp_path):
    file = write("t.cnnbook", "# %% timeout=0.2\nwhile True { }\n")
    assert cnnbook("run", file, "--junit", tmp_path / "r.xml", "--json", tmp_path / "r.json").code == 4
    [suite] = read_junit(tmp_path / "r.xml")
    assert (suite.failures, suite.errors) == (0, 1)
    assert read_json(tmp_path / "r.json")["notebooks"][0]["cells"][0]["status"] == "timed out"


@pytest.mark.parametrize("content", [
    b"# %% id=a\n# %% id=a\n", b"\x7fELF\0\0", b"<<<<<<< ours\n",
    "# %% name=\"<&>\\\" ]]>\"\nprint('<&>\"]]>\\x1b[31m\\x00\\ufffe')\n".encode(),
    "print('\U0001F600 \u2028')\nf(</script>)\n".encode(), b"", b"# %% [markdown]\n# </main><script>1</script>\n",
])
def test_reports_of_odd_files_are_valid(cnnbook, write, tmp_path, content):
    file = write("odd.cnnbook", content)
    cnnbook("run", file, "--json", tmp_path / "r.json", "--junit", tmp_path / "r.xml", "--html", tmp_path / "r.html")
    read_json(tmp_path / "r.json")
    read_junit(tmp_path / "r.xml")
    page = (tmp_path / "r.html").read_text()
    assert "<script" not in page and page.count("</main>") == 1


def test_a_file_that_is_not_there(cnnbook, write, tmp_path):
    good = write("good.cnnbook", "1\n")
    result = cnnbook("run", tmp_path / "none.cnnbook", good, "--json", tmp_path / "r.json")
    assert result.code == 3
    first, second = read_json(tmp_path / "r.json")["notebooks"]
    assert (first["status"], first["error"]["code"]) == ("unreadable", "E0501")
    assert second["status"] == "passed"


def test_a_report_that_cannot_be_written(cnnbook, write, tmp_path):
    file = write("a.cnnbook", "print(1)\n")
    result = cnnbook("run", file, "--json", tmp_path / "no" / "r.json")
    assert (result.out, result.code) == ("1\n", 1)
    assert result.err.count("error[E0505]") == 1
    assert cnnbook("run", file, "--json", tmp_path / "x", "--html", tmp_path / "x").code == 2


def test_killed_at_any_moment_the_reports_are_whole(cnnbook, write, tmp_path):
    cells = "".join(f"# %% id=c{i}\nx = randn(60x60)\nprint(sum(x @ x))\n" for i in range(60))
    file = write("long.cnnbook", cells)
    paths = [tmp_path / name for name in ("r.json", "r.xml", "r.html")]
    choices = random.Random(1)
    seen = set()
    for _ in range(12):
        for path in paths:
            path.unlink(missing_ok=True)
        process = subprocess.Popen(
            [cnnbook.path, "run", file, "--json", paths[0], "--junit", paths[1], "--html", paths[2]],
            stdout=subprocess.DEVNULL, env=cnnbook.environment())
        deadline = time.time() + 20
        while not paths[2].exists() and time.time() < deadline:
            time.sleep(0.002)
        time.sleep(choices.uniform(0, 0.15))
        process.send_signal(signal.SIGKILL)
        process.wait()
        report = read_json(paths[0])
        read_junit(paths[1])
        assert paths[2].read_text().endswith("</html>\n")
        seen.add(report["notebooks"][0]["status"])
    assert "running" in seen


# MARK: saved output

def test_save(cnnbook, write):
    file = write("s.cnnbook", NOTEBOOK)
    result = cnnbook("run", "--save", file)
    assert result.code == 1
    expected = NOTEBOOK.replace("x.shape\n", "x.shape\n#> [2, 2]\n")
    assert file.read_text() == expected, "the cell with an error is left alone, and so is the error that is expected"
    again = file.stat().st_ino
    assert cnnbook("run", "--save", file).code == 1
    assert file.read_text() == expected
    assert file.stat().st_ino == again, "nothing has changed: nothing is written"


@pytest.mark.parametrize("before, after", [
    (b"1 + 1", b"1 + 1\n#> 2\n"), (b"1 + 1\n\n\n# %%\n2\n", b"1 + 1\n#> 2\n\n\n# %%\n2\n#> 2\n"),
    (b"1\r\n# done\r\n\r\n", b"1\r\n# done\r\n#> 1\r\n\r\n"), (b"\xef\xbb\xbf1\n", b"\xef\xbb\xbf1\n#> 1\n"),
    (b"1\n#> 5\n2\n", b"1\n#> 1\n2\n#> 2\n"), (b"0.33333\n#> 0.33\n", b"0.33333\n#> 0.33\n"),
    (b"print('a\\n\\nb')\n", b"print('a\\n\\nb')\n#> a\n#>\n#> b\n"), (b"x = 1\n", b"x = 1\n"),
    (b"print('# %% x')\nprint('<<<<<<< y')\n", b"print('# %% x')\nprint('<<<<<<< y')\n#> # %% x\n#> <<<<<<< y\n"),
])
def test_save_touches_nothing_else(cnnbook, write, before, after):
    file = write("s.cnnbook", before)
    assert cnnbook("run", "--save", file).code == 0
    assert file.read_bytes() == after
    assert cnnbook("test", file).code == 0


def test_save_does_not_overwrite_an_edit(cnnbook, write):
    file = write("s.cnnbook", "# %%\nprint(1)\n# %%\nx = randn(500x500)\nfor i in range(400) { y = x @ x }\nprint(2)\n")
    process = subprocess.Popen(
        [cnnbook.path, "run", "--save", file], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=cnnbook.environment())
    assert process.stdout.readline() == b"1\n"
    time.sleep(0.1)
    file.write_text("# mine\n")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"was changed while it ran" in err
    assert file.read_text() == "# mine\n"


# MARK: parameters

PARAMETERS = "# %% parameters\na = 0\nb = 0\nc = 0\n# %%\nprint(a, b, c)\n"


@pytest.mark.parametrize("values, shown", [
    ({"a": 1, "b": -2.5, "c": "x\"'\\\n\u00fc"}, "1 -2.5 x\"'\\\n\u00fc"), ({"a": True, "b": None, "c": False}, "True None False"),
    ({"a": [1, [2.0, "z"]], "b": {"k": [None]}, "c": []}, "[1, [2.0, 'z']] {'k': [None]} []"), ({}, "0 0 0"),
    ({"a": "1 // 0", "b": "{a}", "c": "; print(3)"}, "1 // 0 {a} ; print(3)"),
])
def test_params(cnnbook, write, values, shown):
    file, params = write("p.cnnbook", PARAMETERS), write("p.json", json.dumps(values))
    result = cnnbook("run", file, "--params", params)
    assert (result.out, result.err, result.code) == (shown + "\n", "", 0)


def test_param_overrules_params(cnnbook, write):
    file, params = write("p.cnnbook", PARAMETERS), write("p.json", '{"a": 1, "b": 2}')
    assert cnnbook("run", file, "--params", params, "--param", "a=9").out == "9 2 0\n"


@pytest.mark.parametrize("content, code", [
    ("[1]", 3), ("{", 3), ('{"a": 1,}', 3), ('{"a": 1, "a": 2}', 3), ('{"a": 99999999999999999999}', 3), ('{"a": 1e999}', 3),
    ("{'a': 1}", 3), ('{"a": 01}', 3), ('{"a": "\\ud800"}', 3), ("[" * 100000, 3), ('{"a b": 1}', 3), ('{"z": 1}', 2),
    ("", 3), ('{"a": NaN}', 3),
])
def test_params_that_are_none(cnnbook, write, content, code):
    file, params = write("p.cnnbook", PARAMETERS), write("p.json", content)
    result = cnnbook("run", file, "--params", params)
    assert (result.code, result.out) == (code, ""), result.err
    assert "error[E0" in result.err


# MARK: until, jobs, progress

def test_until(cnnbook, write, tmp_path):
    file = write("u.cnnbook", "# %% id=first\nprint(1)\n# %% id=second\nprint(2)\n# %% id=third\nprint(3)\n")
    assert cnnbook("run", file, "--until", "second").out == "1\n2\n"
    assert cnnbook("run", file, "--until", "1").out == "1\n"
    result = cnnbook("run", file, "--until", "secnd", "--json", tmp_path / "r.json")
    assert (result.code, result.out) == (2, "")
    assert "did you mean second?" in result.err and "first, second, third" in result.err
    assert read_json(tmp_path / "r.json")["notebooks"][0]["status"] == "refused"
    cnnbook("run", file, "--until", "second", "--json", tmp_path / "r.json")
    assert [cell["status"] for cell in read_json(tmp_path / "r.json")["notebooks"][0]["cells"]][2] == "not run"


def test_jobs_change_no_byte(cnnbook, write, tmp_path):
    files = [write(f"n{i}.cnnbook", f"# %% parameters\nk = 1\n# %%\nprint({i} * k, rand(2))\nwarn_me = {i}\n"
                   + ("1 // 0\n" if i % 3 == 2 else "") + f"print('end {i}')\n") for i in range(7)]
    files.insert(3, tmp_path / "missing.cnnbook")
    files.append(write("last.cnnbook", "# %% parameters\nk = 1\n# %%\ndef f(n) { return f(n + 1) }\nf(0)\n"))
    results = []
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for jobs in ("1", "2", "5"):
        reports = [tmp_path / f"{jobs}.{kind}" for kind in ("json", "xml", "html")]
        result = cnnbook("run", *files, "--jobs", jobs, "--param", "k=3", "--json", reports[0], "--junit", reports[1],
                         "--html", reports[2], environment={"TMPDIR": str(temporary)})
        results.append((result.code, result.out, [path.read_bytes() for path in reports], result.err))
    assert results[0][0] == 4
    assert results[0] == results[1] == results[2]
    assert [n["name"] for n in read_json(tmp_path / "2.json")["notebooks"]] == [file.name for file in files]
    assert list(temporary.iterdir()) == []


def test_a_file_that_looks_like_an_option(cnnbook, write, tmp_path):
    write("--json", "print(1)\n")
    write("b.cnnbook", "print(2)\n")
    result = cnnbook("run", "--jobs", "2", "--", "--json", "b.cnnbook", cwd=tmp_path)
    assert (result.out, result.code) == ("1\n2\n", 0), result.err


def test_jobs_end_with_their_parent(cnnbook, write):
    files = [write(f"e{i}.cnnbook", "print('begun')\nwhile True { }\n") for i in range(2)]
    process = subprocess.Popen(
        [cnnbook.path, "run", "--jobs", "2", *files], stdout=subprocess.PIPE, env=cnnbook.environment())
    assert process.stdout.readline() == b"begun\n"
    children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
    assert len(children) == 2
    process.kill()
    process.wait()
    deadline = time.time() + 10
    while any(os.path.exists(f"/proc/{child}") for child in children) and time.time() < deadline:
        time.sleep(0.05)
    assert not any(os.path.exists(f"/proc/{child}") for child in children)


def test_progress(cnnbook, write):
    file = write("lab.cnnbook", "# %% [markdown]\n# ## Data\n# %%\nprint(1)\n# %% id=q name=\"The net\"\nprint(2)\n")
    result = cnnbook("run", "--progress", file)
    assert result.out == "1\n2\n"
    assert result.err == "[1/2] lab.cnnbook, cell 2: Data\n[2/2] lab.cnnbook, cell q: The net\n"
    assert cnnbook("run", file).err == ""


def test_output_comes_as_it_is_made(cnnbook, write):
    file = write("s.cnnbook", "print('first')\nwhile True { }\n")
    process = subprocess.Popen(
        [cnnbook.path, "run", "--timeout", "20", file], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=cnnbook.environment())
    begun = time.time()
    assert process.stdout.readline() == b"first\n"
    assert time.time() - begun < 10
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == -signal.SIGINT


def test_watch(cnnbook, write):
    file = write("w.cnnbook", "print('one')\n")
    process = subprocess.Popen(
        [cnnbook.path, "run", "--watch", file], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=cnnbook.environment())
    assert process.stdout.readline() == b"one\n"
    assert b"waiting" in process.stderr.readline()
    file.write_text("print('two')\n")
    assert process.stdout.readline() == b"two\n"
    assert b"waiting" in process.stderr.readline()
    replacement = file.with_name("new")
    replacement.write_text("print('three'\n")
    replacement.rename(file)
    assert b"error[E0" in process.stderr.readline()
    while b"waiting" not in process.stderr.readline():
        pass
    file.write_text("print('four')\n")
    assert process.stdout.readline() == b"four\n"
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == -signal.SIGINT


# MARK: the file's bytes

@pytest.mark.parametrize("content, words", [
    (b"\xef\xbb\xbfprint(1)\n", "byte-order mark"), (b"print(1)\r\nprint(2)\n", "1 are CRLF, 1 are LF"),
    (b"print(1) # a\rb\n", "carriage return"),
])
def test_odd_bytes_are_told(cnnbook, write, content, words):
    result = cnnbook("run", write("odd.cnnbook", content))
    assert result.code == 0
    assert result.err.startswith("warning: ") and words in result.err


def test_random_bytes_are_never_lost(cnnbook, write, tmp_path):
    pieces = [b"# %%", b" id=a", b" [markdown]", b"\n", b"\r\n", b"#> 1", b"# ---", b"# title: x", b"1 + 1", b"\xef\xbb\xbf",
              b'"""', b"# text", b" ", b"\t", b"#@ {}", "\u2028\u00fc".encode(), b"name='a b'", b"# %%x", b"#>"]
    choices = random.Random(5)
    parsed = 0
    for number in range(120):
        content = b"".join(choices.choice(pieces) for _ in range(choices.randrange(1, 25)))
        file = write("r.cnnbook", content)
        result = cnnbook("convert", file, tmp_path / "copy.cnnbook")
        assert result.code in (0, 3)
        if result.code == 0:
            parsed += 1
            assert (tmp_path / "copy.cnnbook").read_bytes() == content
            assert cnnbook("convert", file, tmp_path / "copy.ipynb").code == 0, content
            assert cnnbook("convert", tmp_path / "copy.ipynb", tmp_path / "back.cnnbook").code == 0, content
            assert (tmp_path / "back.cnnbook").read_bytes() == content
    assert parsed > 20


def test_jobs_killed_leave_nothing(cnnbook, write, tmp_path):
    files = [write(f"n{i}.cnnbook", "# %%\nprint(1)\n# %%\nn = 0\nwhile True { n += 1 }\n") for i in range(2)]
    folder = tmp_path / "temporary"
    folder.mkdir()
    process = subprocess.Popen(
        [cnnbook.path, "run", *map(str, files), "--jobs", "2", "--json", str(tmp_path / "r.json")],
        stdout=subprocess.PIPE, env={**cnnbook.environment(), "TMPDIR": str(folder)})
    assert process.stdout.readline() == b"1\n"
    assert not list(folder.iterdir())
    process.kill()
    process.wait()
    # Both ends of the pipe: the notebooks' own processes have ended as well.
    assert process.stdout.read() == b""
    assert not list(folder.iterdir())


def test_saved_output_has_no_graphics(cnnbook, write):
    file = write("p.cnnbook", "# %%\nprint(1)\n")
    result = cnnbook("run", "--save", "--graphics", "truecolor", file)
    assert result.code == 2 and "goes without --graphics truecolor" in result.err
    assert file.read_text() == "# %%\nprint(1)\n"
    assert cnnbook("run", "--save", "--graphics", "ascii", file).code == 0
    assert "#> 1" in file.read_text()
