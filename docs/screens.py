"""Plays a session at a pseudo-terminal and puts its screens into docs/repl.md, and one as docs/repl.svg.

    make screens        (python docs/screens.py .build/release/cnnbook)
"""
import os
import pathlib
import re
import sys
import tempfile
import types

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests" / "External"))

from prompt import UP, Terminal  # noqa: E402

PAGE = ROOT / "docs" / "repl.md"
PICTURE = ROOT / "docs" / "repl.svg"

# Name, columns, rows, and what is typed. A line that ends with \r is entered; other keys are pressed.
SCREENS = [
    ("first steps", 80, 24, [
        "x = tensor([[1, 2], [3, 4]])\r", "x @ x\r", "_ + 0.5\r", "def area(w, h=2) {\r", "    return w * h\r", "}\r",
        "area(3)\r", ":vars\r"]),
    ("completion", 80, 24, ["conv2\t", "\t", "(x, w, st\t"]),
    ("a mistake", 80, 24, ["zeros(2x3) @ zeros(2x3)\r", ":shapes zeros(64x28x28x1).reshape(64, -1) @ zeros(784x10)\r"]),
    ("a network", 80, 34, [
        "model Digits {\r", "    input 8x8x1\r", "    conv 16, 3x3, pad=same;  relu;  maxpool 2\r", "    flatten\r",
        "    dense 10;  softmax\r", "}\r", 'net = Digits(); digits = dataset("digits")\r',
        "h = train net on digits.train, epochs=2, optimizer=adam(lr=0.005)\r", "net.conv1.we\t", ".shape\r",
        ":shapes net(digits.test.images)\r", ":undo\r"]),
]
PICTURED = "a network"


def program(path):
    """The binary, with a home that is empty."""
    home = pathlib.Path(tempfile.mkdtemp())
    kept = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    return types.SimpleNamespace(path=str(path), home=home, environment=lambda **extra: kept | extra)


def play(path, columns, rows, keys, colors=False):
    terminal = Terminal(program(path), "--quiet", columns=columns, rows=rows, colors=colors)
    for line in keys:
        terminal.enter(line[:-1], 60) if line.endswith("\r") else terminal.press(line)
    return terminal


def pages(path):
    """The screens as text, by name."""
    return {name: "\n".join(play(path, columns, rows, keys).lines) for name, columns, rows, keys in SCREENS}


def commands(path):
    """The table of commands, from what :help says."""
    lines = play(path, 200, 60, [":help\r"]).lines
    rows = [re.split(r" {2,}", line, maxsplit=1) for line in lines[1:lines.index("")]]
    return ["| command | does |", "|---|---|"] + [f"| `{form}` | {summary} |" for form, summary in rows]


def page(path):
    """The whole page, as it should be."""
    text = re.sub(r"<!-- commands -->\n(\|.*\n)*", lambda _: "\n".join(["<!-- commands -->", *commands(path), ""]),
                  PAGE.read_text())
    return with_screens(text, pages(path))


def with_screens(text, screens):
    """The page, with the block behind each mark written anew."""
    for name, screen in screens.items():
        mark = f"<!-- screen: {name} -->"
        assert mark in text, f"docs/repl.md has no {mark}"
        text = re.sub(re.escape(mark) + r"\n```\n.*?\n?```\n", lambda _: f"{mark}\n```\n{screen}\n```\n", text, flags=re.S)
    return text


# Colours that can be read on dark ground.
PALETTE = {
    "default": "#d8dee9", "black": "#2e3440", "red": "#ef6b73", "green": "#8fce77", "brown": "#e5c07b",
    "blue": "#7aa8f0", "magenta": "#d291e4", "cyan": "#6fc3d0", "white": "#eceff4", "brightblack": "#8a93a5"}
CELL, LINE, MARGIN = 8.4, 19, 14


def picture(terminal):
    """The screen as SVG: a text for each run of one colour."""
    rows = [row for row in range(terminal.screen.lines) if terminal.screen.display[row].strip()]
    width = terminal.screen.columns * CELL + 2 * MARGIN
    height = (rows[-1] + 1) * LINE + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" role="img" '
        'aria-label="A session of cnnbook on a terminal">',
        f'<rect width="{width:.0f}" height="{height:.0f}" rx="8" fill="#1f232b"/>',
        '<g font-family="ui-monospace, DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">']
    for row in range(rows[-1] + 1):
        for start, text, style in runs(terminal, row):
            color = PALETTE.get(style.fg, PALETTE["default"])
            weight = ' font-weight="bold"' if style.bold else ""
            content = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            parts.append(
                f'<text x="{MARGIN + start * CELL:.1f}" y="{MARGIN + row * LINE + 14}" fill="{color}"{weight} '
                f'textLength="{len(text) * CELL:.1f}" xml:space="preserve">{content}</text>')
    return "\n".join(parts + ["</g>", "</svg>"]) + "\n"


def runs(terminal, row):
    """Column, text and style of each stretch of the row that looks the same."""
    cells = [terminal.screen.buffer[row][column] for column in range(terminal.screen.columns)]
    start = 0
    for column in range(1, len(cells) + 1):
        same = column < len(cells) and (cells[column].fg, cells[column].bold) == (cells[start].fg, cells[start].bold)
        if same:
            continue
        text = "".join(cell.data for cell in cells[start:column])
        if text.strip():
            lead = len(text) - len(text.lstrip())
            yield start + lead, text.strip(), cells[start]
        start = column


def drawing(path):
    """docs/repl.svg, as it should be."""
    _, columns, rows, keys = next(screen for screen in SCREENS if screen[0] == PICTURED)
    return picture(play(path, columns, rows, keys, colors=True))


def main(path):
    PAGE.write_text(page(path))
    PICTURE.write_text(drawing(path))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())
