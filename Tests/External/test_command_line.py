"""Streams, exit codes and options of the command line (NOTEBOOK §2)."""
import os
import re
import resource
import shutil
import signal
import subprocess
import time

import pytest

# MARK: one line, standard input


def test_a_line(cnnbook):
    result = cnnbook("-c", "1 + 1")
    assert (result.out, result.err, result.code) == ("2\n", "", 0)


def test_a_line_that_begins_with_a_minus(cnnbook):
    assert cnnbook("-c", "-3 + 4").out == "1\n"


def test_several_lines(cnnbook):
    assert cnnbook("-c", "a = 3\na * 2\nprint('x')").out == "6\nx\n"


@pytest.mark.parametrize("arguments", [["-"], []])
def test_standard_input(cnnbook, arguments):
    result = cnnbook(*arguments, stdin="x = 2\nx ** 10\n")
    assert (result.out, result.err, result.code) == ("1024\n", "", 0)


def test_standard_input_may_be_a_notebook(cnnbook):
    result = cnnbook("-", stdin="# %%\n1 // 0\n# %%\nprint('next')\n")
    assert result.out == "next\n"
    assert result.err.startswith("error[E0402]")
    assert "--> <standard input>:2:1" in result.err
    assert result.code == 1


def test_an_error_goes_to_standard_error(cnnbook):
    result = cnnbook("-c", "print(1)\nunknown_thing")
    assert result.out == "1\n"
    assert result.err.startswith("error[E0201]: ")
    assert "--> <command line>:2:1" in result.err
    assert result.code == 1


# MARK: usage


@pytest.mark.parametrize("arguments", [
    ["--nonsense"], ["nonsense"], ["run"], ["test"], ["run", "--timeout", "0", "a"], ["run", "--memory", "lots", "a"],
    ["run", "--repeat", "0", "a"], ["run", "--param", "no-value", "a"], ["run", "--param", "1x=2", "a"],
    ["--threads", "0", "-c", "1"], ["--threads", "many", "-c", "1"],
])
def test_usage(cnnbook, arguments):
    result = cnnbook(*arguments)
    assert result.code == 2, result.err
    assert result.out == ""
    assert result.err != ""


@pytest.mark.parametrize("variable, value", [("CNNBOOK_THREADS", "many"), ("CNNBOOK_THREADS", "0"), ("CNNBOOK_SIMD", "mmx")])
def test_a_bad_variable_is_usage(cnnbook, variable, value):
    result = cnnbook("-c", "1", environment={variable: value})
    assert result.code == 2
    assert value in result.err


def test_help_and_version(cnnbook):
    for arguments in (["--help"], ["run", "--help"], ["help", "run"]):
        result = cnnbook(*arguments)
        assert (result.code, result.err) == (0, "")
        assert "run" in result.out
    version = cnnbook("--version")
    assert version.out.startswith("cnnbook 0.") and version.code == 0
    assert "readline" in version.out or "libedit" in version.out


def test_help_of_the_language(cnnbook):
    assert "conv2d(x, w" in cnnbook("help", "conv2d").out
    assert cnnbook("help", "E0301").out != ""
    assert "conv2d" in cnnbook("help").out
    unknown = cnnbook("help", "conv2e")
    assert (unknown.code, unknown.out) == (1, "")
    assert "conv2d" in unknown.err


def test_doctor(cnnbook):
    result = cnnbook("doctor")
    assert result.code == 0 and result.err == ""
    for word in ("SIMD level", "threads", "line editor", "data sets", "digits"):
        assert word in result.out


@pytest.mark.parametrize("arguments", [["--threads", "2", "run"], ["run", "--threads", "2"]])
def test_options_before_and_after_the_command(cnnbook, write, arguments):
    assert cnnbook(*arguments, write("a.cnnbook", "1 + 1\n")).out == "2\n"


# MARK: run


def test_cells_run_on_after_an_error(cnnbook, write):
    file = write("lab.cnnbook", "# %% id=a\nprint('a')\n1 // 0\nprint('not')\n\n# %% id=b\nprint('b')\n")
    result = cnnbook("run", file)
    assert result.out == "a\nb\n"
    assert result.err.count("error[") == 1
    assert "--> lab.cnnbook:3:1 (cell a)" in result.err
    assert result.code == 1


def test_no_path_is_shown(cnnbook, write):
    file = write("lab.cnnbook", "1 // 0\n")
    result = cnnbook("run", file)
    assert str(file.parent) not in result.out + result.err


def test_an_expected_error_is_output(cnnbook, write):
    file = write("lab.cnnbook", "# %%\nprint('a')\n1 // 0\n#> error[E0402]: ...\n#> a\nprint('b')\n")
    result = cnnbook("run", file)
    lines = result.out.splitlines()
    assert lines[0] == "a" and lines[1].startswith("error[E0402]: ") and lines[2] == "b"
    assert (result.err, result.code) == ("", 0)


def test_another_error_than_the_expected_one(cnnbook, write):
    result = cnnbook("run", write("lab.cnnbook", "1 // 0\n#> error[E0301]: ...\n"))
    assert (result.out, result.code) == ("", 1)
    assert result.err.startswith("error[E0402]")


def test_several_files(cnnbook, write):
    first = write("a.cnnbook", "x = 1\nx\n")
    second = write("b.cnnbook", "x\n")
    result = cnnbook("run", first, second)
    assert result.out == "1\n"
    assert "error[E0201]" in result.err, "each file has a session of its own"
    assert result.code == 1


def test_parameters(cnnbook, write):
    file = write("p.cnnbook", "# %% parameters\nsteps = 1\nname = 'a'\nsizes = []\n# %%\nsteps + 1\nname\nsizes\n")
    assert cnnbook("run", file).out == "2\n'a'\n[]\n"
    result = cnnbook("run", file, "--param", "steps=41", "--param", "name=adam", "--param", "sizes=[1, 2]")
    assert result.out == "42\n'adam'\n[1, 2]\n"
    assert cnnbook("run", file, "--param", "steps=-1").out.startswith("0\n")
    assert cnnbook("run", file, "--param", 'name=say "hi"').out == "2\n'say \"hi\"'\n[]\n"


def test_an_unknown_parameter(cnnbook, write):
    file = write("p.cnnbook", "# %% parameters\nsteps = 1\n# %%\nprint('ran')\n")
    result = cnnbook("run", file, "--param", "stepz=2")
    assert (result.code, result.out) == (2, "")
    assert "steps" in result.err
    plain = cnnbook("run", write("q.cnnbook", "print('ran')\n"), "--param", "steps=2")
    assert (plain.code, plain.out) == (2, "")


def test_repeat(cnnbook, write):
    result = cnnbook("run", "--repeat", "3", write("r.cnnbook", "rand(3)\n"))
    assert result.code == 0
    assert result.out.count("tensor 3 float32") == 1


def test_the_seed_of_the_header(cnnbook, write):
    def numbers(seed):
        return cnnbook("run", write("s.cnnbook", f"# ---\n# seed: {seed}\n# ---\nrand(5)\n")).out

    assert numbers(1) == numbers(1)
    assert numbers(1) != numbers(2)


def test_paths_begin_at_the_notebook(cnnbook, write, tmp_path):
    write("helper.cnnbook", "def twice(x) { return 2 * x }\n")
    file = write("main.cnnbook", "import \"helper.cnnbook\" as helper\nhelper.twice(21)\n")
    assert cnnbook("run", file, cwd="/").out == "42\n"


@pytest.mark.parametrize("language", ["C", "de_DE.UTF-8", "tr_TR.UTF-8"])
def test_the_locale_changes_nothing(cnnbook, language):
    result = cnnbook("-c", "0.5\n'title'.upper()\nrandn(100)", environment={"LC_ALL": language})
    assert result.out == cnnbook("-c", "0.5\n'title'.upper()\nrandn(100)").out


# MARK: limits


@pytest.mark.parametrize("code", [
    "def f(n) { return f(n + 1) }\nf(0)",
    "zeros(100000x100000x100)",
    "zeros(4000000000x4000000000x4000000000)",
])
def test_limits(cnnbook, code):
    result = cnnbook("-c", code)
    assert result.err.startswith("error[E06"), result.err
    assert (result.out, result.code) == ("", 4)


def test_the_memory_limit(cnnbook, write):
    file = write("m.cnnbook", "# %%\nx = zeros(1000x1000x10)\n# %%\nprint('next')\n")
    assert cnnbook("run", file).code == 0
    result = cnnbook("run", "--memory", "10M", file)
    assert result.err.startswith("error[E0601]")
    assert (result.out, result.code) == ("next\n", 4)


@pytest.mark.parametrize("loop", ["while True { }", "x = randn(300x300)\nwhile True { y = x @ x }"])
def test_the_time_limit(cnnbook, write, loop):
    file = write("t.cnnbook", f"# %% id=slow\nprint('a')\n{loop}\n# %%\nprint('next')\n")
    start = time.monotonic()
    result = cnnbook("run", "--timeout", "0.5", file)
    assert time.monotonic() - start < 5
    assert result.out == "a\nnext\n"
    assert "error[E0605]" in result.err and "0.5 s" in result.err and "(cell slow)" in result.err
    assert result.code == 4


def test_a_cell_may_have_its_own_time(cnnbook, write):
    file = write("t.cnnbook", "# %% timeout=0.2\nwhile True { }\n# %%\nprint('next')\n")
    result = cnnbook("run", file)
    assert (result.out, result.code) == ("next\n", 4)


def test_much_output_is_cut(cnnbook, write):
    file = write("o.cnnbook", "# %%\nfor i in range(5000) { print(i) }\n# %%\nprint('next')\n")
    lines = cnnbook("run", file).out.splitlines()
    assert len(lines) <= 1001
    assert lines[:3] == ["0", "1", "2"] and lines[-3:] == ["4998", "4999", "next"]
    assert [line for line in lines if "left out" in line] == [lines[500]]
    assert "4,001 lines" in lines[500]


def test_one_endless_line_is_cut(cnnbook, write):
    file = write("o.cnnbook", "for i in range(200000) { print('0123456789', end='') }\n")
    result = cnnbook("run", file)
    assert len(result.stdout) <= 256 * 1024
    assert "MiB left out" in result.out


# MARK: streams that fail


def test_a_reader_that_goes_away(cnnbook, write):
    loop = "for i in range(100) { print(i) }\n"
    file = write("h.cnnbook", "".join(f"# %%\n{loop}" for _ in range(300)) + "# %%\nwhile True { }\n")
    process = subprocess.Popen([cnnbook.path, "run", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=cnnbook.environment())
    assert process.stdout.readline() == b"0\n"
    process.stdout.close()
    errors = process.stderr.read().decode()
    assert process.wait(timeout=20) == 1
    assert errors.count("error[") == 1 and errors.startswith("error[E0505]")


def test_a_full_disk(cnnbook):
    with open("/dev/full", "w") as full:
        result = subprocess.run([cnnbook.path, "-c", "1 + 1"], stdout=full, stderr=subprocess.PIPE,
                                env=cnnbook.environment())
    assert result.returncode == 1
    assert result.stderr.decode().startswith("error[E0505]: standard output cannot be written: no space is left")


def test_a_closed_standard_output(cnnbook, write, tmp_path):
    file = write("c.cnnbook", "save(ones(3), 'out.npy')\nprint('lost')\n")
    result = subprocess.run(f"'{cnnbook.path}' run '{file}' >&-", shell=True, stderr=subprocess.PIPE,
                            env=cnnbook.environment())
    assert result.returncode == 1
    assert result.stderr.decode().startswith("error[E0505]")
    saved = tmp_path / "out.npy"
    assert not saved.exists() or b"lost" not in saved.read_bytes()


def test_saving_onto_a_full_disk(cnnbook, tmp_path):
    def disk_of_a_kilobyte():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))

    folder = tmp_path / "disk"
    folder.mkdir()
    (folder / "x.npy").write_bytes(b"what was there before")
    result = subprocess.run([cnnbook.path, "-c", "save(ones(1000), 'x.npy')"], cwd=folder, capture_output=True,
                            text=True, env=cnnbook.environment(), preexec_fn=disk_of_a_kilobyte)
    assert result.returncode == 1
    assert result.stderr.startswith("error[E0505]")
    assert [file.name for file in folder.iterdir()] == ["x.npy"]
    assert (folder / "x.npy").read_bytes() == b"what was there before"


@pytest.mark.parametrize("code", ["while True { }", "x = randn(500x500)\nwhile True { y = x @ x }"])
def test_an_interrupt_ends_the_run(cnnbook, write, code):
    file = write("i.cnnbook", f"# %%\nprint('a')\n# %% id=b\n{code}\n# %%\nprint('never')\n")
    process = subprocess.Popen([cnnbook.path, "run", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=cnnbook.environment())
    assert process.stdout.readline() == b"a\n"
    time.sleep(0.3)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert time.monotonic() - start < 1
    assert out == b""
    assert err.decode().startswith("error[E0605]")
    assert process.returncode == -signal.SIGINT


# MARK: bad input

HEADER = "# ---\n# title: t\n# ---\n"


@pytest.mark.parametrize("content, code", [
    (b"\x7fELF\x02\x01\x01\x00\x00\x00", "E0103"),
    (b"x = 1\n\xff\xfe\n", "E0110"),
    ("<<<<<<< mine\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n", "E0507"),
    ("# %% id=a\n1\n# %% id=a\n2\n", "E0507"),
    ("# %% idd=a\n1\n", "E0507"),
    ("# %% hidden\n1\n", "E0507"),
    ("# %% id=\n1\n", "E0507"),
    ("# %% name=\"open\n1\n", "E0507"),
    ("# %% timeout=-1\n1\n", "E0507"),
    ("# ---\n# titel: t\n# ---\n1\n", "E0507"),
    ("# ---\n# seed: x\n# ---\n1\n", "E0507"),
    ("# ---\n# requires: cnnbook >= 99.0\n# ---\n1\n", "E0507"),
    ("# ---\n# title: t\n1\n", "E0507"),
    ("# %% [markdown]\nprose without its mark\n", "E0507"),
], ids=["elf", "not utf-8", "conflict", "two ids", "option", "hidden code", "empty id", "quote", "timeout", "key",
        "seed", "requires", "header end", "markdown"])
def test_files_that_are_no_notebooks(cnnbook, write, content, code):
    result = cnnbook("run", write("bad.cnnbook", content))
    assert result.err.startswith(f"error[{code}]"), result.err
    assert result.err.count("error[") == 1
    assert (result.out, result.code) == ("", 3)


def test_a_file_that_is_not_there(cnnbook, tmp_path):
    result = cnnbook("run", tmp_path / "none.cnnbook")
    assert result.err.startswith("error[E0501]")
    assert (result.out, result.code) == ("", 3)


def test_a_folder(cnnbook, tmp_path):
    result = cnnbook("run", tmp_path)
    assert result.err.startswith("error[E0502]")
    assert result.code == 3


def test_the_others_run_all_the_same(cnnbook, write, tmp_path):
    result = cnnbook("run", tmp_path / "none.cnnbook", write("a.cnnbook", "1 + 1\n"))
    assert (result.out, result.code) == ("2\n", 3)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"# only a comment", HEADER.encode()])
def test_an_empty_file_is_fine(cnnbook, write, content):
    result = cnnbook("run", write("empty.cnnbook", content))
    assert (result.out, result.err, result.code) == ("", "", 0)


@pytest.mark.parametrize("code, error", [
    ("print('never closed", "E0102"),
    ("x = \"\"\"never closed\n", "E0102"),
    ("(" * 100_000, "E01"),
    ("x = " + "[" * 100_000 + "]" * 100_000, "E01"),
    ("{" * 100_000, "E01"),
    ("x" + ".y" * 100_000, "E01"),
    ("-" * 100_000 + "1", "E01"),
    ("x" * 10_000_000, "E02"),
    ("99999999999999999999", "E0104"),
    ("zeros(9223372036854775807)", "E06"),
    ("reshape(zeros(4), [9223372036854775807, 9223372036854775807])", "E0"),
    ("range(9223372036854775807) |> list", "E0"),
    ("model M { input 4x4x1; conv 2, 9x9 }\nM()", "E0304"),
    ("model M { input 4; dense 2; softmax }\nnet = M()\nnet.dense1.weight = full(4x2, nan)\n"
     "train net on [rand(8x4), randint(0, 2, 8)], epochs=1, batch=4", "E0405"),
], ids=["string", "long string", "parentheses", "brackets", "braces", "chain", "minuses", "name", "int", "size", "sizes",
        "range", "misfit", "nan weights"])
def test_bad_programs(cnnbook, write, code, error):
    result = cnnbook("run", write("bad.cnnbook", code), timeout=60)
    assert result.err.startswith(f"error[{error}"), result.err[:500]
    assert result.code in (1, 4)
    assert result.out == ""


@pytest.mark.parametrize("operator, value, shown", [(" and ", "a", "True"), (" or ", "not a", "False"), (" + ", "n", "200000")])
def test_chains_of_any_length(cnnbook, write, operator, value, shown):
    """Time and memory grow with the length, not with its square."""
    path = write("chain.cnnbook", f"a = True\nn = 2\nprint({operator.join([value] * 100_000)})\n")
    result = cnnbook("run", path, timeout=60)
    assert (result.out, result.err, result.code) == (f"{shown}\n", "", 0)


def idx(kind, sizes, payload):
    return bytes([0, 0, 8, len(sizes)]) + b"".join(size.to_bytes(4, "big") for size in sizes) + payload


@pytest.mark.parametrize("damage", ["cut", "lying", "huge", "garbage"])
def test_damaged_data(cnnbook, tmp_path, damage):
    import gzip

    folder = tmp_path / "data" / "mnist"
    folder.mkdir(parents=True)
    images = idx(8, [10, 28, 28], bytes(10 * 28 * 28))
    labels = idx(8, [10], bytes(10))
    packed = gzip.compress(images)
    if damage == "cut":
        packed = packed[:len(packed) // 2]
    elif damage == "lying":
        packed = gzip.compress(idx(8, [10_000, 28, 28], bytes(10 * 28 * 28)))
    elif damage == "huge":
        packed = gzip.compress(idx(8, [0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF], b""))
    else:
        packed = b"\x1f\x8b" + os.urandom(100)
    for part in ("train", "t10k"):
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(packed)
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(labels))
    result = cnnbook("-c", "dataset('mnist')", environment={"CNNBOOK_DATA": str(tmp_path / "data")})
    assert result.err.startswith(("error[E0503]", "error[E0604]")), result.err
    assert (result.out, result.code in (1, 4)) == ("", True)


def test_data_that_is_not_there(cnnbook):
    result = cnnbook("-c", "dataset('cifar10')")
    assert result.err.startswith("error[E0504]")
    assert result.code == 1


@pytest.mark.skipif(shutil.which("readelf") is None, reason="readelf reads programs of Linux")
def test_the_program_is_one_file(cnnbook):
    """It needs the C library and the compiler's, which every Linux has, and nothing that is to be installed."""
    text = subprocess.run(["readelf", "-d", cnnbook.path], capture_output=True, text=True, check=True).stdout
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", text))
    assert needed <= {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}, needed


def test_what_is_no_command_is_told_what_was_meant(cnnbook, write):
    path = write("lab.cnnbook", "1 + 1\n")
    result = cnnbook(path)
    assert (result.code, result.out) == (2, "") and f"'{path}' is a file: write cnnbook run {path}" in result.err
    result = cnnbook("halp")
    assert (result.code, result.out) == (2, "") and "there is no command 'halp': did you mean cnnbook help?" in result.err
