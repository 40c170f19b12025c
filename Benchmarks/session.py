"""The session on a terminal: how soon it is there, and what it takes."""
import os
import pty
import select
import tempfile
import time

from measure import Row, median, show

# The terminal is asked to mark pastes when a line begins to be read.
READY = b"\x1b[?2004h"


class Session:
    """A session at a pseudo-terminal, in a home of its own."""

    def __init__(self, binary, history=""):
        home = tempfile.mkdtemp()
        if history:
            os.makedirs(os.path.join(home, "cnnbook"))
            with open(os.path.join(home, "cnnbook", "history"), "w") as file:
                file.write(history)
        environment = {"HOME": home, "XDG_STATE_HOME": home, "TERM": "xterm", "LANG": "C.UTF-8", "NO_COLOR": "1"}
        self.start = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(binary, [binary], environment)
        self.wait(READY)

    def wait(self, text):
        """Milliseconds since the start, or since the last keys."""
        seen = b""
        while text not in seen and select.select([self.fd], [], [], 10)[0]:
            seen += os.read(self.fd, 1 << 16)
        self.elapsed = (time.perf_counter() - self.start) * 1e3
        return self.elapsed

    def type(self, keys):
        self.start = time.perf_counter()
        while keys:
            keys = keys[os.write(self.fd, keys[:4096]):]

    def resident(self):
        """MiB."""
        with open(f"/proc/{self.pid}/status") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))

    def end(self):
        os.write(self.fd, b"\x04")
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def first_prompt(binary, history=""):
    session = Session(binary, history)
    result = session.elapsed, session.resident()
    session.end()
    return result


def paste(binary, lines=10_000):
    """Milliseconds from the first byte of a paste to the prompt behind what it ran."""
    session = Session(binary)
    text = "total = 0\n" + "".join(f"total = total + {number}\n" for number in range(lines - 1))
    session.type(b"\x1b[200~" + text.encode() + b"\x1b[201~\r")
    elapsed = session.wait(READY)
    session.end()
    return elapsed


def rows(binary):
    full = "".join(f"x{number} = conv2d(images, filters, stride={number})\n" for number in range(10_000))
    plain = [first_prompt(binary) for _ in range(10)]
    remembering = [first_prompt(binary, full) for _ in range(10)]
    return [
        Row("start to the first prompt", show(median([time for time, _ in plain]), "ms"), "", ""),
        Row("the same with 10,000 entries of history", show(median([time for time, _ in remembering]), "ms"), "", ""),
        Row("memory at the prompt", f"{max(size for _, size in plain):.0f} MiB", "", ""),
        Row("the same with 10,000 entries of history", f"{max(size for _, size in remembering):.0f} MiB", "", ""),
        Row("a paste of 10,000 lines, to the prompt behind it", show(median([paste(binary) for _ in range(5)]), "ms"), "", ""),
    ]


if __name__ == "__main__":
    import sys

    for name, value, *_ in rows(sys.argv[1]):
        print(f"{name}: {value}")
