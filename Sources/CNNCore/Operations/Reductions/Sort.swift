import CNNKernels

/// The elements along an axis in order: stable, nan last in both directions.
public struct Sort: Operation {
    public let axis: Int
    public let descending: Bool

    public init(axis: Int, descending: Bool) {
        self.axis = axis
        self.descending = descending
    }

    public var name: String { "sort" }

    /// - Throws: E0306 for an axis that is not there.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        _ = try Axes.normalized(axis, inputs[0].shape, name)
        return inputs[0]
    }

    public func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int { Order.work(output.shape, axis) }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        let order = try Order(inputs[0], try Axes.normalized(axis, output.shape, name), descending)
        saved.append(order.positions)
        var result = try Tensor(uninitialized: output.shape, output.dtype)
        let target = try result.mutableBytes()
        switch output.dtype.size {
        case 1: order.gather(inputs[0], target.assumingMemoryBound(to: UInt8.self))
        case 4: order.gather(inputs[0], target.assumingMemoryBound(to: UInt32.self))
        default: order.gather(inputs[0], target.assumingMemoryBound(to: UInt64.self))
        }
        return result
    }

    /// Every gradient goes back to where its element came from.
    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let dy = context.outputGradient
        let order = Order(positions: context.saved[0], try Axes.normalized(axis, dy.shape, name))
        var dx = try Tensor(uninitialized: dy.shape, dy.dtype)
        let target = try dx.mutableBytes()
        if dy.dtype == .float32 {
            order.scatter(dy, target.assumingMemoryBound(to: UInt32.self))
        } else {
            order.scatter(dy, target.assumingMemoryBound(to: UInt64.self))
        }
        return [dx]
    }
}

/// The positions, int64, that put the elements along an axis in order.
public struct ArgSort: Operation {
    public let axis: Int
    public let descending: Bool

    public init(axis: Int, descending: Bool) {
        self.axis = axis
        self.descending = descending
    }

    public var name: String { "argsort" }

    public var isDifferentiable: Bool { false }

    /// - Throws: E0306 for an axis that is not there.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        _ = try Axes.normalized(axis, inputs[0].shape, name)
        return TensorSpec(inputs[0].shape, .int64)
    }

    public func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int { Order.work(output.shape, axis) }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        try Order(inputs[0], try Axes.normalized(axis, output.shape, name), descending).positions
    }
}

/// Where the elements along an axis belong in order.
private struct Order {
    let positions: Tensor
    private let parts: (outer: Int, length: Int, inner: Int)

    init(positions: Tensor, _ axis: Int) {
        self.positions = positions
        parts = positions.shape.split(at: axis)
    }

    init(_ x: Tensor, _ axis: Int, _ descending: Bool) throws(CNNError) {
        var positions = try Tensor(uninitialized: x.shape, .int64)
        let target = try positions.mutablePointer(Int64.self)
        let parts = x.shape.split(at: axis)
        let (outer, length, inner) = (Int64(parts.outer), Int64(parts.length), Int64(parts.inner))
        switch x.dtype {
        case .float32: cnn_sort_f32(outer, length, inner, descending, x.pointer(), target)
        case .float64: cnn_sort_f64(outer, length, inner, descending, x.pointer(), target)
        case .int64: cnn_sort_i64(outer, length, inner, descending, x.pointer(), target)
        case .uint8, .bool: cnn_sort_u8(outer, length, inner, descending, x.pointer(), target)
        }
        // What an interrupted kernel leaves are no positions.
        try WorkMeter.checkInterrupt()
        self.positions = positions
        self.parts = parts
    }

    /// n log2 n comparisons.
    static func work(_ shape: Shape, _ axis: Int) -> Int {
        let place = axis < 0 ? axis + shape.rank : axis
        guard place >= 0, place < shape.rank else { return shape.count }
        // A comparison takes the time of a dozen multiply-adds.
        return Work.product(12, shape.count, Int.bitWidth - max(1, shape[place]).leadingZeroBitCount)
    }

    func gather<T>(_ x: Tensor, _ target: UnsafeMutablePointer<T>) {
        let source = x.pointer(T.self)
        forEach { place, origin in target[place] = source[origin] }
    }

    func scatter<T>(_ dy: Tensor, _ target: UnsafeMutablePointer<T>) {
        let source = dy.pointer(T.self)
        forEach { place, origin in target[origin] = source[place] }
    }

    @inline(__always)
    private func forEach(_ body: (_ place: Int, _ origin: Int) -> Void) {
        let places = positions.pointer(Int.self)
        guard positions.count > 0 else { return }
        // Elements between two looks at an interrupt: half a million, or a row.
        let mask = parts.inner > 8 ? 0 : 0xFFFF
        for outer in 0..<parts.outer {
            let block = outer * parts.length * parts.inner
            for index in 0..<parts.length {
                if index & mask == 0, cnn_interrupt_pending() { return }
                for column in 0..<parts.inner {
                    let place = block + index * parts.inner + column
                    body(place, block + places[place] * parts.inner + column)
                }
            }
        }
    }
}
