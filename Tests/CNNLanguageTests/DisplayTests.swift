import CNNCore
import Testing

@testable import CNNLanguage

/// What values look like (LANGUAGE §7). These texts are frozen.
@Suite(.serialized) struct DisplayTests {
    private func shown(_ program: String) -> String { TestSession().run(program) }

    @Test func numbers() {
        #expect(
            shown("7 / 2\n7 // 2\n1e16\n1e-5\n-0.0\ninf\n-inf\nnan") == "3.5\n3\n1e+16\n1e-05\n-0.0\ninf\n-inf\nnan\n")
        #expect(shown("True\nNone\n2 ** 62") == "True\n4611686018427387904\n")
    }

    @Test func elementsHaveTheDigitsOfFloat32() {
        #expect(
            shown("x = tensor([0.1, 3, 16777216, 1e20])\nx[0]\nx[1]\nx[2]\nx[3]") == "0.1\n3.0\n16777216.0\n1e+20\n")
        #expect(shown("x = tensor([0.1], dtype=float64)\nx[0]") == "0.1\n")
    }

    @Test func strings() {
        #expect(shown("'a'\n\"it's\"\n'\"'\n'a\\n\\t\\\\'\nprint('a')") == "'a'\n\"it's\"\n'\"'\n'a\\n\\t\\\\'\na\n")
        #expect(ValueDisplay.quoted("'\"") == "'\\'\"'")
        #expect(ValueDisplay.quoted("\u{1}\u{7F}\u{200B}é") == "'\\x01\\x7f\\u200bé'")
    }

    @Test func containers() {
        #expect(shown("[1, 'a', [], None, 2.0]") == "[1, 'a', [], None, 2.0]\n")
        #expect(shown("{'a': 1, 2: [True]}\n{}") == "{'a': 1, 2: [True]}\n{}\n")
        #expect(shown("range(5)\nrange(1, 9, 2)") == "range(0, 5)\nrange(1, 9, 2)\n")
        #expect(
            shown("[tensor([[1, 2], [3, 4]]), zeros(0)]")
                == "[tensor 2x2 float32 [[1, 2], [3, 4]], tensor 0 float32 empty]\n")
    }

    @Test func functions() {
        #expect(
            shown("def f(x, n=2) { x }\nf\nlen\n\"a\".upper")
                == "<function f(x, n=...)>\n<built-in function len>\n<built-in method upper>\n")
    }

    @Test func smallTensors() {
        #expect(shown("tensor([[1, 2], [3, 4]])") == "tensor 2x2 float32\n[[1, 2],\n [3, 4]]\n")
        #expect(shown("tensor([1, 20.5, -300])") == "tensor 3 float32\n[   1, 20.5, -300]\n")
        #expect(shown("tensor([0.00012345, 123456])") == "tensor 2 float32\n[0.0001234, 1.235e+05]\n")
        #expect(shown("tensor([-0.0, nan, inf])") == "tensor 3 float32\n[  0, nan, inf]\n")
        #expect(
            shown("arange(3)\ntensor([True, False])") == "tensor 3 int64\n[0, 1, 2]\ntensor 2 bool\n[ True, False]\n")
        #expect(shown("ones(2x1x2)") == "tensor 2x1x2 float32\n[[[1, 1]],\n\n [[1, 1]]]\n")
        #expect(shown("ones(1x1x1x1x1x1x1x1)") == "tensor 1x1x1x1x1x1x1x1 float32\n[[[[[[[1]]]]]]]\n")
    }

    @Test func longRowsGoOnBelow() {
        let text = shown("full(2x30, 0.25)")
        #expect(text.hasPrefix("tensor 2x30 float32\n[[0.25, 0.25,"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(text.contains(",\n  0.25"))
        #expect(text.contains("0.25],\n [0.25"))
    }

    @Test func largeTensors() {
        #expect(shown("full(8x9, 0.5)") == "tensor 8x9 float32  min 0.5  max 0.5  mean 0.5  std 0\n")
        #expect(shown("zeros(65)") == "tensor 65 float32  min 0  max 0  mean 0  std 0  zeros 100%\n")
        #expect(shown("concat([zeros(10), ones(90)])") == "tensor 100 float32  min 0  max 1  mean 0.9  std 0.3\n")
        #expect(shown("concat([zeros(11), ones(89)])").hasSuffix("  zeros 11%\n"))
        #expect(shown("arange(100)") == "tensor 100 int64  min 0  max 99  mean 49.5  std 28.87\n")
        #expect(shown("concat([full(4, nan), full(1, -inf), ones(95)])").hasSuffix("  nan 4  inf 1\n"))
    }

    @Test func noLineIsLongerThan80Columns() {
        let text = shown(
            "concat([full(4000000, nan), full(1, inf), full(1, -1.234e-30), full(1, 1.234e30), zeros(5000000)])")
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
    }

    @Test func emptyTensors() {
        #expect(shown("zeros(3x0)\nprint(zeros(0))") == "tensor 3x0 float32  empty\ntensor 0 float32  empty\n")
    }

    @Test func printFull() {
        let text = shown("print(full(10x10, 0.5), full=True)")
        #expect(text.hasPrefix("tensor 10x10 float32\n[[0.5, 0.5, "))
        #expect(text.split(separator: "\n").count == 11)
        #expect(text.hasSuffix("0.5]]\n"))
    }

    @Test func deepListsEnd() {
        let text = shown("x = [1]\nfor i in range(10000) { x = [x] }\nx")
        #expect(text.contains("[...]") && text.count < 1_000)
    }

    @Test func elementTypes() {
        #expect(
            shown("x = zeros(2)\nx.dtype\nx.dtype == float32\nx.dtype == float64\nfloat64")
                == "float32\nTrue\nFalse\nfloat64\n")
        #expect(shown("zeros(1, dtype=bool).dtype == bool\nbool == zeros(1, dtype=bool).dtype") == "True\nTrue\n")
    }
}
