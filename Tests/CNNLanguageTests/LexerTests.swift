import Testing

@testable import CNNLanguage

@Suite struct LexerTests {
    private func kinds(_ text: String) -> [TokenKind] { tokens(text).map(\.kind).dropLast() }

    private func tokens(_ text: String) -> [Token] {
        let source = SourceText(name: "t", text)
        var lexer = Lexer(source, range: 0..<source.bytes.count)
        return lexer.scan()
    }

    private func texts(_ text: String) -> [String] {
        let source = SourceText(name: "t", text)
        return tokens(text).dropLast().map { source.text($0.span) }
    }

    @Test func everyTextEndsWithTheEnd() {
        for text in ["", "\n", "# only a comment", "x", "\u{FEFF}", "\"", "\r\n"] {
            #expect(tokens(text).last?.kind == .end)
        }
    }

    @Test func tokensCoverTheTextInOrder() {
        let text = "def f(x: [N, 3]) -> [N] { return x |> g(2x2) ** -1.5e-3 }; y ~= 'a' # end"
        var last = 0
        for token in tokens(text) {
            #expect(token.start >= last && token.end >= token.start)
            last = token.end
        }
    }

    @Test func keywordsAreWholeWords() {
        #expect(kinds("if iff If _if if_ if1") == [.if, .name, .name, .name, .name, .name])
        #expect(
            kinds("and or not in elif else for while break continue") == [
                .and, .or, .not, .in, .elif, .else, .for, .while, .break, .continue,
            ])
        #expect(
            kinds("def return import as model train on expect gradient True False None") == [
                .def, .return, .import, .as, .model, .train, .on, .expect, .gradient, .true, .false, .none,
            ])
        #expect(kinds("repeat within error inf nan") == [.name, .name, .name, .name, .name])
    }

    @Test func longestSignWins() {
        #expect(
            kinds("** * // / == = -> - |> ~= <= < ... . += +") == [
                .doubleStar, .star, .doubleSlash, .slash, .equal, .assign, .arrow, .minus, .pipe, .isClose,
                .lessOrEqual, .less,
                .ellipsis, .dot, .plusAssign, .plus,
            ])
        #expect(kinds("x[::2]") == [.name, .leftBracket, .colon, .colon, .int, .rightBracket])
    }

    @Test func numbersAndSizes() {
        #expect(
            kinds("1 1_000 0xff 0x10 1.5 .5 5. 1e3 1E-3 1.5e+3") == [
                .int, .int, .int, .int, .float, .float, .float, .float, .float, .float,
            ])
        #expect(kinds("5x5 32x32x3 3x0 10x2") == [.size, .size, .size, .size])
        #expect(texts("1.5.x 2[0] 5x5]") == ["1.5", ".", "x", "2", "[", "0", "]", "5x5", "]"])
    }

    @Test func stringsWithPrefixes() {
        #expect(
            kinds("'a' \"b\" f'c' F\"d\" '' \"\"") == [
                .string, .string, .interpolated, .interpolated, .string, .string,
            ])
        #expect(texts("\"\"\"a\n\"b\"\"\" x") == ["\"\"\"a\n\"b\"\"\"", "x"])
        #expect(texts(#""a\"b" 'c\'d'"#) == [#""a\"b""#, #"'c\'d'"#])
        #expect(texts("nif\"x\"") == ["nif", "\"x\""])
    }

    @Test func commentsRunToTheLineEnd() {
        #expect(texts("x # \"{[(\ny") == ["x", "y"])
        #expect(texts("\"# no\" y") == ["\"# no\"", "y"])
    }

    @Test func lineEndsAreMarkedOnTheNextToken() {
        #expect(tokens("a b\nc\r\nd\n\n  e").dropLast().map(\.beginsLine) == [true, false, true, true, true])
    }

    @Test func namesMayBeOfAnyAlphabet() {
        #expect(texts("größe α_1 日本 _x") == ["größe", "α_1", "日本", "_x"])
    }

    @Test func aByteOrderMarkAndNoBreakSpacesAreBlanks() {
        #expect(texts("\u{FEFF}x =\u{A0}3") == ["x", "=", "3"])
    }

    @Test func aRangeIsReadAlone() {
        let source = SourceText(name: "t", "a = 1\nb = 2\nc = \"")
        #expect(Parser.parse(source, range: 6..<11).statements.map(SyntaxPrinter.print) == ["(= b 2)"])
        #expect(Parser.parse(source, range: 6..<11).diagnostics.isEmpty)
        #expect(Parser.parse(source, range: 2..<900).diagnostics.count > 0)
    }

    // MARK: - Bytes that are no text

    private func error(_ bytes: [UInt8]) -> String {
        let result = Parser.parse(SourceText(name: "t", bytes: bytes))
        #expect(!result.isIncomplete)
        return result.diagnostics.map { "\($0.error.code.rawValue) \($0.error.message)" }.joined(separator: "; ")
    }

    @Test func malformedUTF8NamesItsLine() {
        let head = Array("x = 3\ny = \"".utf8)
        let sequences: [[UInt8]] = [
            [0xFF], [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0xC3, 0x28], [0xF0, 0x9F, 0x91],
        ]
        for sequence in sequences {
            #expect(error(head + sequence) == "E0110 line 2 is not UTF-8 text")
            #expect(error(head + sequence + [0x22, 0x0A]) == "E0110 line 2 is not UTF-8 text")
        }
    }

    @Test func wellFormedUTF8IsAccepted() {
        for text in [
            "é", "日", "👍", "\u{7FF}", "\u{800}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}", "\u{D7FF}", "\u{E000}",
        ] {
            #expect(Parser.parse(SourceText(name: "t", "x = \"\(text)\"")).diagnostics.isEmpty)
        }
    }

    @Test func aZeroByteIsNoText() {
        #expect(error([0x78, 0x0A, 0]) == "E0103 line 2 holds a zero byte")
        #expect(error([0xFF, 0xFE, 0x78, 0]) == "E0110 line 1 is not UTF-8 text")
    }
}
