import CNNCore

/// Order along an axis.
enum SortBuiltins {
    static let all: [Builtin] = [sort, argsort, topk, unique]

    private static let sort = Builtin(
        "sort", ["x", "axis=-1", "descending=False"], .reduce, "the elements along an axis in order, nan last",
        example: ("sort(tensor([3, 1, 2]))", "tensor 3 float32\n[1, 2, 3]\n")
    ) { call in
        let (x, axis) = try operand(call, axis: 1)
        return Value(try Sort(axis: axis, descending: try call.bool(2, default: false))(x))
    }

    private static let argsort = Builtin(
        "argsort", ["x", "axis=-1", "descending=False"], .reduce,
        "the positions that put the elements along an axis in order",
        example: ("argsort(tensor([3, 1, 2]))", "tensor 3 int64\n[1, 2, 0]\n")
    ) { call in
        let (x, axis) = try operand(call, axis: 1)
        return Value(try ArgSort(axis: axis, descending: try call.bool(2, default: false))(x))
    }

    /// The tensor and its axis; None makes one row of all elements, as in NumPy.
    private static func operand(_ call: Call, axis index: Int) throws(CNNError) -> (x: Tensor, axis: Int) {
        let x = try tensor(call)
        if case .some(.none) = call.value(index) { return (try Reshape([x.count])(x), 0) }
        return (x, try call.int(index, default: -1))
    }

    private static func tensor(_ call: Call) throws(CNNError) -> Tensor {
        if case .list = call.value(0) {
            throw call.wrongType(0, "a tensor", try call.required(0), notes: ["for a list write sorted(...)"])
        }
        return try call.tensor(0)
    }

    private static let topk = Builtin(
        "topk", ["x", "k", "axis=-1"], .reduce, "the k largest elements along an axis, and their positions",
        example: (
            "values, places = topk(tensor([3, 9, 1, 7]), 2)\nvalues\nplaces",
            "tensor 2 float32\n[9, 7]\ntensor 2 int64\n[1, 3]\n"
        )
    ) { call in
        let (x, wanted) = try operand(call, axis: 2)
        let axis = try AxisArgument.normalized(wanted, x, call)
        let k = try call.int(1)
        guard (0...x.shape[axis]).contains(k) else {
            throw call.wrongValue(1, "is from 0 to \(x.shape[axis]), the size of the axis, not \(k)")
        }
        let items = Array(repeating: TensorIndex.slice(nil, nil, nil), count: axis) + [.slice(0, k, nil)]
        let values = try Sort(axis: axis, descending: true)(x).subscripted(items)
        let places = try ArgSort(axis: axis, descending: true)(x).subscripted(items)
        return .array([Value(values), Value(places)])
    }

    private static let unique = Builtin(
        "unique", ["x"], .reduce, "the different elements, in order",
        example: ("unique(tensor([2, 1, 2, 3, 1]))", "tensor 3 float32\n[1, 2, 3]\n")
    ) { call in
        let x = try call.tensor(0).detached
        let sorted = try Sort(axis: 0, descending: false)(try x.reshaped([x.count]))
        guard sorted.count > 1 else { return Value(sorted) }
        let isNew = try Comparison(.notEqual)(
            try sorted.subscripted([.slice(1, nil, nil)]), try sorted.subscripted([.slice(nil, -1, nil)]))
        let first = try Tensor.full(try Shape([1]), 1, .bool)
        return Value(try sorted.subscripted([.tensor(try Concat(axis: 0)(first, isNew))]))
    }
}

/// Axes as arguments.
enum AxisArgument {
    /// An axis counted from the front.
    /// - Throws: E0306 for one that the tensor does not have.
    static func normalized(_ axis: Int, _ x: Tensor, _ call: Call) throws(CNNError) -> Int {
        let normalized = axis < 0 ? axis + x.rank : axis
        guard normalized >= 0, normalized < x.rank else {
            let axes = x.rank == 0 ? "none" : x.rank == 1 ? "only axis 0" : "axes 0 to \(x.rank - 1)"
            throw CNNError(
                .rankMismatch, "\(call.builtin.name): there is no axis \(axis) in \(x.shape.asTensor)",
                notes: ["it has \(axes)"])
        }
        return normalized
    }
}
