import CNNCore

/// How the lexer finds the end of a string. What stands inside is read by `StringLiteral`.
extension Lexer {
    /// - Parameter start: where the token begins: at the quote, or at the letter before it.
    mutating func scanString(_ kind: TokenKind, from start: Int) {
        let quote = bytes[position]
        let isLong = byte(1) == quote && byte(2) == quote
        let opening = SourceSpan(start, position + (isLong ? 3 : 1))
        position += isLong ? 3 : 1
        while position < end {
            let next = bytes[position]
            if next == UInt8(ascii: "\\") {
                skipEscape()
            } else if next == quote, !isLong || (byte(1) == quote && byte(2) == quote) {
                position += isLong ? 3 : 1
                return add(kind, from: start)
            } else if next == UInt8(ascii: "\n"), !isLong {
                break
            } else {
                position += 1
            }
        }
        reportUnterminated(opening, isLong: isLong, quote: quote)
        add(kind, from: start)
    }

    private mutating func skipEscape() {
        let isLineEnd = byte(1) == UInt8(ascii: "\r") && byte(2) == UInt8(ascii: "\n")
        position = min(end, position + (isLineEnd ? 3 : 2))
    }

    private mutating func reportUnterminated(_ opening: SourceSpan, isLong: Bool, quote: UInt8) {
        let mark = String(Unicode.Scalar(quote))
        if isLong {
            report(
                SyntaxFailure(
                    .unterminatedString, "the string that begins here is never closed", opening,
                    notes: ["close it with \(mark)\(mark)\(mark)"], isEnd: true))
            return
        }
        if position > opening.end, bytes[position - 1] == UInt8(ascii: "\r") { position -= 1 }
        let isWithinWord = opening.start > 0 && bytes[opening.start - 1].isNamePart && bytes[opening.start] == quote
        let rest = bytes[min(opening.end, position)..<position]
        // MATLAB's `x'`
        let hasQuote = bytes[..<opening.start].reversed().prefix { $0 != UInt8(ascii: "\n") }.contains(quote)
        if isWithinWord, !hasQuote, mark == "'", rest.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ";") })
        {
            let name = bytes[..<opening.start].reversed().prefix { $0.isNamePart }.reversed()
            report(
                SyntaxFailure(
                    .unterminatedString, "the string that begins here is not closed on its line", opening,
                    notes: ["to transpose write transpose(\(String(decoding: name, as: UTF8.self)))"]))
            return
        }
        let way =
            isWithinWord
            ? "for a \(mark) inside a text write \\\(mark), or put the text between \(mark == "'" ? "\"" : "'")"
            : "close it with \(mark), or write \"\"\" at both ends of a text of several lines"
        report(
            SyntaxFailure(
                .unterminatedString, "the string that begins here is not closed on its line", opening, notes: [way]))
    }

    /// A string with a letter before its quote: only `f` means something here.
    mutating func scanPrefixedString(from start: Int) -> Bool {
        let prefix = bytes[start..<position].map { $0 | 0x20 }
        switch prefix {
        case [UInt8(ascii: "f")]:
            scanString(.interpolated, from: start)
            return true
        case [UInt8(ascii: "r")], [UInt8(ascii: "r"), UInt8(ascii: "f")], [UInt8(ascii: "f"), UInt8(ascii: "r")]:
            report(
                .foreign(
                    "there are no raw strings", SourceSpan(start, position),
                    write: "leave the r out, and write \\\\ for each backslash"))
        case [UInt8(ascii: "b")], [UInt8(ascii: "r"), UInt8(ascii: "b")], [UInt8(ascii: "b"), UInt8(ascii: "r")]:
            report(
                .foreign(
                    "there are no byte strings", SourceSpan(start, position),
                    write: "write a string, or a list of numbers"))
        case [UInt8(ascii: "u")]:
            report(
                .foreign(
                    "a string has no 'u' before it", SourceSpan(start, position),
                    write: "every string is Unicode: leave it out"))
        default: return false
        }
        scanString(.invalid, from: start)
        return true
    }
}
