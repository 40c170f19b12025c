import CNNCore

/// Everything that is wrong with a cell's code, in the order of the text.
struct Mistakes: Error {
    let all: [Diagnostic]

    /// Those that are told in one go: the last of them says where there are more.
    static func first(_ found: [Diagnostic], isMore: Bool = false) -> [Diagnostic] {
        var told = Array(found.prefix(Parser.errorLimit))
        if let last = told.indices.last, isMore || told.count < found.count {
            told[last].error.notes.append("there are more errors than these \(told.count)")
        }
        return told
    }
}

/// Mistakes that the compiler has found: it goes on behind one, so that independent ones are told in one go.
final class MistakeList {
    private var found: [Diagnostic] = []

    /// - Throws: `Mistakes` where nothing that follows could be trusted, or there are enough.
    func add(_ mistake: Diagnostic) throws {
        found.append(mistake)
        let isLimit = mistake.error.code == .nestingTooDeep || mistake.error.code == .tooLarge
        if isLimit || found.count > Parser.errorLimit { try end() }
    }

    /// - Throws: `Mistakes` where there were any.
    func end() throws {
        guard !found.isEmpty else { return }
        let ordered = found.enumerated().sorted {
            ($0.element.span?.start ?? 0, $0.offset) < ($1.element.span?.start ?? 0, $1.offset)
        }
        throw Mistakes(all: Mistakes.first(ordered.map(\.element)))
    }
}

extension Compiler {
    /// Compiles a part that others do not depend on: a mistake in it is noted, and the code that it left is never run.
    func separately(_ part: () throws -> Void) throws {
        let (openLoops, depth, known) = (loops.count, gradientDepth, assigned)
        do {
            try part()
        } catch let mistake as Diagnostic {
            loops.removeSubrange(min(openLoops, loops.count)...)
            gradientDepth = depth
            assigned = known
            try mistakes.add(mistake)
        }
    }
}
