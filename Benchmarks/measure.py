"""What the benchmarks share: timing whole processes, medians, figures as text."""
import collections
import os
import statistics
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)

# A row of the table, and its figures as numbers where there are several.
Row = collections.namedtuple("Row", "what cnnbook beside ratio figures", defaults=(None,))


def seconds(command, **options):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    return time.perf_counter() - start


def slope(make, few, many):
    """Seconds a round: two runs of different length, so that the start does not count."""
    return (seconds(make(many)) - seconds(make(few))) / (many - few)


def median(values):
    return statistics.median(values) if values else None


def program(name):
    return os.path.join(HERE, "programs", name)


def show(value, unit):
    return "-" if value is None else f"{value:.3g} {unit}"
