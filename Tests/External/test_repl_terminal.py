"""What is typed ahead, and how the terminal is found again: after a stop, after an end of every kind."""
import os
import shutil
import signal
import subprocess
import termios
import time

import pexpect
import pytest

from prompt import UP, Terminal

# A second or so.
BUSY = "s = 0; for i in range(40000000) { s += i }"
FOREVER = "while True { }"


@pytest.fixture
def terminal(edited):
    terminal = Terminal(edited)
    yield terminal
    terminal.close()


# Typed ahead


@pytest.mark.parametrize("keys, expected", [
    ("x = 5\ry", ["[2]> x = 5", "[3]> y"]),
    ("ab\x04", ["[2]> ab"]),
    ("ab\x01\x04", ["[2]> b"]),
    ("xy\x7fz", ["[2]> xz"]),
    ("abc def\x17", ["[2]> abc"]),
    ("abc\x15d", ["[2]> d"]),
    (UP, [f"[2]> {BUSY}"]),
    ("arange\x1b[D\x1b[D_", ["[2]> aran_ge"]),
    ("datas\t", ["[2]> dataset"]),
    ("日本", ["[2]> 日本"]),
    ("print(1)\r" * 3, ["[2]> print(1)", "1", "[3]> print(1)", "1", "[4]> print(1)", "1", "[5]>"]),
])
def test_what_was_typed_ahead_stands_at_the_prompt(terminal, keys, expected):
    terminal.type(BUSY + "\r")
    time.sleep(0.2)
    terminal.type(keys)
    terminal.wait_for(expected[-1])
    terminal.settle()
    assert terminal.lines[1:] == [f"[1]> {BUSY}"] + expected


@pytest.mark.parametrize("keys, shown", [("\x04", ["[2]>"]), ("x = 7\r\x04", ["[2]> x = 7", "[3]>"])])
def test_ctrl_d_typed_ahead_on_an_empty_line_leaves(terminal, keys, shown):
    terminal.type(BUSY + "\r")
    time.sleep(0.2)
    terminal.type(keys)
    terminal.wait(lambda: not terminal.child.isalive(), "the end")
    terminal.settle()
    assert terminal.lines[1:] == [f"[1]> {BUSY}"] + shown
    terminal.child.close()
    assert terminal.child.exitstatus == 0


def test_more_may_be_typed_ahead_than_a_terminal_keeps(terminal):
    terminal.type(BUSY + "\r")
    time.sleep(0.2)
    terminal.type("n = 0\r" + "n += 1\r" * 2000)
    terminal.wait_for("[2003]>", 20)
    terminal.settle()
    assert terminal.enter("n") == ["2000"]


def test_ctrl_c_stops_behind_all_that_was_typed_ahead(terminal):
    terminal.enter("n = 0")
    terminal.type(FOREVER + "\r")
    time.sleep(0.3)
    terminal.type("n += 1\r" * 3000)
    time.sleep(0.2)
    start = time.monotonic()
    terminal.type("\x03")
    terminal.wait_for_prompt(3)
    assert time.monotonic() - start < 1
    terminal.settle()
    # What stood before the key is dropped, as every shell does it.
    assert terminal.last == "[3]>"
    assert terminal.enter("n") == ["0"]


def test_what_is_typed_behind_ctrl_c_stays(terminal):
    for _ in range(5):
        terminal.type(FOREVER + "\r")
        time.sleep(0.2)
        terminal.type("lost = 1\rlost")
        time.sleep(0.1)
        terminal.type("\x03kept")
        terminal.wait(lambda: terminal.last.endswith("> kept"), "what was typed")
        terminal.type("\x15")
        terminal.settle(0.1)
    assert "lost" not in terminal.text


# Keys


def test_ctrl_s_does_not_stop_the_screen(terminal):
    for line in ("alpha = 1", "beta = 2", "gamma = 3"):
        terminal.enter(line)
    terminal.press(UP * 3)
    terminal.press("\x13gam")
    assert "gamma = 3" in terminal.last or "gamma = 3" in terminal.lines[-2]
    terminal.press("\r")
    assert terminal.enter("1 + 1")[-1] == "2"


def test_an_arrow_leaves_a_search_and_moves(cnnbook):
    """libedit takes the first byte of such a key for its own."""
    terminal = Terminal(cnnbook)
    terminal.enter("alpha = 1")
    terminal.enter("beta = 2")
    terminal.press("\x12alpha")
    terminal.press("\x1b[D")
    terminal.press("\x05;2")
    assert terminal.last == "[3]> alpha = 1;2"


# The terminal afterwards


def modes(child):
    local = termios.tcgetattr(child.child_fd)[3]
    return {name for name in ("ECHO", "ICANON", "ISIG", "IEXTEN") if local & getattr(termios, name)}


USUAL = {"ECHO", "ICANON", "ISIG", "IEXTEN"}


class Shell:
    """One without line editing: it leaves the terminal as it finds it."""

    def __init__(self, program):
        environment = program.environment(NO_COLOR="1", PS1="shell$ ", ENV="")
        self.child = pexpect.spawn("dash", ["-i"], encoding="utf-8", timeout=10, env=environment, cwd=str(program.home))
        self.child.delaybeforesend = None
        self.wait()
        self.child.send(f"{program.path}\r")
        self.child.expect_exact("[1]>")
        found = subprocess.run(["ps", "--no-headers", "-o", "pid", "--ppid", str(self.child.pid)], capture_output=True, text=True)
        self.pid = int(found.stdout.split()[0])

    def wait(self):
        self.child.expect_exact("shell$ ")

    def has(self, expected, seconds=3):
        end = time.monotonic() + seconds
        while modes(self.child) != expected and time.monotonic() < end:
            time.sleep(0.02)
        return modes(self.child) == expected


@pytest.fixture
def shell(edited):
    if not shutil.which("dash"):
        pytest.skip("dash is not there")
    shell = Shell(edited)
    yield shell
    shell.child.close(force=True)


@pytest.mark.parametrize("keys", ["", "1 + 1", FOREVER + "\r"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGABRT])
def test_a_killed_program_leaves_a_terminal_that_shows(shell, keys, number):
    shell.child.send(keys)
    time.sleep(0.4)
    os.kill(shell.pid, number)
    shell.wait()
    assert shell.has(USUAL)
    shell.child.send("echo a'b'c\r")
    shell.child.expect_exact("echo a'b'c")
    shell.child.expect_exact("abc")


@pytest.mark.parametrize("keys", ["1 + 1", FOREVER + "\r"])
def test_a_stopped_program_leaves_a_terminal_that_shows(shell, keys):
    shell.child.send(keys)
    time.sleep(0.4)
    before = modes(shell.child)
    shell.child.send("\x1a")
    shell.wait()
    assert shell.has(USUAL)
    shell.child.send("fg\r")
    assert shell.has(before)
    shell.child.send("\x03")
    shell.child.expect_exact("]> ")
    shell.child.send("40 + 2\r")
    shell.child.expect(r"\n(\x1b\[\?2004l)?42\r")
    shell.child.send("\x04")
    shell.wait()
    assert shell.has(USUAL)


def test_work_goes_on_behind_the_shell(shell):
    shell.child.send(BUSY + "\r")
    time.sleep(0.2)
    shell.child.send("\x1a")
    shell.wait()
    shell.child.send("bg\r")
    shell.wait()
    # It waits for the terminal where it needs one.
    time.sleep(1.5)
    assert modes(shell.child) == USUAL
    shell.child.send("fg\r")
    shell.child.expect_exact("[2]>")
    shell.child.send("s > 0\r")
    shell.child.expect(r"\n(\x1b\[\?2004l)?True\r")


def test_no_process_stays_behind(edited):
    terminal = Terminal(edited)
    children = subprocess.run(["ps", "--no-headers", "-o", "pid", "--ppid", str(terminal.child.pid)], capture_output=True, text=True)
    terminal.leave()
    end = time.monotonic() + 3
    while left := [pid for pid in children.stdout.split() if is_running(pid)]:
        assert time.monotonic() < end, left
        time.sleep(0.02)


def is_running(pid):
    state = subprocess.run(["ps", "--no-headers", "-o", "stat", "-p", pid], capture_output=True, text=True).stdout
    return state.strip()[:1] not in ("", "Z")


def test_ctrl_d_in_a_block_drops_the_block(terminal):
    terminal.enter("a = 1")
    terminal.type("def f(x) {\r")
    terminal.wait_for("...>")
    terminal.type("\x04")
    terminal.wait_for_prompt()
    terminal.settle()
    assert terminal.lines[1:] == ["[1]> a = 1", "[2]> def f(x) {", "...>", "[2]>"]
    assert terminal.enter("a") == ["1"]
    assert terminal.leave() == 0


@pytest.mark.parametrize("command", [":shapes", ":time"])
@pytest.mark.parametrize("code", ["[i for i in range(1000000000)]", "forever()"])
def test_ctrl_c_stops_a_command_at_once(terminal, command, code):
    terminal.enter("def forever() { while True { } }")
    terminal.type(f"{command} {code}\r")
    terminal.settle()
    terminal.type("\x03")
    terminal.wait_for_prompt(2)
    assert "error[E0605]: interrupted" in terminal.lines
    assert terminal.enter("1 + 1") == ["2"]
