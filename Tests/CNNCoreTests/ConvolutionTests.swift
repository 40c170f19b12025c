import Testing

@testable import CNNCore

@Suite(.serialized) struct ConvolutionTests {
    @Test func conv2d() throws {
        for fixture in try Fixture.cases("conv2d") {
            let operation = Convolution(
                stride: try fixture.size("stride"), padding: try fixture.padding(),
                dilation: try fixture.size("dilation"),
                groups: try fixture.int("groups"), rounding: .floor)
            try fixture.inOurLayout().check(inputs: fixture.weighted) { try operation.apply($0) }
        }
    }

    @Test func conv2dSame() throws {
        for fixture in try Fixture.cases("conv2d_same") {
            let operation = Convolution(
                stride: try fixture.size("stride"), padding: .same, dilation: .one, groups: 1, rounding: .exact)
            try fixture.inOurLayout().check(inputs: fixture.weighted) { try operation.apply($0) }
        }
    }

    @Test func conv2dFull() throws {
        for fixture in try Fixture.cases("conv2d_full") {
            let operation = Convolution(stride: .one, padding: .full, dilation: .one, groups: 1, rounding: .exact)
            try fixture.inOurLayout().check(inputs: fixture.weighted) { try operation.apply($0) }
        }
    }

    @Test func convTranspose2d() throws {
        for fixture in try Fixture.cases("conv_transpose2d") {
            let operation = TransposedConvolution(
                stride: try fixture.size("stride"), padding: try fixture.padding(),
                outputPadding: try fixture.size("output_padding"), dilation: .one, groups: try fixture.int("groups"))
            try fixture.inOurLayout().check(inputs: fixture.weighted) { try operation.apply($0) }
        }
    }

    @Test(arguments: 0..<20) func gradients(seed: Int) throws {
        var random = TestRandom(seed)
        let made = try RandomConvolution(&random)
        try GradientCheck.check(made.inputs, "\(made.operation)") { try made.operation.apply($0) }
    }

    @Test(arguments: 0..<20) func gradientsOfTransposed(seed: Int) throws {
        var random = TestRandom(seed + 100)
        let made = try RandomConvolution(&random)
        let conv = made.operation
        let extra =
            conv.padding == .same
            ? Size2D(0, 0) : Size2D(random.int(0...conv.stride.height - 1), random.int(0...conv.stride.width - 1))
        let operation = TransposedConvolution(
            stride: conv.stride, padding: conv.padding, outputPadding: extra, dilation: conv.dilation,
            groups: conv.groups)
        let w = made.inputs[1]
        let x = try random.distinct(
            try Shape([random.int(1...2), random.int(3...5), random.int(3...5), w.shape[3]]), in: -1...1)
        let b = try random.distinct(try Shape([w.shape[2] * conv.groups]), in: -1...1)
        try GradientCheck.check([x, w, b], "\(operation)") { try operation.apply($0) }
    }

    private func inner(_ a: Tensor, _ b: Tensor) -> Double {
        zip(a.doubles(), b.doubles()).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// `<conv(x), y> = <x, conv_t(y)>`
    @Test(arguments: 0..<40) func theTransposeIsTheAdjoint(seed: Int) throws {
        var random = TestRandom(seed + 200)
        let made = try RandomConvolution(&random)
        let conv = made.operation
        let (x, w) = (made.inputs[0], made.inputs[1])
        let forward = try conv(x, w)
        let y = try random.distinct(forward.shape, in: -1...1)
        // What the last window does not reach is the output padding.
        let geometry = try conv.geometry(x.shape, w.shape, for: .call("conv2d"))
        func rest(_ n: Int, _ o: Int, _ stride: Int, _ extent: Int, _ pad: Int) -> Int {
            n - ((o - 1) * stride + extent - pad)
        }
        let extra = Size2D(
            rest(
                x.shape[1], forward.shape[1], conv.stride.height, conv.dilation.height * (w.shape[0] - 1) + 1,
                geometry.top + geometry.bottom),
            rest(
                x.shape[2], forward.shape[2], conv.stride.width, conv.dilation.width * (w.shape[1] - 1) + 1,
                geometry.left + geometry.right))
        let padding = Padding.explicit(
            top: geometry.top, bottom: geometry.bottom, left: geometry.left, right: geometry.right)
        let transposed = TransposedConvolution(
            stride: conv.stride, padding: padding, outputPadding: extra, dilation: conv.dilation, groups: conv.groups)
        let back = try transposed(y, w)
        #expect(back.shape == x.shape)
        let (left, right) = (inner(forward, y), inner(x, back))
        #expect(abs(left - right) <= 1e-12 * (abs(left) + abs(right) + 1))
    }

    @Test func sameEnlargesByTheStride() throws {
        var random = TestRandom(5)
        for stride in 1...3 {
            let operation = TransposedConvolution(
                stride: Size2D(stride), padding: .same, outputPadding: Size2D(0), dilation: .one, groups: 1)
            let x = try random.distinct(Shape([1, 4, 5, 2]), in: -1...1)
            let w = try random.distinct(Shape([3, 2, 3, 2]), in: -1...1)
            #expect(try operation(x, w).shape.dimensions == [1, 4 * stride, 5 * stride, 3])
        }
        let full = TransposedConvolution(
            stride: .one, padding: .full, outputPadding: Size2D(0), dilation: .one, groups: 1)
        let x = try random.distinct(Shape([1, 6, 6, 2]), in: -1...1)
        #expect(try full(x, random.distinct(Shape([3, 3, 1, 2]), in: -1...1)).shape.dimensions == [1, 4, 4, 1])
    }

    // MARK: - Others

    /// `im2col(x) @ w` is the convolution.
    @Test(arguments: 0..<20) func im2col(seed: Int) throws {
        var random = TestRandom(seed + 300)
        let size = Size2D(random.int(1...3), random.int(1...3))
        let stride = Size2D(random.int(1...2))
        let padding: Padding = random.bool() ? .same : .explicit(top: 1, bottom: 0, left: 0, right: 2)
        let x = try random.distinct(
            try Shape([2, random.int(3...6), random.int(3...6), random.int(1...3)]), in: -1...1)
        let w = try random.distinct(try Shape([size.height, size.width, x.shape[3], 4]), in: -1...1)
        let operation = Im2Col(size: size, stride: stride, padding: padding)
        guard let rows = try? operation(x) else { return }
        let conv = try Convolution(stride: stride, padding: padding, dilation: .one, groups: 1, rounding: .exact)(x, w)
        let matrix = try Reshape([size.height * size.width * x.shape[3], 4])(w)
        let product = try MatrixProduct()(rows, matrix)
        #expect(product.shape.dimensions == [2, conv.shape[1] * conv.shape[2], 4])
        #expect(relativeError(product.doubles(), conv.doubles()) < 1e-13)
        try GradientCheck.check([x]) { try operation.apply($0) }
    }

    @Test func formsOfPictures() throws {
        let w = try Tensor.full(Shape([3, 3, 1, 1]), 1, .float32)
        let conv = Convolution(stride: .one, padding: .valid, dilation: .one, groups: 1, rounding: .exact)
        for (shape, result) in [([5, 6], [3, 4]), ([5, 6, 1], [3, 4, 1]), ([2, 5, 6, 1], [2, 3, 4, 1])] {
            let x = try Tensor.full(Shape(shape), 1, .float32)
            let form = try ImageForm(x, for: "conv2d")
            #expect(try form.restored(conv(form.batched(x), w)).shape.dimensions == result)
        }
        let many = try Tensor.full(Shape([3, 3, 1, 2]), 1, .float32)
        let x = try Tensor.full(Shape([5, 6]), 1, .float32)
        let form = try ImageForm(x, for: "conv2d")
        #expect(try form.restored(conv(form.batched(x), many)).shape.dimensions == [3, 4, 2])
        #expect(throws: CNNError.self) { try ImageForm(Tensor.full(Shape([5]), 1, .float32), for: "conv2d") }
    }

    @Test func emptyBatches() throws {
        let x = try Tensor.full(Shape([0, 5, 5, 2]), 1, .float64)
        let w = try Tensor.full(Shape([3, 3, 2, 4]), 1, .float64)
        let conv = Convolution(stride: .one, padding: .same, dilation: .one, groups: 1, rounding: .exact)
        let tape = Tape()
        let (xs, ws) = (try tape.watch(x), try tape.watch(w))
        let y = try conv(xs, ws)
        #expect(y.shape.dimensions == [0, 5, 5, 4])
        let gradients = try tape.gradients(of: Reduction(.sum)(y), withRespectTo: [xs, ws])
        #expect(gradients[1].doubles().allSatisfy { $0 == 0 } && gradients[0].shape == x.shape)
    }

    /// Work is what is charged before it is begun: 10*10*16 outputs of 5*5*6 products each.
    @Test func workIsTheNumberOfProducts() throws {
        let specs = [
            TensorSpec(try Shape([1, 14, 14, 6]), .float32), TensorSpec(try Shape([5, 5, 6, 16]), .float32),
        ]
        let conv = Convolution(stride: .one, padding: .valid, dilation: .one, groups: 1, rounding: .exact)
        let output = try conv.outputSpec(specs)
        #expect(conv.work(specs, output: output) == 240_000)
        #expect(try conv.geometry(specs[0].shape, specs[1].shape, for: .call("conv2d")).multiplyAdds == 240_000)
    }
}
