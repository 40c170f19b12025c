"""Measures cnnbook beside its peers and prints one table (Markdown).

usage: bench.py [--binary PATH] [--torch-python PYTHON] [--quick] [--language | --networks] [--json FILE]

Each figure is a median over several runs that alternate with the peer's, so that a busy machine slows both.
A peer that is not installed is shown as '-'.
"""
import argparse
import json
import os
import pty
import select
import subprocess
import sys
import time

import language
import networks
from measure import HERE, ROOT, Row, median, seconds, show


def first_prompt(binary):
    """Milliseconds from the start to the first prompt on a terminal."""
    start = time.perf_counter()
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(binary, [binary])
    text = b""
    while b">>>" not in text and select.select([fd], [], [], 5)[0]:
        try:
            text += os.read(fd, 4096)
        except OSError:
            break
    elapsed = time.perf_counter() - start
    os.write(fd, b"\x04")
    os.close(fd)
    os.waitpid(pid, 0)
    return elapsed * 1e3 if b">>>" in text else None


def watched(command):
    """Seconds and MiB at most of a process, and its output; the last is None where it failed."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - start
    peak = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    return elapsed, peak, output if status == 0 else None


def fashion(options):
    """Seconds, MiB at most and the accuracy of three epochs of LeNet on Fashion-MNIST; PyTorch's seconds and MiB."""
    runs, others = [], []
    for _ in range(min(options.rounds, 3)):
        runs.append(watched([options.binary, "run", os.path.join(ROOT, "notebooks", "fashion.cnnbook")]))
        if runs[-1][2] is None:
            return None
        if options.torch_python:
            others.append(watched([options.torch_python, os.path.join(HERE, "pytorch_fashion.py"), "3"]))
    lines = [line for line in runs[0][2].splitlines() if "accuracy:" in line]
    accuracy = lines[-1].split()[-1] if lines else "-"
    return (median([run[0] for run in runs]), max(run[1] for run in runs), accuracy, median([run[0] for run in others]),
            max((run[1] for run in others), default=None))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=os.path.join(ROOT, ".build", "release", "cnnbook"))
    parser.add_argument("--torch-python", default="")
    parser.add_argument("--quick", action="store_true", help="one round of each, without Fashion-MNIST")
    parser.add_argument("--language", action="store_true", help="the language's rows alone")
    parser.add_argument("--networks", action="store_true", help="the networks' rows alone")
    parser.add_argument("--json", default="", help="a file for the same as JSON")
    options = parser.parse_args()
    options.rounds = 1 if options.quick else 5
    if options.language:
        parts = [language.rows]
    elif options.networks:
        parts = [networks.rows]
    else:
        parts = [networks.rows, language.rows, whole_runs]
    write((row for part in parts for row in part(options)), options.json)


def whole_runs(options):
    one = median([seconds([options.binary, "-c", "1"]) * 1e3 for _ in range(20)])
    yield Row("`-c \"1\"`, start to end", show(one, "ms"), "", "")
    zeros = median([seconds([options.binary, "-c", "zeros(2x2)"]) for _ in range(20)])
    other = None
    if options.torch_python:
        other = median([seconds([options.torch_python, "-c", "import torch"]) for _ in range(options.rounds)])
    yield Row("start to the first result, `-c \"zeros(2x2)\"`", show(zeros * 1e3, "ms"),
              f"`import torch` {show(other * 1e3, 'ms')}" if other else "-", f"{other / zeros:.0f} times as fast" if other else "")
    prompt = median([value for value in (first_prompt(options.binary) for _ in range(10)) if value])
    yield Row("start to the first prompt", show(prompt, "ms"), "", "")
    if options.quick:
        return
    result = fashion(options)
    if result is None:
        yield Row("Fashion-MNIST, LeNet, 3 epochs", "failed: is the data set installed?", "", "")
        return
    ours, peak, accuracy, theirs, their_peak = result
    yield Row(f"Fashion-MNIST, LeNet, 3 epochs (test accuracy {accuracy})", show(ours, "s"), f"PyTorch {show(theirs, 's')}",
              f"{theirs / ours:.2f} times as fast" if theirs else "")
    yield Row("the same, peak memory", show(peak, "MiB"), f"PyTorch {show(their_peak, 'MiB')}",
              f"{peak / their_peak:.2f} of PyTorch's" if their_peak else "")


def write(rows, path):
    print("| what | cnnbook | beside it | |\n|---|---|---|---|")
    kept = []
    for row in rows:
        print("| " + " | ".join(row[:4]) + " |", flush=True)
        kept.append({key: value for key, value in row._asdict().items() if value})
    if path:
        with open(path, "w") as file:
            json.dump(kept, file, indent=1)


if __name__ == "__main__":
    main()
