/// Windows that are moved over a picture: how many fit, and what to say where they do not.
struct WindowFit: Equatable {
    var input: Size2D
    var window: Size2D
    var stride: Size2D
    var padding: Padding
    var dilation: Size2D
    var rounding: Rounding

    /// The zeros at the four sides.
    struct Sides: Equatable { var top, bottom, left, right: Int }

    var sides: Sides {
        switch padding {
        case .explicit(let top, let bottom, let left, let right):
            return Sides(top: top, bottom: bottom, left: left, right: right)
        case .same:
            let rows = SizeArithmetic.same(input.height, window.height, stride.height, dilation.height)
            let columns = SizeArithmetic.same(input.width, window.width, stride.width, dilation.width)
            return Sides(top: rows.0, bottom: rows.1, left: columns.0, right: columns.1)
        case .full:
            let rows = SizeArithmetic.extent(window.height, dilation.height) - 1
            let columns = SizeArithmetic.extent(window.width, dilation.width) - 1
            return Sides(top: rows, bottom: rows, left: columns, right: columns)
        }
    }

    private func fit(_ sides: Sides) -> (SizeArithmetic.Fit, SizeArithmetic.Fit) {
        // With pad=same the output is ceil(N/S) by definition; a window smaller than its stride leaves a rest there.
        let rounding = padding == .same ? Rounding.floor : self.rounding
        return (
            SizeArithmetic.fit(
                input.height, window.height, stride.height, (sides.top, sides.bottom), dilation.height, rounding),
            SizeArithmetic.fit(
                input.width, window.width, stride.width, (sides.left, sides.right), dilation.width, rounding)
        )
    }

    /// The output's height and width, nil where an axis does not fit.
    var output: Size2D? {
        if padding == .same, input.height == 0 || input.width == 0 {
            return Size2D(
                (input.height + stride.height - 1) / stride.height, (input.width + stride.width - 1) / stride.width)
        }
        guard case (.size(let height), .size(let width)) = fit(sides) else { return nil }
        return Size2D(height, width)
    }

    /// Checks that every number is one that the arithmetic takes.
    func check() throws(CNNError) {
        var explicit = Sides(top: 0, bottom: 0, left: 0, right: 0)
        if case .explicit = padding { explicit = sides }
        try SizeArithmetic.check(
            input.height, window: window.height, stride: stride.height, padding: (explicit.top, explicit.bottom),
            dilation: dilation.height)
        try SizeArithmetic.check(
            input.width, window: window.width, stride: stride.width, padding: (explicit.left, explicit.right),
            dilation: dilation.width)
    }

    // MARK: - What to say

    /// E0301 or E0304 for windows that do not fit.
    /// - Parameter subject: whose windows they are; nil for the bare arithmetic along one axis.
    func error(for subject: ErrorSubject?) -> CNNError {
        let sides = self.sides
        let (rows, columns) = fit(sides)
        let prefix = subject.map { "\($0.name) does not fit its input: " } ?? ""
        let isTooLarge = rows == .windowTooLarge || columns == .windowTooLarge
        var isRowsFault = rows == .windowTooLarge
        if !isTooLarge { isRowsFault = rows == .notWhole }
        let axis = AxisSum(self, sides, isRows: isRowsFault)
        let name = subject == nil || (input.isSquare && window.isSquare && stride.isSquare) ? "" : axis.name + ": "
        let hints = SizeHints(self, subject: subject)
        if isTooLarge {
            let text = subject == nil ? ("\(window.height)", "\(input.height)") : ("\(window)", "\(input)")
            let padded = axis.paddingSum == 0 ? "" : " with its padding"
            let spread = axis.spread.map { ", spread to \($0)," } ?? ""
            return CNNError(
                .windowTooLarge, "\(prefix)the window \(text.0)\(spread) is larger than the input \(text.1)\(padded)",
                label: name + axis.comparison, notes: hints.lines(forTooLarge: true))
        }
        return CNNError(
            .outputSizeNotWhole, "\(prefix)the output size is not a whole number", label: name + axis.formula,
            notes: hints.lines(forTooLarge: false))
    }
}

/// The sum of one axis in the user's numbers.
private struct AxisSum {
    let name: String
    private let n, window, stride, dilation: Int
    private let before, after: Int

    init(_ fit: WindowFit, _ sides: WindowFit.Sides, isRows: Bool) {
        name = isRows ? "height" : "width"
        n = isRows ? fit.input.height : fit.input.width
        window = isRows ? fit.window.height : fit.window.width
        stride = isRows ? fit.stride.height : fit.stride.width
        dilation = isRows ? fit.dilation.height : fit.dilation.width
        before = isRows ? sides.top : sides.left
        after = isRows ? sides.bottom : sides.right
    }

    var paddingSum: Int { before + after }

    /// What a dilated window covers; nil without dilation.
    var spread: Int? { dilation == 1 ? nil : SizeArithmetic.extent(window, dilation) }

    private var isEven: Bool { before == after }
    private var paddingLetters: String { isEven ? "2P" : "P" }
    private var paddingNumbers: String { isEven ? "2*\(before)" : "(\(before)+\(after))" }
    private var windowLetters: String { dilation == 1 ? "F" : "D(F - 1) - 1" }
    private var windowNumbers: String { dilation == 1 ? "\(window)" : "\(dilation)*(\(window) - 1) - 1" }

    /// `(N + 2P - F)/S + 1 = (14 + 2*0 - 5)/2 + 1 = 5.5`
    var formula: String {
        let room = n + paddingSum - SizeArithmetic.extent(window, dilation)
        return "(N + \(paddingLetters) - \(windowLetters))/S + 1"
            + " = (\(n) + \(paddingNumbers) - \(windowNumbers))/\(stride) + 1 = \(Quotient.text(room, stride, plus: 1))"
    }

    /// `N + 2P = 3 + 2*0 = 3 is less than F = 5`
    var comparison: String {
        let extent = SizeArithmetic.extent(window, dilation)
        let sum = dilation == 1 ? "F = \(window)" : "D(F - 1) + 1 = \(dilation)*(\(window) - 1) + 1 = \(extent)"
        return "N + \(paddingLetters) = \(n) + \(paddingNumbers) = \(n + paddingSum) is less than \(sum)"
    }
}

/// A quotient of whole numbers with up to two decimals, as people write it: `5.5`, `3.33`.
enum Quotient {
    static func text(_ dividend: Int, _ divisor: Int, plus whole: Int = 0) -> String {
        let rest = dividend % divisor
        var hundredths = (rest.magnitude.multipliedReportingOverflow(by: 200).partialValue / divisor.magnitude + 1) / 2
        var integer = dividend / divisor + whole
        if hundredths == 100 {
            hundredths = 0
            integer += 1
        }
        if hundredths == 0 { return "\(integer)" }
        let decimals = hundredths % 10 == 0 ? "\(hundredths / 10)" : (hundredths < 10 ? "0" : "") + "\(hundredths)"
        return "\(integer).\(decimals)"
    }
}
