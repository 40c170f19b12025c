"""The REPL as a person sees it: typed into through a pseudo-terminal."""
import os
import re
import signal
import stat
import time

import pexpect
import pyte
import pytest

PROMPT, MORE = re.compile(r"\[\d+\]> "), re.compile(r" *\.\.\.> ")


class Session:
    """A REPL on a terminal, with an emulator that shows its screen."""

    def __init__(self, program, columns=80, rows=24, **environment):
        environment = {"NO_COLOR": "1"} | environment
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.Stream(self.screen)
        self.child = pexpect.spawn(program.path, encoding="utf-8", timeout=10, dimensions=(rows, columns),
                                   env=program.environment(**environment))
        self.child.delaybeforesend = None
        self.expect(PROMPT)

    def expect(self, text):
        self.child.expect_exact(text) if isinstance(text, str) else self.child.expect(text)
        self.stream.feed(self.child.before + self.child.after)

    def type(self, text):
        self.child.send(text)

    def enter(self, line, prompt=PROMPT):
        """Types a line and waits for the next prompt; gives what was shown between."""
        self.child.send(line + "\r")
        self.child.expect_exact("\r\n")
        self.stream.feed(self.child.before + self.child.after)
        start = self.child.after
        self.child.expect(prompt)
        shown = self.child.before
        self.stream.feed(shown + self.child.after)
        assert start == "\r\n"
        return clean(shown)

    def leave(self):
        self.child.send("\x04")
        self.child.expect(pexpect.EOF)
        self.child.close()
        return self.child.exitstatus

    def lines(self):
        return [line.rstrip() for line in self.screen.display if line.strip()]


def clean(text):
    """Without what switches bracketed paste on and off."""
    for code in ("\x1b[?2004h", "\x1b[?2004l", "\r"):
        text = text.replace(code, "")
    return text


@pytest.fixture
def session(cnnbook):
    session = Session(cnnbook)
    yield session
    session.child.close(force=True)


def test_a_value(session):
    assert session.enter("1 + 1") == "2\n"
    assert session.leave() == 0


def test_variables_stay(session):
    assert session.enter("x = 20") == ""
    assert session.enter("x * 2 + 2") == "42\n"


def test_a_semicolon_is_silent(session):
    assert session.enter("1 + 1;") == ""


def test_several_lines(session):
    session.enter("for i in range(2) {", MORE)
    session.enter("    print(i)", MORE)
    assert session.enter("}") == "0\n1\n"


def test_an_open_bracket_goes_on(session):
    session.enter("x = [1,", MORE)
    assert session.enter("2]") == ""
    assert session.enter("x") == "[1, 2]\n"


def test_a_long_string_goes_on(session):
    session.enter('s = """a', MORE)
    session.enter("", MORE)
    session.enter('b"""')
    assert session.enter("s") == "'a\\n\\nb'\n"


def test_an_empty_line(session):
    assert session.enter("") == ""
    assert session.enter("   ") == ""


def test_an_error_and_then_on(cnnbook):
    session = Session(cnnbook, NO_COLOR="1")
    shown = session.enter("1 // 0")
    assert shown.startswith("error[E0402]: ")
    assert "--> cell 1:1:1" in shown
    assert session.enter("2 + 2") == "4\n"


def test_no_colour(cnnbook):
    assert "\x1b[" not in Session(cnnbook, NO_COLOR="1").enter("1 // 0")


def test_a_syntax_error_is_told_at_once(cnnbook):
    session = Session(cnnbook, NO_COLOR="1")
    assert session.enter("x = = 3").startswith("error[E0101]")


def test_ctrl_c_at_the_prompt(session):
    session.type("half a line")
    session.expect("half a line")
    session.type("\x03")
    session.expect(PROMPT)
    assert session.enter("1 + 1") == "2\n"


def test_ctrl_c_leaves_a_block(session):
    session.enter("for i in range(2) {", MORE)
    session.type("\x03")
    session.expect(PROMPT)
    assert session.enter("3") == "3\n"


@pytest.mark.parametrize("work", ["while True { n += 1 }", "while True { m = x @ x; n += 1 }"])
def test_ctrl_c_during_work_keeps_the_variables(cnnbook, work):
    session = Session(cnnbook, NO_COLOR="1")
    session.enter("n = 0")
    session.enter("x = randn(300x300)")
    session.type(work + "\r")
    time.sleep(0.5)
    start = time.monotonic()
    session.type("\x03")
    session.expect("error[E0605]")
    session.expect(PROMPT)
    assert time.monotonic() - start < 0.5
    assert session.enter("n > 0") == "True\n"
    assert session.enter("x.shape") == "[300, 300]\n"


def test_ctrl_c_during_training_keeps_the_model(cnnbook):
    session = Session(cnnbook, NO_COLOR="1")
    session.enter("digits = dataset('digits')")
    session.enter("model M { input 8x8x1; conv 8, 3x3; relu; flatten; dense 10; softmax }")
    session.enter("net = M()")
    session.enter("first = net.dense1.weight")
    session.type("train net on digits.train, epochs=100000, batch=32, optimizer=sgd(lr=0.05), log=False\r")
    time.sleep(1)
    start = time.monotonic()
    session.type("\x03")
    session.expect(PROMPT)
    assert time.monotonic() - start < 1
    assert session.enter("all(first == net.dense1.weight)") == "False\n"
    assert session.enter("net(digits.test.images[0]).shape") == "[10]\n"


def test_ctrl_d_leaves(session):
    session.type("\x04")
    session.child.expect(pexpect.EOF)
    assert clean(session.child.before).replace("^D", "").strip() == ""
    session.child.close()
    assert (session.child.exitstatus, session.child.signalstatus) == (0, None)


@pytest.mark.parametrize("word", ["exit", "quit", "exit()", "quit()"])
def test_words_that_leave(session, word):
    session.type(word + "\r")
    session.child.expect(pexpect.EOF)
    session.child.close()
    assert session.child.exitstatus == 0


@pytest.mark.parametrize("question", ["?conv2d", "conv2d?", "help conv2d", "? conv2d"])
def test_help(session, question):
    assert "conv2d(x, w" in session.enter(question)


def test_help_for_an_error(session):
    assert "E0301" in session.enter("help E0301")


def test_help_searches(session):
    assert "output_size" in session.enter('help "strides"')
    assert "conv2d explains" in session.enter("help")


def test_a_warning(session):
    session.enter("w = 1")
    assert "stays as it is" in session.enter("def f() { w = 2 }")


def test_help_for_a_value(session):
    session.enter("def twice(x) { return 2 * x }")
    assert "twice(x)" in session.enter("?twice")


def test_completion_of_a_variable(session):
    session.enter("learning_rate = 0.5")
    session.type("learn\t\r")
    session.expect("0.5")
    session.expect(PROMPT)


def test_completion_of_a_builtin_and_a_keyword(cnnbook):
    session = Session(cnnbook, NO_COLOR="1")
    session.type("output_si\t(28, 5)\r")
    session.expect("24\r\n")
    session.expect(PROMPT)
    session.type("contin\t\r")
    session.expect("error[E0108]")
    session.expect(PROMPT)


def test_completion_of_members(session):
    session.enter("model M { input 4; dense 2 }")
    session.enter("net = M()")
    session.type("net.dense1.wei\t.shape\r")
    session.expect("[4, 2]")
    session.expect(PROMPT)


def test_tab_indents(session):
    session.enter("if True {", MORE)
    session.type("\tx = 3\r")
    session.expect(MORE)
    assert session.enter("}") == ""
    assert session.enter("x") == "3\n"


def test_up_brings_back_a_whole_block(session):
    session.enter("for i in range(2) {", MORE)
    session.enter("    print(i * 10)", MORE)
    assert session.enter("}") == "0\n10\n"
    session.enter("1")
    session.type("\x1b[A\x1b[A")
    session.expect("}")
    session.type("\r")
    session.expect("0\r\n10\r\n")
    session.expect(PROMPT)


def test_characters_beyond_ascii(session):
    assert session.enter("größe = 'ö→日本'") == ""
    assert session.enter("len(größe)") == "4\n"


def test_the_history_is_kept(cnnbook):
    first = Session(cnnbook)
    first.enter("alpha = 1")
    first.enter("for i in range(1) {", MORE)
    first.enter("}")
    first.leave()
    file = cnnbook.history
    assert file.read_text() == "alpha = 1\nfor i in range(1) {\\n}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    second = Session(cnnbook)
    second.type("\x1b[A\x1b[A")
    second.expect("alpha = 1")
    second.type("\r")
    second.expect(PROMPT)
    assert second.enter("alpha") == "1\n"


def test_sessions_side_by_side_lose_no_history(cnnbook):
    first, second = Session(cnnbook), Session(cnnbook)
    for number in range(5):
        first.enter(f"a{number} = 1")
        second.enter(f"b{number} = 1")
    first.leave()
    second.child.kill(signal.SIGKILL)
    second.child.close()
    entries = cnnbook.history.read_text().splitlines()
    assert sorted(entries) == [f"{letter}{number} = 1" for letter in "ab" for number in range(5)]


def test_a_history_that_cannot_be_written(cnnbook):
    (cnnbook.home / "state").write_text("a file where a folder should be")
    session = Session(cnnbook)
    assert session.enter("1 + 1") == "2\n"
    assert session.leave() == 0


def test_a_new_width(session):
    session.child.setwinsize(24, 40)
    time.sleep(0.2)
    assert "60" in session.enter("30 + 30")


def test_suspended_and_back(session):
    session.type("4")
    # The terminal forgets what nobody has read when it stops a program.
    time.sleep(0.3)
    session.type("\x1a")
    deadline = time.monotonic() + 5
    while state(session.child.pid) != "T" and time.monotonic() < deadline:
        time.sleep(0.05)
    # A terminal without a job-controlling shell may refuse to stop an orphan.
    session.child.kill(signal.SIGCONT)
    time.sleep(0.2)
    session.type("2\r")
    session.expect("42\r\n")
    session.expect(PROMPT)


def state(pid):
    if not os.path.exists(f"/proc/{pid}/stat"):
        return "T"
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()[0]


def test_a_dumb_terminal(cnnbook):
    session = Session(cnnbook, TERM="dumb")
    assert session.enter("1 + 1") == "2\n"
    session.enter("if True {", MORE)
    assert session.enter("5 }") == "5\n"
    session.type("\x03")
    session.expect(PROMPT)
    shown = session.enter("1 // 0")
    assert shown.startswith("error[E0402]") and "\x1b" not in shown
    session.type("while True { }\r")
    time.sleep(0.3)
    session.type("\x03")
    session.expect("error[E0605]")
    session.expect(PROMPT)
    assert session.leave() == 0


def test_the_screen(cnnbook):
    session = Session(cnnbook, columns=60)
    session.enter("tensor([[1, 2], [3, 4]])")
    assert session.lines()[-5:] == [
        "[1]> tensor([[1, 2], [3, 4]])", "tensor 2x2 float32", "[[1, 2],", " [3, 4]]", "[2]>"]


def test_quiet_has_no_greeting(cnnbook):
    child = pexpect.spawn(cnnbook.path, ["--quiet"], encoding="utf-8", timeout=10,
                          env=cnnbook.environment(NO_COLOR="1"))
    child.expect(PROMPT)
    assert clean(child.before).strip() == ""


def test_the_first_prompt_comes_at_once(cnnbook):
    times = []
    for _ in range(5):
        start = time.monotonic()
        Session(cnnbook).child.close(force=True)
        times.append(time.monotonic() - start)
    assert min(times) < 0.2
