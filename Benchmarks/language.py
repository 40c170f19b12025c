"""The language's own speed beside CPython, Lua 5.4 and LuaJIT: rows for bench.py's table.

Every program under programs/ takes a number of rounds; the slope between few and many of them leaves the start out.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

from measure import HERE, ROOT, median, program, Row, seconds, show, slope

# name, what it does, work a round, unit, rounds
PROGRAMS = [
    ("conv_loop", "hand-written 5x5 convolution, a multiply-add", 60 * 60 * 25, "ns", (5, 65)),
    ("max_pool", "hand-written 2x2 max pool, an element read", 64 * 64, "ns", (20, 620)),
    ("dense_backward", "hand-written backward pass of a dense layer, a multiply-add", 16 * 20 * 40 * 2, "ns", (10, 210)),
    ("fib", "fib, a call", 21891, "ns", (10, 160)),
    ("float_sum", "a loop of additions of floats, each", 100_000, "ns", (5, 65)),
    ("strings", "a text built of 10,000 pieces, a piece", 10_000, "ns", (5, 65)),
    ("lists", "a list appended and summed, an element", 100_000, "ns", (5, 45)),
    ("sieve", "a sieve in a list, a number crossed out", 35_483, "ns", (10, 210)),
    ("nested_lists", "a product of lists of lists, a multiply-add", 40 ** 3, "ns", (5, 65)),
    ("counts", "counting in a dict, a number", 20_000, "ns", (5, 105)),
]
PEERS = [("CPython", sys.executable, "py"), ("Lua 5.4", "lua5.4", "lua"), ("LuaJIT", "luajit", "lua")]


def program_row(options, name, what, work, unit, rounds):
    commands = {"cnnbook": lambda n: [options.binary, "run", program(f"{name}.cnnbook"), "--param", f"rounds={n}"]}
    for peer, interpreter, ending in PEERS:
        if shutil.which(interpreter):
            commands[peer] = lambda n, i=interpreter, e=ending: [i, program(f"{name}.{e}"), str(n)]
    found = {peer: [] for peer in commands}
    for _ in range(options.rounds):
        for peer, make in commands.items():
            found[peer].append(slope(make, *rounds) / work * 1e9)
    figures = {peer: median(values) for peer, values in found.items()}
    peers = ", ".join(f"{peer} {show(value, unit)}" for peer, value in figures.items() if peer != "cnnbook")
    lua = figures.get("Lua 5.4")
    return Row(what, show(figures["cnnbook"], unit), peers, f"{figures['cnnbook'] / lua:.2f} of Lua's time" if lua else "")


def eager_rows(options):
    theirs = {}
    if options.torch_python:
        command = [options.torch_python, os.path.join(HERE, "pytorch_eager.py")]
        theirs = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    for name in ("add", "relu", "sum", "matmul"):
        make = lambda n: [options.binary, "run", program("eager.cnnbook"), "--param", f"rounds={n}", "--param",
                          f'operation="{name}"']
        ours = median([slope(make, 10, 210) / 1000 * 1e9 for _ in range(options.rounds)])
        other = theirs.get(name)
        yield Row(f"eager {name} of 8 elements", show(ours, "ns"), f"PyTorch {show(other, 'ns')}",
               f"{other / ours:.2f} times as fast" if other else "")


def source(lines):
    """A program of so many lines with the usual statements in it."""
    body = []
    while len(body) < lines:
        number = len(body)
        body += [f"def f{number}(x, y=2) {{", "    s = 0", "    for k in range(10) {", "        s += x * k + y - (k // 3)",
                 "        if s > 100 and y != 3 { s = s - 50 } elif s < 0 { s = 0 }", "    }",
                 f'    return [s, x, "text {number}"]', "}"]
    return "\n".join(body[:lines]) + "\n"


def parse_row(options):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for lines in (8, 10_000):
            paths.append(os.path.join(folder, f"{lines}.cnnbook"))
            with open(paths[-1], "w") as file:
                file.write(source(lines))
        few, many = (median([seconds([options.binary, "run", path]) for _ in range(4 * options.rounds)]) for path in paths)
    return Row("parse and compile 10,000 lines", show((many - few) * 1e3, "ms"), "", "")


def rows(options):
    for entry in PROGRAMS:
        yield program_row(options, *entry)
    yield from eager_rows(options)
    yield parse_row(options)
