"""Whole screens: at several widths, in colours, and those of the documentation."""
import pathlib
import re
import subprocess
import sys

import pexpect
import pytest
from wcwidth import wcswidth

from prompt import Terminal

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs"))

import manual_page  # noqa: E402
import screens  # noqa: E402

WIDE = """\
cnnbook VERSION   :help lists commands, ?name explains, Ctrl-D leaves
[1]> 名前 = "日本語のデータ😀と、とても長い名前のテスト"
[2]> 名前
'日本語のデータ😀と、とても長い名前のテスト'
[3]> def f(x) {
...>     return x + 1
...> }
[4]> f(tensor([[1, 2], [3, 4]]))
tensor 2x2 float32
[[2, 3],
 [4, 5]]
[5]> 1 // 0
error[E0402]: 1 // 0: an int cannot be divided by zero
  --> cell 5:1:1
   |
 1 | 1 // 0
   | ^^^^^^
   = with floats, 1.0 / 0.0 is inf
[6]>"""

# Rows of 40 columns: the line has 5 + 4 + 4 columns before the first of 22 characters of two columns each.
NARROW = WIDE.replace("   :help lists commands, ?name explains, Ctrl-D leaves", "\n:help lists commands").replace(
    "> 名前 = \"日本語のデータ😀と、とても長い", "> 名前 = \"日本語のデータ😀と、とても\n長い").replace(
        "のテスト'", "のテス\nト'").replace("cannot be divided", "cannot be\n    divided")


@pytest.mark.parametrize("columns, expected", [(40, NARROW), (80, WIDE), (200, WIDE)])
@pytest.mark.parametrize("colors", [False, True])
def test_a_session(cnnbook, columns, expected, colors):
    terminal = Terminal(cnnbook, columns=columns, rows=40, colors=colors)
    for line in ['名前 = "日本語のデータ😀と、とても長い名前のテスト"', "名前", "def f(x) {", "    return x + 1", "}",
                 "f(tensor([[1, 2], [3, 4]]))", "1 // 0"]:
        terminal.enter(line)
    version = subprocess.run([cnnbook.path, "--version"], capture_output=True, text=True).stdout.split()[1]
    # The emulator has an empty cell behind each wide character.
    assert terminal.text == expected.replace("VERSION", version)


LONG = [
    "zeros(2x3) @ zeros(2x3)", "model M { input 8x8x1; conv 4, 11x11, stride=2 }; M()",
    "x = tensor([[1, 2], [3, 4]]) + tensor([[1, 2, 3], [4, 5, 6]]) + tensor([[1, 2], [3, 4]]) + zeros(2x2) + zeros(2x2)",
    "conv2d(zeros(8x8x1), zeros(3x3x1x4), stirde=2)", "dataset('digit')", "名前 = [1, 2]; 名前[5]",
]


@pytest.mark.parametrize("line", LONG)
@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("program", ["the session", "run"])
def test_an_error_is_laid_out_for_the_width(cnnbook, write, line, columns, program):
    """Word for word what stands where no terminal is, but the code, of which less or more may fit, and no word cut."""
    path = write("long.cnnbook", line + "\n")
    whole = cnnbook("run", path).err
    assert len(max(whole.splitlines(), key=len)) > 40
    if program == "run":
        shown = on_a_terminal(cnnbook, columns, "run", str(path))
    else:
        shown = Terminal(cnnbook, columns=columns).enter(line)
        whole = whole.replace("long.cnnbook", "cell 1")
    assert max(map(wcswidth, shown)) <= columns
    assert words(shown) == words(whole.splitlines())


def on_a_terminal(program, columns, *arguments):
    child = pexpect.spawn(program.path, list(arguments), encoding="utf-8", dimensions=(40, columns),
                          env=program.environment(NO_COLOR="1"))
    child.expect(pexpect.EOF)
    return child.before.replace("\r", "").rstrip("\n").split("\n")


def words(lines):
    """Of an error in lines, without the excerpt of the code."""
    lines = [re.sub(r"^ +\| *\^*", "", line) for line in lines if not re.match(r" *\d+ \|", line)]
    return " ".join(lines).split()


def test_an_error_is_laid_out_for_the_width_as_it_is_now(cnnbook):
    terminal = Terminal(cnnbook, columns=40)
    narrow = terminal.enter("zeros(2x3) @ zeros(2x3)")
    terminal.resize(24, 200)
    wide = terminal.enter("zeros(2x3) @ zeros(2x3)")
    assert len(wide) < len(narrow)


def test_where_no_terminal_is_the_width_of_one_does_nothing(cnnbook):
    plain = cnnbook("-c", LONG[2])
    assert cnnbook("-c", LONG[2], environment={"COLUMNS": "40"}).err == plain.err
    excerpt = next(row for row in plain.err.splitlines() if row.startswith(" 1 | "))
    assert len(excerpt) == 80 and excerpt.endswith("...")


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_recalled_block_is_shown_again_with_its_prompts(cnnbook, columns):
    terminal = Terminal(cnnbook, columns=columns, colors=True)
    terminal.paste("for i in range(2) {\n    print(i)\n}")
    terminal.settle()
    assert terminal.lines[-3:] == ["[1]> for i in range(2) {", "    print(i)", "}"]
    terminal.enter("")
    assert terminal.lines[-6:] == ["[1]> for i in range(2) {", "...>     print(i)", "...> }", "0", "1", "[2]>"]


def color(terminal, text):
    """The colour of the first letter of a text on the screen."""
    for row, line in enumerate(terminal.screen.display):
        if text in line:
            return terminal.screen.buffer[row][line.index(text)].fg
    raise AssertionError(f"{text!r} is not on the screen:\n{terminal.text}")


def test_colours(cnnbook):
    terminal = Terminal(cnnbook, colors=True)
    terminal.enter("for word in ['text', 25] { print(word) }  # why")
    assert color(terminal, "[1]>") == "green"
    assert color(terminal, "for word") == "magenta"
    assert color(terminal, "'text'") == "green"
    assert color(terminal, "25]") == "cyan"
    assert color(terminal, "# why") == "brightblack"
    terminal.enter("d = dataset('digits'); d.train.shape")
    assert color(terminal, "train.shape") == "default"
    terminal.enter("3.5")
    assert terminal.screen.buffer[terminal.screen.cursor.y - 1][0].fg == "cyan"
    terminal.enter("nothing")
    assert color(terminal, "error[E0201]") == "red"


def test_colours_are_not_the_only_signal(cnnbook):
    lines = ["for i in [1, 'a'] { print(i) }", "[1, 'a', None]", "nothing", ":vars"]
    screens = []
    for colors in (False, True):
        terminal = Terminal(cnnbook, colors=colors)
        for line in lines:
            terminal.enter(line)
        screens.append(terminal.text)
    assert screens[0] == screens[1]


@pytest.mark.parametrize("environment, expected", [
    ({}, True), ({"NO_COLOR": "1"}, False), ({"CLICOLOR": "0"}, False), ({"TERM": "dumb"}, False),
    ({"TERM": "dumb", "CLICOLOR_FORCE": "1"}, True), ({"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, False)])
def test_when_there_are_colours(cnnbook, environment, expected):
    child = pexpect.spawn(cnnbook.path, ["-c", "1 // 0"], encoding="utf-8", env=cnnbook.environment(**environment))
    child.expect(pexpect.EOF)
    assert ("\x1b[1;31merror" in child.before) is expected


def test_colours_where_no_terminal_is(cnnbook):
    assert "\x1b[" not in cnnbook("-c", "1 // 0").err
    assert "\x1b[" in cnnbook("-c", "1 // 0", environment={"CLICOLOR_FORCE": "1"}).err


def test_the_screens_of_the_documentation(cnnbook):
    assert screens.page(cnnbook.path) == screens.PAGE.read_text(), "make screens"


def test_the_picture_of_the_documentation(cnnbook):
    assert screens.drawing(cnnbook.path) == screens.PICTURE.read_text(), "make screens"


def test_the_manual_page(cnnbook):
    assert manual_page.page(cnnbook.path) == manual_page.PAGE.read_text(), "make generated"
