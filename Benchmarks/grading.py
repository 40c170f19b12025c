"""A class of made-up submissions: how many are graded a second, and whether one job and two give the same bytes.

    python3 Benchmarks/grading.py --binary .build/release/cnnbook [--students 300]

The class (`make_class`) is also what Tests/External/test_grading_class.py grades."""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
ASSIGNMENT = ROOT / "notebooks" / "assignments" / "convolution-by-hand.cnnbook"

SIZE = "def size(n, f, p, s) { return (n + 2 * p - f) // s + 1 }"
LOOPS = """def correlate(x, w) {
    rows = x.shape[0] - w.shape[0] + 1
    columns = x.shape[1] - w.shape[1] + 1
    y = zeros([rows, columns])
    for i in range(rows) {
        for j in range(columns) { y[i, j] = sum(x[i:i + w.shape[0], j:j + w.shape[1]] * w) }
    }
    return y
}"""
RESPONSE = "response = max(correlate(mine, edge))"
WEIGHTS = "weights = 2416"

# Name: what is handed in for q1 to q4, and the points of each.
KINDS = {
    "right": ((SIZE, LOOPS, RESPONSE, WEIGHTS), (3, 5, 2, 1)),
    "without-one": (("def size(n, f, p, s) { return (n + 2 * p - f) // s }", LOOPS, RESPONSE, WEIGHTS), (0, 5, 2, 1)),
    "padding-once": (("def size(n, f, p, s) { return (n + p - f) // s + 1 }", LOOPS, RESPONSE, WEIGHTS), (1, 5, 2, 1)),
    "without-stride": (("def size(n, f, p, s) { return n + 2 * p - f + 1 }", LOOPS, RESPONSE, WEIGHTS), (2, 5, 2, 1)),
    "flipped": ((SIZE, LOOPS.replace("* w)", "* flip(flip(w, 0), 1))"), RESPONSE, WEIGHTS), (3, 2, 2, 1)),
    "built-in": ((SIZE, """def correlate(x, w) {
    k = reshape(w, [w.shape[0], w.shape[1], 1, 1])
    y = conv2d(reshape(x, [x.shape[0], x.shape[1], 1]), k)
    return reshape(y, [y.shape[0], y.shape[1]])
}""", RESPONSE, WEIGHTS), (3, 4, 2, 1)),
    "smallest": ((SIZE, LOOPS, "response = min(correlate(mine, edge))", WEIGHTS), (3, 5, 0, 1)),
    "no-biases": ((SIZE, LOOPS, RESPONSE, "weights = 2400"), (3, 5, 2, 0)),
    "nothing": (("# ?", "# ?", "# ?", "# ?"), (0, 0, 0, 0)),
    "endless": (("while True { }", LOOPS, "while True { }", WEIGHTS), (0, 5, 0, 1)),
    "shows": (("x = list(range(100000))\nwhile True { print(x) }", LOOPS, RESPONSE, WEIGHTS), (0, 5, 2, 1)),
    "texts": (("x = list(range(100000))\nwhile True { s = f\"{x}\" }", LOOPS, RESPONSE, WEIGHTS), (0, 5, 2, 1)),
    "syntax": ((SIZE, "def correlate(x, w {", RESPONSE, WEIGHTS), (3, 0, 2, 1)),
    "junk": (None, (0, 0, 0, 0)),
}


def make_class(folder, students):
    """Writes the submissions. Gives the points of each student's questions."""
    folder.mkdir(parents=True, exist_ok=True)
    expected = {}
    kinds = sorted(KINDS)
    for index in range(students):
        # Most of a class is right.
        kind = "right" if index % 2 else kinds[index // 2 % len(kinds)]
        name = f"{kind}-{index:04}"
        answers, points = KINDS[kind]
        if answers is None:
            content = bytes((index * 31 + byte * byte) % 256 for byte in range(2_000))
        else:
            cells = "\n".join(f"# %% id=q{number + 1}\n{text}\n" for number, text in enumerate(answers))
            content = f"# %% [markdown]\n# Answers of student {index}.\n\n{cells}".encode()
        (folder / f"{name}.cnnbook").write_bytes(content)
        expected[name] = list(points)
    return expected


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=str(ROOT / ".build/release/cnnbook"))
    parser.add_argument("--students", type=int, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        make_class(folder / "class", options.students)
        results = []
        for jobs in (1, 2):
            started = time.perf_counter()
            subprocess.run(
                [options.binary, "grade", str(ASSIGNMENT), str(folder / "class"), "-o", str(folder / f"out{jobs}"),
                 "--jobs", str(jobs), "--quiet"], check=True, stdout=subprocess.DEVNULL)
            seconds = time.perf_counter() - started
            print(f"{options.students} submissions, {jobs} at a time: {seconds:.2f} s, "
                  f"{options.students / seconds:.0f} a second")
            results.append({str(path.relative_to(folder / f"out{jobs}")): path.read_bytes()
                            for path in (folder / f"out{jobs}").rglob("*") if path.is_file()})
        if results[0] != results[1]:
            sys.exit("one job and two differ")


if __name__ == "__main__":
    main()
