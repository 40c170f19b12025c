import CNNCore

/// What the cells of a notebook say, for `uses("q1", "for")`: the words of their code, comments and texts left out.
public struct CellCode {
    /// A statement of a cell's top level.
    private struct Part {
        let cell: String?
        let assigned: Set<String>
        let words: Set<String>
    }

    private var cells: [(id: String?, source: SourceText, range: Range<Int>)] = []
    /// Made when they are asked for: most notebooks never do.
    private var parts: [Part]?

    public init() {}

    public mutating func add(_ source: SourceText, _ range: Range<Int>, cell: String?) {
        cells.append((cell, source, range))
        parts = nil
    }

    /// Whether a word stands in a cell's code, or in the code that gives a value to a name which it mentions.
    /// - Throws: E0404 where there is no such cell.
    mutating func uses(cell: String, word: String) throws(CNNError) -> Bool {
        let all = parts ?? cells.flatMap(CellCode.parts)
        parts = all
        var open = all.indices.filter { all[$0].cell == cell }
        guard !open.isEmpty else { throw CNNError(.invalidValue, "uses: there is no cell '\(cell)'") }
        var seen = Set(open)
        while let index = open.popLast() {
            let words = all[index].words
            if words.contains(word) { return true }
            for other in all.indices where !all[other].assigned.isDisjoint(with: words) {
                if seen.insert(other).inserted { open.append(other) }
            }
        }
        return false
    }

    /// A cell that does not parse is one part.
    private static func parts(_ id: String?, _ source: SourceText, _ range: Range<Int>) -> [Part] {
        let parsed = Parser.parse(source, range: range)
        guard parsed.diagnostics.isEmpty, !parsed.statements.isEmpty else {
            return [Part(cell: id, assigned: [], words: words(source, range))]
        }
        return parsed.statements.map { statement in
            Part(
                cell: id, assigned: Set(AssignedNames([statement]).names),
                words: words(source, statement.span.start..<statement.span.end))
        }
    }

    private static func words(_ source: SourceText, _ range: Range<Int>) -> Set<String> {
        let kinds: [ClassifiedToken.Kind] = [.keyword, .name, .sign]
        return Set(
            ClassifiedToken.scan(source, range).filter { kinds.contains($0.kind) }.map { source.text($0.range) })
    }
}
