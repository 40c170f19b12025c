/// Which elements are reduced to one: the tensor as `[outer, length, inner]` of which the middle goes.
struct ReductionGeometry {
    let outer, length, inner: Int
    /// The order of axes that puts the reduced ones side by side, at the end; nil where they are so already.
    let order: [Int]?
    /// The input's shape in that order.
    let arranged: Shape
    /// The result without the reduced axes, and with ones in their place.
    let reduced, kept: Shape

    /// All axes.
    init(all shape: Shape) {
        (outer, length, inner) = (1, shape.count, 1)
        (order, arranged) = (nil, shape)
        reduced = .scalar
        kept = shape.rank == 0 ? .scalar : Shape(trusted: [Int](repeating: 1, count: shape.rank), count: 1)
    }

    /// - Parameter axes: from 0, each once.
    init(_ shape: Shape, axes: [Int]) {
        var mask: UInt8 = 0
        for axis in axes { mask |= 1 << UInt8(truncatingIfNeeded: axis) }
        func isReduced(_ axis: Int) -> Bool { mask >> UInt8(truncatingIfNeeded: axis) & 1 == 1 }
        var keptSizes = shape.dimensions
        var reducedSizes: [Int] = []
        // Axes of size 1 lie wherever it suits: these are the first and the last that count.
        var (first, last) = (-1, -1)
        // No product of some of the sizes overflows: a Shape has checked that of all but the zeros.
        var (count, length) = (1, 1)
        for axis in 0..<shape.rank {
            if isReduced(axis) {
                keptSizes[axis] = 1
                length *= shape[axis]
                guard shape[axis] != 1 else { continue }
                if first < 0 { first = axis }
                last = axis
            } else {
                reducedSizes.append(shape[axis])
                count *= shape[axis]
            }
        }
        kept = Shape(trusted: keptSizes, count: count)
        reduced = Shape(trusted: reducedSizes, count: count)
        self.length = length
        if first < 0 {
            (outer, inner) = (shape.count, 1)
            (order, arranged) = (nil, shape)
        } else if (first...last).allSatisfy({ isReduced($0) || shape[$0] == 1 }) {
            outer = shape.dimensions[..<first].reduce(1, *)
            inner = shape.dimensions[(last + 1)...].reduce(1, *)
            (order, arranged) = (nil, shape)
        } else {
            let permutation = (0..<shape.rank).filter { !isReduced($0) } + (0..<shape.rank).filter { isReduced($0) }
            (outer, inner) = (count, 1)
            order = permutation
            arranged = Shape(trusted: permutation.map { shape[$0] }, count: shape.count)
        }
    }

    /// The input in the order of axes that the reduction works in.
    func arrange(_ x: Tensor) throws(CNNError) -> Tensor {
        guard let order else { return x }
        return try Permute.permuted(x, order, arranged)
    }

    /// Back from `arrange`: a tensor of the input's shape.
    func restore(_ x: Tensor, _ shape: Shape) throws(CNNError) -> Tensor {
        guard let order else { return x }
        var inverse = [Int](repeating: 0, count: order.count)
        for (place, axis) in order.enumerated() { inverse[axis] = place }
        return try Permute.permuted(x, inverse, shape)
    }
}
