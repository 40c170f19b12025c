/// For an instructor's code that runs in a session which others have written into: a name that the instructor gives no
/// value means what it means in a fresh session (a built-in, a layer's word), whatever was assigned to it before.
public struct NameProtection: Sendable {
    /// Names that may mean variables of the session.
    public let variables: Set<String>

    public init(variables: Set<String>) { self.variables = variables }

    func protects(_ name: String) -> Bool { !variables.contains(name) }
}

extension Parser {
    /// The names that a program's statements assign to outside of functions; none where it does not parse.
    public static func assignedNames(_ source: SourceText, range: Range<Int>) -> [String] {
        let parsed = parse(source, range: range)
        return parsed.diagnostics.isEmpty ? AssignedNames(parsed.statements).names : []
    }
}
