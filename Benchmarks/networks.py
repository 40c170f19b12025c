"""Training steps and outputs of three networks beside PyTorch's (pytorch_step.py).

A step's time is a slope: two runs of different length, so that the start does not count. Floating-point operations
count 2 for a multiply-add of the forward pass, and twice that again for the backward pass of a training step, but for
the derivative by the picture, which nobody asks for.
"""
import json
import os
import subprocess
import tempfile

from measure import HERE, Row, median, program, slope

# Multiply-adds of one picture: all layers, `macs(net)`, and the first alone, F * F * C * K * OH * OW.
PRODUCTS = {
    "lenet": (416_520, 5 * 5 * 1 * 6 * 28 * 28),
    "vgg": (38_896_896, 3 * 3 * 3 * 32 * 32 * 32),
    "resnet20": (40_813_184, 3 * 3 * 3 * 16 * 32 * 32),
}
NAMES = {"lenet": "LeNet-5", "vgg": "VGG-like", "resnet20": "ResNet-20"}
# Network, batch, mode, steps of the two runs.
ROWS = [
    ("lenet", 32, "train", 80, 1680),
    ("lenet", 64, "train", 40, 840),
    ("lenet", 64, "hand", 40, 840),
    ("lenet", 128, "train", 20, 420),
    ("lenet", 128, "hand", 20, 420),
    ("vgg", 64, "train", 2, 22),
    ("vgg", 64, "hand", 2, 22),
    ("resnet20", 64, "train", 2, 17),
    ("resnet20", 64, "hand", 2, 17),
    ("lenet", 1, "infer", 500, 20500),
    ("vgg", 1, "infer", 50, 2050),
    ("resnet20", 1, "infer", 50, 1550),
    ("lenet", 64, "infer", 20, 1620),
    ("vgg", 64, "infer", 3, 63),
    ("resnet20", 64, "infer", 3, 53),
]
MODES = {"train": "training step", "hand": "training step, the loop by hand", "infer": "output"}


def peak(threads):
    """GFLOP/s of multiply-adds on registers alone; None without a C compiler."""
    with tempfile.TemporaryDirectory() as folder:
        binary = os.path.join(folder, "peak")
        command = ["cc", "-O2", "-march=native", "-ffp-contract=fast", "-pthread", os.path.join(HERE, "peak.c"), "-o", binary]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        return float(subprocess.run([binary, str(threads)], check=True, capture_output=True, text=True).stdout)


def operations(network, batch, mode):
    products, first = PRODUCTS[network]
    return 2 * batch * (products if mode == "infer" else 3 * products - first)


def ours(options, network, batch, mode, threads, few, many):
    """Milliseconds of a step."""
    def run(steps):
        command = [options.binary, "--threads", str(threads), "run", program("step.cnnbook")]
        for name, value in (("network", network), ("batch", batch), ("steps", steps), ("mode", mode)):
            command += ["--param", f"{name}={value}"]
        return command
    return slope(run, few, many) * 1e3


def theirs(options, network, batch, mode, threads):
    command = [options.torch_python, os.path.join(HERE, "pytorch_step.py"), "--case", network, "--batch", str(batch),
               "--threads", str(threads), "--secs", "2"] + (["--infer"] if mode == "infer" else [])
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["median_ms"]


def measure(options):
    """A dictionary for each row and number of threads: milliseconds of both, GFLOP/s, the machine's peak."""
    for threads in (2, 1):
        best = peak(threads)
        for network, batch, mode, few, many in ROWS:
            mine, other = [], []
            for _ in range(options.rounds):
                mine.append(ours(options, network, batch, mode, threads, few, many))
                if options.torch_python:
                    other.append(theirs(options, network, batch, mode, threads))
            rate = operations(network, batch, mode) / median(mine) * 1e-6
            yield {
                "network": network, "batch": batch, "mode": mode, "threads": threads, "cnnbook_ms": median(mine),
                "pytorch_ms": median(other), "gflops": rate, "peak_gflops": best,
            }


def rows(options):
    for figures in measure(options):
        threads, mine, other, best = (figures[key] for key in ("threads", "cnnbook_ms", "pytorch_ms", "peak_gflops"))
        what = f"{NAMES[figures['network']]}, batch {figures['batch']}, {MODES[figures['mode']]}, {threads} thread"
        share = f", {figures['gflops'] / best:.0%} of the peak" if best else ""
        yield Row(what + ("s" if threads > 1 else ""), f"{mine:.3g} ms ({figures['gflops']:.0f} GFLOP/s{share})",
                  f"PyTorch {other:.3g} ms" if other else "-", f"{other / mine:.2f} times as fast" if other else "", figures)
