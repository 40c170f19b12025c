import CNNCore

/// What the cells of a notebook say, for `uses("q1", "for")`: the words of their code, comments and texts left out.
public struct CellCode {
    /// A statement of a cell's top level.
    private struct Part {
        let cell: String?
        /// Names that it gives a value to, or whose value it changes.
        let assigned: Set<String>
        /// Of these, the names whose value before does not matter from here on.
        let replaced: Set<String>
        /// Read when the statement runs, and read in functions that may be called later.
        let readNow: Set<String>
        let readLater: Set<String>
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
            if all[index].words.contains(word) { return true }
            for other in CellCode.sources(of: index, all) where seen.insert(other).inserted { open.append(other) }
        }
        return false
    }

    /// The statements that a statement has its values from: before it, as far as the last that gives a name a new value;
    /// anywhere for what its functions read.
    private static func sources(of index: Int, _ all: [Part]) -> [Int] {
        let part = all[index]
        var sources = all.indices.filter { !all[$0].assigned.isDisjoint(with: part.readLater) }
        var waiting = part.readNow
        for other in all.indices[..<index].reversed() where !waiting.isEmpty {
            if !all[other].assigned.isDisjoint(with: waiting) { sources.append(other) }
            waiting.subtract(all[other].replaced)
        }
        return sources
    }

    /// A cell that does not parse is one part.
    private static func parts(_ id: String?, _ source: SourceText, _ range: Range<Int>) -> [Part] {
        let parsed = Parser.parse(source, range: range)
        guard parsed.diagnostics.isEmpty, !parsed.statements.isEmpty else {
            let words = words(source, range)
            return [Part(cell: id, assigned: [], replaced: [], readNow: [], readLater: words, words: words)]
        }
        return parsed.statements.flatMap { statement in
            let reads = OuterReads(statement)
            let part = Part(
                cell: id, assigned: Set(AssignedNames([statement]).names).union(ChangedNames(statement).names),
                replaced: replacedNames(statement),
                readNow: reads.now, readLater: reads.later.union(MemberReads(statement).names),
                words: words(source, statement.span.start..<statement.span.end))
            guard case .importModule(let module) = statement.kind else { return [part] }
            return [part] + moduleParts(module)
        }
    }

    /// The code of a module that comes with the program, its names as `filters.apply`: what a cell takes from there it
    /// uses as if it had written it.
    private static func moduleParts(_ module: ImportStatement) -> [Part] {
        guard let name = module.boundName, case .name(let stem) = module.module, let text = Assets.module(stem) else {
            return []
        }
        let source = SourceText(name: stem, text)
        return Parser.parse(source).statements.map { statement in
            let reads = OuterReads(statement)
            let assigned = AssignedNames([statement]).names.map { "\(name).\($0)" }
            return Part(
                cell: nil, assigned: Set(assigned + ["\(name).*"]), replaced: [], readNow: [],
                readLater: Set(reads.now.union(reads.later).map { "\(name).\($0)" }),
                words: words(source, statement.span.start..<statement.span.end))
        }
    }

    private static func replacedNames(_ statement: Statement) -> Set<String> {
        switch statement.kind {
        case .assign(let targets, _):
            Set(targets.compactMap { if case .name(let name) = $0 { name.name } else { nil } })
        case .function(let definition): [definition.name.name]
        case .model(let definition): [definition.name.name]
        case .importModule(let module): Set([module.boundName].compactMap { $0 })
        default: []
        }
    }

    private static func words(_ source: SourceText, _ range: Range<Int>) -> Set<String> {
        let kinds: [ClassifiedToken.Kind] = [.keyword, .name, .sign]
        return Set(
            ClassifiedToken.scan(source, range).filter { kinds.contains($0.kind) }.map { source.text($0.range) })
    }
}
