import CNNCore
import Testing

@testable import CNNLanguage

@Suite struct DiagnosticRendererTests {
    private func render(
        _ text: String, _ span: SourceSpan, label: String = "", notes: [String] = [], name: String = "t"
    ) -> String {
        let error = CNNError(.invalidValue, "message", label: label, notes: notes)
        return DiagnosticRenderer.render(Diagnostic(error, source: SourceText(name: name, text), span: span))
    }

    /// The example of LANGUAGE §8, byte for byte.
    @Test func theLookOfTheManual() {
        let text = String(repeating: "\n", count: 13) + "    conv 16, 5x5, stride=2\n"
        let error = CNNError(
            .outputSizeNotWhole, "conv2 does not fit its input: the output size is not a whole number",
            label: "(N + 2P - F)/S + 1 = (14 + 2*0 - 5)/2 + 1 = 5.5",
            notes: [
                "its input 14x14x6 comes from maxpool1 (line 12)",
                "try stride=1 (10x10), stride=3 (4x4), pad=same (7x7), or rounding=floor (5x5)",
            ])
        let diagnostic = Diagnostic(
            error, source: SourceText(name: "lab3.cnnbook", text), span: SourceSpan(17, 39), cell: "q2")
        #expect(
            DiagnosticRenderer.render(diagnostic) == """
                error[E0301]: conv2 does not fit its input: the output size is not a whole number
                  --> lab3.cnnbook:14:5 (cell q2)
                   |
                14 |     conv 16, 5x5, stride=2
                   |     ^^^^^^^^^^^^^^^^^^^^^^ (N + 2P - F)/S + 1 = (14 + 2*0 - 5)/2 + 1 = 5.5
                   = its input 14x14x6 comes from maxpool1 (line 12)
                   = try stride=1 (10x10), stride=3 (4x4), pad=same (7x7), or rounding=floor (5x5)

                """)
    }

    @Test func withoutASource() {
        let diagnostic = Diagnostic(
            CNNError(.fileNotFound, "there is no file 'x'", label: "here", notes: ["write another"]))
        #expect(DiagnosticRenderer.render(diagnostic) == "error[E0501]: there is no file 'x'\n   = write another\n")
    }

    @Test func longLineNumbersWidenTheMargin() {
        let text = String(repeating: "\n", count: 1233) + "x = y"
        #expect(
            render(text, SourceSpan(1237, 1238), notes: ["note"]) == """
                error[E0404]: message
                    --> t:1234:5
                     |
                1234 | x = y
                     |     ^
                     = note

                """)
    }

    @Test func tabsAndWideCharacters() {
        #expect(render("\tx = y", SourceSpan(5, 6)).hasSuffix(" 1 |     x = y\n   |         ^\n"))
        #expect(render("日本 = 寿司", SourceSpan(9, 15)).contains("--> t:1:6\n"))
        #expect(render("日本 = 寿司", SourceSpan(9, 15)).hasSuffix("   |        ^^^^\n"))
        #expect(render("e\u{301} = y", SourceSpan(6, 7)).contains("--> t:1:5\n"))
        #expect(render("e\u{301} = y", SourceSpan(6, 7)).hasSuffix("   |     ^\n"))
    }

    @Test func severalLinesShowTheFirst() {
        #expect(render("f(a,  \n  b)", SourceSpan(0, 11)).hasSuffix(" 1 | f(a,\n   | ^^^^\n"))
        #expect(render("x = (\r\n3)\r\n", SourceSpan(4, 9)).hasSuffix(" 1 | x = (\n   |     ^\n"))
    }

    @Test func emptyAndStraySpans() {
        #expect(render("x = ", SourceSpan(4, 4)).hasSuffix(" 1 | x =\n   |     ^\n"))
        #expect(render("", SourceSpan(0, 0)).hasSuffix(" 1 |\n   | ^\n"))
        #expect(render("x\n", SourceSpan(2, 2)).contains("--> t:2:1\n"))
        #expect(render("x", SourceSpan(-5, 900)).hasSuffix(" 1 | x\n   | ^\n"))
        #expect(render("xyz", SourceSpan(2, 1)).contains("--> t:1:3\n"))
    }

    @Test func longLinesAreCutAroundTheCarets() {
        let text = (0..<100).map { "x\($0)" }.joined(separator: " + ")
        for offset in stride(from: 0, to: text.utf8.count - 3, by: 7) {
            let lines = render(text, SourceSpan(offset, offset + 3)).split(separator: "\n")
            let shown = Array(lines[3].dropFirst(5))
            let carets = Array(lines[4].dropFirst(5))
            #expect(lines.allSatisfy { $0.count <= 80 })
            guard let first = carets.firstIndex(of: "^") else {
                Issue.record("no caret")
                continue
            }
            let marked = String(shown[first..<min(carets.count, shown.count)])
            let wanted = SourceText(name: "t", text).text(offset..<offset + 3)
            #expect(marked == wanted || marked.contains(".") || wanted.hasPrefix(marked), "\(offset)")
        }
        #expect(render(text, SourceSpan(300, 302)).contains(" 1 | ..."))
        #expect(render(text, SourceSpan(0, text.utf8.count)).split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func longLabelsGoBelow() {
        let label = String(repeating: "l", count: 60)
        let lines = render(String(repeating: "a ", count: 30) + "b", SourceSpan(60, 61), label: label).split(
            separator: "\n")
        #expect(lines[4].hasSuffix("^"))
        #expect(lines[5].hasSuffix(label))
        #expect(lines.allSatisfy { $0.count <= 80 })
    }

    @Test func terminalCodesAreNotPassedOn() {
        let text = render(
            "x = \"\u{1B}[31m\u{202E}\u{7}\"", SourceSpan(0, 1), label: "a\u{1B}b", notes: ["c\u{9B}d"], name: "t\u{1B}"
        )
        #expect(
            !text.unicodeScalars.contains {
                $0.value == 0x1B || $0.value == 0x9B || $0.value == 7 || $0.value == 0x202E
            })
    }

    @Test func calls() {
        let source = SourceText(name: "t", "def f(x) { x }\nf(1)\n")
        var diagnostic = Diagnostic(CNNError(.invalidValue, "message"), source: source, span: SourceSpan(11, 12))
        diagnostic.calls = [(function: "f", source: source, span: SourceSpan(15, 19))]
        #expect(DiagnosticRenderer.render(diagnostic).hasSuffix("   |            ^\n  in f, called at t:2:1\n"))
        diagnostic.calls = Array(repeating: (function: "f", source: source, span: SourceSpan(15, 19)), count: 1_000)
        let lines = DiagnosticRenderer.render(diagnostic).split(separator: "\n")
        #expect(lines.count == 15)
        #expect(lines.contains("  ... 991 more calls"))
    }

    @Test func colour() {
        let source = SourceText(name: "t", "x")
        let diagnostic = Diagnostic(
            CNNError(.invalidValue, "message", notes: ["n"]), source: source, span: SourceSpan(0, 1))
        let colored = DiagnosticRenderer.render(diagnostic, color: true)
        #expect(colored.hasPrefix("\u{1B}[1;31merror[E0404]\u{1B}[0m"))
        let codes = /\u{1B}\[[0-9;]*m/
        #expect(colored.replacing(codes, with: "") == DiagnosticRenderer.render(diagnostic))
    }
}

@Suite struct EditDistanceTests {
    @Test func nearest() {
        let names = ["conv", "conv_transpose", "relu", "maxpool", "dense", "softmax", "zeros", "ones", "reshape"]
        #expect(EditDistance.nearest("convv", among: names) == "conv")
        #expect(EditDistance.nearest("Conv", among: names) == "conv")
        #expect(EditDistance.nearest("rleu", among: names) == "relu")
        #expect(EditDistance.nearest("max_pool", among: names) == "maxpool")
        #expect(EditDistance.nearest("zeroes", among: names) == "zeros")
        #expect(EditDistance.nearest("conv_transposed", among: names) == "conv_transpose")
        #expect(EditDistance.nearest("banana", among: names) == nil)
        #expect(EditDistance.nearest("x", among: names) == nil)
        #expect(EditDistance.nearest("", among: names) == nil)
        #expect(EditDistance.nearest("relu", among: []) == nil)
        #expect(EditDistance.nearest(String(repeating: "x", count: 100_000), among: names) == nil)
    }

    @Test func tiesDoNotDependOnTheOrder() {
        #expect(EditDistance.nearest("bat", among: ["cat", "bar", "baz"]) == "bar")
        #expect(EditDistance.nearest("bat", among: ["baz", "bar", "cat"]) == "bar")
        #expect(EditDistance.nearest("fort", among: ["sort", "fork"]) == "fork")
    }

    /// Values from Damerau 1964 and common test vectors of the optimal string alignment distance.
    @Test func distances() {
        func distance(_ first: String, _ second: String) -> Int? {
            EditDistance.distance(Array(first.unicodeScalars), Array(second.unicodeScalars), limit: 9)
        }
        #expect(distance("kitten", "sitting") == 3)
        #expect(distance("ca", "abc") == 3)
        #expect(distance("abcd", "acbd") == 1)
        #expect(distance("", "abc") == 3)
        #expect(distance("same", "same") == 0)
        #expect(EditDistance.distance(Array("kitten".unicodeScalars), Array("sitting".unicodeScalars), limit: 2) == nil)
    }
}

@Suite struct ForeignNamesTests {
    @Test func names() {
        #expect(
            ForeignNames.hint(for: "np")
                == "NumPy has no prefix here: np.zeros(...) is zeros(...), np.array(...) is tensor(...)")
        #expect(ForeignNames.hint(for: "np.array") == "write tensor(...)")
        #expect(ForeignNames.hint(for: "torch.zeros") == "PyTorch has no prefix here: write zeros")
        #expect(ForeignNames.hint(for: "nn.Conv2d") == "write conv 16, 3x3, pad=same")
        #expect(ForeignNames.hint(for: "true") == "write True")
        #expect(ForeignNames.hint(for: "append") == "write xs.append(value)")
        #expect(ForeignNames.hint(for: "loss") == nil)
        #expect(ForeignNames.memberHint("tolist") == "write x.list()")
        #expect(ForeignNames.memberHint("shape") == nil)
        #expect(ForeignNames.module("numpy")?.contains("drop the import") == true)
        #expect(ForeignNames.module("filters") == nil)
        #expect(ForeignNames.layerHint("MaxPool2d") == "write maxpool 2")
    }

    /// What a hint tells to write must be right itself.
    @Test func layersParse() {
        for name in ["Conv2d", "Linear", "MaxPool2d", "BatchNorm2d", "Input", "Concatenate", "skip", "Dropout"] {
            let layer = ForeignNames.layerHint(name)?.dropFirst("write ".count) ?? ""
            let text = "model A { \(layer.replacing("...", with: "relu")) }"
            #expect(Parser.parse(SourceText(name: "t", text)).diagnostics.isEmpty, "\(text)")
        }
    }
}

@Suite struct DisplayWidthTests {
    @Test func widths() {
        #expect(DisplayWidth.of("abc") == 3)
        #expect(DisplayWidth.of("日本語") == 6)
        #expect(DisplayWidth.of("e\u{301}") == 1)
        #expect(DisplayWidth.of("👍") == 2)
        #expect(DisplayWidth.of("👨‍👩‍👧") == 2)
        #expect(DisplayWidth.of("한글") == 4)
        #expect(DisplayWidth.of("ｆ") == 2)
        #expect(DisplayWidth.of("α × ≤ “") == 7)
        #expect(DisplayWidth.of("\u{200B}") == 0)
        #expect(DisplayWidth.of("") == 0)
    }
}
