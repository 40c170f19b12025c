/// Every window of a picture as a row: `im2col(x) @ reshape(w, [F*F*C, K])` is the convolution.
///
/// Input x `[N, H, W, C]`; result `[N, OH*OW, F*F*C]`, a row in the order of the filters: F, F, C. Zeros where a window
/// hangs over the padding.
public struct Im2Col: Operation {
    public let size: Size2D
    public let stride: Size2D
    public let padding: Padding

    public init(size: Size2D, stride: Size2D, padding: Padding) {
        self.size = size
        self.stride = stride
        self.padding = padding
    }

    public var name: String { "im2col" }

    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        let x = inputs[0].shape
        try PictureChecks.batch(inputs[0], for: .call(name))
        try PictureChecks.dtypes(inputs, names: ["x"], for: .call(name))
        let geometry = try geometry(x)
        let positions = Work.product(geometry.output.height, geometry.output.width)
        return TensorSpec(
            try Shape([x[0], positions, Work.product(size.height, size.width, x[3])]), inputs[0].dtype)
    }

    private func geometry(_ x: Shape) throws(CNNError) -> ConvolutionGeometry {
        try ConvolutionGeometry(
            batch: x[0], input: Size2D(x[1], x[2]), channels: x[3], filters: x[3], window: size, stride: stride,
            padding: padding, rounding: .exact, for: .call(name).withoutRounding)
    }

    public func forward(
        _ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]
    ) throws(CNNError) -> Tensor {
        let x = inputs[0]
        let geometry = try geometry(x.shape)
        var result = try Tensor.full(output.shape, 0, output.dtype)
        func fill<T>(_ type: T.Type) throws(CNNError) {
            let source = x.pointer(T.self)
            let target = try result.mutablePointer(T.self)
            Im2Col.forEachRun(geometry) { row, pixel, count in
                (target + row).update(from: source + pixel, count: count)
            }
        }
        if x.dtype == .float32 { try fill(Float.self) } else { try fill(Double.self) }
        return result
    }

    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds { .nothing }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let dy = context.outputGradient
        let geometry = try geometry(context.inputs[0].shape)
        var dx = try Tensor.full(context.inputs[0].shape, 0, dy.dtype)
        func add<T: FloatingPoint>(_ type: T.Type) throws(CNNError) {
            let source = dy.pointer(T.self)
            let target = try dx.mutablePointer(T.self)
            Im2Col.forEachRun(geometry) { row, pixel, count in
                for index in 0..<count { target[pixel + index] += source[row + index] }
            }
        }
        if dy.dtype == .float32 { try add(Float.self) } else { try add(Double.self) }
        return [dx]
    }

    /// Calls `body` with the place in the result, the place in the picture and the length of each stretch of a window's
    /// row that lies inside the picture, in the result's order.
    @inline(__always)
    private static func forEachRun(_ g: ConvolutionGeometry, _ body: (Int, Int, Int) -> Void) {
        let channels = g.channels
        var row = 0
        for picture in 0..<g.batch {
            for y in 0..<g.output.height {
                for x in 0..<g.output.width {
                    let left = x * g.stride.width - g.left
                    let first = max(0, -left)
                    let last = min(g.window.width, g.input.width - left)
                    for u in 0..<g.window.height {
                        let line = y * g.stride.height - g.top + u
                        if line >= 0, line < g.input.height, first < last {
                            let pixel = (picture * g.input.height + line) * g.input.width + left + first
                            body(row + first * channels, pixel * channels, (last - first) * channels)
                        }
                        row += g.window.width * channels
                    }
                }
            }
        }
    }
}
