import CNNLanguage

/// Code with its pieces coloured, each in a `<span>` of the kind's class.
enum CodeHTML {
    /// A cell's code; its `#>` lines are left out, as reports show them as output.
    static func text(_ cell: Cell, in notebook: Notebook) -> String {
        let start = notebook.bodyWithoutStoredData(of: cell).lowerBound
        var html = ""
        for segment in cell.segments {
            html += text(
                max(start, segment.range.lowerBound)..<max(start, segment.range.upperBound), in: notebook.source)
        }
        return trimmed(html)
    }

    private static func text(_ range: Range<Int>, in source: SourceText) -> String {
        var html = ""
        var position = range.lowerBound
        for token in ClassifiedToken.scan(source, range) where token.range.lowerBound >= position {
            let end = min(token.range.upperBound, range.upperBound)
            guard token.range.lowerBound < end else { continue }
            html += XMLText.html(source.text(position..<token.range.lowerBound))
            let text = XMLText.html(source.text(token.range.lowerBound..<end))
            html += shortName(token.kind).map { "<span class=\"\($0)\">\(text)</span>" } ?? text
            position = end
        }
        return html + XMLText.html(source.text(position..<range.upperBound))
    }

    private static func shortName(_ kind: ClassifiedToken.Kind) -> String? {
        switch kind {
        case .keyword: "k"
        case .number: "n"
        case .string: "s"
        case .comment: "c"
        case .format: "f"
        case .invalid: "e"
        case .name, .sign: nil
        }
    }

    private static func trimmed(_ html: String) -> String {
        var text = html[...]
        while text.first == "\n" { text = text.dropFirst() }
        while text.last?.isWhitespace ?? false { text = text.dropLast() }
        return String(text)
    }
}
