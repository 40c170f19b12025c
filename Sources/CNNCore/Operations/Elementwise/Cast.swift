import CNNKernels

/// The elements in another dtype: `x.to(float64)`.
public struct Cast: Operation {
    public let dtype: DType

    public init(_ dtype: DType) { self.dtype = dtype }

    public var name: String { "to" }

    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec { TensorSpec(inputs[0].shape, dtype) }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        try Cast.converted(inputs[0], to: dtype)
    }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        [try Cast.converted(context.outputGradient, to: context.inputs[0].dtype)]
    }

    /// Not recorded. Floats become whole numbers by cutting off, as int(x) does; anything but 0 becomes True.
    /// - Throws: E0409 for a value that does not fit.
    static func converted(_ x: Tensor, to dtype: DType) throws(CNNError) -> Tensor {
        if x.dtype == dtype { return x }
        var result = try Tensor(uninitialized: x.shape, dtype)
        let target = try result.mutableBytes()
        let fits = cnn_cast(x.dtype.kernelType, dtype.kernelType, Int64(x.count), x.bytes, target)
        try WorkMeter.checkInterrupt()
        guard fits else { throw misfit(x, dtype) }
        return result
    }

    private static func misfit(_ x: Tensor, _ dtype: DType) -> CNNError {
        for index in 0..<x.count {
            let value = x.element(index)
            let fits =
                dtype == .uint8
                ? UInt8(exactly: value.rounded(.towardZero)) != nil
                : Int64(exactly: value.rounded(.towardZero)) != nil
            if !fits { return Element.misfit(value, dtype) }
        }
        return CNNError(.invalidConversion, "a value does not fit into \(dtype.rawValue)")
    }
}

extension Tensor {
    /// The same values in another dtype, recorded. A float loses its fraction on the way to a whole number.
    /// - Throws: E0409 for a value that does not fit (nan to int64, 300 to uint8).
    public func converted(to dtype: DType) throws(CNNError) -> Tensor {
        self.dtype == dtype ? self : try Cast(dtype)(self)
    }
}
