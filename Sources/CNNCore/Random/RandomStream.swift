import CNNKernels

/// A stream of random numbers for one purpose ("init/conv1.weight", "shuffle/3", "rand/17", …), counter-based.
///
/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3; SC'11). The key is the seed,
/// the upper half of the counter is `hash` of the purpose, the lower half counts blocks of 128 bits from 0. Each call
/// begins at a fresh block, so what it gives depends on the seed, the purpose and the blocks drawn before, not on
/// threads nor on any other stream.
public struct RandomStream: Sendable {
    private let key: UInt64
    private let stream: UInt64
    private var block: UInt64 = 0

    public init(seed: UInt64, purpose: String) {
        key = seed
        stream = RandomStream.hash(purpose)
    }

    /// FNV-1a of 64 bits over the UTF-8 bytes (Fowler, Noll, Vo), then the finaliser of MurmurHash3, so that purposes
    /// that differ in one digit differ in half of the bits.
    static func hash(_ purpose: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        hash = (hash ^ hash >> 33) &* 0xff51_afd7_ed55_8ccd
        hash = (hash ^ hash >> 33) &* 0xc4ce_b9fe_1a85_ec53
        return hash ^ hash >> 33
    }

    /// Numbers from 0 to below 1: 24 random bits for float32, four to a block; 53 for float64, two to a block.
    /// - Throws: E0207 unless `dtype` is floating; E0601, E0603, E0605.
    public mutating func uniform(_ shape: Shape, _ dtype: DType) throws(CNNError) -> Tensor {
        var result = try numbers(shape, dtype)
        let count = Int64(shape.count)
        if dtype == .float32 {
            cnn_random_uniform_f32(key, stream, block &* 4, count, try result.mutablePointer())
        } else {
            cnn_random_uniform_f64(key, stream, block &* 2, count, try result.mutablePointer())
        }
        try WorkMeter.checkInterrupt()
        advance(shape.count, inBlock: dtype == .float32 ? 4 : 2)
        return result
    }

    /// Normally distributed numbers of mean 0 and deviation 1 (Box and Muller, in float64), two to a block.
    /// - Throws: E0207 unless `dtype` is floating; E0601, E0603, E0605.
    public mutating func normal(_ shape: Shape, _ dtype: DType) throws(CNNError) -> Tensor {
        var result = try numbers(shape, dtype)
        let count = Int64(shape.count)
        if dtype == .float32 {
            cnn_random_normal_f32(key, stream, block &* 2, count, try result.mutablePointer())
        } else {
            cnn_random_normal_f64(key, stream, block &* 2, count, try result.mutablePointer())
        }
        try WorkMeter.checkInterrupt()
        advance(shape.count, inBlock: 2)
        return result
    }

    /// int64 from `low` to below `high`, each equally likely.
    /// - Throws: E0404 where there is no such number; E0601, E0603.
    public mutating func integers(_ low: Int, _ high: Int, _ shape: Shape) throws(CNNError) -> Tensor {
        guard low < high else {
            throw CNNError(.invalidValue, "there is no whole number from \(low) to below \(high)")
        }
        try WorkMeter.shared.charge(shape.count)
        var result = try Tensor(uninitialized: shape, .int64)
        let values = try result.mutablePointer(Int64.self)
        // The width is right as an unsigned number even where it exceeds Int.
        let width = UInt64(bitPattern: Int64(high)) &- UInt64(bitPattern: Int64(low))
        for index in 0..<shape.count {
            values[index] = Int64(bitPattern: UInt64(bitPattern: Int64(low)) &+ nextWord(below: width))
        }
        return result
    }

    /// One number from 0 to below 1, of 53 random bits. Takes a block.
    public mutating func nextUniform() -> Double { Double(nextWord() >> 11) * 0x1p-53 }

    /// `normal` into memory of the caller. After an interrupt they are left unfinished.
    mutating func fillNormal(_ values: UnsafeMutableBufferPointer<Float>) {
        cnn_random_normal_f32(key, stream, block &* 2, Int64(values.count), values.baseAddress)
        advance(values.count, inBlock: 2)
    }

    mutating func fillNormal(_ values: UnsafeMutableBufferPointer<Double>) {
        cnn_random_normal_f64(key, stream, block &* 2, Int64(values.count), values.baseAddress)
        advance(values.count, inBlock: 2)
    }

    /// One of 0, 1, …, `bound` - 1, each equally likely; `bound` must be positive. Takes a block, seldom more.
    public mutating func nextInteger(below bound: Int) -> Int {
        precondition(bound > 0, "a choice needs at least one number")
        return Int(nextWord(below: UInt64(bound)))
    }

    /// 0, 1, …, n - 1 in random order (Fisher and Yates, from the end).
    public mutating func permutation(_ n: Int) -> [Int] {
        var order = Array(0..<max(0, n))
        for last in stride(from: n - 1, to: 0, by: -1) { order.swapAt(last, nextInteger(below: last + 1)) }
        return order
    }

    private func numbers(_ shape: Shape, _ dtype: DType) throws(CNNError) -> Tensor {
        guard dtype.isFloating else {
            throw CNNError(
                .dtypeMismatch, "random numbers are float32 or float64, not \(dtype.rawValue)",
                notes: ["whole numbers come from randint(low, high, size)"])
        }
        try WorkMeter.shared.charge(shape.count)
        return try Tensor(uninitialized: shape, dtype)
    }

    private mutating func advance(_ count: Int, inBlock: Int) {
        block &+= UInt64(count / inBlock + (count % inBlock == 0 ? 0 : 1))
    }

    /// The first two words of the next block, low first.
    private mutating func nextWord() -> UInt64 {
        var words: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { bytes in
            cnn_philox_block(key, stream, block, bytes.baseAddress?.assumingMemoryBound(to: UInt32.self))
        }
        block &+= 1
        return UInt64(words.1) << 32 | UInt64(words.0)
    }

    /// Lemire: Fast random integer generation in an interval, 2019. Rejects what would make small numbers likelier.
    private mutating func nextWord(below bound: UInt64) -> UInt64 {
        let threshold = (0 &- bound) % bound
        while true {
            let product = nextWord().multipliedFullWidth(by: bound)
            if product.low >= threshold { return product.high }
        }
    }
}
