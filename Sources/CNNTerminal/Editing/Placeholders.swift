/// Words that stand for texts which are too long to be edited on the screen.
struct Placeholders {
    /// Of the line that is read.
    var pastes: [(mark: String, text: String)] = []
    /// Of the entries that the arrow keys bring back, by their words.
    private var entries: [String: String] = [:]

    /// What is inserted for a long paste: `[pasted: 100 lines]`.
    mutating func paste(_ text: String, lines: Int) -> String {
        let number = pastes.isEmpty ? "" : " \(pastes.count + 1)"
        let mark = "[pasted\(number): \(lines) line\(lines == 1 ? "" : "s")]"
        pastes.append((mark: mark, text: text))
        return mark
    }

    /// What the arrow keys bring back: the entry itself where the screen holds it, else `[30 lines: def area(…]`.
    mutating func entry(_ text: String, _ size: @autoclosure () -> TerminalSize) -> String {
        guard text.utf8.contains(UInt8(ascii: "\n")) || text.utf8.count > 1_000 else { return text }
        let size = size()
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let rows = lines.reduce(0) { $0 + 1 + $1.utf8.count / max(1, size.columns) }
        guard rows >= size.rows else { return text }
        let form = { (number: String) in
            "[\(lines.count) line\(lines.count == 1 ? "" : "s")\(number): \(lines[0].prefix(32)) …]"
        }
        var mark = form("")
        var number = 2
        while let other = entries[mark], other != text {
            mark = form(" \(number)")
            number += 1
        }
        entries[mark] = text
        return mark
    }

    /// What may stand in a line.
    private func known(in line: String) -> [(mark: String, text: String)] {
        guard line.contains(" line") else { return pastes }
        return pastes + entries.map { (mark: $0.key, text: $0.value) }
    }

    /// The line with what the words stand for.
    func replaced(in line: String) -> String {
        known(in: line).reduce(line) { $0.replacing($1.mark, with: $1.text) }
    }

    /// What is left of words that were changed: of `[pasted: 100 lines]` without its bracket, `[pasted: 100 lines`.
    func remains(in line: String) -> String? {
        let known = known(in: line)
        let rest = known.reduce(line) { $0.replacing($1.mark, with: "") }
        for (mark, _) in known where !line.contains(mark) {
            let cut = mark.count - 1
            // Their beginning or their end: what is cut elsewhere has both.
            let least = max(8, mark.prefix { $0 != ":" }.count)
            for length in stride(from: cut, through: least, by: -1) {
                let part = String(mark.prefix(length))
                if rest.contains(part) { return part }
            }
            for length in stride(from: cut, through: 8, by: -1) where rest.contains(mark.suffix(length)) {
                return String(mark.suffix(length))
            }
        }
        return nil
    }
}
