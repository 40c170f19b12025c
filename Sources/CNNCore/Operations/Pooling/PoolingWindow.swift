/// What max and average pooling share: windows that move over each channel on its own.
struct PoolingWindow: Equatable, Sendable {
    let size: Size2D
    let stride: Size2D
    let padding: Padding
    let rounding: Rounding

    /// Input x `[N, H, W, C]`, result `[N, OH, OW, C]`.
    /// - Throws: E0301, E0304 where the windows do not fit, E0306 for another rank, E0404 for a padding as large as
    ///   the window (a window must see at least one pixel).
    func outputSpec(_ x: TensorSpec, for subject: ErrorSubject) throws(CNNError) -> TensorSpec {
        try PictureChecks.batch(x, for: subject)
        try PictureChecks.dtypes([x], names: ["x"], for: subject)
        return TensorSpec(try geometry(x.shape, for: subject).outputShape(), x.dtype)
    }

    func geometry(_ x: Shape, for subject: ErrorSubject) throws(CNNError) -> ConvolutionGeometry {
        // A window of no pixels has an error of its own.
        if case .explicit(let top, let bottom, let left, let right) = padding, size.height > 0, size.width > 0,
            max(top, bottom) >= size.height || max(left, right) >= size.width
        {
            throw CNNError(
                .invalidValue, "the padding of \(subject.name) must be less than its window \(size)",
                notes: ["a window that sees padding alone has no value"])
        }
        return try ConvolutionGeometry(
            batch: x[0], input: Size2D(x[1], x[2]), channels: x[3], filters: x[3], window: size, stride: stride,
            padding: padding, rounding: rounding, for: subject.forPooling)
    }
}
