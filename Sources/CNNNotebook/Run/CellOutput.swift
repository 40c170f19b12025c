import CNNCore
import CNNLanguage

/// Takes what one cell prints, hands it on as far as the limit goes, and remembers it for the comparison.
///
/// The first half of the limit is handed on at once; of what follows, the end is kept until the segment ends.
final class CellOutput {
    private let handOn: (String) -> Void
    private var remaining: OutputLimit
    private var head: OutputLimit
    private var tail: OutputTail?
    /// What the running segment shows so far.
    private var shown: [UInt8] = []
    private var isWithinLine = false
    /// Bytes that the running segment has printed, also those left out.
    private var printedBytes = 0
    /// With their places in all that the segment has printed.
    private var placed: [PlacedFigure] = []
    /// The figures of the segment that has ended last, those whose text was not left out.
    private(set) var figures: [PlacedFigure] = []

    init(_ limit: OutputLimit, handOn: @escaping (String) -> Void) {
        self.handOn = handOn
        remaining = limit
        head = limit.head
    }

    /// The memory that it takes: bounded, however much is printed.
    var heldBytes: Int { shown.count + (tail?.bytes.count ?? 0) }

    /// Notes a figure whose text is the next that is written.
    func place(_ figure: Figure, text: String) {
        if let tail {
            let passed = printedBytes - tail.bytes.count
            placed.removeAll { $0.range.upperBound > shown.count && $0.range.lowerBound < passed }
        }
        placed.append(PlacedFigure(figure: figure, range: printedBytes..<printedBytes + text.utf8.count))
    }

    func write(_ text: String) {
        var text = text
        text.withUTF8 { buffer in
            printedBytes += buffer.count
            let bytes = ArraySlice(buffer)
            guard tail == nil else {
                tail?.append(bytes)
                return
            }
            let end = headEnd(of: bytes)
            if end > bytes.startIndex { show(bytes[..<end]) }
            if end < bytes.endIndex { startTail(bytes[end...]) }
        }
    }

    /// Ends a segment: what was kept is handed on, and whatever was left out is told.
    /// - Returns: what the segment shows.
    func endSegment() -> String {
        let headBytes = shown.count
        var kept = 0
        if var tail {
            if tail.bytes.count > tail.limit.bytes || tail.droppedBytes > 0 || isBeyond(tail) {
                // Room for the line that tells.
                tail.keep(OutputLimit(lines: max(0, tail.limit.lines - 1), bytes: max(0, tail.limit.bytes - 80)))
                show(Array(((isWithinLine ? "\n" : "") + CellOutput.note(tail) + "\n").utf8)[...])
            }
            show(tail.bytes[...])
            kept = tail.bytes.count
        }
        figures = placedFigures(head: headBytes, tail: kept)
        let text = String(decoding: shown, as: UTF8.self)
        remaining = remaining.reduced(by: OutputLimit(lines: shown[...].lineEndCount, bytes: shown.count))
        head = remaining.head
        tail = nil
        shown = []
        placed = []
        printedBytes = 0
        return text
    }

    /// Figures in the first `head` bytes stand where they were printed, those in the last `tail` bytes move up to what
    /// is shown.
    private func placedFigures(head: Int, tail: Int) -> [PlacedFigure] {
        placed.compactMap { placed in
            if placed.range.upperBound <= head { return placed }
            guard placed.range.lowerBound >= printedBytes - tail else { return nil }
            let shift = shown.count - printedBytes
            let range = placed.range.lowerBound + shift..<placed.range.upperBound + shift
            return range.upperBound <= shown.count ? PlacedFigure(figure: placed.figure, range: range) : nil
        }
    }

    /// Hands on lines about a segment that has ended, which are no part of what it shows.
    func tell(_ lines: [String]) {
        let text = (isWithinLine ? "\n" : "") + lines.map { $0 + "\n" }.joined()
        isWithinLine = false
        handOn(text)
    }

    private func isBeyond(_ tail: OutputTail) -> Bool {
        tail.bytes[...].lineEndCount + (tail.bytes.last == UInt8(ascii: "\n") ? 0 : 1) > tail.limit.lines
    }

    /// `... 9,000 lines (84.2 KiB) left out ...`
    private static func note(_ tail: OutputTail) -> String {
        let size = ByteCount.text(tail.droppedBytes)
        guard tail.droppedLines > 0 else { return "... \(size) left out ..." }
        let unit = tail.droppedLines == 1 ? "line" : "lines"
        return "... \(grouped(tail.droppedLines)) \(unit) (\(size)) left out ..."
    }

    private static func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        return digits.indices.reduce(into: "") { text, index in
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digits[index])
        }
    }

    // MARK: - Head

    /// Where what still fits into the head ends.
    private func headEnd(of bytes: ArraySlice<UInt8>) -> Int {
        var end = bytes.startIndex
        var lines = head.lines
        let most = min(bytes.endIndex, bytes.startIndex + head.bytes)
        while end < most, lines > 0 {
            if bytes[end] == UInt8(ascii: "\n") { lines -= 1 }
            end += 1
        }
        // Never within a character.
        while end < bytes.endIndex, end > bytes.startIndex, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }

    private func show(_ bytes: ArraySlice<UInt8>) {
        head = head.reduced(by: OutputLimit(lines: bytes.lineEndCount, bytes: bytes.count))
        shown += bytes
        if let last = bytes.last { isWithinLine = last != UInt8(ascii: "\n") }
        handOn(String(decoding: bytes, as: UTF8.self))
    }

    private func startTail(_ bytes: ArraySlice<UInt8>) {
        let used = OutputLimit(lines: shown[...].lineEndCount, bytes: shown.count)
        tail = OutputTail(remaining.reduced(by: used), beginsLine: !isWithinLine)
        tail?.append(bytes)
    }
}
