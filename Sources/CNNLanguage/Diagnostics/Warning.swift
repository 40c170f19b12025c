/// What runs, and is most likely not what was meant. It goes to standard error with its place, has no code, and changes
/// neither a value nor how a run ends.
public struct Warning: Sendable {
    public var message: String
    /// What stands beside the caret. Empty: none.
    public var label: String
    /// Ways out.
    public var notes: [String]
    public var source: SourceText?
    public var span: SourceSpan?
    /// The notebook cell that it stands in, if it has an id.
    public var cell: String?

    public init(
        _ message: String, label: String = "", notes: [String] = [], source: SourceText? = nil, span: SourceSpan? = nil,
        cell: String? = nil
    ) {
        self.message = message
        self.label = label
        self.notes = notes
        self.source = source
        self.span = span
        self.cell = cell
    }
}

extension Interpreter {
    /// Tells a warning, once for each place: a loop says it no more often than a line.
    func warn(_ warning: Warning) {
        let isKnown = warnings.contains {
            $0.message == warning.message && $0.source === warning.source && $0.span == warning.span
        }
        // A session of days keeps no list without end.
        guard !isKnown, warnings.count < 1_000 else { return }
        warnings.append(warning)
        options.warn(warning)
    }

    /// For a built-in: the warning stands where it was called.
    /// - Parameter argument: of a `train` statement that it stands under, where that is written.
    func warn(_ message: String, label: String = "", notes: [String] = [], argument: String? = nil) {
        let place = machine.callPlace
        var span = place?.span
        if let argument, let place { span = ErrorSite(place.source, place.span)?.span(of: argument) ?? span }
        warn(Warning(message, label: label, notes: notes, source: place?.source, span: span, cell: place?.cell))
    }
}

extension VirtualMachine {
    /// Where the innermost frame stands at a call of a built-in or of a model.
    var callPlace: (source: SourceText, span: SourceSpan, cell: String?)? {
        guard depth > 0 else { return nil }
        let prototype = frames[depth - 1].prototype.takeUnretainedValue()
        let span = prototype.span(at: frames[depth - 1].next - UnsafePointer(prototype.code) - 1)
        return (source: prototype.source, span: span, cell: prototype.cell)
    }
}
