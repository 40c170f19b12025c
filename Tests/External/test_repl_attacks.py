"""What a session at the prompt survives: junk in the paste, strange surroundings, files that are none."""
import os
import random
import signal
import subprocess
import time

import pexpect
import pytest

from prompt import PASTE, PASTE_END, UP, Terminal


@pytest.fixture
def terminal(edited):
    terminal = Terminal(edited)
    yield terminal
    terminal.close()


def still_works(terminal):
    assert terminal.enter("40 + 2")[-1] == "42"
    assert terminal.leave() == 0


# What comes in


def test_junk_is_pasted(terminal):
    """Every byte but what ends a paste; the terminal's own keys for signals come as bytes too."""
    junk = bytearray(random.Random(7).randbytes(20_000)).replace(b"\x1b", b"~")
    # A pseudo-terminal makes signals of these where it is not in raw mode.
    for byte in (3, 4, 0x11, 0x13, 0x1a, 0x1c):
        junk = junk.replace(bytes([byte]), b"~")
    os.write(terminal.child.child_fd, PASTE.encode() + bytes(junk[:3000]) + PASTE_END.encode())
    terminal.settle(0.5)
    terminal.type("\x03")
    terminal.wait_for_prompt()
    still_works(terminal)


def test_keys_at_random(terminal):
    keys = ["\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x01", "\x05", "\x0b", "\x19", "\x15", "\x17", "\x08", "\x7f", "\t", "(", "'", "ä",
            "日", "👍", "x", "=", " ", "\x1bb", "\x1bf", "\x1bd", "\x14", "\x1f", "\x0c"]
    chosen = random.Random(11)
    for _ in range(300):
        terminal.type(chosen.choice(keys))
    terminal.settle(0.5)
    terminal.type("\x03")
    terminal.wait_for_prompt()
    still_works(terminal)


def test_a_paste_that_is_never_ended(terminal):
    terminal.type(PASTE + "x = 1\ny = 2")
    terminal.settle(0.3)
    terminal.type(PASTE_END)
    assert terminal.enter("; y") == ["2"] or terminal.enter("y") == ["2"]
    still_works(terminal)


def test_blocks_that_are_not_closed(terminal):
    for opening in ("{ (", "'''abc", "f'{x", "model M {", "[1, (2, {"):
        terminal.type(opening + "\r")
        terminal.settle(0.2)
        terminal.type("\x03")
        terminal.wait_for_prompt()
    still_works(terminal)


def test_deep_brackets_are_pasted(terminal):
    terminal.paste("(" * 5000 + ")" * 5000)
    assert any("error[" in line for line in terminal.enter(""))
    still_works(terminal)


# Surroundings


def test_no_home(edited):
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "NO_COLOR": "1"}
    child = pexpect.spawn(edited.path, encoding="utf-8", env=environment, timeout=10)
    child.expect_exact("[1]>")
    child.send("6 * 7\r")
    child.expect_exact("42")
    child.expect_exact("[2]>")
    child.send("\x04")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


@pytest.mark.parametrize("locale", [{"LANG": "C", "LC_ALL": "C"}, {"LANG": "de_DE.UTF-8", "LC_ALL": "nowhere"}, {"TERM": "dumb"}])
def test_a_strange_environment(edited, locale):
    child = pexpect.spawn(edited.path, encoding="utf-8", env=edited.environment(NO_COLOR="1", **locale), timeout=10)
    child.expect_exact("[1]>")
    child.send("name = '日本'; len(name)\r")
    child.expect(r"\n(\x1b\[\?2004l)?2\r")
    child.expect_exact("[2]>")
    child.send("print(name, 1.5)\r")
    child.expect("日本 1.5")
    child.expect_exact("[3]>")
    child.send("\x04")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_a_terminal_that_nobody_knows(edited):
    child = pexpect.spawn(edited.path, encoding="utf-8", env=edited.environment(NO_COLOR="1", TERM="no-such-terminal"), timeout=10)
    child.expect_exact("[1]>")
    child.send("6 * 7\r")
    child.expect_exact("42")
    child.close(force=True)


def test_standard_input_is_closed(edited):
    ended = subprocess.run(
        ["sh", "-c", 'exec "$0" <&-', edited.path], capture_output=True, text=True, timeout=20, env=edited.environment())
    assert ended.returncode == 3 and ended.stderr.startswith("error[E0502]: standard input cannot be read")


def test_nothing_can_be_written(edited):
    ended = subprocess.run(
        ["sh", "-c", 'exec "$0" >/dev/full', edited.path], input="print('x')\nprint('y')\n", capture_output=True, text=True, timeout=20,
        env=edited.environment())
    assert ended.returncode == 1 and "no space is left" in ended.stderr


def test_a_full_disk_behind_a_session(edited):
    """Standard output is /dev/full while keys come from a terminal."""
    child = pexpect.spawn("sh", ["-c", f"exec '{edited.path}' >/dev/full"], encoding="utf-8", timeout=10, env=edited.environment())
    child.send("print('x')\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 1


def test_the_terminal_is_closed(edited):
    terminal = Terminal(edited)
    terminal.enter("a = 1")
    pid = terminal.child.pid
    os.kill(pid, signal.SIGHUP)
    terminal.child.expect(pexpect.EOF)
    terminal.child.close()
    assert edited.history.read_text() == "a = 1\n"


# The history


def prepared(program, make):
    program.history.parent.mkdir(parents=True)
    make(program.history)
    return Terminal(program)


def test_a_folder_in_place_of_the_history(edited):
    terminal = prepared(edited, lambda file: file.mkdir())
    assert terminal.enter("a = 1") == []
    still_works(terminal)
    assert edited.history.is_dir()


def test_a_link_to_the_history_stays_one(edited, tmp_path):
    target = tmp_path / "elsewhere"
    target.write_text("old = 1\n")
    terminal = prepared(edited, lambda file: file.symlink_to(target))
    terminal.press(UP)
    assert terminal.last.endswith("old = 1")
    terminal.enter("")
    still_works(terminal)
    assert edited.history.is_symlink() and target.read_text() == "old = 1\n40 + 2\n"


def test_a_link_to_nowhere_in_place_of_the_history(edited, tmp_path):
    still_works(prepared(edited, lambda file: file.symlink_to(tmp_path / "no" / "folder")))


def test_a_history_that_may_not_be_read(edited):
    def make(file):
        file.write_text("secret = 1\n")
        file.chmod(0)

    still_works(prepared(edited, make))


def test_a_history_of_junk(edited):
    terminal = prepared(edited, lambda file: file.write_bytes(random.Random(3).randbytes(50_000) + b"\nlast = 1\n"))
    terminal.press(UP)
    assert terminal.last.endswith("last = 1")
    terminal.type("\x03")
    terminal.wait_for_prompt()
    still_works(terminal)


def test_a_history_of_a_hundred_megabytes(edited):
    edited.history.parent.mkdir(parents=True)
    edited.history.write_text("y = 1\n" * 17_000_000)
    start = time.monotonic()
    terminal = Terminal(edited)
    terminal.enter("new = 1")
    assert time.monotonic() - start < 5
    terminal.press(UP + UP)
    assert terminal.last.endswith("y = 1")
    terminal.type("\x03")
    terminal.wait_for_prompt()
    still_works(terminal)
    entries = edited.history.read_text().splitlines()
    assert entries[-2:] == ["new = 1", "40 + 2"] and len(entries) == 10_002


# Signals and sizes


def test_resized_again_and_again_during_training(terminal):
    for line in ("digits = dataset('digits')", "model M { input 8x8x1; flatten; dense 10; softmax }", "net = M()"):
        terminal.enter(line)
    terminal.type("h = train net on digits.train, epochs=100000\r")
    for columns in (40, 200, 1, 80, 3, 120, 79):
        terminal.child.setwinsize(24, columns)
        time.sleep(0.1)
        terminal.read(0.05)
    terminal.child.setwinsize(24, 80)
    terminal.type("\x03")
    terminal.wait_for_prompt()
    assert "interrupted after step" in terminal.raw
    assert terminal.enter("net.dense1.weight.shape")[-1] == "[64, 10]"


def test_stopped_during_work_and_resumed(terminal):
    """Ctrl-Z, as the shell sends it, in the midst of a loop: it goes on where it was, and Ctrl-C still stops it."""
    terminal.enter("n = 0")
    terminal.type("while True { n += 1 }\r")
    terminal.settle(0.3)
    os.kill(terminal.child.pid, signal.SIGSTOP)
    time.sleep(0.2)
    os.kill(terminal.child.pid, signal.SIGCONT)
    time.sleep(0.2)
    terminal.type("\x03")
    terminal.wait_for_prompt()
    assert terminal.enter("n > 0") == ["True"]
    still_works(terminal)


def test_many_interrupts_at_once(terminal):
    terminal.enter("n = 0")
    for _ in range(20):
        terminal.type("while True { n += 1 }\r")
        terminal.settle(0.05)
        terminal.type("\x03\x03\x03")
        terminal.settle(0.1)
    terminal.type("\x03")
    terminal.settle(0.3)
    assert terminal.enter("n > 0")[-1] == "True"
    still_works(terminal)
