/// A word of the language, or a form of a statement or an expression: what `help` says about it.
///
/// To add a form is to add an entry to the lists below; help, the manual and a test of the example follow from it.
public struct LanguageForm: Sendable {
    /// What `help` is asked for; the first names the entry.
    public let names: [String]
    /// How it is written, each way in a line.
    public let forms: [String]
    /// One line.
    public let summary: String
    public let example: (code: String, output: String)

    public static let all: [LanguageForm] = statements + blocks + expressions + literals + networks

    private static let byName: [String: Int] = {
        let pairs = all.enumerated().flatMap { number, form in form.names.map { ($0, number) } }
        return Dictionary(uniqueKeysWithValues: pairs)
    }()

    public static func named(_ name: String) -> LanguageForm? { byName[name].map { all[$0] } }
}

extension LanguageForm {
    private static let statements: [LanguageForm] = [
        LanguageForm(
            names: ["statement", ";"],
            forms: ["expression", "expression;", "statement; statement"],
            summary: "A line shows the value of its expression; one that ends with ; does not. A line end or ; ends "
                + "a statement, except within ( ) and [ ], after an operator and after a comma.",
            example: ("1 + 2\n3 + 4;\nx = 5; x * 2", "3\n10\n")),
        LanguageForm(
            names: ["comment", "#"], forms: ["# text"],
            summary: "From # to the end of the line nothing is read.",
            example: ("1 + 1  # two", "2\n")),
        LanguageForm(
            names: ["assignment", "=", "+=", "-=", "*=", "/="],
            forms: ["name = value", "a, b = values", "x[i] = value", "x.field = value", "name += value"],
            summary: "Gives a variable, an element or a field a value. Several targets take a list apart. A value is "
                + "copied: a change of one variable is none of another.",
            example: (
                "a, b = [1, 2]\na += 10\nxs = [a, b]\nys = xs\nys[0] = 0\nprint(xs, ys)",
                "[11, 2] [0, 2]\n"
            )),
        LanguageForm(
            names: ["import", "as"], forms: ["import name", "import \"file.cnnbook\" as name"],
            summary: "Runs a module of the language, or a file beside the notebook, once; its variables are fields.",
            example: ("import filters as f\nf.box(2)", "tensor 2x2 float32\n[[0.25, 0.25],\n [0.25, 0.25]]\n")),
        LanguageForm(
            names: ["expect", "within", "error"],
            forms: ["expect condition, \"message\"", "expect a == b within 0.001", "expect error E0301 { ... }"],
            summary: "A check: an error where the condition does not hold, or where the block ends without that error.",
            example: ("expect 0.1 + 0.2 == 0.3 within 1e-9\nexpect error E0402 { 1 // 0 }", "")),
    ]

    private static let blocks: [LanguageForm] = [
        LanguageForm(
            names: ["if", "elif", "else"],
            forms: ["if condition { ... } elif condition { ... } else { ... }"],
            summary: "Runs the block of the first condition that is True. As an expression, its value is the last one "
                + "of that block.",
            example: ("x = -2\nsign = if x > 0 { 1 } elif x < 0 { -1 } else { 0 }\nsign", "-1\n")),
        LanguageForm(
            names: ["for"], forms: ["for name in values { ... }", "for a, b in pairs { ... }"],
            summary: "Runs the block for every element of a range, a list, a dict, a text, a tensor or a data set.",
            example: ("for i, letter in enumerate(\"ab\") { print(i, letter) }", "0 a\n1 b\n")),
        LanguageForm(
            names: ["in"], forms: ["for name in values { ... }", "value in values", "value not in values"],
            summary: "What a loop runs over; as an operator, whether a list, a dict, a text or a range holds a value.",
            example: ("2 in [1, 2]\n\"conv\" not in \"deconvolution\"", "True\nFalse\n")),
        LanguageForm(
            names: ["while"], forms: ["while condition { ... }"],
            summary: "Runs the block again and again, as long as the condition is True before it.",
            example: ("n = 28\nwhile n > 3 { n = n // 2 }\nn", "3\n")),
        LanguageForm(
            names: ["break", "continue"], forms: ["break", "continue"],
            summary: "break ends the innermost loop; continue goes on with its next round.",
            example: (
                "for n in range(9) {\n    if n % 2 == 0 { continue }\n    if n > 5 { break }\n    print(n)\n}",
                "1\n3\n5\n"
            )),
        LanguageForm(
            names: ["def", "return"],
            forms: ["def name(x, y=1, image: [H, W, 3]) -> [H, W] { ... return value }"],
            summary: "A function. Defaults and shapes may be left out; sizes of one name must be equal in a call, _ is "
                + "any size. Without return it gives None. It changes nothing outside: new values are returned.",
            example: (
                "def center(x: [N, N]) -> [N] {\n    half = x.shape[0] // 2\n    return x[half]\n}\n"
                    + "center(eye(3))",
                "tensor 3 float32\n[0, 1, 0]\n"
            )),
    ]

    private static let expressions: [LanguageForm] = [
        LanguageForm(
            names: ["and", "or", "not"], forms: ["a and b", "a or b", "not a"],
            summary: "For True and False; the right side is computed only where the left one does not decide. not "
                + "works on tensors too.",
            example: ("x = 3\nx > 1 and x < 5\nnot (x == 3 or x / 0 > 1)", "True\nFalse\n")),
        LanguageForm(
            names: ["operators", "+", "-", "*", "/", "//", "%", "**", "@"],
            forms: ["a + b", "a - b", "a * b", "a / b", "a // b", "a % b", "a ** b", "-a", "a @ b"],
            summary:
                "Arithmetic on numbers, and element by element on tensors. / always gives a float, // rounds down, "
                + "% is the rest, ** the power, @ the matrix product. + joins texts and lists.",
            example: ("7 / 2\n7 // 2\n-2 ** 2\nones(2x3) @ ones(3)", "3.5\n3\n-4\ntensor 2 float32\n[3, 3]\n")),
        LanguageForm(
            names: ["comparison", "==", "!=", "<", "<=", ">", ">=", "~="],
            forms: ["a == b", "a != b", "a < b", "a <= b", "a > b", "a >= b", "a ~= b"],
            summary: "True or False for numbers, element by element for tensors. a ~= b is one bool: the same shape, "
                + "and all |a - b| <= 1e-6 + 1e-5*|b|. Comparisons do not chain.",
            example: (
                "tensor([1, 2]) == tensor([1, 3])\n0.1 + 0.2 ~= 0.3", "tensor 2 bool\n[ True, False]\nTrue\n"
            )),
        LanguageForm(
            names: ["call", "()"], forms: ["f(x, y, name=value)", "x.method(y)", "x.field"],
            summary: "Arguments go by their place, then by name. What stands behind a point is a field or a method.",
            example: ("x = arange(4)\nx.reshape(2x2).sum(axis=1)", "tensor 2 int64\n[1, 5]\n")),
        LanguageForm(
            names: ["index", "slice", "[]"], forms: ["x[i]", "x[i, j]", "x[start:stop:step]", "x[..., k]"],
            summary: "An element or a part of a tensor, a list or a text; a value of a dict. Indices begin at 0, "
                + "negative ones count from the end.",
            example: (
                "x = arange(12).reshape(3x4)\nx[1, 2]\nx[:, -1]\n\"filter\"[:3]",
                "6\ntensor 3 int64\n[ 3,  7, 11]\n'fil'\n"
            )),
        LanguageForm(
            names: ["lambda", "->"], forms: ["x -> expression", "(x, y) -> expression"],
            summary: "A function without a name, for a call that takes one.",
            example: ("map(x -> x * x, [1, 2, 3])", "[1, 4, 9]\n")),
        LanguageForm(
            names: ["pipe", "|>"], forms: ["x |> f", "x |> f(y)"],
            summary: "Calls the function on the right with what is on the left as its first argument: f(x), f(x, y). A "
                + "line may begin with it.",
            example: ("[3, 1, 2] |> sorted |> len", "3\n")),
        LanguageForm(
            names: ["comprehension"], forms: ["[expression for name in values if condition]"],
            summary: "A list with a value for every element that fulfils the condition, which may be left out.",
            example: ("[n * n for n in range(6) if n % 2 == 1]", "[1, 9, 25]\n")),
    ]

    private static let literals: [LanguageForm] = [
        LanguageForm(
            names: ["number", "inf", "nan"], forms: ["42", "1_000", "0xff", "3.14", "1e-3", "inf", "nan"],
            summary: "Ints have 64 bits, and an error where they do not suffice; floats have 64 bits too.",
            example: ("1_000 + 0xff\n1e-3\n-inf", "1255\n0.001\n-inf\n")),
        LanguageForm(
            names: ["size", "x"], forms: ["5x5", "32x32x3"],
            summary: "A list of whole numbers, written without blanks. Where one is computed, write a list: [n, n, 3].",
            example: ("28x28x1\nzeros(2x2)", "[28, 28, 1]\ntensor 2x2 float32\n[[0, 0],\n [0, 0]]\n")),
        LanguageForm(
            names: ["text", "f-string", "\"", "f\""],
            forms: ["\"text\\n\"", "'text'", "\"\"\"lines\"\"\"", "f\"loss {loss:.4f}\""],
            summary: "A str. In an f-string braces hold values, with Python's formats behind a colon.",
            example: ("loss = 0.25\nf\"loss {loss:.3f}, {2 * loss:>6}\"", "'loss 0.250,    0.5'\n")),
        LanguageForm(
            names: ["True", "False", "None"], forms: ["True", "False", "None"],
            summary: "The two values of a condition, and the value that stands for none.",
            example: ("x = None\nx == None\n3 > 4", "True\nFalse\n")),
        LanguageForm(
            names: ["brackets", "[", "{"], forms: ["[a, b, c]", "{key: value, key: value}"],
            summary: "A list, and a dict. Both keep their order, hold values of any type and are copied on assignment.",
            example: ("d = {\"a\": 1}\nd[\"b\"] = [2, 3]\nd", "{'a': 1, 'b': [2, 3]}\n")),
    ]

    private static let networks: [LanguageForm] = [
        LanguageForm(
            names: ["model"], forms: ["model Name(parameter=value) { layer  layer ... }"],
            summary: "Describes a network by its layers, one a line or with ; between them; Name() makes one. name: "
                + "before a layer names it. if and repeat stand among the layers. A network takes pictures of uint8 as pixels "
                + "from 0 to 255, and divides them by 255.",
            example: (
                "model Small(classes=3) {\n    input 8x8x1\n    conv 4, 3x3; relu\n    flatten\n    dense classes\n}\n"
                    + "Small()(zeros(1x8x8x1)).shape",
                "[1, 3]\n"
            )),
        LanguageForm(
            names: ["repeat"], forms: ["repeat count as name { layer ... }"],
            summary: "In a model: the layers so many times, with the number of the round from 0 as a variable.",
            example: (
                "model Tower {\n    input 16x16x1\n    repeat 2 as i { conv 4 * 2 ** i, 3x3; relu }\n}\n"
                    + "Tower()(zeros(1x16x16x1)).shape",
                "[1, 12, 12, 8]\n"
            )),
        LanguageForm(
            names: ["train", "on"], forms: [TrainingKey.form], summary: TrainingKey.summary,
            example: (
                "model Net { input 2; dense 2 }\nx = tensor([[1, 0], [0, 1]])\n"
                    + "h = train Net() on [x, [0, 1]], epochs=2, log=False {\n"
                    + "    on epoch { print(f\"epoch {epoch}\") }\n}",
                "epoch 1\nepoch 2\n"
            )),
        LanguageForm(
            names: ["gradient"], forms: ["value, gx, gy = gradient(x, y) { ... }"],
            summary: "The block's last value, then its gradient with respect to each variable; of a model, a gradient "
                + "for each parameter.",
            example: (
                "x = tensor([1, 2])\nvalue, g = gradient(x) { sum(x * x) }\nprint(value, g)",
                "5.0 tensor 2 float32\n[2, 4]\n"
            )),
    ]
}
