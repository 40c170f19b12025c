"""What is pressed, typed and answered while a cell works, and what it leaves of itself on the terminal."""
import time

import pexpect
import pytest

from prompt import PASTE, UP, Terminal

# A second or so.
BUSY = "s = 0; for i in range(40000000) { s += i }"

ANSWERS = [
    "\x1b_Gi=31;OK\x1b\\", "\x1b[?62;4c", "\x1b[?62;22;52c", "\x1b[>41;390;0c", "\x1b[12;40R", "\x1b[1;40R", "\x1b[0n",
    "\x1b[8;24;80t", "\x1b[?2026;2$y", "\x1b[?1u", "\x1b]11;rgb:1e1e/1e1e/1e1e\x07", "\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
    "\x1bP>|xterm(390)\x1b\\", "\x1bP1$r0m\x1b\\", "\x1bP!|00000000\x1b\\",
]


@pytest.fixture
def terminal(edited):
    terminal = Terminal(edited)
    yield terminal
    terminal.close()


def test_what_a_terminal_answers_is_not_shown(terminal):
    terminal.type(BUSY + "\r")
    time.sleep(0.3)
    terminal.type("".join(ANSWERS))
    terminal.wait_for_prompt()
    terminal.settle()
    assert terminal.lines[1:] == [f"[1]> {BUSY}", "[2]>"]
    assert terminal.enter("1 + 1") == ["2"]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_at_the_prompt_is_no_key(terminal, answer):
    terminal.type("1 +")
    terminal.type(answer)
    assert terminal.enter(" 1") == ["2"]
    # In pieces too.
    terminal.type("2 +" + answer[:3])
    time.sleep(0.01)
    terminal.type(answer[3:])
    assert terminal.enter(" 2") == ["4"]


@pytest.mark.parametrize("keys, expected", [
    ("\x1b[1;2Rx = 1", "x = 1"), ("\x1b[15;5~x = 1", "x = 1"), ("\x1bOPx = 1", "x = 1"), ("ab\x1b[1;5Dc", "cab"), ("a b\x1bbc", "a cb"), ("x\x1b[13~y", "xy"), (UP, "before"),
])
def test_keys_that_look_like_answers(terminal, keys, expected):
    terminal.enter("before = 1; before")
    terminal.press(keys)
    assert terminal.last.startswith(f"[2]> {expected}")


def test_what_is_typed_ahead_comes_to_the_prompt(terminal):
    terminal.type(BUSY + "\r")
    time.sleep(0.3)
    terminal.type("x = 20 + 3\rx")
    terminal.wait_for("[2]> x = 20 + 3\n[3]> x")
    assert terminal.lines[1:] == [f"[1]> {BUSY}", "[2]> x = 20 + 3", "[3]> x"]
    terminal.settle()
    assert terminal.enter("") == ["23"]


def test_ctrl_c_right_behind_enter_stops(terminal):
    """However soon it comes: with Enter, while the line is taken over, while the cell is compiled."""
    terminal.enter("n = 0")
    for milliseconds in [0, 0, 0, 0.2, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20]:
        terminal.type("while True { n += 1 }\r")
        if milliseconds:
            time.sleep(milliseconds / 1000)
        terminal.type("\x03")
        terminal.wait_for_prompt(3)
        terminal.settle(0.05)
        assert any(line.startswith("error[E0605]") for line in terminal.lines[-8:]), terminal.text
        assert terminal.last.endswith("]>")
    assert terminal.enter("n = 1; n")[-1] == "1"


def test_ctrl_c_at_the_prompt_stops_nothing_later(terminal):
    for _ in range(3):
        terminal.type("abandoned\x03")
        terminal.wait_for_prompt()
    assert terminal.enter("sum(ones(1000))") == ["1000.0"]


def test_a_command_is_stopped_behind_enter_too(terminal):
    terminal.enter("def forever() { while True { } }")
    terminal.type(":time forever()\r\x03")
    terminal.wait_for_prompt(3)
    assert terminal.enter("1 + 1") == ["2"]


@pytest.mark.parametrize("colors", [False, True])
@pytest.mark.parametrize("code", [
    "print('\\x1b[31mred')", "print('\\x1b[31mred', end='')", "print('\\x1b[1;4;7m')", "print('\\x1b[31m'); nothing_there",
    "'\\x1b[31m'; print(f'\\x1b[42mgreen')",
])
def test_colours_end_with_their_cell(edited, code, colors):
    terminal = Terminal(edited, colors=colors)
    terminal.enter(code)
    terminal.press("abc")
    row = terminal.screen.buffer[terminal.screen.cursor.y]
    for place in range(5, 8):
        cell = row[place]
        assert (cell.data, cell.fg, cell.bg) == ("abc"[place - 5], "default", "default")
        assert not (cell.bold or cell.reverse or cell.underscore)
    # The prompt begins a line, and no line is empty but what the cell has printed.
    assert terminal.last == "[2]> abc"
    errors = [line for line in terminal.lines if line.startswith("error")]
    for line in errors:
        at = terminal.lines.index(line)
        assert terminal.screen.buffer[at][0].fg in ("default", "red") and not terminal.screen.buffer[at][0].underscore
    terminal.close()


def test_a_hidden_cursor_comes_back(terminal):
    terminal.enter("print('\\x1b[?25l')")
    assert not terminal.screen.cursor.hidden


@pytest.mark.parametrize("last", [":quit\r", "quit\r", "\x04"])
def test_the_shell_shows_what_is_typed_again(edited, last):
    child = pexpect.spawn("/bin/sh", ["-c", f"{edited.path}; stty -a"], encoding="utf-8", timeout=10,
                          cwd=str(edited.home), env=edited.environment(NO_COLOR="1"))
    for keys in ("1 + 1\r", last):
        child.expect_exact("> \x1b[?2004h" if "libedit" not in edited.path else "\x1b[?2004h")
        child.send(keys)
    child.expect(pexpect.EOF)
    assert {"echo", "icanon", "isig"} <= set(child.before.split())
    child.close()


def test_an_editor_has_a_terminal_that_shows(edited, tmp_path):
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nstty -a | grep -o ' -*echo ' > shown\n")
    editor.chmod(0o755)
    terminal = Terminal(edited, EDITOR=str(editor))
    terminal.enter("1 + 1")
    terminal.enter(":edit")
    assert (edited.home / "shown").read_text().strip() == "echo"
    terminal.close()


def test_a_paste_without_an_end_is_left_by_ctrl_c(terminal):
    terminal.type(PASTE + "x = 1\ny = 2")
    time.sleep(0.5)
    terminal.type("\x03")
    terminal.wait_for_prompt(2)
    assert terminal.enter("1 + 1") == ["2"]
    # In the midst of a paste it is a byte like others.
    terminal.paste("x = 20\n\x03x + 1")
    assert terminal.enter("")[-1] == "21"


def test_a_killed_program_may_have_left_a_terminal_that_shows_nothing(edited):
    child = pexpect.spawn("/bin/sh", ["-c", f"stty -echo; {edited.path}"], encoding="utf-8", timeout=10,
                          cwd=str(edited.home), env=edited.environment(NO_COLOR="1"))
    child.expect_exact("\x1b[?2004h")
    child.send("40 + 2")
    child.expect_exact("40 + 2")
    child.close(force=True)
