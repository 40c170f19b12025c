"""Typing, pasting and recalling at the prompt, with GNU readline and with libedit."""
import os
import signal
import stat
import subprocess
import time

import pytest

from prompt import HOME, LEFT, PASTE, PASTE_END, READY, UP, Terminal

BLOCK = "for i in range(2) {\n    print(i)\n}"


@pytest.fixture
def terminal(edited):
    terminal = Terminal(edited)
    yield terminal
    terminal.close()


def test_the_library_is_the_one_that_was_asked_for(edited, request):
    version = subprocess.run([edited.path, "--version"], capture_output=True, text=True).stdout
    assert ("libedit" if "libedit" in request.node.callspec.id else "GNU readline") in version


def test_the_prompt_counts_cells(terminal):
    assert terminal.last == "[1]>"
    terminal.enter("x = 1")
    assert terminal.last == "[2]>"
    terminal.enter("")
    assert terminal.last == "[2]>"


def test_the_second_line_stands_under_the_first(edited):
    terminal = Terminal(edited)
    for _ in range(9):
        terminal.enter("0;")
    terminal.enter("f = [1,")
    assert terminal.lines[-2:] == ["[10]> f = [1,", " ...>"]


def test_editing_in_the_middle(terminal):
    terminal.type("12 * 4" + LEFT * 4 + "0")
    assert terminal.enter("") == ["480"]


def test_editing_wide_characters(terminal):
    terminal.type("'日本😀語'" + LEFT * 2 + "\x7f" + "e")
    assert terminal.enter("") == ["'日本e語'"]


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_line_longer_than_the_screen(edited, columns):
    terminal = Terminal(edited, columns=columns)
    text = "größe日本" * 40
    terminal.type(f"x = '{text}'" + HOME)
    terminal.settle()
    terminal.type("\x05")
    terminal.enter("")
    assert terminal.enter("len(x)") == ["280"]


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_the_screen_after_a_line_that_wraps(edited, columns):
    terminal = Terminal(edited, columns=columns)
    line = "len('" + "0123456789" * 21 + "')"
    terminal.enter(line)
    typed = "[1]> " + line
    rows = [typed[start:start + columns] for start in range(0, len(typed), columns)]
    assert terminal.lines[-len(rows) - 2:] == rows + ["210", "[2]>"]


def test_one_up_brings_back_a_block(terminal):
    for line in BLOCK.split("\n"):
        terminal.enter(line)
    terminal.enter("5")
    terminal.press(UP + UP)
    assert terminal.lines[-1] == "}"
    assert terminal.enter("") [-2:] == ["0", "1"]


def test_ctrl_r_finds_an_entry(terminal):
    terminal.enter("alpha = 41")
    terminal.enter("beta = 2")
    terminal.press("\x12alp")
    terminal.type("\r")
    terminal.wait_for_prompt()
    assert terminal.enter("alpha + 1") == ["42"]


def test_ctrl_c_in_a_search(terminal):
    terminal.enter("alpha = 41")
    terminal.press("\x12alp")
    terminal.type("\x03")
    terminal.wait_for_prompt()
    assert terminal.enter("6 * 7") == ["42"]


def test_ctrl_c_drops_a_line(terminal):
    terminal.press("nonsense(")
    terminal.type("\x03")
    terminal.wait_for_prompt()
    assert terminal.enter("2 + 2") == ["4"]


def test_ctrl_c_drops_a_block(terminal):
    terminal.enter("if True {")
    terminal.press("print(")
    terminal.type("\x03")
    terminal.wait_for_prompt()
    assert terminal.last == "[1]>"
    assert terminal.enter("2 + 2") == ["4"]


def test_ctrl_d_leaves(terminal):
    assert terminal.leave() == 0


def test_ctrl_d_in_a_line_deletes(terminal):
    terminal.type("123" + LEFT + "\x04")
    assert terminal.enter("") == ["12"]


# Paste


def test_a_paste_waits_for_enter(terminal):
    terminal.paste("print(1)\nprint(2)\n")
    terminal.settle()
    assert "1" not in terminal.lines
    assert terminal.enter("")[-2:] == ["1", "2"]
    assert terminal.last == "[2]>"


def test_a_paste_is_one_entry(terminal):
    terminal.paste("a = 1\nb = 2\nc = a + b")
    terminal.enter("")
    terminal.press(UP)
    assert terminal.lines[-1] == "c = a + b"
    terminal.enter("")
    assert terminal.enter("c") == ["3"]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_of_a_paste(terminal, end):
    terminal.paste(end.join(["def f(x) {", "    return x + 1", "}", "f(1)", ""]))
    assert terminal.enter("")[-1] == "2"
    # No line stands there twice, or empty.
    assert terminal.lines[1:] == ["[1]> def f(x) {", "    return x + 1", "}", "f(1)", "2", "[2]>"]


TRANSCRIPTS = {
    "Python": ">>> a = 20\n>>> for i in range(2) {\n...     a += 1\n... }\n>>> a\n22\n",
    "IPython": "In [3]: a = 20\n\nIn [4]: for i in range(2) {\n   ...:     a += 1\n   ...: }\n\nIn [5]: a\nOut[5]: 22\n",
    "Julia": "julia> a = 20\n20\n\njulia> a + 2\n22\n",
    "cnnbook": "[3]> a = 20\n[4]> for i in range(2) {\n...>     a += 1\n...> }\n[5]> a\n22\n",
    "with its beginning": "$ cnnbook\ncnnbook 0.1.0   :help lists commands, ?name explains, Ctrl-D leaves\n"
                          "[1]> a = 20\n[2]> for i in range(2) {\n...>     a += 1\n...> }\n[3]> a\n22\n",
    "indented": "    >>> a = 20\n    >>> for i in range(2) {\n    ...     a += 1\n    ... }\n    >>> a\n",
    "begun behind a prompt": "a = 20\n>>> for i in range(2) {\n...     a += 1\n... }\n>>> a\n22\n",
    "behind a shell's prompt": "(env) user@host:~/lab$ cnnbook\ncnnbook 0.1.0   :help lists commands, ?name explains, "
                               "Ctrl-D leaves\n[1]> a = 20\n[2]> a + 2\n22\n",
    "behind another shell's prompt": "me@mac lab % cnnbook\n[1]> a = 20\n[2]> a + 2\n22\n",
    "with Python's beginning": 'Python 3.11.2 (main, Apr 28 2025, 14:11:48) [GCC 12.2.0] on linux\nType "help", "copyright", '
                               '"credits" or "license" for more information.\n>>> a = 20\n>>> a + 2\n22\n',
    "begun in the line": "a = 20; for i in range(2) {\n...     a += 1\n... }\n>>> a\n",
}


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_prompts_in_a_paste_are_stripped(terminal, name):
    terminal.paste(TRANSCRIPTS[name])
    assert terminal.enter("")[-1] == "22"


def test_prompts_that_come_line_by_line(terminal):
    """From a terminal that does not mark pastes."""
    for line in [">>> a = 20", ">>> for i in range(2) {", "...     a += 1", "... }", ">>>"]:
        terminal.enter(line)
    assert terminal.enter(">>> a") == ["22"]
    assert terminal.enter("In [7]: a + 1") == ["23"]


def test_commands_and_questions_in_a_paste_are_entries_of_their_own(terminal):
    terminal.paste("[1]> a = 20\n[2]> ?output_size\noutput_size(n, f)\n[3]> :time (1 +\n...>     2)\nmedian 1 ms\n[4]> b = [\n"
                   "...>     a, '''\n...> :vars\n...> ''']\n[5]> :vars\n[6]> b[0] + 1")
    shown = terminal.enter("")
    assert any(line.startswith("output_size(") for line in shown)
    assert any(line.startswith("median ") for line in shown)
    # The :vars within quotes is text.
    table = shown[next(row for row, line in enumerate(shown) if line.startswith("name ")):]
    assert [line.split()[0] for line in table[1:3]] == ["a", "b"] and not any("name " in line for line in table[1:])
    assert shown[-1] == "21"
    terminal.press(UP)
    assert terminal.lines[-1] == "b[0] + 1"
    assert any("?output_size" in line for line in terminal.lines[-11:])


def test_an_error_ends_a_paste_with_commands(terminal):
    terminal.paste("1 // 0\n:vars\nprint('never')")
    shown = terminal.enter("")
    # The rows of the entry come first.
    assert sum("never" in line for line in shown) <= 1
    assert any(line.startswith("error[E0402]") for line in shown)
    assert "there are no variables yet" not in shown and "never" not in shown


def test_one_pasted_prompt(terminal):
    terminal.paste(">>> 6 * 7")
    assert terminal.enter("") == ["42"]


def test_three_points_are_code(terminal):
    terminal.enter("x = tensor([[1, 2], [3, 4]])")
    terminal.paste("x[\n..., 0]")
    assert terminal.enter("")[-1] == "[1, 3]"


def test_a_tab_in_a_paste_completes_nothing(terminal):
    terminal.enter("alphabet = 7")
    terminal.paste("x = '''alph\t'''")
    terminal.enter("")
    assert terminal.enter("len(x)") == ["5"]


def test_control_characters_in_a_paste_do_nothing(terminal):
    terminal.paste("1\x02 +\x04 1\x7f\x15")
    assert terminal.enter("") == ["2"]


def test_a_paste_within_a_line(terminal):
    terminal.type("[" + "]" + LEFT)
    terminal.paste("1, 2,\n3")
    assert terminal.enter("")[-1] == "[1, 2, 3]"


def test_an_incomplete_paste_goes_on(terminal):
    terminal.paste("for i in range(2) {\n    print(i)")
    terminal.enter("")
    assert terminal.last == "...>"
    assert terminal.enter("}") == ["0", "1"]


def test_a_paste_with_an_error_runs_nothing(terminal):
    terminal.paste("print(1)\nprint(2))\nprint(3)")
    shown = terminal.enter("")
    assert any(line.startswith("error[E01") for line in shown)
    assert not {"1", "2", "3"} & set(shown)


def test_a_paste_cut_into_pieces(terminal):
    for piece in ("\x1b[20", "0~a = 1\nb =", " 2\x1b[", "201~"):
        terminal.type(piece)
        time.sleep(0.005)
    terminal.settle()
    terminal.enter("")
    assert terminal.enter("a + b") == ["3"]


@pytest.mark.parametrize("key", ["\x03", "\x1a", "\x1c"])
def test_keys_of_signals_in_a_paste_do_nothing(terminal, key):
    terminal.paste(f"a = 1 {key}+ 1\nprint('ran')\n")
    terminal.settle()
    assert "ran" not in terminal.lines
    assert terminal.enter("")[-1] == "ran"
    assert terminal.enter("a") == ["2"]


def test_keys_of_signals_behind_a_paste(terminal):
    terminal.type(PASTE + "print('never')\n" + PASTE_END + "\x03")
    terminal.wait_for_prompt()
    assert terminal.enter("3 + 4") == ["7"]
    assert "never" not in terminal.lines


def test_an_end_of_a_paste_that_never_began(terminal):
    terminal.type("1" + PASTE_END + "2" + "\x1b[20")
    time.sleep(0.01)
    terminal.type("1~")
    assert terminal.enter("") == ["12"]


# What a terminal answers after its time

ANSWERS = ["\x1b_Gi=31;OK\x1b\\\x1b[?62;4c", "\x1b[?62c", "\x1b_Gi=31;EINVAL:no\x1b\\", "\x1b[?1;2c\x1b[?1;2c"]


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_late_answer_is_no_input(terminal, answer):
    terminal.press("6 *" + answer + " 7")
    assert terminal.last == "[1]> 6 * 7"
    for byte in answer:
        terminal.type(byte)
        time.sleep(0.002)
    terminal.press("0")
    assert terminal.last == "[1]> 6 * 70"
    assert terminal.enter("") == ["420"]


def test_a_late_answer_that_stops_in_its_midst(terminal):
    terminal.type("12\x1b[?6")
    time.sleep(0.2)
    terminal.press("2;4c3")
    assert terminal.enter("") == ["123"]


def test_escape_and_a_letter_are_a_key(terminal):
    terminal.press("one two")
    terminal.press("\x1bb\x0b")
    assert terminal.last == "[1]> one"
    # Esc alone, and the letter as a second key.
    terminal.type("\x1b")
    time.sleep(0.1)
    terminal.press("b\x0b")
    assert terminal.last == "[1]>"


def test_prompts_within_a_text_stay(terminal):
    terminal.paste("x = '''\n>>> a\n'''")
    terminal.enter("")
    assert terminal.enter("'>>>' in x") == ["True"]


def test_a_changed_placeholder_runs_nothing(terminal):
    terminal.paste("\n".join(f"print({number})" for number in range(100)))
    terminal.press("\x7f")
    shown = terminal.enter("")
    assert any(line.startswith("nothing was run") for line in shown) and not any("error" in line for line in shown)
    assert terminal.enter("3 + 4") == ["7"]
    # Without any of it, the line is free.
    terminal.paste("\n".join(f"print({number})" for number in range(100)))
    terminal.press("\x15")
    assert terminal.enter("[3, 4]") == ["[3, 4]"]


def test_a_block_taller_than_the_screen_comes_back_as_words(terminal):
    terminal.paste("\n".join(["total = 0"] + [f"total += {number}" for number in range(29)]))
    terminal.enter("")
    assert terminal.enter("total") == ["406"]
    terminal.enter("total = 1")
    terminal.press(UP + UP + UP)
    assert terminal.last == "[4]> [30 lines: total = 0 …]"
    terminal.enter("")
    assert terminal.enter("total") == ["406"]
    terminal.press(UP + UP + "\x7f")
    assert any(line.startswith("nothing was run") for line in terminal.enter(""))


def test_ten_thousand_lines_are_pasted_in_a_second(edited):
    terminal = Terminal(edited)
    lines = ["total = 0"] + [f"total = total + {number}" for number in range(9_999)]
    start = time.monotonic()
    terminal.paste("\n".join(lines) + "\n")
    terminal.wait_for("[pasted: 10000 lines]")
    terminal.enter("")
    assert time.monotonic() - start < 1
    assert terminal.enter("total") == [str(sum(range(9_999)))]
    terminal.leave()
    assert edited.history.read_text().splitlines()[0].count("\\n") == 9_999


def test_two_long_pastes_in_one_line(terminal):
    long = "\n".join(str(number) + "," for number in range(100))
    terminal.type("len([")
    terminal.paste(long)
    terminal.type("]) + len([")
    terminal.paste(long)
    terminal.settle()
    assert "[pasted: 100 lines]" in terminal.text and "[pasted 2: 100 lines]" in terminal.text
    assert terminal.enter("])")[-1] == "200"


# History


def test_history_is_for_the_user_alone(edited):
    terminal = Terminal(edited)
    terminal.enter("alpha = 1")
    for line in BLOCK.split("\n"):
        terminal.enter(line)
    terminal.leave()
    assert edited.history.read_text() == "alpha = 1\n" + BLOCK.replace("\n", "\\n") + "\n"
    assert stat.S_IMODE(edited.history.stat().st_mode) == 0o600


def test_history_comes_back(edited):
    first = Terminal(edited)
    first.paste("a = '''x\ny'''\nb = 'back\\\\slash'")
    first.enter("")
    first.leave()
    second = Terminal(edited)
    second.press(UP)
    second.enter("")
    assert second.enter("[a, b]") == ["['x\\ny', 'back\\\\slash']"]


def test_history_has_ten_thousand_entries(edited):
    file = edited.history
    file.parent.mkdir(parents=True)
    file.write_text("".join(f"old{number}\n" for number in range(12_000)))
    terminal = Terminal(edited)
    terminal.enter("new = 1")
    terminal.leave()
    entries = file.read_text().splitlines()
    assert entries == [f"old{number}" for number in range(2_000, 12_000)] + ["new = 1"]


def test_an_entry_that_was_cut_off_stays_by_itself(edited):
    file = edited.history
    file.parent.mkdir(parents=True)
    file.write_text("whole = 1\ncut = '")
    terminal = Terminal(edited)
    terminal.enter("new = 1")
    terminal.leave()
    assert file.read_text() == "whole = 1\ncut = '\nnew = 1\n"


def test_a_pipe_in_place_of_the_history_stays_as_it_is(edited):
    file = edited.history
    file.parent.mkdir(parents=True)
    os.mkfifo(file, 0o640)
    terminal = Terminal(edited)
    assert terminal.enter("1 + 1") == ["2"]
    assert terminal.leave() == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_four_sessions_at_once_lose_nothing(edited):
    terminals = [Terminal(edited) for _ in range(4)]
    for number in range(5):
        for which, terminal in enumerate(terminals):
            terminal.enter(f"x{which}_{number} = 1")
    terminals[0].child.kill(signal.SIGKILL)
    terminals[1].child.kill(signal.SIGHUP)
    for terminal in terminals[2:]:
        terminal.leave()
    assert sorted(edited.history.read_text().splitlines()) == sorted(
        f"x{which}_{number} = 1" for which in range(4) for number in range(5))


def test_kill_9_in_the_midst_of_work_loses_no_entry(edited):
    terminal = Terminal(edited)
    terminal.enter("a = 1")
    terminal.type("while True { }\r")
    time.sleep(0.3)
    os.kill(terminal.child.pid, signal.SIGKILL)
    terminal.child.close()
    assert edited.history.read_text().splitlines() == ["a = 1", "while True { }"]


# The terminal


@pytest.mark.parametrize("columns", [40, 200])
def test_a_resize_at_the_prompt(terminal, columns):
    terminal.press("1 + 1")
    terminal.resize(30, columns)
    assert terminal.enter("")[-1] == "2"


def test_a_resize_during_work(terminal):
    terminal.type("s = 0; for i in range(3000000) { s += 1 }\r")
    time.sleep(0.05)
    terminal.resize(24, 40)
    terminal.wait(lambda: terminal.last == "[2]>", "a prompt")
    terminal.settle()
    assert terminal.enter("tensor([1, 2])") == ["tensor 2 float32", "[1, 2]"]


def test_a_stopped_session_goes_on(terminal):
    terminal.press("4")
    terminal.type("\x1a")
    time.sleep(0.3)
    terminal.child.kill(signal.SIGCONT)
    terminal.settle()
    assert terminal.enter("2")[-1] == "42"


def test_the_terminal_is_left_as_it_was(terminal):
    terminal.enter("1")
    terminal.leave()
    raw = terminal.raw + (terminal.child.before or "")
    assert raw.rfind("\x1b[?2004l") > raw.rfind(READY)


def test_alt_enter_begins_a_new_line(edited):
    terminal = Terminal(edited)
    terminal.type("x = 1\x1b\ry = x + 1\x1b\rx + y")
    assert terminal.enter("")[-1:] == ["3"]
    # The keys are the same as before: it has changed no mode.
    terminal.press("abc\x01z")
    assert terminal.last == "[2]> zabc"
    terminal.type("\x03")
    terminal.wait_for_prompt()
    terminal.press(UP)
    assert terminal.lines[-3:] == ["[2]> x = 1", "y = x + 1", "x + y"]
    terminal.close()
