/// Whom an error is about, and how its user writes arguments: `pad=same` in a layer, `pad="same"` in a call.
struct ErrorSubject {
    let name: String
    let isLayer: Bool
    /// Pooling takes no pad=same, but rounding=ceil.
    var isPooling = false
    /// Whether it takes rounding="floor".
    var takesRounding = true

    /// A layer of a model: `conv2`.
    static func layer(_ name: String) -> ErrorSubject { ErrorSubject(name: name, isLayer: true) }
    /// An operation that is called: `conv2d`.
    static func call(_ name: String) -> ErrorSubject { ErrorSubject(name: name, isLayer: false) }

    var forPooling: ErrorSubject { ErrorSubject(name: name, isLayer: isLayer, isPooling: true) }

    var withoutRounding: ErrorSubject { ErrorSubject(name: name, isLayer: isLayer, takesRounding: false) }

    func word(_ argument: String, _ word: String) -> String {
        isLayer ? "\(argument)=\(word)" : "\(argument)=\"\(word)\""
    }
}

/// Ways out for windows that do not fit. Each was tried before it is offered.
struct SizeHints {
    private let fit: WindowFit
    private let subject: ErrorSubject?
    /// No more strides, paddings and windows than these are tried.
    private static let tries = 64

    init(_ fit: WindowFit, subject: ErrorSubject?) {
        self.fit = fit
        self.subject = subject
    }

    /// One line, or none where nothing was found: `try stride=1 (10x10), pad=same (7x7), or rounding=floor (5x5)`.
    func lines(forTooLarge isTooLarge: Bool) -> [String] {
        let hints = isTooLarge ? tooLargeHints : notWholeHints
        guard let last = hints.last else { return [] }
        if hints.count == 1 { return ["try \(last)"] }
        return ["try " + hints.dropLast().joined(separator: ", ") + ", or " + last]
    }

    private var notWholeHints: [String] {
        [smallerStride, largerStride, symmetricPadding, same].compactMap { $0 } + roundings
    }

    private var tooLargeHints: [String] { [smallerWindow, symmetricPadding, same].compactMap { $0 } }

    // MARK: - Candidates

    private var isPooling: Bool { subject?.isPooling ?? false }

    private func offer(_ text: String, _ change: (inout WindowFit) -> Void) -> String? {
        var changed = fit
        change(&changed)
        guard let output = changed.output, output.height > 0, output.width > 0 else { return nil }
        if isPooling {
            let sides = changed.sides
            guard max(sides.top, sides.bottom) < changed.window.height,
                max(sides.left, sides.right) < changed.window.width
            else { return nil }
        }
        return "\(text) (\(subject == nil ? "\(output.height)" : "\(output)"))"
    }

    private func first(_ candidates: some Sequence<Int>, _ make: (Int) -> String?) -> String? {
        for candidate in candidates.prefix(SizeHints.tries) {
            if let hint = make(candidate) { return hint }
        }
        return nil
    }

    private func stride(_ value: Int) -> String? {
        offer("stride=\(value)") { $0.stride = Size2D(value) }
    }

    private var smallerStride: String? {
        let largest = min(fit.stride.height, fit.stride.width)
        guard fit.stride.isSquare else { return stride(1) }
        guard largest > 1 else { return nil }
        return first(Swift.stride(from: largest - 1, through: 1, by: -1), stride)
    }

    private var largerStride: String? {
        guard fit.stride.isSquare else { return nil }
        // A stride beyond the input leaves one window, which is no way out.
        let end = min(fit.input.height, fit.input.width)
        return first(Swift.stride(from: fit.stride.height + 1, through: end, by: 1), stride)
    }

    private var symmetricPadding: String? {
        let now = fit.padding
        let (height, width) = (fit.window.height, fit.window.width)
        return first(0..<(isPooling ? min(height, width) : max(height, width))) { pixels in
            let padding = Padding.uniform(pixels)
            guard padding != now else { return nil }
            return offer("pad=\(pixels)") { $0.padding = padding }
        }
    }

    private var same: String? {
        // Pooling and the bare arithmetic of one axis have no such word.
        guard let subject, !isPooling, fit.padding != .same else { return nil }
        return offer(subject.word("pad", "same")) { $0.padding = .same }
    }

    private var roundings: [String] {
        guard let subject, subject.takesRounding, fit.rounding == .exact else { return [] }
        let roundings: [Rounding] = isPooling ? [.ceil, .floor] : [.floor]
        return roundings.compactMap { rounding in
            offer(subject.word("rounding", rounding.rawValue)) { $0.rounding = rounding }
        }
    }

    private var smallerWindow: String? {
        let sides = fit.sides
        let height = fit.input.height + sides.top + sides.bottom
        let width = fit.input.width + sides.left + sides.right
        guard case .explicit = fit.padding, height > 0, width > 0 else { return nil }
        let window = Size2D(
            min(fit.window.height, (height - 1) / fit.dilation.height + 1),
            min(fit.window.width, (width - 1) / fit.dilation.width + 1))
        return offer(subject == nil ? "a window of \(window.height)" : "a window of \(window)") { $0.window = window }
    }
}
