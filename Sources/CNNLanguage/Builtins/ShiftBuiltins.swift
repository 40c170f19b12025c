import CNNCore

/// The lecture's shift operator S_v and what a function makes of it.
enum ShiftBuiltins {
    static let all: [Builtin] = [property("is_shift_invariant"), property("is_shift_equivariant")]

    /// `shift(x, [dy, dx])`: the entry stands with the augmentations, since `shift(2)` is one.
    static func shift(_ call: Call) throws -> Value {
        Value(try shifted(try call.tensor(0), try vector(call, 1), call))
    }

    private static func vector(_ call: Call, _ index: Int) throws(CNNError) -> (Int, Int) {
        let numbers = try call.ints(index)
        if numbers.count == 1, let value = call.value(index), let number = value.wholeNumber {
            throw call.wrongType(
                index, "[dy, dx]", value,
                notes: [
                    "write [\(number), 0] to move it \(number < 0 ? "up" : "down"), "
                        + "[0, \(number)] to the \(number < 0 ? "left" : "right")"
                ])
        }
        guard numbers.count == 2 else {
            throw call.wrongValue(index, "is [dy, dx], not \(numbers.count.counting("number"))")
        }
        return (numbers[0], numbers[1])
    }

    /// The axis of the rows in [H, W], [H, W, C], [N, H, W, C].
    static func firstAxis(of x: Tensor, _ call: Call, notes: [String] = []) throws(CNNError) -> Int {
        guard (2...4).contains(x.rank) else {
            var error = ImageForm.noPicture(x.shape, call.builtin.name)
            error.notes = notes + error.notes
            throw error
        }
        return x.rank == 4 ? 1 : 0
    }

    private static func shifted(_ x: Tensor, _ v: (Int, Int), _ call: Call) throws(CNNError) -> Tensor {
        let axis = try firstAxis(of: x, call)
        var (before, after) = (Array(repeating: 0, count: x.rank), Array(repeating: 0, count: x.rank))
        var items = Array(repeating: TensorIndex.slice(nil, nil, nil), count: axis)
        for (offset, move) in [v.0, v.1].enumerated() {
            let size = x.shape[axis + offset]
            // Moved out of sight is moved by its size.
            let distance = min(max(move, -size), size)
            before[axis + offset] = max(0, distance)
            after[axis + offset] = max(0, -distance)
            let start = max(0, -distance)
            items.append(.slice(start, start + size, nil))
        }
        return try PadAxes(before: before, after: after)(x).subscripted(items)
    }

    // MARK: - Invariance and equivariance

    private static func property(_ name: String) -> Builtin {
        let isInvariance = name == "is_shift_invariant"
        return Builtin(
            name, ["f", "x", "v=None"], .lecture,
            isInvariance
                ? "whether f gives the same for x and for x shifted by one pixel (or by v); the outer quarter of x is set "
                    + "to 0 first, so that nothing is moved out of sight"
                : "whether f of x shifted by one pixel (or by v) is f of x, shifted; the outer quarter of x is set to 0 "
                    + "first, so that nothing is moved out of sight, and the results are compared inside of it",
            formula: isInvariance ? "f(x) = f(S_v x)" : "f(S_v x) = S_v f(x)",
            example: (
                isInvariance
                    ? "x = rand(12x12)\nis_shift_invariant(p -> max(p), x)\nis_shift_invariant(p -> p[5, 5], x)"
                    : "x = rand(12x12)\nis_shift_equivariant(p -> relu(p), x)\nis_shift_equivariant(p -> flip(p), x)",
                "True\nFalse\n"
            )
        ) { call in
            let f = try call.function(0)
            let x = try call.tensor(1).detached
            let vectors = call.given(2) == nil ? neighbours : [try vector(call, 2)]
            let picture = try framed(x, vectors, call)
            let plain = try result(f, picture, call)
            guard isInvariance || (2...4).contains(plain.rank) else {
                throw CNNError(
                    .rankMismatch,
                    "\(name): the function gives \(plain.shape.asTensor), and only a picture can be shifted",
                    notes: ["for a result of any shape write is_shift_invariant(f, x)"], argument: .named("f"))
            }
            for v in vectors {
                let moved = try result(f, try shifted(picture, v, call), call)
                guard isInvariance || moved.shape == plain.shape else { return .bool(false) }
                let isAlike =
                    isInvariance
                    ? isAlike(moved, plain)
                    : isAlike(
                        try core(of: moved, vectors, call), try core(of: try shifted(plain, v, call), vectors, call))
                if !isAlike { return .bool(false) }
            }
            return .bool(true)
        }
    }

    private static let neighbours = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]

    /// The picture with its outer quarter set to 0, so that nothing of it is moved out of sight, and what is moved in is
    /// as what was there.
    private static func framed(_ x: Tensor, _ vectors: [(Int, Int)], _ call: Call) throws(CNNError) -> Tensor {
        let axis = try firstAxis(of: x, call)
        let band = try frame(of: x, vectors, call)
        var (before, after) = (Array(repeating: 0, count: x.rank), Array(repeating: 0, count: x.rank))
        for offset in 0..<2 { (before[axis + offset], after[axis + offset]) = (band[offset], band[offset]) }
        return try PadAxes(before: before, after: after)(try core(of: x, vectors, call))
    }

    /// How wide the outer quarter is, and at least as wide as the shifts reach.
    private static func frame(of x: Tensor, _ vectors: [(Int, Int)], _ call: Call) throws(CNNError) -> [Int] {
        let axis = try firstAxis(of: x, call)
        var band = [0, 0]
        for offset in 0..<2 {
            let size = x.shape[axis + offset]
            let reach = vectors.map { offset == 0 ? $0.0.magnitude : $0.1.magnitude }.max() ?? 0
            // Something must be left inside of the frame.
            guard size > 0, reach <= UInt((size - 1) / 2) else {
                throw CNNError(
                    .invalidValue, "\(call.builtin.name): a picture of \(x.shape) is too small for a shift by \(reach)")
            }
            band[offset] = max(Int(reach), size / 4)
        }
        return band
    }

    /// What is inside of the frame.
    private static func core(of x: Tensor, _ vectors: [(Int, Int)], _ call: Call) throws(CNNError) -> Tensor {
        let axis = try firstAxis(of: x, call)
        let band = try frame(of: x, vectors, call)
        let items =
            Array(repeating: TensorIndex.slice(nil, nil, nil), count: axis) + [
                .slice(band[0], x.shape[axis] - band[0], nil), .slice(band[1], x.shape[axis + 1] - band[1], nil),
            ]
        return try x.subscripted(items)
    }

    private static func result(_ f: Value, _ x: Tensor, _ call: Call) throws -> Tensor {
        let value = try call.interpreter.call(f, [Value(x)])
        guard let tensor = try value.asTensor() else {
            throw CNNError(
                .typeMismatch,
                "\(call.builtin.name): the function gives \(value.describedType), not a tensor or a number")
        }
        return tensor.detached
    }

    /// Sums over a moved picture are rounded in another order.
    private static func isAlike(_ a: Tensor, _ b: Tensor) -> Bool {
        a.shape == b.shape && a.isClose(b, absolute: 1e-5, relative: 1e-4)
    }
}
