"""Dicts beside Python's, which have the same order, and what keys cost that are made to collide."""
import random

import pytest

KEYS = {
    "few": lambda random: random.randrange(6),
    "ints": lambda random: random.randrange(200),
    "ints with equal low bits": lambda random: random.randrange(-50, 50) << random.choice([0, 10, 32, 48]),
    "texts": lambda random: "k" * random.randrange(20) + str(random.randrange(60)),
    "all kinds": lambda random: random.choice(
        [random.randrange(20), random.randrange(40) / 2, f"a{random.randrange(20)}", f"é{random.randrange(5)}", None]),
}


def steps(make, chance):
    """A program that uses a dict, and what Python's gives."""
    lines, expected, d = ["d = {}"], [], {}
    for number in range(1500):
        key = make(chance)
        text = f'"{key}"' if isinstance(key, str) else str(key)
        kind = chance.random()
        if kind < 0.55:
            d[key] = number
            lines.append(f"d[{text}] = {number}")
        elif kind < 0.85:
            expected.append(str(d.pop(key, -1)))
            lines.append(f"print(d.pop({text}, -1))")
        elif kind < 0.95:
            expected.append(f"{key in d} {d.get(key, 7)}")
            lines.append(f"print({text} in d, d.get({text}, 7))")
        elif kind < 0.955:
            expected.append(f"{len(d)} {len(d | {'new': 1})}")
            lines.append('copy = d\ncopy["new"] = 1\nprint(len(d), len(copy))')
        elif kind < 0.96:
            d.clear()
            lines.append("d.clear()")
        else:
            # A cell of its own: what it prints is cut where it is long.
            expected += [f"{key} {value}" for key, value in d.items()]
            lines.append("# %%\nfor key, value in d.items() { print(key, value) }\n# %%")
    return "\n".join(lines), "\n".join(expected) + "\n"


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", KEYS)
def test_a_dict_is_as_pythons(cnnbook, write, kind, seed):
    program, expected = steps(KEYS[kind], random.Random(f"{kind} {seed}"))
    assert cnnbook("run", write("dict.cnnbook", program)).out == expected


WORD = (1 << 64) - 1


def colliding(count):
    """Ints whose hashes (KeyTable.swift) have the same 32 bits: the two rounds turned back."""
    for low in range(count):
        value = (0x12345678 << 32 | low) * pow(0xBF58476D1CE4E5B9, -1, 1 << 64) & WORD
        value ^= value >> 29 ^ value >> 58
        value = value * pow(0x9E3779B97F4A7C15, -1, 1 << 64) & WORD
        value ^= value >> 32
        yield value - (1 << 64) if value >> 63 else value


@pytest.mark.parametrize("make, code", [(range, 0), (colliding, 4)])
def test_keys_that_collide_count_as_work(cnnbook, write, make, code):
    """They take the square of the time, which the limit of work is to end."""
    keys = ", ".join(str(key) for key in make(6000))
    program = write("keys.cnnbook", f"keys = [{keys}]\nd = {{}}\nfor key in keys {{ d[key] = 1 }}\nprint(len(d))")
    result = cnnbook("run", "--work", "20000000", program)
    assert result.code == code, result.err
    assert result.out == "6000\n" if code == 0 else "error[E0603]" in result.err
