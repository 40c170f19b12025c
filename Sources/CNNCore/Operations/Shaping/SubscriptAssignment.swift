import CNNKernels

/// x with other values in a part of it: `x[…] = value`.
///
/// Inputs x, the value, and where index tensors choose the part their int64 positions. The value is repeated to the
/// part's shape and has x's dtype. Where a place is named twice, the last value stays, and it alone has a gradient.
struct SubscriptAssignment: Operation {
    private let offset: Int
    /// What ints and slices choose, with the axis of `positions` whole.
    private let shape: [Int]
    private let steps: [Int]
    private let isRowMajor: Bool
    /// The axis that the positions run along.
    private let axis: Int?

    init(_ plan: IndexPlan) {
        offset = plan.offset
        shape = plan.shape
        steps = plan.steps
        isRowMajor = plan.isRowMajor
        axis = plan.gathered?.axis
    }

    var name: String { "[...] =" }

    func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec { inputs[0] }

    func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        var result = inputs[0]
        try write(inputs[1], inputs.count > 2 ? inputs[2] : nil, into: &result)
        return result
    }

    func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int { output.shape.count }

    func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let dy = context.outputGradient
        let positions = context.inputs.count > 2 ? context.inputs[2] : nil
        var gradients = [Tensor?](repeating: nil, count: context.inputs.count)
        if context.needsGradient[0] {
            var dx = dy
            try write(try Tensor.scalar(0, dy.dtype), positions, into: &dx)
            gradients[0] = dx
        }
        if context.needsGradient[1] { gradients[1] = try valueGradient(dy, positions, context.inputs[1].spec) }
        return gradients
    }

    private func valueGradient(_ dy: Tensor, _ positions: Tensor?, _ value: TensorSpec) throws(CNNError) -> Tensor {
        var part = try Slice(offset: offset, shape: try Shape(shape), steps: steps, isRowMajor: isRowMajor).part(of: dy)
        if let axis, let positions {
            part = try Gather(axis: axis)(part, positions)
            // What was written over has no say.
            var seen: Set<Int> = []
            var counts = [Double](repeating: 0, count: positions.count)
            for index in counts.indices.reversed() where seen.insert(positions.integerElement(index)).inserted {
                counts[index] = 1
            }
            let isLast = try Tensor(doubles: counts, positions.shape, dy.dtype)
            let inner = [Int](repeating: 1, count: shape.count - axis - 1)
            part = try Binary(.multiply)(part, try Reshape(positions.shape.dimensions + inner)(isLast))
        }
        let stripped = SubscriptAssignment.stripped(value.shape, rank: part.rank)
        let sum = try Broadcasting.reduced(part, to: TensorSpec(stripped, value.dtype))
        return Tensor(sharing: sum, shape: value.shape)
    }

    /// The shape of what is assigned to.
    func part(_ positions: Tensor?) throws(CNNError) -> Shape {
        guard let axis, let positions else { return try Shape(shape) }
        return try Shape(shape[..<axis] + positions.shape.dimensions + shape[(axis + 1)...])
    }

    /// Leading axes of size 1 do no harm.
    static func stripped(_ shape: Shape, rank: Int) -> Shape {
        var sizes = shape.dimensions
        while sizes.count > rank, sizes.first == 1 { sizes.removeFirst() }
        return Shape(trusted: sizes, count: shape.count)
    }

    /// - Parameter value: of the target's dtype, repeatable to the part.
    func write(_ value: Tensor, _ positions: Tensor?, into target: inout Tensor) throws(CNNError) {
        let part = try part(positions)
        guard part.count > 0 else { return }
        let source = Tensor(sharing: value, shape: SubscriptAssignment.stripped(value.shape, rank: part.rank))
        let bytes = try target.mutableBytes()
        guard let axis, let positions else {
            StridedCopy.copy(
                target.dtype, part.dimensions, from: source.bytes, 0, AxisNumbers.broadcast(source.shape, to: part),
                to: bytes, offset, AxisNumbers(steps), isWhole: true)
            return
        }
        let whole = try Broadcast.repeated(source, to: part)
        let inner = part.dimensions[(axis + positions.rank)...]
        let block = inner.reduce(1, *)
        let rows = Array(shape[..<axis]) + Array(inner)
        let rowSteps = AxisNumbers(Array(steps[..<axis] + steps[(axis + 1)...]))
        // One block of the value for each position: [outer, positions, inner] seen along the middle.
        var blockSteps = AxisNumbers.rowMajor(rows)
        for place in 0..<axis { blockSteps[place] *= positions.count }
        let places = positions.pointer(Int.self)
        for index in 0..<positions.count {
            StridedCopy.copy(
                target.dtype, rows, from: whole.bytes, index * block, blockSteps, to: bytes,
                offset + places[index] * steps[axis], rowSteps, isWhole: true)
        }
        withExtendedLifetime(positions) {}
    }
}

extension Tensor {
    /// `x[…] = value` in place: the value is repeated to the shape of the part and converted to this tensor's dtype.
    /// Where an index tensor names a place twice, the last value stays.
    /// - Throws: as `subscripted`; E0303 where the value does not fit the part, E0409 where it does not fit the dtype.
    public mutating func assign(_ items: [TensorIndex], _ value: Tensor) throws(CNNError) {
        let plan = try IndexPlan(items, shape)
        let assignment = SubscriptAssignment(plan)
        let part = try plan.resultShape()
        try WorkMeter.shared.charge(part.count)
        try check(value, fits: part)
        try takeElements()
        try assignment.write(try assignable(value), plan.gathered?.positions, into: &self)
    }

    /// A tensor with other values in a part of it, recorded where this one or the value is differentiated.
    /// - Throws: as `assign`.
    public func assigning(_ items: [TensorIndex], _ value: Tensor) throws(CNNError) -> Tensor {
        let plan = try IndexPlan(items, shape)
        try check(value, fits: try plan.resultShape())
        let inputs = [self, try assignable(value)]
        return try SubscriptAssignment(plan).apply(inputs + (plan.gathered.map { [$0.positions] } ?? []))
    }

    private func check(_ value: Tensor, fits part: Shape) throws(CNNError) {
        guard !Broadcasting.isRepeatable(SubscriptAssignment.stripped(value.shape, rank: part.rank), to: part) else {
            return
        }
        throw CNNError(
            .broadcastMismatch, "a value of \(value.shape) does not fit into a part of \(part)",
            label: "the part is \(part), the value \(value.shape)",
            notes: value.count == part.count ? ["write reshape(value, \(Shape.list(part.dimensions)))"] : [])
    }

    /// The value in this dtype. A whole number takes no fraction: that would be lost without a word.
    private func assignable(_ value: Tensor) throws(CNNError) -> Tensor {
        if value.dtype.isFloating, !dtype.isFloating, dtype != .bool {
            for index in 0..<value.count { _ = try Element(value.element(index), dtype) }
        }
        return try value.converted(to: dtype)
    }
}
