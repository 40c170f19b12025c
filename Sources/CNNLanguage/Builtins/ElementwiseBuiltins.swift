import CNNCore

/// Functions of every element. A number in gives a number out.
enum ElementwiseBuiltins {
    static let all: [Builtin] =
        unary + LogarithmBuiltins.all + [round, larger("maximum"), larger("minimum"), clip, `where`] + tests

    // MARK: - One argument

    private struct Entry {
        let name: String
        let kind: Unary.Kind
        let summary: String
        let formula: String?
        let example: (code: String, output: String)
        /// Whether an int gives an int.
        var keepsInts = false
        /// The parameter of the curve and its usual value.
        var alpha: String?
    }

    private static let entries: [Entry] = [
        Entry(
            name: "abs", kind: .abs, summary: "the absolute value", formula: "|x|",
            example: ("abs(-3)\nabs(tensor([-1.5, 2]))", "3\ntensor 2 float32\n[1.5,   2]\n"), keepsInts: true),
        Entry(
            name: "exp", kind: .exp, summary: "the exponential function", formula: "e^x",
            example: ("exp(0.0)\nexp(tensor([0, 1]))", "1.0\ntensor 2 float32\n[    1, 2.718]\n")),
        Entry(
            name: "log", kind: .log, summary: "the natural logarithm", formula: "ln x",
            example: ("log(1.0)\nlog(tensor([1, 10]))", "0.0\ntensor 2 float32\n[    0, 2.303]\n")),
        Entry(
            name: "sqrt", kind: .sqrt, summary: "the square root", formula: "x^(1/2)",
            example: ("sqrt(2.0)\nsqrt(tensor([4, 9]))", "1.4142135623730951\ntensor 2 float32\n[2, 3]\n")),
        Entry(
            name: "sin", kind: .sin, summary: "the sine of an angle in radians", formula: nil,
            example: ("sin(tensor([0, 1]))", "tensor 2 float32\n[     0, 0.8415]\n")),
        Entry(
            name: "cos", kind: .cos, summary: "the cosine of an angle in radians", formula: nil,
            example: ("cos(tensor([0, 1]))", "tensor 2 float32\n[     1, 0.5403]\n")),
        Entry(
            name: "tanh", kind: .tanh, summary: "the hyperbolic tangent", formula: "(e^x - e^-x) / (e^x + e^-x)",
            example: ("tanh(tensor([-1, 0, 1]))", "tensor 3 float32\n[-0.7616,       0,  0.7616]\n")),
        Entry(
            name: "sigmoid", kind: .sigmoid, summary: "the logistic function", formula: "1 / (1 + e^-x)",
            example: ("sigmoid(tensor([-1, 0, 1]))", "tensor 3 float32\n[0.2689,    0.5, 0.7311]\n")),
        Entry(
            name: "relu", kind: .relu, summary: "the positive part", formula: "max(0, x)",
            example: ("relu(tensor([-1, 0, 2]))", "tensor 3 float32\n[0, 0, 2]\n"), keepsInts: true),
        Entry(
            name: "leaky_relu", kind: .leakyRelu, summary: "x, or alpha*x below 0", formula: "x if x > 0 else alpha*x",
            example: ("leaky_relu(tensor([-1, 2]))", "tensor 2 float32\n[-0.01,     2]\n"), alpha: "0.01"),
        Entry(
            name: "elu", kind: .elu, summary: "x, or a curve down to -alpha below 0",
            formula: "x if x > 0 else alpha*(e^x - 1)",
            example: ("elu(tensor([-1, 2]))", "tensor 2 float32\n[-0.6321,       2]\n"), alpha: "1.0"),
        Entry(
            name: "gelu", kind: .gelu, summary: "x times the normal distribution function at x", formula: "x * Phi(x)",
            example: ("gelu(tensor([-1, 0, 1]))", "tensor 3 float32\n[-0.1587,       0,  0.8413]\n")),
        Entry(
            name: "silu", kind: .silu, summary: "x times its logistic function", formula: "x / (1 + e^-x)",
            example: ("silu(tensor([-1, 0, 1]))", "tensor 3 float32\n[-0.2689,       0,  0.7311]\n")),
        Entry(
            name: "softplus", kind: .softplus, summary: "a smooth positive part", formula: "ln(1 + e^x)",
            example: ("softplus(tensor([-1, 0, 1]))", "tensor 3 float32\n[0.3133, 0.6931,  1.313]\n")),
        Entry(
            name: "floor", kind: .floor, summary: "the largest whole number that is not larger", formula: nil,
            example: ("floor(tensor([-1.5, 1.5]))", "tensor 2 float32\n[-2,  1]\n"), keepsInts: true),
        Entry(
            name: "ceil", kind: .ceil, summary: "the smallest whole number that is not smaller", formula: nil,
            example: ("ceil(tensor([-1.5, 1.5]))", "tensor 2 float32\n[-1,  2]\n"), keepsInts: true),
        Entry(
            name: "sign", kind: .sign, summary: "-1, 0 or 1", formula: nil,
            example: ("sign(tensor([-3, 0, 0.5]))", "tensor 3 float32\n[-1,  0,  1]\n"), keepsInts: true),
    ]

    private static let unary: [Builtin] = entries.map { entry in
        let parameters: [BuiltinParameter] =
            ["x"] + (entry.alpha.map { [BuiltinParameter(stringLiteral: "alpha=\($0)")] } ?? [])
        let (kind, keepsInts, hasAlpha) = (entry.kind, entry.keepsInts, entry.alpha != nil)
        return Builtin(
            entry.name, parameters, .elementwise, entry.summary, formula: entry.formula, example: entry.example,
            shortcut: { value, second in second == nil ? number(kind, value, keepsInts: keepsInts) : nil }
        ) { call in
            let alpha = hasAlpha ? try call.optionalDouble(1) : nil
            if kind == .leakyRelu, let alpha { warnSteepSlope(alpha, call) }
            return Value(try Unary(kind, alpha: alpha)(try operand(call, keepsInts: keepsInts)))
        }
    }

    /// A number alone needs no tensor.
    private static func number(_ kind: Unary.Kind, _ value: Value, keepsInts: Bool) -> Slot? {
        switch (kind, value) {
        case (.abs, .float(let number)): Slot(float: Swift.abs(number))
        case (.abs, .float32(let number)): Slot(float32: Swift.abs(number))
        case (.abs, .int(let number)): number == Int.min ? nil : Slot(int: Swift.abs(number))
        case (_, .int(let number)): keepsInts ? nil : Slot(float: Unary(kind)(Double(number)))
        case (_, .float(let number)): Slot(float: Unary(kind)(number))
        case (_, .float32(let number)): Slot(float32: Unary(kind)(number))
        default: nil
        }
    }

    /// `leaky_relu(0.1, 2)`: the slope first, as the layer has it, and a number after it.
    private static func warnSteepSlope(_ alpha: Double, _ call: Call) {
        guard alpha > 1, let x = call.value(0)?.number, x >= 0, x < 1 else { return }
        let (slope, number) = (NumberFormatter.shortest(x), NumberFormatter.shortest(alpha))
        call.interpreter.warn(
            "leaky_relu: the number comes first, and its slope below 0 is then \(number), steeper than above",
            notes: ["for a slope of \(slope) write leaky_relu(\(number), \(slope))"])
    }

    /// An int alone counts as a float64 where the result is no int: exp(1) has all its digits.
    static func operand(_ call: Call, keepsInts: Bool) throws(CNNError) -> Tensor {
        let x = try call.tensor(0)
        if case .tensor = call.arguments[0] { return x }
        switch x.dtype {
        case .int64: return keepsInts ? x : try x.converted(to: .float64)
        case .bool: return try x.converted(to: keepsInts ? .int64 : .float64)
        default: return x
        }
    }

    // MARK: - Rounding

    private static let round = Builtin(
        "round", ["x", "digits=None"], .elementwise,
        "the nearest whole number, of two the even one; with digits, so many after the point",
        example: (
            "round(2.5)\nround(3.14159, 2)\nround(tensor([0.5, 1.5, -1.2]))",
            "2\n3.14\ntensor 3 float32\n[ 0,  2, -1]\n"
        )
    ) { call in
        let digits = try call.optionalInt(1)
        switch call.arguments[0] {
        case .int(let number): return try roundedInt(number, digits ?? 0)
        case .float(let number): return try rounded(number, digits, call)
        case .float32(let number):
            guard case .float(let result) = try rounded(Double(number), digits, call) else {
                return try rounded(Double(number), digits, call)
            }
            return .float32(Float(result))
        default: break
        }
        let x = try call.tensor(0)
        guard let digits, digits != 0 else { return Value(try Unary(.round)(x)) }
        if x.dtype == .int64 || x.dtype == .uint8 { return Value(try rounded(x, digits)) }
        let scale = try powerOfTen(digits.magnitude, call)
        let kinds: [Binary.Kind] = digits > 0 ? [.multiply, .divide] : [.divide, .multiply]
        func scaled(_ kind: Binary.Kind, _ tensor: Tensor) throws(CNNError) -> Tensor {
            try Binary(kind).apply(tensor, scalar: scale, scalarIsInteger: false, scalarOnLeft: false)
        }
        return Value(try scaled(kinds[1], try Unary(.round)(try scaled(kinds[0], x))))
    }

    /// A tensor of whole numbers, as an int64 where digits in front of the point are rounded.
    private static func rounded(_ x: Tensor, _ digits: Int) throws(CNNError) -> Tensor {
        guard digits < 0 else { return x }
        try WorkMeter.shared.charge(x.count)
        var numbers: [Int] = []
        for number in x.integers() {
            if case .int(let result) = try roundedInt(number, digits) { numbers.append(result) }
        }
        return try Tensor(integers: numbers, x.shape)
    }

    private static func powerOfTen(_ digits: UInt, _ call: Call) throws(CNNError) -> Double {
        guard digits <= 22 else { throw call.wrongValue(1, "is from -22 to 22 for a tensor") }
        // Exact up to 10^22.
        return (0..<digits).reduce(1.0) { power, _ in power * 10 }
    }

    private static func roundedInt(_ number: Int, _ digits: Int) throws(CNNError) -> Value {
        guard digits < 0 else { return .int(number) }
        guard digits >= -18 else { return .int(0) }
        let scale = (0..<(-digits)).reduce(1) { power, _ in power * 10 }
        let (quotient, rest) = number.quotientAndRemainder(dividingBy: scale)
        let isUp = abs(rest) > scale / 2 || (abs(rest) == scale / 2 && quotient % 2 != 0)
        let (result, overflow) = (quotient + (isUp ? number.signum() : 0)).multipliedReportingOverflow(by: scale)
        guard !overflow else {
            throw CNNError(.integerOverflow, "round: the result does not fit into an int of 64 bits")
        }
        return .int(result)
    }

    /// Python's: an int without digits; with digits, by the number's exact decimal value.
    private static func rounded(_ number: Double, _ digits: Int?, _ call: Call) throws(CNNError) -> Value {
        guard let digits else {
            guard let whole = Int(exactly: number.rounded(.toNearestOrEven)) else {
                throw CNNError(.invalidConversion, "round: \(NumberFormatter.shortest(number)) has no nearest int")
            }
            return .int(whole)
        }
        guard number.isFinite, digits <= 320 else { return .float(number) }
        if digits >= 0 { return .float(Double(NumberFormatter.fixed(number, digits)) ?? number) }
        guard digits >= -308 else { return .float(0) }
        let scale = (0..<(-digits)).reduce(1.0) { power, _ in power * 10 }
        return .float((number / scale).rounded(.toNearestOrEven) * scale)
    }

    // MARK: - Two and three arguments

    private static func larger(_ name: String) -> Builtin {
        let isMaximum = name == "maximum"
        return Builtin(
            name, ["x", "y"], .elementwise, "the \(isMaximum ? "larger" : "smaller") of two, element by element",
            example: (
                "\(name)(tensor([1, 5]), 3)",
                isMaximum ? "tensor 2 float32\n[3, 5]\n" : "tensor 2 float32\n[1, 3]\n"
            )
        ) { call in
            Value(try Binary(isMaximum ? .maximum : .minimum)(try call.tensor(0), try call.tensor(1)))
        }
    }

    private static let clip = Builtin(
        "clip", ["x", "low=None", "high=None"], .elementwise, "the elements, none smaller than low or larger than high",
        formula: "min(max(x, low), high)",
        example: ("clip(tensor([-1, 0.5, 2]), 0, 1)", "tensor 3 float32\n[  0, 0.5,   1]\n")
    ) { call in
        let clip = Clip(try call.optionalDouble(1), try call.optionalDouble(2))
        var x = try call.tensor(0)
        guard x.dtype == .int64, isWhole(call, 1), isWhole(call, 2) else { return Value(try clip(x)) }
        // Ints keep all their digits.
        _ = try clip.outputSpec([x.spec])
        if let low = call.given(1)?.integer { x = try Binary(.maximum).apply(x, scalar: low, scalarOnLeft: false) }
        if let high = call.given(2)?.integer { x = try Binary(.minimum).apply(x, scalar: high, scalarOnLeft: false) }
        return Value(x)
    }

    /// An int, or left out.
    private static func isWhole(_ call: Call, _ index: Int) -> Bool {
        call.given(index).map { $0.integer != nil } ?? true
    }

    private static let `where` = Builtin(
        "where", ["condition", "x", "y"], .elementwise, "x where the condition holds, y elsewhere",
        example: ("a = tensor([1, -2, 3])\nwhere(a > 0, a, 0)", "tensor 3 float32\n[1, 0, 3]\n")
    ) { call in
        let condition = try call.tensor(0)
        guard condition.dtype == .bool else {
            throw call.wrongType(0, "a tensor of bools", try call.required(0), notes: ["compare, as x > 0"])
        }
        return Value(try Where()(condition, try choice(call, 1, condition), try choice(call, 2, condition)))
    }

    /// A float beside a mask is a float32, as everywhere beside tensors.
    private static func choice(_ call: Call, _ index: Int, _ condition: Tensor) throws(CNNError) -> Tensor {
        if case .float(let number) = call.value(index), condition.rank > 0 {
            return try Tensor.scalar(number, .float32)
        }
        return try call.tensor(index)
    }

    // MARK: - Tests

    private static let tests: [Builtin] = [
        Builtin(
            "isnan", ["x"], .elementwise, "whether an element is nan",
            example: ("isnan(nan)\nisnan(tensor([1, nan]))", "True\ntensor 2 bool\n[False,  True]\n")
        ) { call in
            let x = try call.tensor(0).detached
            return Value(try Comparison(.notEqual)(x, x))
        },
        Builtin(
            "isinf", ["x"], .elementwise, "whether an element is inf or -inf",
            example: ("isinf(tensor([1, -inf]))", "tensor 2 bool\n[False,  True]\n")
        ) { call in
            Value(try Comparison(.equal).apply(try magnitude(call), scalar: .infinity, scalarOnLeft: false))
        },
        Builtin(
            "isfinite", ["x"], .elementwise, "whether an element is neither nan nor infinite",
            example: ("isfinite(tensor([1, nan, inf]))", "tensor 3 bool\n[ True, False, False]\n")
        ) { call in
            Value(try Comparison(.less).apply(try magnitude(call), scalar: .infinity, scalarOnLeft: false))
        },
    ]

    private static func magnitude(_ call: Call) throws(CNNError) -> Tensor {
        let x = try call.tensor(0).detached
        return try Unary(.abs)(x.dtype.isFloating ? x : try x.converted(to: .float64))
    }
}
