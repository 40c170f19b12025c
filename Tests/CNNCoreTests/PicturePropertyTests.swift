import Testing

@testable import CNNCore

/// What must hold of convolution and pooling whatever the numbers are.
@Suite struct PicturePropertyTests {
    private func combined(_ a: Double, _ x: Tensor, _ b: Double, _ y: Tensor) throws -> Tensor {
        try Tensor(doubles: zip(x.doubles(), y.doubles()).map { a * $0 + b * $1 }, x.shape, .float64)
    }

    private func expectClose(_ a: Tensor, _ b: Tensor, _ what: String) {
        #expect(a.shape == b.shape && relativeError(a.doubles(), b.doubles()) < 1e-12, "\(what)")
    }

    /// conv(a x + b z, w) = a conv(x, w) + b conv(z, w), and the same in w; so too its transpose.
    @Test(arguments: 0..<40) func convolutionIsLinear(seed: Int) throws {
        var random = TestRandom(seed + 300)
        let made = try RandomConvolution(&random)
        let (x, w) = (made.inputs[0], made.inputs[1])
        let (a, b) = (Double(random.int(-5...5)), 0.5)
        let z = try random.distinct(x.shape, in: -1...1)
        expectClose(
            try made.operation(combined(a, x, b, z), w),
            try combined(a, made.operation(x, w), b, made.operation(z, w)), "in x, \(made.operation)")
        let v = try random.distinct(w.shape, in: -1...1)
        expectClose(
            try made.operation(x, combined(a, w, b, v)),
            try combined(a, made.operation(x, w), b, made.operation(x, v)), "in w, \(made.operation)")
        let transposed = TransposedConvolution(
            stride: made.operation.stride, padding: .explicit(top: 0, bottom: 0, left: 0, right: 0),
            outputPadding: Size2D(0, 0), dilation: made.operation.dilation, groups: made.operation.groups)
        let y = try random.distinct(try Shape([2, 3, 4, w.shape[3]]), in: -1...1)
        let u = try random.distinct(y.shape, in: -1...1)
        expectClose(
            try transposed(combined(a, y, b, u), w),
            try combined(a, transposed(y, w), b, transposed(u, w)), "transposed, \(made.operation)")
    }

    /// conv(S_v x) = S_v conv(x) away from the border, to the last bit; v is a multiple of the stride.
    @Test(arguments: 0..<40) func convolutionMovesWithThePicture(seed: Int) throws {
        var random = TestRandom(seed + 400)
        let made = try RandomConvolution(&random)
        let (conv, w) = (made.operation, made.inputs[1])
        let x = try random.distinct(try Shape([1, 24, 26, made.inputs[0].shape[3]]), in: -1...1)
        let (down, right) = (random.int(-2...2), random.int(-2...2))
        let moved = try Roll(shifts: [down * conv.stride.height, right * conv.stride.width], axes: [1, 2])(x)
        let (y, z) = (try conv(x, w), try conv(moved, w))
        let shifted = try Roll(shifts: [down, right], axes: [1, 2])(y)
        // So many outputs at each side see the border, the padding or what came round.
        let frame = Size2D(
            2 + (conv.dilation.height * (w.shape[0] - 1) + 1) / conv.stride.height + 1,
            2 + (conv.dilation.width * (w.shape[1] - 1) + 1) / conv.stride.width + 1)
        let inside: [TensorIndex] = [
            .at(0), .slice(frame.height, -frame.height, nil), .slice(frame.width, -frame.width, nil),
        ]
        #expect(try z.subscripted(inside).doubles() == shifted.subscripted(inside).doubles(), "\(conv)")
    }

    /// The maximum and the mean of equal numbers are that number, also in windows that are partly outside.
    @Test(arguments: 0..<40) func poolingOfAConstantIsTheConstant(seed: Int) throws {
        var random = TestRandom(seed + 500)
        let size = Size2D(random.int(1...4), random.int(1...4))
        let stride = Size2D(random.int(1...3), random.int(1...3))
        let (top, left) = (random.int(0...size.height - 1), random.int(0...size.width - 1))
        let padding = Padding.explicit(top: top, bottom: random.int(0...size.height - 1), left: left, right: 0)
        let rounding: Rounding = random.bool() ? .ceil : .floor
        let value = Double(random.int(-20...20)) / 8
        let shape = try Shape([random.int(1...2), random.int(4...9), random.int(4...9), random.int(1...5)])
        let x = try Tensor.full(shape, value, .float64)
        let largest = try MaxPooling(size: size, stride: stride, padding: padding, rounding: rounding)(x)
        let mean = try AveragePooling(
            size: size, stride: stride, padding: padding, rounding: rounding, countsPadding: false)(x)
        #expect(largest.count > 0 && largest.doubles().allSatisfy { $0 == value })
        #expect(mean.shape == largest.shape && mean.doubles().allSatisfy { $0 == value })
        let shared = try AdaptiveAveragePooling(Size2D(random.int(1...5), random.int(1...5)))(x)
        #expect(shared.doubles().allSatisfy { $0 == value })
    }
}
