import CNNKernels

extension Binary {
    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds {
        switch kind {
        case .add, .subtract, .floorDivide: .nothing
        case .multiply: .otherFactor(needsGradient)
        default: .everything
        }
    }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        // What is whole is divided without a slope.
        if kind == .floorDivide { return [nil, nil] }
        let gradient = PairGradient(
            a: try operand(0, context), b: try operand(1, context), y: context.output,
            dy: context.outputGradient)
        var results: [Tensor?] = [nil, nil]
        if context.needsGradient[0] {
            results[0] = try Broadcasting.reduced(try gradient.first(kind), to: context.inputs[0].spec)
        }
        if context.needsGradient[1] {
            results[1] = try Broadcasting.reduced(try gradient.second(kind), to: context.inputs[1].spec)
        }
        return results
    }
}

extension Binary {
    /// In the dtype of the output, where it is read at all.
    fileprivate func operand(_ place: Int, _ context: BackwardContext) throws(CNNError) -> Tensor {
        let input = context.inputs[place]
        return backwardNeeds(context.needsGradient).keepsInput(place)
            ? try Cast.converted(input, to: context.output.dtype) : input
    }
}

/// The two partial derivatives of y = a ∘ b times dy, in the shape of y.
private struct PairGradient {
    let a, b, y, dy: Tensor

    private func compute(_ kind: cnn_binary, _ u: Tensor, _ v: Tensor) throws(CNNError) -> Tensor {
        try ElementwiseKernels.binary(kind, u, v, dy.shape)
    }

    private func number(_ value: Double) throws(CNNError) -> Tensor { try Tensor.scalar(value, dy.dtype) }

    private func masked(_ kind: cnn_compare, _ u: Tensor, _ v: Tensor) throws(CNNError) -> Tensor {
        try ElementwiseKernels.compare(kind, u, v, dy.shape)
    }

    func first(_ kind: Binary.Kind) throws(CNNError) -> Tensor {
        switch kind {
        case .add, .subtract, .modulo: return dy
        case .multiply: return try compute(CNN_MUL, dy, b)
        case .divide: return try compute(CNN_DIV, dy, b)
        case .power: return try base()
        case .maximum: return try chosen(CNN_GE, isFirst: true)
        case .minimum: return try chosen(CNN_LE, isFirst: true)
        case .floorDivide: return try Tensor.full(dy.shape, 0, dy.dtype)
        }
    }

    func second(_ kind: Binary.Kind) throws(CNNError) -> Tensor {
        switch kind {
        case .add: return dy
        case .subtract: return try ElementwiseKernels.unary(CNN_NEG, dy)
        case .multiply: return try compute(CNN_MUL, dy, a)
        case .divide: return try ElementwiseKernels.unary(CNN_NEG, try compute(CNN_DIV, try compute(CNN_MUL, dy, y), b))
        case .power: return try exponent()
        case .modulo:
            // a % b = a - b*floor(a/b)
            let floored = try compute(CNN_FLOOR_DIV, a, b)
            return try ElementwiseKernels.unary(CNN_NEG, try compute(CNN_MUL, dy, floored))
        case .maximum: return try chosen(CNN_GE, isFirst: false)
        case .minimum: return try chosen(CNN_LE, isFirst: false)
        case .floorDivide: return try Tensor.full(dy.shape, 0, dy.dtype)
        }
    }

    /// dy where the operand was taken, 0 elsewhere; the first operand at ties.
    private func chosen(_ kind: cnn_compare, isFirst: Bool) throws(CNNError) -> Tensor {
        let condition = try masked(kind, a, b)
        let zero = try Tensor.full(dy.shape, 0, dy.dtype)
        return try ElementwiseKernels.select(condition, isFirst ? dy : zero, isFirst ? zero : dy)
    }

    /// d/da a^b = b a^(b-1), and 0 for b = 0 (also at a = 0, where a^-1 is infinite).
    private func base() throws(CNNError) -> Tensor {
        if b.count == 1 {
            switch b.element(0) {
            case 0: return try Tensor.full(dy.shape, 0, dy.dtype)
            case 1: return dy
            case 2: return try compute(CNN_MUL, dy, try compute(CNN_ADD, a, a))
            default: break
            }
        }
        let lower = try ElementwiseKernels.binary(CNN_SUB, b, try number(1), b.shape)
        let slope = try compute(CNN_MUL, b, try compute(CNN_POW, a, lower))
        let zero = try Tensor.full(dy.shape, 0, dy.dtype)
        return try ElementwiseKernels.select(
            try masked(CNN_EQ, b, try number(0)), zero, try compute(CNN_MUL, dy, slope))
    }

    /// d/db a^b = a^b ln a, and 0 at a = 0 for b >= 0.
    private func exponent() throws(CNNError) -> Tensor {
        let slope = try compute(CNN_MUL, y, try ElementwiseKernels.unary(CNN_LOG, a))
        let isZero = try masked(CNN_EQ, a, try number(0))
        let isNotNegative = try masked(CNN_GE, b, try number(0))
        let isFlat = try ElementwiseKernels.binary(CNN_MINIMUM, isZero, isNotNegative, dy.shape)
        let zero = try Tensor.full(dy.shape, 0, dy.dtype)
        return try ElementwiseKernels.select(isFlat, zero, try compute(CNN_MUL, dy, slope))
    }
}
