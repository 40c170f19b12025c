"""How soon the prompt is back after Ctrl-C during work: the table of docs/repl.md.

usage: interrupts.py [BINARY] [WORD …]    only the rows that have one of the words
"""
import os
import sys
import tempfile
import time

from measure import ROOT, median
from session import READY, Session

TRAINING = [
    "digits = dataset('digits')", "model M { input 8x8x1; conv 16, 3x3; relu; max_pool 2; flatten; dense 10; softmax }", "net = M()",
]
# What is entered before, and what is stopped.
WORK = [
    ([], "n = 0; while True { n += 1 }"),
    (["x = randn(300x300)"], "n = 0; while True { m = x @ x; n += 1 }"),
    (TRAINING, "train net on digits.train, epochs=100000, log=False"),
    ([], "ones(8000x8000) @ ones(8000x8000)"),
    ([], "conv2d(ones(8x512x512x32), ones(7x7x32x64), pad='same')"),
    ([], "while True { s = sum(ones(30000000)) }"),
    (["x = randn(100000000)"], "while True { y = x * 2 + 1 }"),
    (["x = randn(40000000)"], "while True { y = exp(x) }"),
    ([], "while True { x = ones(400000000) }"),
    (["x = randn(40000000)"], "while True { y = sort(x) }"),
    (["x = arange(40000000)"], "while True { y = sort(x) }"),
    (["x = zeros(40000000)"], "while True { y = sort(x) }"),
    (["x = list(range(3000000))"], "while True { y = sorted(x) }"),
    (["x = list(range(30000000))"], "while True { y = tensor(x) }"),
    (["x = list(range(30000000))"], "while True { y = sum(x) }"),
    (["x = list(range(5000000))"], "while True { y = x + x }"),
    ([], "while True { x = [0] * 200000000 }"),
    (["x = list(range(20000000))"], "while True { y = x[1:] }"),
    (["x = list(range(10000000)); z = list(range(10000000))"], "while True { y = x == z }"),
    (["x = randn(40000000)"], "while True { y = x.list() }"),
    ([], "while True { x = list(range(200000000)) }"),
    ([], "x = [i * i for i in range(1000000000)]"),
    ([], "x = [[i] for i in range(1000000000)]"),
    ([], "x = [str(i) for i in range(1000000000)]"),
    ([], "x = [randn(1000x1000) for i in range(1000000000)]"),
    (["def count() { d = {}; for i in range(1000000000) { d[i] = str(i) } }"], "count()"),
    (["x = list(range(10000000))"], "while True { y = str(x) }"),
    (["x = randn(10000000)"], "while True { save(x, 'x.csv') }"),
    (["x = randn(100000000)"], "while True { save(x, 'x.npy') }"),
    ([], "while True { d = dataset('fashion-mnist') }"),
    ([], "while True { d = dataset('big.csv') }"),
]


def table(path, lines=60_000):
    """47 million small numbers, as they stand in such files."""
    row = ",".join(str(number % 256) for number in range(784)) + ",3\n"
    with open(path, "w") as file:
        for _ in range(lines):
            file.write(row)


def milliseconds(session, line, after):
    session.type(line.encode() + b"\r")
    time.sleep(after)
    session.type(b"\x03")
    session.wait(READY)
    return session.elapsed


def main():
    arguments = sys.argv[1:]
    binary = os.path.abspath(arguments.pop(0)) if arguments else os.path.join(ROOT, ".build", "release", "cnnbook")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        rows = [(before, line) for before, line in WORK if not arguments or any(word in line for word in arguments)]
        if any("big.csv" in line for _, line in rows):
            table("big.csv")
        print("| work | ms | at most |\n|---|---:|---:|")
        for before, line in rows:
            session = Session(binary)
            for entered in before:
                session.type(entered.encode() + b"\r")
                session.wait(READY)
            times = [milliseconds(session, line, 0.25 + 0.13 * round) for round in range(9)]
            session.end()
            print(f"| `{line}` | {median(times):.0f} | {max(times):.0f} |", flush=True)


if __name__ == "__main__":
    main()
