"""Arrows, searches and Ctrl-C in entries of one line and of several (GNU readline)."""
import re

import pytest

from prompt import DOWN, HOME, UP, Terminal

RIGHT = "\x1b[C"
BLOCK = ["def f(a) {", "    b = a", "    return b", "}"]


@pytest.fixture
def session(cnnbook):
    terminal = Terminal(cnnbook)
    for line in ["x = 1", "y = 2", *BLOCK, "xx = 3", "n = 5"]:
        terminal.enter(line)
    yield terminal
    terminal.close()


def press(terminal, *keys):
    for key in keys:
        terminal.type(key)
        terminal.settle()
    return terminal.last


def test_up_finds_what_begins_alike(session):
    assert press(session, "x", UP) == "[6]> xx = 3"
    assert press(session, UP) == "[6]> x = 1"
    assert press(session, UP) == "[6]> x = 1"
    assert press(session, DOWN) == "[6]> xx = 3"
    assert press(session, DOWN) == "[6]> x"
    assert press(session, "\x15", UP) == "[6]> n = 5"
    assert press(session, UP) == "[6]> xx = 3"
    # What is typed then stands at the end.
    assert press(session, "3") == "[6]> xx = 33"
    assert press(session, "\r", "xx\r") == "[8]>" and "33" in session.lines


def test_up_finds_a_block(session):
    press(session, "de", UP)
    assert session.lines[-4:] == ["[6]> def f(a) {", *BLOCK[1:]]


def test_ctrl_c_leaves_all_of_a_block_behind(session):
    press(session, "def", UP, HOME, "\x03")
    assert press(session, "40 + 2\r") == "[7]>"
    assert session.lines[-7:] == ["[6]> def f(a) {", *BLOCK[1:], "[6]> 40 + 2", "42", "[7]>"]


def test_a_search_leaves_nothing_of_itself(session):
    press(session, "\x12", "return", RIGHT)
    assert session.lines[-4:] == ["[6]> def f(a) {", *BLOCK[1:]]


def test_a_changed_entry_is_as_it_was(session):
    press(session, UP, "77", UP, "\r")
    assert press(session, UP, UP) == "[7]> n = 5"


def test_a_long_line_comes_back_as_words(cnnbook):
    terminal = Terminal(cnnbook, rows=24)
    terminal.type(f"\x1b[200~x = \"{'b' * 5000}\"\x1b[201~\r")
    terminal.settle()
    assert re.fullmatch(r"\[2\]> \[1 line: x = \"b+ …\]", press(terminal, UP))
    press(terminal, "\r")
    assert terminal.enter("len(x)")[-1] == "5000"
    terminal.close()


def test_a_paste_with_tabs_is_shown_again(cnnbook):
    terminal = Terminal(cnnbook, colors=True)
    terminal.type("\x1b[200~def f(a) {\n\treturn a\n}\nf(3)\x1b[201~\r")
    terminal.settle()
    lines = terminal.lines
    start = lines.index("[1]> def f(a) {")
    assert [line.split() for line in lines[start + 1:start + 5]] == [["...>", "return", "a"], ["...>", "}"], ["...>", "f(3)"], ["3"]]
    terminal.close()


def test_errors_in_a_file_have_no_colours(cnnbook, tmp_path):
    log = tmp_path / "log"
    script = tmp_path / "logged"
    script.write_text(f"#!/bin/sh\nexec '{cnnbook.path}' 2> '{log}'\n")
    script.chmod(0o755)
    terminal = Terminal(type(cnnbook)(str(script), cnnbook.home), colors=True)
    terminal.enter("1 // 0")
    terminal.close()
    assert "error[E0402]" in log.read_text() and "\x1b" not in log.read_text()
