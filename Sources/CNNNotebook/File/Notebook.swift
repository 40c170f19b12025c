import CNNCore
import CNNLanguage

/// A `.cnnbook` file: a header and cells, as ranges of one text. So errors have the file's lines, and writing what was
/// read gives the same bytes.
public struct Notebook: Sendable {
    /// What is read of a file at most.
    public static let byteLimit = 64 << 20

    public let source: SourceText
    public let header: NotebookHeader
    /// What stands before the first cell: a byte-order mark, the header, comments.
    public let preamble: Range<Int>
    /// In the order of the file, each beginning where the one before ends.
    public let cells: [Cell]

    /// - Throws: E0507 where the layout is not that of a notebook, E01 where the bytes are no text.
    public init(_ source: SourceText) throws(Diagnostic) {
        var parser = try NotebookParser(source)
        try parser.parse()
        self.source = source
        self.header = parser.header
        self.preamble = parser.preamble
        self.cells = parser.cells
    }

    /// Reads a file.
    /// - Parameter name: as errors show it; nil: the last part of the path.
    /// - Throws: E0501, E0502 and E0604 too.
    public static func read(_ path: String, name: String? = nil) throws(Diagnostic) -> Notebook {
        let bytes: [UInt8]
        do { bytes = try FileReader.bytes(path, limit: byteLimit) } catch { throw Diagnostic(error) }
        if let foreign = ForeignFile.error(path, bytes) { throw Diagnostic(foreign) }
        return try Notebook(SourceText(name: name ?? fileName(of: path), bytes: bytes))
    }

    /// What a path ends in: no folder shows in an output.
    public static func fileName(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// The file, put together again from its parts.
    public var bytes: [UInt8] {
        cells.reduce(into: Array(source.bytes[preamble])) { $0 += source.bytes[$1.range] }
    }

    /// The file with some ranges written anew.
    /// - Parameter changes: in the order of the file, none within another.
    public func replacing(_ changes: [(range: Range<Int>, bytes: [UInt8])]) -> [UInt8] {
        var result: [UInt8] = []
        var position = 0
        for change in changes {
            result += source.bytes[position..<change.range.lowerBound]
            result += change.bytes
            position = change.range.upperBound
        }
        return result + source.bytes[position...]
    }
}
