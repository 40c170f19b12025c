/// How operands of different shapes go together: as in NumPy, and the result has the shape of one of them.
enum Broadcasting {
    /// - Parameter what: what is computed, for the message: `x + y`.
    /// - Throws: E0303 with both shapes and ways out.
    static func shape(
        _ a: Shape, _ b: Shape, _ what: @autoclosure () -> String, operands: (String, String) = ("x", "y")
    ) throws(CNNError) -> Shape {
        if a == b { return a }
        if let result = fitting(a, b) { return result }
        throw error(a, b, what(), operands)
    }

    /// The shape of one of the two that the other can be repeated to; nil where there is none.
    static func fitting(_ a: Shape, _ b: Shape) -> Shape? {
        if isRepeatable(b, to: a) { return a }
        return isRepeatable(a, to: b) ? b : nil
    }

    /// Whether axes of size 1 and missing leading ones are all that `shape` lacks.
    static func isRepeatable(_ shape: Shape, to output: Shape) -> Bool {
        let leading = output.rank - shape.rank
        guard leading >= 0 else { return false }
        for axis in 0..<shape.rank where shape[axis] != 1 && shape[axis] != output[leading + axis] { return false }
        return true
    }

    /// NumPy's result, whatever shape it has; nil where sizes differ.
    static func union(_ a: Shape, _ b: Shape) -> [Int]? {
        let rank = max(a.rank, b.rank)
        var result: [Int] = []
        for axis in 0..<rank {
            let (i, j) = (axis - rank + a.rank, axis - rank + b.rank)
            let (left, right) = (i < 0 ? 1 : a[i], j < 0 ? 1 : b[j])
            guard left == right || left == 1 || right == 1 else { return nil }
            result.append(left == 1 ? right : left)
        }
        return result
    }

    // MARK: - The gradient

    /// The gradient with respect to an operand of `spec` from the one with respect to what it was repeated to: the sum
    /// over the repeated axes, in the operand's dtype.
    static func reduced(_ gradient: Tensor, to spec: TensorSpec) throws(CNNError) -> Tensor {
        var result = gradient
        if gradient.shape != spec.shape {
            let leading = gradient.rank - spec.shape.rank
            let axes = (0..<gradient.rank).filter { axis in
                axis < leading || (spec.shape[axis - leading] == 1 && gradient.shape[axis] != 1)
            }
            let sum = try ReductionKernels.reduce(.sum, ReductionGeometry(gradient.shape, axes: axes), gradient)
            result = Tensor(sharing: sum, shape: spec.shape)
        }
        return result.dtype == spec.dtype ? result : try Cast.converted(result, to: spec.dtype)
    }

    // MARK: - The error

    private static func error(_ a: Shape, _ b: Shape, _ what: String, _ operands: (String, String)) -> CNNError {
        let (x, y) = operands
        var notes: [String] = []
        var seen: [String] = []
        func offer(_ text: String, _ result: Shape?) {
            guard let result, notes.count < 3, !seen.contains(text) else { return }
            seen.append(text)
            notes.append("write \(text): the result is then \(result)")
        }
        let message: String
        if let union = union(a, b) {
            message =
                "\(what): \(x) is \(a) and \(y) is \(b): the result would be \(Shape.text(union)), the shape of neither"
        } else {
            message = "\(what): \(x) is \(a) and \(y) is \(b): these shapes do not go together"
        }
        // Elsewhere `*` is the product of matrices.
        if what.hasSuffix("\(x) * \(y)"), a.rank == 2, b.rank == 2, a[1] == b[0] {
            offer("\(x) @ \(y) for the product of matrices", try? Shape([a[0], b[1]]))
        }
        let withoutReshapings = notes.count
        for candidate in reshapings(of: a, beside: b) {
            offer("reshape(\(x), \(Shape.list(candidate.dimensions)))", fitting(candidate, b))
        }
        for candidate in reshapings(of: b, beside: a) {
            offer("reshape(\(y), \(Shape.list(candidate.dimensions)))", fitting(a, candidate))
        }
        // A matrix that was turned is likely only where nothing simpler fits.
        let isTurnable = notes.count == withoutReshapings
        if isTurnable, a.rank == 2, let turned = try? Shape(a.dimensions.reversed()) {
            offer("transpose(\(x))", fitting(turned, b))
        }
        if isTurnable, b.rank == 2, let turned = try? Shape(b.dimensions.reversed()) {
            offer("transpose(\(y))", fitting(a, turned))
        }
        if let union = union(a, b), let whole = try? Shape(union) {
            notes.append("for all pairs, as in NumPy, write expand(\(x), \(Shape.list(whole.dimensions)))")
        }
        return CNNError(.broadcastMismatch, message, label: "\(a) and \(b)", notes: notes)
    }

    /// Forms of the smaller operand that fit the other: without its axes of size 1, or with such axes put where its
    /// sizes are found in the other.
    private static func reshapings(of shape: Shape, beside other: Shape) -> [Shape] {
        let sizes = shape.dimensions.filter { $0 != 1 }
        guard shape.count <= other.count, !sizes.isEmpty, sizes.count <= other.rank else { return [] }
        var results: [Shape] = []
        var places = [Int](repeating: 0, count: sizes.count)
        func place(_ index: Int, from start: Int) {
            guard index < sizes.count else {
                var dimensions = [Int](repeating: 1, count: other.rank - places[0])
                for (position, size) in zip(places, sizes) { dimensions[position - places[0]] = size }
                if dimensions != shape.dimensions, let result = try? Shape(dimensions) { results.append(result) }
                return
            }
            for axis in start..<max(start, other.rank) where other[axis] == sizes[index] && results.count < 4 {
                places[index] = axis
                place(index + 1, from: axis + 1)
            }
        }
        place(0, from: 0)
        // The fewest axes first: reshape(x, [3]) before reshape(x, [1, 3]).
        return results.sorted { $0.rank < $1.rank }
    }
}
