@testable import CNNCore

/// Functions of single elements: ordinary numbers, the odd ones, and more than one thread takes.
extension BitCase {
    static let elementwise: [BitCase] = unary + binary + others

    /// Zeros, infinities, nan, the ends of the ranges of both types, halves, and where exp ends.
    static let oddNumbers: [Double] = [
        0, -0.0, 1, -1, .infinity, -.infinity, .nan, 0x1p-1074, -0x1p-1074, 1e-45, 1.1754943508222875e-38, 0x1.8p-1023,
        1e308,
        -1e308, 3.4e38, 709.7, 710, -745.2, 88.7, -104, 1e-8, -1e-8, 3.141592653589793, 1e6, -1e15, 0.5, 1.5, 2.5, -2.5,
        0.49999999999999994, 1e22, 7, -7,
    ]

    private static func odd(_ dtype: DType, times: Int = 5) throws -> Tensor {
        let values = (0..<times).flatMap { _ in oddNumbers }
        return try Tensor(doubles: values, Shape([values.count]), dtype)
    }

    /// All pairs, row-major.
    private static func oddPairs(_ dtype: DType) throws -> [Tensor] {
        let count = oddNumbers.count
        let first = try Reshape([count, 1])(try odd(dtype, times: 1))
        let all = try Shape([count, count])
        return [try Broadcast(to: all)(first), try Broadcast(to: all)(try odd(dtype, times: 1))]
    }

    private static let unary: [BitCase] = Unary.Kind.allCases.flatMap { kind in
        each("every \(Unary(kind).name)") { dtype, random in
            let range = kind == .log || kind == .sqrt || kind == .reciprocal ? 0.1...4.0 : -4...4.0
            return [
                Instance([try odd(dtype)], Unary(kind)),
                Instance([try random.filled([3, 29], in: range, dtype)], Unary(kind)),
                Instance([try random.filled([98_341], in: range, dtype)], Unary(kind)),
            ]
        }
    }

    private static let binary: [BitCase] = Binary.Kind.allCases.flatMap { kind in
        each("every \(Binary(kind).name)") { dtype, random in
            let range = kind == .power ? 0.3...2.0 : -2...2.0
            let a = try random.filled([311, 317], in: range, dtype)
            let row = try random.filled([317], in: range, dtype)
            let column = try random.filled([311, 1], in: range, dtype)
            let scalars = try [true, false].map { onLeft in
                Instance(inputs: [try random.filled([98_341], in: range, dtype)]) {
                    [try Binary(kind).apply($0[0], scalar: 1.7, scalarIsInteger: false, scalarOnLeft: onLeft)]
                }
            }
            return scalars + [
                Instance(try oddPairs(dtype), Binary(kind)),
                Instance([a, try random.filled([311, 317], in: range, dtype)], Binary(kind)),
                Instance([a, row], Binary(kind)), Instance([column, a], Binary(kind)),
            ]
        }
    }

    private static let others: [BitCase] =
        each("every clip") { dtype, random in
            [
                Instance([try odd(dtype)], Clip(-1, 2)), Instance([try odd(dtype)], Clip(nil, 0.5)),
                Instance([try random.filled([4099], dtype)], Clip(-0.5, 0.25)),
            ]
        }
        + each("every where") { dtype, random in
            let condition = try random.whole([311, 317], in: 0...1, .bool)
            return [
                Instance(
                    [
                        condition, try random.filled([311, 317], dtype), try random.filled([317], dtype),
                    ], Where())
            ]
        }
        + each("every cumsum") { dtype, random in
            let x = try random.filled([41, 43, 47], dtype)
            return [Instance([x], CumulativeSum(axis: nil))] + (0..<3).map { Instance([x], CumulativeSum(axis: $0)) }
        }
        + each("copies") { dtype, random in
            let x = try random.filled([41, 43, 47], dtype)
            return [
                Instance([x], Permute([2, 0, 1])), Instance([x], Flip(axes: [0, 2])),
                Instance([x], Roll(shifts: [7], axes: [1])), Instance([x, x], Concat(axis: 2)),
                Instance([try random.filled([43, 1], dtype)], Broadcast(to: try Shape([41, 43, 47]))),
                Instance([x], PadAxes(before: [1, 0, 2], after: [0, 3, 1])),
                Instance([try random.filled([7, 9], dtype)], Tile([30, 40])),
            ]
        }
        + each("assignment") { dtype, random in
            try (0..<6).map { _ in
                let shape = try random.shape(1...4)
                let items = try IndexCase.random(shape, &random)
                return .plain([
                    try random.filled(shape, in: -1...1, dtype),
                    try random.filled(items.shape, dtype),
                ]) { inputs in
                    var x = inputs[0]
                    try x.assign(items.items, inputs[1])
                    return [x]
                }
            }
        }
}
