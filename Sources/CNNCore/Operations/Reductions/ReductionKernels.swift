import CNNKernels

/// The reduction kernels on tensors that were checked by the caller.
enum ReductionKernels {
    enum Kind { case sum, product, minimum, maximum, sumOfSquares }

    /// `x` has the dtype of the result, but that sums and products of bytes are int64. The result has ones for the
    /// reduced axes.
    /// - Throws: E0401 where a whole number does not fit.
    static func reduce(_ kind: Kind, _ geometry: ReductionGeometry, _ x: Tensor) throws(CNNError) -> Tensor {
        let source = try geometry.arrange(x)
        let isSum = kind == .sum || kind == .product || kind == .sumOfSquares
        if isSum, x.dtype == .uint8 || x.dtype == .bool {
            if kind == .sum { return try sumOfBytes(geometry, source) }
            return try reduce(kind, geometry, try Cast.converted(x, to: .int64))
        }
        var result = try Tensor(uninitialized: geometry.kept, x.dtype)
        let target = try result.mutableBytes()
        let (outer, length, inner) = (Int64(geometry.outer), Int64(geometry.length), Int64(geometry.inner))
        var overflow = false
        switch x.dtype {
        case .float32:
            cnn_reduce_f32(
                kernel(kind), outer, length, inner, source.pointer(), target.assumingMemoryBound(to: Float.self), nil)
        case .float64:
            cnn_reduce_f64(
                kernel(kind), outer, length, inner, source.pointer(), target.assumingMemoryBound(to: Double.self), nil)
        case .int64:
            cnn_reduce_i64(
                kernel(kind), outer, length, inner, source.pointer(), target.assumingMemoryBound(to: Int64.self),
                &overflow)
        case .uint8, .bool:
            cnn_reduce_u8(
                kernel(kind), outer, length, inner, source.pointer(), target.assumingMemoryBound(to: UInt8.self),
                &overflow)
        }
        guard !overflow else { throw CumulativeSum.overflow(kind == .product ? "prod" : kind == .sum ? "sum" : "norm") }
        return result
    }

    private static func kernel(_ kind: Kind) -> cnn_reduction {
        switch kind {
        case .sum: CNN_SUM
        case .product: CNN_PROD
        case .minimum: CNN_MIN
        case .maximum: CNN_MAX
        case .sumOfSquares: CNN_SUM_SQUARES
        }
    }

    /// int64 from uint8 or bool: at most 2^60 elements of 255 fit, and no tensor has so many bytes.
    private static func sumOfBytes(_ geometry: ReductionGeometry, _ x: Tensor) throws(CNNError) -> Tensor {
        var result = try Tensor.full(geometry.kept, 0, .int64)
        let sums = try result.mutablePointer(Int.self)
        let bytes = x.pointer(UInt8.self)
        let (length, inner) = (geometry.length, geometry.inner)
        guard x.count > 0 else { return result }
        for outer in 0..<geometry.outer {
            let block = bytes + outer * length * inner
            if inner == 1 {
                var sum = 0
                for index in 0..<length { sum &+= Int(block[index]) }
                sums[outer] = sum
            } else {
                let row = sums + outer * inner
                for index in 0..<length {
                    let source = block + index * inner
                    for column in 0..<inner { row[column] &+= Int(source[column]) }
                }
            }
        }
        return result
    }

    /// Positions of the first extrema along the reduced axes, int64 with ones for these axes.
    static func places(maximum: Bool, _ geometry: ReductionGeometry, _ x: Tensor) throws(CNNError) -> Tensor {
        let source = try geometry.arrange(x)
        var result = try Tensor(uninitialized: geometry.kept, .int64)
        let target = try result.mutablePointer(Int64.self)
        let (outer, length, inner) = (Int64(geometry.outer), Int64(geometry.length), Int64(geometry.inner))
        switch x.dtype {
        case .float32: cnn_arg_reduce_f32(maximum, outer, length, inner, source.pointer(), target)
        case .float64: cnn_arg_reduce_f64(maximum, outer, length, inner, source.pointer(), target)
        case .int64: cnn_arg_reduce_i64(maximum, outer, length, inner, source.pointer(), target)
        case .uint8, .bool: cnn_arg_reduce_u8(maximum, outer, length, inner, source.pointer(), target)
        }
        return result
    }
}
