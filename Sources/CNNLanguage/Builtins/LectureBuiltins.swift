import CNNCore

/// The lecture's arithmetic as functions.
enum LectureBuiltins {
    static let all: [Builtin] = [outputSize, samePadding, correlation, perceptron]

    private static let outputSize = Builtin(
        "output_size", ["n", "f", "stride=1", "pad=0", "dilation=1", "rounding=\"exact\""], .lecture,
        "the size of what a convolution gives: of n pixels, or of a picture n1 x n2",
        formula: "(N + 2P - F)/S + 1",
        example: (
            "output_size(32, 5, pad=2)\noutput_size(7, 3, stride=2)\noutput_size(28x32, 3x3, pad=\"same\")",
            "32\n3\n[28, 32]\n"
        )
    ) { call in
        let sizes = try call.ints(0)
        guard sizes.count == 1 || sizes.count == 2 else {
            throw call.wrongValue(
                0, "is n pixels or a picture n1 x n2, not \(sizes.count) numbers",
                notes: sizes.count == 3 ? ["leave the channels out: \(Shape.text(Array(sizes.prefix(2))))"] : [])
        }
        let windows = try perAxis(call, 1, sizes.count)
        let strides = try perAxis(call, 2, sizes.count, default: 1)
        let dilations = try perAxis(call, 4, sizes.count, default: 1)
        let rounding = try call.rounding(5, default: .exact)
        var results: [Int] = []
        for axis in sizes.indices {
            let (n, f, stride, dilation) = (sizes[axis], windows[axis], strides[axis], dilations[axis])
            guard n >= 0 else { throw call.wrongValue(0, "cannot be negative: \(n)") }
            let padding = try padding(call, axis, n, f, stride, dilation)
            results.append(
                try SizeArithmetic.outputSize(
                    n, window: f, stride: stride, padding: padding, dilation: dilation,
                    rounding: isSame(call) ? .floor : rounding))
        }
        return call.value(0)?.wholeNumber != nil ? .int(results[0]) : .array(results.map { .int($0) })
    }

    private static func isSame(_ call: Call) -> Bool {
        if case .string(let word) = call.value(3) { return word.text == "same" }
        return false
    }

    /// One number for each axis, or one for all. Positive, and small enough to reckon with.
    private static func perAxis(
        _ call: Call, _ index: Int, _ count: Int, default fallback: Int? = nil
    ) throws(CNNError) -> [Int] {
        let numbers = try call.ints(index, default: fallback.map { [$0] })
        if let wrong = numbers.first(where: { $0 < 1 || $0 > 1 << 31 }) {
            throw call.wrongValue(index, "must be positive, not \(wrong)")
        }
        guard numbers.count == count || numbers.count == 1 else {
            let axes = count == 1 ? "'\(call.parameterName(0))' is one" : "'\(call.parameterName(0))' has \(count)"
            throw call.wrongValue(index, "has \(numbers.count.counting("number")), and \(axes)")
        }
        return numbers.count == 1 ? Array(repeating: numbers[0], count: count) : numbers
    }

    /// Padding at both ends of an axis: the first is that of the rows.
    private static func padding(
        _ call: Call, _ axis: Int, _ n: Int, _ f: Int, _ stride: Int, _ dilation: Int
    ) throws(CNNError) -> (Int, Int) {
        switch try call.padding(3) {
        case .same: return try same(n, f, stride, dilation, call)
        case .full: return ((f - 1) * dilation, (f - 1) * dilation)
        case .explicit(let top, let bottom, let left, let right):
            guard max(top, bottom, left, right) <= 1 << 31 else { throw call.wrongValue(3, "is too large") }
            return axis == 0 ? (top, bottom) : (left, right)
        }
    }

    private static func same(
        _ n: Int, _ f: Int, _ stride: Int, _ dilation: Int, _ call: Call
    ) throws(CNNError) -> (Int, Int) {
        guard n <= 1 << 31 else { throw call.wrongValue(0, "is too large: \(n)") }
        return try SizeArithmetic.samePadding(n, window: f, stride: stride, dilation: dilation)
    }

    private static let samePadding = Builtin(
        "same_padding", ["n", "f", "stride=1", "dilation=1"], .lecture,
        "the zeros before and after n pixels that make the output ceil(n/stride) long",
        formula: "P = S*(ceil(N/S) - 1) + F - N, the odd one at the end",
        example: ("same_padding(28, 5)\nsame_padding(28, 4)", "[2, 2]\n[1, 2]\n")
    ) { call in
        let n = try perAxis(call, 0, 1)[0]
        let (f, stride) = (try perAxis(call, 1, 1)[0], try perAxis(call, 2, 1, default: 1)[0])
        let (before, after) = try same(n, f, stride, try perAxis(call, 3, 1, default: 1)[0], call)
        return .array([.int(before), .int(after)])
    }

    private static let correlation = Builtin(
        "correlation", ["x|a", "y|b"], .lecture, "how alike two tensors are: the cosine of the angle between them",
        formula: "sum(x*y) / (norm(x) * norm(y))",
        example: ("correlation(tensor([1, 1]), tensor([1, 0]))", "0.70710677\n")
    ) { call in
        let (x, y) = (try call.tensor(0), try call.tensor(1))
        guard x.shape == y.shape else {
            throw CNNError(.shapeMismatch, "correlation: the shapes differ: \(x.shape.asGiven) and \(y.shape.asGiven)")
        }
        let product = try Reduction(.sum)(try Binary(.multiply)(x, y))
        let lengths = try Binary(.multiply)(try Reduction(.norm)(x), try Reduction(.norm)(y))
        let cosine = try Binary(.divide)(product, lengths)
        // What rounding has made of more than 1.
        let bounded = try Binary(.minimum)(cosine, try Tensor.scalar(1, cosine.dtype))
        return Value(try Binary(.maximum)(bounded, try Tensor.scalar(-1, cosine.dtype)))
    }

    private static let perceptron = Builtin(
        "perceptron", ["x", "w", "threshold"], .lecture, "1 where the weighted sum reaches the threshold, else 0",
        formula: "1 if sum_i w_i*x_i >= T else 0",
        example: ("perceptron(tensor([1, 0, 1]), tensor([2, 5, 3]), 5)", "1\n")
    ) { call in
        let (x, w) = (try call.tensor(0), try call.tensor(1))
        guard x.shape == w.shape else {
            throw CNNError(
                .shapeMismatch,
                "perceptron: 'x' and 'w' have different shapes: \(x.shape.asGiven) and \(w.shape.asGiven)")
        }
        let sum = try Reduction(.sum)(try Binary(.multiply)(x.detached, w.detached))
        return .int(sum.element(0) >= (try call.double(2)) ? 1 : 0)
    }
}
