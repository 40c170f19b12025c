import CNNKernels

/// Copies between layouts of one shape. Steps and offsets are in elements and were checked by the caller.
enum StridedCopy {
    /// - Parameter isWhole: also where an interrupt comes, for what is written into a variable. Else the caller throws the
    ///   copy away then.
    static func copy(
        _ dtype: DType, _ shape: [Int], from source: UnsafeRawPointer, _ sourceOffset: Int, _ sourceSteps: AxisNumbers,
        to target: UnsafeMutableRawPointer, _ targetOffset: Int, _ targetSteps: AxisNumbers, isWhole: Bool = false
    ) {
        guard !shape.contains(0) else { return }
        let size = dtype.size
        AxisNumbers(shape).withPointer { sizes in
            sourceSteps.withPointer { from in
                targetSteps.withPointer { to in
                    let copy = isWhole ? cnn_write_strided : cnn_copy_strided
                    copy(
                        size, Int32(shape.count), sizes, source + sourceOffset * size, from,
                        target + targetOffset * size, to)
                }
            }
        }
    }
}
