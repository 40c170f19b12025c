import CNNCore

/// Numbers for tests, the same in every run: SplitMix64 (Steele, Lea, Flood, 2014).
struct TestRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9e37_79b9_7f4a_7c15 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    mutating func bool() -> Bool { Bool.random(using: &self) }

    /// Sizes of `ranks` axes.
    mutating func shape(_ ranks: ClosedRange<Int> = 0...4, sizes: ClosedRange<Int> = 1...3) throws -> Shape {
        var dimensions: [Int] = []
        for _ in 0..<int(ranks) { dimensions.append(int(sizes)) }
        return try Shape(dimensions)
    }

    /// A shape that is repeated to `shape`: leading axes are missing, some sizes are 1.
    mutating func repeatable(_ shape: Shape) throws -> Shape {
        let dimensions = shape.dimensions.dropFirst(int(0...shape.rank)).map { bool() ? $0 : 1 }
        return try Shape(dimensions)
    }

    /// float64 tensor of numbers in a range, at least 0.01 from 0 and from one another unless there are too many: kinks
    /// and ties would spoil differences.
    mutating func distinct(_ shape: Shape, in range: ClosedRange<Double>) throws -> Tensor {
        let count = max(shape.count, 1)
        let step = (range.upperBound - range.lowerBound) / Double(count)
        var values: [Double] = []
        for index in 0..<shape.count {
            let value = range.lowerBound + (Double(index) + Double.random(in: 0.2...0.8, using: &self)) * step
            values.append(abs(value) < 0.01 ? (value < 0 ? -0.01 : 0.01) : value)
        }
        values.shuffle(using: &self)
        return try Tensor(doubles: values, shape, .float64)
    }

    /// float64 tensor of 0.1 + k/4 for whole k from -8 to 7: far from bounds that lie between.
    mutating func grid(_ shape: Shape) throws -> Tensor {
        var values: [Double] = []
        for _ in 0..<shape.count { values.append(0.1 + Double(int(-8...7)) / 4) }
        return try Tensor(doubles: values, shape, .float64)
    }

    /// int64 from a range.
    mutating func integers(_ shape: Shape, in range: ClosedRange<Int>) throws -> Tensor {
        var values: [Int] = []
        for _ in 0..<shape.count { values.append(int(range)) }
        return try Tensor(integers: values, shape)
    }
}
