"""`:edit`: what an editor leaves is an entry like one that is typed, whatever editor that is."""
import time

import pytest

from prompt import UP, Terminal


def edited_with(program, script, *keys, command=":edit"):
    """What is shown behind the command, up to the next prompt."""
    terminal = Terminal(program, EDITOR=script)
    terminal.enter("a = 1")
    terminal.enter("b = 2")
    start = len(terminal.lines)
    terminal.type(command + "\r")
    for key in keys:
        terminal.settle()
        terminal.type(key)
    terminal.settle(0.5)
    lines = terminal.lines[start - 1:]
    assert lines[0] == f"[3]> {command}"
    return terminal, lines[1:]


def leaves(text):
    return f"sh -c 'printf \"{text}\" > \"$0\"'"


@pytest.mark.parametrize("script, expected", [
    ("false", ["false ended with an error: nothing is run", "[3]>"]),
    ("true", ["nothing has changed: nothing is run", "[3]>"]),
    (leaves(""), ["nothing has changed: nothing is run", "[3]>"]),
    ("sh -c 'rm \"$0\"'", ["sh -c 'rm \"$0\"' left no file: nothing is run", "[3]>"]),
    (leaves("c = 3; c\\n"), ["c = 3; c", "3", "[4]>"]),
    (leaves(":vars\\n"), [":vars", "name  kind  shape  bytes", "a     int   1        8 B", "b     int   2        8 B",
                          "2 variables, 16 B", "[3]>"]),
    (leaves("c = 4\\n:seed\\nc\\n"), ["c = 4", ":seed", "c", "write :seed N, as :seed 42", "4", "[5]>"]),
    (leaves("c = 4; :vars\\n"), ["c = 4; :vars", "a command of the prompt stands alone on its line; write 2 lines:",
                                 "  c = 4", "  :vars", "[3]>"]),
    (leaves("ls\\n"), ["ls", "ls is a command of the shell: leave with Ctrl-D, or stop with Ctrl-Z and come back with fg",
                       "[3]>"]),
])
def test_what_an_editor_leaves(edited, script, expected):
    terminal, shown = edited_with(edited, script)
    joined = " ".join(shown)
    assert joined == " ".join(expected)
    assert terminal.enter("40 + 2")[-1] == "42"
    terminal.close()


def test_it_comes_back_with_an_arrow(edited):
    terminal, _ = edited_with(edited, leaves("c = 3; c\\n"))
    terminal.press(UP)
    assert terminal.last == "[4]> c = 3; c"
    terminal.close()


def test_ctrl_c_belongs_to_the_editor(edited):
    terminal, shown = edited_with(
        edited, "sh -c 'trap \"echo caught\" INT; until [ \"$x\" = one ]; do read x; done; echo \"c = 9; c\" > \"$0\"'", "\x03", "one\r")
    assert "caught" in shown[0] and shown[-3:] == ["c = 9; c", "9", "[4]>"]
    terminal.close()


def test_ctrl_c_stops_what_an_editor_has_left(edited):
    terminal, shown = edited_with(edited, leaves("while True { }\\n"), "typed\r", "\x03")
    assert shown == ["while True { }", "error[E0605]: interrupted", "  --> cell 3:1:1", "   |", " 1 | while True { }",
                     "   | ^^^^^^^^^^^^^^", "[4]>"]
    terminal.close()


def test_it_offers_what_has_a_source(edited):
    terminal = Terminal(edited)
    for line in ("x = 1", "def area(w) { return w }", "model Net { input 4; dense 2 }", "net = Net()"):
        terminal.enter(line)
    lines = terminal.press(":edit \t")
    assert lines[-3:] == ["Net()", "area(w)", "[5]> :edit"]
    terminal.press("a\t")
    assert terminal.last == "[5]> :edit area"
    terminal.close()
