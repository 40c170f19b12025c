"""A terminal for the tests: a program on a pseudo-terminal, with an emulator that shows its screen."""
import re
import time

import pexpect
import pyte

# `[3]> `, in colours or without, where a line is read: the terminal is asked to mark pastes then. The line that was
# entered is shown once more in colours, with its prompt before it but without that.
PROMPT = re.compile(r"(\x1b\[[0-9;]*m)?\[\d+\]>(\x1b\[0m)? (\x1b\[K)?\x1b\[\?2004h")
SHOWN_AGAIN = re.compile(r"^\x1b\[\?2004l\x1b\[\d+A\r\x1b\[J[^\n]*\n")
PLAIN_PROMPT = re.compile(r"\[\d+\]> ")
QUESTION = "\x1b_Gi=31,"
PICTURE = re.compile(r"\x1b_G([^;\x1b]*);([^\x1b]*)\x1b\\")


class Terminal:
    """With `answers`, it says of itself that it draws kitty's pictures; without, it stays silent when asked."""

    def __init__(self, program, *arguments, columns=80, rows=60, answers=False, cwd=None, **environment):
        environment = {"TERM": "xterm-256color", "COLORTERM": "truecolor"} | environment
        self.prompt = PLAIN_PROMPT if environment["TERM"] == "dumb" else PROMPT
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.Stream(self.screen)
        self.answers = answers
        self.asked = []
        self.raw = ""
        self.pieces = []
        self.child = pexpect.spawn(program.path, [str(one) for one in arguments], encoding="utf-8", timeout=20, cwd=cwd,
                                   dimensions=(rows, columns), env=program.environment(**environment))
        self.child.delaybeforesend = None

    def pump(self, seconds=0.01):
        """Takes what the program has written; False at its end."""
        try:
            piece = self.child.read_nonblocking(1 << 16, timeout=seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.pieces.append((time.monotonic(), piece))
        self.raw += piece
        if QUESTION in piece:
            self.asked.append(time.monotonic())
            if self.answers:
                self.child.send("\x1b_Gi=31;OK\x1b\\\x1b[?62;c")
        # The emulator knows no such commands; terminals swallow those that they do not know.
        self.stream.feed(re.sub(r"\x1b_[^\x1b]*\x1b\\", "", piece))
        return True

    def wait(self, text, seconds=20):
        """Waits until the program has written something since the last wait."""
        end = time.monotonic() + seconds
        start = getattr(self, "seen", 0)
        pattern = re.compile(re.escape(text)) if isinstance(text, str) else text
        while not pattern.search(self.raw, start):
            assert time.monotonic() < end, f"{text!r} did not come: {self.raw[start:][-2000:]!r}"
            if not self.pump():
                break
        found = pattern.search(self.raw, start)
        assert found, f"{text!r} did not come: {self.raw[start:][-2000:]!r}"
        self.seen = found.end()
        return self.raw[start:found.start()]

    def enter(self, line):
        """Types a line, and gives what was written behind it up to the next prompt."""
        self.child.send(line + "\r")
        self.wait("\n")
        return SHOWN_AGAIN.sub("", self.wait(self.prompt))

    def finish(self, seconds=60):
        """Reads to the end; gives the exit status."""
        end = time.monotonic() + seconds
        while self.pump(0.2):
            assert time.monotonic() < end
        self.child.close()
        return self.child.exitstatus if self.child.exitstatus is not None else 128 + self.child.signalstatus

    def lines(self):
        lines = [line.rstrip() for line in self.screen.display]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def close(self):
        self.child.close(force=True)


def plain(text):
    """Without what a terminal does not show."""
    text = re.sub(r"\x1b_[^\x1b]*\x1b\\", "", text)
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[78]", "", text)
    return text.replace("\r", "")
