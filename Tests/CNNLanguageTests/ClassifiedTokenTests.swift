import Testing

@testable import CNNLanguage

@Suite struct ClassifiedTokenTests {
    /// `kind:text` for each piece.
    private func pieces(_ program: String) -> [String] {
        let source = SourceText(name: "test", program)
        return ClassifiedToken.scan(source, 0..<source.bytes.count).map {
            "\($0.kind.rawValue):\(source.text($0.range))"
        }
    }

    @Test func wordsNumbersAndComments() {
        #expect(
            pieces("if x == 5x5 { # why\n}  # end")
                == [
                    "keyword:if", "name:x", "sign:==", "number:5x5", "sign:{", "comment:# why", "sign:}",
                    "comment:# end",
                ])
    }

    @Test func aCommentSignWithinATextIsText() {
        #expect(pieces("\"a # b\" # c\r\n1") == ["string:\"a # b\"", "comment:# c", "number:1"])
    }

    @Test func anFStringIsTextAndValues() {
        #expect(
            pieces("f\"a{{ {x[1:2]:.4f}!\"")
                == [
                    "string:f\"a{{ ", "sign:{", "name:x", "sign:[", "number:1", "sign::", "number:2", "sign:]",
                    "format::.4f", "sign:}", "string:!\"",
                ])
    }

    @Test func aFormatHoldsValues() {
        #expect(
            pieces("f\"{x:>{w + 1}.{p:d}f}\"")
                == [
                    "string:f\"", "sign:{", "name:x", "format::>", "sign:{", "name:w", "sign:+", "number:1", "sign:}",
                    "format:.", "sign:{", "name:p", "format::d", "sign:}", "format:f", "sign:}", "string:\"",
                ])
        #expect(
            pieces("f\"{5:{3:{2}}}\"")
                == [
                    "string:f\"", "sign:{", "number:5", "format::", "sign:{", "number:3", "format::{2", "sign:}",
                    "sign:}", "string:}\"",
                ])
    }

    @Test(arguments: [
        "f\"{a:{", "f\"{a:{}", "f\"{a:{b:", "f\"{a:{b:{", "f\"{a:{b:{c}}}\"", "f\"{", "f\"{a", "f\"{a:", "f\"}",
        "f\"{}\"", "f\"\\", "f'''{", "\"", "#", "", "r\"a\"", "f\"{f'{\"",
    ])
    func whatIsNotWholeGivesRangesInOrder(_ program: String) {
        let source = SourceText(name: "test", program)
        var position = 0
        for token in ClassifiedToken.scan(source, 0..<source.bytes.count) {
            #expect(token.range.lowerBound >= position && token.range.upperBound <= source.bytes.count)
            position = token.range.upperBound
        }
    }
}
