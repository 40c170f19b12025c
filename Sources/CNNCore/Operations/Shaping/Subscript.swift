import CNNKernels

/// A part of a tensor that ints and slices choose, in the order that they say.
struct Slice: Operation {
    let offset: Int
    let shape: Shape
    let steps: AxisNumbers
    let isRowMajor: Bool

    init(_ plan: IndexPlan, _ shape: Shape) {
        self.init(offset: plan.offset, shape: shape, steps: plan.steps, isRowMajor: plan.isRowMajor)
    }

    init(offset: Int, shape: Shape, steps: [Int], isRowMajor: Bool) {
        self.offset = offset
        self.shape = shape
        self.steps = AxisNumbers(steps)
        self.isRowMajor = isRowMajor
    }

    var name: String { "[...]" }

    func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec { TensorSpec(shape, inputs[0].dtype) }

    func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        try part(of: inputs[0])
    }

    /// Not recorded.
    func part(of x: Tensor) throws(CNNError) -> Tensor {
        if isRowMajor, shape.count == x.count { return Tensor(sharing: x, shape: shape) }
        var result = try Tensor(uninitialized: shape, x.dtype)
        let target = try result.mutableBytes()
        if isRowMajor {
            target.copyMemory(from: x.bytes + offset * x.dtype.size, byteCount: result.byteCount)
        } else {
            StridedCopy.copy(
                x.dtype, shape.dimensions, from: x.bytes, offset, steps, to: target, 0, .rowMajor(shape.dimensions))
        }
        return result
    }

    var accumulatesGradient: Bool { true }

    func accumulateGradient(_ context: BackwardContext, into sum: inout Tensor) throws(CNNError) {
        let dy = context.outputGradient
        let target = try sum.mutableBytes()
        if dy.dtype == .float32 {
            add(dy, target.assumingMemoryBound(to: Float.self))
        } else {
            add(dy, target.assumingMemoryBound(to: Double.self))
        }
    }

    private func add<T: BinaryFloatingPoint>(_ dy: Tensor, _ target: UnsafeMutablePointer<T>) {
        let source = dy.pointer(T.self)
        let row = shape.rank > 0 ? shape[shape.rank - 1] : 1
        let step = shape.rank > 0 ? steps[shape.rank - 1] : 0
        guard dy.count > 0 else { return }
        var position = AxisNumbers()
        for start in stride(from: 0, to: dy.count, by: row) {
            var place = offset
            for axis in 0..<max(shape.rank - 1, 0) { place += position[axis] * steps[axis] }
            if step == 1 {
                for index in 0..<row { target[place + index] += source[start + index] }
            } else {
                for index in 0..<row { target[place + index * step] += source[start + index] }
            }
            for axis in stride(from: shape.rank - 2, through: 0, by: -1) {
                position[axis] += 1
                if position[axis] < shape[axis] { break }
                position[axis] = 0
            }
        }
    }
}

/// Slices along an axis, by position. Inputs x and int64 positions, which were checked.
struct Gather: Operation {
    let axis: Int

    var name: String { "[...]" }

    func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        let sizes = inputs[0].shape.dimensions
        return TensorSpec(
            try Shape(sizes[..<axis] + inputs[1].shape.dimensions + sizes[(axis + 1)...]), inputs[0].dtype)
    }

    func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        let (x, positions) = (inputs[0], inputs[1])
        let (outer, length, inner) = x.shape.split(at: axis)
        var result = try Tensor(uninitialized: output.shape, output.dtype)
        let target = try result.mutableBytes()
        let row = inner * x.dtype.size
        guard output.shape.count > 0 else { return result }
        for index in 0..<outer {
            cnn_gather_rows(
                Int64(positions.count), row, positions.pointer(), x.bytes + index * length * row,
                target + index * positions.count * row)
        }
        return result
    }

    var accumulatesGradient: Bool { true }

    /// What was read twice gets both gradients.
    func accumulateGradient(_ context: BackwardContext, into sum: inout Tensor) throws(CNNError) {
        let (positions, dy) = (context.inputs[1], context.outputGradient)
        let (outer, length, inner) = context.inputs[0].shape.split(at: axis)
        let target = try sum.mutableBytes()
        let count = positions.count
        guard dy.count > 0 else { return }
        for index in 0..<outer {
            if dy.dtype == .float32 {
                cnn_scatter_add_rows_f32(
                    Int64(count), Int64(inner), positions.pointer(), dy.pointer(Float.self) + index * count * inner,
                    target.assumingMemoryBound(to: Float.self) + index * length * inner)
            } else {
                cnn_scatter_add_rows_f64(
                    Int64(count), Int64(inner), positions.pointer(), dy.pointer(Double.self) + index * count * inner,
                    target.assumingMemoryBound(to: Double.self) + index * length * inner)
            }
        }
    }
}

extension Tensor {
    /// `x[…]`, recorded. Index tensors gather along their axis; several may stand side by side.
    /// - Throws: E0306 for too many indices, E0403 for one out of range, E0302 for a mask of another shape, E0207,
    ///   E0404.
    public func subscripted(_ items: [TensorIndex]) throws(CNNError) -> Tensor {
        let plan = try IndexPlan(items, shape)
        let slice = Slice(plan, try Shape(plan.shape))
        var part = self
        if trace == nil {
            try WorkMeter.shared.charge(slice.shape.count)
            part = try slice.part(of: self)
        } else if !plan.isWhole || slice.shape != shape {
            part = try slice(self)
        }
        guard let gathered = plan.gathered else { return part }
        return try Gather(axis: gathered.axis)(part, gathered.positions)
    }
}
