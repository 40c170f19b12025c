@testable import CNNCore

/// What int64, uint8 and bool do, comparisons and conversions. Results are within range: overflows are errors.
extension BitCase {
    private static let whole: [DType] = [.int64, .uint8, .bool]

    static let wholeNumbers: [BitCase] =
        Binary.Kind.allCases.flatMap { kind in
            each("\(Binary(kind).name) of whole numbers", in: whole) { dtype, random in
                let (first, second) = ranges(kind, dtype)
                let small = [try random.whole([5, 7], in: first, dtype), try random.whole([7], in: second, dtype)]
                let large = [
                    try random.whole([98_341], in: first, dtype), try random.whole([98_341], in: second, dtype),
                ]
                return [Instance(small, Binary(kind)), Instance(large, Binary(kind))]
            }
        }
        + Unary.Kind.allCases.flatMap { kind in
            each("\(Unary(kind).name) of whole numbers", in: whole) { dtype, random in
                let range = dtype == .bool ? 0...1 : dtype == .uint8 ? 0...15 : -15...15
                // 0 - x is no uint8.
                let x = try random.whole([1031], in: kind == .negate && dtype == .uint8 ? 0...0 : range, dtype)
                return [Instance([x], Unary(kind))]
            }
        }
        + each("not", in: [.bool]) { dtype, random in
            [Instance([try random.whole([1031], in: 0...1, dtype)], LogicalNot())]
        }

    /// Of the two operands.
    private static func ranges(_ kind: Binary.Kind, _ dtype: DType) -> (ClosedRange<Int>, ClosedRange<Int>) {
        switch (dtype, kind) {
        case (.bool, .divide), (.bool, .modulo), (.bool, .floorDivide): (0...1, 1...1)
        case (.bool, _): (0...1, 0...1)
        case (.uint8, .add): (0...127, 0...128)
        case (.uint8, .subtract): (128...255, 0...128)
        case (.uint8, .multiply): (0...15, 0...17)
        case (.uint8, .power): (0...3, 0...5)
        case (.uint8, .divide), (.uint8, .modulo), (.uint8, .floorDivide): (0...255, 1...99)
        case (.uint8, _): (0...255, 0...255)
        case (_, .power): (-9...9, 0...17)
        case (_, .divide), (_, .modulo), (_, .floorDivide): (-1_000_000_000_000...1_000_000_000_000, 1...1_000_003)
        case (_, .multiply): (-2_000_000_000...2_000_000_000, -2_000_000_000...2_000_000_000)
        default: (-1_000_000_000_000_000_000...1_000_000_000_000_000_000, -1_000_000...1_000_000)
        }
    }

    /// Numbers of any dtype, many of them equal.
    private static func numbers(_ sizes: [Int], _ dtype: DType, _ random: inout TestRandom) throws -> Tensor {
        switch dtype {
        case .float32, .float64:
            try Binary(.divide).apply(
                try random.whole(sizes, in: -40...40, dtype), scalar: 8, scalarIsInteger: false, scalarOnLeft: false)
        case .int64: try random.whole(sizes, in: -40...40, dtype)
        case .uint8: try random.whole(sizes, in: 0...40, dtype)
        case .bool: try random.whole(sizes, in: 0...1, dtype)
        }
    }

    /// The same with a nan, both zeros and both infinities where there are such.
    private static func oddNumbers(_ sizes: [Int], _ dtype: DType, _ random: inout TestRandom) throws -> Tensor {
        var x = try numbers(sizes, dtype, &random)
        guard dtype.isFloating else { return x }
        for (place, value) in [Double.nan, 0, -0.0, .infinity, -.infinity, -0.0, 0, .nan].enumerated() {
            let index = place * (x.count / 8) + place
            if dtype == .float32 {
                try x.mutablePointer(Float.self)[index] = Float(value)
            } else {
                try x.mutablePointer(Double.self)[index] = value
            }
        }
        return x
    }

    static let comparisons: [BitCase] = Comparison.Kind.allCases.flatMap { kind in
        each("x \(Comparison(kind).name) y", in: DType.allCases) { dtype, random in
            let x = try oddNumbers([311, 317], dtype, &random)
            return [
                Instance([x, try oddNumbers([311, 317], dtype, &random)], Comparison(kind)),
                Instance([x, try numbers([317], dtype, &random)], Comparison(kind)),
                Instance([x, x], Comparison(kind)),
                .plain([x]) { [try Comparison(kind).apply($0[0], scalar: 0.5, scalarOnLeft: false)] },
                .plain([x]) { [try Comparison(kind).apply($0[0], scalar: 1 as Int, scalarOnLeft: true)] },
            ]
        }
    }

    static let conversions: [BitCase] = DType.allCases.flatMap { target in
        each("to \(target.rawValue)", in: DType.allCases) { dtype, random in
            let isNarrow = dtype == .bool || target == .bool
            let range = isNarrow ? 0...1.0 : dtype == .uint8 || target == .uint8 ? 0...255.9 : -1e6...1e6
            let x = try random.filled([98_341], in: range, .float64)
            let values = dtype == .bool ? try Comparison(.less).apply(x, scalar: 0.5, scalarOnLeft: false) : x
            var list = [Instance([try values.converted(to: dtype)], Cast(target))]
            if dtype.isFloating, target.isFloating || target == .bool {
                let odd = BitCase.oddNumbers
                list.append(Instance([try Tensor(doubles: odd, Shape([odd.count]), dtype)], Cast(target)))
            }
            return list
        }
    }

    static let ordering: [BitCase] =
        [true, false].flatMap { descending in
            each(descending ? "sort down" : "sort up", in: DType.allCases) { dtype, random in
                let x = try oddNumbers([13, 57, 9], dtype, &random)
                let long = try oddNumbers([3001], dtype, &random)
                return [
                    Instance([x], Sort(axis: 1, descending: descending)),
                    Instance([x], ArgSort(axis: 2, descending: descending)),
                    Instance([long], Sort(axis: 0, descending: descending)),
                    Instance([long], ArgSort(axis: 0, descending: descending)),
                ]
            }
        }
        + each("topk", in: DType.allCases) { dtype, random in
            [
                Instance(inputs: [try oddNumbers([31, 37], dtype, &random)]) { inputs in
                    let best: [TensorIndex] = [.slice(nil, nil, nil), .slice(0, 5, nil)]
                    return [
                        try Sort(axis: 1, descending: true)(inputs[0]).subscripted(best),
                        try ArgSort(axis: 1, descending: true)(inputs[0]).subscripted(best),
                    ]
                }
            ]
        }
        + [true, false].flatMap { maximum in
            each(maximum ? "argmax" : "argmin", in: DType.allCases) { dtype, random in
                let x = try oddNumbers([41, 43, 47], dtype, &random)
                return [Instance([x], ArgReduction(maximum: maximum, axis: nil))]
                    + (0..<3).map { Instance([x], ArgReduction(maximum: maximum, axis: $0, keep: true)) }
            }
        }
        + each("statistics", in: DType.allCases) { dtype, random in
            [
                .plain([try oddNumbers([98_341], dtype, &random)]) { inputs in
                    let found = inputs[0].statistics()
                    let values =
                        [found.min, found.max, found.mean, found.std]
                        + [found.nanCount, found.infCount, found.zeroCount].map(Double.init)
                    return [try Tensor(doubles: values, Shape([7]), .float64)]
                }
            ]
        }

    static let reductions: [BitCase] = Reduction.Kind.allCases.flatMap { kind in
        each("every \(Reduction(kind).name)", in: DType.allCases) { dtype, random in
            let isProduct = kind == .product
            func numbers(_ sizes: [Int], _ random: inout TestRandom) throws -> Tensor {
                guard isProduct else { return try BitCase.numbers(sizes, dtype, &random) }
                return dtype.isFloating
                    ? try random.filled(sizes, in: 0.9...1.1, dtype) : try random.whole(sizes, in: 0...1, dtype)
            }
            let cube = try numbers([41, 43, 47], &random)
            let rows = try numbers([7, 9011], &random)
            let columns = try numbers([2053, 37], &random)
            var list = [Instance([cube], Reduction(kind)), Instance([rows], Reduction(kind, axes: [1]))]
            list += (0..<3).map { Instance([cube], Reduction(kind, axes: [$0])) }
            list.append(Instance([cube], Reduction(kind, axes: [0, 2], keep: true)))
            list.append(Instance([columns], Reduction(kind, axes: [0], ddof: 1)))
            if dtype.isFloating {
                list.append(Instance([try oddNumbers([29, 31], dtype, &random)], Reduction(kind, axes: [0])))
            }
            return list
        }
    }
}
