import CNNCore

/// An index expression, and what it chooses worked out element by element.
struct IndexCase {
    let items: [TensorIndex]
    let shape: [Int]
    /// For each element of the result in row-major order, the position in the tensor.
    let places: [Int]

    /// What one axis of the result comes from.
    private enum Axis {
        /// Positions along axis `axis` of the tensor.
        case along(axis: Int, positions: [Int])
        case new
        /// Positions over several axes at once, in the shape of an index tensor or a mask.
        case joint(axes: [Int], shape: [Int], positions: [[Int]])
    }

    /// Ints, slices of any step, an ellipsis, new axes, and at most one index tensor, mask or pair of index tensors.
    static func random(_ tensor: Shape, _ random: inout TestRandom) throws -> IndexCase {
        var items: [TensorIndex] = []
        var axes: [Axis] = []
        var offsets: [Int: Int] = [:]
        let gatherAt = random.bool() ? random.int(0...max(tensor.rank - 1, 0)) : -1
        var axis = 0
        let ellipsisAt = random.int(-1...tensor.rank)
        var hasEllipsis = false
        while axis < tensor.rank {
            if random.int(0...5) == 0 {
                items.append(.newAxis)
                axes.append(.new)
            }
            if axis == ellipsisAt, !hasEllipsis, axis > gatherAt {
                hasEllipsis = true
                let count = random.int(0...(tensor.rank - axis))
                items.append(.ellipsis)
                for _ in 0..<count {
                    axes.append(.along(axis: axis, positions: Array(0..<tensor[axis])))
                    axis += 1
                }
                // What an ellipsis leaves must be written out.
                continue
            }
            let size = tensor[axis]
            if axis == gatherAt, size > 0 {
                let choice = random.int(0...2)
                let width = min(tensor.rank - axis, random.int(1...2))
                let covered = Array(axis..<(axis + width))
                if choice == 0 {
                    let maskShape = try Shape(covered.map { tensor[$0] })
                    let mask = try random.integers(maskShape, in: 0...1)
                    let chosen = (0..<mask.count).filter { mask.integerElement($0) != 0 }
                    items.append(.tensor(try mask.converted(to: .bool)))
                    axes.append(
                        .joint(axes: covered, shape: [chosen.count], positions: chosen.map { unravel($0, maskShape) }))
                    axis += width
                } else if covered.allSatisfy({ tensor[$0] > 0 }) {
                    let indexShape = try random.shape(0...2)
                    var lists: [[Int]] = []
                    for place in covered {
                        let index = try random.integers(indexShape, in: -tensor[place]...(tensor[place] - 1))
                        items.append(.tensor(index))
                        lists.append(index.integers().map { $0 < 0 ? $0 + tensor[place] : $0 })
                    }
                    let positions = (0..<indexShape.count).map { element in lists.map { $0[element] } }
                    axes.append(.joint(axes: covered, shape: indexShape.dimensions, positions: positions))
                    axis += width
                } else {
                    items.append(.slice(nil, nil, nil))
                    axes.append(.along(axis: axis, positions: Array(0..<size)))
                    axis += 1
                }
            } else if size > 0, random.int(0...2) == 0 {
                let index = random.int(-size...(size - 1))
                items.append(.at(index))
                offsets[axis] = index < 0 ? index + size : index
                axis += 1
            } else {
                let (item, positions) = slice(size, &random)
                items.append(item)
                axes.append(.along(axis: axis, positions: positions))
                axis += 1
            }
        }
        return resolved(items, axes, offsets, tensor)
    }

    private static func slice(_ size: Int, _ random: inout TestRandom) -> (TensorIndex, [Int]) {
        let start = random.bool() ? random.int(-size - 2...size + 2) : nil
        let stop = random.bool() ? random.int(-size - 2...size + 2) : nil
        let step = [nil, 1, 2, 3, -1, -2].randomElement(using: &random) ?? nil
        // Python's definition, by stepping.
        let stride = step ?? 1
        func wrapped(_ value: Int) -> Int { value < 0 ? value + size : value }
        var position: Int
        var positions: [Int] = []
        if stride > 0 {
            position = max(0, start.map(wrapped) ?? 0)
            let end = min(size, max(0, stop.map(wrapped) ?? size))
            while position < end { positions.append(position); position += stride }
        } else {
            position = min(size - 1, max(-1, start.map(wrapped) ?? size - 1))
            let end = max(-1, stop.map(wrapped) ?? -1)
            while position > end { positions.append(position); position += stride }
        }
        return (.slice(start, stop, step), positions)
    }

    private static func unravel(_ index: Int, _ shape: Shape) -> [Int] {
        var rest = index
        var position = [Int](repeating: 0, count: shape.rank)
        for axis in (0..<shape.rank).reversed() {
            position[axis] = rest % shape[axis]
            rest /= shape[axis]
        }
        return position
    }

    private static func resolved(
        _ items: [TensorIndex], _ axes: [Axis], _ fixed: [Int: Int], _ tensor: Shape
    ) -> IndexCase {
        var shape: [Int] = []
        var places = [[Int: Int]()]
        places[0] = fixed
        for axis in axes {
            switch axis {
            case .new: shape.append(1)
            case .along(let axis, let positions):
                shape.append(positions.count)
                places = places.flatMap { place in
                    positions.map { position in place.merging([axis: position]) { $1 } }
                }
            case .joint(let axes, let sizes, let positions):
                shape += sizes
                places = places.flatMap { place in
                    positions.map { position in place.merging(zip(axes, position).map { ($0, $1) }) { $1 } }
                }
            }
        }
        let flat = places.map { place in
            (0..<tensor.rank).reduce(0) { $0 * tensor[$1] + (place[$1] ?? 0) }
        }
        return IndexCase(items: items, shape: shape, places: flat)
    }
}
