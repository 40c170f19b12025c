import CNNKernels

/// The elementwise kernels on tensors whose dtypes and shapes were checked by the caller.
enum ElementwiseKernels {
    /// Floating `x` only.
    static func unary(_ kind: cnn_unary, _ x: Tensor, alpha: Double = 0) throws(CNNError) -> Tensor {
        var y = try Tensor(uninitialized: x.shape, x.dtype)
        let target = try y.mutableBytes()
        let count = Int64(x.count)
        if x.dtype == .float32 {
            cnn_unary_f32(kind, count, x.pointer(), Float(alpha), target.assumingMemoryBound(to: Float.self))
        } else {
            cnn_unary_f64(kind, count, x.pointer(), alpha, target.assumingMemoryBound(to: Double.self))
        }
        return y
    }

    static func unaryGradient(
        _ kind: cnn_unary, _ x: Tensor, _ y: Tensor, _ dy: Tensor, alpha: Double
    ) throws(CNNError) -> Tensor {
        var dx = try Tensor(uninitialized: x.shape, x.dtype)
        let target = try dx.mutableBytes()
        let count = Int64(x.count)
        if x.dtype == .float32 {
            cnn_unary_backward_f32(
                kind, count, x.pointer(), y.pointer(), dy.pointer(), Float(alpha),
                target.assumingMemoryBound(to: Float.self))
        } else {
            cnn_unary_backward_f64(
                kind, count, x.pointer(), y.pointer(), dy.pointer(), alpha,
                target.assumingMemoryBound(to: Double.self))
        }
        return dx
    }

    /// As `unaryGradient`, written over dy.
    static func rewriteUnaryGradient(
        _ kind: cnn_unary, _ x: borrowing Tensor, _ y: borrowing Tensor, _ dy: inout Tensor, alpha: Double
    ) throws(CNNError) {
        let (xs, ys) = (x.bytes, y.bytes)
        let target = try dy.mutableBytes()
        let count = Int64(dy.count)
        if dy.dtype == .float32 {
            let gradient = target.assumingMemoryBound(to: Float.self)
            cnn_unary_backward_f32(
                kind, count, xs.assumingMemoryBound(to: Float.self), ys.assumingMemoryBound(to: Float.self), gradient,
                Float(alpha), gradient)
        } else {
            let gradient = target.assumingMemoryBound(to: Double.self)
            cnn_unary_backward_f64(
                kind, count, xs.assumingMemoryBound(to: Double.self), ys.assumingMemoryBound(to: Double.self), gradient,
                alpha, gradient)
        }
    }

    /// Operands of one dtype that broadcast to `shape`, floating: nothing can fail but memory.
    static func binary(_ kind: cnn_binary, _ a: Tensor, _ b: Tensor, _ shape: Shape) throws(CNNError) -> Tensor {
        var y = try Tensor(uninitialized: shape, a.dtype)
        let layout = PairLayout(a.shape, b.shape, to: shape)
        _ = binary(kind, a.dtype, layout, a.bytes, b.bytes, try y.mutableBytes())
        return y
    }

    /// Gives bits of `cnn_fault`; 0 where all went well. The result may lie where an operand of its shape lies.
    static func binary(
        _ kind: cnn_binary, _ dtype: DType, _ layout: PairLayout, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer,
        _ y: UnsafeMutableRawPointer
    ) -> Int32 {
        layout.withPointers { rank, shape, aStrides, bStrides in
            switch dtype {
            case .float32:
                cnn_binary_f32(
                    kind, rank, shape, a.assumingMemoryBound(to: Float.self), aStrides,
                    b.assumingMemoryBound(to: Float.self), bStrides, y.assumingMemoryBound(to: Float.self))
            case .float64:
                cnn_binary_f64(
                    kind, rank, shape, a.assumingMemoryBound(to: Double.self), aStrides,
                    b.assumingMemoryBound(to: Double.self), bStrides, y.assumingMemoryBound(to: Double.self))
            case .int64:
                cnn_binary_i64(
                    kind, rank, shape, a.assumingMemoryBound(to: Int64.self), aStrides,
                    b.assumingMemoryBound(to: Int64.self), bStrides, y.assumingMemoryBound(to: Int64.self))
            case .uint8, .bool:
                cnn_binary_u8(
                    kind, rank, shape, a.assumingMemoryBound(to: UInt8.self), aStrides,
                    b.assumingMemoryBound(to: UInt8.self), bStrides, y.assumingMemoryBound(to: UInt8.self))
            }
        }
    }

    /// A bool tensor of `shape`.
    static func compare(_ kind: cnn_compare, _ a: Tensor, _ b: Tensor, _ shape: Shape) throws(CNNError) -> Tensor {
        var y = try Tensor(uninitialized: shape, .bool)
        let layout = PairLayout(a.shape, b.shape, to: shape)
        compare(kind, a.dtype, layout, a.bytes, b.bytes, try y.mutablePointer())
        return y
    }

    static func compare(
        _ kind: cnn_compare, _ dtype: DType, _ layout: PairLayout, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer,
        _ y: UnsafeMutablePointer<UInt8>
    ) {
        layout.withPointers { rank, shape, aStrides, bStrides in
            switch dtype {
            case .float32:
                cnn_compare_f32(
                    kind, rank, shape, a.assumingMemoryBound(to: Float.self), aStrides,
                    b.assumingMemoryBound(to: Float.self), bStrides, y)
            case .float64:
                cnn_compare_f64(
                    kind, rank, shape, a.assumingMemoryBound(to: Double.self), aStrides,
                    b.assumingMemoryBound(to: Double.self), bStrides, y)
            case .int64:
                cnn_compare_i64(
                    kind, rank, shape, a.assumingMemoryBound(to: Int64.self), aStrides,
                    b.assumingMemoryBound(to: Int64.self), bStrides, y)
            case .uint8, .bool:
                cnn_compare_u8(
                    kind, rank, shape, a.assumingMemoryBound(to: UInt8.self), aStrides,
                    b.assumingMemoryBound(to: UInt8.self), bStrides, y)
            }
        }
    }

    /// All three of one shape, `a` and `b` of one dtype.
    static func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) throws(CNNError) -> Tensor {
        var y = try Tensor(uninitialized: a.shape, a.dtype)
        let target = try y.mutableBytes()
        cnn_select(a.dtype.size, Int64(a.count), condition.pointer(), a.bytes, b.bytes, target)
        return y
    }
}

/// Sizes of a result and the steps of its two operands.
struct PairLayout {
    private var rank: Int32
    private var shape, a, b: AxisNumbers

    init(_ a: Shape, _ b: Shape, to output: Shape) {
        let count = output.count
        // Equal shapes and single numbers are one row: nothing else is worth being fast.
        if a.count == count || a.count == 1, b.count == count || b.count == 1 {
            rank = 1
            shape = AxisNumbers(count)
            self.a = AxisNumbers(a.count == count ? 1 : 0)
            self.b = AxisNumbers(b.count == count ? 1 : 0)
        } else {
            rank = Int32(output.rank)
            shape = AxisNumbers(output.dimensions)
            self.a = .broadcast(a, to: output)
            self.b = .broadcast(b, to: output)
        }
    }

    /// A tensor beside one number.
    init(count: Int, scalarOnLeft: Bool) {
        rank = 1
        shape = AxisNumbers(count)
        a = AxisNumbers(scalarOnLeft ? 0 : 1)
        b = AxisNumbers(scalarOnLeft ? 1 : 0)
    }

    @inline(__always)
    func withPointers<Result>(
        _ body: (Int32, UnsafePointer<Int64>, UnsafePointer<Int64>, UnsafePointer<Int64>) -> Result
    ) -> Result {
        shape.withPointer { shape in
            a.withPointer { a in
                b.withPointer { b in body(rank, shape, a, b) }
            }
        }
    }
}

extension Tensor {
    /// The sum of two tensors of one floating dtype and shape, not recorded.
    public func adding(_ other: Tensor) throws(CNNError) -> Tensor {
        try ElementwiseKernels.binary(CNN_ADD, self, other, shape)
    }

    /// Adds a tensor of the same floating dtype and shape, in place where nobody shares the elements.
    mutating func add(_ other: Tensor) throws(CNNError) {
        guard ownsStorage else {
            self = try adding(other)
            return
        }
        let target = try mutableBytes()
        let layout = PairLayout(shape, shape, to: shape)
        _ = ElementwiseKernels.binary(CNN_ADD, dtype, layout, target, other.bytes, target)
    }
}
