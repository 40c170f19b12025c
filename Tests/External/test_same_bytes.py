"""The same bytes at any thread count, SIMD level and build (NOTEBOOK §3)."""
import pathlib

import pytest

from conftest import ROOT

THREADS = ("1", "2", "5")
QUICKSTART = ROOT / "notebooks" / "quickstart.cnnbook"
FASHION = ROOT / "notebooks" / "fashion.cnnbook"
# Every bit of some weights, which a table of four digits would not show.
WEIGHTS = "\n# %%\nnet.conv1.weight.list()\n"


def levels(program):
    """scalar, avx2, … : what this machine has."""
    line = next(line for line in program("doctor").out.splitlines() if line.startswith("SIMD level"))
    return [level.strip() for level in line[line.index("(of ") + 4:line.index(")")].split(",")]


def two_batches(tmp_path):
    text = FASHION.read_text()
    for old, new in (("epochs=3, batch=64", "epochs=1, steps=2, batch=64"),
                     ("validate=fashion.test", "validate=fashion.test.take(100)"),
                     ("accuracy(net, fashion.test)", "accuracy(net, fashion.test.take(100))"),
                     ("\nexpect a >= 0.86, \"three epochs should reach 0.86\"", "")):
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "fashion.cnnbook"
    path.write_text(text + WEIGHTS)
    return path


def quickstart(tmp_path):
    path = tmp_path / "quickstart.cnnbook"
    path.write_text(QUICKSTART.read_text() + WEIGHTS)
    return path


@pytest.mark.parametrize("notebook", [quickstart, two_batches])
def test_same_bytes(cnnbook, debug_cnnbook, tmp_path, notebook):
    file = notebook(tmp_path)
    reference = cnnbook("run", file, timeout=300)
    assert reference.code == 0, reference.err
    assert len(reference.out) > 1000
    found = levels(cnnbook)
    assert "scalar" in found
    runs = [(program, threads, level) for program in (cnnbook, debug_cnnbook) for threads in THREADS for level in found]
    for program, threads, level in runs:
        result = program("run", file, environment={"CNNBOOK_THREADS": threads, "CNNBOOK_SIMD": level}, timeout=600)
        place = f"{pathlib.Path(program.path).parent.name}, {threads} threads, {level}"
        assert result.code == 0, place + "\n" + result.err
        assert result.stdout == reference.stdout, place


def test_same_bytes_on_a_terminal_and_off(cnnbook, tmp_path):
    import os
    import pty
    import subprocess

    file = quickstart(tmp_path)
    reference = cnnbook("run", file).stdout
    master, slave = pty.openpty()
    process = subprocess.Popen([cnnbook.path, "run", str(file)], stdout=slave, stderr=subprocess.DEVNULL,
                               env=cnnbook.environment(COLUMNS="200"))
    os.close(slave)
    shown = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    assert process.wait() == 0
    assert shown.replace(b"\r\n", b"\n") == reference
