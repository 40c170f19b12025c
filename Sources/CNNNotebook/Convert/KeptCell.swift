import CNNCore
import CNNLanguage

/// What a cell of a `.ipynb` was in a `.cnnbook`, as its metadata keep it. Where it was changed in Jupyter, the change counts,
/// and all else stays: the layout, or at least the kind and the options that Jupyter has no words for.
struct KeptCell {
    private let text: String
    private let notebook: Notebook
    private let cell: Cell
    /// What the text gives.
    private let before: JSON

    /// nil for what is no text of one cell, or of a cell of another type.
    init?(_ text: String, as json: JSON, _ place: IPYNBCell.Place) {
        guard let (notebook, cell) = try? IPYNBCell.parse(text),
            let before = try? IPYNBCell(text: text, number: 1, place).json, before["cell_type"] == json["cell_type"]
        else { return nil }
        (self.text, self.notebook, self.cell) = (text, notebook, cell)
        self.before = before.setting("metadata", before["metadata"]?.setting("cnnbook", nil))
    }

    /// The text, where the cell still says the same, with what else has changed in a line of data.
    func fresh(_ json: JSON, _ place: IPYNBCell.Place) -> String? {
        guard before["source"] == json["source"],
            (before["outputs"] ?? .array([])).means(json["outputs"] ?? .array([])),
            IPYNBCell.kind(before) == IPYNBCell.kind(json), !isNamed(json) || before["id"] == json["id"],
            var text = withMembers(of: json)
        else { return nil }
        if !place.isLast, text.utf8.last != UInt8(ascii: "\n") { text += "\n" }
        if !place.isFirst, !text.hasPrefix("# %%") { text = "# %%\n" + text }
        return text
    }

    /// nil where there is no marker line that a line of data could stand behind.
    private func withMembers(of json: JSON) -> String? {
        let told: Set<String> = ["cell_type", "id", "outputs", "source"]
        let changed = (json.members ?? []).filter { member in
            !told.contains(member.key) && !(before[member.key]?.means(member.value) ?? false)
        }
        guard !changed.isEmpty else { return text }
        guard text.hasPrefix("# %%") else { return nil }
        let data = changed.reduce(notebook.storedData(of: cell) ?? .object([])) { $0.setting($1.key, $1.value) }
        let marker = notebook.source.text(cell.range.lowerBound..<cell.body.lowerBound)
        return (marker.hasSuffix("\n") ? marker : marker + "\n") + StoredData.line(data) + "\n"
            + notebook.source.text(notebook.bodyWithoutStoredData(of: cell))
    }

    /// Whether its id in Jupyter is a name, and not `cell-3`, as one is called that has none.
    func isNamed(_ json: JSON) -> Bool {
        guard let id = json["id"]?.text else { return false }
        let prefix = "cell-"
        return !id.hasPrefix(prefix) || !id.dropFirst(prefix.count).allSatisfy { $0.isNumber || $0 == "-" }
    }

    /// The marker line with the kind and the options of the text, and the id and the tags that the cell has now.
    func marker(_ json: JSON, _ id: String?) -> String {
        let (tags, earlier) = (IPYNBCell.kind(json), IPYNBCell.kind(before))
        let kind: CellKind = tags[0] == earlier[0] ? cell.kind : tags[0] ? .parameters : .code
        var words = ["# %%"] + (kind == .code ? [] : [kind.rawValue])
        if let id = id ?? cell.id { words.append("id=\(id)") }
        for (option, value) in cell.options.entries
        where option != .id && option != .skip && option.goes(with: kind) {
            words.append(option.text(value))
        }
        return (words + (tags[1] ? ["skip"] : [])).joined(separator: " ")
    }
}
