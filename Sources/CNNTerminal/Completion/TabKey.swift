import CNNLanguage

/// Turns candidates into what Tab does: more of the word, or a list below the line.
struct TabKey {
    /// Beyond so many, names stand in columns without what they are.
    private static let hintLimit = 12
    private static let listLimit = 200

    let completer: Completer
    let columns: Int
    let painter: CodePainter

    /// - Parameters:
    ///   - earlier: lines of the entry that were entered before.
    ///   - before: the line up to the cursor.
    func reply(earlier: String, before: String) -> TabReply {
        let line = before.split(separator: "\n", omittingEmptySubsequences: false).last ?? ""
        if line.allSatisfy(\.isWhitespace) { return TabReply(inserted: "    ") }
        let text = earlier + before
        let (word, list, form) = completer.candidates(for: text)
        guard let first = list.first else { return TabReply(shown: form.map(signature) ?? []) }
        if word.isEmpty, list.count > 1, form == nil { return TabReply(shown: rows(list)) }
        let whole = list.count == 1 ? first.text + first.end : first.text
        let common = list.dropFirst().reduce(whole) { commonPrefix($0, $1.text) }
        if common.unicodeScalars.count > word.unicodeScalars.count || (common != word && list.count == 1) {
            guard common.hasPrefix(word) else { return TabReply(erased: word.utf8.count, inserted: common) }
            return TabReply(inserted: String(common.unicodeScalars.dropFirst(word.unicodeScalars.count)))
        }
        if list.count == 1 { return TabReply(shown: first.hint.isEmpty ? [] : explanation(of: first)) }
        return TabReply(shown: (form.map(signature) ?? []) + rows(list))
    }

    private func commonPrefix(_ first: String, _ second: String) -> String {
        func isSame(_ a: Unicode.Scalar, _ b: Unicode.Scalar) -> Bool {
            a == b || (completer.ignoresCase && a.properties.lowercaseMapping == b.properties.lowercaseMapping)
        }
        var common = String.UnicodeScalarView()
        common.append(contentsOf: zip(first.unicodeScalars, second.unicodeScalars).prefix(while: isSame).map(\.0))
        return String(common)
    }

    private func signature(_ form: CallForm) -> [String] {
        WordWrap.call(form.signature, columns: columns - 1) + wrapped(form.summary, 2)
    }

    /// Of a name that is whole already.
    private func explanation(of candidate: Candidate) -> [String] {
        wrapped(candidate.hint) + wrapped(candidate.summary, 2)
    }

    private func rows(_ list: [Candidate]) -> [String] {
        if list.count <= TabKey.hintLimit, list.contains(where: { !$0.hint.isEmpty }) {
            let rows = list.map(TabKey.row)
            let width = rows.map { $0.meaning.isEmpty ? 0 : DisplayWidth.of($0.word) }.max() ?? 0
            return rows.map { word, meaning in
                let margin = String(repeating: " ", count: max(0, width - DisplayWidth.of(word)) + 2)
                return TextTable.cut(meaning.isEmpty ? word : word + margin + meaning, to: columns - 1)
            }
        }
        return TabKey.columns(list.prefix(TabKey.listLimit).map(\.text), width: columns)
            + (list.count > TabKey.listLimit ? ["... \(list.count - TabKey.listLimit) more"] : [])
    }

    /// A name, a signature or a command, and what it means, if that is known.
    private static func row(_ candidate: Candidate) -> (word: String, meaning: String) {
        let (text, hint) = (candidate.text, candidate.hint)
        if hint.isEmpty { return (text, "") }
        guard hint.hasPrefix(text) else { return (text, hint) }
        guard let gap = hint.firstRange(of: "  ") else { return (hint, "") }
        return (String(hint[..<gap.lowerBound]), String(hint[gap.upperBound...]))
    }

    /// Names in columns, from the top down.
    private static func columns(_ names: [String], width: Int) -> [String] {
        let sizes = names.map { DisplayWidth.of($0) }
        // As many rows as it takes, each column as wide as its names.
        let height = (1...max(1, names.count)).first { height in
            stride(from: 0, to: sizes.count, by: height).reduce(-2) {
                $0 + 2 + (sizes[$1..<min($1 + height, sizes.count)].max() ?? 0)
            } < width
        }
        let rows = height ?? names.count
        return (0..<min(rows, names.count)).map { row in
            var line = ""
            for index in stride(from: row, to: names.count, by: rows) {
                let column = index - row
                let size = sizes[column..<min(column + rows, sizes.count)].max() ?? 0
                line += names[index] + String(repeating: " ", count: max(0, size + 2 - sizes[index]))
            }
            return String(line.trimmed)
        }
    }

    private func wrapped(_ text: String, _ indent: Int = 0) -> [String] {
        TextTable.wrapped(text, indent: indent, columns: columns - 1)
    }
}
