"""Writes the manual page docs/cnnbook.1 from what the program says of its own commands and options.

    python3 docs/manual_page.py .build/release/cnnbook
"""
import json
import pathlib
import subprocess
import sys

PAGE = pathlib.Path(__file__).with_name("cnnbook.1")


def escaped(text):
    """A text that troff shows as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in ".'" else line for line in text.split("\n"))


def visible(items):
    return [item for item in items or [] if item.get("shouldDisplay", True)]


def names(argument):
    """`-c code`, `--threads n`; `file ...` for what has no name."""
    value = argument.get("valueName", "value")
    if argument["kind"] == "positional":
        return f"\\fI{escaped(value)}\\fR" + (" ..." if argument["isRepeating"] else "")
    spelled = ", ".join(
        "\\fB" + escaped(("-" if name["kind"] == "short" else "--") + name["name"]) + "\\fR"
        for name in argument["names"])
    return spelled + (f" \\fI{escaped(value)}\\fR" if argument["kind"] == "option" else "")


def arguments(command, known):
    """An entry for each argument, those left out that stand elsewhere."""
    lines = []
    for argument in visible(command.get("arguments")):
        entry = [".TP", names(argument), escaped(argument.get("abstract", ""))]
        if tuple(entry) in known:
            continue
        lines += entry
    return lines


def prompt(program):
    """The commands and keys of a session on a terminal."""
    table = subprocess.run([program, "inspect", "prompt"], capture_output=True, text=True, check=True).stdout
    rows = [line.split("\t") for line in table.splitlines()]
    lines = [".SH THE PROMPT", "In a session on a terminal. A beginning of a command that is no other\\(aqs is enough."]
    for title, kind in [("Commands", "command"), ("Keys and signs", "key")]:
        lines += [".SS " + title]
        for _, word, meaning in (row for row in rows if row[0] == kind):
            lines += [".TP", "\\fB" + escaped(word) + "\\fR", escaped(meaning)]
    return lines


def page(program):
    dump = subprocess.run([program, "--experimental-dump-help"], capture_output=True, text=True, check=True).stdout
    root = json.loads(dump)["command"]
    commands = [command for command in visible(root["subcommands"]) if command["commandName"] != "help"]
    # The help command is the program's own, with topics; the library adds another that has none.
    commands += [command for command in visible(root["subcommands"]) if command["commandName"] == "help"][:1]
    lines = [
        '.\\" Written by docs/manual_page.py: change the commands, not this file.', ".TH CNNBOOK 1", ".SH NAME",
        "cnnbook \\- " + escaped(root["abstract"].rstrip(".")[0].lower() + root["abstract"].rstrip(".")[1:]),
        ".SH SYNOPSIS", ".B cnnbook", "[\\fIoptions\\fR] [\\fIcommand\\fR [\\fIargument\\fR ...]]", ".SH DESCRIPTION",
        "Without a command, a session on a terminal.", escaped(root.get("discussion", "")), ".SH OPTIONS"]
    own = arguments(root, set())
    known = {tuple(own[start:start + 3]) for start in range(0, len(own), 3)}
    lines += own + [".SH COMMANDS"]
    for command in sorted(commands, key=lambda command: command["commandName"]):
        lines += [".SS cnnbook " + escaped(command["commandName"]), escaped(command.get("abstract", ""))]
        if command.get("discussion"):
            lines += [".PP", escaped(command["discussion"])]
        lines += arguments(command, known)
    lines += prompt(program)
    lines += [
        ".SH FILES", ".TP", "\\fI$XDG_CONFIG_HOME/cnnbook/init.cnnbook\\fR",
        "runs at the start of each session on a terminal, and of nothing else", ".TP",
        "\\fI$XDG_STATE_HOME/cnnbook/history\\fR", "what was typed in sessions", ".SH ENVIRONMENT"]
    for name, meaning in [
            ("CNNBOOK_DATA", "folders of data sets, with : between"),
            ("CNNBOOK_THREADS", "threads to compute with"), ("CNNBOOK_SIMD", "scalar, avx2, avx512, neon"),
            ("NO_COLOR", "no colours"), ("CLICOLOR_FORCE", "colours even where no terminal is"),
            ("VISUAL, EDITOR", "what :edit opens")]:
        lines += [".TP", "\\fB" + escaped(name) + "\\fR", escaped(meaning)]
    return "\n".join(line for line in lines if line) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(sys.argv[1]))
