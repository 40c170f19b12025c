"""Time of a training step against batch, picture size and channels, beside the work: plots that cnnbook draws.

    python3 Benchmarks/curves.py --binary .build/release/cnnbook --output docs

writes performance-batch.svg, performance-size.svg and performance-channels.svg, and prints the figures. A step's time is
a slope of two runs, the work are the multiply-adds of the forward pass as `macs(net)` counts them.
"""
import argparse
import os
import re
import subprocess
import tempfile

from measure import median, program, slope

BASE = {"batch": 32, "side": 32, "channels": 16}
CURVES = [
    ("batch", "batch", "pictures of a batch", [4, 8, 16, 32, 64, 128, 256]),
    ("size", "side", "side of the picture, pixels", [8, 16, 24, 32, 48, 64, 96]),
    ("channels", "channels", "channels", [4, 8, 16, 32, 48, 64, 96]),
]
# A run lasts about this long.
SECONDS = 0.4


def command(options, values, steps):
    parameters = {**values, "steps": steps}
    return [options.binary, "--threads", str(options.threads), "run", program("curve.cnnbook")] + [
        word for name, value in parameters.items() for word in ("--param", f"{name}={value}")]


def work(options, values):
    return int(subprocess.run(command(options, values, 1), check=True, capture_output=True, text=True).stdout)


def milliseconds(options, values):
    guess = work(options, values) * 3 / 1e11
    many = max(6, int(SECONDS / guess))
    return median([slope(lambda steps: command(options, values, steps), 2, many) * 1e3 for _ in range(options.rounds)])


def draw(options, name, label, places, times, products):
    """The plot as cnnbook draws it in a page, taken out of the page."""
    expected = [times[-1] * p / products[-1] for p in products]
    source = f"""plot({{"a training step": {times}, "in step with the work": {expected}}}, x={places},
    title="milliseconds of a training step", x_label="{label}", y_label="ms")
"""
    with tempfile.TemporaryDirectory() as folder:
        notebook, page = os.path.join(folder, "plot.cnnbook"), os.path.join(folder, "plot.html")
        with open(notebook, "w") as file:
            file.write("# %%\n" + source)
        subprocess.run([options.binary, "run", notebook, "--html", page], check=True, capture_output=True)
        with open(page) as file:
            svg = re.search(r"<svg.*?</svg>", file.read(), re.DOTALL).group()
    with open(os.path.join(options.output, f"performance-{name}.svg"), "w") as file:
        file.write(svg + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for name, parameter, label, places in CURVES:
        times, products = [], []
        for place in places:
            values = {**BASE, parameter: place}
            products.append(work(options, values))
            times.append(milliseconds(options, values))
            print(f"{name} {place}: {times[-1]:.3g} ms, {6 * products[-1] / times[-1] * 1e-6:.0f} GFLOP/s", flush=True)
        draw(options, name, label, places, [float(f"{t:.4g}") for t in times], products)


if __name__ == "__main__":
    main()
