/// A number for each axis without an allocation: what the kernels take as `int64_t[rank]`.
struct AxisNumbers {
    private var values: SIMD8<Int64>

    /// Zeros.
    init() { values = SIMD8() }

    init(_ numbers: [Int]) {
        values = SIMD8()
        for axis in 0..<min(numbers.count, Shape.maximumRank) { values[axis] = Int64(numbers[axis]) }
    }

    init(_ first: Int) {
        values = SIMD8()
        values[0] = Int64(first)
    }

    subscript(axis: Int) -> Int {
        get { Int(values[axis]) }
        set { values[axis] = Int64(newValue) }
    }

    /// Steps of a row-major layout: the product of the sizes behind each axis.
    static func rowMajor(_ dimensions: [Int]) -> AxisNumbers {
        var strides = AxisNumbers()
        var step = 1
        for axis in stride(from: dimensions.count - 1, through: 0, by: -1) {
            strides[axis] = step
            step *= max(dimensions[axis], 1)
        }
        return strides
    }

    /// Steps in a tensor of `shape` that is repeated to `output`: 0 where one element serves all.
    static func broadcast(_ shape: Shape, to output: Shape) -> AxisNumbers {
        var strides = AxisNumbers()
        var step = 1
        let leading = output.rank - shape.rank
        for axis in stride(from: shape.rank - 1, through: 0, by: -1) {
            strides[leading + axis] = shape[axis] == 1 ? 0 : step
            step *= max(shape[axis], 1)
        }
        return strides
    }

    @inline(__always)
    func withPointer<Result>(_ body: (UnsafePointer<Int64>) -> Result) -> Result {
        withUnsafePointer(to: values) { pointer in
            body(UnsafeRawPointer(pointer).assumingMemoryBound(to: Int64.self))
        }
    }
}
