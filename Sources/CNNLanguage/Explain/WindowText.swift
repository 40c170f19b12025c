import CNNCore

/// The window behind one place of an output. Rows and columns of the input may lie outside of it: zeros are there.
struct WindowPlace {
    let row, column: Int
    /// Of the input; the first may be negative.
    let top, left: Int
    let window: Size2D
    private let height, width: Int

    /// - Parameter x: `[H, W]` or `[H, W, C]`. The windows fit: `output` is the size that they give.
    init(_ x: Tensor, window: Size2D, stride: Size2D, padding: Padding, output: Size2D, _ row: Int, _ column: Int) {
        self.row = row
        self.column = column
        self.window = window
        (height, width) = (x.shape[0], x.shape[1])
        let before: (Int, Int)
        switch padding {
        case .explicit(let top, _, let left, _): before = (top, left)
        case .full: before = (window.height - 1, window.width - 1)
        case .same:
            before = (
                max(0, (output.height - 1) * stride.height + window.height - height) / 2,
                max(0, (output.width - 1) * stride.width + window.width - width) / 2
            )
        }
        top = row * stride.height - before.0
        left = column * stride.width - before.1
    }

    func isInside(_ u: Int, _ v: Int) -> Bool {
        top + u >= 0 && top + u < height && left + v >= 0 && left + v < width
    }

    /// `rows 1 to 3, columns 2 to 4 of the input (0 outside of it)`
    /// - Parameter outside: what holds for places outside of the picture, if there are any.
    func text(outside: String) -> String {
        let rows =
            "rows \(top) to \(top + window.height - 1), columns \(left) to \(left + window.width - 1) of the input"
        let isPartial = !isInside(0, 0) || !isInside(window.height - 1, window.width - 1)
        return rows + (isPartial ? " (\(outside))" : "")
    }
}

/// Numbers as the sums of `explain_…` show them.
enum SumText {
    static func number(_ value: Double) -> String { NumberFormatter.general(value, 5) }

    /// In parentheses where a sign would stand beside an operator.
    static func factor(_ value: Double) -> String {
        let text = number(value)
        return text.hasPrefix("-") ? "(\(text))" : text
    }

    /// Lines of a matrix in brackets, columns aligned.
    static func matrix(_ rows: [[Double]]) -> [String] {
        let cells = rows.map { $0.map(number) }
        let width = cells.flatMap { $0 }.map(\.count).max() ?? 0
        return cells.map { row in
            "[" + row.map { String(repeating: " ", count: width - $0.count) + $0 }.joined(separator: ", ") + "]"
        }
    }

    /// `a + b + c = result`, over several lines where it is long; many terms are shortened.
    static func sum(_ terms: [String], result: Double, limit: Int = 40) -> [String] {
        var shown = terms
        if terms.count > limit { shown = Array(terms.prefix(limit)) + ["... (\(terms.count - limit) more)"] }
        return HelpText.wrapped(shown.joined(separator: " + ") + " = " + number(result), indent: 0)
    }
}

/// One element of a convolution, written out.
struct ConvolutionText {
    /// `[H, W]` or `[H, W, C]`.
    let x: Tensor
    /// `[F, F, C, K]`
    let w: Tensor
    let filter: Int
    let place: WindowPlace

    private var channels: Int { w.shape[2] }

    private func input(_ u: Int, _ v: Int, _ channel: Int) -> Double {
        guard place.isInside(u, v) else { return 0 }
        return x.element(((place.top + u) * x.shape[1] + place.left + v) * channels + channel)
    }

    private func weight(_ u: Int, _ v: Int, _ channel: Int) -> Double {
        w.element(((u * place.window.width + v) * channels + channel) * w.shape[3] + filter)
    }

    private func rows(_ body: (Int, Int) -> Double) -> [[Double]] {
        (0..<place.window.height).map { u in (0..<place.window.width).map { v in body(u, v) } }
    }

    /// - Parameter result: what the convolution gave, bias and all.
    func lines(result: Double, bias: Double?) -> [String] {
        var lines = ["z[\(place.row), \(place.column)]: \(place.text(outside: "0 outside of it")), filter \(filter)"]
        for channel in 0..<min(channels, 8) {
            if channels > 1 { lines.append("channel \(channel)") }
            lines += products(channel)
        }
        if channels > 8 { lines.append("... and \(channels - 8) more channels") }
        let sum = result - (bias ?? 0)
        var terms: [String] = []
        for channel in 0..<channels {
            for u in 0..<place.window.height {
                for v in 0..<place.window.width {
                    terms.append("\(SumText.factor(input(u, v, channel)))*\(SumText.factor(weight(u, v, channel)))")
                }
            }
        }
        lines += SumText.sum(terms, result: sum)
        if let bias {
            lines.append("\(SumText.number(sum)) + bias \(SumText.factor(bias)) = \(SumText.number(result))")
        }
        return lines
    }

    /// Window, filter and products side by side, or below each other where they are too wide.
    private func products(_ channel: Int) -> [String] {
        let window = SumText.matrix(rows { input($0, $1, channel) })
        let filter = SumText.matrix(rows { weight($0, $1, channel) })
        let products = SumText.matrix(rows { input($0, $1, channel) * weight($0, $1, channel) })
        let width = window[0].count + filter[0].count + products[0].count + 10
        guard width <= 80 else { return ["window"] + window + ["filter"] + filter + ["products"] + products }
        return window.indices.map { row in
            let signs = row == 0 ? ("  *  ", "  =  ") : ("     ", "     ")
            return window[row] + signs.0 + filter[row] + signs.1 + products[row]
        }
    }
}

/// One element of a pooling, written out.
struct PoolingText {
    let x: Tensor
    let channel: Int
    let place: WindowPlace

    private var channels: Int { x.rank == 3 ? x.shape[2] : 1 }

    /// What is inside of the picture, row by row.
    private func rows() -> [[(value: Double, row: Int, column: Int)]] {
        (0..<place.window.height).map { u in
            (0..<place.window.width).filter { place.isInside(u, $0) }.map { v in
                let (row, column) = (place.top + u, place.left + v)
                return (x.element((row * x.shape[1] + column) * channels + channel), row, column)
            }
        }.filter { !$0.isEmpty }
    }

    func lines(result: Double, isMaximum: Bool) -> [String] {
        let rows = rows()
        let elements = rows.flatMap { $0 }
        var lines = ["u[\(place.row), \(place.column)]: \(place.text(outside: "what is outside does not count"))"]
        lines += SumText.matrix(rows.map { $0.map(\.value) })
        let numbers = elements.prefix(40).map { SumText.number($0.value) } + (elements.count > 40 ? ["..."] : [])
        if isMaximum {
            let first = elements.first { $0.value == result }
            let place = first.map { ", at row \($0.row), column \($0.column): the gradient goes there" } ?? ""
            lines += HelpText.wrapped(
                "max(\(numbers.joined(separator: ", "))) = \(SumText.number(result))\(place)", indent: 0)
        } else {
            lines += HelpText.wrapped(
                "(\(numbers.joined(separator: " + ")))/\(elements.count) = \(SumText.number(result))", indent: 0)
        }
        return lines
    }
}
