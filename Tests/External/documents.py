"""The fenced blocks of a page of Markdown: what each is, and what is played of it."""
import re
import shlex
import subprocess

import pexpect
import pyte
from markdown_it import MarkdownIt
from prompt import Terminal

markdown = MarkdownIt("commonmark").enable("table")

# ```KIND OPTIONS. What each kind may say, and whether it is run. `skip="why"` goes with each: then it is not.
KINDS = {
    "cnnbook": {"new", "file"},  # a piece of the page's notebook; `new`: of another one; `file`: written there, and tested
    "text": set(),               # a session at the prompt, or one that goes on
    "console": set(),            # `$ command`, and what it shows
    "sh": set(),                 # commands that succeed
    "csv": {"file"},             # a file that the commands need
    "json": {"schema"},          # by its schema under docs/schemas
    "python": {"torch", "keras"},  # run; those that need PyTorch or Keras where BENCH_PYTHON names a Python that has them
    "ebnf": set(),               # nothing to run
}
PROMPT = re.compile(r"(?:\[(\d+)\]| *\.\.\.)> ?")


class Block:
    """One fence: its kind, its options, its lines, and where they stand."""

    def __init__(self, page, token, before):
        words = shlex.split(token.info)
        self.page, self.line = page, token.map[0] + 1
        self.kind = words[0] if words else ""
        pairs = [word.partition("=") for word in words[1:]]
        self.options = {name: value for name, _, value in pairs}
        self.indent = re.match(r" *", page.lines[token.map[0]])[0]
        self.lines = token.content.removesuffix("\n").split("\n")
        mark = re.fullmatch(r"<!-- screen: (.*) -->", before.strip())
        self.screen = mark and mark[1]

    @property
    def place(self):
        return f"{self.page.name}:{self.line}"

    @property
    def is_skipped(self):
        return "skip" in self.options

    def complaint(self):
        """What is wrong with the first line of the fence; None where it is one of the known kinds."""
        if self.screen:
            return None
        if self.kind not in KINDS:
            return f"{self.place}: a block of no known kind: {self.kind or 'none'}; there are {', '.join(KINDS)}"
        unknown = self.options.keys() - KINDS[self.kind] - {"skip"}
        if unknown:
            return f"{self.place}: {self.kind} has no option {', '.join(sorted(unknown))}"
        if self.is_skipped and len(self.options["skip"].split()) < 2:
            return f"{self.place}: a block that is not run says why: skip=\"…\""
        if self.kind == "text" and not self.is_skipped and not any(PROMPT.match(line) for line in self.lines):
            return f"{self.place}: a text without a prompt [1]> is nothing to play: say skip=\"why\""
        return None


class Row:
    """A row of a table whose last column has code for cnnbook: the code in it, by column."""

    TITLES = {"cnnbook": "{}", "cnnbook, in a model": "model Row { input 12x12x16; {} }; Row();"}

    def __init__(self, line, cells):
        self.line = line
        self.code = {title: "; ".join(child.content for child in cell.children if child.type == "code_inline")
                     for title, cell in cells.items()}
        title = next(title for title in cells if title in self.TITLES)
        self.own = self.code.pop(title)
        self.runnable = self.TITLES[title].replace("{}", self.own)


class Page:
    def __init__(self, path, root):
        self.path, self.name = path, str(path.relative_to(root))
        self.lines = path.read_text(encoding="utf-8").split("\n")
        tokens = markdown.parse("\n".join(self.lines))
        self.blocks = [Block(self, token, self.lines[token.map[0] - 1] if token.map[0] else "")
                       for token in tokens if token.type == "fence"]
        self.rows = list(self.table_rows(tokens))

    @staticmethod
    def table_rows(tokens):
        titles, row, line = [], [], 0
        for token in tokens:
            if token.type == "table_open":
                titles = []
            elif token.type == "tr_open":
                row, line = [], token.map[0] + 1
            elif token.type == "inline" and token.level and token.map and line:
                row.append(token)
            elif token.type == "tr_close":
                if not titles:
                    titles = [cell.content for cell in row]
                elif titles[-1] in Row.TITLES:
                    yield Row(line, dict(zip(titles, row)))
                line = 0

    # MARK: notebooks

    def notebooks(self):
        """The page's code as notebooks in which each line has the number that it has in the page."""
        result, lines = [], None

        def begin():
            nonlocal lines
            lines = ["#"] * len(self.lines)
            result.append(lines)

        begin()
        parts = [block for block in self.blocks
                 if block.kind == "cnnbook" and not block.is_skipped and "file" not in block.options]
        for part in sorted(parts + self.rows, key=lambda part: part.line):
            if isinstance(part, Row):
                lines[part.line - 1] = part.runnable
                continue
            if "new" in part.options:
                begin()
            lines[part.line - 1] = "# %%"
            lines[part.line:part.line + len(part.lines)] = part.lines
        return ["\n".join(lines) + "\n" for lines in result if any(line != "#" for line in lines)]

    def replace(self, block, lines):
        """Writes other lines into a block, in the file."""
        text = self.path.read_text(encoding="utf-8").split("\n")
        start = next(number for number, line in enumerate(text) if number + 1 >= block.line
                     and [line.removeprefix(block.indent) for line in text[number + 1:number + 1 + len(block.lines)]] == block.lines)
        text[start + 1:start + 1 + len(block.lines)] = [(block.indent + line).rstrip() for line in lines]
        self.path.write_text("\n".join(text), encoding="utf-8")


# MARK: comparing


def agrees(expected, got):
    """Line by line; `...` alone is any lines."""
    if not expected:
        return not got
    if expected[0] == "...":
        return any(agrees(expected[1:], got[count:]) for count in range(len(got) + 1))
    return bool(got) and expected[0] == got[0] and agrees(expected[1:], got[1:])


def difference(block, got):
    return (f"{block.place}: it is now\n" + "\n".join(f"    {line}" for line in got)
            + "\n  and not\n" + "\n".join(f"    {line}" for line in block.lines))


# MARK: sessions at the prompt


class Sessions:
    """The sessions of a page: a block that begins with [1]> begins one, others go on."""

    def __init__(self, program):
        self.program, self.terminal = program, None

    def play(self, block):
        """The lines that stand there when the block's are typed anew."""
        lines = block.lines
        greeted = lines[0] == "$ cnnbook"
        typed = [(match, line[match.end():]) for line in lines if (match := PROMPT.match(line))]
        if greeted or typed[0][0][1] == "1":
            self.close()
            self.terminal = Terminal(self.program, *([] if greeted else ["--quiet"]), rows=50)
        first = 0 if greeted else len(self.terminal.lines) - 1
        ends = PROMPT.fullmatch(lines[-1])
        for _, text in typed[:-1] if ends else typed:
            self.terminal.enter(text, 300)
        got = self.terminal.lines[first:]
        if not ends and PROMPT.fullmatch(got[-1]):
            got.pop()
        return [lines[0]] * greeted + got

    def close(self):
        if self.terminal:
            self.terminal.close()
        self.terminal = None


# MARK: commands


def commands(block):
    """The commands of a block, each over as many lines as end with a backslash."""
    found, open_ended = [], False
    for line in block.lines:
        if open_ended:
            found[-1] += "\n" + line
        elif block.kind == "sh" or line.startswith("$ "):
            found.append(line.removeprefix("$ ") if block.kind == "console" else line)
        else:
            continue
        open_ended = found[-1].endswith("\\")
    return [command for command in found if command.strip() and not command.lstrip().startswith("#")]


def screen(command, folder, environment):
    """What a terminal of 80 columns shows of a command, and its exit code."""
    child = pexpect.spawn("bash", ["-c", command], encoding="utf-8", timeout=300, dimensions=(50, 80), cwd=str(folder),
                          env=environment | {"NO_COLOR": "1"})
    child.expect(pexpect.EOF)
    child.close()
    shown = pyte.HistoryScreen(80, 50, history=20_000, ratio=1)
    pyte.Stream(shown).feed(child.before)
    rows = ["".join(row[column].data for column in range(80)).rstrip() for row in shown.history.top]
    rows += [row.rstrip() for row in shown.display]
    while rows and not rows[-1]:
        rows.pop()
    return rows, child.exitstatus


def play_console(block, folder, environment):
    lines = []
    for command in commands(block):
        lines += ["$ " + command, *screen(command, folder, environment)[0]]
    return "\n".join(lines).split("\n")


def play_sh(block, folder, environment):
    """What failed."""
    for command in commands(block):
        result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=300, cwd=folder,
                                env=environment, stdin=subprocess.DEVNULL)
        if result.returncode:
            return f"{block.place}: {command} ends with {result.returncode}:\n{result.stdout}{result.stderr}"
    return None
