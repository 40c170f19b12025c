import CNNCore
import CNNLanguage

/// What a cell of a submission, or a check, may take. Work, memory and output are counted, the same on every machine; the
/// seconds are a net.
public struct GradeLimits: Sendable, Equatable {
    public var work = 500_000_000
    public var memoryBytes = 512 << 20
    public var outputBytes = 16 << 20
    public var seconds = 60.0

    public init() {}
}

/// A check of a question: a cell of expectations that is passed or not.
public struct Check: Sendable {
    public let cell: Cell
    public let title: String
    public let points: Points
    public let isHidden: Bool
}

/// A cell that students write, with the instructor's answer in it.
public struct Question: Sendable {
    public let id: String
    public let title: String
    /// The instructor's.
    public let cell: Cell
    /// The most that can be had: the sum of the checks, or what the cell says.
    public let points: Points
    public let isAllOrNothing: Bool
    /// The questions whose answers this one builds on.
    public let needs: [String]
    public let checks: [Check]
}

/// An instructor's notebook: given cells, questions with their answers, checks.
public struct Assignment: Sendable {
    public let notebook: Notebook
    /// In the order of the file.
    public let questions: [Question]
    public let limits: GradeLimits
    public let lateRule: LateRule?
    /// The id of each cell that students get; those without one are `given-1`, `given-2`, ….
    let ids: [Int: String]

    public var source: SourceText { notebook.source }
    public var title: String { notebook.header.title ?? source.name }
    public var points: Points { questions.map(\.points).sum }

    /// - Throws: E0507 at the place that makes no sense.
    public init(_ notebook: Notebook) throws(Diagnostic) {
        self.notebook = notebook
        let parts = AssignmentReader(notebook)
        questions = try parts.questions()
        limits = try parts.limits()
        lateRule = try parts.lateRule()
        ids = parts.ids
    }

    /// - Throws: what `Notebook.read` throws, too.
    public static func read(_ path: String) throws(Diagnostic) -> Assignment {
        try Assignment(Notebook.read(path))
    }

    public func question(_ id: String) -> Int? { questions.firstIndex { $0.id == id } }

    /// The cells that students get as they are.
    func isGiven(_ cell: Cell) -> Bool {
        (cell.kind == .code || cell.kind == .parameters) && question(ids[cell.number] ?? "") == nil
    }
}

/// Reads what makes a notebook an assignment.
private struct AssignmentReader {
    let notebook: Notebook
    let ids: [Int: String]

    init(_ notebook: Notebook) {
        self.notebook = notebook
        var ids: [Int: String] = [:]
        var count = 0
        for cell in notebook.cells where cell.kind == .code || cell.kind == .parameters || cell.kind == .solution {
            if let id = cell.id {
                ids[cell.number] = id
            } else if cell.kind != .solution {
                count += 1
                ids[cell.number] = "given-\(count)"
            }
        }
        self.ids = ids
    }

    private func failure(_ message: String, _ cell: Cell?, notes: [String] = []) -> Diagnostic {
        let line = notebook.source.sourceLine(cell?.line ?? 1)
        return .notebook(message, notebook.source, line.content, notes: notes)
    }

    // MARK: - Questions

    func questions() throws(Diagnostic) -> [Question] {
        var checks: [String: [Cell]] = [:]
        for cell in notebook.cells where cell.kind == .check {
            guard let id = cell.options[.for] else {
                throw failure("a check of an assignment says which question it belongs to: for=...", cell)
            }
            guard notebook.cells.contains(where: { $0.id == id && ($0.kind == .code || $0.kind == .solution) }) else {
                throw failure("there is no question '\(id)'", cell)
            }
            checks[id, default: []].append(cell)
        }
        var questions: [Question] = []
        for cell in notebook.cells where cell.kind == .code || cell.kind == .solution {
            guard let id = cell.id, cell.options[.points] != nil || checks[id] != nil || cell.kind == .solution else {
                continue
            }
            let own = checks.removeValue(forKey: id) ?? []
            questions.append(try question(id, cell, own, before: questions))
        }
        guard !questions.isEmpty else {
            throw failure(
                "this is no assignment: it has no question", nil,
                notes: ["a question is a cell with an id, and has checks: # %% check for=q1 points=2"])
        }
        return questions
    }

    private func question(
        _ id: String, _ cell: Cell, _ checks: [Cell], before: [Question]
    ) throws(Diagnostic) -> Question {
        guard !checks.isEmpty else {
            throw failure("the question '\(id)' has no check: nobody could get its points", cell)
        }
        if let early = checks.first(where: { $0.number < cell.number }) {
            throw failure("a check stands behind its question's cell", early)
        }
        for needed in cell.options.needs where !before.contains(where: { $0.id == needed }) {
            throw failure("needs=\(needed): there is no such question before this one", cell)
        }
        let own = try points(cell)
        var isAllOrNothing = cell.options[.allOrNothing] != nil
        var parts: [Check] = []
        for (index, check) in checks.enumerated() {
            let title = check.options.name ?? "check \(index + 1)"
            parts.append(
                Check(
                    cell: check, title: title, points: try points(check) ?? .zero,
                    isHidden: check.options[.hidden] != nil))
        }
        let sum = parts.map(\.points).sum
        if checks.allSatisfy({ $0.options[.points] == nil }) {
            guard own != nil else { throw failure("neither the question '\(id)' nor a check of it has points", cell) }
            isAllOrNothing = true
        } else if let own, own != sum {
            throw failure("the question '\(id)' has \(own.text) points, its checks have \(sum.text) together", cell)
        }
        return Question(
            id: id, title: cell.options.name ?? id, cell: cell, points: own ?? sum, isAllOrNothing: isAllOrNothing,
            needs: cell.options.needs, checks: parts)
    }

    private func points(_ cell: Cell) throws(Diagnostic) -> Points? {
        guard let text = cell.options[.points] else { return nil }
        guard let points = Points(text) else {
            throw failure("points are a number up to a million with at most three decimals, not \(text)", cell)
        }
        return points
    }

    // MARK: - Rules of the header

    private func rule<Value>(
        _ key: NotebookHeader.Key, _ form: String, _ read: (String) -> Value?
    ) throws(Diagnostic) -> Value? {
        guard let rule = notebook.header.rules[key] else { return nil }
        guard let value = read(rule.text) else {
            throw .notebook("\(key.rawValue) is written \(form)", notebook.source, rule.place)
        }
        return value
    }

    func limits() throws(Diagnostic) -> GradeLimits {
        var limits = GradeLimits()
        if let work = try rule(.work, "as 1e9 or 200000", WorkMeter.units) { limits.work = work }
        if let bytes = try rule(.memory, "as 512M or 2G", MemoryBudget.bytes) { limits.memoryBytes = bytes }
        let seconds = try rule(.timeout, "as a number of seconds, from 1 to 86400") { text in
            Double(text).flatMap { (1...86_400).contains($0) ? $0 : nil }
        }
        if let seconds { limits.seconds = seconds }
        return limits
    }

    func lateRule() throws(Diagnostic) -> LateRule? {
        let deadline = try rule(.deadline, "with its time zone: 2026-11-20T23:59+01:00") { Timestamp($0) }
        let late = notebook.header.rules[.late]
        guard let deadline else {
            guard let late else { return nil }
            throw .notebook("late: needs a deadline: as well", notebook.source, late.place)
        }
        guard let rule = LateRule(deadline: deadline, rule: late?.text) else {
            throw .notebook("late is written 10% a day, or 10% a day for 3 days", notebook.source, late?.place ?? 0..<0)
        }
        return rule
    }
}
