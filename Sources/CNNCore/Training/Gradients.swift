/// The gradients of all parameters taken together.
public enum Gradients {
    /// The length of all gradients as one vector, in float64: eight interleaved chains, added in a fixed order.
    public static func norm(_ gradients: [Tensor]) -> Double {
        var sum = 0.0
        for gradient in gradients {
            switch gradient.dtype {
            case .float32: sum += sumOfSquares(gradient.pointer(Float.self), gradient.count)
            case .float64: sum += sumOfSquares(gradient.pointer(Double.self), gradient.count)
            case .int64, .uint8, .bool: sum += gradient.doubles().reduce(0) { $0 + $1 * $1 }
            }
        }
        return sum.squareRoot()
    }

    /// The gradients, shrunk together where their norm exceeds `maximumNorm`: g * maximumNorm / (norm + 1e-6).
    /// Pascanu, Mikolov, Bengio: On the difficulty of training recurrent neural networks, 2013.
    public static func clipped(_ gradients: [Tensor], maximumNorm: Double) throws(CNNError) -> [Tensor] {
        let factor = maximumNorm / (norm(gradients) + 1e-6)
        guard factor < 1 || factor.isNaN else { return gradients }
        let product = Binary(.multiply)
        var result: [Tensor] = []
        for gradient in gradients {
            let gradient = gradient.detached
            result.append(
                try product.apply(gradient, scalar: factor, scalarIsInteger: false, scalarOnLeft: false))
        }
        return result
    }

    private static func sumOfSquares<Element: BinaryFloatingPoint>(
        _ values: UnsafePointer<Element>, _ count: Int
    ) -> Double {
        var chains = SIMD8<Double>()
        for start in stride(from: 0, to: count & ~7, by: 8) {
            var next = SIMD8<Double>()
            for lane in 0..<8 { next[lane] = Double(values[start + lane]) }
            chains += next * next
        }
        for index in (count & ~7)..<count { chains[index & 7] += Double(values[index]) * Double(values[index]) }
        return (0..<8).reduce(0) { $0 + chains[$1] }
    }
}
