"""Writes the fuzzers' dictionary, `words.dict`: the words of the binary's registries, and the signs of the language."""
import pathlib
import subprocess
import sys

SIGNS = """+ - * / // % ** @ -> |> == != < <= > >= = += -= *= /= ( ) [ ] { } [: :] ... , ; : . # f" {:.2f} \" \"\"\" \\
1_000 1e300 1e-300 9223372036854775807 -1 0.5 [1.0,2.0] "a" .shape""".split() + ["\n"]
METHODS = ".append( .pop( .insert( .keys( .items( .get( .upper( .split( .join( .replace( .format(".split()


def quoted(word):
    special = {'"': '\\"', "\\": "\\\\"}
    return '"' + "".join(special.get(c, c) if " " <= c <= "~" else f"\\x{ord(c):02x}" for c in word) + '"'


def words(binary):
    listed = subprocess.run([binary, "inspect", "words"], capture_output=True, text=True, check=True).stdout
    pairs = [line.split(" ", 1) for line in listed.splitlines()]
    return sorted({word for kind, word in pairs if kind not in ("header", "kind", "option")})


def dictionary(binary):
    return "".join(quoted(entry) + "\n" for entry in words(binary) + SIGNS + METHODS)


if __name__ == "__main__":
    (pathlib.Path(__file__).parent / "words.dict").write_text(dictionary(sys.argv[1]))
