import CNNCore
import CNNLanguage

extension Notebook {
    /// The cell with an id, or with a number where no cell has that id.
    /// - Throws: E0201.
    func cell(named name: String) throws(Diagnostic) -> Cell {
        if let cell = cells.first(where: { $0.id == name }) { return cell }
        if let number = Int(name), let cell = cells.first(where: { $0.number == number }) { return cell }
        let ids = cells.compactMap(\.id)
        var notes: [String] = []
        if let nearest = EditDistance.nearest(name, among: ids) { notes.append("did you mean \(nearest)?") }
        notes.append("it has \(cells.count) cells" + (ids.isEmpty ? "" : "; ids are \(ids.joined(separator: ", "))"))
        throw Diagnostic(CNNError(.unknownName, "\(source.name) has no cell '\(name)'", notes: notes))
    }

    /// What people call a cell: its name, else the last heading above it; nil where there is neither.
    func title(of cell: Cell) -> String? {
        if let name = cell.options.name { return name }
        for other in cells.prefix(cell.number).reversed() where other.kind == .markdown {
            if let heading = headings(of: other).last { return heading }
        }
        return nil
    }

    /// The text of a markdown cell, without the # before each line.
    func prose(of cell: Cell) -> String {
        var lines = source.text(bodyWithoutStoredData(of: cell)).split(omittingEmptySubsequences: false) {
            $0 == "\n" || $0 == "\r\n"
        }.map { line in
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            guard trimmed.first == "#" else { return "" }
            return String(trimmed.dropFirst(trimmed.hasPrefix("# ") ? 2 : 1))
        }
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    private func headings(of cell: Cell) -> [String] {
        prose(of: cell).split(separator: "\n").compactMap { line in
            let marks = line.prefix { $0 == "#" }.count
            guard (1...6).contains(marks), line.dropFirst(marks).first == " " else { return nil }
            return String(line.dropFirst(marks + 1))
        }
    }
}
