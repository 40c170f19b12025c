import CNNCore
import CNNLanguage

/// Divides a text into header and cells, line by line; what the cells say is the language's matter.
struct NotebookParser {
    let source: SourceText
    private(set) var header = NotebookHeader()
    private(set) var preamble = 0..<0
    private(set) var cells: [Cell] = []
    /// The line of each id.
    private var idLines: [String: Int] = [:]

    init(_ source: SourceText) throws(Diagnostic) {
        self.source = source
        // What is no text at all, the language explains best.
        if source.bytes.contains(0) || String(validating: source.bytes, as: UTF8.self) == nil,
            let diagnostic = Parser.parse(source).diagnostics.first
        {
            throw diagnostic
        }
        if JupyterFile.isJupyter(source.bytes) { throw Diagnostic(JupyterFile.error(named: source.name)) }
    }

    mutating func parse() throws(Diagnostic) {
        try refuseConflict()
        var line = 1
        while line < source.lineCount, source.isBlank(source.sourceLine(line).content) { line += 1 }
        var headerParser = NotebookHeaderParser(source)
        let first = try headerParser.parse(from: line)
        header = headerParser.header
        // A header follows a mark or blank lines; without one the first cell has all of it.
        let start = first > line ? source.sourceLine(first).whole.lowerBound : 0
        try divide(from: first > source.lineCount ? source.bytes.count : start, line: first > line ? first : 1)
    }

    /// A file that a merge left half done gets one line that says so.
    private func refuseConflict() throws(Diagnostic) {
        var marks: [SourceLine] = []
        for number in 1...source.lineCount {
            let line = source.sourceLine(number)
            if isConflictMark(line) { marks.append(line) }
        }
        guard let first = marks.first else { return }
        let lines = marks.prefix(4).map { String($0.number) }.joined(separator: ", ")
        throw .notebook(
            "the file holds the marks of a merge conflict (\(marks.count == 1 ? "line" : "lines") \(lines)): settle it first",
            source, first.content)
    }

    private func isConflictMark(_ line: SourceLine) -> Bool {
        guard source.begins(line.content, with: "<<<<<<<") || source.begins(line.content, with: ">>>>>>>") else {
            return false
        }
        return line.content.count == 7 || source.bytes[line.content.lowerBound + 7].isBlank
    }

    // MARK: - Cells

    private mutating func divide(from start: Int, line: Int) throws(Diagnostic) {
        var markers: [SourceLine] = []
        if line <= source.lineCount {
            for number in line...source.lineCount {
                let current = source.sourceLine(number)
                if CellMarker.begins(current, in: source) { markers.append(current) }
            }
        }
        let lead = start..<(markers.first?.whole.lowerBound ?? source.bytes.count)
        // What stands before the first marker is a cell of its own where anything in it could run.
        let isCell = markers.isEmpty || holdsCode(lead, line: line)
        preamble = 0..<(isCell ? start : lead.upperBound)
        if isCell {
            cells.append(
                Cell(
                    number: 1, kind: .code, options: CellOptions(), line: line, range: lead, body: lead,
                    expectations: expectations(in: lead, line: line)))
        }
        for (index, marker) in markers.enumerated() {
            let end = index + 1 < markers.count ? markers[index + 1].whole.lowerBound : source.bytes.count
            try addCell(marker, end: end)
        }
    }

    private mutating func addCell(_ line: SourceLine, end: Int) throws(Diagnostic) {
        let marker = try CellMarker(line, in: source)
        if let id = marker.options.id, let place = marker.idPlace {
            if let first = idLines[id] { throw .doubled("the id '\(id)'", source, place, firstLine: first) }
            idLines[id] = line.number
        }
        let body = line.whole.upperBound..<end
        if marker.kind == .markdown { try refuseCode(in: body, line: line.number + 1) }
        cells.append(
            Cell(
                number: cells.count + 1, kind: marker.kind, options: marker.options, line: line.number,
                range: line.whole.lowerBound..<end, body: body,
                expectations: marker.kind.isCode ? expectations(in: body, line: line.number + 1) : []))
    }

    /// The lines of a range that begins at a line's beginning.
    private func lines(of range: Range<Int>, from line: Int) -> some Sequence<SourceLine> {
        sequence(state: line) { next -> SourceLine? in
            guard next <= source.lineCount else { return nil }
            let current = source.sourceLine(next)
            guard current.whole.lowerBound < range.upperBound else { return nil }
            next += 1
            return current
        }
    }

    private func isCode(_ line: SourceLine) -> Bool {
        let text = source.trimmed(line.content)
        return !text.isEmpty && source.bytes[text.lowerBound] != UInt8(ascii: "#")
    }

    private func holdsCode(_ range: Range<Int>, line: Int) -> Bool {
        lines(of: range, from: line).contains { isCode($0) || source.begins($0.content, with: "#>") }
    }

    /// The whole file is a program: text that is no comment would run.
    private func refuseCode(in range: Range<Int>, line: Int) throws(Diagnostic) {
        guard let first = lines(of: range, from: line).first(where: isCode) else { return }
        throw .notebook(
            "a line of a markdown cell begins with #", source, first.content,
            notes: ["put # before the text, or a line # %% before the code"])
    }

    // MARK: - Expected output

    private func expectations(in range: Range<Int>, line: Int) -> [ExpectedOutput] {
        var texts = longStrings(in: range)[...]
        var blocks: [ExpectedOutput] = []
        var last: SourceLine?
        for current in lines(of: range, from: line) {
            // Both are in the order of the file.
            while let first = texts.first, first.upperBound <= current.content.lowerBound { texts.removeFirst() }
            guard source.begins(current.content, with: "#>"),
                texts.first?.contains(current.content.lowerBound) != true
            else { continue }
            let text = expectedText(current)
            if let previous = last, previous.number == current.number - 1, let block = blocks.indices.last {
                blocks[block].append(text, upTo: current.whole.upperBound)
            } else {
                blocks.append(ExpectedOutput(line: current.number, range: current.whole, lines: [text]))
            }
            last = current
        }
        return blocks
    }

    private func expectedText(_ line: SourceLine) -> String {
        let start = line.content.lowerBound + 2
        let hasBlank = start < line.content.upperBound && source.bytes[start] == UInt8(ascii: " ")
        return source.text(start + (hasBlank ? 1 : 0)..<line.content.upperBound)
    }

    /// Strings over several lines, in which `#>` is text. Most cells have none, and are not read twice.
    private func longStrings(in range: Range<Int>) -> [Range<Int>] {
        let quotes: [[UInt8]] = [Array("\"\"\"".utf8), Array("'''".utf8)]
        guard quotes.contains(where: { source.bytes[range].contains($0) }) else { return [] }
        var lexer = Lexer(source, range: range)
        return lexer.scan().compactMap { token in
            guard token.kind == .string || token.kind == .interpolated else { return nil }
            let text = source.bytes[token.start..<token.end]
            return text.contains(UInt8(ascii: "\n")) ? token.start + 1..<token.end : nil
        }
    }
}

extension ArraySlice<UInt8> {
    /// Whether a run of bytes stands in it (that of `Collection` looks for a regular expression's pieces).
    fileprivate func contains(_ pattern: [UInt8]) -> Bool {
        guard let first = pattern.first else { return true }
        var position = startIndex
        while let found = self[position...].firstIndex(of: first) {
            if self[found...].starts(with: pattern) { return true }
            position = found + 1
        }
        return false
    }
}
