import CNNCore
import CNNLanguage

/// How the command ends; the raw values are those of NOTEBOOK §2.
public enum ExitStatus: Int32, Comparable, Sendable {
    case success = 0
    /// A check, a comparison or a cell failed.
    case failure = 1
    case usage = 2
    /// The file cannot be read, or is no notebook.
    case unreadable = 3
    /// Memory, work, depth or time ran out.
    case limit = 4
    case fault = 5

    public static func < (first: ExitStatus, second: ExitStatus) -> Bool { first.rawValue < second.rawValue }
}

/// What one segment of a cell showed.
public struct SegmentResult: Sendable {
    /// The `#>` lines that belong to it.
    public let expectation: ExpectedOutput?
    /// What it printed, cut to the limit.
    public let output: String
    /// The figures that it showed, in order, where `RunSettings.keepsFigures` asks for them.
    public var figures: [PlacedFigure] = []
    public let diagnostics: [Diagnostic]
    /// What the session knew when the output was not as expected.
    public internal(set) var facts: SessionFacts?
    /// Whether its error is the one that the `#>` lines say.
    public let isExpectedFailure: Bool

    /// What it printed and showed, in order: the text of a figure is no text beside it.
    public var items: [OutputItem] {
        let bytes = Array(output.utf8)
        var items: [OutputItem] = []
        var start = 0
        func addText(to end: Int) {
            guard start < end else { return }
            items.append(.text(String(decoding: bytes[start..<end], as: UTF8.self)))
        }
        for placed in figures where placed.range.lowerBound >= start && placed.range.upperBound <= bytes.count {
            addText(to: placed.range.lowerBound)
            items.append(.figure(placed.figure, text: String(decoding: bytes[placed.range], as: UTF8.self)))
            start = placed.range.upperBound
        }
        addText(to: bytes.count)
        return items
    }

    /// What `#>` lines should say: the error first, if there is one, then what was printed.
    public var lines: [String] {
        var lines = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        return diagnostics.map(\.headline) + lines
    }
}

/// A figure, and where its text stands in what a segment printed (UTF-8).
public struct PlacedFigure: Sendable {
    public let figure: Figure
    public let range: Range<Int>
}

/// A piece of what a segment shows.
public enum OutputItem: Sendable {
    case text(String)
    /// - Parameter text: its form as text, lines that each end with a line feed.
    case figure(Figure, text: String)
}

/// How one cell ended.
public struct CellResult: Sendable {
    public enum Status: Sendable {
        case passed, failed
        case skipped
        /// A limit was hit: memory, work, depth.
        case hitLimit
        case timedOut
        /// By Ctrl-C, or because nobody reads the output any more.
        case interrupted
    }

    public let cell: Cell
    public internal(set) var status = Status.passed
    /// As far as it came: an error that nobody expects ends the cell.
    public internal(set) var segments: [SegmentResult] = []
    /// Units of work that it took.
    public internal(set) var work = 0
    /// Pictures that the file keeps from elsewhere; a run has none.
    var keptFigures: [OutputFigure] = []
    /// The variables that it assigned, where the run was asked for them.
    public internal(set) var values: [ValueSummary] = []

    /// What the whole cell printed.
    public var output: String { segments.map(\.output).joined() }
    /// What the whole cell printed and showed, in order.
    public var items: [OutputItem] { segments.flatMap(\.items) }
}

/// How a run of a notebook ended.
public struct NotebookResult: Sendable {
    public internal(set) var cells: [CellResult] = []
    /// What ended the run before the first cell.
    public internal(set) var refusal: Diagnostic?

    public var wasInterrupted: Bool { cells.contains { $0.status == .interrupted } }

    /// What became of a cell; nil where it was not run.
    func result(of cell: Cell) -> CellResult? { cells.first { $0.cell.number == cell.number } }

    public var exitStatus: ExitStatus {
        if refusal != nil { return .usage }
        return cells.map { cell in
            switch cell.status {
            case .passed, .skipped: .success
            case .failed, .interrupted: .failure
            case .hitLimit, .timedOut: .limit
            }
        }.max() ?? .success
    }
}

extension Diagnostic {
    /// The error's first line: `error[E0301]: conv2 does not fit its input`.
    public var headline: String {
        let text = DiagnosticRenderer.render(Diagnostic(CNNError(error.code, error.message)))
        return String(text.prefix { $0 != "\n" })
    }
}
