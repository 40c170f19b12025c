"""The line that tells how training goes on: on standard error, and gone when it is over."""
import re
import time

import pytest
from terminal import Terminal, plain
from wcwidth import wcswidth

TRAINING = """\
d = dataset("digits").train
model Net { input 8x8x1; conv 32, 3x3, pad=same; relu; conv 32, 3x3, pad=same; relu; flatten; dense 10; softmax }
net = Net()
h = train net on d, epochs=EPOCHS, batch=16, optimizer=sgd(lr=0.05)
"""
# A line of the table goes on with a line feed.
REDRAW = re.compile(r"\r\x1b\[J(epoch [^\x1b\r\n]+)\r(?!\n)")


def training(epochs):
    return TRAINING.replace("EPOCHS", str(epochs))


@pytest.fixture
def terminal(cnnbook):
    opened = []

    def start(*arguments, **options):
        opened.append(Terminal(cnnbook, *arguments, **options))
        return opened[-1]

    yield start
    for session in opened:
        session.close()


# MARK: live


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_it_fits_and_tells(terminal, write, columns):
    session = terminal("run", write("a.cnnbook", training(25)), columns=columns, rows=40)
    assert session.finish() == 0
    lines = REDRAW.findall(session.raw)
    assert len(lines) > 2
    for line in lines:
        assert wcswidth(line) <= columns - 1, line
        assert re.match(r"epoch \d+/25 ", line) and re.search(r" \d+/90 ", line) and re.search(r" loss \d\.\d{3}", line)
        assert re.search(r" acc(uracy)? \d\.\d\d", line)
        if columns >= 80:
            assert "━" in line or "─" in line
            assert re.search(r"[▁▂▃▄▅▆▇█]", line) and re.search(r"\d (s|days) left|\d:\d\d left", line)
            assert re.search(r"[\d.]+[kM]?/s" if columns < 110 else r"[\d,]+ pictures/s", line)
    # At the end only the table is there.
    assert [line.split()[0] for line in session.lines()] == ["epoch", *map(str, range(1, 26))]


def test_ten_times_a_second_at_most(terminal, write):
    session = terminal("run", write("a.cnnbook", training(40)), rows=60)
    start = time.monotonic()
    assert session.finish() == 0
    redraws = len(REDRAW.findall(session.raw))
    assert 2 < redraws <= 10 * (time.monotonic() - start) + 1


def test_resize(terminal, write):
    session = terminal("run", write("a.cnnbook", training(100)), columns=120, rows=40)
    session.wait("\x1b[J")
    session.wait("\r")
    session.child.setwinsize(40, 50)
    session.screen.resize(40, 50)
    mark = len(session.raw)
    assert session.finish() == 0
    lines = REDRAW.findall(session.raw[mark:])
    # One may have been on its way.
    assert len(lines) > 2 and all(wcswidth(line) <= 49 for line in lines[1:])
    assert len(session.lines()) == 39 or all(re.match(r"epoch|\s*\d+ ", line) for line in session.lines())


def test_a_short_training_shows_none(terminal, write):
    session = terminal("run", write("a.cnnbook", training(1).replace("d = ", "d = 0\nd = ").replace(".train", ".train.take(64)")))
    assert session.finish() == 0
    assert REDRAW.findall(session.raw) == []


def test_ascii(terminal, write):
    session = terminal("run", write("a.cnnbook", training(20)), LANG="C", columns=120)
    assert session.finish() == 0
    lines = REDRAW.findall(session.raw)
    assert lines and all(line.isascii() and "[" in line for line in lines)


def test_ctrl_c_clears_it(terminal):
    session = terminal(rows=30)
    session.wait(session.prompt)
    for line in training(100000).replace("sgd(lr=0.05)", "sgd(lr=0.05), log=False").splitlines()[:-1]:
        session.enter(line)
    session.child.send("h = train net on d, epochs=100000, log=False\r")
    session.wait("\x1b[Jepoch")
    session.wait("\r")
    session.child.send("\x03")
    session.wait("E0605")
    session.wait(session.prompt)
    # The terminal may write its ^C when the line was cleared already.
    assert not any(re.match(r"(\^C)?epoch? \d+/100000", line) for line in session.lines())
    assert any(re.match(r"(\^C)?error\[E0605\]", line) for line in session.lines())
    assert plain(session.enter("accuracy(net, d) > 0")).strip().endswith("True")


def test_a_line_that_was_left_open_holds_only_for_its_cell(terminal):
    session = terminal(rows=40)
    session.wait(session.prompt)
    for line in training(30).splitlines()[:-1]:
        session.enter(line)
    session.enter("print(1, end=\"\")")
    assert REDRAW.search(session.enter("h = train net on d, epochs=30, log=False"))


def test_an_error_clears_it(terminal, write):
    code = training(1000).replace("optimizer=sgd(lr=0.05)", "log=False { on epoch { if epoch == 30 { error(\"enough\") } } }")
    session = terminal("run", write("a.cnnbook", code), rows=30)
    assert session.finish() == 1
    assert REDRAW.findall(session.raw)
    assert session.lines()[0].startswith("error[")


def test_what_hooks_print_stays(terminal, write):
    code = training(25).replace("sgd(lr=0.05)", "sgd(lr=0.05), log=False { on epoch { print(\"epoch\", epoch, \"ends\") } }")
    session = terminal("run", write("a.cnnbook", code), rows=40)
    assert session.finish() == 0
    assert REDRAW.findall(session.raw)
    assert session.lines() == [f"epoch {number} ends" for number in range(1, 26)]


def test_an_unfinished_line_is_not_overwritten(terminal, write):
    code = training(25).replace("h = train", "print(\"training\", end=\"\")\nh = train").replace("sgd(lr=0.05)", "sgd(lr=0.05), log=False")
    session = terminal("run", write("a.cnnbook", code + "print(\" done\")\n"), rows=40)
    assert session.finish() == 0
    assert session.lines() == ["training done"]


# MARK: in a log


def test_a_line_an_epoch_where_there_is_no_terminal(cnnbook, write):
    notebook = write("a.cnnbook", training(3).replace("sgd(lr=0.05)", "sgd(lr=0.05), validate=dataset(\"digits\").test"))
    result = cnnbook("run", notebook)
    number = r"\d+\.\d{4}"
    form = (rf"epoch \d/3  loss {number}  accuracy {number}  val_loss {number}  val_accuracy {number}"
            r"  [\d,]+(\.\d)? pictures/s(  \d+ s left)?")
    assert len(result.err.splitlines()) == 3
    assert all(re.fullmatch(form, line) for line in result.err.splitlines()), result.err
    # Numbers are those of the table.
    for line, row in zip(result.err.splitlines(), result.out.splitlines()[1:]):
        assert re.findall(number, line) == row.split()[1:]
    quiet = cnnbook("run", "--quiet", notebook)
    assert (quiet.out, quiet.err) == (result.out, "")


def test_without_a_log_there_is_none(cnnbook, write):
    result = cnnbook("run", write("a.cnnbook", training(3).replace("sgd(lr=0.05)", "sgd(lr=0.05), log=False")))
    assert (result.code, result.out, result.err) == (0, "", "")


def test_standard_output_has_no_clock(terminal, cnnbook, write):
    notebook = write("a.cnnbook", training(20))
    session = terminal("run", notebook, rows=40)
    assert session.finish() == 0
    assert REDRAW.sub("", session.raw).replace("\x1b[J", "").replace("\r", "") == cnnbook("run", notebook).out


def test_quiet_on_a_terminal(terminal, write):
    session = terminal("run", "--quiet", write("a.cnnbook", training(20)))
    assert session.finish() == 0
    assert "\x1b" not in session.raw and plain(session.raw).startswith("epoch    loss")
