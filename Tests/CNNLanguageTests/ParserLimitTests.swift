import Testing

@testable import CNNLanguage

/// Texts that no one means well: each ends with an error, never with a crash or a long wait.
@Suite struct ParserLimitTests {
    private func codes(_ text: String) -> [String] { codes(Array(text.utf8)) }

    private func codes(_ bytes: [UInt8]) -> [String] {
        let result = Parser.parse(SourceText(name: "t", bytes: bytes))
        _ = result.diagnostics.map { DiagnosticRenderer.render($0) }
        #expect(result.diagnostics.count <= 10)
        return result.diagnostics.map(\.error.code.rawValue)
    }

    private static let nests: [(opening: String, closing: String)] = [
        ("(", ")"), ("[", "]"), ("{\"a\": ", "}"), ("f(", ")"), ("x[", "]"), ("a[b(", ")]"), ("-", ""), ("not ", ""),
        ("2 ** ", ""), ("x -> ", ""), ("(a, b) -> ", ""), ("if a { ", " }"), ("if ", ""), ("while a { ", " }"),
        ("for i in x { ", " }"), ("def f() { ", " }"), ("train ", ""), ("train a on ", ""), ("gradient(x) { ", " }"),
        ("gradient(", ")"), ("[x for x in ", "]"), ("x = if a { ", " }"), ("expect error { ", " }"),
        ("train a on b { on epoch { ", " } }"), ("if a { } elif ", ""),
    ]

    @Test(arguments: nests.indices) func nestsBeyondTheLimitAreOneError(_ index: Int) {
        let (opening, closing) = Self.nests[index]
        let nest = String(repeating: opening, count: 100_000) + "x" + String(repeating: closing, count: 100_000)
        #expect(codes(nest) == ["E0106"], "\(opening)")
        #expect(codes(String(repeating: opening, count: 1_000)) == ["E0106"], "\(opening)")
    }

    @Test func layersNestBeyondTheLimit() {
        for (opening, closing) in [("b { ", "} "), ("{ ", "} "), ("repeat 2 { ", "} "), ("if a { ", "} ")] {
            let nest = String(repeating: opening, count: 100_000) + String(repeating: closing, count: 100_000)
            #expect(codes("model A { \(nest) }") == ["E0106"], "\(opening)")
        }
        #expect(codes("model A { if a { b } " + String(repeating: "elif a { b } ", count: 100_000) + "}") == ["E0106"])
    }

    @Test func twoHundredLevelsAreFine() {
        for (opening, closing) in [
            ("(", ")"), ("[", "]"), ("f(", ")"), ("-", ""), ("if a { ", " }"), ("{\"a\": ", "}"),
        ] {
            let inside = String(repeating: opening, count: 200) + "x" + String(repeating: closing, count: 200)
            #expect(codes(inside).isEmpty, "\(opening)")
            #expect(codes(opening + inside + closing) == ["E0106"], "\(opening)")
        }
    }

    @Test func longChains() {
        // Calls, indices and pipes go as deep as they are long.
        for link in [" |> x", ".x", "()", "[0]"] {
            #expect(codes("x" + String(repeating: link, count: 4_900)).isEmpty, "\(link)")
            #expect(codes("x" + String(repeating: link, count: 100_000)) == ["E0106"], "\(link)")
        }
        for link in [" + x", " - x * x", " and x", " or x", " * x", " @ x"] {
            #expect(codes("x" + String(repeating: link, count: 100_000)).isEmpty, "\(link)")
        }
    }

    /// Height adds up over brackets and blocks: a tree is never deeper than the limit.
    @Test func chainsWithinChains() {
        let chain = String(repeating: "[0]", count: 3_000)
        #expect(codes("(x\(chain))").isEmpty)
        #expect(codes("(x\(chain))\(chain)") == ["E0106"])
        #expect(codes("f(x\(chain))\(chain)") == ["E0106"])
        #expect(codes("if a { x\(chain) } else { 1 }").isEmpty)
        #expect(codes("y = (if a { x\(chain) } else { 1 })\(chain)") == ["E0106"])
        #expect(codes("y = 1\(chain) + (1\(chain))").isEmpty)
        let sum = String(repeating: " + 1", count: 3_000)
        #expect(codes("y = (x\(sum))\(sum)").isEmpty)
    }

    /// A long chain and the same operators in pairs group alike.
    @Test func aLongChainGroupsAsAShortOne() {
        for count in [2, 15, 16, 17, 18, 40] {
            let text = "a" + (0..<count).map { $0 % 3 == 0 ? " - b" : " + c * d" }.joined()
            var nested = "a"
            for number in 0..<count { nested = number % 3 == 0 ? "(\(nested) - b)" : "(\(nested) + (c * d))" }
            let trees = [text, nested].map { text in
                SyntaxPrinter.print(Parser.parse(SourceText(name: "t", text)).statements)
            }
            #expect(trees[0] == trees[1] && !trees[0].isEmpty)
        }
    }

    @Test func wideIsNotDeep() {
        #expect(codes("x = [" + String(repeating: "-1 * 2, ", count: 100_000) + "]").isEmpty)
        #expect(codes("f(" + String(repeating: "x, ", count: 100_000) + ")").isEmpty)
        #expect(codes("f\"" + String(repeating: "{x}", count: 100_000) + "\"").isEmpty)
        #expect(codes("if a { b } " + String(repeating: "elif a { b } ", count: 100_000)).isEmpty)
        #expect(codes(String(repeating: "x = 1\n", count: 100_000)).isEmpty)
    }

    @Test(arguments: [
        "}", ")", "]", "{ )", "(]", "([{", "\"", "'", "\"\"\"", "f\"{", "x++;", "@", "\\", "5x", "1_", "1.", "else ",
        "lambda x: ",
        "a if b else ", "x is ", "a < ", "a = ", "a, ", "return ", "import ", "expect ", "if a = ", "model A { ",
        "model ", "?", "$",
        "on ", "x[", "f\"{f'{", "!", "x : ", "def ", "for ", "(\n", "{\n", "x |> ", "a not ", "...", "assert ", "from ",
    ])
    func repetitions(_ piece: String) {
        #expect(
            !codes(String(repeating: piece, count: 20_000)).isEmpty || piece == "..." || piece == "\"" || piece == "'",
            "\(piece)")
    }

    @Test func longTokens() {
        #expect(codes(String(repeating: "9", count: 1_000_000)) == ["E0104"])
        #expect(codes("1." + String(repeating: "9", count: 1_000_000)).isEmpty)
        #expect(codes("1" + String(repeating: "x9", count: 500_000)).isEmpty)
        #expect(codes(String(repeating: "x", count: 1_000_000) + " = )") == ["E0101"])
        #expect(codes("x = \"" + String(repeating: "a", count: 1_000_000) + "\" )") == ["E0101"])
        #expect(codes("x = \"e" + String(repeating: "\u{301}", count: 100_000) + "\" )") == ["E0101"])
    }

    /// Bytes from a fixed generator, over all values and over those of programs.
    @Test func noise() {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func next() -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(truncatingIfNeeded: state >> 33)
        }
        let words = [
            "if", "else", "{", "}", "(", ")", "[", "]", "x", "=", "==", "+", "-", "\n", ";", ",", ":", "->", "|>", "\"",
            "f\"{",
            "}\"", "def", "model", "train", "on", "for", "in", "5x5", "1.5", "not", "#", "gradient", "expect", "error",
            "within", "repeat",
            "lambda", "elif", "\"\"\"", "'", "\\", "\u{201C}", ".", "**", "return", "as", "import", "~=", "&&", "++",
            "print", "2x", "\t",
        ]
        for _ in 0..<300 {
            _ = codes((0..<200).map { _ in UInt8(truncatingIfNeeded: next()) })
            _ = codes((0..<200).map { _ in UInt8(32 + next() % 95) })
            _ = codes((0..<150).map { _ in words[next() % words.count] }.joined(separator: next() % 2 == 0 ? " " : ""))
        }
    }

    /// Every beginning of a program that uses the whole grammar, cut at every byte.
    @Test func everyPrefixEnds() {
        let program = """
            import filters as f; d = {"a": [1, 2x2], 'b': f"x {y:.3f} {{}}"}
            def g(x: [N, _, 3], w=0xff) -> [N] { for i, a in z { while not q { break } }; return x |> h(1)[::2, ...] }
            model M(k=3) { input 8x8x1; s: conv k, 3x3, pad=same; repeat 2 as i { relu }; branch { { a } b: { c } } }
            loss, dw = gradient(w) { if a ~= b { 1 } elif c in d { 2 } else { -3 ** 2 } }
            h = train m on data, epochs=2 { on epoch { stop() } }; expect error E0301 { x }, "m"; p = (a, b) -> [x for x in a if b]
            """
        let bytes = Array(program.utf8)
        #expect(codes(bytes).isEmpty)
        for count in 0..<bytes.count {
            _ = codes(Array(bytes.prefix(count)))
            _ = codes(Array(bytes.suffix(count)))
        }
    }
}
