import CNNLanguage

/// A variable in one line.
public struct ValueSummary: Sendable {
    public let name: String
    public let type: String
    public let text: String

    private static let characterLimit = 200

    /// The variables that a cell's statements assign and that have a value, in order.
    static func all(of cell: Cell, in notebook: Notebook, _ interpreter: Interpreter) -> [ValueSummary] {
        var known: Set<String> = []
        return NotebookParameter.assignedNames(Parser.parse(notebook.source, range: cell.body)).compactMap { name in
            guard known.insert(name).inserted, let value = interpreter.module[name] else { return nil }
            return ValueSummary(name: name, type: value.typeName, text: text(value, interpreter))
        }
    }

    private static func text(_ value: Value, _ interpreter: Interpreter) -> String {
        switch value {
        // Not written out only to be cut.
        case .list(let list) where list.elements.count > 100: return "\(list.elements.count) elements"
        case .dictionary(let dictionary) where dictionary.count > 100: return "\(dictionary.count) entries"
        default: break
        }
        guard let text = try? interpreter.str(value) else { return value.typeName }
        let line = text.split(separator: "\n").first.map(String.init) ?? ""
        return line.count > characterLimit ? String(line.prefix(characterLimit - 3)) + "..." : line
    }
}
