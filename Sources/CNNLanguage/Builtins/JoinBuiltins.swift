import CNNCore

/// Several tensors to one and back.
enum JoinBuiltins {
    static let all: [Builtin] = [concat, stack, split]

    private static let concat = Builtin(
        "concat", ["list", "axis=0"], .shape, "tensors one behind the other along an axis",
        example: ("concat([tensor([1, 2]), tensor([3])])", "tensor 3 float32\n[1, 2, 3]\n")
    ) { call in
        Value(try Concat(axis: try axis(call)).apply(try some(call)))
    }

    private static let stack = Builtin(
        "stack", ["list", "axis=0"], .shape, "tensors of one shape side by side along a new axis",
        example: ("stack([tensor([1, 2]), tensor([3, 4])])", "tensor 2x2 float32\n[[1, 2],\n [3, 4]]\n")
    ) { call in
        Value(try Stack(axis: try axis(call)).apply(try some(call)))
    }

    /// `concat(a, b)`, without the brackets, is told where they belong.
    private static func axis(_ call: Call) throws(CNNError) -> Int {
        if case .tensor(let object)? = call.value(1), object.rank > 0, call.value(0)?.isTensor == true {
            throw call.wrongType(1, "an int", .tensor(object), notes: ["write \(call.builtin.name)([...])"])
        }
        if case .list(let object)? = call.value(1), case .list? = call.value(0), call.builtin.name == "concat" {
            throw call.wrongType(1, "an int", .list(object), notes: ["to join lists write list + axis"])
        }
        return try call.int(1, default: 0)
    }

    private static func some(_ call: Call) throws(CNNError) -> [Tensor] {
        let tensors = try call.tensors(0)
        guard !tensors.isEmpty else { throw call.wrongValue(0, "is empty: at least one tensor is needed") }
        // Each is looked at, however small.
        try WorkMeter.shared.charge(tensors.count, each: 400)
        return tensors
    }

    private static let split = Builtin(
        "split", ["x", "parts", "axis=0"], .shape,
        "a list of parts along an axis: so many equal ones, or of the sizes given",
        example: (
            "split(arange(4), 2)\nsplit(arange(4), [1, 3])",
            "[tensor 2 int64 [0, 1], tensor 2 int64 [2, 3]]\n[tensor 1 int64 [0], tensor 3 int64 [1, 2, 3]]\n"
        )
    ) { call in
        let x = try call.tensor(0)
        let axis = try AxisArgument.normalized(try call.int(2, default: 0), x, call)
        let sizes = try sizes(call, x.shape[axis])
        let leading = Array(repeating: TensorIndex.slice(nil, nil, nil), count: axis)
        try TensorObject.require(sizes.count)
        var parts: [Value] = []
        var start = 0
        for (place, size) in sizes.enumerated() {
            try WorkMeter.checkInterrupt(at: place)
            parts.append(Value(try x.subscripted(leading + [.slice(start, start + size, nil)])))
            start += size
        }
        return .array(parts)
    }

    private static func sizes(_ call: Call, _ length: Int) throws(CNNError) -> [Int] {
        if let count = call.value(1)?.wholeNumber {
            guard count > 0 else { throw call.wrongValue(1, "must be positive, not \(count)") }
            guard length % count == 0 else {
                let fitting = (1...min(length, 1_000)).filter { length % $0 == 0 }.prefix(8).map(String.init)
                throw CNNError(
                    .shapeMismatch, "split: an axis of size \(length) does not divide into \(count) equal parts",
                    notes: ["it divides into \(fitting.joined(separator: ", ")); or give a list of sizes"])
            }
            guard count <= 1 << 24 else { throw call.wrongValue(1, "is too large: \(count)") }
            return Array(repeating: length / count, count: count)
        }
        let sizes = try call.ints(1)
        var sum = 0
        for size in sizes {
            guard size >= 0 else { throw call.wrongValue(1, "holds a negative size: \(size)") }
            guard size <= length - sum else { sum = length + 1; break }
            sum += size
        }
        guard sum == length else {
            throw CNNError(
                .shapeMismatch,
                "split: the sizes \(call.interpreter.brief(try call.required(1))) do not add up to \(length), the size of the axis"
            )
        }
        return sizes
    }
}
