"""A TextMate tokeniser on Oniguruma, the regular expressions that editors run: rules, ends, captures, as VS Code has them.

It knows what the grammar of cnnbook uses, and refuses the rest: no `while`, no `\\G`, no injections, no other grammar.
"""
import json
import re

import onigurumacffi

RULE_KEYS = {
    "match", "begin", "end", "name", "contentName", "captures", "beginCaptures", "endCaptures", "patterns", "include",
    "applyEndPatternLast",
}


class Frame:
    """A rule that is open: its scopes outside and inside, and how it ends."""

    def __init__(self, rule, scopes, content_scopes, end, opened_at):
        self.rule, self.scopes, self.content_scopes = rule, scopes, content_scopes
        self.end, self.opened_at = end, opened_at


class Grammar:
    def __init__(self, text):
        self.root = json.loads(text)
        self.regexes = {}
        self.flattened = {}
        for rule in (*self.root["patterns"], *self.root["repository"].values()):
            self.check(rule)

    def check(self, rule):
        unknown = rule.keys() - RULE_KEYS
        assert not unknown, f"unknown keys {unknown}"
        assert ("begin" in rule) == ("end" in rule)
        for key in ("match", "begin", "end"):
            assert "\\G" not in rule.get(key, ""), "\\G is not supported"
            if key != "end" and key in rule:
                self.regex(rule[key])
        for inner in rule.get("patterns", []):
            self.check(inner)
        for key in ("captures", "beginCaptures", "endCaptures"):
            for capture in rule.get(key, {}).values():
                assert capture.keys() <= {"name", "patterns"}
                for inner in capture.get("patterns", []):
                    self.check(inner)

    def regex(self, pattern):
        if pattern not in self.regexes:
            self.regexes[pattern] = onigurumacffi.compile(pattern)
        return self.regexes[pattern]

    def flat(self, patterns):
        """The rules that can match, includes followed."""
        key = id(patterns)
        if key not in self.flattened:
            rules = []
            self.collect(patterns, rules, set())
            self.flattened[key] = rules
        return self.flattened[key]

    def collect(self, patterns, rules, seen):
        for rule in patterns:
            if "include" in rule:
                name = rule["include"]
                assert name.startswith("#"), f"{name} is not supported"
                if name not in seen:
                    seen.add(name)
                    self.collect([self.root["repository"][name[1:]]], rules, seen)
            elif "match" in rule or "begin" in rule:
                rules.append(rule)
            else:
                self.collect(rule["patterns"], rules, seen)

    def start(self):
        scopes = (self.root["scopeName"],)
        return [Frame(self.root, scopes, scopes, None, (-1, -1))]

    def tokenize(self, text):
        """For each line: its tokens (start, end, scopes), and the frames that are open behind it."""
        stack = self.start()
        for number, line in enumerate(text.split("\n")):
            tokens = []
            Line(self, line.removesuffix("\r") + "\n", number, tokens).run(stack, 0)
            yield [(start, min(end, len(line)), scopes) for start, end, scopes in tokens if start < len(line)], list(stack)


class Line:
    """One line, with its line feed; `stack` is changed in place."""

    def __init__(self, grammar, text, number, tokens):
        self.grammar, self.text, self.number, self.tokens = grammar, text, number, tokens
        self.flags = (
            onigurumacffi.OnigSearchOption.NONE if number == 0 else onigurumacffi.OnigSearchOption.NOT_BEGIN_STRING)

    def search(self, pattern, position):
        return self.grammar.regex(pattern).search(self.text, position, self.flags)

    def emit(self, start, end, scopes):
        if end > start:
            self.tokens.append((start, end, scopes))

    def candidates(self, frame):
        rules = self.grammar.flat(frame.rule["patterns"]) if "patterns" in frame.rule else []
        end = [None] if frame.end is not None else []
        return rules + end if frame.rule.get("applyEndPatternLast") else end + rules

    def best(self, frame, position):
        """The leftmost match, of equal ones the first in order."""
        best = None
        for rule in self.candidates(frame):
            pattern = frame.end if rule is None else rule.get("match") or rule["begin"]
            found = self.search(pattern, position)
            if found and (best is None or found.start() < best[1].start()):
                best = (rule, found)
                if found.start() == position:
                    break
        return best

    def run(self, stack, position):
        while True:
            frame = stack[-1]
            best = self.best(frame, position)
            if best is None:
                return self.emit(position, len(self.text), frame.content_scopes)
            rule, found = best
            start, end = found.start(), found.end()
            self.emit(position, start, frame.content_scopes)
            if rule is None:
                captures = frame.rule.get("endCaptures") or frame.rule.get("captures", {})
                self.emit_captures(found, captures, frame.scopes)
                stack.pop()
                # Opened and closed in one place: it would go on forever.
                assert end > position or frame.opened_at != (self.number, position), f"endless rule: {frame.rule}"
            elif "match" in rule:
                assert end > start, f"a rule that matches nothing: {rule}"
                self.emit_captures(found, rule.get("captures", {}), self.inner(frame.content_scopes, rule.get("name"), found))
            else:
                scopes = self.inner(frame.content_scopes, rule.get("name"), found)
                content = self.inner(scopes, rule.get("contentName"), found)
                self.emit_captures(found, rule.get("beginCaptures") or rule.get("captures", {}), scopes)
                stack.append(Frame(rule, scopes, content, self.end_pattern(rule, found), (self.number, position)))
            position = end
            if position >= len(self.text):
                return None

    @staticmethod
    def inner(scopes, name, found):
        return scopes + tuple(name.split()) if name else scopes

    @staticmethod
    def end_pattern(rule, found):
        """`\\2` in an end stands for what the begin has captured there."""
        names = re.compile(r"\\(\d)")
        if not names.search(rule["end"]):
            return rule["end"]
        return names.sub(lambda mark: re.escape(found.group(int(mark[1])) or ""), rule["end"])

    def emit_captures(self, found, captures, scopes):
        """The whole match, divided by its captures, which may stand in each other."""
        position = found.start()
        open_parts = []

        def close_until(limit, position):
            while open_parts and open_parts[-1][0] <= limit:
                end, inner = open_parts.pop()
                self.emit(position, end, inner)
                position = max(position, end)
            return position

        for index in sorted(int(key) for key in captures):
            start, end = found.span(index)
            if start < 0 or start == end:
                continue
            position = close_until(start, position)
            current = open_parts[-1][1] if open_parts else scopes
            self.emit(position, start, current)
            position = start
            capture = captures[str(index)]
            inner = self.inner(current, capture.get("name"), found)
            if "patterns" in capture:
                rule = {"patterns": capture["patterns"]}
                Line(self.grammar, self.text[:end], self.number, self.tokens).run(
                    [Frame(rule, inner, inner, None, (-1, -1))], start)
                position = end
            else:
                open_parts.append((end, inner))
        position = close_until(found.end(), position)
        self.emit(position, found.end(), scopes)
