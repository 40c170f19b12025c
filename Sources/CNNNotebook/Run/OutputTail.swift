/// The last lines of a text that may be endless, in bounded memory.
struct OutputTail {
    let limit: OutputLimit
    private(set) var bytes: [UInt8] = []
    private(set) var droppedLines = 0
    private(set) var droppedBytes = 0
    private var lineEnds = 0
    /// Whether what is kept begins where a line begins.
    private var beginsLine: Bool

    init(_ limit: OutputLimit, beginsLine: Bool) {
        self.limit = limit
        self.beginsLine = beginsLine
    }

    mutating func append(_ piece: ArraySlice<UInt8>) {
        // Of a piece that is longer than all that is kept, only the end is copied.
        var piece = piece
        let most = 2 * limit.bytes + 4
        if piece.count > most {
            keep(OutputLimit(lines: 0, bytes: 0))
            let passed = piece.dropLast(most)
            droppedBytes += passed.count
            droppedLines += passed.lineEndCount
            beginsLine = passed.last == UInt8(ascii: "\n")
            piece = piece.suffix(most)
        }
        bytes += piece
        lineEnds += piece.lineEndCount
        // Cut only now and then: each cut moves what is kept.
        if bytes.count > most || lineEnds > 2 * limit.lines { keep(limit) }
    }

    /// Drops from the front what is beyond a limit; whole lines, where lines end at all.
    mutating func keep(_ limit: OutputLimit) {
        var start = max(0, bytes.count - limit.bytes)
        while start < bytes.count, start > 0, bytes[start] & 0xC0 == 0x80 { start += 1 }
        let isAtLine = start == 0 ? beginsLine : bytes[start - 1] == UInt8(ascii: "\n")
        if !isAtLine, start > 0, let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")), end + 1 < bytes.count {
            start = end + 1
        }
        var lines = bytes[start...].lineEndCount + (bytes.last.map { $0 == UInt8(ascii: "\n") ? 0 : 1 } ?? 0)
        while lines > limit.lines, start < bytes.count {
            start = bytes[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
            lines -= 1
        }
        guard start > 0 else { return }
        beginsLine = bytes[start - 1] == UInt8(ascii: "\n")
        let passed = bytes[..<start]
        droppedBytes += passed.count
        droppedLines += passed.lineEndCount
        bytes.removeFirst(start)
        lineEnds = bytes[...].lineEndCount
    }
}

extension ArraySlice<UInt8> {
    var lineEndCount: Int { reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 } }
}
