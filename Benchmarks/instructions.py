"""Counts the instructions of a LeNet step and of a hand-written loop under callgrind, and compares them with
instructions.json: they may grow by 5 %.

usage: instructions.py [--binary PATH] [--update]

Counts are differences of two runs, so that the start does not count; they repeat to a fraction of a percent.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

from measure import HERE, ROOT, program

FIGURES = os.path.join(HERE, "instructions.json")
# Name, program, its parameters, the parameter that is counted, two values of it.
COUNTED = [
    ("LeNet step, batch 8", "step.cnnbook", ["batch=8", "mode=train"], "steps", (2, 12)),
    ("LeNet step by hand, batch 8", "step.cnnbook", ["batch=8", "mode=hand"], "steps", (2, 12)),
    ("LeNet output, batch 1", "step.cnnbook", ["batch=1", "mode=infer"], "steps", (20, 120)),
    ("round of the hand-written convolution", "conv_loop.cnnbook", [], "rounds", (1, 2)),
    ("round of calls", "fib.cnnbook", [], "rounds", (1, 2)),
]
ALLOWED = 1.05


def instructions(binary, name, parameters):
    # The same code and the same order of keys on every machine.
    environment = dict(os.environ, CNNBOOK_SIMD="avx2", SWIFT_DETERMINISTIC_HASHING="1")
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", binary, "--threads", "1", "run", program(name)]
    for parameter in parameters:
        command += ["--param", parameter]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return int(found.group(1))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=os.path.join(ROOT, ".build", "release", "cnnbook"))
    parser.add_argument("--update", action="store_true", help="writes instructions.json")
    options = parser.parse_args()
    with open(FIGURES) as file:
        known = json.load(file)
    with tempfile.TemporaryDirectory() as folder:
        # Debian's valgrind cannot read the debug information of Swift 6.
        binary = os.path.join(folder, "cnnbook")
        subprocess.run(["strip", "-o", binary, options.binary], check=True)
        compare(binary, known, options.update)


def compare(binary, known, is_update):
    found, grown = {}, []
    for title, name, parameters, counted, (few, many) in COUNTED:
        counts = [instructions(binary, name, parameters + [f"{counted}={value}"]) for value in (few, many)]
        found[title] = (counts[1] - counts[0]) // (many - few)
        before = known.get(title)
        change = f"{found[title] / before - 1:+.1%}" if before else "new"
        print(f"{title}: {found[title]:,} instructions ({change})", flush=True)
        if before is None or found[title] > before * ALLOWED:
            grown.append(title)
    if is_update:
        with open(FIGURES, "w") as file:
            json.dump(found, file, indent=1)
            file.write("\n")
    elif grown:
        sys.exit("more than 5 % above instructions.json, or not in it: " + ", ".join(grown)
                 + "\nwhere that is meant: python3 Benchmarks/instructions.py --update")


if __name__ == "__main__":
    main()
