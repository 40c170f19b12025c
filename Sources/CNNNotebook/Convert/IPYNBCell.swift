import CNNCore
import CNNLanguage

/// A cell in both forms.
///
/// Each direction has a plain mapping. Where going back by it would not give the same, what is missing is kept: of a
/// `.ipynb` in a line `#@ {…}` behind the marker line, of a `.cnnbook` as the whole text in the cell's metadata. What was
/// changed in between is not overwritten by what was kept.
struct IPYNBCell {
    /// The text in a `.cnnbook`, marker line included.
    let text: String
    let json: JSON

    struct Failure: Error { let message: String }

    /// What the form of a cell depends on beside itself.
    struct Place {
        let isFirst: Bool
        /// The last cell has no blank line behind it.
        let isLast: Bool
        /// Cells have ids from nbformat 4.5 on.
        let hasIDs: Bool
    }

    // MARK: - From text

    /// - Parameters:
    ///   - number: from 1; a cell without an id is called by it.
    ///   - place: where the cell stands.
    init(text: String, number: Int, _ place: Place) throws(Failure) {
        self.text = text
        let (notebook, cell) = try IPYNBCell.parse(text)
        var json = IPYNBCell.plain(notebook, cell, number: number)
        let plain = json
        let kept = notebook.storedData(of: cell)?.members ?? []
        let isFresh = IPYNBCell.areFresh(kept, plain, place)
        for member in kept where isFresh || IPYNBCell.isFresh(member, plain, place) {
            json = json.setting(member.key, member.value == .null && member.key == "id" ? nil : member.value)
        }
        if !place.hasIDs { json = json.setting("id", nil) }
        if try IPYNBCell.text(of: json, place) != text {
            let metadata = json["metadata"] ?? .object([])
            let kept = JSON.members([("text", .string(text))])
            json = json.setting("metadata", metadata.setting("cnnbook", kept))
        }
        self.json = json
    }

    static func parse(_ text: String) throws(Failure) -> (Notebook, Cell) {
        let notebook: Notebook
        do { notebook = try Notebook(SourceText(name: "cell", text)) } catch {
            throw Failure(message: error.error.message)
        }
        guard let cell = notebook.cells.first, notebook.cells.count == 1 else {
            throw Failure(message: "it holds a line that begins a cell")
        }
        return (notebook, cell)
    }

    static func plain(_ notebook: Notebook, _ cell: Cell, number: Int) -> JSON {
        var id = cell.id ?? "cell-\(number)"
        if id.utf8.count > 64 || !id.utf8.allSatisfy({ $0.isIDPart }) { id = "cell-\(number)" }
        guard cell.kind.isCode else {
            return .members([
                ("cell_type", .string("markdown")), ("id", .string(id)), ("metadata", .object([])),
                ("source", .string(notebook.prose(of: cell))),
            ])
        }
        var tags: [String] = []
        if cell.kind == .parameters { tags.append("parameters") }
        if cell.options.isSkipped { tags.append("skip-execution") }
        if cell.expectations.contains(where: \.expectsError) { tags.append("raises-exception") }
        let metadata: JSON = tags.isEmpty ? .object([]) : .members([("tags", .array(tags.map(JSON.string)))])
        return .members([
            ("cell_type", .string("code")), ("execution_count", .null), ("id", .string(id)), ("metadata", metadata),
            ("outputs", .array(IPYNBOutput.natural(cell.expectations))),
            ("source", .string(code(notebook, cell))),
        ])
    }

    /// The code without `#>` lines and without line ends behind it.
    private static func code(_ notebook: Notebook, _ cell: Cell) -> String {
        let body = notebook.bodyWithoutStoredData(of: cell)
        var text = ""
        for segment in cell.segments where segment.range.upperBound > body.lowerBound {
            text += notebook.source.text(max(segment.range.lowerBound, body.lowerBound)..<segment.range.upperBound)
        }
        while let last = text.unicodeScalars.last, last == "\n" || last == "\r" { text.unicodeScalars.removeLast() }
        return text
    }

    /// Whether all that was kept gives the text as it is: a string that is left open takes the output into the source.
    private static func areFresh(_ kept: [JSON.Member], _ plain: JSON, _ place: Place) -> Bool {
        let whole = kept.reduce(plain) { $0.setting($1.key, $1.value) }
        guard let back = again(whole, place) else { return false }
        return back["source"] == plain["source"] && back["cell_type"] == plain["cell_type"]
            && back["outputs"] == plain["outputs"] && kind(back) == kind(plain)
    }

    /// What the plain mapping makes of a cell, there and back.
    private static func again(_ json: JSON, _ place: Place) -> JSON? {
        guard let text = try? plainText(of: json, nil, place), let (notebook, cell) = try? parse(text) else {
            return nil
        }
        return plain(notebook, cell, number: 1)
    }

    /// Whether what was kept still goes with the text.
    private static func isFresh(_ member: JSON.Member, _ plain: JSON, _ place: Place) -> Bool {
        switch member.key {
        case "source": return again(plain.setting("source", member.value), place)?["source"] == plain["source"]
        case "outputs":
            return IPYNBOutput.lines(member.value) == IPYNBOutput.lines(plain["outputs"])
        case "metadata":
            let isProse = plain["cell_type"] == .string("markdown")
            return isProse || kind(plain.setting("metadata", member.value)) == kind(plain)
        case "cell_type": return plain["cell_type"] == .string("markdown")
        default: return true
        }
    }

    // MARK: - From JSON

    /// - Parameter json: with texts joined (`IPYNBText.joined`).
    init(json: JSON, _ place: Place) throws(Failure) {
        self.json = json
        text = try IPYNBCell.text(of: json, place)
    }

    private static func text(of json: JSON, _ place: Place) throws(Failure) -> String {
        var json = json
        var kept: KeptCell?
        if let text = json["metadata"]?["cnnbook"]?["text"]?.text {
            json = json.setting("metadata", json["metadata"]?.setting("cnnbook", nil))
            kept = KeptCell(text, as: json, place)
            if let text = kept?.fresh(json, place) { return text }
            if kept?.isNamed(json) == false { json = json.setting("id", nil) }
        }
        let plainText = try plainText(of: json, kept, place)
        let (notebook, cell) = try parse(plainText)
        let plain = plain(notebook, cell, number: 1)
        var missing = (json.members ?? []).filter { member in
            !(plain[member.key].map { $0.means(member.value) } ?? false)
        }
        if json["id"] == nil, place.hasIDs, kept == nil { missing.append(.init("id", .null)) }
        missing.sort { $0.key < $1.key }
        guard !missing.isEmpty, let end = plainText.firstIndex(of: "\n") else { return plainText }
        return plainText[...end] + StoredData.line(.object(missing)) + "\n" + plainText[plainText.index(after: end)...]
    }

    /// Whether it is a cell of parameters, and whether it is left out.
    static func kind(_ json: JSON) -> [Bool] {
        let tags = (json["metadata"]?["tags"]?.elements ?? []).compactMap(\.text)
        return [tags.contains("parameters"), tags.contains("skip-execution")]
    }

    /// - Parameter kept: what the cell was before it was changed; its marker line stays.
    private static func plainText(
        of json: JSON, _ kept: KeptCell? = nil, _ place: Place
    ) throws(Failure) -> String {
        guard let source = json["source"]?.text, let type = json["cell_type"]?.text else {
            throw Failure(message: "it has no source or cell_type")
        }
        let isCode = type == "code"
        let id = json["id"]?.text.flatMap { !$0.isEmpty && $0.utf8.allSatisfy(\.isIDPart) ? $0 : nil }
        let marker = kept?.marker(json, id) ?? plainMarker(json, id)
        var lines = source.isEmpty ? [] : source.plainLines
        lines = isCode ? lines.map(escaped) : lines.map { $0.isEmpty ? "#" : prose($0) }
        if isCode {
            while lines.last?.isEmpty ?? false { lines.removeLast() }
            lines += IPYNBOutput.lines(json["outputs"]).map { $0.isEmpty ? "#>" : "#> \($0)" }
        }
        return ([marker] + lines).map { $0 + "\n" }.joined() + (place.isLast ? "" : "\n")
    }

    private static func plainMarker(_ json: JSON, _ id: String?) -> String {
        guard json["cell_type"]?.text == "code" else { return "# %% [markdown]" + (id.map { " id=\($0)" } ?? "") }
        let flags = kind(json)
        return "# %%" + (flags[0] ? " parameters" : "") + (id.map { " id=\($0)" } ?? "") + (flags[1] ? " skip" : "")
    }

    /// A line of prose that would begin a cell or look like data is moved by a blank.
    private static func prose(_ line: String) -> String { line.hasPrefix("%%") ? "#  \(line)" : "# \(line)" }

    /// A line of code that the file would read as its own.
    private static func escaped(_ line: String) -> String {
        for (mark, other) in [("# %%", "#  %%"), ("#>", "# >"), ("#@", "# @"), ("# ---", "#  ---")]
        where line.hasPrefix(mark) {
            return other + line.dropFirst(mark.count)
        }
        return line.hasPrefix("<<<<<<<") || line.hasPrefix(">>>>>>>") ? "# \(line)" : line
    }
}

extension UInt8 {
    /// Of an id that nbformat allows: letters, digits, - and _.
    fileprivate var isIDPart: Bool {
        let letter = self | 0x20
        return isDecimalDigit || (letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z"))
            || self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
    }
}

extension String {
    /// The lines, with what no file of text can hold replaced.
    fileprivate var plainLines: [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar {
            case "\n":
                lines.append(String(line))
                line = String.UnicodeScalarView()
            case "\r": continue
            case "\0": line.append("\u{FFFD}")
            default: line.append(scalar)
            }
        }
        return lines + [String(line)]
    }
}
