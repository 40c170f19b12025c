import CNNCore

/// The same elements in another form.
enum ShapeBuiltins {
    static let all: [Builtin] = [
        reshape, flatten, transpose, permute, squeeze, expand, flip, roll, tile, `repeat`, pad, crop,
    ]

    /// `reshape(x, 2, 3)` and `reshape(x, 2x3)`.
    private static func sizes(_ call: Call, _ what: String) throws(CNNError) -> [Int] {
        var sizes: [Int] = []
        for (place, value) in call.variadic.enumerated() {
            guard let numbers = try value.wholeNumbers() else {
                throw CNNError(
                    .typeMismatch, "\(call.builtin.name): \(what) are ints, not \(value.describedType)",
                    notes: value.sizesInQuotes.map { ["a size stands without quotes: write \($0)"] } ?? [],
                    argument: .position(place + 1))
            }
            sizes += numbers
        }
        return sizes
    }

    private static let reshape = Builtin(
        "reshape", ["x", "*size"], .shape, "the elements in the same order under another size; one -1 is computed",
        example: (
            "reshape(arange(6), 2x3)\narange(6).reshape(3, -1).shape",
            "tensor 2x3 int64\n[[0, 1, 2],\n [3, 4, 5]]\n[3, 2]\n"
        )
    ) { call in
        guard !call.variadic.isEmpty else {
            let count = try call.tensor(0).count
            throw CNNError(
                .argumentMismatch, "reshape needs the new size",
                notes: ["write reshape(x, -1) for a row of all \(count)", "it is \(call.builtin.signature)"])
        }
        return Value(try Reshape(try sizes(call, "sizes"))(try call.tensor(0)))
    }

    private static let flatten = Builtin(
        "flatten", ["x", "start=0"], .shape,
        "all elements in one row; start=1 keeps the first axis: one row for each picture of a batch",
        example: (
            "flatten(tensor([[1, 2], [3, 4]]))\nflatten(zeros(6x2x2x3), start=1).shape",
            "tensor 4 float32\n[1, 2, 3, 4]\n[6, 12]\n"
        )
    ) { call in
        let x = try call.tensor(0)
        let start = try call.int(1, default: 0)
        guard (0...max(0, x.rank - 1)).contains(start) else {
            throw call.wrongValue(1, "is from 0 to \(max(0, x.rank - 1)) for \(x.shape.asTensor), not \(start)")
        }
        let (kept, rest) = (x.shape.dimensions.prefix(start), x.shape.dimensions.dropFirst(start))
        // Not -1, which a size of 0 among the kept ones leaves open.
        return Value(try Reshape(kept + [try Shape(Array(rest)).count])(x))
    }

    private static let transpose = Builtin(
        "transpose", ["x"], .shape, "the axes in reverse order: rows become columns",
        example: ("transpose(tensor([[1, 2, 3], [4, 5, 6]]))", "tensor 3x2 float32\n[[1, 4],\n [2, 5],\n [3, 6]]\n")
    ) { call in
        let x = try call.tensor(0)
        return Value(try Permute(Array((0..<x.rank).reversed()))(x))
    }

    private static let permute = Builtin(
        "permute", ["x", "*axes"], .shape, "the axes in another order",
        example: ("permute(zeros(2x3x4), 2, 0, 1).shape", "[4, 2, 3]\n")
    ) { call in
        let x = try call.tensor(0)
        let axes = try sizes(call, "axes")
        guard axes.count == x.rank else {
            throw CNNError(
                .rankMismatch,
                "permute: \(axes.count.counting("axis is", "axes are")) given, but \(x.shape.asTensor) has \(x.rank)",
                notes: ["name each of its axes once"])
        }
        return Value(try Permute(axes)(x))
    }

    private static let squeeze = Builtin(
        "squeeze", ["x", "axis=None"], .shape, "without the axes of size 1, or without one of them",
        example: ("squeeze(zeros(1x3x1)).shape\nsqueeze(zeros(1x3x1), axis=0).shape", "[3]\n[3, 1]\n")
    ) { call in
        let x = try call.tensor(0)
        guard let axes = try call.axes(1) else { return Value(try Reshape(x.shape.dimensions.filter { $0 != 1 })(x)) }
        var dropped: [Int] = []
        for axis in axes {
            let place = try AxisArgument.normalized(axis, x, call)
            guard x.shape[place] == 1 else {
                let ones = (0..<x.rank).filter { x.shape[$0] == 1 }
                throw CNNError(
                    .shapeMismatch, "squeeze: axis \(axis) of \(x.shape.asTensor) has size \(x.shape[place]), not 1",
                    notes: ones.isEmpty ? [] : ["write squeeze(x, axis=\(ones.count == 1 ? "\(ones[0])" : "\(ones)"))"])
            }
            dropped.append(place)
        }
        return Value(
            try Reshape(x.shape.dimensions.enumerated().filter { !dropped.contains($0.offset) }.map(\.element))(x))
    }

    private static let expand = Builtin(
        "expand", ["x", "*size"], .shape, "repeated along axes of size 1, and along new ones in front",
        example: ("expand(tensor([1, 2]), 2x2)", "tensor 2x2 float32\n[[1, 2],\n [1, 2]]\n")
    ) { call in
        Value(try Broadcast(to: try Shape(try sizes(call, "sizes")))(try call.tensor(0)))
    }

    private static let flip = Builtin(
        "flip", ["x", "axis=None"], .shape, "the elements along an axis (or all axes) in reverse order",
        example: ("flip(tensor([[1, 2], [3, 4]]), axis=1)", "tensor 2x2 float32\n[[2, 1],\n [4, 3]]\n")
    ) { call in
        let x = try call.tensor(0)
        return Value(try Flip(axes: try call.axes(1) ?? Array(0..<x.rank))(x))
    }

    private static let roll = Builtin(
        "roll", ["x", "shift", "axis=None"], .shape,
        "moved along an axis, what leaves at one end coming in at the other; without an axis, all elements in a row",
        example: ("roll(tensor([1, 2, 3, 4]), 1)", "tensor 4 float32\n[4, 1, 2, 3]\n")
    ) { call in
        let x = try call.tensor(0)
        let shifts = try call.ints(1)
        guard let axes = try call.axes(2) else {
            guard shifts.count == 1 else {
                let axes = Array(0..<shifts.count)
                throw call.wrongValue(
                    1, "is one int where no axis is given",
                    notes: shifts.count <= x.rank ? ["write roll(x, \(shifts), axis=\(axes))"] : [])
            }
            return Value(try Reshape(x.shape.dimensions)(try Roll(shifts: shifts, axes: [0])(try Reshape([-1])(x))))
        }
        guard shifts.count == axes.count else {
            throw call.wrongValue(
                1, "has \(shifts.count.counting("number")) for \(axes.count.counting("axis", "axes"))")
        }
        return Value(try Roll(shifts: shifts, axes: axes)(x))
    }

    private static let tile = Builtin(
        "tile", ["x", "*repeats"], .shape, "copies of the whole beside each other, so many along each axis",
        example: ("tile(tensor([1, 2]), 2)", "tensor 4 float32\n[1, 2, 1, 2]\n")
    ) { call in
        let x = try call.tensor(0)
        let repeats = try sizes(call, "repeats")
        let rank = max(x.rank, repeats.count)
        func leading(_ list: [Int]) -> [Int] { Array(repeating: 1, count: rank - list.count) + list }
        return Value(try Tile(leading(repeats))(try Reshape(leading(x.shape.dimensions))(x)))
    }

    private static let `repeat` = Builtin(
        "repeat", ["x", "n", "axis=0"], .shape, "every slice along an axis n times",
        example: ("repeat(tensor([1, 2]), 2)", "tensor 4 float32\n[1, 1, 2, 2]\n")
    ) { call in
        let x = try call.tensor(0)
        let n = try call.int(1)
        guard n >= 0 else { throw call.wrongValue(1, "cannot be negative: \(n)") }
        let axis = try AxisArgument.normalized(try call.int(2, default: 0), x, call)
        let (count, overflow) = x.shape[axis].multipliedReportingOverflow(by: n)
        guard !overflow, count <= 1 << 28 else { throw call.wrongValue(1, "is too large: \(n)") }
        try WorkMeter.shared.charge(count)
        let places = try Tensor(integers: try LongElements.make(count) { $0 / n }, try Shape([count]))
        let items = Array(repeating: TensorIndex.slice(nil, nil, nil), count: axis) + [.tensor(places)]
        return Value(try x.subscripted(items))
    }

    // MARK: - Around a picture

    private static let pad = Builtin(
        "pad", ["x", "size", "value=0"], .shape, "a picture with a frame: n, [h, w] or [top, bottom, left, right] wide",
        example: ("pad(tensor([[1, 2]]), [0, 1, 1, 0], value=9)", "tensor 2x3 float32\n[[9, 1, 2],\n [9, 9, 9]]\n")
    ) { call in
        let x = try call.tensor(0)
        let frame = try Frame(call, 1)
        let axis = try ShiftBuiltins.firstAxis(of: x, call)
        var (before, after) = (Array(repeating: 0, count: x.rank), Array(repeating: 0, count: x.rank))
        (before[axis], after[axis]) = (frame.top, frame.bottom)
        (before[axis + 1], after[axis + 1]) = (frame.left, frame.right)
        return Value(try PadAxes(before: before, after: after, value: try call.double(2, default: 0))(x))
    }

    private static let crop = Builtin(
        "crop", ["x", "size"], .shape, "a picture without a frame: n, [h, w] or [top, bottom, left, right] wide",
        example: ("crop(reshape(arange(16), 4x4), 1)", "tensor 2x2 int64\n[[ 5,  6],\n [ 9, 10]]\n")
    ) { call in
        let x = try call.tensor(0)
        let frame = try Frame(call, 1)
        let axis = try ShiftBuiltins.firstAxis(of: x, call)
        let (height, width) = (x.shape[axis], x.shape[axis + 1])
        guard frame.top <= height, frame.bottom <= height - frame.top, frame.left <= width,
            frame.right <= width - frame.left
        else {
            throw call.wrongValue(1, "takes more away than the \(height)x\(width) pixels that are there")
        }
        let items =
            Array(repeating: TensorIndex.slice(nil, nil, nil), count: axis) + [
                .slice(frame.top, height - frame.bottom, nil), .slice(frame.left, width - frame.right, nil),
            ]
        return Value(try x.subscripted(items))
    }

    /// Pixels on the four sides of a picture.
    private struct Frame {
        let top, bottom, left, right: Int

        init(_ call: Call, _ index: Int) throws(CNNError) {
            let forms = "n, [h, w] or [top, bottom, left, right]"
            let given = try call.required(index)
            guard let count = try given.wholeNumbers()?.count else { throw call.wrongType(index, forms, given) }
            guard [1, 2, 4].contains(count),
                case .explicit(let top, let bottom, let left, let right) = try call.padding(index)
            else {
                throw call.wrongValue(
                    index, "is \(forms), not \(count.counting("number"))", notes: call.fourSides(index))
            }
            (self.top, self.bottom, self.left, self.right) = (top, bottom, left, right)
        }
    }
}
