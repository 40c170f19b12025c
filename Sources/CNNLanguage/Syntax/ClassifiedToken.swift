import CNNCore

/// A piece of a program by what it is to a reader: what editors colour, and what the tests of their grammar compare with.
public struct ClassifiedToken: Sendable {
    public enum Kind: String, Sendable {
        case keyword, name, number, string, sign, comment, invalid
        /// `.4f` in `f"{loss:.4f}"`.
        case format
    }

    public let kind: Kind
    /// UTF-8 offsets in the text.
    public let range: Range<Int>

    /// The pieces of a range, in order. An f-string is several: its text, and what stands in its braces. After a point a
    /// word of the language is a name, as it is for the parser: `digits.train`.
    public static func scan(_ source: SourceText, _ range: Range<Int>) -> [ClassifiedToken] {
        var lexer = Lexer(source, range: range)
        var pieces: [ClassifiedToken] = []
        var position = range.lowerBound
        var isBehindPoint = false
        for token in lexer.scan() {
            pieces += comments(source, position..<max(position, token.start))
            position = max(position, token.end)
            switch token.kind {
            case .end: break
            case .interpolated: pieces += interpolated(source, token.span)
            default:
                let isMember = isBehindPoint && token.kind.isKeyword && !token.beginsLine
                pieces.append(
                    ClassifiedToken(kind: isMember ? .name : kind(token.kind), range: token.start..<token.end))
            }
            isBehindPoint = token.kind == .dot
        }
        return pieces
    }

    /// The comments of a range that holds nothing but these and blanks.
    public static func comments(_ source: SourceText, _ range: Range<Int>) -> [ClassifiedToken] {
        var pieces: [ClassifiedToken] = []
        var start = range.lowerBound
        while let mark = source.bytes[start..<range.upperBound].firstIndex(of: UInt8(ascii: "#")) {
            let line = source.bytes[mark..<range.upperBound]
            let next = line.firstIndex(of: UInt8(ascii: "\n")) ?? range.upperBound
            let end = source.bytes[next - 1] == UInt8(ascii: "\r") ? next - 1 : next
            pieces.append(ClassifiedToken(kind: .comment, range: mark..<end))
            start = next
        }
        return pieces
    }

    private static func kind(_ kind: TokenKind) -> Kind {
        switch kind {
        case .name: .name
        case .int, .float, .size: .number
        case .string: .string
        case .invalid: .invalid
        default: kind.isKeyword ? .keyword : .sign
        }
    }

    // MARK: - f-strings

    private static func interpolated(_ source: SourceText, _ span: SourceSpan) -> [ClassifiedToken] {
        let (bytes, content) = (source.bytes, StringLiteral(source, span).content)
        var pieces: [ClassifiedToken] = []
        var (textStart, offset) = (span.start, content.lowerBound)
        while offset < content.upperBound {
            switch bytes[offset] {
            case UInt8(ascii: "\\"): offset += 2
            case UInt8(ascii: "{") where offset + 1 < content.upperBound && bytes[offset + 1] == bytes[offset]:
                offset += 2
            case UInt8(ascii: "{"):
                pieces.append(ClassifiedToken(kind: .string, range: textStart..<offset))
                pieces += value(source, offset, content.upperBound, &offset)
                textStart = offset
            default: offset += 1
            }
        }
        return pieces + [ClassifiedToken(kind: .string, range: textStart..<max(textStart, span.end))]
    }

    /// `{value:format}`, whose end is written to `offset`. A format may hold values, theirs do not.
    private static func value(
        _ source: SourceText, _ start: Int, _ end: Int, _ offset: inout Int, isInFormat: Bool = false
    ) -> [ClassifiedToken] {
        let stop = InterpolationScanner(bytes: source.bytes, end: end).expressionEnd(start + 1)
        var pieces = [ClassifiedToken(kind: .sign, range: start..<start + 1)]
        pieces += scan(source, start + 1..<min(stop, end))
        var (textStart, close) = (min(stop, end), min(stop, end))
        while close < end, source.bytes[close] != UInt8(ascii: "}") {
            guard source.bytes[close] == UInt8(ascii: "{"), !isInFormat else {
                close += 1
                continue
            }
            if textStart < close { pieces.append(ClassifiedToken(kind: .format, range: textStart..<close)) }
            pieces += value(source, close, end, &close, isInFormat: true)
            textStart = close
        }
        if textStart < close { pieces.append(ClassifiedToken(kind: .format, range: textStart..<close)) }
        if close < end { pieces.append(ClassifiedToken(kind: .sign, range: close..<close + 1)) }
        offset = min(end, close + 1)
        return pieces
    }
}
