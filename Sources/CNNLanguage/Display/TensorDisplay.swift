import CNNCore
import CNNKernels

/// `summary v1`: what a tensor looks like. Frozen: output is graded.
enum TensorDisplay {
    static let columns = 80
    /// Up to so many elements are all shown.
    static let maximumShown = 64
    /// Units of work for an element that is written, and for one that the statistics look at.
    private static let (elementWork, statisticWork) = (250, 12)

    /// Head line and elements, or one line of statistics; no line feed at the end.
    /// - Parameter columns: of a line, at most; a terminal has others than a run.
    static func summary(_ tensor: Tensor, columns: Int = TensorDisplay.columns) -> String {
        if tensor.count == 0 { return head(tensor) + "  empty" }
        if tensor.count > maximumShown { return wrapped([head(tensor)] + statistics(tensor), columns) }
        WorkMeter.shared.spend(2 * elementWork * tensor.count)
        var text = head(tensor) + "\n"
        var writer = ElementWriter(tensor, columns: columns)
        writer.write { text += $0 }
        return text
    }

    /// Every element, in pieces.
    static func writeFull(
        _ tensor: Tensor, columns: Int = TensorDisplay.columns, _ output: (String) throws -> Void
    ) throws {
        guard tensor.count > 0 else { return try output(head(tensor) + "  empty") }
        try output(head(tensor) + "\n")
        // Once for the widths, once for the text.
        try WorkMeter.shared.charge(tensor.count, each: 2 * elementWork)
        var writer = ElementWriter(tensor, columns: columns)
        try writer.write(output)
    }

    /// `tensor 2x2 float32 [[1, 2], [3, 4]]`: as it stands in a list. What is longer than a line is summed up.
    static func inLine(_ tensor: Tensor) -> String {
        if tensor.rank == 0 { return scalar(tensor) }
        if tensor.count == 0 { return head(tensor) + " empty" }
        let summary = { ([head(tensor)] + statistics(tensor)).joined(separator: "  ") }
        if tensor.count > maximumShown { return summary() }
        WorkMeter.shared.spend(elementWork * tensor.count)
        var position = 0
        let text = head(tensor) + " " + nested(tensor, ElementFormat(tensor), axis: 0, &position)
        // A wall of brackets tells nothing.
        return text.utf8.count > columns ? summary() : text
    }

    /// `tensor 28x28x1 float32`
    static func head(_ tensor: Tensor) -> String { "tensor \(tensor.shape) \(tensor.dtype.rawValue)" }

    /// A tensor of rank 0 is shown as the number that it is.
    static func scalar(_ tensor: Tensor) -> String {
        switch tensor.dtype {
        case .float32: NumberFormatter.shortest(Float(tensor.element(0)))
        case .float64: NumberFormatter.shortest(tensor.element(0))
        case .int64, .uint8: String(tensor.integerElement(0))
        case .bool: tensor.integerElement(0) != 0 ? "True" : "False"
        }
    }

    private static func nested(_ tensor: Tensor, _ format: ElementFormat, axis: Int, _ position: inout Int) -> String {
        if axis == tensor.rank {
            position += 1
            return format.text(position - 1)
        }
        let parts = (0..<tensor.shape[axis]).map { _ in nested(tensor, format, axis: axis + 1, &position) }
        return "[\(parts.joined(separator: ", "))]"
    }

    // MARK: - Statistics

    private static func statistics(_ tensor: Tensor) -> [String] {
        WorkMeter.shared.spend(4 * elementWork)
        WorkMeter.shared.spend(tensor.count, each: statisticWork)
        let values = tensor.statistics()
        func extremum(_ value: Double) -> String {
            if !tensor.dtype.isFloating, abs(value) < 0x1p53, let whole = Int(exactly: value) { return String(whole) }
            return NumberFormatter.general(value, 4)
        }
        var parts = [
            "min \(extremum(values.min))", "max \(extremum(values.max))",
            "mean \(NumberFormatter.general(values.mean, 4))", "std \(NumberFormatter.general(values.std, 4))",
        ]
        if values.nanCount > 0 { parts.append("nan \(values.nanCount)") }
        if values.infCount > 0 { parts.append("inf \(values.infCount)") }
        let (zeros, count) = (Int128(values.zeroCount), Int128(tensor.count))
        if zeros * 10 > count { parts.append("zeros \((200 * zeros + count) / (2 * count))%") }
        return parts
    }

    /// The parts two spaces apart; where a line would be too long it goes on indented.
    private static func wrapped(_ parts: [String], _ columns: Int) -> String {
        var lines: [String] = []
        var line = ""
        for part in parts {
            if line.isEmpty {
                line = part
            } else if line.utf8.count + 2 + part.utf8.count <= columns {
                line += "  " + part
            } else {
                lines.append(line)
                line = "  " + part
            }
        }
        return (lines + [line]).joined(separator: "\n")
    }
}

/// The texts of a tensor's elements.
struct ElementFormat {
    private let tensor: Tensor

    init(_ tensor: Tensor) { self.tensor = tensor }

    /// A float with 4 significant digits, an int with all of its own.
    func text(_ index: Int) -> String {
        switch tensor.dtype {
        case .float32, .float64: NumberFormatter.general(tensor.element(index), 4)
        case .int64, .uint8: String(tensor.integerElement(index))
        case .bool: tensor.integerElement(index) != 0 ? "True" : "False"
        }
    }
}

/// Lays elements out as NumPy does: in columns of one width, nested in brackets, with an empty line between the blocks
/// of three axes; a row that is too long goes on below its first element. A last axis of one, the channel of a grey
/// picture, has no brackets: 8x8x1 is shown as the matrix that it is.
struct ElementWriter {
    private let tensor: Tensor
    /// The sizes of the axes that have brackets.
    private let sizes: [Int]
    private let format: ElementFormat
    private let width: Int
    private let columns: Int
    private var position = 0
    private var line = ""

    init(_ tensor: Tensor, columns: Int = TensorDisplay.columns) {
        self.tensor = tensor
        self.columns = columns
        format = ElementFormat(tensor)
        let dimensions = tensor.shape.dimensions
        sizes = dimensions.count > 2 && dimensions.last == 1 ? dimensions.dropLast() : dimensions
        var width = 1
        for index in 0..<tensor.count {
            // Whoever writes the elements looks at an interrupt too.
            if index & 0xFFF == 0xFFF, cnn_interrupt_pending() { break }
            width = max(width, format.text(index).utf8.count)
        }
        self.width = width
    }

    /// The lines, joined by line feeds, without one at the end.
    mutating func write(_ output: (String) throws -> Void) rethrows {
        try write(axis: 0, closing: 0, output)
        try output(line)
    }

    /// - Parameter closing: brackets of outer axes that close right after this part.
    private mutating func write(axis: Int, closing: Int, _ output: (String) throws -> Void) rethrows {
        guard axis < sizes.count - 1 else { return try writeRow(closing: closing, output) }
        line += "["
        let count = sizes[axis]
        for index in 0..<count {
            let isLast = index == count - 1
            try write(axis: axis + 1, closing: isLast ? closing + 1 : 0, output)
            if isLast { break }
            // One line feed for the axis next to the rows, one more for each further out.
            line += "," + String(repeating: "\n", count: sizes.count - 1 - axis)
            try output(line)
            line = String(repeating: " ", count: axis + 1)
        }
        line += "]"
    }

    private mutating func writeRow(closing: Int, _ output: (String) throws -> Void) rethrows {
        line += "["
        let count = sizes[sizes.count - 1]
        for index in 0..<count {
            let text = format.text(position)
            position += 1
            let isLast = index == count - 1
            // What follows at once: a comma, or the brackets that close here and a comma after them.
            let tail = isLast && sizes.count > 1 ? 2 + closing : 1
            if index > 0 {
                if line.utf8.count + 1 + width + tail > columns {
                    line += "\n"
                    try output(line)
                    line = String(repeating: " ", count: sizes.count)
                } else {
                    line += " "
                }
            }
            line += String(repeating: " ", count: max(0, width - text.utf8.count)) + text
            if !isLast { line += "," }
        }
        line += "]"
    }
}
