/// What the layout of a text depends on besides the text.
public struct LayoutSettings {
    public var lineEnd: [UInt8] = [UInt8(ascii: "\n")]
    /// Whether the text ends its file: no empty lines stay at its end.
    public var isFileEnd = true
    /// Whether a comment would mean something else at the very beginning of a line, as `#>` does in a notebook.
    public var isReserved: (Range<Int>) -> Bool = { _ in false }

    public init() {}
}

/// Lays out code in the one canonical way (docs/formatting.md).
///
/// It works on tokens: what is written are the bytes of each token and each comment, in order. Only blanks, line ends and
/// `;` between them change, and the result is read again to see that it is the same program.
///
/// To be used on a thread with a big stack (`BigStack`).
public enum CodeFormatter {
    public enum Result {
        case formatted([UInt8])
        /// It is no program: what is wrong.
        case refused([Diagnostic])
        /// The layout would have been another program: a mistake of the formatter, and the text stays as it is.
        case kept
    }

    /// - Parameter range: the part of the source to lay out: whole lines.
    public static func format(_ source: SourceText, range: Range<Int>, _ settings: LayoutSettings = LayoutSettings())
        -> Result
    {
        let parsed = Parser.parse(source, range: range)
        guard parsed.diagnostics.isEmpty else { return .refused(parsed.diagnostics) }
        let tokens = LayoutTokens(source, range: range).tokens
        let marks = LayoutMarks(parsed.statements, tokens)
        var breaks = LineBreaks(tokens, marks)
        while true {
            var writer = LayoutWriter(source, settings, tokens, marks, breaks)
            writer.write()
            if breaks.breakLongLines(writer.places) { continue }
            let result = byteOrderMark(source, range) + writer.output
            return isSame(SourceText(name: source.name, bytes: result), source, tokens, marks)
                ? .formatted(result) : .kept
        }
    }

    private static func byteOrderMark(_ source: SourceText, _ range: Range<Int>) -> [UInt8] {
        let mark = LayoutTokens.byteOrderMark
        return range.lowerBound == 0 && source.bytes[range].starts(with: mark) ? mark : []
    }

    /// Whether a text has the same tokens, comments and tree.
    private static func isSame(
        _ result: SourceText, _ source: SourceText, _ tokens: [LayoutToken], _ marks: LayoutMarks
    ) -> Bool {
        let parsed = Parser.parse(result)
        let written = LayoutTokens(result, range: 0..<result.bytes.count).tokens
        guard parsed.diagnostics.isEmpty, written.count == tokens.count else { return false }
        for (old, new) in zip(tokens, written) {
            guard old.kind == new.kind, old.comments.count == new.comments.count,
                source.bytes[old.token.start..<old.token.end] == result.bytes[new.token.start..<new.token.end],
                zip(old.comments, new.comments).allSatisfy({ source.bytes[$0.text] == result.bytes[$1.text] })
            else { return false }
        }
        return LayoutMarks(parsed.statements, written) == marks
    }
}
