import CNNCore
import CNNLanguage

/// `lr=0.01` of the command line: a value for a variable that a parameters cell sets.
public struct NotebookParameter: Sendable {
    public let name: String
    /// The assignment as a program.
    let source: SourceText

    /// A value that reads as a number, a bool, `None`, a string in quotes, a size or a list of these is one; any other
    /// text is a string.
    /// - Throws: E0203 for what is not `name=value`.
    public init(_ argument: String) throws(CNNError) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw CNNError(.argumentMismatch, "a parameter is written name=value, not '\(argument)'")
        }
        name = String(parts[0])
        let value = String(parts[1])
        let isLiteral = NotebookParameter.isLiteral(value)
        source = SourceText(name: "--param", "\(name) = \(isLiteral ? value : SourceLiteral.quoted(value))")
        guard NotebookParameter.assignedNames(Parser.parse(source)) == [name] else {
            throw CNNError(.argumentMismatch, "'\(name)' is no name of a parameter")
        }
    }

    /// - Parameter literal: a value as the language writes it.
    /// - Throws: E0203 for what is no name.
    init(name: String, literal: String) throws(CNNError) {
        self.name = name
        source = SourceText(name: "--params", "\(name) = \(literal)")
        guard NotebookParameter.assignedNames(Parser.parse(source)) == [name] else {
            throw CNNError(.argumentMismatch, "'\(name)' is no name of a parameter")
        }
    }

    /// The value as the language writes it.
    var literal: String { source.text(name.utf8.count + 3..<source.bytes.count) }

    private static func isLiteral(_ text: String) -> Bool {
        let source = SourceText(name: "--param", "value = \(text)")
        guard !text.contains("\n"), Parser.parse(source).diagnostics.isEmpty else { return false }
        var lexer = Lexer(source, range: 8..<source.bytes.count)
        return lexer.scan().allSatisfy { token in
            switch token.kind {
            case .int, .float, .size, .string, .true, .false, .none, .plus, .minus, .comma, .colon, .end: true
            case .leftBracket, .rightBracket, .leftBrace, .rightBrace: true
            case .name: ["inf", "nan"].contains(source.text(token.span))
            default: false
            }
        }
    }

    /// The variables that a program's statements assign to, in order; none where it does not parse.
    static func assignedNames(_ program: ParseResult) -> [String] {
        guard program.diagnostics.isEmpty else { return [] }
        return program.statements.flatMap { statement -> [String] in
            guard case .assign(let targets, _) = statement.kind else { return [] }
            return targets.compactMap { target in
                if case .name(let identifier) = target { identifier.name } else { nil }
            }
        }
    }
}

extension Notebook {
    /// The names that the parameters cells set.
    public var parameterNames: [String] {
        cells.filter { $0.kind == .parameters }.flatMap { cell in
            NotebookParameter.assignedNames(Parser.parse(source, range: cell.body))
        }
    }

    /// E0201 for a parameter that the notebook does not have.
    func refusal(of parameters: [NotebookParameter]) -> Diagnostic? {
        let known = parameterNames
        guard let unknown = parameters.first(where: { !known.contains($0.name) }) else { return nil }
        guard cells.contains(where: { $0.kind == .parameters }) else {
            return Diagnostic(
                CNNError(
                    .unknownName, "\(source.name) has no parameters",
                    notes: ["a cell # %% parameters sets those that can be given"]))
        }
        var notes: [String] = []
        if let nearest = EditDistance.nearest(unknown.name, among: known) { notes.append("did you mean \(nearest)?") }
        notes.append(known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))")
        return Diagnostic(CNNError(.unknownName, "\(source.name) has no parameter '\(unknown.name)'", notes: notes))
    }
}
