"""How answers stand on the screen, and what they say of the session's own names."""
import os
import re

import pexpect
import pytest

from prompt import Terminal


@pytest.fixture
def terminal(cnnbook):
    terminal = Terminal(cnnbook, rows=50, columns=80)
    yield terminal
    terminal.close()


# A line that a cell leaves open


@pytest.mark.parametrize("colors", [False, True])
def test_a_prompt_begins_a_line(cnnbook, colors):
    terminal = Terminal(cnnbook, rows=50, columns=80, colors=colors)
    terminal.enter("print('no newline', end='')")
    terminal.enter("x = 1")
    terminal.enter("print('cut', end=''); x = nothing")
    terminal.enter(":set timing on")
    terminal.enter("print('slow', end='')")
    shown = terminal.lines[1:]
    assert shown[:4] == ["[1]> print('no newline', end='')", "no newline", "[2]> x = 1",
                         "[3]> print('cut', end=''); x = nothing"]
    assert shown[4] == "cut" and shown[5].startswith("error[E0201]")
    assert shown[-3] == "slow" and shown[-2].startswith("took ") and terminal.last == "[5]>"
    # No empty line where the output has ended its own.
    assert terminal.enter("print('a')")[-2:-1] == ["a"] and "" not in terminal.lines
    terminal.close()


def test_a_prompt_begins_a_line_on_a_plain_terminal(cnnbook):
    child = pexpect.spawn(
        cnnbook.path, encoding="utf-8", timeout=10, cwd=str(cnnbook.home),
        env=cnnbook.environment(TERM="dumb", NO_COLOR="1"))
    for line in ("print('open', end='')", "print('shut')"):
        child.expect_exact("> ")
        child.send(line + "\r")
    child.expect_exact("[3]> ")
    child.sendeof()
    shown = child.before.replace("\r", "") + child.read()
    assert "open\n[2]> " not in shown and "shut\n" in shown and "\n\n[3]" not in shown
    child.close()


def test_a_line_stays_open_in_a_pipe(cnnbook):
    assert cnnbook(stdin="print('a', end='')\n").out == "a"


# Code is not broken by words


def test_the_tour_shows_its_code_as_it_is(cnnbook, terminal):
    terminal.type(":demo\r")
    for step in range(1, 7):
        terminal.wait_for(f"{step}/9 Enter>", 30)
        terminal.type("\r")
    terminal.wait_for("7/9 Enter>", 30)
    shown = terminal.lines
    for line in ("input 8x8x1",
                 "conv 16, 3x3, pad=same;  relu;  maxpool 2", "flatten", "dense 10;  softmax"):
        assert any(re.fullmatch(r" *\.\.\.>     " + re.escape(line), row) for row in shown), line
    assert any(row.endswith("> filter = tensor([[1, 0, -1], [1, 0, -1], [1, 0, -1]]).reshape(3x3x1x1)") for row in shown)
    assert any(re.fullmatch(r" *\.\.\.> show\(conv2d\(picture, filter\)\)", row) for row in shown)


def test_an_edited_cell_is_shown_as_it_is(cnnbook, tmp_path):
    editor = tmp_path / "editor"
    code = "def far(x) {\\n    return x  +  1111111111 + 2222222222\\n}\\n" + "y = far(3)  # of a cell that is long\\n"
    editor.write_text(f"#!/bin/sh\nprintf '{code}' > \"$1\"\n")
    editor.chmod(0o755)
    terminal = Terminal(cnnbook, rows=50, columns=80, EDITOR=str(editor))
    shown = terminal.enter(":edit")
    assert shown == code.split("\\n")[:-1]
    terminal.close()


# The answers of a network


CONFUSION = """\
model Net { input 2x1x1; flatten; id: dense 2 }
net = Net(); net.id.weight = eye(2); net.id.bias = zeros(2)
x = tensor([[1, 0], [1, 0], [0, 1], [1, 0], [1, 0], [1, 0], [1, 0], [1, 0]]) |> reshape([8, 2, 1, 1])
confusion(net, [x, [0, 0, 1, 1, 1, 1, 1, 1]])
"""


def test_blocks_shade_the_answers_of_a_network(cnnbook):
    """By hand: of class 0 two of two are right; of class 1 one of six is, 0.17 of them, and five are not, 0.83."""
    shown = cnnbook("--graphics", "blocks", "-c", CONFUSION).out.splitlines()
    assert shown[0].startswith("3 of 8 right") and shown[1].split() == ["0", "1"]
    assert [line.split() for line in shown[2:]] == [["0", "2█", "0"], ["1", "5█", "1░"]]
    plain = cnnbook("--graphics", "ascii", "-c", CONFUSION).out.splitlines()
    assert [line.split() for line in plain[2:]] == [["0", "2", "0"], ["1", "5", "1"]]
    assert plain == cnnbook("-c", CONFUSION).out.splitlines()
    # The numbers stand below the classes' own.
    for column, name in ((shown[1].index("0"), "0"), (shown[1].index("1"), "1")):
        assert all(line[column].isdigit() for line in shown[2:]), name
    assert not any(line.endswith(" ") for line in shown)


# Names of the session


def test_help_says_what_a_variable_is(cnnbook, terminal):
    terminal.enter("x = zeros(2x3); model D { input 8x8x1; flatten; dense 10 }; net = D(); n = 4")
    terminal.enter("model Free { flatten; dense 10 }; free = Free()")
    assert terminal.enter("?x")[0] == "a tensor 2x3 float32"
    assert terminal.enter("help(x > 0)")[0] == "a tensor 2x3 bool"
    assert terminal.enter("?net")[0] == "a model D, input 8x8x1"
    assert terminal.enter("?free")[0] == "a model Free, no shapes until its first call"
    assert terminal.enter("?n")[:2] == ["n = 4", "an int"]
    # A text is no word to look for.
    terminal.enter("s = \"conv2d\"")
    assert terminal.enter("?s")[:2] == ["s = 'conv2d'", "a str"]
    assert terminal.enter("?\"conv2d\"")[0].startswith("conv2d(x, w")


def test_help_finds_the_commands(terminal):
    time, save = terminal.enter(":help :time"), terminal.enter(":help :save")
    assert time[0] == ":time EXPR" and save[0] == ":save FILE"
    assert terminal.enter(":help time") == time
    for question in ("?:save", "? :save", "help :save", "??:save", "?:sav"):
        assert terminal.enter(question) == save, question
    # What is a command and a function is told as both.
    both = terminal.enter(":help save")
    assert both[:len(save)] == save and both[len(save) + 1:] == terminal.enter("?save")
    assert terminal.enter("?:svae") == ["there is no command ':svae'; did you mean :save? :help lists all"]


def test_shapes_of_an_assignment(terminal):
    assert terminal.enter(":shapes q = zeros(3x3)") == ["tensor 3x3 float32"]
    shown = terminal.enter(":shapes q = zeros(3x4) @ zeros(4x2)")
    assert shown == ["@  3x4, 4x2  -> 3x2", "tensor 3x2 float32"]
    assert terminal.enter("q")[0].startswith("error[E0201]")
    assert terminal.enter(":shapes q = zeros(3x4) @ zeros(3x2)")[0].startswith("error[E0307]")
    assert not any("_ =" in line for line in terminal.enter(":shapes q = "))


# The history


@pytest.mark.parametrize("place", ["a file above", "a folder"])
def test_a_history_that_cannot_be_kept_is_told_once(cnnbook, place):
    if place == "a folder":
        cnnbook.history.mkdir(parents=True)
    else:
        (cnnbook.home / "state").write_text("a file where a folder should be")
    terminal = Terminal(cnnbook, rows=50, columns=200)
    terminal.enter("1 + 1")
    terminal.enter("1 + 2")
    assert "not remembered" not in terminal.text
    terminal.type("\x04")
    while terminal.read(1):
        pass
    assert terminal.text.count(f"what was typed is not remembered: {cnnbook.history} cannot be written") == 1


def test_a_device_in_place_of_the_history_is_meant(cnnbook):
    cnnbook.history.parent.mkdir(parents=True)
    os.symlink("/dev/null", cnnbook.history)
    terminal = Terminal(cnnbook)
    terminal.enter("1 + 1")
    terminal.type("\x04")
    while terminal.read(1):
        pass
    assert "remembered" not in terminal.text


def test_a_function_of_the_session_is_asked_for(cnnbook):
    terminal = Terminal(cnnbook)
    terminal.enter("def area(w, h=2) { return w * h }")
    assert terminal.enter("?area") == ["area(w, h=2)", "  a function of this session"]
    terminal.close()
