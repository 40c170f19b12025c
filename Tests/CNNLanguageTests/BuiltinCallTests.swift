import CNNCore
import Testing

@testable import CNNLanguage

/// Arguments of built-ins: what is taken, and what an error says.
@Suite(.serialized) struct BuiltinCallTests {
    private func shown(_ program: String) -> String { TestSession().run(program) }

    private func error(_ program: String) -> CNNError? {
        TestSession().interpreter.run(SourceText(name: "test", program)).diagnostics.first?.error
    }

    @Test(arguments: [
        ("conv2d(ones(3x3), ones(2x2), stride=\"a\")", "conv2d: 'stride' is an int or a list of ints, not a str"),
        ("relu([1, 2])", "relu: 'x' is a tensor, not a list"),
        ("zeros(3, 4)", "zeros: 'dtype' is a dtype as float32, not an int"),
        (
            "max_pool(ones(4x4), 2, rounding=\"up\")",
            "max_pool: 'rounding' is one of \"exact\", \"floor\", \"ceil\", not \"up\""
        ),
        (
            "pad(ones(2x2), [1, 2, 3])",
            "pad: 'size' is n, [h, w] or [top, bottom, left, right], not 3 numbers"
        ),
        ("len(5)", "len: 'value' is a list, a str, a dict, a tensor or one part of a data set, not an int"),
        ("\"-\".join([1])", "join: 'parts' is a list of str, not an int"),
        ("zeros(3, dtype=\"float16\")", "zeros: 'dtype' is one of float32, float64, int64, uint8, bool, not a str"),
        ("max(tensor([1, 2]), 3)", "max: there is no axis 3 in a tensor of 2"),
        ("one_hot([3], 3)", "one_hot: label 3 is not among the 3 classes"),
        ("tensor([[1, 2], [3]])", "the lists are not of equal length: element [1] has 1 element, not 2"),
        ("[1].append", "'append' changes its list and can only be called there"),
    ])
    func messages(_ program: String, _ message: String) { #expect(error(program)?.message == message) }

    @Test func notesShowAWayOut() {
        #expect(error("zeros(3, 4)")?.notes == ["write zeros(3x4)"])
        #expect(error("relu([1])")?.notes == ["write tensor([1])"])
        #expect(error("max(tensor([1]), 3)")?.notes == ["for two, element by element, write maximum(tensor([1]), 3)"])
        #expect(error("max_pool(ones(4x4), 2, rounding=\"flor\")")?.notes == ["did you mean \"floor\"?"])
        #expect(error("split(arange(6), 4)")?.notes == ["it divides into 1, 2, 3, 6; or give a list of sizes"])
    }

    @Test func sizesComeInManyForms() {
        let program =
            "zeros(2x3).shape\nzeros([2, 3]).shape\nzeros(arange(1, 3)).shape\nzeros(2).shape\nzeros([]).shape"
        #expect(shown(program) == "[2, 3]\n[2, 3]\n[1, 2]\n[2]\n[]\n")
        #expect(
            shown("x = ones(4x6)\nmax_pool(x, 2).shape\nmax_pool(x, 2x3).shape\nreshape(x, 3, 8).shape")
                == "[2, 3]\n[2, 2]\n[3, 8]\n")
    }

    @Test func theTypesOfTheLanguageStandForDTypes() {
        #expect(
            shown(
                "zeros(1, bool).dtype\nzeros(1, dtype=int).dtype\nzeros(1, float).dtype\nones(1, \"uint8\").dtype"
            ) == "bool\nint64\nfloat64\nuint8\n")
    }

    @Test func numbersGiveNumbers() {
        #expect(
            shown("exp(0)\nrelu(-2)\nsigmoid(0.0)\nmaximum(1, 2.5)\nclip(5, 0, 3)\nfloor(2.5)\nsign(-3)")
                == "1.0\n0\n0.5\n2.5\n3\n2.0\n-1\n")
        // Shortcuts for numbers and whole calls agree.
        #expect(
            shown(
                "x = rand(2)\nfor f in [exp, tanh, gelu, sin] { print(f(x)[0] == f(x[0]), f(x)[1] == f(x[1])) }"
            ) == String(repeating: "True True\n", count: 4))
        #expect(
            shown("max(1, 2, 3)\nmin(2.5, 1)\nmax(\"a\", \"b\")\nmax(nan, 1)\nmax(tensor([3, 1]))")
                == "3\n1\n'b'\nnan\n3.0\n")
    }

    @Test func layersShareNamesWithFunctions() {
        #expect(
            shown("type(relu())\ntype(dense(10))\ntype(dropout(0.5))\ntype(relu(ones(2)))\ntype(tanh(0.5))")
                == "'layer'\n'layer'\n'layer'\n'tensor'\n'float'\n")
    }

    @Test func methodsOfTensors() {
        let program =
            "x = tensor([[1, 2], [3, 4]])\nx.sum(axis=0)\nx.reshape(4).list()\nx.max()\nx[0, 0].item()\nf = x.sum\nf()"
        #expect(shown(program) == "tensor 2 float32\n[4, 6]\n[1.0, 2.0, 3.0, 4.0]\n4.0\n1.0\n10.0\n")
        #expect(shown("x = ones(2x3)\nx.shape\nx.size\nx.rank\nx.dtype") == "[2, 3]\n6\n2\nfloat32\n")
    }

    @Test(
        arguments: [
            ("pint(1)", "did you mean print?"), ("np.zeros(3)", nil), ("zeros(3).shapes", "did you mean .shape?"),
            ("zeroes(3)", "did you mean zeros?"),
        ] as [(String, String?)])
    func misspeltNames(_ program: String, _ note: String?) {
        let notes = error(program)?.notes ?? []
        #expect(!notes.isEmpty)
        if let note { #expect(notes.contains(note), "\(notes)") }
    }

    @Test func namesWithoutAValueYet() {
        #expect(error("print(y)\ny = 1")?.code == .unassignedName)
        #expect(error("print(y)")?.code == .unknownName)
        #expect(error("n = 1\ndef f() { print(n); n = 2 }\nf()")?.code == .unassignedName)
    }

    @Test func hugeSizesAreRefusedBeforeTheyAreMade() {
        let budget = TensorAllocator.shared.budgetBytes
        defer { TensorAllocator.shared.budgetBytes = budget }
        TensorAllocator.shared.budgetBytes = 1 << 31
        for program in [
            "zeros(100000x100000)", "arange(1000000000)", "linspace(0, 1, 1000000000)", "eye(1000000)",
            "one_hot([0], 1000000000)",
            "rand(1000000000)", "repeat(ones(10), 100000000)", "tile(ones(10), 100000000)", "\"a\".zfill(99999999999)",
            "\"a\" * 99999999999", "list(range(99999999999))", "f\"{1:99999999d}\"", "expand(ones(1), 1000000000)",
        ] {
            let code = error(program)?.code
            #expect(
                code == .outOfMemory || code == .tooLarge || code == .invalidValue,
                "\(program): \(String(describing: code))")
        }
    }

    @Test func seedsRepeat() {
        #expect(
            shown("seed(3)\na = randn(4)\nseed(3)\nb = randn(4)\nall(a == b)\nall(a == randn(4))") == "True\nFalse\n")
    }

    @Test func gradcheckFindsAWrongGradient() {
        let text = shown("gradcheck(w -> sum(w * stop_gradient(w)), [tensor([2, 3])])")
        #expect(text.hasPrefix("gradcheck: input 0 at [1]: gradient 3, difference 6,") && text.hasSuffix("False\n"))
    }
}
