import CNNCore
import CNNKernels

/// Logarithms to the bases 2 and 10, exact for powers of the base.
enum LogarithmBuiltins {
    static let all: [Builtin] = [
        logarithm(
            2, example: ("log2(8)\nlog2(tensor([0.5, 1, 1024]))", "3.0\ntensor 3 float32\n[-1,  0, 10]\n")),
        logarithm(
            10, example: ("log10(1000)\nlog10(tensor([0.01, 1, 50]))", "3.0\ntensor 3 float32\n[   -2,     0, 1.699]\n")
        ),
    ]

    private static func logarithm(_ base: Int, example: (code: String, output: String)) -> Builtin {
        Builtin(
            "log\(base)", ["x"], .elementwise, "the logarithm to the base \(base), exact for its powers",
            formula: "ln x / ln \(base)", example: example,
            shortcut: { value, second in second == nil ? number(value, Double(base)) : nil }
        ) { call in
            Value(try tensor(try ElementwiseBuiltins.operand(call, keepsInts: false), Double(base)))
        }
    }

    private static func number(_ value: Value, _ base: Double) -> Slot? {
        switch value {
        case .int(let number): Slot(float: logarithm(Double(number), base))
        case .float(let number): Slot(float: logarithm(number, base))
        case .float32(let number): Slot(float32: Float(logarithm(Double(number), base)))
        default: nil
        }
    }

    /// Of one number, as of an element of a float64 tensor.
    static func logarithm(_ x: Double, _ base: Double) -> Double {
        let quotient = Unary(.log)(x) / Unary(.log)(base)
        let whole = Unary(.round)(quotient)
        let allowed = min(max(abs(whole) - 1, 0), 1) * slack(base)
        return abs(whole - quotient) < nearness && abs(cnn_pow(base, whole) - x) <= allowed * x ? whole : quotient
    }

    /// What rounding cannot exceed, and far less than the distance to the next whole number.
    private static let nearness = 1e-6

    /// How far, as a share, a number may be from a power of the base whose logarithm is still its nearest one, from the
    /// second power on. Those of 2 are exact; of large ones of 10 the power itself may miss by a rounding.
    private static func slack(_ base: Double) -> Double { base == 2 ? 0 : 0x1p-52 }

    /// In float64, and rounded to x's dtype at the end. The quotient of two logarithms misses a power of the base by a
    /// unit in the last place; what it misses is added, so that the gradient stays the quotient's.
    private static func tensor(_ x: Tensor, _ base: Double) throws(CNNError) -> Tensor {
        let dtype = x.dtype.isFloating ? x.dtype : .float32
        let x = try x.dtype == .float64 ? x : x.converted(to: .float64)
        let quotient = try scaled(.divide, try Unary(.log)(x), Unary(.log)(base), isLeft: false)
        let known = quotient.detached
        let whole = try Unary(.round)(known)
        let miss = try Binary(.subtract)(whole, known)
        // At inf and nan it is nan, which is not near.
        let isNear = try Comparison(.less).apply(try Unary(.abs)(miss), scalar: nearness, scalarOnLeft: false)
        let distance = try Unary(.abs)(try Binary(.subtract)(try scaled(.power, whole, base, isLeft: true), x.detached))
        let steps = try scaled(.subtract, try Unary(.abs)(whole), 1, isLeft: false)
        let allowed = try scaled(.multiply, try Clip(0, 1)(steps), slack(base), isLeft: false)
        let isPower = try Comparison(.lessOrEqual)(distance, try Binary(.multiply)(allowed, x.detached))
        let zero = try Tensor.scalar(0, .float64)
        let correction = try Where()(try Binary(.multiply)(isNear, isPower), miss, zero)
        let result = try Binary(.add)(quotient, correction)
        return try dtype == .float64 ? result : result.converted(to: dtype)
    }

    private static func scaled(
        _ kind: Binary.Kind, _ x: Tensor, _ scalar: Double, isLeft: Bool
    ) throws(CNNError) -> Tensor {
        try Binary(kind).apply(x, scalar: scalar, scalarIsInteger: false, scalarOnLeft: isLeft)
    }
}
