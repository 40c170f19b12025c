/// The elements, none smaller than `low` or larger than `high`; nan stays nan.
public struct Clip: Operation {
    public let low, high: Double?

    public init(_ low: Double?, _ high: Double?) {
        self.low = low
        self.high = high
    }

    public var name: String { "clip" }

    /// The same shape and dtype; whole numbers with a bound that is none become float32, as beside any float.
    /// - Throws: E0404 where a bound is nan or the bounds are the wrong way round.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        for bound in [low, high].compactMap({ $0 }) where bound.isNaN {
            throw CNNError(.invalidValue, "clip: a bound cannot be nan")
        }
        if let low, let high, low > high {
            throw CNNError(
                .invalidValue,
                "clip: low is larger than high: \(NumberFormatter.shortest(low)) > \(NumberFormatter.shortest(high))",
                notes: ["write clip(x, \(NumberFormatter.shortest(high)), \(NumberFormatter.shortest(low)))"])
        }
        let isWhole = [low, high].allSatisfy { $0.map { $0.rounded() == $0 } ?? true }
        switch inputs[0].dtype {
        case .float32, .float64: return inputs[0]
        case .int64, .uint8: return isWhole ? inputs[0] : TensorSpec(inputs[0].shape, .float32)
        case .bool: return TensorSpec(inputs[0].shape, isWhole ? .int64 : .float32)
        }
    }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        let x = try Cast.converted(inputs[0], to: output.dtype)
        var result = try Tensor(uninitialized: output.shape, output.dtype)
        let target = try result.mutableBytes()
        switch output.dtype {
        case .float32:
            clip(x, target, Float(low ?? -.infinity), Float(high ?? .infinity))
        case .float64: clip(x, target, low ?? -.infinity, high ?? .infinity)
        case .int64: clip(x, target, Clip.whole(low, Int64.min), Clip.whole(high, Int64.max))
        case .uint8, .bool: clip(x, target, Clip.whole(low, UInt8.min), Clip.whole(high, UInt8.max))
        }
        return result
    }

    /// A whole bound, or the nearest that the type has.
    private static func whole<T: FixedWidthInteger>(_ bound: Double?, _ none: T) -> T {
        guard let bound else { return none }
        return T(exactly: bound) ?? (bound < 0 ? T.min : T.max)
    }

    private func clip<T: Comparable>(_ x: Tensor, _ target: UnsafeMutableRawPointer, _ low: T, _ high: T) {
        let (source, result) = (x.pointer(T.self), target.assumingMemoryBound(to: T.self))
        for index in 0..<x.count {
            let value = source[index]
            result[index] = value < low ? low : (value > high ? high : value)
        }
    }

    /// dy where the element lies between the bounds or on one, 0 elsewhere.
    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let (x, dy) = (context.inputs[0], context.outputGradient)
        var dx = try Tensor(uninitialized: x.shape, x.dtype)
        let target = try dx.mutableBytes()
        if x.dtype == .float32 {
            pass(x, dy, target, Float(low ?? -.infinity), Float(high ?? .infinity))
        } else {
            pass(x, dy, target, low ?? -.infinity, high ?? .infinity)
        }
        return [dx]
    }

    private func pass<T: BinaryFloatingPoint>(
        _ x: Tensor, _ dy: Tensor, _ target: UnsafeMutableRawPointer, _ low: T, _ high: T
    ) {
        let (source, gradient) = (x.pointer(T.self), dy.pointer(T.self))
        let result = target.assumingMemoryBound(to: T.self)
        for index in 0..<x.count {
            result[index] = source[index] < low || source[index] > high ? 0 : gradient[index]
        }
    }
}
