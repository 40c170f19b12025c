import CNNKernels

/// `y = x @ w + b` over the last axis: a dense layer.
///
/// Inputs: x `[..., in]`, w `[in, out]`, optionally b `[out]`. Result: `[..., out]`.
public struct DenseProduct: Operation {
    public init() {}

    public var name: String { "dense" }

    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        let (x, w) = (inputs[0].shape, inputs[1].shape)
        let subject = ErrorSubject.call(name)
        guard x.rank >= 1 else {
            throw CNNError(.rankMismatch, "dense wants x of [..., in], not a single number")
        }
        guard w.rank == 2 else {
            let isColumn = w.rank == 1 && w[0] == x[x.rank - 1]
            throw CNNError(
                .rankMismatch, "dense wants weights [in, out], not \(w.asTensor)",
                notes: isColumn ? ["for one output write reshape(w, \(w[0])x1)"] : [])
        }
        try PictureChecks.dtypes(inputs, names: ["x", "w", "b"], for: subject)
        let inner = x[x.rank - 1]
        guard inner == w[0] else { throw DenseProduct.innerSizeError(x, w) }
        if inputs.count > 2, inputs[2].shape.dimensions != [w[1]] {
            throw CNNError(
                .shapeMismatch,
                "dense has \(w[1].counting("output")), but \(PictureChecks.bias(inputs[2].shape))",
                label: "one number an output: \(w[1])", notes: PictureChecks.spread(inputs[2].shape, w[1], "b"),
                argument: .named("b"))
        }
        return TensorSpec(try Shape(x.dimensions.dropLast() + [w[1]]), inputs[0].dtype)
    }

    /// E0307, with a guess at what was forgotten.
    private static func innerSizeError(_ x: Shape, _ w: Shape) -> CNNError {
        let inner = x[x.rank - 1]
        var notes: [String] = []
        let picture = x.dimensions.dropFirst()
        if x.rank > 2, picture.reduce(1, { Work.product($0, $1) }) == w[0] {
            notes.append(
                "\(picture.map(String.init).joined(separator: "*")) = \(w[0]): "
                    + "flatten each picture first: reshape(x, \(Shape.text([x[0], w[0]])))")
        } else if x.rank == 1, w[0] > 0, inner > w[0], inner % w[0] == 0 {
            notes.append(
                "\(inner) = \(inner / w[0])*\(w[0]): rows of \(w[0]) are reshape(x, \(Shape.text([inner / w[0], w[0]])))"
            )
            notes.append("flatten puts a whole batch in one row; flatten(..., start=1) keeps its first axis")
        } else if w[1] == inner {
            notes.append("w looks like [out, in]: write transpose(w)")
        } else if x.rank == 2, x[0] == w[0] {
            notes.append("x looks like [in, N]: write transpose(x)")
        } else {
            notes.append("weights for this x are \(Shape.text([inner, w[1]])): [in, out]")
        }
        return CNNError(
            .innerSizeMismatch, "dense has weights for \(w[0]) inputs, but x has \(inner)",
            label: "[..., \(inner)] @ [\(w[0]), \(w[1])]: \(inner) and \(w[0]) must be equal", notes: notes)
    }

    public func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int {
        Work.product(output.shape.count, inputs[1].shape[0])
    }

    public func forward(
        _ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]
    ) throws(CNNError) -> Tensor {
        let (inner, outer) = (inputs[1].shape[0], inputs[1].shape[1])
        let rows = DenseProduct.rows(inputs[0].shape)
        return try MatrixKernel.product(
            rows, outer, inner, inputs[0], false, inputs[1], false, bias: inputs.count > 2 ? inputs[2] : nil,
            output.shape)
    }

    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds {
        .otherFactor(needsGradient)
    }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let (x, w, dy) = (context.inputs[0], context.inputs[1], context.outputGradient)
        let (inner, outer) = (w.shape[0], w.shape[1])
        let rows = DenseProduct.rows(x.shape)
        let needs = context.needsGradient
        try WorkMeter.shared.charge(Work.product(rows, inner, outer, (needs[0] ? 1 : 0) + (needs[1] ? 1 : 0)))
        var gradients = [Tensor?](repeating: nil, count: needs.count)
        if needs[0] { gradients[0] = try MatrixKernel.product(rows, inner, outer, dy, false, w, true, x.shape) }
        if needs[1] { gradients[1] = try MatrixKernel.product(inner, outer, rows, x, true, dy, false, w.shape) }
        if needs.count > 2, needs[2] {
            gradients[2] = try ConvolutionKernels.channelSums(dy, channels: outer)
        }
        return gradients
    }

    /// The number of vectors in `[..., in]`.
    private static func rows(_ x: Shape) -> Int { x.dimensions.dropLast().reduce(1, *) }
}

/// The matrix product kernel on tensors whose shapes were checked by the caller.
enum MatrixKernel {
    /// `[m, n]` from op(a) `[m, k]` and op(b) `[k, n]`, where op transposes or not.
    static func product(
        _ m: Int, _ n: Int, _ k: Int, _ a: Tensor, _ transposesA: Bool, _ b: Tensor, _ transposesB: Bool,
        bias: Tensor? = nil, _ shape: Shape
    ) throws(CNNError) -> Tensor {
        var c = try Tensor(uninitialized: shape, a.dtype)
        guard shape.count > 0 else { return c }
        let (m, n, k) = (Int64(m), Int64(n), Int64(k))
        let (ta, tb) = (Int32(transposesA ? 1 : 0), Int32(transposesB ? 1 : 0))
        if a.dtype == .float32 {
            cnn_matmul_f32(m, n, k, a.pointer(), ta, b.pointer(), tb, bias?.pointer(), try c.mutablePointer())
        } else {
            cnn_matmul_f64(m, n, k, a.pointer(), ta, b.pointer(), tb, bias?.pointer(), try c.mutablePointer())
        }
        return c
    }
}
