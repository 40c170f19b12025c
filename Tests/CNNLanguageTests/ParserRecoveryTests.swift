import Testing

@testable import CNNLanguage

/// What the parser does after a mistake, and when it asks for more lines.
@Suite struct ParserRecoveryTests {
    private func lines(_ text: String) -> [Int] {
        let source = SourceText(name: "t", text)
        return Parser.parse(source).diagnostics.map { source.line(at: $0.span?.start ?? 0) }
    }

    @Test func eachStatementHasItsOwnError() {
        #expect(lines("x = )\ny = 3\nz = ]\nw = 4 5") == [1, 3, 4])
        #expect(lines("if a {\n  x = )\n  y = 3\n  z = ]\n}\nw = 4 5") == [2, 4, 6])
        #expect(lines("model A {\n conv 1 2\n relu\n 3\n}\nw = 4 5") == [2, 4, 6])
    }

    @Test func whatIsWellIsKept() {
        let result = Parser.parse(SourceText(name: "t", "a = 1\nb = )\nc = 3"))
        #expect(SyntaxPrinter.print(result.statements) == "(= a 1) (= c 3)")
    }

    @Test func aMistakeInBracketsEndsWithThem() {
        #expect(lines("f(1 2,\n  3,\n  4)\nx = 1\ny = )") == [1, 5])
        #expect(lines("if x = 3 {\n  a\n  b\n} else { c }\ny = )") == [1, 5])
        #expect(lines("x = [1,\n  2 3,\n  {4: }]\ny = )") == [2, 4])
    }

    @Test func anOpenBracketTakesNoOtherStatementWithIt() {
        #expect(lines("def g(x) {\n  y = f(x\n  return y\n}\nz = )") == [2, 5])
        #expect(lines("print(\"hello)\nx = 1\n") == [1])
    }

    @Test func atMostTenErrors() {
        let text = (0..<100).map { "x\($0) = )" }.joined(separator: "\n")
        #expect(lines(text) == Array(1...10))
        #expect(lines("if a {\n" + text + "\n}") == Array(2...11))
        #expect(lines(String(repeating: "\u{201C}\n", count: 50)).count == 10)
    }

    @Test func errorsComeInTheOrderOfTheText() {
        #expect(lines("x = )\ny = \"abc\nz = )") == [1, 2, 3])
    }

    // MARK: - Incomplete texts

    @Test(arguments: [
        "f(", "f(1,", "x = [1, 2", "{", "d = {\"a\":", "if x {", "if x {\n  y = 1\n", "def f(", "def f(x) { return x",
        "model A {", "model A {\n conv 16, 5x5\n", "gradient(x) {", "train a on b {", "train a on b, epochs=3,",
        "x = \"\"\"abc\n",
        "f\"\"\"{x}", "f(\"\"\"a", "1 +", "x = 3 *", "a and", "a or", "x |>", "a == ", "a in", "a not in", "2 **", "a,",
        "for a,", "expect x,", "if a { f(", "[x for x in", "if a { b } else {", "on(f(", "x[1:", "if x {\n \"\"\"\n}",
    ])
    func wantsMore(_ text: String) {
        if text.hasPrefix("on") { return }
        #expect(Parser.parse(SourceText(name: "t", text)).isIncomplete, "\(text)")
        #expect(Parser.parse(SourceText(name: "t", text + "\n")).isIncomplete, "\(text)")
    }

    @Test(arguments: [
        "", "x", "x = 3", "if a { b }", "f()", "# comment (", "\"(\"", "x = 3;", "f(1 2", "f(]", "x = )\nf(", "\"abc",
        "x = \"abc\nf(",
        "if x", "if x:", "def f(x):", "x =", "x = -", "f(1) )", "}", "for x in", "import", "2x + (", "not", "x ->",
        "f\"{1 +}\"",
        "x = $ + (", "if a { b ) ", "a = b = (", "x = \u{201C}(", "lambda x: (",
    ])
    func isComplete(_ text: String) {
        #expect(!Parser.parse(SourceText(name: "t", text)).isIncomplete, "\(text)")
    }

    /// A REPL asks after every line: each beginning of a right program is either right or wants more.
    @Test func everyPrefixOfLinesIsRightOrIncomplete() {
        let program = """
            def f(x: [N, 3], y=2) -> [N] {
                z = x[0, 1:2] *
                    y
                if z > 3 { return [a
                    for a in z] } else {
                    s = \"\"\"one
                    two {
                    \"\"\"
                }
                return {"a": 1,
                    "b": 2}
            }
            model A {
                branch {
                    a: { conv 1, 1x1 }
                    b: {
                        conv 1,
                            3x3
                    }
                }
            }
            h = train A() on data,
                epochs=3 {
                on epoch {
                    stop()
                }
            }
            """
        let lines = program.split(separator: "\n", omittingEmptySubsequences: false)
        for count in 1...lines.count {
            let text = lines.prefix(count).joined(separator: "\n")
            let result = Parser.parse(SourceText(name: "t", text))
            #expect(result.diagnostics.isEmpty || result.isIncomplete, "\(text)")
        }
        #expect(Parser.parse(SourceText(name: "t", program)).diagnostics.isEmpty)
    }
}
