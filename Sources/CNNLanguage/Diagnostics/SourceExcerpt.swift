/// A line of a source text as an error shows it, and where its carets stand.
struct SourceExcerpt {
    /// With tabs as spaces, cut to the width around the carets.
    private(set) var text: String
    /// In columns of the display, from 0.
    private(set) var markStart: Int
    private(set) var markWidth: Int

    private static let tabWidth = 4
    private static let cut = "..."

    /// - Parameter span: in the text; of several lines, the first is shown.
    init(_ source: SourceText, _ span: SourceSpan, width: Int) {
        let line = source.lineRange(source.line(at: span.start))
        // A line of megabytes is not laid out as a whole: only what can be shown, and a little more.
        let reach = 8 * width
        let first = max(line.lowerBound, SourceExcerpt.boundary(source, span.start - reach))
        let last = min(
            line.upperBound, SourceExcerpt.boundary(source, max(span.start, min(span.end, span.start + reach)) + reach))
        let start = min(max(span.start, first), last)
        let end = min(max(span.end, start), last)
        var layout = SourceExcerpt.Layout()
        layout.add(source.text(first..<start))
        let markStart = layout.cells.count
        layout.add(source.text(start..<end))
        var markEnd = layout.cells.count
        while markEnd > markStart, layout.cells[markEnd - 1] == " " { markEnd -= 1 }
        layout.add(source.text(end..<max(end, last)))
        text = ""
        self.markStart = markStart
        self.markWidth = max(1, markEnd - markStart)
        show(layout.cells, width, hasMoreBefore: first > line.lowerBound, hasMoreAfter: last < line.upperBound)
    }

    /// An offset at or after another where a character's bytes begin.
    private static func boundary(_ source: SourceText, _ offset: Int) -> Int {
        var offset = max(0, min(offset, source.bytes.count))
        while offset < source.bytes.count, source.bytes[offset] & 0xC0 == 0x80 { offset += 1 }
        return offset
    }

    private mutating func show(_ cells: [String], _ width: Int, hasMoreBefore: Bool, hasMoreAfter: Bool) {
        var from = 0
        var upTo = cells.count
        if cells.count > width || hasMoreBefore || hasMoreAfter {
            // The carets' beginning stands in the first third.
            let latest = max(0, cells.count - width + (hasMoreAfter ? SourceExcerpt.cut.count : 0))
            from = markStart < width * 2 / 3 && !hasMoreBefore ? 0 : min(max(0, markStart - width / 3), latest)
            upTo = min(cells.count, from + width)
        }
        let isCutBefore = from > 0 || hasMoreBefore
        let isCutAfter = upTo < cells.count || hasMoreAfter
        var shown = Array(cells[from..<upTo])
        if isCutBefore { SourceExcerpt.replace(&shown, 0) }
        if isCutAfter { SourceExcerpt.replace(&shown, max(0, shown.count - SourceExcerpt.cut.count)) }
        text = shown.joined()
        markStart = max(0, min(markStart - from, max(0, width - 1)))
        markWidth = max(1, min(markWidth, shown.count - markStart))
    }

    private static func replace(_ cells: inout [String], _ start: Int) {
        let end = min(start + cut.count, cells.count)
        guard start < end else { return }
        // The half of a wide character that is left is a blank.
        if start > 0, cells[start].isEmpty { cells[start - 1] = " " }
        if end < cells.count, cells[end].isEmpty { cells[end] = " " }
        for position in start..<end { cells[position] = "." }
    }

    /// A line as cells of one column: a wide character is its text in the first cell and nothing in the second.
    private struct Layout {
        var cells: [String] = []

        mutating func add(_ text: String) {
            for character in text {
                if character == "\t" {
                    repeat { cells.append(" ") } while cells.count % SourceExcerpt.tabWidth != 0
                    continue
                }
                let visible = DiagnosticRenderer.printable(String(character))
                let width = DisplayWidth.of(visible)
                if width == 0, let last = cells.indices.last {
                    cells[last] += visible
                } else {
                    cells.append(visible)
                    for _ in 1..<max(1, width) { cells.append("") }
                }
            }
        }
    }
}
