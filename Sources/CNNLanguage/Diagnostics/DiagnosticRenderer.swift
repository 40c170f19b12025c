import CNNCore

/// Errors as LANGUAGE §8 shows them:
///
///     error[E0301]: conv2 does not fit its input: the output size is not a whole number
///       --> lab3.cnnbook:14:5 (cell q2)
///        |
///     14 |     conv 16, 5x5, stride=2
///        |     ^^^^^^^^^^^^^^^^^^^^^^ (N + 2P - F)/S + 1 = (14 + 2*0 - 5)/2 + 1 = 5.5
///        = its input 14x14x6 comes from maxpool1 (line 12)
public enum DiagnosticRenderer {
    /// Of many calls, so many of the innermost and of the outermost are shown.
    private static let shownCalls = (inner: 6, outer: 3)

    /// The error in lines, each ended by a line feed.
    /// - Parameter columns: of the terminal that shows it, which long texts are divided for. nil: it goes elsewhere, and is
    ///   the same everywhere: code is cut to 80 columns, and texts are left whole.
    public static func render(_ diagnostic: Diagnostic, color: Bool = false, columns: Int? = nil) -> String {
        let error = diagnostic.error
        let lines =
            body(
                "error[\(error.code.rawValue)]", error.message, error.label, error.notes,
                (diagnostic.source, diagnostic.span, diagnostic.cell), Paint(isOn: color, mark: "1;31"),
                Room(columns))
            + calls(diagnostic)
        return lines.map { $0 + "\n" }.joined()
    }

    /// The same look, without a code: `warning: the pictures run from 0 to 255`.
    public static func render(_ warning: Warning, color: Bool = false, columns: Int? = nil) -> String {
        body(
            "warning", warning.message, warning.label, warning.notes, (warning.source, warning.span, warning.cell),
            Paint(isOn: color, mark: "1;33"), Room(columns)
        ).map { $0 + "\n" }.joined()
    }

    private static func body(
        _ kind: String, _ message: String, _ label: String, _ notes: [String],
        _ place: (source: SourceText?, span: SourceSpan?, cell: String?), _ paint: Paint, _ room: Room
    ) -> [String] {
        let head = room.lines(": \(printable(message))", indent: 4, behind: kind.count)
        var lines = [paint.mark(kind) + paint.bold(head[0])] + head.dropFirst().map { "    " + paint.bold($0) }
        var gutter = 2
        if let source = place.source, let span = place.span {
            let cell = place.cell.map { " (cell \(printable($0)))" } ?? ""
            let span = span.clamped(to: source)
            let line = source.line(at: span.start)
            gutter = max(2, String(line).count)
            let margin = String(repeating: " ", count: gutter + 1) + paint.frame("|")
            lines.append(
                String(repeating: " ", count: gutter) + paint.frame("-->") + " \(location(source, span))\(cell)")
            lines.append(margin)
            let excerpt = SourceExcerpt(source, span, width: room.columns - gutter - 3)
            let number = String(repeating: " ", count: gutter - String(line).count) + String(line)
            lines.append(trimmed(paint.frame("\(number) |") + " " + excerpt.text))
            lines += marks(excerpt, printable(label), room, gutter + 3).map {
                "\(margin) \(paint.mark($0.mark))\($0.text)"
            }
        }
        let indent = String(repeating: " ", count: gutter + 1)
        for note in notes {
            let parts = room.lines(printable(note), indent: indent.count + 2)
            lines.append("\(indent)\(paint.frame("=")) \(parts[0])")
            lines += parts.dropFirst().map { "\(indent)  \($0)" }
        }
        return lines
    }

    /// `lab3.cnnbook:14:5`
    public static func location(_ source: SourceText, _ span: SourceSpan) -> String {
        let place = span.clamped(to: source)
        return "\(printable(source.name)):\(source.line(at: place.start)):\(column(source, place.start))"
    }

    /// The column of an offset, in characters from 1.
    public static func column(_ source: SourceText, _ offset: Int) -> Int {
        let line = source.lineRange(source.line(at: offset))
        return source.text(line.lowerBound..<max(line.lowerBound, min(offset, line.upperBound))).count + 1
    }

    // MARK: - Parts

    /// The line of carets, with the label beside it, or below where it does not fit.
    private static func marks(
        _ excerpt: SourceExcerpt, _ label: String, _ room: Room, _ margin: Int
    ) -> [(mark: String, text: String)] {
        let carets = String(repeating: " ", count: excerpt.markStart) + String(repeating: "^", count: excerpt.markWidth)
        if label.isEmpty { return [(carets, "")] }
        let columns = room.columns - margin
        if DisplayWidth.of(carets) + 1 + DisplayWidth.of(label) <= columns { return [(carets, " " + label)] }
        let lines = room.lines(label, indent: margin)
        let width = lines.map(DisplayWidth.of).max() ?? 0
        let indent = String(repeating: " ", count: max(0, min(excerpt.markStart, columns - width)))
        return [(carets, "")] + lines.map { ("", indent + $0) }
    }

    private static func calls(_ diagnostic: Diagnostic) -> [String] {
        let calls = diagnostic.calls
        let lines = calls.map { "  in \(printable($0.function)), called at \(location($0.source, $0.span))" }
        let shown = shownCalls.inner + shownCalls.outer
        guard calls.count > shown + 1 else { return lines }
        let left = "  ... \(calls.count - shown) more calls"
        return Array(lines.prefix(shownCalls.inner)) + [left] + Array(lines.suffix(shownCalls.outer))
    }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }

    /// A text without what moves a terminal's cursor or changes its colours.
    public static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnprintable) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            result.unicodeScalars.append(
                isUnprintable(scalar) ? (scalar == "\n" || scalar == "\t" ? " " : "\u{FFFD}") : scalar)
        }
        return result
    }

    static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}

/// How wide an error may be.
private struct Room {
    let columns: Int
    private let dividesTexts: Bool

    /// Below this even a mark beside its code finds no place.
    private static let fewestColumns = 24

    init(_ columns: Int?) {
        self.columns = max(Room.fewestColumns, columns ?? 80)
        dividesTexts = columns != nil
    }

    /// A text in one line or more, the later ones behind an indent, the first behind what stands there already.
    func lines(_ text: String, indent: Int, behind: Int? = nil) -> [String] {
        dividesTexts ? WordWrap.lines(text, width: columns - indent, first: columns - (behind ?? indent)) : [text]
    }
}

/// Colours of a terminal, or none.
private struct Paint {
    let isOn: Bool
    /// Of the head and the carets: red for an error, yellow for a warning.
    let mark: String

    func mark(_ text: String) -> String { wrap(text, mark) }
    func bold(_ text: String) -> String { wrap(text, "1") }
    func frame(_ text: String) -> String { wrap(text, "1;34") }

    private func wrap(_ text: String, _ code: String) -> String {
        isOn && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

extension SourceSpan {
    func clamped(to source: SourceText) -> SourceSpan {
        let start = min(max(0, start), source.bytes.count)
        return SourceSpan(start, min(max(start, end), source.bytes.count))
    }
}
