/// What may stand behind `# %%`, in one table.
public enum CellOption: String, CaseIterable, Sendable {
    /// The cell's name for errors, `for=` and grading; once in a file.
    case id
    /// What people read: a question's or a check's title.
    case name
    /// The id of the question that a check belongs to.
    case `for`
    case points
    /// The question's points are given for all of its checks together, or not at all.
    case allOrNothing = "all_or_nothing"
    /// A check that students do not see.
    case hidden
    /// The ids of questions that this one builds on: `q1,q2`.
    case needs
    /// Absolute and relative tolerance for numbers in `#>` lines.
    case tol, rtol
    /// Blanks in `#>` lines count.
    case strict
    /// The cell is not run.
    case skip
    /// Seconds that the cell may take.
    case timeout

    enum Form { case flag, identifier, identifiers, text, number }

    var form: Form {
        switch self {
        case .allOrNothing, .hidden, .strict, .skip: .flag
        case .id, .for: .identifier
        case .needs: .identifiers
        case .name: .text
        case .points, .tol, .rtol, .timeout: .number
        }
    }

    /// Whether it stands without a value.
    var isFlag: Bool { form == .flag }

    /// As it stands in a marker line.
    func text(_ value: String) -> String {
        switch form {
        case .flag: rawValue
        case .text:
            "\(rawValue)=\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        case .identifier, .identifiers, .number: "\(rawValue)=\(value)"
        }
    }

    func goes(with kind: CellKind) -> Bool {
        switch self {
        case .id, .name: true
        case .for, .hidden: kind == .check
        case .points: kind == .code || kind == .check || kind == .solution
        case .needs, .allOrNothing: kind == .code || kind == .solution
        case .tol, .rtol, .strict, .skip, .timeout: kind.isCode
        }
    }
}

/// The options of one cell.
public struct CellOptions: Sendable {
    /// In the order of the marker line; a flag's value is empty.
    public private(set) var entries: [(option: CellOption, value: String)] = []

    public init() {}

    mutating func add(_ option: CellOption, _ value: String) { entries.append((option: option, value: value)) }

    public subscript(option: CellOption) -> String? { entries.first { $0.option == option }?.value }

    public var id: String? { self[.id] }
    public var name: String? { self[.name] }
    public var needs: [String] { self[.needs]?.split(separator: ",").map(String.init) ?? [] }
    public var isStrict: Bool { self[.strict] != nil }
    public var isSkipped: Bool { self[.skip] != nil }
    public var timeoutSeconds: Double? { self[.timeout].flatMap { Double($0) } }
    public var tolerance: Double? { self[.tol].flatMap { Double($0) } }
    public var relativeTolerance: Double? { self[.rtol].flatMap { Double($0) } }
}
