import CNNKernels

/// Bytes to numbers through tables, so that a picture's bytes stay bytes until they are used.
struct PixelScale {
    /// 256 entries for all channels alike, or 256 for each channel.
    private let table: [Float]

    /// byte / maximum, rounded once.
    init(maximum: Int) { table = PixelScale.fractions(of: maximum) }

    private init(table: [Float]) { self.table = table }

    static func fractions(of maximum: Int) -> [Float] { (0..<256).map { Float(Double($0) / Double(maximum)) } }

    /// The number that a byte of a channel stands for.
    func value(_ byte: Int, channel: Int) -> Float { table[table.count == 256 ? byte : channel * 256 + byte] }

    /// (number - mean) / deviation in each channel.
    func normalized(mean: [Double], deviation: [Double]) -> PixelScale {
        var result: [Float] = []
        for channel in mean.indices {
            for byte in 0..<256 {
                result.append(Float((Double(value(byte, channel: channel)) - mean[channel]) / deviation[channel]))
            }
        }
        return PixelScale(table: result)
    }

    /// The rows of these numbers, of `size` bytes each, whose channels follow one another, beginning at the first.
    func rows(_ numbers: [Int64], of source: UnsafePointer<UInt8>, size: Int, _ target: UnsafeMutablePointer<Float>) {
        cnn_look_up_rows(
            Int64(numbers.count), Int64(size), numbers, source, Int64(table.count / 256), table, target)
    }
}

extension Tensor {
    /// As a model takes it, in a float dtype: bytes are pixels and become 0 to 1, as those of a data set do; other whole
    /// numbers and bools become floats of the same value.
    /// - Throws: E0601, E0603.
    public func asModelInput(_ dtype: DType) throws(CNNError) -> Tensor {
        guard self.dtype == .uint8, !ShapeRun.isOn else { return try converted(to: dtype) }
        try WorkMeter.shared.charge(count)
        var result = try Tensor(uninitialized: shape, .float32)
        PixelScale(maximum: 255).rows([0], of: pointer(UInt8.self), size: count, try result.mutablePointer(Float.self))
        try WorkMeter.checkInterrupt()
        return try result.converted(to: dtype)
    }
}
