/// Which elements are reduced to one: the tensor as `[outer, length, inner]` of which the middle goes.
struct ReductionGeometry {
    let outer, length, inner: Int
    /// The order of axes that puts the reduced ones side by side, at the end; nil where they are so already.
    let order: [Int]?
    /// The input's shape in that order.
    let arranged: Shape
    /// The result without the reduced axes, and with ones in their place.
    let reduced, kept: Shape

    /// - Parameter axes: from 0, each once.
    init(_ shape: Shape, axes: [Int]) {
        let isReduced = (0..<shape.rank).map { axes.contains($0) }
        let keptSizes = shape.dimensions.enumerated().map { isReduced[$0.offset] ? 1 : $0.element }
        let reducedSizes = shape.dimensions.enumerated().filter { !isReduced[$0.offset] }.map(\.element)
        // No product of some of the sizes is larger than the product of all but the zeros, which was checked.
        let count = reducedSizes.reduce(1, *)
        kept = Shape(trusted: keptSizes, count: count)
        reduced = Shape(trusted: reducedSizes, count: count)
        // Axes of size 1 lie wherever it suits.
        let places = (0..<shape.rank).filter { isReduced[$0] && shape[$0] != 1 }
        guard let first = places.first, let last = places.last else {
            (outer, length, inner) = (shape.count, 1, 1)
            (order, arranged) = (nil, shape)
            return
        }
        if (first...last).allSatisfy({ isReduced[$0] || shape[$0] == 1 }) {
            outer = shape.dimensions[..<first].reduce(1, *)
            length = shape.dimensions[first...last].reduce(1, *)
            inner = shape.dimensions[(last + 1)...].reduce(1, *)
            (order, arranged) = (nil, shape)
        } else {
            let permutation = (0..<shape.rank).filter { !isReduced[$0] } + (0..<shape.rank).filter { isReduced[$0] }
            outer = count
            length = places.map { shape[$0] }.reduce(1, *)
            inner = 1
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
