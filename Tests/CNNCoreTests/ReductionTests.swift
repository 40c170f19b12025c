import CNNCore
import Testing

/// Reductions against sums worked out element by element.
struct ReductionTests {
    /// The elements of each group that axes reduce to one, in row-major order of the result.
    private func groups(_ x: Tensor, _ axes: [Int]) -> [[Double]] {
        let dimensions = x.shape.dimensions
        var keys: [[Int]] = []
        var groups: [[Double]] = []
        for index in 0..<x.count {
            var rest = index
            var key: [Int] = []
            for axis in dimensions.indices.reversed() {
                if !axes.contains(axis) { key.insert(rest % dimensions[axis], at: 0) }
                rest /= dimensions[axis]
            }
            if let place = keys.firstIndex(of: key) {
                groups[place].append(x.element(index))
            } else {
                keys.append(key)
                groups.append([x.element(index)])
            }
        }
        let order = keys.indices.sorted { keys[$0].lexicographicallyPrecedes(keys[$1]) }
        return order.map { groups[$0] }
    }

    private func expected(_ kind: Reduction.Kind, _ values: [Double]) -> Double {
        let count = Double(values.count)
        let sum = values.reduce(0, +)
        let squares = values.reduce(0) { $0 + ($1 - sum / count) * ($1 - sum / count) }
        switch kind {
        case .sum: return sum
        case .mean: return sum / count
        case .variance: return squares / count
        case .standardDeviation: return (squares / count).squareRoot()
        case .product: return values.reduce(1, *)
        case .minimum: return values.min() ?? .nan
        case .maximum: return values.max() ?? .nan
        case .norm: return values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        case .any: return values.contains { $0 != 0 } ? 1 : 0
        case .all: return values.allSatisfy { $0 != 0 } ? 1 : 0
        }
    }

    @Test(arguments: Reduction.Kind.allCases)
    func allAxes(_ kind: Reduction.Kind) throws {
        for seed in 0..<60 {
            var random = TestRandom(seed)
            let shape = try random.shape(sizes: 1...4)
            let wide = try random.distinct(shape, in: -2...2)
            var axes = (0..<shape.rank).filter { _ in random.bool() }
            let groups = groups(wide, axes)
            let kept = (0..<shape.rank).map { axes.contains($0) ? 1 : shape[$0] }
            let reduced = (0..<shape.rank).filter { !axes.contains($0) }.map { shape[$0] }
            axes = axes.map { random.bool() ? $0 : $0 - shape.rank }
            for dtype in [DType.float64, .float32] {
                let x = try wide.converted(to: dtype)
                let result = try Reduction(kind, axes: axes)(x)
                #expect(result.shape.dimensions == reduced)
                #expect(result.dtype == (kind == .any || kind == .all ? .bool : dtype))
                let error = relativeError(result.doubles(), groups.map { expected(kind, $0) })
                #expect(error < (dtype == .float64 ? 1e-12 : 1e-4), "\(kind) seed \(seed)")
                let wider = try Reduction(kind, axes: axes, keep: true)(x)
                #expect(wider.shape.dimensions == kept)
                #expect(wider.sameElements(try result.reshaped(kept)))
            }
        }
    }

    @Test func positions() throws {
        for seed in 0..<60 {
            var random = TestRandom(seed)
            let shape = try random.shape(1...4, sizes: 1...4)
            let x = try random.integers(shape, in: -2...2)
            let axis = random.int(0...(shape.rank - 1))
            for maximum in [false, true] {
                let places = groups(x, [axis]).map { values -> Int in
                    let best = (maximum ? values.max() : values.min()) ?? 0
                    return values.firstIndex(of: best) ?? -1
                }
                for dtype in [DType.int64, .float32, .float64] {
                    let result = try ArgReduction(maximum: maximum, axis: axis - shape.rank)(try x.converted(to: dtype))
                    #expect(result.integers() == places)
                    #expect(result.dtype == .int64)
                }
                let values = x.doubles()
                let best = (maximum ? values.max() : values.min()) ?? 0
                let flat = try ArgReduction(maximum: maximum, axis: nil)(x)
                #expect(flat.rank == 0)
                #expect(flat.integers() == [values.firstIndex(of: best) ?? -1])
            }
        }
        let x = try Tensor(doubles: [1, .nan, 3, .nan], try Shape([4]), .float32)
        #expect(try ArgReduction(maximum: true, axis: nil)(x).integers() == [1])
        #expect(try ArgReduction(maximum: false, axis: 0, keep: true)(x).shape.dimensions == [1])
        #expect(try Reduction(.maximum)(x).element(0).isNaN)
    }

    @Test func emptyTensors() throws {
        let x = try Tensor.full(try Shape([0, 3]), 0, .float32)
        #expect(try Reduction(.sum)(x).doubles() == [0])
        #expect(try Reduction(.sum, axes: [0])(x).doubles() == [0, 0, 0])
        #expect(try Reduction(.product)(x).doubles() == [1])
        #expect(try Reduction(.norm)(x).doubles() == [0])
        #expect(try Reduction(.any)(x).integers() == [0])
        #expect(try Reduction(.all)(x).integers() == [1])
        for kind in [Reduction.Kind.minimum, .maximum, .mean, .variance, .standardDeviation] {
            #expect(thrownCode { try Reduction(kind)(x) } == .invalidValue, "\(kind)")
            #expect(thrownCode { try Reduction(kind, axes: [0])(x) } == .invalidValue, "\(kind)")
            #expect(try Reduction(kind, axes: [1])(x).shape.dimensions == [0], "\(kind)")
        }
        #expect(thrownCode { try ArgReduction(maximum: true, axis: nil)(x) } == .invalidValue)
        #expect(try ArgReduction(maximum: true, axis: 1)(x).shape.dimensions == [0])
        #expect(try CumulativeSum(axis: nil)(x).shape.dimensions == [0])
        #expect(try Sort(axis: 0, descending: false)(x).shape.dimensions == [0, 3])
        let bytes = try Tensor.full(try Shape([0, 3]), 0, .uint8)
        #expect(try Reduction(.sum, axes: [0])(bytes).integers() == [0, 0, 0])
    }

    @Test func wrongAxes() throws {
        let x = try Tensor.full(try Shape([2, 3]), 1, .float32)
        let error = thrownError { try Reduction(.sum, axes: [2])(x) }
        #expect(error?.code == .rankMismatch)
        #expect(error?.message == "sum: there is no axis 2 in a tensor of 2x3")
        #expect(error?.notes == ["it has the axes 0 to 1"])
        #expect(thrownCode { try Reduction(.sum, axes: [0, -2])(x) } == .invalidValue)
        #expect(thrownCode { try Sort(axis: -3, descending: true)(x) } == .rankMismatch)
        #expect(thrownCode { try CumulativeSum(axis: .min)(x) } == .rankMismatch)
        #expect(
            thrownCode { try ArgReduction(maximum: true, axis: 0)(try Tensor.scalar(1, .float32)) } == .rankMismatch)
        let spread = thrownError { try Reduction(.variance, axes: [0], ddof: 2)(x) }
        #expect(spread?.message == "var: 2 elements with ddof=2 would be divided by 0")
    }

    @Test func equalNumbersHaveNoVariance() throws {
        let x = try Tensor.full(try Shape([3, 7]), 0.1, .float32)
        #expect(try Reduction(.variance)(x).doubles() == [0])
        #expect(try Reduction(.standardDeviation, axes: [0])(x).doubles() == Array(repeating: 0, count: 7))
    }

    @Test func sumsOfBytes() throws {
        let x = try Tensor.full(try Shape([2, 300, 2]), 255, .uint8)
        #expect(try Reduction(.sum)(x).integers() == [306_000])
        #expect(try Reduction(.sum, axes: [1])(x).integers() == [76_500, 76_500, 76_500, 76_500])
        #expect(try Reduction(.sum, axes: [0, 2])(x).integers() == Array(repeating: 1_020, count: 300))
        #expect(try Reduction(.mean)(x).doubles() == [255])
        #expect(try Reduction(.maximum, axes: [1])(x).dtype == .uint8)
    }

    @Test func cumulativeSums() throws {
        let x = try Tensor(integers: [1, 2, 3, 4, 5, 6], try Shape([2, 3]))
        #expect(try CumulativeSum(axis: nil)(x).integers() == [1, 3, 6, 10, 15, 21])
        #expect(try CumulativeSum(axis: 0)(x).integers() == [1, 2, 3, 5, 7, 9])
        #expect(try CumulativeSum(axis: -1)(x).integers() == [1, 3, 6, 4, 9, 15])
        let flags = try Tensor.full(try Shape([3]), 1, .bool)
        #expect(try CumulativeSum(axis: 0)(flags).spec == TensorSpec(try Shape([3]), .int64))
    }

    @Test func sorting() throws {
        for seed in 0..<60 {
            var random = TestRandom(seed)
            let shape = try random.shape(1...3, sizes: 1...6)
            let x = try random.integers(shape, in: -3...3)
            let descending = random.bool()
            let axis = random.int(0...(shape.rank - 1))
            let expected = groups(x, [axis]).map { values in
                values.enumerated().sorted { a, b in
                    a.element == b.element
                        ? a.offset < b.offset : (descending ? a.element > b.element : a.element < b.element)
                }
            }
            // Back into the layout of x: groups are in row-major order of the other axes.
            let order = [axis] + (0..<shape.rank).filter { $0 != axis }
            for dtype in [DType.int64, .float32, .float64] {
                let y = try x.converted(to: dtype)
                let sorted = try Permute(order)(try Sort(axis: axis, descending: descending)(y))
                let places = try Permute(order)(try ArgSort(axis: axis, descending: descending)(y))
                for position in 0..<shape[axis] {
                    for (group, values) in expected.enumerated() {
                        #expect(sorted.element(position * expected.count + group) == values[position].element)
                        #expect(places.integerElement(position * expected.count + group) == values[position].offset)
                    }
                }
            }
        }
        let x = try Tensor(doubles: [.nan, 2, -.infinity, .nan, 1], try Shape([5]), .float64)
        #expect(try ArgSort(axis: 0, descending: false)(x).integers() == [2, 4, 1, 0, 3])
        #expect(try ArgSort(axis: 0, descending: true)(x).integers() == [1, 4, 2, 0, 3])
    }
}
