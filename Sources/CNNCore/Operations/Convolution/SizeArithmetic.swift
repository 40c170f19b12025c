/// The lecture's arithmetic of sizes along one axis ("Stride", "Padding", "Pooling: Parameter Setting"): used by
/// shape rules, kernels, errors, `explain` and the summary.
public enum SizeArithmetic {
    /// Windows, strides, paddings and dilations beyond this are refused, so that no sum of them can overflow.
    static let limit = 1 << 31

    /// What the formula says of one axis.
    enum Fit: Equatable {
        case size(Int)
        case notWhole
        case windowTooLarge
    }

    /// `(n + P - F')/S + 1`, where P is the padding of both ends and `F' = D(F - 1) + 1` the extent of the window.
    ///
    /// - `exact`: must be whole. `floor`: what is left over is not looked at. `ceil`: one window more that hangs over
    ///   the end, unless it would start beyond the picture and its leading padding.
    /// - Throws: E0301 with strides and paddings that fit, E0304 where the window is larger than the padded input,
    ///   E0404 for a size that makes no sense.
    public static func outputSize(
        _ n: Int, window f: Int, stride: Int, padding: (Int, Int), dilation: Int = 1, rounding: Rounding
    ) throws(CNNError) -> Int {
        try check(n, window: f, stride: stride, padding: padding, dilation: dilation)
        switch fit(n, f, stride, padding, dilation, rounding) {
        case .size(let size): return size
        case .notWhole, .windowTooLarge:
            let question = WindowFit(
                input: Size2D(n), window: Size2D(f), stride: Size2D(stride),
                padding: .explicit(top: padding.0, bottom: padding.1, left: padding.0, right: padding.1),
                dilation: Size2D(dilation), rounding: rounding)
            throw question.error(for: nil)
        }
    }

    /// The zeros before and after that make the output `ceil(n/S)`: an odd pixel goes to the end.
    /// - Throws: E0404 for a size that makes no sense.
    public static func samePadding(
        _ n: Int, window f: Int, stride: Int, dilation: Int = 1
    ) throws(CNNError) -> (Int, Int) {
        try check(n, window: f, stride: stride, padding: (0, 0), dilation: dilation)
        return same(n, f, stride, dilation)
    }

    // MARK: - Without errors, for sizes that `check` has accepted

    static func extent(_ f: Int, _ dilation: Int) -> Int { dilation * (f - 1) + 1 }

    static func fit(
        _ n: Int, _ f: Int, _ stride: Int, _ padding: (Int, Int), _ dilation: Int, _ rounding: Rounding
    ) -> Fit {
        let room = n + padding.0 + padding.1 - extent(f, dilation)
        switch rounding {
        case .exact:
            if room < 0 { return .windowTooLarge }
            return room % stride == 0 ? .size(room / stride + 1) : .notWhole
        case .floor:
            return room < 0 ? .windowTooLarge : .size(room / stride + 1)
        case .ceil:
            // A quotient that rounds up to 0 or more: a window larger than what is there, but by less than a stride.
            if room <= -stride || n == 0 { return .windowTooLarge }
            let size = (room >= 0 ? (room + stride - 1) / stride : 0) + 1
            return .size(min(size, (n + padding.0 - 1) / stride + 1))
        }
    }

    static func same(_ n: Int, _ f: Int, _ stride: Int, _ dilation: Int) -> (Int, Int) {
        guard n > 0 else { return (0, 0) }
        let size = (n + stride - 1) / stride
        let total = max(0, (size - 1) * stride + extent(f, dilation) - n)
        return (total / 2, total - total / 2)
    }

    static func check(
        _ n: Int, window f: Int, stride: Int, padding: (Int, Int), dilation: Int
    ) throws(CNNError) {
        func require(_ value: Int, _ least: Int, _ what: String) throws(CNNError) {
            guard value >= least else {
                let name = ["the stride": "stride", "the padding": "pad", "the dilation": "dilation"][what]
                throw CNNError(
                    .invalidValue, "\(what) must be at least \(least), not \(value)",
                    notes: name.map { ["write \($0)=\(least)"] } ?? [], argument: name.map { .named($0) })
            }
            guard value <= limit else { throw CNNError(.tooLarge, "\(what) of \(value) is too large") }
        }
        guard n >= 0 else { throw CNNError(.invalidValue, "a size cannot be negative: \(n)") }
        guard n <= Int.max / 16 else { throw CNNError(.tooLarge, "a size of \(n) is too large") }
        try require(f, 1, "the window")
        try require(stride, 1, "the stride")
        try require(padding.0, 0, "the padding")
        try require(padding.1, 0, "the padding")
        try require(dilation, 1, "the dilation")
        guard dilation == 1 || f <= limit / dilation else {
            throw CNNError(.tooLarge, "a window of \(f) with dilation \(dilation) is too large")
        }
    }
}
