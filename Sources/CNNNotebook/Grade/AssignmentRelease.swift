import CNNCore
import CNNLanguage

/// The students' copy of an assignment: answers, hidden checks and outputs are out.
///
/// What a given cell is meant to end with, an error, stays where the copy itself, which holds no answer, ends with it: so
/// no block tells more than the copy does.
public struct AssignmentRelease {
    private let assignment: Assignment
    /// Given cells whose `#>` lines stay.
    private var kept: Set<Int> = []
    /// Given cells that should end with an error, and do not do so before anything is answered: their `#>` lines are out.
    public private(set) var unkept: [Cell] = []

    /// - Parameters:
    ///   - assignment: one whose answers get all points.
    ///   - settings: how the copy is run to see which `#>` lines stay; it is run only where that is in question.
    public init(_ assignment: Assignment, _ settings: RunSettings = RunSettings()) {
        self.assignment = assignment
        let inQuestion = assignment.notebook.cells.filter { cell in
            assignment.isGiven(cell) && !cell.options.isSkipped && cell.expectations.contains(where: \.expectsError)
        }
        guard let last = inQuestion.last, let lastID = assignment.ids[last.number] else { return }
        kept = Set(inQuestion.map(\.number))
        let holding = GivenErrors(assignment, settings).holding(bytes, upTo: lastID)
        unkept = inQuestion.filter { !holding.contains(assignment.ids[$0.number] ?? "") }
        kept.subtract(unkept.map(\.number))
    }

    /// The copy's bytes.
    public var bytes: [UInt8] {
        let notebook = assignment.notebook
        var result = Array(notebook.source.bytes[notebook.preamble])
        for cell in notebook.cells { result += text(cell) }
        return AssignmentRelease.withoutEmptyLinesAtEnd(result)
    }

    /// What stood between the last cell and a hidden one behind it.
    private static func withoutEmptyLinesAtEnd(_ bytes: [UInt8]) -> [UInt8] {
        let lineFeed = UInt8(ascii: "\n")
        var end = bytes.count
        while end > 1, bytes[end - 1] == lineFeed {
            var before = end - 1
            if bytes[before - 1] == UInt8(ascii: "\r") { before -= 1 }
            guard before > 0, bytes[before - 1] == lineFeed else { break }
            end = before
        }
        return Array(bytes[..<end])
    }

    private func text(_ cell: Cell) -> [UInt8] {
        if cell.kind == .markdown { return Array(assignment.source.bytes[cell.range]) }
        if cell.options[.hidden] != nil { return [] }
        let body = kept.contains(cell.number) ? Array(assignment.source.bytes[code(of: cell)]) : withoutOutputs(cell)
        guard let id = assignment.ids[cell.number], assignment.question(id) != nil else {
            // An answer without an id belongs to no question.
            if cell.kind == .solution { return [] }
            return Array(marker(cell).utf8) + data(of: cell) + body
        }
        return Array(marker(cell).utf8) + leadingComments(body)
    }

    /// The marker line; given cells get the id that grading knows them by, answers become code.
    private func marker(_ cell: Cell) -> String {
        var words = ["# %%"]
        if cell.kind != .code && cell.kind != .solution { words.append(cell.kind.rawValue) }
        if cell.kind != .check, cell.id == nil, let id = assignment.ids[cell.number] { words.append("id=\(id)") }
        words += cell.options.entries.map { $0.option.text($0.value) }
        return words.joined(separator: " ") + "\n"
    }

    private func code(of cell: Cell) -> Range<Int> { assignment.notebook.bodyWithoutStoredData(of: cell) }

    /// What a given cell keeps from a `.ipynb`, without the outputs that it had there.
    private func data(of cell: Cell) -> [UInt8] {
        let outputs = ["outputs", "execution_count"]
        let data = assignment.notebook.storedData(of: cell)?.members?.filter { !outputs.contains($0.key) } ?? []
        return data.isEmpty ? [] : Array((StoredData.line(.object(data)) + "\n").utf8)
    }

    private func withoutOutputs(_ cell: Cell) -> [UInt8] {
        var result: [UInt8] = []
        var position = code(of: cell).lowerBound
        for block in cell.expectations {
            result += assignment.source.bytes[position..<block.range.lowerBound]
            position = block.range.upperBound
        }
        return result + assignment.source.bytes[position..<cell.body.upperBound]
    }

    /// The comments that a question's cell begins with are its task; what follows is the answer.
    private func leadingComments(_ body: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for line in body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            guard line.first == UInt8(ascii: "#") else { break }
            result += line + [UInt8(ascii: "\n")]
        }
        return result + [UInt8(ascii: "\n")]
    }

    /// Why the copy must not go out: it gets points, cannot be read, or holds what it should not. nil: it may.
    public func flaw(_ pool: WorkerPool) -> AssignmentFlaw? {
        let bytes = bytes
        if let text = flaw(in: bytes) { return AssignmentFlaw(text) }
        guard let record = GradeBatch.trial(bytes, pool) else { return .ours("the copy could not be tried") }
        if !record.isGraded { return .ours("the copy cannot be graded: \(record.failure)") }
        for question in record.questions {
            if let check = question.checks.first(where: \.isPassed) {
                return AssignmentFlaw("the copy, without an answer, passes '\(check.title)' of \(question.id)")
            }
        }
        return nil
    }

    /// What the copy's text shows, before anything runs.
    private func flaw(in bytes: [UInt8]) -> String? {
        let copy: Notebook
        do { copy = try Notebook(SourceText(name: "the copy", bytes: bytes)) } catch {
            return "the copy cannot be read: \(error.headline)"
        }
        for cell in copy.cells where cell.kind.isCode {
            if let first = Parser.parse(copy.source, range: cell.body).diagnostics.first {
                return "\(cell.label) of the copy does not parse: \(first.headline)"
            }
        }
        return leak(bytes).map { "the copy holds a line of what is hidden: \($0)" }
    }

    /// An expectation of a hidden check that stands in the copy too, in whatever part. What a check that students see says
    /// as well, such as a rule of `uses`, is no secret.
    private func leak(_ bytes: [UInt8]) -> String? {
        let copy = String(decoding: bytes, as: UTF8.self)
        let open = assignment.notebook.cells.filter { $0.kind == .check && $0.options[.hidden] == nil }
        let seen = Set(open.flatMap { lines(of: $0) })
        for cell in assignment.notebook.cells where cell.kind == .check && cell.options[.hidden] != nil {
            let isLeak: (String) -> Bool = { $0.hasPrefix("expect ") && !seen.contains($0) && copy.contains($0) }
            if let line = lines(of: cell).first(where: isLeak) { return line }
        }
        return nil
    }

    private func lines(of cell: Cell) -> [String] {
        assignment.source.text(cell.body).split(separator: "\n").map { String($0).trimmed }
    }
}
