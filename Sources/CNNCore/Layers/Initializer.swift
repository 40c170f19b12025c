/// How a parameter is filled when a model is made.
enum Initializer: Equatable, Sendable {
    /// Normal with variance `2 / fan-in` (He et al. 2015).
    case he
    /// Uniform within `sqrt(6 / (fan-in + fan-out))` (Glorot & Bengio 2010).
    case xavier
    case zeros
    case ones
    case normal(Double)

    /// - Parameter stream: the parameter's own random numbers.
    func tensor(
        _ shape: Shape, _ dtype: DType, fanIn: Int, fanOut: Int, stream: RandomStream
    ) throws(CNNError) -> Tensor {
        var stream = stream
        switch self {
        case .zeros: return try Tensor.full(shape, 0, dtype)
        case .ones: return try Tensor.full(shape, 1, dtype)
        case .he:
            return try Initializer.scaled(
                try stream.normal(shape, dtype), by: (2 / Double(max(1, fanIn))).squareRoot(), offset: 0)
        case .normal(let deviation):
            return try Initializer.scaled(try stream.normal(shape, dtype), by: deviation, offset: 0)
        case .xavier:
            let limit = (6 / (Double(fanIn) + Double(fanOut))).squareRoot()
            return try Initializer.scaled(try stream.uniform(shape, dtype), by: 2 * limit, offset: -limit)
        }
    }

    private static func scaled(_ tensor: Tensor, by factor: Double, offset: Double) throws(CNNError) -> Tensor {
        var tensor = tensor
        let count = tensor.count
        func scale<T: BinaryFloatingPoint>(_ type: T.Type) throws(CNNError) {
            let values = try tensor.mutablePointer(T.self)
            for index in 0..<count { values[index] = T(Double(values[index]) * factor + offset) }
        }
        if tensor.dtype == .float32 { try scale(Float.self) } else { try scale(Double.self) }
        return tensor
    }
}

/// A parameter that a layer needs, before it has a value.
struct ParameterDeclaration: Sendable {
    /// `weight`; the layer's name comes before it.
    let name: String
    let shape: Shape
    let initializer: Initializer
    var fanIn = 1
    var fanOut = 1
    /// Running statistics: kept with the parameters, but not trained.
    var isBuffer = false
}
