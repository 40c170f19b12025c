/// The maximum over windows that share the picture out evenly; see `AdaptiveWindows`. The gradient goes to the first
/// maximum.
///
/// Input x `[N, H, W, C]`, result `[N, OH, OW, C]`.
public struct AdaptiveMaxPooling: Operation {
    public let size: Size2D

    public init(_ size: Size2D) { self.size = size }

    public var name: String { "adaptive_max_pool" }

    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        try AdaptiveWindows(size).outputSpec(inputs[0], for: .call(name))
    }

    public func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int {
        Work.sum(inputs[0].shape.count, output.shape.count)
    }

    /// Saves where each maximum stands. A nan counts as the maximum.
    public func forward(
        _ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]
    ) throws(CNNError) -> Tensor {
        let x = inputs[0]
        var result = try Tensor(uninitialized: output.shape, output.dtype)
        var places = try Tensor(uninitialized: output.shape, .int64)
        let found = try places.mutablePointer(Int.self)
        func find<T: BinaryFloatingPoint>(_ type: T.Type) throws(CNNError) {
            let source = x.pointer(T.self)
            let target = try result.mutablePointer(T.self)
            AdaptiveWindows(size).forEach(x.shape) { place, pixels, channels in
                for channel in 0..<channels {
                    var best = pixels[0] + channel
                    for pixel in pixels.dropFirst() {
                        let value = source[pixel + channel]
                        if value > source[best] || (value.isNaN && !source[best].isNaN) { best = pixel + channel }
                    }
                    target[place + channel] = source[best]
                    found[place + channel] = best
                }
            }
        }
        if x.dtype == .float32 { try find(Float.self) } else { try find(Double.self) }
        saved.append(places)
        return result
    }

    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds { .nothing }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let (shape, dy) = (context.inputs[0].shape, context.outputGradient)
        let places = context.saved[0].pointer(Int.self)
        var dx = try Tensor.full(shape, 0, dy.dtype)
        func spread<T: BinaryFloatingPoint>(_ type: T.Type) throws(CNNError) {
            let source = dy.pointer(T.self)
            let target = try dx.mutablePointer(T.self)
            for index in 0..<dy.count { target[places[index]] += source[index] }
        }
        if dy.dtype == .float32 { try spread(Float.self) } else { try spread(Double.self) }
        return [dx]
    }
}
