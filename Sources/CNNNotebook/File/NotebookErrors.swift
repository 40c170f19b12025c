import CNNCore
import CNNLanguage

/// E0507: the file's layout is not that of a notebook.
extension Diagnostic {
    static func notebook(
        _ message: String, _ source: SourceText, _ range: Range<Int>, label: String = "", notes: [String] = []
    ) -> Diagnostic {
        Diagnostic(
            CNNError(.malformedNotebook, message, label: label, notes: notes), source: source,
            span: SourceSpan(range.lowerBound, range.upperBound))
    }

    /// A word that is none of those that may stand there; the nearest is suggested, and all are named.
    static func unknownWord(
        _ what: String, _ word: String, among known: [String], _ source: SourceText, _ range: Range<Int>,
        notes: [String] = []
    ) -> Diagnostic {
        var lines = notes
        let names = known.map { $0.hasSuffix("=") ? String($0.dropLast()) : $0 }
        if let nearest = EditDistance.nearest(word, among: names), let index = names.firstIndex(of: nearest) {
            lines.append("did you mean \(known[index])?")
        }
        lines.append("known are \(known.joined(separator: ", "))")
        return .notebook("unknown \(what) '\(word)'", source, range, notes: lines)
    }

    static func doubled(_ what: String, _ source: SourceText, _ range: Range<Int>, firstLine: Int) -> Diagnostic {
        .notebook("\(what) stands there twice", source, range, notes: ["the first is in line \(firstLine)"])
    }
}
