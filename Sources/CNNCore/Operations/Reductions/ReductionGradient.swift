import CNNKernels

extension Reduction {
    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let x = context.inputs[0]
        let geometry = try geometry(x.shape)
        let dy = Tensor(sharing: context.outputGradient, shape: geometry.kept)
        guard x.count > 0 else { return [try Tensor.full(x.shape, 0, x.dtype)] }
        switch kind {
        case .sum: return [try Broadcast.repeated(dy, to: x.shape)]
        case .mean: return [try Broadcast.repeated(try scaled(dy, by: 1 / Double(geometry.length)), to: x.shape)]
        case .variance:
            return [try varianceGradient(x, geometry, try scaled(dy, by: 2 / Double(geometry.length - ddof)))]
        case .standardDeviation:
            let y = Tensor(sharing: context.output, shape: geometry.kept)
            let slope = try slope(try scaled(dy, by: 1 / Double(geometry.length - ddof)), over: y)
            return [try varianceGradient(x, geometry, slope)]
        case .norm:
            let y = Tensor(sharing: context.output, shape: geometry.kept)
            return [try ElementwiseKernels.binary(CNN_MUL, try slope(dy, over: y), x, x.shape)]
        case .product: return [try productGradient(x, geometry, dy)]
        case .minimum, .maximum: return [try extremumGradient(x, geometry, dy)]
        case .any, .all: return [nil]
        }
    }

    private func scaled(_ x: Tensor, by factor: Double) throws(CNNError) -> Tensor {
        try ElementwiseKernels.binary(CNN_MUL, x, try Tensor.scalar(factor, x.dtype), x.shape)
    }

    /// dy / y, and 0 where y is 0: there the root has no slope.
    private func slope(_ dy: Tensor, over y: Tensor) throws(CNNError) -> Tensor {
        let zero = try Tensor.full(y.shape, 0, y.dtype)
        let isZero = try ElementwiseKernels.compare(CNN_EQ, y, zero, y.shape)
        return try ElementwiseKernels.select(isZero, zero, try ElementwiseKernels.binary(CNN_DIV, dy, y, y.shape))
    }

    /// factor * (x - mean(x))
    private func varianceGradient(
        _ x: Tensor, _ geometry: ReductionGeometry, _ factor: Tensor
    ) throws(CNNError) -> Tensor {
        let wide = try Cast.converted(x, to: .float64)
        let sum = try ReductionKernels.reduce(.sum, geometry, wide)
        let count = try Tensor.scalar(Double(geometry.length), .float64)
        let mean = try ElementwiseKernels.binary(CNN_DIV, sum, count, sum.shape)
        let deviations = try Cast.converted(try ElementwiseKernels.binary(CNN_SUB, wide, mean, x.shape), to: x.dtype)
        return try ElementwiseKernels.binary(CNN_MUL, factor, deviations, x.shape)
    }

    /// dy to the first extremum, 0 to all others.
    private func extremumGradient(_ x: Tensor, _ geometry: ReductionGeometry, _ dy: Tensor) throws(CNNError) -> Tensor {
        let places = try ReductionKernels.places(maximum: kind == .maximum, geometry, x)
        var dx = try Tensor.full(geometry.arranged, 0, x.dtype)
        let target = try dx.mutableBytes()
        if x.dtype == .float32 {
            Reduction.scatter(dy, places, geometry, target.assumingMemoryBound(to: Float.self))
        } else {
            Reduction.scatter(dy, places, geometry, target.assumingMemoryBound(to: Double.self))
        }
        return try geometry.restore(dx, x.shape)
    }

    private static func scatter<T>(
        _ dy: Tensor, _ places: Tensor, _ geometry: ReductionGeometry, _ target: UnsafeMutablePointer<T>
    ) {
        let (source, positions) = (dy.pointer(T.self), places.pointer(Int.self))
        let inner = geometry.inner
        for outer in 0..<geometry.outer {
            for column in 0..<inner {
                let index = outer * inner + column
                target[(outer * geometry.length + positions[index]) * inner + column] = source[index]
            }
        }
    }

    /// dy times the product of all others, which also holds where elements are 0.
    private func productGradient(_ x: Tensor, _ geometry: ReductionGeometry, _ dy: Tensor) throws(CNNError) -> Tensor {
        let source = try geometry.arrange(x)
        var dx = try Tensor(uninitialized: geometry.arranged, x.dtype)
        let target = try dx.mutableBytes()
        if x.dtype == .float32 {
            Reduction.products(source, dy, geometry, target.assumingMemoryBound(to: Float.self))
        } else {
            Reduction.products(source, dy, geometry, target.assumingMemoryBound(to: Double.self))
        }
        return try geometry.restore(dx, x.shape)
    }

    private static func products<T: BinaryFloatingPoint>(
        _ x: Tensor, _ dy: Tensor, _ geometry: ReductionGeometry, _ target: UnsafeMutablePointer<T>
    ) {
        let (source, gradient) = (x.pointer(T.self), dy.pointer(T.self))
        let (length, inner) = (geometry.length, geometry.inner)
        // Products of those before, in float64, then times those behind.
        var before = [Double](repeating: 1, count: length)
        for outer in 0..<geometry.outer {
            for column in 0..<inner {
                let first = outer * length * inner + column
                var product = 1.0
                for index in 0..<length {
                    before[index] = product
                    product *= Double(source[first + index * inner])
                }
                product = Double(gradient[outer * inner + column])
                for index in stride(from: length - 1, through: 0, by: -1) {
                    target[first + index * inner] = T(before[index] * product)
                    product *= Double(source[first + index * inner])
                }
            }
        }
    }
}
