import CNNKernels

/// Copies between layouts of one shape. Steps and offsets are in elements and were checked by the caller.
enum StridedCopy {
    static func copy(
        _ dtype: DType, _ shape: [Int], from source: UnsafeRawPointer, _ sourceOffset: Int, _ sourceSteps: AxisNumbers,
        to target: UnsafeMutableRawPointer, _ targetOffset: Int, _ targetSteps: AxisNumbers
    ) {
        guard !shape.contains(0) else { return }
        let size = dtype.size
        AxisNumbers(shape).withPointer { sizes in
            sourceSteps.withPointer { from in
                targetSteps.withPointer { to in
                    cnn_copy_strided(
                        size, Int32(shape.count), sizes, source + sourceOffset * size, from,
                        target + targetOffset * size, to)
                }
            }
        }
    }
}
