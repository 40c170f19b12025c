import CNNKernels

/// `a @ b`: `[k] @ [k]` is a number, `[m, k] @ [k]` is `[m]`, `[k] @ [k, n]` is `[n]`, `[m, k] @ [k, n]` is `[m, n]`.
/// Leading axes are batches: `[..., m, k] @ [..., k, n]` is `[..., m, n]`, and one matrix serves a whole batch.
public struct MatrixProduct: Operation {
    public init() {}

    public var name: String { "@" }

    /// - Throws: E0307 where the inner sizes differ, E0306, E0303, E0207.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        let geometry = try MatrixProductGeometry(inputs[0].shape, inputs[1].shape)
        let dtype = try Promotion.common(inputs[0], inputs[1], "x @ y")
        return TensorSpec(geometry.output, dtype.isFloating ? dtype : .int64)
    }

    /// m*n*k multiply-adds for each matrix of a batch.
    public func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int {
        let inner = inputs[0].shape.dimensions.last ?? 1
        return Work.product(output.shape.count, inner)
    }

    /// As `apply`, without more than the sizes where two matrices meet and nothing is recorded.
    public func callAsFunction(_ a: Tensor, _ b: Tensor) throws(CNNError) -> Tensor {
        guard a.trace == nil, b.trace == nil, a.rank == 2, b.rank == 2, a.dtype == b.dtype, a.dtype.isFloating,
            !ShapeRun.isOn
        else {
            return try apply([a, b])
        }
        let (m, n, k) = (a.shape[0], b.shape[1], a.shape[1])
        guard k == b.shape[0], k > 0 else { return try apply([a, b]) }
        let output = try Shape([m, n])
        try WorkMeter.shared.charge(Work.product(output.count, k))
        let result = try MatrixKernel.product(m, n, k, a, false, b, false, output)
        try WorkMeter.checkInterrupt()
        return result
    }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        let geometry = try MatrixProductGeometry(inputs[0].shape, inputs[1].shape)
        let a = try Cast.converted(inputs[0], to: output.dtype)
        let b = try Cast.converted(inputs[1], to: output.dtype)
        guard geometry.inner > 0 else { return try Tensor.full(output.shape, 0, output.dtype) }
        let (m, n, k) = (geometry.rows, geometry.columns, geometry.inner)
        if !output.dtype.isFloating { return try WholeProduct(geometry).product(a, b, output.shape) }
        // One matrix on the right of a batch: all rows at once.
        if geometry.bBatch.count == 1 {
            return try MatrixKernel.product(m * geometry.batch.count, n, k, a, false, b, false, output.shape)
        }
        return try MatrixBatch(geometry.batch, geometry.aBatch, geometry.bBatch).product(
            (m, n, k), a, false, b, false, output.shape)
    }

    /// dA = dC @ B^T, dB = A^T @ dC, summed over what a matrix was repeated for.
    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let geometry = try MatrixProductGeometry(context.inputs[0].shape, context.inputs[1].shape)
        let dc = context.outputGradient
        let a = try Cast.converted(context.inputs[0], to: dc.dtype)
        let b = try Cast.converted(context.inputs[1], to: dc.dtype)
        let (m, n, k) = (geometry.rows, geometry.columns, geometry.inner)
        let count = geometry.batch.count
        let needs = context.needsGradient
        try WorkMeter.shared.charge(Work.product(dc.count, k, (needs[0] ? 1 : 0) + (needs[1] ? 1 : 0)))
        var results: [Tensor?] = [nil, nil]
        if needs[0] {
            let spec = context.inputs[0].spec
            if dc.count == 0 || spec.shape.count == 0 {
                results[0] = try Tensor.full(spec.shape, 0, spec.dtype)
            } else if geometry.bBatch.count == 1 {
                results[0] = try Cast.converted(
                    try MatrixKernel.product(m * count, k, n, dc, false, b, true, spec.shape), to: spec.dtype)
            } else {
                let whole = try Shape(geometry.batch.dimensions + [m, k])
                let da = try MatrixBatch(geometry.batch, geometry.batch, geometry.bBatch).product(
                    (m, k, n), dc, false, b, true, whole)
                results[0] = try reduced(da, geometry.aBatch, [m, k], to: spec)
            }
        }
        if needs[1] {
            let spec = context.inputs[1].spec
            if dc.count == 0 || spec.shape.count == 0 {
                results[1] = try Tensor.full(spec.shape, 0, spec.dtype)
            } else if geometry.bBatch.count == 1 {
                results[1] = try Cast.converted(
                    try MatrixKernel.product(k, n, m * count, a, true, dc, false, spec.shape), to: spec.dtype)
            } else {
                let whole = try Shape(geometry.batch.dimensions + [k, n])
                let db = try MatrixBatch(geometry.batch, geometry.aBatch, geometry.batch).product(
                    (k, n, m), a, true, dc, false, whole)
                results[1] = try reduced(db, geometry.bBatch, [k, n], to: spec)
            }
        }
        return results
    }

    private func reduced(
        _ gradient: Tensor, _ batch: Shape, _ matrix: [Int], to spec: TensorSpec
    ) throws(CNNError) -> Tensor {
        let shape = try Shape(batch.dimensions + matrix)
        let sum = try Broadcasting.reduced(gradient, to: TensorSpec(shape, spec.dtype))
        return Tensor(sharing: sum, shape: spec.shape)
    }
}

/// Products of the matrices of two batches that are repeated to one.
private struct MatrixBatch {
    private let shape: Shape
    private let aSteps, bSteps: AxisNumbers

    init(_ batch: Shape, _ a: Shape, _ b: Shape) {
        shape = batch
        aSteps = .broadcast(a, to: batch)
        bSteps = .broadcast(b, to: batch)
    }

    /// [m, n] from op(a) [m, k] and op(b) [k, n] for every matrix.
    func product(
        _ sizes: (m: Int, n: Int, k: Int), _ a: Tensor, _ transposesA: Bool, _ b: Tensor, _ transposesB: Bool,
        _ output: Shape
    ) throws(CNNError) -> Tensor {
        var result = try Tensor(uninitialized: output, a.dtype)
        let target = try result.mutableBytes()
        guard output.count > 0 else { return result }
        let (m, n, k) = (Int64(sizes.m), Int64(sizes.n), Int64(sizes.k))
        let (ta, tb) = (Int32(transposesA ? 1 : 0), Int32(transposesB ? 1 : 0))
        let (aSize, bSize, cSize) = (sizes.m * sizes.k, sizes.k * sizes.n, sizes.m * sizes.n)
        forEach { index, i, j in
            if a.dtype == .float32 {
                cnn_matmul_f32(
                    m, n, k, a.pointer(Float.self) + i * aSize, ta, b.pointer(Float.self) + j * bSize, tb, nil,
                    target.assumingMemoryBound(to: Float.self) + index * cSize)
            } else {
                cnn_matmul_f64(
                    m, n, k, a.pointer(Double.self) + i * aSize, ta, b.pointer(Double.self) + j * bSize, tb, nil,
                    target.assumingMemoryBound(to: Double.self) + index * cSize)
            }
        }
        return result
    }

    /// The number of a result's matrix and of its two factors.
    func forEach(_ body: (_ index: Int, _ i: Int, _ j: Int) -> Void) {
        var position = AxisNumbers()
        for index in 0..<shape.count {
            var (i, j) = (0, 0)
            for axis in 0..<shape.rank {
                i += position[axis] * aSteps[axis]
                j += position[axis] * bSteps[axis]
            }
            body(index, i, j)
            for axis in stride(from: shape.rank - 1, through: 0, by: -1) {
                position[axis] += 1
                if position[axis] < shape[axis] { break }
                position[axis] = 0
            }
        }
    }
}

/// The product of int64 matrices, exact.
private struct WholeProduct {
    private let geometry: MatrixProductGeometry

    init(_ geometry: MatrixProductGeometry) { self.geometry = geometry }

    /// - Throws: E0401 where a sum does not fit.
    func product(_ a: Tensor, _ b: Tensor, _ output: Shape) throws(CNNError) -> Tensor {
        var result = try Tensor.full(output, 0, .int64)
        let target = try result.mutablePointer(Int.self)
        let (x, y) = (a.pointer(Int.self), b.pointer(Int.self))
        let (m, n, k) = (geometry.rows, geometry.columns, geometry.inner)
        var hasOverflow = false
        MatrixBatch(geometry.batch, geometry.aBatch, geometry.bBatch).forEach { index, i, j in
            let (left, right, sums) = (x + i * m * k, y + j * k * n, target + index * m * n)
            for row in 0..<m {
                for inner in 0..<k {
                    let factor = left[row * k + inner]
                    for column in 0..<n {
                        let (product, first) = factor.multipliedReportingOverflow(by: right[inner * n + column])
                        let (sum, second) = sums[row * n + column].addingReportingOverflow(product)
                        sums[row * n + column] = sum
                        if first || second { hasOverflow = true }
                    }
                }
            }
        }
        guard !hasOverflow else { throw CumulativeSum.overflow("@") }
        return result
    }
}
