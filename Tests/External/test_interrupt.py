"""Ctrl-C in the midst of work: how soon the prompt is back, and what is left as it was."""
import re
import statistics
import time

import pytest

from prompt import Terminal

# Here a busy machine may take its time; docs/repl.md has what a quiet one takes.
PATIENCE = 1

SETUP = ["n = 0", "x = randn(300x300)"]
WORK = {
    "a loop by hand": "while True { n += 1 }",
    "a loop of products": "while True { n += 1; z = x @ x }",
    "a loop of few large fills": "while True { z = ones(10000000) }",
    "a function that calls itself": "def f(k) { return if k == 0 { 0 } else { 1 + f(k - 1) } }; while True { f(500) }",
    "a list": "y = [i * i for i in range(1000000000)]",
    "a convolution": "y = conv2d(ones(8x512x512x16), ones(9x9x16x64), pad='same')",
    "a gradient": "while True { z = gradient(x) { sum(conv2d(reshape(x, 1x300x300x1), ones(15x15x1x64))) } }",
    "a matrix product": "y = ones(6000x6000) @ ones(6000x6000)",
    "random numbers": "while True { z = randn(50000000) }",
    "sorting": "while True { z = sort(reshape(x, 90000)) }",
    "a table": "while True { z = dataset('table.csv') }",
    "printing": "while True { print('so it goes on') }",
}


@pytest.fixture
def terminal(cnnbook):
    row = ",".join(str(number % 256) for number in range(784)) + ",3\n"
    (cnnbook.home / "table.csv").write_text(row * 40_000)
    terminal = Terminal(cnnbook)
    for line in SETUP:
        terminal.enter(line)
    yield terminal
    terminal.close()


def interrupted(terminal, line, after):
    """Types a line, presses Ctrl-C so much later, and gives the seconds until the prompt and what was shown."""
    mark = len(terminal.raw)
    terminal.type(line + "\r")
    end = time.monotonic() + after
    while time.monotonic() < end:
        terminal.read(0.01)
    assert terminal.prompts == terminal.raw.count("\x1b[?2004h"), f"over too soon:\n{terminal.text}"
    start = time.monotonic()
    terminal.type("\x03")
    terminal.wait_for_prompt(30)
    return time.monotonic() - start, terminal.raw[mark:]


@pytest.mark.parametrize("work", WORK)
def test_ctrl_c_stops_work(terminal, work):
    times = []
    for after in (0.3, 0.4, 0.5):
        seconds, shown = interrupted(terminal, WORK[work], after)
        assert "error[E0605]" in shown
        times.append(seconds)
    assert statistics.median(times) < PATIENCE
    assert terminal.enter("[n >= 0, x.shape]") == ["[True, [300, 300]]"]
    # What the cell was to make is not there, neither whole nor in part.
    assert re.match(r"error\[E020[18]\]: .*'y'", terminal.enter("y")[0])


# One operation each that takes seconds on one thread without vectors, and none of it in a loop of the language.
PASSES = {
    "a large window's maximum": ("x = ones(3000x3000x1)", "y = max_pool(x, 1000, 1)"),
    "a large window's mean": ("x = ones(3000x3000x1)", "y = avg_pool(x, 1000, 1)"),
    "a power": ("x = ones(20000000).to(float64)", "while True { y = x ** 2.5 }"),
    "a chain of functions": ("x = ones(40000000)", "while True { y = sin(x) + cos(x) + tanh(x) + exp(x) }"),
    "sums down the columns": ("x = ones(8000x8000)", "while True { y = cumsum(x, axis=0) }"),
    "numbers in order are sorted": ("x = range(30000000)", "while True { y = sort(tensor(x)) }"),
    "equal numbers are sorted": ("x = zeros(4x5000000)", "while True { y = sort(x) }"),
    "a list of a tensor": ("x = ones(40000000)", "while True { y = x.list() }"),
    "a tensor of a list": ("x = list(range(20000000))", "while True { y = tensor(x) }"),
    "a sum of a list": ("x = list(range(20000000))", "while True { y = sum(x) }"),
    "lists are joined": ("x = list(range(5000000))", "while True { y = x + x }"),
    "texts are joined": ("x = 'abcdefgh' * 4000000", "while True { y = x + x }"),
    "a list grows": ("x = list(range(40000000))", "while True { y = x; y.append(1) }"),
    "an array of numbers is written": ("x = randn(50000000)", "while True { save(x, 'y.npy') }"),
    "lists are compared": ("x = list(range(10000000)); z = list(range(10000000))", "while True { y = x == z }"),
    "a long list is shown": ("x = list(range(5000000))", "while True { y = str(x) }"),
    "all elements are shown": ("x = randn(30000000)", "print(x, full=True)"),
    "a file of numbers is written": ("x = randn(10000000)", "while True { save(x, 'y.csv') }"),
}


@pytest.mark.parametrize("name", PASSES)
def test_ctrl_c_stops_a_single_operation(cnnbook, name):
    setup, line = PASSES[name]
    terminal = Terminal(cnnbook, CNNBOOK_THREADS="1", CNNBOOK_SIMD="scalar")
    terminal.enter(setup, 60)
    times = []
    for after in (0.2, 0.3, 0.4):
        seconds, shown = interrupted(terminal, line, after)
        assert "error[E0605]" in shown
        times.append(seconds)
    assert statistics.median(times) < PATIENCE / 2
    assert not (cnnbook.home / "y.csv").exists() or (cnnbook.home / "y.csv").read_bytes().count(b"\n") == 10_000_000
    terminal.close()


# What a function has made when it is stopped: millions of values that nobody holds any more.
LEFT = {
    "lists": "x = [[i] for i in range(COUNT)]",
    "texts": "x = [f'number {i}' for i in range(COUNT)]",
    "a dict": "x = {}; for i in range(COUNT) { x[i] = [] }",
    "tensors": "x = [ones(100x100) for i in range(COUNT // 1000)]",
}


@pytest.mark.parametrize("name", LEFT)
def test_what_stopped_work_leaves_is_freed_by_and_by(cnnbook, name):
    """The prompt does not wait for it, and the work that comes next gets the memory."""
    terminal = Terminal(cnnbook)
    make = LEFT[name].replace("COUNT", "7000000" if name != "a dict" else "4000000")
    terminal.enter(f"def work() {{ {make}; while True {{ }} }}")
    seconds, shown = interrupted(terminal, "work()", 4)
    assert "error[E0605]" in shown
    assert seconds < PATIENCE / 4
    terminal.enter("for i in range(20000000) { }", 30)
    terminal.enter("x = ones(1000000)")
    assert terminal.enter("zeros(10000000000)")[-1].strip() == "= 3.8 MiB are in use"
    terminal.close()


def test_an_assignment_is_done_whole(cnnbook):
    """Ctrl-C may come in its midst: no part of the tensor is newer than another."""
    terminal = Terminal(cnnbook)
    terminal.enter("x = zeros(20000000); k = 0")
    for after in (0.11, 0.17, 0.23, 0.31, 0.37):
        _, shown = interrupted(terminal, "while True { k += 1; x[:] = k }", after)
        assert "error[E0605]" in shown
        assert terminal.enter("[min(x) == max(x), k - x[0] <= 1]") == ["[True, True]"]
    terminal.close()


TRAINING = [
    "digits = dataset('digits')", "model M { input 8x8x1; conv 16, 3x3; batchnorm; relu; flatten; dense 10; softmax }", "net = M()",
]


@pytest.mark.parametrize("optimizer", ["sgd(lr=0.05)", "adam(lr=0.002)", "sgd(lr=0.05, momentum=0.9), clip=0.1"])
def test_ctrl_c_leaves_the_model_of_the_last_step(cnnbook, optimizer):
    """The very weights that a training has which is told to take so many steps."""
    command = f"train net on digits.train, epochs=EPOCHS, batch=32, optimizer={optimizer}, log=False"
    weights = "[sum(net.conv1.weight), sum(net.dense1.weight), sum(net.conv1.weight * net.conv1.weight)]"
    first = Terminal(cnnbook)
    for line in TRAINING:
        first.enter(line)
    seconds, shown = interrupted(first, command.replace("EPOCHS", "1000000"), 0.5)
    assert seconds < PATIENCE
    step = int(re.search(r"interrupted after step (\d+)", shown)[1])
    assert step > 0
    kept = first.enter(weights)
    assert kept[0].startswith("[")
    second = Terminal(cnnbook)
    for line in TRAINING:
        second.enter(line)
    second.enter(command.replace("EPOCHS", "1000000") + f", steps={step}", 30)
    assert second.enter(weights) == kept
