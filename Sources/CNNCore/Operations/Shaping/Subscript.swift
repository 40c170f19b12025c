import CNNKernels

/// A part of a tensor that ints and slices choose, in the order that they say.
struct Slice: Operation {
    let offset: Int
    let shape: Shape
    let steps: AxisNumbers
    let isRowMajor: Bool

    init(_ plan: IndexPlan, _ shape: Shape) {
        offset = plan.offset
        self.shape = shape
        steps = AxisNumbers(plan.steps)
        isRowMajor = plan.isRowMajor
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

    /// `x[…] = value`: the value is repeated to the shape of the part and converted to this tensor's dtype. Where an
    /// index tensor names a place twice, the last value stays.
    /// - Throws: as `subscripted`; E0303 where the value does not fit the part, E0409 where it does not fit the dtype.
    public mutating func assign(_ items: [TensorIndex], _ value: Tensor) throws(CNNError) {
        let plan = try IndexPlan(items, shape)
        let part = try plan.resultShape()
        try WorkMeter.shared.charge(part.count)
        let source = try assignable(value, part)
        guard part.count > 0 else { return }
        let sourceSteps = AxisNumbers.broadcast(source.shape, to: part)
        let target = try mutableBytes()
        guard let gathered = plan.gathered else {
            StridedCopy.copy(
                dtype, part.dimensions, from: source.bytes, 0, sourceSteps, to: target, plan.offset,
                AxisNumbers(plan.steps))
            return
        }
        let whole = try Broadcast.repeated(source, to: part)
        let axis = gathered.axis
        let inner = part.dimensions[(axis + gathered.positions.rank)...]
        let block = inner.reduce(1, *)
        let rows = Array(plan.shape[..<axis]) + Array(inner)
        let rowSteps = AxisNumbers(Array(plan.steps[..<axis] + plan.steps[(axis + 1)...]))
        // One block of the value for each position: [outer, positions, inner] seen along the middle.
        var blockSteps = AxisNumbers.rowMajor(rows)
        for place in 0..<axis { blockSteps[place] *= gathered.positions.count }
        let positions = gathered.positions.pointer(Int.self)
        for index in 0..<gathered.positions.count {
            StridedCopy.copy(
                dtype, rows, from: whole.bytes, index * block, blockSteps, to: target,
                plan.offset + positions[index] * plan.steps[axis], rowSteps)
        }
        withExtendedLifetime(gathered.positions) {}
    }

    /// The value in this dtype, in a shape that can be repeated to the part's.
    private func assignable(_ value: Tensor, _ part: Shape) throws(CNNError) -> Tensor {
        var sizes = value.shape.dimensions
        // Leading axes of size 1 do no harm.
        while sizes.count > part.rank, sizes.first == 1 { sizes.removeFirst() }
        let shape = Shape(trusted: sizes, count: value.count)
        guard Broadcasting.isRepeatable(shape, to: part) else {
            throw CNNError(
                .broadcastMismatch, "a value of \(value.shape) does not fit into a part of \(part)",
                label: "the part is \(part), the value \(value.shape)",
                notes: value.count == part.count ? ["write reshape(value, \(Shape.list(part.dimensions)))"] : [])
        }
        return Tensor(sharing: try Cast.converted(value, to: dtype), shape: shape)
    }
}
