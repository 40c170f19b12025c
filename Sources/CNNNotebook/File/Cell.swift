/// What a cell is for. The raw value is the word of its marker line; code has none.
public enum CellKind: String, CaseIterable, Sendable {
    case code = ""
    case markdown = "[markdown]"
    /// Expectations about a question's cell; they count when a submission is graded, and run like code otherwise.
    case check
    /// Its variables can be given from outside (`run --param`).
    case parameters
    /// The instructor's answer to a question; runs like code.
    case solution

    public var isCode: Bool { self != .markdown }

    /// The kind that a word of a marker line names: `[md]` is short for `[markdown]`.
    init?(word: String) {
        if word == "[md]" { self = .markdown } else { self.init(rawValue: word) }
    }

    /// As messages name it: `a check cell`.
    var text: String {
        switch self {
        case .code: "a code cell"
        case .markdown: "a markdown cell"
        case .check: "a check cell"
        case .parameters: "a parameters cell"
        case .solution: "a solution cell"
        }
    }
}

/// One cell of a notebook, as ranges of the file's text.
public struct Cell: Sendable {
    /// From 1, in the order of the file.
    public let number: Int
    public let kind: CellKind
    public let options: CellOptions
    /// The line (from 1) that the cell begins at: its marker, or its first line where it has none.
    public let line: Int
    /// Everything, the marker line included, up to the next cell.
    public let range: Range<Int>
    /// What runs: everything without the marker line.
    public let body: Range<Int>
    /// The blocks of `#>` lines, in order.
    public let expectations: [ExpectedOutput]

    public var id: String? { options.id }

    /// As messages name it: `cell q1`, or `cell 3` where it has no id.
    public var label: String { "cell \(id ?? String(number))" }
}

/// A block of `#>` lines: what the cell should have printed since the block before it.
public struct ExpectedOutput: Sendable {
    /// The line (from 1) of its first `#>`.
    public let line: Int
    /// The whole lines in the file.
    public private(set) var range: Range<Int>
    /// What stands behind each `#>` and the blank after it.
    public private(set) var lines: [String]

    init(line: Int, range: Range<Int>, lines: [String]) {
        self.line = line
        self.range = range
        self.lines = lines
    }

    mutating func append(_ text: String, upTo end: Int) {
        lines.append(text)
        range = range.lowerBound..<end
    }

    /// Whether it says that an error should come: `error[E0301]: …` is its first line.
    public var expectsError: Bool { lines.first?.hasPrefix("error[") ?? false }

    /// The code of the error that should come: `E0301`.
    public var errorCode: String? {
        guard expectsError, let first = lines.first, let end = first.firstIndex(of: "]") else { return nil }
        return String(first[..<end].dropFirst("error[".count))
    }
}
