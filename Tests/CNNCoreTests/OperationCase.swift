import CNNCore
import Testing

/// A differentiable operation on random inputs: what the gradient tests go through.
struct OperationCase: Sendable, CustomTestStringConvertible {
    let name: String
    let make: @Sendable (inout TestRandom) throws -> ([Tensor], ([Tensor]) throws -> Tensor)

    var testDescription: String { name }

    private init(
        _ name: String, _ make: @escaping @Sendable (inout TestRandom) throws -> ([Tensor], ([Tensor]) throws -> Tensor)
    ) {
        self.name = name
        self.make = make
    }

    // MARK: - The table

    static let all: [OperationCase] = [
        one("negate", -2...2) { Unary(.negate) },
        one("abs", -2...2) { Unary(.abs) },
        one("exp", -2...2) { Unary(.exp) },
        one("log", 0.2...3) { Unary(.log) },
        one("sqrt", 0.2...3) { Unary(.sqrt) },
        one("sin", -4...4) { Unary(.sin) },
        one("cos", -4...4) { Unary(.cos) },
        one("tanh", -2...2) { Unary(.tanh) },
        one("sigmoid", -3...3) { Unary(.sigmoid) },
        one("relu", -2...2) { Unary(.relu) },
        one("leaky_relu", -2...2) { Unary(.leakyRelu, alpha: 0.3) },
        one("elu", -2...2) { Unary(.elu, alpha: 0.7) },
        one("gelu", -3...3) { Unary(.gelu) },
        one("silu", -3...3) { Unary(.silu) },
        one("softplus", -3...3) { Unary(.softplus) },
        one("square", -2...2) { Unary(.square) },
        one("reciprocal", 0.5...3) { Unary(.reciprocal) },
        OperationCase("clip") { random in
            ([try random.grid(try random.shape())], { try Clip(-1.03, 0.97)($0[0]) })
        },
        OperationCase("maximum(x, 1)") { random in
            let x = try random.grid(try random.shape())
            return (
                [x], { try Binary(.maximum).apply($0[0], scalar: 0.97, scalarIsInteger: false, scalarOnLeft: true) }
            )
        },
        one("float64", -2...2) { Cast(.float64) },
        two("add", -2...2, -2...2, .add),
        two("subtract", -2...2, -2...2, .subtract),
        two("multiply", -2...2, -2...2, .multiply),
        two("divide", -2...2, 0.5...2, .divide),
        two("power", 0.3...2, -2...2, .power),
        two("modulo", 3.2...3.8, 1.3...1.5, .modulo),
        two("maximum", -2...2, -2...2, .maximum),
        two("minimum", -2...2, -2...2, .minimum),
        scalar("x - 2", .subtract, 2, onLeft: false), scalar("2 - x", .subtract, 2, onLeft: true),
        scalar("x / 3", .divide, 3, onLeft: false), scalar("3 / x", .divide, 3, onLeft: true),
        scalar("x ** 0", .power, 0, onLeft: false), scalar("x ** 1", .power, 1, onLeft: false),
        scalar("x ** 2", .power, 2, onLeft: false), scalar("x ** -1.5", .power, -1.5, onLeft: false),
        scalar("2 ** x", .power, 2, onLeft: true),
        OperationCase("where") { random in
            let shape = try random.shape()
            let a = try random.distinct(try random.repeatable(shape), in: -2...2)
            let b = try random.distinct(shape, in: -2...2)
            let condition = try random.integers(try random.repeatable(shape), in: 0...1).converted(to: .bool)
            return ([a, b], { try Where()(condition, $0[0], $0[1]) })
        },
        reduction("sum", .sum), reduction("mean", .mean), reduction("prod", .product), reduction("min", .minimum),
        reduction("max", .maximum), reduction("norm", .norm, in: 0.2...2), reduction("var", .variance),
        reduction("std", .standardDeviation), reduction("var ddof", .variance, ddof: 1),
        reduction("std ddof", .standardDeviation, ddof: 1),
        along("cumsum", -2...2) { axis, _ in CumulativeSum(axis: axis) },
        one("cumsum of all", -2...2) { CumulativeSum(axis: nil) },
        along("sort", -2...2) { axis, random in Sort(axis: axis, descending: random.bool()) },
        along("flip", -2...2) { axis, _ in Flip(axes: [axis]) },
        along("roll", -2...2) { axis, random in Roll(shifts: [random.int(-5...5)], axes: [axis]) },
        along("reshape", -2...2) { _, _ in Reshape([-1, 1]) },
        OperationCase("permute") { random in
            let x = try random.distinct(try random.shape(), in: -2...2)
            let axes = Array(0..<x.rank).shuffled(using: &random)
            return ([x], { try Permute(axes)($0[0]) })
        },
        OperationCase("pad") { random in
            let x = try random.distinct(try random.shape(), in: -2...2)
            let widths = (0..<(2 * x.rank)).map { _ in random.int(0...2) }
            let operation = PadAxes(before: Array(widths.prefix(x.rank)), after: Array(widths.suffix(x.rank)), value: 3)
            return ([x], { try operation($0[0]) })
        },
        OperationCase("tile") { random in
            let x = try random.distinct(try random.shape(0...3), in: -2...2)
            let operation = Tile((0..<x.rank).map { _ in random.int(1...3) })
            return ([x], { try operation($0[0]) })
        },
        OperationCase("expand") { random in
            let shape = try random.shape()
            return (
                [try random.distinct(try random.repeatable(shape), in: -2...2)], { try Broadcast(to: shape)($0[0]) }
            )
        },
        joining("concat", extra: 0) { Concat(axis: $0) },
        joining("stack", extra: 1) { Stack(axis: $0) },
        product("vector @ vector") { _, k, _ in ([k], [k]) },
        product("matrix @ vector") { m, k, _ in ([m, k], [k]) },
        product("vector @ matrix") { _, k, n in ([k], [k, n]) },
        product("matrix @ matrix") { m, k, n in ([m, k], [k, n]) },
        product("batch @ matrix") { m, k, n in ([2, 3, m, k], [k, n]) },
        product("batch @ vector") { m, k, _ in ([2, m, k], [k]) },
        product("matrix @ batch") { m, k, n in ([m, k], [3, k, n]) },
        product("batch @ batch") { m, k, n in ([2, 3, m, k], [3, k, n]) },
        product("batch @ batch of one") { m, k, n in ([2, 3, m, k], [2, 1, k, n]) },
        OperationCase("index assignment") { random in
            let x = try random.distinct(try random.shape(1...4), in: -2...2)
            let items = try IndexCase.random(x.shape, &random).items
            let part = try x.subscripted(items).shape
            let value = try random.distinct(try random.repeatable(part), in: -2...2)
            return ([x, value], { try $0[0].assigning(items, $0[1]) })
        },
        OperationCase("index") { random in
            let x = try random.distinct(try random.shape(1...4), in: -2...2)
            let items = try IndexCase.random(x.shape, &random).items
            return ([x], { try $0[0].subscripted(items) })
        },
    ]

    // MARK: - Lines of the table

    /// One input of any shape, in a range.
    static func one(
        _ name: String, _ range: ClosedRange<Double>, _ operation: @escaping @Sendable () -> some Operation
    ) -> OperationCase {
        OperationCase(name) { random in
            ([try random.distinct(try random.shape(), in: range)], { try operation().apply($0) })
        }
    }

    /// Two inputs of which one is repeated to the other's shape.
    static func two(
        _ name: String, _ first: ClosedRange<Double>, _ second: ClosedRange<Double>, _ kind: Binary.Kind
    ) -> OperationCase {
        OperationCase(name) { random in
            let shape = try random.shape()
            let smaller = random.bool() ? shape : try random.repeatable(shape)
            let isFirst = random.bool()
            let (a, b) = (isFirst ? shape : smaller, isFirst ? smaller : shape)
            let function: ([Tensor]) throws -> Tensor = { try Binary(kind)($0[0], $0[1]) }
            if first != second {
                return ([try random.distinct(a, in: first), try random.distinct(b, in: second)], function)
            }
            // From one pool, so that no two are near each other.
            let pool = try random.distinct(try Shape([a.count + b.count]), in: first)
            return (
                [
                    try pool.subscripted([.slice(0, a.count, nil)]).reshaped(a.dimensions),
                    try pool.subscripted([.slice(a.count, nil, nil)]).reshaped(b.dimensions),
                ], function
            )
        }
    }

    static func scalar(_ name: String, _ kind: Binary.Kind, _ scalar: Double, onLeft: Bool) -> OperationCase {
        OperationCase(name) { random in
            let x = try random.distinct(try random.shape(), in: 0.5...2)
            return (
                [x],
                { try Binary(kind).apply($0[0], scalar: scalar, scalarIsInteger: false, scalarOnLeft: onLeft) }
            )
        }
    }

    static func reduction(
        _ name: String, _ kind: Reduction.Kind, ddof: Int = 0, in range: ClosedRange<Double> = -2...2
    ) -> OperationCase {
        OperationCase(name) { random in
            let shape = try random.shape(ddof > 0 ? 1...4 : 0...4, sizes: ddof > 0 ? 2...3 : 1...3)
            let x = try random.distinct(shape, in: range)
            var axes: [Int]?
            if random.bool(), x.rank > 0 {
                let count = random.int(1...x.rank)
                axes = Array(Array(0..<x.rank).shuffled(using: &random).prefix(count)).map { axis in
                    axis % 2 == 0 ? axis : axis - x.rank
                }
            }
            let operation = Reduction(kind, axes: axes, keep: random.bool(), ddof: ddof)
            // A deviation of one number has a kink at 0.
            if kind == .standardDeviation, try Reduction(.minimum)(try operation(x)).element(0) < 0.2 {
                return ([x], { try Reduction(.variance)($0[0]) })
            }
            return ([x], { try operation($0[0]) })
        }
    }

    /// One input with at least one axis, and an axis of it.
    static func along(
        _ name: String, _ range: ClosedRange<Double>,
        _ operation: @escaping @Sendable (Int, inout TestRandom) -> some Operation
    ) -> OperationCase {
        OperationCase(name) { random in
            let x = try random.distinct(try random.shape(1...4), in: range)
            let made = operation(random.int(-x.rank...(x.rank - 1)), &random)
            return ([x], { try made.apply($0) })
        }
    }

    static func joining(
        _ name: String, extra: Int, _ operation: @escaping @Sendable (Int) -> some Operation
    ) -> OperationCase {
        OperationCase(name) { random in
            let shape = try random.shape((1 - extra)...3)
            let axis = random.int(0...(shape.rank - 1 + extra))
            var inputs: [Tensor] = []
            for _ in 0..<random.int(1...3) {
                var sizes = shape.dimensions
                if extra == 0 { sizes[axis] = random.int(0...3) }
                inputs.append(try random.distinct(try Shape(sizes), in: -2...2))
            }
            let made = operation(axis)
            return (inputs, { try made.apply($0) })
        }
    }

    static func product(
        _ name: String, _ shapes: @escaping @Sendable (Int, Int, Int) -> ([Int], [Int])
    ) -> OperationCase {
        OperationCase(name) { random in
            let (a, b) = shapes(random.int(1...3), random.int(1...4), random.int(1...3))
            return (
                [try random.distinct(try Shape(a), in: -2...2), try random.distinct(try Shape(b), in: -2...2)],
                { try MatrixProduct()($0[0], $0[1]) }
            )
        }
    }
}
