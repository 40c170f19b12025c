/// One item between the brackets of `x[…]`.
public enum TensorIndex {
    case at(Int), slice(Int?, Int?, Int?), ellipsis, newAxis
    /// int64: gathers along the axis; bool: a mask (its rank is the number of axes it takes).
    case tensor(Tensor)

    /// How many axes of the indexed tensor it takes.
    fileprivate var axisCount: Int {
        switch self {
        case .at, .slice: 1
        case .ellipsis, .newAxis: 0
        case .tensor(let index): index.dtype == .bool ? index.rank : 1
        }
    }
}

/// What an index expression means for a tensor of a certain shape.
struct IndexPlan {
    /// The part that ints, slices and new axes choose: a layout in the tensor's elements. Axes that index tensors take
    /// are one axis in it, whole.
    private(set) var offset = 0
    private(set) var shape: [Int] = []
    private(set) var steps: [Int] = []
    /// The axis of that part along which is gathered, and the int64 positions, which were checked.
    private(set) var gathered: (axis: Int, positions: Tensor)?

    /// - Throws: E0306 for too many indices, E0403 for one out of range, E0404, E0302 for a mask of another shape,
    ///   E0207 for an index tensor of floats.
    init(_ items: [TensorIndex], _ tensor: Shape) throws(CNNError) {
        let taken = items.reduce(0) { $0 + $1.axisCount }
        let ellipses = items.count { if case .ellipsis = $0 { true } else { false } }
        guard ellipses <= 1 else { throw CNNError(.invalidValue, "an index can have only one '...'") }
        guard taken <= tensor.rank else {
            throw CNNError(
                .rankMismatch,
                "\(taken.counting("index is", "indices are")) too many for \(tensor.asTensor): "
                    + "it has \(tensor.rank.counting("axis", "axes"))", argument: .position(tensor.rank))
        }
        let all = AxisNumbers.rowMajor(tensor.dimensions)
        var axis = 0
        var advanced: [AdvancedIndex] = []
        func whole(_ count: Int, _ plan: inout IndexPlan) {
            for _ in 0..<count {
                plan.shape.append(tensor[axis])
                plan.steps.append(all[axis])
                axis += 1
            }
        }
        for item in items {
            switch item {
            case .at(let index):
                offset += try IndexPlan.position(index, axis, tensor) * all[axis]
                axis += 1
            case .slice(let start, let stop, let step):
                let range = try SliceRange(start, stop, step, tensor[axis])
                offset += range.first * all[axis]
                shape.append(range.count)
                steps.append(range.count > 1 ? range.step * all[axis] : 0)
                axis += 1
            case .ellipsis: whole(tensor.rank - taken, &self)
            case .newAxis:
                shape.append(1)
                steps.append(0)
            case .tensor(let index):
                let next = try AdvancedIndex(index, axis, tensor, place: shape.count)
                if let last = advanced.last, last.axis + last.axisCount != axis || last.place != shape.count {
                    throw IndexPlan.apartError
                }
                advanced.append(next)
                axis += next.axisCount
            }
        }
        whole(tensor.rank - axis, &self)
        guard let first = advanced.first, let last = advanced.last else { return }
        let size = advanced.reduce(1) { $0 * $1.size }
        shape.insert(size, at: first.place)
        steps.insert(all[last.axis + last.axisCount - 1], at: first.place)
        gathered = (first.place, try IndexPlan.joined(advanced))
    }

    /// What ints and slices alone choose: all of it, in order.
    var isWhole: Bool { offset == 0 && isRowMajor }

    /// Whether the elements of the part lie one behind the other.
    var isRowMajor: Bool {
        var expected = 1
        for axis in shape.indices.reversed() where shape[axis] != 1 {
            if steps[axis] != expected { return false }
            expected *= shape[axis]
        }
        return true
    }

    /// The shape of what is read or assigned.
    func resultShape() throws(CNNError) -> Shape {
        guard let gathered else { return try Shape(shape) }
        return try Shape(
            shape[..<gathered.axis] + gathered.positions.shape.dimensions + shape[(gathered.axis + 1)...])
    }

    static func position(_ index: Int, _ axis: Int, _ tensor: Shape) throws(CNNError) -> Int {
        let size = tensor[axis]
        let place = index < 0 ? index &+ size : index
        guard place >= 0, place < size else {
            let elements = "\(size) element\(size == 1 ? "" : "s")"
            let place =
                tensor.rank == 1
                ? "the tensor has \(elements)" : "axis \(axis) of \(tensor.asTensor) has \(elements)"
            throw CNNError(
                .indexOutOfRange, "index \(index) is out of range: \(place)",
                notes: size > 0
                    ? ["indices run from 0 to \(size - 1), or from -\(size) to -1 counted from the end"] : [])
        }
        return place
    }

    private static let apartError = CNNError(
        .invalidValue, "index tensors that stand apart are too much for one index",
        notes: ["index in two steps: y = x[i], then y[:, j]"])

    /// Several index tensors side by side count as one along their axes together: x[i, j] of m x n is at i*n + j. They
    /// are repeated to each other as in NumPy, so that [[0], [2]] and [1, 3] choose two rows and two columns.
    private static func joined(_ list: [AdvancedIndex]) throws(CNNError) -> Tensor {
        var result = list[0].positions
        for next in list.dropFirst() {
            guard let union = Broadcasting.union(result.shape, next.positions.shape) else {
                throw CNNError(
                    .broadcastMismatch,
                    "index tensors of \(result.shape) and \(next.positions.shape) do not go together")
            }
            let shape = try Shape(union)
            try WorkMeter.shared.charge(shape.count)
            let first = try Broadcast.repeated(result, to: shape)
            let second = try Broadcast.repeated(next.positions, to: shape)
            result = try Binary(.add)(
                try Binary(.multiply).apply(first, scalar: next.size, scalarOnLeft: false), second)
        }
        return result
    }
}

/// A slice's positions along an axis, clamped as in Python.
struct SliceRange {
    let first, count, step: Int

    /// - Throws: E0404 for a step of 0.
    init(_ start: Int?, _ stop: Int?, _ step: Int?, _ size: Int) throws(CNNError) {
        let step = step ?? 1
        guard step != 0 else {
            throw CNNError(
                .invalidValue, "a slice's step cannot be 0", notes: ["to go backwards write x[::-1]"])
        }
        func clamped(_ value: Int, _ low: Int, _ high: Int) -> Int {
            let wrapped = value < 0 ? (value < -size ? -1 : value + size) : value
            return min(max(wrapped, low), high)
        }
        self.step = step
        if step > 0 {
            first = start.map { clamped($0, 0, size) } ?? 0
            let end = stop.map { clamped($0, 0, size) } ?? size
            count = end > first ? (end - first - 1) / step + 1 : 0
        } else {
            let last = start.map { clamped($0, -1, size - 1) } ?? size - 1
            let end = stop.map { clamped($0, -1, size - 1) } ?? -1
            // -Int.min is no Int.
            count = last > end ? (last - end - 1) / (step == .min ? .max : -step) + 1 : 0
            first = max(last, 0)
        }
    }
}

/// An index tensor or a mask, as positions along the axes that it takes.
private struct AdvancedIndex {
    let axis, axisCount: Int
    /// Elements of these axes together.
    let size: Int
    /// int64, from 0 to below `size`.
    let positions: Tensor
    /// The axis of the result that it begins.
    let place: Int

    init(_ index: Tensor, _ axis: Int, _ tensor: Shape, place: Int) throws(CNNError) {
        self.axis = axis
        self.place = place
        switch index.dtype {
        case .bool:
            axisCount = index.rank
            let covered = Array(tensor.dimensions[axis..<(axis + index.rank)])
            guard covered == index.shape.dimensions else {
                throw CNNError(
                    .shapeMismatch, "a mask of \(index.shape) does not fit \(tensor.asTensor)",
                    label: "the mask is \(index.shape), the axes that it stands for are \(Shape.text(covered))")
            }
            guard index.rank > 0 else {
                throw CNNError(.invalidValue, "a single bool is no index", notes: ["write if ... { } around it"])
            }
            size = index.count
            positions = try AdvancedIndex.places(index)
        case .int64, .uint8:
            axisCount = 1
            size = tensor[axis]
            positions = try AdvancedIndex.wrapped(try Cast.converted(index.detached, to: .int64), axis, tensor)
        case .float32, .float64:
            throw CNNError(
                .dtypeMismatch, "an index tensor is int64 or bool, not \(index.dtype.rawValue)",
                notes: ["write .to(int64) behind it"])
        }
    }

    /// Where the mask holds, in row-major order.
    private static func places(_ mask: Tensor) throws(CNNError) -> Tensor {
        try WorkMeter.shared.charge(mask.count)
        let flags = mask.pointer(UInt8.self)
        var count = 0
        for index in 0..<mask.count { count += Int(flags[index]) }
        var result = try Tensor(uninitialized: try Shape([count]), .int64)
        let target = try result.mutablePointer(Int.self)
        var next = 0
        for index in 0..<mask.count where flags[index] != 0 && next < count {
            target[next] = index
            next += 1
        }
        return result
    }

    private static func wrapped(_ index: Tensor, _ axis: Int, _ tensor: Shape) throws(CNNError) -> Tensor {
        try WorkMeter.shared.charge(index.count)
        let values = index.pointer(Int.self)
        let size = tensor[axis]
        var isPlain = true
        for place in 0..<index.count where values[place] < 0 || values[place] >= size { isPlain = false }
        if isPlain { return index }
        var result = index
        let target = try result.mutablePointer(Int.self)
        for place in 0..<index.count { target[place] = try IndexPlan.position(target[place], axis, tensor) }
        return result
    }
}
