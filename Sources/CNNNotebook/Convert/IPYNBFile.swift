import CNNCore
import CNNLanguage

/// A whole `.ipynb` (nbformat 4).
enum IPYNBFile {
    // MARK: - Writing

    /// - Throws: E0604 where a part of the notebook has no place in a `.ipynb`.
    static func bytes(_ notebook: Notebook) throws(CNNError) -> [UInt8] {
        let isEmpty = hasNoCells(notebook)
        let preamble =
            isEmpty ? notebook.source.text(0..<notebook.source.bytes.count) : notebook.source.text(notebook.preamble)
        var top = plainTop(title: notebook.header.title)
        for member in storedTop(preamble)?.members ?? [] where member.key != "cells" {
            top = top.setting(member.key, member.value)
        }
        let cells = isEmpty ? [] : try self.cells(notebook, hasIDs: hasIDs(top))
        if self.preamble(of: top, isEmpty: isEmpty) != preamble {
            let metadata = (top["metadata"] ?? .object([])).setting(
                "cnnbook", .members([("preamble", .string(preamble))]))
            top = top.setting("metadata", metadata)
        }
        let file = JSON.object([.init("cells", .array(withUniqueIDs(cells)))] + (top.members ?? []))
        return JSONWriter.text(file) + [UInt8(ascii: "\n")]
    }

    private static func cells(_ notebook: Notebook, hasIDs: Bool) throws(CNNError) -> [JSON] {
        var cells: [JSON] = []
        for cell in notebook.cells {
            let place = IPYNBCell.Place(
                isFirst: cell.number == 1, isLast: cell.number == notebook.cells.count, hasIDs: hasIDs)
            do {
                let converted = try IPYNBCell(
                    text: notebook.source.text(cell.range), number: cell.number, place)
                cells.append(IPYNBText.split(converted.json))
            } catch {
                throw CNNError(.malformedNotebook, "\(cell.label) cannot be converted: \(error.message)")
            }
        }
        return cells
    }

    private static func hasIDs(_ top: JSON) -> Bool {
        guard case .number(let minor)? = top["nbformat_minor"], let number = Int(minor) else { return true }
        return number >= 5
    }

    /// A text without a marker is one cell; that a file has none at all is kept beside.
    private static func hasNoCells(_ notebook: Notebook) -> Bool {
        guard notebook.cells.count == 1, let cell = notebook.cells.first, cell.body == cell.range else { return false }
        let text = notebook.source.text(cell.range)
        return storedTop(text)?["cells"] == .array([])
            && text.split(separator: "\n").allSatisfy { $0.hasPrefix("#") && !$0.hasPrefix("#>") }
    }

    /// A cell without an id of its own is called by its number, which another may be called.
    private static func withUniqueIDs(_ cells: [JSON]) -> [JSON] {
        var known: Set<String> = []
        return cells.map { cell in
            guard var id = cell["id"]?.text else { return cell }
            while !known.insert(id).inserted { id += "-" }
            return cell.setting("id", .string(id))
        }
    }

    private static func plainTop(title: String?) -> JSON {
        let kernel = JSON.members([
            ("display_name", .string("cnnbook")), ("language", .string("cnnbook")), ("name", .string("cnnbook")),
        ])
        let language = JSON.members([
            ("file_extension", .string(".cnnbook")), ("mimetype", .string("text/x-cnnbook")),
            ("name", .string("cnnbook")),
        ])
        return .members([
            (
                "metadata",
                .members([
                    ("kernelspec", kernel), ("language_info", language), ("title", title.map(JSON.string)),
                ])
            ),
            ("nbformat", .integer(4)), ("nbformat_minor", .integer(5)),
        ])
    }

    private static func storedTop(_ preamble: String) -> JSON? {
        preamble.split(separator: "\n").lazy.compactMap { StoredData.value($0) }.first
    }

    // MARK: - Reading

    /// The text of a `.cnnbook`.
    /// - Throws: E0503 for what is no such file.
    static func notebookText(_ bytes: [UInt8], name: String) throws(CNNError) -> [UInt8] {
        let file: JSON
        do { file = try JSONParser.parse(bytes) } catch {
            throw CNNError(.malformedFile, "\(name) is no JSON: \(error.message) (line \(error.line))")
        }
        guard let cells = file["cells"]?.elements, file["nbformat"] == .number("4") else {
            let isOld = file["worksheets"] != nil || (1...3).contains { file["nbformat"] == .number(String($0)) }
            throw CNNError(
                .malformedFile, "\(name) is no notebook of nbformat 4",
                notes: isOld ? ["an older one can be brought to it: jupyter nbconvert --to notebook"] : [])
        }
        let top = JSON.object((file.members ?? []).filter { $0.key != "cells" })
        var text = preamble(of: top, isEmpty: cells.isEmpty)
        for (index, cell) in cells.enumerated() {
            do {
                let joined = IPYNBText.joined(cell)
                let place = IPYNBCell.Place(
                    isFirst: index == 0, isLast: index == cells.count - 1, hasIDs: hasIDs(top))
                text += try IPYNBCell(json: joined, place).text
            } catch {
                throw CNNError(.malformedFile, "\(name): cell \(index + 1) cannot be read: \(error.message)")
            }
        }
        return Array(text.utf8)
    }

    private static func preamble(of top: JSON, isEmpty: Bool) -> String {
        if let kept = top["metadata"]?["cnnbook"]?["preamble"]?.text {
            let data = storedTop(kept)
            let rest = top.setting("metadata", top["metadata"]?.setting("cnnbook", nil))
            let title = (try? Notebook(SourceText(name: "", kept)))?.header.title
            let said = (data?.members ?? []).reduce(plainTop(title: title)) { $0.setting($1.key, $1.value) }
            if said["metadata"]?["title"] == rest["metadata"]?["title"] { return kept }
            return preamble(of: rest, isEmpty: isEmpty)
        }
        let title = top["metadata"]?["title"]?.text.flatMap { isTitle($0) ? $0 : nil }
        let plain = plainTop(title: title)
        var missing = (top.members ?? []).filter { member in
            !(plain[member.key].map { $0.means(member.value) } ?? false)
        }
        if isEmpty { missing.append(.init("cells", .array([]))) }
        missing.sort { $0.key < $1.key }
        let header = title.map { "# ---\n# title: \($0)\n# ---\n\n" } ?? ""
        return header + (missing.isEmpty ? "" : StoredData.line(.object(missing)) + "\n\n")
    }

    private static func isTitle(_ text: String) -> Bool {
        !text.isEmpty && !text.contains(where: \.isNewline) && text.first != " " && text.last != " "
            && !text.contains("\0")
    }
}
