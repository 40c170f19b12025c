import CNNCore

/// A syntax error on its way to the next statement, where parsing goes on.
///
/// One word wide: every function of the parser can throw it, and a wide error would double their frames, of which
/// some 2,000 are on the stack at the greatest depth.
struct SyntaxFailure: Error {
    private final class Details: Sendable {
        let error: CNNError?
        let span: SourceSpan
        let isEnd: Bool
        let isFatal: Bool

        init(_ error: CNNError?, _ span: SourceSpan, isEnd: Bool, isFatal: Bool) {
            self.error = error
            self.span = span
            self.isEnd = isEnd
            self.isFatal = isFatal
        }
    }

    private let details: Details

    /// Nil where the mistake has been reported already.
    var error: CNNError? { details.error }
    var span: SourceSpan { details.span }
    /// The text ended where it plainly goes on: a REPL asks for another line.
    var isEnd: Bool { details.isEnd }
    /// Nothing after this can be understood.
    var isFatal: Bool { details.isFatal }

    init(
        _ code: ErrorCode, _ message: String, _ span: SourceSpan, label: String = "", notes: [String] = [],
        isEnd: Bool = false, isFatal: Bool = false
    ) {
        let error = CNNError(code, message, label: label, notes: notes)
        details = Details(error, span, isEnd: isEnd, isFatal: isFatal)
    }

    private init(_ details: Details) { self.details = details }

    /// Stops a statement without a word: the cause has been told.
    static func reported(_ span: SourceSpan) -> SyntaxFailure {
        SyntaxFailure(Details(nil, span, isEnd: false, isFatal: false))
    }

    /// Ends the parse; the reason has been recorded.
    static func fatal(_ span: SourceSpan) -> SyntaxFailure {
        SyntaxFailure(Details(nil, span, isEnd: false, isFatal: true))
    }

    /// What other languages write, and what to write here.
    static func foreign(_ message: String, _ span: SourceSpan, write notes: String...) -> SyntaxFailure {
        SyntaxFailure(.foreignSyntax, message, span, notes: notes)
    }

    /// The same mistake where more lines would not help.
    var asDefinite: SyntaxFailure { SyntaxFailure(Details(error, span, isEnd: false, isFatal: isFatal)) }
}
