"""A session at a pseudo-terminal, with an emulator that shows its screen."""
import re
import time

import pexpect
import pyte

# The terminal is asked to mark pastes when a line begins to be read: the prompt stands then.
READY = "\x1b[?2004h"
PASTE, PASTE_END = "\x1b[200~", "\x1b[201~"
UP, DOWN, LEFT, HOME = "\x1b[A", "\x1b[B", "\x1b[D", "\x01"


class Terminal:
    """What a person has before them: keys go in, the screen comes out."""

    def __init__(self, program, *arguments, columns=80, rows=24, colors=False, **environment):
        if not colors:
            environment.setdefault("NO_COLOR", "1")
        self.screen = pyte.HistoryScreen(columns, rows, history=20_000, ratio=1)
        self.stream = pyte.Stream(self.screen)
        self.raw = ""
        self.child = pexpect.spawn(
            program.path, list(arguments), encoding="utf-8", timeout=10, dimensions=(rows, columns),
            env=program.environment(**environment), cwd=str(program.home))
        self.child.delaybeforesend = None
        self.prompts, self.program = 0, program
        self.wait_for_prompt()

    def read(self, seconds=0.05):
        """Takes what has come; False at the end."""
        try:
            text = self.child.read_nonblocking(65536, seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += text
        self.stream.feed(text)
        return True

    def wait(self, holds, what, seconds=10):
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, f"{what} did not come; the screen:\n{self.text}"
            if not self.read() and not holds():
                raise AssertionError(f"the program ended before {what}; the screen:\n{self.text}")

    def wait_for_prompt(self, seconds=10):
        self.wait(lambda: self.raw.count(READY) > self.prompts, "a prompt", seconds)
        self.prompts = self.raw.count(READY)

    def wait_for(self, text, seconds=10):
        self.wait(lambda: text in self.text, repr(text), seconds)

    def type(self, keys):
        self.child.send(keys)

    def enter(self, line, seconds=10):
        """Types a line, and gives what was shown until the next prompt, as lines of the screen."""
        mark = len(self.raw)
        self.type(line + "\r")
        self.wait_for_prompt(seconds)
        return shown(self.raw[mark:])

    def paste(self, text):
        self.type(PASTE + text + PASTE_END)

    def press(self, keys, seconds=0.3):
        """Types keys that give no prompt, and gives the screen once it stands still."""
        self.type(keys)
        self.settle(seconds)
        return self.lines

    def settle(self, quiet=0.3):
        end = time.monotonic() + quiet
        while time.monotonic() < end:
            before = len(self.raw)
            self.read(0.05)
            if len(self.raw) != before:
                end = time.monotonic() + quiet
        self.prompts = self.raw.count(READY)

    @property
    def lines(self):
        """The rows of the screen, those that scrolled away first; without blanks and empty rows at the end."""
        width = self.screen.columns
        rows = ["".join(row[column].data for column in range(width)) for row in self.screen.history.top]
        rows = [row.rstrip() for row in rows + list(self.screen.display)]
        while rows and not rows[-1]:
            rows.pop()
        return rows

    @property
    def text(self):
        return "\n".join(self.lines)

    @property
    def last(self):
        """The row of the cursor."""
        return self.screen.display[self.screen.cursor.y].rstrip()

    def resize(self, rows, columns):
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)
        self.settle()

    def leave(self):
        self.type("\x04")
        self.child.expect(pexpect.EOF)
        self.child.close()
        return self.child.exitstatus

    def close(self):
        self.child.close(force=True)


def shown(raw):
    """The lines between the echo of what was entered and the next prompt."""
    text = re.sub(r"\x1b\[[?0-9;]*[a-zA-Z]", "", raw).replace("\r\n", "\n").replace("\r", "")
    lines = text.split("\n")
    return lines[1:-1]
