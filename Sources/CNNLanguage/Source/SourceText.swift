/// A place in a source text: UTF-8 offsets from its beginning, the end excluded.
public struct SourceSpan: Equatable, Hashable, Sendable {
    public var start: Int
    public var end: Int

    public init(_ start: Int, _ end: Int) {
        self.start = start
        self.end = end
    }

    /// From the beginning of this span to the end of another.
    public func through(_ other: SourceSpan) -> SourceSpan { SourceSpan(start, max(end, other.end)) }
}

/// The text that spans point into: a file, a REPL entry, an argument of `-c`. A notebook's cells are ranges of one text.
public final class SourceText: Sendable {
    /// As errors show it: `lab3.cnnbook`, `<repl>`, `<command line>`. Never an absolute path.
    public let name: String
    public let bytes: [UInt8]
    private let lineStarts: [Int]

    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
        self.lineStarts = starts
    }

    public convenience init(name: String, _ text: String) { self.init(name: name, bytes: Array(text.utf8)) }

    public var lineCount: Int { lineStarts.count }

    /// The line (from 1) that holds an offset.
    public func line(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
        }
        return low + 1
    }

    /// The bytes of a line (from 1), without its end.
    public func lineRange(_ line: Int) -> Range<Int> {
        guard line >= 1, line <= lineStarts.count else { return bytes.count..<bytes.count }
        let start = lineStarts[line - 1]
        var end = line < lineStarts.count ? lineStarts[line] - 1 : bytes.count
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return start..<max(start, end)
    }

    public func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
    }
    public func text(_ span: SourceSpan) -> String { text(span.start..<max(span.start, span.end)) }
}
