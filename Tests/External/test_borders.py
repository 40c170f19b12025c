"""Sizes at the border of ints, values without end, texts without measure: an error or a result, and Ctrl-C ends it."""
import pytest

LEAST = "-9223372036854775808"

# code, the first line of the error
ERRORS = [
    ("stop([1])", "error[E0203]: stop takes no argument, not 1"),
    ("global_avgpool([1])", "error[E0203]: global_avgpool takes no argument, not 1"),
    (f"pad(zeros(2x2), {LEAST})", f"error[E0404]: pad: 'size' cannot be negative: {LEAST}"),
    (f"round(ones(2), {LEAST})", "error[E0404]: round: 'digits' is from -22 to 22 for a tensor"),
    ("x = 1\nfor i in range(2000) { x = [x] }\nhash(x)",
     "error[E0602]: lists that are nested more than 1000 deep have no hash"),
    ("split(zeros(4), range(5000000))",
     "error[E0302]: split: the sizes range(0, 5000000) do not add up to 4, the size of the axis"),
    ("help(\"a b \" * 100000)", "error[E0202]: help: 'topic' is a name or a few words, not a str"),
    ("zeros(4)[range(10 ** 18)]", "error[E0601]: a list of 7105.4 PiB does not fit into "),
]


@pytest.mark.parametrize("code,message", ERRORS)
def test_an_error_is_told(cnnbook, code, message):
    result = cnnbook("-c", code)
    assert result.code in (1, 4), result
    assert result.err.splitlines()[0].startswith(message)


def test_steps_without_end(cnnbook):
    code = f"model M {{ input 2; dense 2 }}\nh = train M() on [ones(2x2), [0, 1]], epochs=2, steps={2 ** 63 - 1}, log=False\nlen(h.loss)"
    assert (cnnbook("-c", code).out, cnnbook("-c", code).code) == ("2\n", 0)


@pytest.mark.parametrize("code", ["\"\" * 9223372036854775807", "[] * 9223372036854775807", "x = []; x *= 10 ** 15; x"])
def test_nothing_many_times_is_nothing(cnnbook, code):
    assert cnnbook("-c", code).out in ("''\n", "[]\n")


@pytest.mark.parametrize("code", [
    "error(A)", "expect False, A", "crop(A)", "{1: 2}.pop(A)", "load(A)", "conv2d(ones(3x3), ones(2x2), pad=A)",
    "f\"{1:{A}}\"", "uses(A, \"for\")", "int(A)",
])
def test_a_message_quotes_the_beginning_of_a_text(cnnbook, code):
    result = cnnbook("-c", "A = \"ab\" * 1000000\n" + code)
    assert result.code == 1 and "error[E" in result.err and len(result.err) < 10_000


SHARED = "x = [1]; y = [1]; for i in range(60) { x = [x, x]; y = [y, y] }\n"
ENDLESS = {
    "shared lists": SHARED + "x == y",
    "shared lists in order": SHARED + "x < y",
    "a shared dict": "x = {\"a\": 1}; y = {\"a\": 1}; for i in range(60) { x = {\"a\": x, \"b\": x}; y = {\"a\": y, \"b\": y} }\nx == y",
    "a digest": SHARED + "hash(x)",
    "keys of a sort": "xs = list(range(400000))\nsorted(xs, x -> xs)",
    "tensors in lists": "a = [ones(1000000)] * 200000; b = [ones(1000000)] * 200000\na == b",
    "many augmentations": "d = dataset(\"digits\").train\nmodel N { input 8x8x1; flatten; dense 10 }\n"
                          "h = train N() on d, augment=[rotate(10)] * 100000, log=False",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_ctrl_c_ends_it(cnnbook, tmp_path, name):
    path = tmp_path / "endless.cnnbook"
    path.write_text(ENDLESS[name] + "\n")
    err, _ = cnnbook.interrupted(path, timeout=20)
    assert "E0605" in err


def test_a_dict_that_shares_its_parts_equals_itself(cnnbook):
    assert cnnbook("-c", "x = {\"a\": 1}; for i in range(60) { x = {\"a\": x, \"b\": x} }\nx == x").out == "True\n"
