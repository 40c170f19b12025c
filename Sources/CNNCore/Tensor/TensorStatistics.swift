import CNNKernels

/// What the summary line of a tensor shows, accumulated in float64 in a fixed order.
public struct TensorStatistics: Equatable, Sendable {
    /// Over the elements that are neither nan nor infinite; deviation of the whole (ddof 0).
    public var min, max, mean, std: Double
    public var nanCount, infCount, zeroCount: Int

    public init(min: Double, max: Double, mean: Double, std: Double, nanCount: Int, infCount: Int, zeroCount: Int) {
        (self.min, self.max, self.mean, self.std) = (min, max, mean, std)
        (self.nanCount, self.infCount, self.zeroCount) = (nanCount, infCount, zeroCount)
    }
}

extension Tensor {
    public func statistics() -> TensorStatistics {
        var result = cnn_statistics()
        let count = Int64(self.count)
        switch dtype {
        case .float32: cnn_statistics_of_f32(count, pointer(), &result)
        case .float64: cnn_statistics_of_f64(count, pointer(), &result)
        case .int64: cnn_statistics_of_i64(count, pointer(), &result)
        case .uint8, .bool: cnn_statistics_of_u8(count, pointer(), &result)
        }
        return TensorStatistics(
            min: result.min, max: result.max, mean: result.mean, std: result.std, nanCount: Int(result.nan_count),
            infCount: Int(result.inf_count), zeroCount: Int(result.zero_count))
    }
}
