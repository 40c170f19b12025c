import CNNCore
import Testing

/// Operations that move elements, against where each element must come from.
struct ShapingTests {
    private func counting(_ dimensions: [Int], _ dtype: DType = .int64) throws -> Tensor {
        let shape = try Shape(dimensions)
        return try Tensor(doubles: (0..<shape.count).map(Double.init), shape, dtype)
    }

    @Test func reshaping() throws {
        let x = try counting([2, 6])
        #expect(try x.reshaped([3, -1]).shape.dimensions == [3, 4])
        #expect(try x.reshaped([-1]).integers() == Array(0..<12))
        #expect(try x.reshaped([12, 1, 1, 1, 1, 1, 1, 1]).rank == 8)
        #expect(try counting([1]).reshaped([]).rank == 0)
        #expect(try counting([0, 3]).reshaped([3, 0]).count == 0)
        let error = thrownError { try x.reshaped([5, 3]) }
        #expect(error?.code == .shapeMismatch)
        #expect(error?.message == "reshape: a tensor of 2x6 has 12 elements, not 5*3 = 15")
        #expect(error?.notes == ["[4, 3] would fit"])
        #expect(
            thrownError { try x.reshaped([5, -1]) }?.message
                == "reshape: 12 elements (2x6) cannot be divided by 5")
        #expect(thrownCode { try x.reshaped([-1, -1]) } == .invalidValue)
        #expect(thrownCode { try x.reshaped([-2, -6]) } == .invalidValue)
        #expect(thrownCode { try counting([0]).reshaped([0, -1]) } == .shapeMismatch)
        #expect(thrownCode { try x.reshaped(Array(repeating: 1, count: 9)) } == .rankMismatch)
        #expect(thrownCode { try x.reshaped([.max, .max]) } == .tooLarge)
        #expect(thrownCode { try x.reshaped([.max, 2, -1]) } == .tooLarge)
    }

    @Test(arguments: DType.allCases)
    func permuting(_ dtype: DType) throws {
        for seed in 0..<40 {
            var random = TestRandom(seed)
            let shape = try random.shape(0...5, sizes: 0...4)
            let numbers = try random.integers(shape, in: 0...1)
            let x = try numbers.converted(to: dtype)
            let axes = Array(0..<shape.rank).shuffled(using: &random)
            let result = try Permute(axes)(x)
            #expect(result.shape.dimensions == axes.map { shape[$0] })
            for index in 0..<result.count {
                let place = unravel(index, result.shape)
                var origin = [Int](repeating: 0, count: shape.rank)
                for (position, axis) in zip(place, axes) { origin[axis] = position }
                #expect(result.element(index) == x.element(ravel(origin, shape)))
            }
        }
        #expect(thrownCode { try Permute([0, 0])(try counting([2, 3])) } == .invalidValue)
        #expect(thrownCode { try Permute([0])(try counting([2, 3])) } == .rankMismatch)
        #expect(thrownCode { try Permute([0, 2])(try counting([2, 3])) } == .rankMismatch)
    }

    private func unravel(_ index: Int, _ shape: Shape) -> [Int] {
        var rest = index
        var place: [Int] = []
        for axis in (0..<shape.rank).reversed() {
            place.insert(rest % shape[axis], at: 0)
            rest /= shape[axis]
        }
        return place
    }

    private func ravel(_ place: [Int], _ shape: Shape) -> Int {
        place.indices.reduce(0) { $0 * shape[$1] + place[$1] }
    }

    @Test func joining() throws {
        let (a, b) = (try counting([2, 2]), try counting([2, 1]))
        #expect(try Concat(axis: 1)(a, b).integers() == [0, 1, 0, 2, 3, 1])
        #expect(try Concat(axis: 0)(a, a, a).shape.dimensions == [6, 2])
        #expect(try Concat(axis: -1)(a, try counting([2, 0])).sameElements(a))
        #expect(try Stack(axis: 0)(a, a).shape.dimensions == [2, 2, 2])
        #expect(try Stack(axis: -1)(a, a).integers() == [0, 0, 1, 1, 2, 2, 3, 3])
        #expect(try Stack(axis: 0)(try Tensor.scalar(1, .float32), try Tensor.scalar(2, .float32)).doubles() == [1, 2])
        #expect(try Concat(axis: 0)(a, try a.converted(to: .float32)).dtype == .float32)
        #expect(thrownCode { try Concat(axis: 0)(a, b) } == .shapeMismatch)
        #expect(thrownCode { try Concat(axis: 2)(a, a) } == .rankMismatch)
        #expect(thrownCode { try Concat(axis: 0)(a, try counting([2])) } == .rankMismatch)
        #expect(thrownCode { try Concat(axis: 0)(try Tensor.scalar(1, .float32)) } == .rankMismatch)
        #expect(thrownCode { try Concat(axis: 0).apply([]) } == .invalidValue)
        #expect(thrownCode { try Stack(axis: 0)(a, b) } == .shapeMismatch)
        #expect(thrownCode { try Stack(axis: 4)(a, a) } == .rankMismatch)
        #expect(thrownCode { try Stack(axis: 0).apply([]) } == .invalidValue)
    }

    @Test func framing() throws {
        let x = try counting([1, 2])
        let padded = try PadAxes(before: [1, 0], after: [0, 2], value: 9)(x)
        #expect(padded.shape.dimensions == [2, 4])
        #expect(padded.integers() == [9, 9, 9, 9, 0, 1, 9, 9])
        #expect(try PadAxes(before: [2], after: [0])(try counting([0])).integers() == [0, 0])
        #expect(thrownCode { try PadAxes(before: [1], after: [1])(x) } == .rankMismatch)
        #expect(thrownCode { try PadAxes(before: [-1, 0], after: [0, 0])(x) } == .invalidValue)
        #expect(thrownCode { try PadAxes(before: [0, 0], after: [0, 0], value: 0.5)(x) } == .invalidConversion)
        #expect(thrownCode { try PadAxes(before: [.max, .max], after: [1, 1])(x) } == .tooLarge)
    }

    @Test func turning() throws {
        let x = try counting([2, 3])
        #expect(try Flip(axes: [1])(x).integers() == [2, 1, 0, 5, 4, 3])
        #expect(try Flip(axes: [0, -1])(x).integers() == [5, 4, 3, 2, 1, 0])
        #expect(try Flip(axes: [])(x).integers() == [0, 1, 2, 3, 4, 5])
        #expect(try Roll(shifts: [1], axes: [1])(x).integers() == [2, 0, 1, 5, 3, 4])
        #expect(try Roll(shifts: [-1, 1], axes: [0, 1])(x).integers() == [5, 3, 4, 2, 0, 1])
        #expect(try Roll(shifts: [.min], axes: [0])(x).sameElements(x))
        #expect(try Roll(shifts: [300_001], axes: [1])(x).integers() == [2, 0, 1, 5, 3, 4])
        #expect(try Roll(shifts: [1], axes: [0])(try counting([0, 3])).count == 0)
        #expect(thrownCode { try Flip(axes: [2])(x) } == .rankMismatch)
        #expect(thrownCode { try Flip(axes: [1, -1])(x) } == .invalidValue)
        #expect(thrownCode { try Roll(shifts: [1, 2], axes: [0])(x) } == .invalidValue)
    }

    @Test func repeating() throws {
        let x = try counting([1, 2])
        #expect(try Tile([2, 2])(x).integers() == [0, 1, 0, 1, 0, 1, 0, 1])
        #expect(try Tile([2, 1])(try counting([2, 2])).integers() == [0, 1, 2, 3, 0, 1, 2, 3])
        #expect(try Tile([0, 3])(x).shape.dimensions == [0, 6])
        #expect(thrownCode { try Tile([2])(x) } == .rankMismatch)
        #expect(thrownCode { try Tile([-1, 1])(x) } == .invalidValue)
        #expect(thrownCode { try Tile([.max, .max])(x) } == .tooLarge)
    }
}
