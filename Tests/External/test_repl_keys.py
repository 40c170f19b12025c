"""Keys within an entry, with GNU readline and with libedit: arrows in a block, searches, undo, keys that nobody has bound."""
import pytest

from prompt import DOWN, LEFT, PASTE, PASTE_END, UP, Terminal

BLOCK = "for i in range(2) {\n    größe = i\n}"


@pytest.fixture
def terminal(edited):
    terminal = Terminal(edited)
    yield terminal
    terminal.close()


def test_arrows_move_within_a_block(terminal):
    terminal.enter("before = 7")
    terminal.type(PASTE + BLOCK + PASTE_END)
    terminal.press(UP + "\x7f" + "9")
    # As far from the beginning of the line as below.
    assert terminal.lines[-3:] == ["[2]> for i in range(2) {", "9   größe = i", "}"]
    terminal.press("\x7f" + " ")
    terminal.press(DOWN)
    assert terminal.press("\x7f" + "};  i")[-1] == "};  i"
    terminal.press("\x7f" * 4)
    assert terminal.press(UP + UP + UP)[-1] == "[2]> before = 7"


def test_a_block_that_was_brought_back_is_edited(terminal):
    terminal.enter("before = 7")
    terminal.paste(BLOCK)
    terminal.enter("")
    # Arrows one after the other go through the history, whatever it holds.
    assert terminal.press(UP + UP)[-1] == "[3]> before = 7"
    terminal.press(DOWN)
    assert terminal.lines[-1] == "}"
    terminal.press(LEFT + UP + "j")
    assert terminal.lines[-3:] == ["[3]> for i in range(2) {", "j    größe = i", "}"]
    terminal.press(DOWN + DOWN + "\x15")


@pytest.mark.parametrize("colors", [False, True])
def test_up_goes_to_the_lines_that_were_entered(edited, colors):
    terminal = Terminal(edited, colors=colors)
    terminal.enter("total = 7")
    terminal.enter("for i in range(3) {")
    terminal.enter("    totl += i")
    terminal.press("}" + UP)
    # One block now, as one that was brought back.
    assert terminal.lines[1:] == ["[1]> total = 7", "[2]> for i in range(3) {", "    totl += i", "}"]
    # The cursor is one column from the left, as below.
    terminal.press("\x1b[C" * 6 + "a")
    assert terminal.lines[-2:] == ["    total += i", "}"]
    assert terminal.press(UP + UP)[-1] == "[2]> total = 7"
    terminal.press(DOWN)
    terminal.enter("")
    assert terminal.enter("total")[-1] == "10"
    terminal.close()


def test_up_in_an_empty_line_of_a_block(terminal):
    terminal.enter("f = [1,")
    terminal.press(UP)
    assert terminal.lines[1:] == ["[1]> f = [1,"]
    terminal.press("\x05" + "2]")
    terminal.enter("")
    assert terminal.enter("f") == ["[1, 2]"]


def test_an_empty_last_line_takes_a_row(edited):
    terminal = Terminal(edited, colors=True)
    terminal.enter("x = 1")
    terminal.press("f = [1,\x1b\r")
    terminal.press("\r")
    assert terminal.lines[1:] == ["[1]> x = 1", "[2]> f = [1,", "...>", "...>"]
    terminal.close()


def test_a_search_ends_with_an_arrow(terminal):
    terminal.enter("alpha = 12")
    terminal.enter("beta = 3")
    terminal.press("\x12alpha")
    terminal.press(LEFT + "\x1b[F" + "5")
    assert terminal.last == "[3]> alpha = 125"


@pytest.mark.parametrize("key", [
    "\x1b[5~", "\x1b[6~", "\x1b[2~", "\x1b[1;2C", "\x1b[Z", "\x1b[5;5~", "\x1b[24;2~", "\x1bOR", "\x1b[1;5A"])
def test_a_key_that_nobody_has_bound_does_nothing(terminal, key):
    terminal.press("ab" + LEFT)
    terminal.press(key)
    assert terminal.press("c")[-1] == "[1]> acb"


def test_ctrl_delete(terminal):
    terminal.press("one two" + "\x01")
    terminal.press("\x1b[3;5~")
    assert terminal.last in ("[1]>  two", "[1]> one two")


def test_undo(terminal):
    terminal.press("one two")
    terminal.press("\x17")
    assert terminal.last == "[1]> one"
    terminal.press("\x1f")
    assert terminal.last == "[1]> one two"
    terminal.press("\x1f" * 3)
    assert terminal.last == "[1]>"
    assert terminal.enter("1 + 1") == ["2"]
