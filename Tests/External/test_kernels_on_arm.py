"""The kernels give the same bytes on arm64 (NEON, in an emulator) as on x86-64, at every SIMD level and number of threads."""
import pathlib
import platform
import re
import shutil
import subprocess

import pytest

from conftest import ROOT

KERNELS = ROOT / "Sources" / "CNNKernels"
DRIVER = ROOT / "Tests" / "Kernels" / "bytes.c"
CROSS = pathlib.Path("/usr/lib/gcc-cross/aarch64-linux-gnu")
ARM = ["--target=aarch64-linux-gnu", "-fuse-ld=lld", "-static", "-isystem", "/usr/aarch64-linux-gnu/include",
       "-B/usr/aarch64-linux-gnu/lib", "-L/usr/aarch64-linux-gnu/lib"]

pytestmark = pytest.mark.skipif(
    platform.system() != "Linux" or platform.machine() != "x86_64", reason="the emulator runs on x86-64 Linux")


def kernel_flags():
    """As the package compiles them."""
    manifest = (ROOT / "Package.swift").read_text()
    return re.findall(r'"(-[^"]+)"', re.search(r"kernelFlags.*?\[\s*\.unsafeFlags\(\[(.*?)\]\)", manifest, re.S)[1])


def build(program, *options):
    clang = shutil.which("clang")
    assert clang, "Swift's clang is needed in the path"
    sources = [str(DRIVER), *map(str, sorted(KERNELS.glob("*.c")))]
    command = [clang, *kernel_flags(), "-Wall", "-Werror", *options, f"-I{KERNELS / 'include'}", *sources, "-o", str(program)]
    done = subprocess.run([*command, "-lm", "-lpthread"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return program


def lines(command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """The lines of x86-64 without vectors on one thread, the program, and its levels."""
    program = build(tmp_path_factory.mktemp("host") / "bytes")
    flags = next(line for line in open("/proc/cpuinfo") if line.startswith("flags")).split()
    levels = ["scalar"] + ["avx2"] * ("avx2" in flags and "fma" in flags) + ["avx512"] * ("avx512vl" in flags)
    return lines([program, "scalar", "1"]), program, levels


@pytest.fixture(scope="module")
def on_arm(tmp_path_factory):
    """The command that runs the kernels as an arm64 processor does."""
    emulator = shutil.which("qemu-aarch64")
    versions = sorted(CROSS.glob("*"))
    assert emulator and versions, "qemu-user and gcc-aarch64-linux-gnu are needed: make setup"
    library = [f"-B{versions[-1]}", f"-L{versions[-1]}"]
    return [emulator, build(tmp_path_factory.mktemp("arm") / "bytes", *ARM, *library)]


def test_the_lines_say_something(expected):
    reference, _, _ = expected
    assert len(reference) > 3000
    hashes = {line.rsplit(" ", 1)[1] for line in reference}
    assert len(hashes) > 0.8 * len(reference)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_x86_levels_and_threads(expected, threads):
    reference, program, levels = expected
    for level in levels:
        assert lines([program, level, str(threads)]) == reference, level


@pytest.mark.parametrize("level", ["scalar", "neon"])
@pytest.mark.parametrize("threads", [1, 3])
def test_arm(expected, on_arm, level, threads):
    assert lines([*on_arm, level, str(threads)]) == expected[0]
