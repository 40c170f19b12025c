import CNNCore
import CNNLanguage

/// A line `#@ {…}` behind a marker line or in the preamble: what a `.ipynb` said that the notebook has no words for. It is
/// a comment to the language, and nothing but conversion reads it.
enum StoredData {
    static let prefix = "#@ "

    static func line(_ value: JSON) -> String { prefix + JSONWriter.line(value) }

    /// The object of a line; nil where it is no such line.
    static func value(_ line: Substring) -> JSON? {
        guard line.hasPrefix(prefix), case .object(let members)? = try? JSONParser.parse(Array(line.dropFirst(3).utf8))
        else { return nil }
        return .object(members)
    }
}

extension Notebook {
    /// Whether a line stands for conversion alone.
    static func isStoredData(_ line: Substring) -> Bool { StoredData.value(line) != nil }

    /// What the first line of a cell's body keeps; nil where there is none.
    func storedData(of cell: Cell) -> JSON? {
        let line = source.sourceLine(source.line(at: cell.body.lowerBound))
        guard cell.body.contains(line.content.lowerBound), source.begins(line.content, with: "#@ ") else { return nil }
        return StoredData.value(source.text(line.content)[...])
    }

    /// The body without the line of stored data.
    func bodyWithoutStoredData(of cell: Cell) -> Range<Int> {
        guard storedData(of: cell) != nil else { return cell.body }
        let line = source.sourceLine(source.line(at: cell.body.lowerBound))
        return min(line.whole.upperBound, cell.body.upperBound)..<cell.body.upperBound
    }
}
