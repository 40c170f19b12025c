"""Measures cnnbook beside its peers and prints one table (Markdown).

usage: bench.py [--binary PATH] [--torch-python PYTHON] [--quick] [--language]

Each figure is a median over several runs that alternate with the peer's, so that a busy machine slows both.
A peer that is not installed is shown as '-'.
"""
import argparse
import json
import os
import subprocess
import sys
import time

import language
import session
from measure import HERE, ROOT, median, program, seconds, show, slope

def lenet_step(options, threads):
    """Milliseconds of a training step at batch 64, ours and PyTorch's."""
    ours, theirs = [], []
    for _ in range(options.rounds):
        make = lambda n: [options.binary, "--threads", str(threads), "run", program("lenet_step.cnnbook"), "--param", f"steps={n}"]
        ours.append(slope(make, 40, 440) * 1e3)
        if options.torch_python:
            command = [options.torch_python, os.path.join(HERE, "pytorch_step.py"), "--case", "lenet", "--batch", "64",
                       "--threads", str(threads), "--secs", "2"]
            theirs.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["median_ms"])
    return median(ours), median(theirs)


def fashion(options):
    """Seconds, MiB at most and the accuracy line of three epochs of LeNet on Fashion-MNIST; PyTorch's seconds."""
    start = time.perf_counter()
    process = subprocess.Popen([options.binary, "run", os.path.join(ROOT, "notebooks", "fashion.cnnbook")],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    ours = time.perf_counter() - start
    if status != 0:
        return None
    peak = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    theirs = None
    if options.torch_python:
        theirs = seconds([options.torch_python, os.path.join(HERE, "pytorch_fashion.py"), "3"])
    lines = [line for line in output.splitlines() if "accuracy:" in line]
    return ours, peak, lines[-1].split()[-1] if lines else "-", theirs


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=os.path.join(ROOT, ".build", "release", "cnnbook"))
    parser.add_argument("--torch-python", default="")
    parser.add_argument("--quick", action="store_true", help="one round of each, without Fashion-MNIST")
    parser.add_argument("--language", action="store_true", help="the language's rows alone")
    options = parser.parse_args()
    options.rounds = 1 if options.quick else 5
    if options.language:
        return write(language.rows(options))
    rows = []
    for threads in (2, 1):
        ours, theirs = lenet_step(options, threads)
        ratio = f"{theirs / ours:.2f} times as fast" if theirs else ""
        rows.append((f"LeNet training step, batch 64, {threads} thread{'s' if threads > 1 else ''}", show(ours, "ms"),
                     f"PyTorch {show(theirs, 'ms')}", ratio))
    rows += language.rows(options)
    one = median([seconds([options.binary, "-c", "1"]) * 1e3 for _ in range(20)])
    rows.append(("`-c \"1\"`, start to end", show(one, "ms"), "", ""))
    rows += session.rows(options.binary)
    if not options.quick:
        result = fashion(options)
        if result is None:
            rows.append(("Fashion-MNIST, LeNet, 3 epochs", "failed: is the data set installed?", "", ""))
        else:
            ours, peak, accuracy, theirs = result
            ratio = f"{theirs / ours:.2f} times as fast" if theirs else ""
            rows.append((f"Fashion-MNIST, LeNet, 3 epochs (test accuracy {accuracy})", show(ours, "s"),
                         f"PyTorch {show(theirs, 's')}", ratio))
            rows.append(("the same, peak memory", show(peak, "MiB"), "", ""))
    write(rows)


def write(rows):
    print("| what | cnnbook | beside it | |\n|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
