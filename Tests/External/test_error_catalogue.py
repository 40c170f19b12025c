"""Every error code has a page, and the page's own example gives the error. What a comment in an example asks for besides
the program (a limit, a file, a key) is given here."""
import re
import signal
import subprocess
import time

import pytest

from conftest import ROOT

CODES = re.findall(r'case \w+ = "(E\d{4})"', (ROOT / "Sources/CNNCore/Errors/ErrorCode.swift").read_text())


def page(cnnbook, code):
    result = cnnbook("help", code)
    assert result.code == 0, result.err
    head, text = result.out.split("\n", 1)
    explanation, example = text.split("\n\n", 1)
    return head, explanation, "".join(line[4:] + "\n" for line in example.splitlines())


def half_a_picture(folder):
    (folder / "half.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00")


def a_folder(folder):
    (folder / "results.npy").mkdir()


PREPARATIONS = {"E0502": a_folder, "E0503": half_a_picture}
OPTIONS = {"E0601": ["--memory", "1G"], "E0603": ["--work", "1000000"]}


def test_there_are_codes():
    assert len(CODES) >= 40 and len(set(CODES)) == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_page(cnnbook, code):
    head, explanation, example = page(cnnbook, code)
    assert re.fullmatch(rf"{code}: [a-z].*", head)
    assert explanation.rstrip().endswith(".") and example.strip()
    # At the prompt of a program it is the same page, in small letters too.
    assert cnnbook("-c", f"help {code}").out == cnnbook("help", code.lower()).out == cnnbook("help", code).out


@pytest.mark.parametrize("code", [code for code in CODES if code != "E0605"])
def test_example_gives_the_error(cnnbook, write, tmp_path, code):
    example = page(cnnbook, code)[2]
    if code == "E0106":
        example = example.replace("((((...))))", "(" * 201 + "1" + ")" * 201)
    if code in PREPARATIONS:
        PREPARATIONS[code](tmp_path)
    file = write("example.cnnbook", example.encode("latin-1" if code == "E0110" else "utf-8"))
    result = cnnbook("run", *OPTIONS.get(code, []), file)
    assert result.code in (1, 3, 4), result.err
    assert result.err.startswith(f"error[{code}]: "), result.err
    assert "fault" not in result.err


def test_an_interrupt_gives_the_error(cnnbook, write):
    example = page(cnnbook, "E0605")[2]
    file = write("example.cnnbook", "print(1)\n" + example)
    process = subprocess.Popen(
        [cnnbook.path, "run", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=cnnbook.environment())
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert errors.decode().startswith("error[E0605]: ")


def test_work_is_counted_alike(cnnbook, write):
    file = write("a.cnnbook", "x = 0\nfor i in range(20000) { x += i }\nprint(x)\n")
    assert cnnbook("run", "--work", "1000", file).code == 4
    assert cnnbook("run", "--work", "1000000", file).out == "199990000\n"
    # Each file has all of it.
    assert cnnbook("run", "--work", "3e5", file, file).code == 0
    for wrong in ("0", "-1", "1.5", "many", "1e30", "inf"):
        result = cnnbook("run", f"--work={wrong}", file)
        assert result.code == 2 and "as 200000 or 1e9" in result.err
