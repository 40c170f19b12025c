"""Grading when something is killed, is full, grows or never ends."""
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import time

import pytest

from submissions import ASSIGNMENT, HOSTILE, no_leftovers, REPORTS, scores, students, table, tree


def workers(grader):
    """The workers of a grader, and the copies that they made."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if b"grade-worker" in (entry / "cmdline").read_bytes():
                    parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                    found.append((int(entry.name), parent))
            except OSError:
                pass
    own = {pid for pid, parent in found if parent == grader}
    return [pid for pid, parent in found if pid in own or parent in own]


@pytest.mark.skipif(not pathlib.Path("/proc/self/stat").exists(), reason="workers are found in /proc")
def test_workers_killed(cnnbook, answers, tmp_path):
    """Signal 9 at 50 random moments: nobody gains a point and nobody loses one."""
    kinds = ["right", "blank", "moved-cells", "later-cell-breaks", "redefines-sum"]
    for index in range(150):
        shutil.copy(HOSTILE / f"{kinds[index % 5]}.cnnbook", answers / f"{kinds[index % 5]}-{index:03}.cnnbook")
    choose = random.Random(1)
    killed = 0
    rounds = 0
    while killed < 50:
        rounds += 1
        assert rounds < 20
        out = tmp_path / f"out{rounds}"
        grader = subprocess.Popen(
            [cnnbook.path, "grade", str(ASSIGNMENT), str(answers), "-o", str(out), "--jobs", "2", "--quiet"],
            stdout=subprocess.DEVNULL, env=cnnbook.environment())
        while grader.poll() is None:
            time.sleep(choose.uniform(0.005, 0.06))
            running = workers(grader.pid)
            if running and killed < 50:
                try:
                    os.kill(choose.choice(running), signal.SIGKILL)
                    killed += 1
                except ProcessLookupError:
                    pass
        if not (out / "grades.json").exists():
            # The assignment's own worker was stopped each time that it was tried: nothing is graded, and nothing said of it.
            assert grader.returncode == 5 and not list(out.rglob("*.json"))
            continue
        found = students(out)
        assert len(found) == 150
        no_leftovers(out)
        for name, one in found.items():
            row = table()[name.rsplit("-", 1)[0]]
            wanted = [int(row[q]) for q in ("q1", "q2", "q3")]
            if one["graded"]:
                assert scores(one) == wanted and "ended cnnbook" not in json.dumps(one), name
            else:
                assert "from outside" in one["failure"] and one["score"] is None
        assert grader.returncode in (0, 5)


def test_grader_killed_and_resumed(cnnbook, answers, tmp_path):
    for index in range(60):
        shutil.copy(HOSTILE / ("right.cnnbook" if index % 2 else "blank.cnnbook"), answers / f"s{index:02}.cnnbook")
    assert cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "whole", *REPORTS).code == 0
    for moment in (0.1, 0.25, 0.4):
        grader = subprocess.Popen(
            [cnnbook.path, "grade", str(ASSIGNMENT), str(answers), "-o", str(tmp_path / "part"), "--resume", *REPORTS],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=cnnbook.environment())
        time.sleep(moment)
        grader.kill()
        grader.wait()
        for path in (tmp_path / "part").rglob("*.json"):
            json.loads(path.read_text())
    result = cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "part", "--resume", *REPORTS)
    assert result.code == 0, result.err
    whole, part = tree(tmp_path / "whole"), tree(tmp_path / "part")
    assert whole == {name: content for name, content in part.items() if not name.endswith(".tmp")}


@pytest.mark.skipif(not pathlib.Path("/proc/self/stat").exists(), reason="workers are found in /proc")
def test_worker_always_killed(cnnbook, answers, tmp_path):
    """One whose every worker is stopped has no result; the others have theirs, and a later run makes up for it."""
    for name in ("a", "b", "c"):
        shutil.copy(HOSTILE / "right.cnnbook", answers / f"{name}.cnnbook")
    slow = tmp_path / "slow.cnnbook"
    slow.write_text(ASSIGNMENT.read_text().replace("# work: 2e7", "# work: 3e9"))
    (answers / "b.cnnbook").write_text((HOSTILE / "infinite-loop.cnnbook").read_text())
    grader = subprocess.Popen(
        [cnnbook.path, "grade", str(slow), str(answers), "-o", str(tmp_path / "out"), "--jobs", "1", "--quiet"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=cnnbook.environment())
    while grader.poll() is None:
        time.sleep(0.02)
        # Only the endless one is there for long.
        for pid in workers(grader.pid):
            try:
                if int(pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11]) >= 20:
                    os.kill(pid, signal.SIGKILL)
            except (OSError, IndexError):
                pass
    found = students(tmp_path / "out")
    assert grader.returncode == 5
    assert found["a"]["score"] == found["c"]["score"] == 6
    assert not found["b"]["graded"] and found["b"]["score"] is None and "signal 9" in found["b"]["failure"]
    assert ",b,,6," in (tmp_path / "out" / "grades.csv").read_text()
    assert cnnbook("grade", slow, answers, "-o", tmp_path / "out", "--resume").code == 0
    assert scores(students(tmp_path / "out")["b"]) == [0, 2, 2]


@pytest.mark.skipif(not pathlib.Path("/proc/self/stat").exists(), reason="workers are found in /proc")
@pytest.mark.parametrize("command", ["grade", "release"])
def test_worker_of_the_assignment_always_killed(cnnbook, answers, tmp_path, command):
    """That is no flaw of the assignment: nothing is graded or released, with the code of our own faults."""
    shutil.copy(HOSTILE / "right.cnnbook", answers / "a.cnnbook")
    slow = tmp_path / "slow.cnnbook"
    slow.write_text(ASSIGNMENT.read_text().replace("# work: 2e7", "# work: 1e15").replace(
        "target = 12.0", "target = 12.0\nwhile True { }"))
    out = tmp_path / "out"
    arguments = [str(answers), "--jobs", "1"] if command == "grade" else []
    grader = subprocess.Popen(
        [cnnbook.path, command, str(slow), *arguments, "-o", str(out)], stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, env=cnnbook.environment())
    while grader.poll() is None:
        time.sleep(0.02)
        for pid in workers(grader.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
    errors = grader.stderr.read().decode()
    assert grader.returncode == 5 and "stopped from outside 6 times, the last time by signal 9" in errors, errors
    assert not out.is_file() and not list(out.rglob("*.json"))


@pytest.mark.parametrize("name, code", [
    ("print of a list", "l = list(range(100000))\nwhile True { print(l) }"),
    ("shown list", "l = list(range(100000))\nwhile True { l }"),
    ("str of a list", "l = list(range(100000))\nwhile True { s = str(l) }"),
    ("f-string", "l = [0.1] * 100000\nwhile True { s = f\"{l}\" }"),
    ("str of a tensor", "x = rand(1000000)\nwhile True { s = str(x) }"),
    ("tensors in a list", "x = [rand(64)] * 100\nwhile True { s = str(x) }"),
    ("all of a tensor", "x = rand(100000)\nwhile True { print(x, full=True) }"),
    ("quoted text", "s = [\"ab\\n\" * 1000000]\nwhile True { t = str(s) }"),
    ("shared lists", "l = [1]\nfor i in range(30) { l = [l, l] }\nwhile True { s = str(l) }"),
    ("dict", "d = {}\nfor i in range(10000) { d[i] = 0.3 * i }\nwhile True { s = str(d) }"),
    ("width", "while True { s = f\"{1:10000}\" }"), ("decimals", "while True { s = f\"{1e300:.1000f}\" }"),
    ("float", "x = 0.1234567\nwhile True { s = str(x) }"),
    ("failed expectation", "l = list(range(100000))\nwhile True { expect error { expect l == 3 } }"),
    ("unknown key", "d = {}\nl = \"ab\" * 1000000\nwhile True { expect error { d[l] } }"),
    ("unknown name", "while True { expect error { nothing(1) } }"),
    ("picture", "x = rand(512x512)\nwhile True { show(x) }"), ("plot", "x = list(range(10000))\nwhile True { plot(x) }"),
    ("help", "while True { help(conv2d) }"),
    ("texts compared", "s = \"ab\" * 1000000\nt = \"ab\" * 1000000\nwhile True { b = s == t }"),
    ("lists compared", "s = list(range(100000))\nt = list(range(100000))\nwhile True { b = s == t }"),
    ("texts joined", "s = \"ab\" * 1000000\nwhile True { t = f\"{s}{s}\" }"),
    ("copies", "a = list(range(100000))\nwhile True { b = a\nb.append(1) }"),
    ("sorting", "a = list(range(100000))\nwhile True { a.sort(reverse=True)\na.sort() }"),
    ("rows", "x = zeros(100000)\nwhile True { for row in x { } }"), ("hash", "x = rand(100000)\nwhile True { y = hash(x) }"),
    ("long round", "x = 0\nwhile True {\n" + "x = x + 1\n" * 1000 + "}"),
    ("long function", "def f(x) {\n" + "x = x + 1\n" * 1000 + "return x\n}\nwhile True { f(1) }"),
    ("list made", "while True { x = [1, 2, 3] }"), ("data set", "while True { d = dataset(\"digits\") }"),
    ("module", "while True { import models }"), ("stack", "a = [zeros(3)] * 10000\nwhile True { b = stack(a) }"),
    ("gradient", "w = tensor([1.0])\nwhile True { v, g = gradient(w) { sum(w * w) } }"),
], ids=lambda value: value.replace(" ", "-") if "\n" not in value and "while" not in value else "")
def test_work_is_about_time(cnnbook, answers, tmp_path, name, code):
    """Whatever an endless loop does: its work is used up within seconds, and the same on every machine."""
    assignment = tmp_path / "timed.cnnbook"
    assignment.write_text(ASSIGNMENT.read_text().replace("# work: 2e7", "# work: 5e8").replace("# timeout: 20", "# timeout: 60")
                          .replace("# memory: 64M", "# memory: 512M"))
    (answers / "a.cnnbook").write_text(f"# %% id=q1\n{code}\n")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert cnnbook("grade", assignment, answers, "-o", tmp_path / "out", "--report", "json").code == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    note = students(tmp_path / "out")["a"]["questions"][0]["note"]
    assert "units of work" in note or "prints too much" in note, note
    # Half a second to two on what it was measured with; it was 60 and more.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 8


def test_time_is_a_net(cnnbook, answers, tmp_path):
    """Work without end in reach: the processor's seconds stop it, and only it."""
    timed = tmp_path / "timed.cnnbook"
    timed.write_text(ASSIGNMENT.read_text().replace("# work: 2e7", "# work: 1e18").replace("# timeout: 20", "# timeout: 1"))
    for name in ("right", "infinite-loop", "infinite-loop-in-check"):
        shutil.copy(HOSTILE / f"{name}.cnnbook", answers)
    assert cnnbook("grade", timed, answers, "-o", tmp_path / "out").code == 0
    found = students(tmp_path / "out")
    assert scores(found["right"]) == [2, 2, 2]
    for name in ("infinite-loop", "infinite-loop-in-check"):
        assert scores(found[name]) == [0, 2, 2]
        assert "takes too long" in json.dumps(found[name])


@pytest.mark.skipif(not pathlib.Path("/proc/self/stat").exists(), reason="workers are found in /proc")
def test_grader_killed_leaves_nothing(cnnbook, answers, tmp_path):
    """Its workers end with it, and their folders are gone while they work."""
    shutil.copy(HOSTILE / "infinite-loop.cnnbook", answers / "a.cnnbook")
    shutil.copy(HOSTILE / "infinite-loop.cnnbook", answers / "b.cnnbook")
    slow = tmp_path / "slow.cnnbook"
    slow.write_text(ASSIGNMENT.read_text().replace("# work: 2e7", "# work: 1e15"))
    folder = tmp_path / "temporary"
    folder.mkdir()
    grader = subprocess.Popen(
        [cnnbook.path, "grade", str(slow), str(answers), "-o", str(tmp_path / "out"), "--jobs", "2", "--quiet"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**cnnbook.environment(), "TMPDIR": str(folder)})
    # First the instructor's own answers are graded, for a moment.
    time.sleep(1)
    end = time.time() + 30
    while len(running := workers(grader.pid)) < 2 and time.time() < end:
        time.sleep(0.02)
    places = [os.readlink(f"/proc/{pid}/cwd") for pid in running]
    assert all(place.startswith(f"{folder}/cnnbook-grade-") and place.endswith(" (deleted)") for place in places)
    assert len(set(places)) == 2 and not list(folder.iterdir())
    grader.kill()
    grader.wait()
    end = time.time() + 10
    while any(pathlib.Path(f"/proc/{pid}").exists() and "Z" not in pathlib.Path(f"/proc/{pid}/stat").read_text().split()[2]
              for pid in running) and time.time() < end:
        time.sleep(0.02)
    assert time.time() < end
    assert not list(folder.iterdir())


def test_full_disk(cnnbook, answers, tmp_path):
    for index in range(6):
        shutil.copy(HOSTILE / "right.cnnbook", answers / f"s{index}.cnnbook")
    for size in (0, 100, 700, 3000):
        out = tmp_path / f"out{size}"
        result = subprocess.run(
            [cnnbook.path, "grade", str(ASSIGNMENT), str(answers), "-o", str(out), *REPORTS],
            capture_output=True, text=True, env=cnnbook.environment(),
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
        assert result.returncode == 5, result.stderr
        assert "E0505" in result.stderr and result.stdout.count(": 6 of 6\n") == 6
        no_leftovers(out)
        for path in out.rglob("*.json"):
            json.loads(path.read_text())


def test_two_graders(cnnbook, answers, tmp_path):
    for index in range(40):
        shutil.copy(HOSTILE / "right.cnnbook", answers / f"s{index}.cnnbook")
    command = [cnnbook.path, "grade", str(ASSIGNMENT), str(answers), "-o"]
    one = [subprocess.Popen([*command, str(tmp_path / "same")], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env=cnnbook.environment()) for _ in range(2)]
    codes = []
    for grader in one:
        _, errors = grader.communicate()
        codes.append(grader.returncode)
        if grader.returncode:
            assert b"another grader" in errors
    assert 0 in codes and set(codes) <= {0, 5}
    other = [subprocess.Popen([*command, str(tmp_path / name)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              env=cnnbook.environment()) for name in ("a", "b")]
    assert [grader.wait() for grader in other] == [0, 0]
    assert tree(tmp_path / "a") == tree(tmp_path / "b") == tree(tmp_path / "same")


def test_file_that_grows(cnnbook, answers, tmp_path):
    """Either the file as it was at one moment, or no result; never a half."""
    growing = answers / "growing.cnnbook"
    growing.write_bytes((HOSTILE / "right.cnnbook").read_bytes())
    shutil.copy(HOSTILE / "right.cnnbook", answers / "z-other.cnnbook")
    writer = subprocess.Popen(["sh", "-c", f"while :; do echo '# more' >> '{growing}'; done"])
    try:
        result = cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out")
    finally:
        writer.kill()
        writer.wait()
    found = students(tmp_path / "out")
    assert found["z-other"]["score"] == 6
    one = found["growing"]
    assert one["score"] == 6 if one["graded"] else one["score"] is None and "changed" in one["failure"]
    assert result.code == (0 if one["graded"] else 5)


def test_own_failure_is_no_zero(cnnbook, answers, tmp_path):
    """A file that cannot be read by the one who grades is not the student's affair."""
    if os.getuid() == 0:
        pytest.skip("root reads everything")
    shutil.copy(HOSTILE / "right.cnnbook", answers / "locked.cnnbook")
    (answers / "locked.cnnbook").chmod(0)
    result = cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out", *REPORTS)
    assert result.code == 5
    one = students(tmp_path / "out")["locked"]
    assert not one["graded"] and one["score"] is None
    assert "score" not in json.loads((tmp_path / "out" / "students" / "locked" / "results.json").read_text())
    assert ",locked,,6," in (tmp_path / "out" / "grades.csv").read_text()


def test_worker_by_hand(cnnbook):
    """Without the pipe of a grader it does nothing."""
    result = cnnbook("grade-worker", "/", stdin="junk")
    assert result.code != 0 and result.out == ""
    assert "grade-worker" not in cnnbook("--help").out


def test_reachable_data(cnnbook, answers, tmp_path):
    shutil.copy(HOSTILE / "right.cnnbook", answers / "a.cnnbook")
    result = cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out", "--data", tmp_path)
    assert result.code == 2 and "every submission could read it" in result.err


# Commands

def test_only_and_resume(cnnbook, answers, tmp_path):
    for name in ("right", "blank"):
        shutil.copy(HOSTILE / f"{name}.cnnbook", answers)
    assert cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out").code == 0
    shutil.copy(HOSTILE / "right.cnnbook", answers / "blank.cnnbook")
    assert cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out", "--only", "right").code == 0
    assert {name: one["score"] for name, one in students(tmp_path / "out").items()} == {"right": 6, "blank": 0}
    assert cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out", "--resume").code == 0
    assert {name: one["score"] for name, one in students(tmp_path / "out").items()} == {"right": 6, "blank": 6}
    assert cnnbook("grade", ASSIGNMENT, answers, "-o", tmp_path / "out", "--only", "nobody").code == 2
    result = cnnbook("stats", tmp_path / "out")
    assert result.code == 0 and "2 of 2 (100 %)" in result.out
    assert cnnbook("stats", tmp_path / "nowhere").code == 3
    record = tmp_path / "out" / "records" / "right.record"
    record.write_bytes(record.read_bytes().replace(b"\x00", b"\x01", 1))
    assert cnnbook("stats", tmp_path / "out").code == 3
