import CNNCore

/// From many numbers one, over all axes or some.
enum ReduceBuiltins {
    static let all: [Builtin] = [
        sum, extremum("max"), extremum("min"),
        reduction(
            "mean", .mean, "the arithmetic mean", formula: "sum(x) / n",
            ("mean([1, 2, 6])\nmean(tensor([[1, 2], [3, 4]]), axis=0)", "3.0\ntensor 2 float32\n[2, 3]\n")),
        spread("var", .variance, "the variance", "mean((x - mean(x))^2); with ddof, divided by n - ddof", "4.0"),
        spread("std", .standardDeviation, "the standard deviation", "sqrt(var(x))", "2.0"),
        argument("argmax"), argument("argmin"),
        reduction("prod", .product, "the product of the elements", formula: nil, ("prod(tensor([2, 3, 4]))", "24.0\n")),
        reduction(
            "norm", .norm, "the Euclidean length", formula: "sqrt(sum(x^2))", ("norm(tensor([3, 4]))", "5.0\n")),
        truth("any", .any), truth("all", .all), cumsum,
    ]

    private static let parameters: [BuiltinParameter] = ["x", "axis=None", "keep=False"]

    /// A tensor; a list of numbers counts as one of int64 or float64.
    static func input(_ call: Call, keepsInts: Bool = true) throws -> Tensor {
        let value = try call.required(0)
        switch value {
        case .list(let list):
            var areInts = keepsInts
            for (place, element) in list.elements.enumerated() {
                try WorkMeter.checkInterrupt(at: place)
                switch element {
                case .int, .bool: break
                case .float, .float32: areInts = false
                default: throw ListFaults.noNumber(call, value, place, element)
                }
            }
            return try TensorLiteral.make(value, areInts ? .int64 : .float64)
        case .range: return try TensorLiteral.make(value, keepsInts ? .int64 : .float64)
        case .tensor, .int, .float, .float32, .bool: return try call.tensor(0)
        default: throw ListFaults.noSequence(call, value)
        }
    }

    private static func reduce(_ call: Call, _ kind: Reduction.Kind, ddof: Int = 0) throws -> Value {
        if case .int? = call.value(0), call.given(1)?.number != nil {
            let names = call.given(2) == nil ? "x, axis" : "x, axis, keep"
            throw call.wrongType(
                0, "a tensor or a list of numbers", try call.required(0),
                notes: ["write \(call.builtin.name)([\(names)])"])
        }
        let keepsInts: Bool
        switch kind {
        case .mean, .variance, .standardDeviation, .norm: keepsInts = false
        default: keepsInts = true
        }
        if case .list(let list)? = call.value(0), list.elements.isEmpty, kind.needsElements {
            throw ListFaults.empty(call)
        }
        let reduction = Reduction(kind, axes: try call.axes(1), keep: try call.bool(2, default: false), ddof: ddof)
        return Value(try reduction(try input(call, keepsInts: keepsInts)))
    }

    private static func reduction(
        _ name: String, _ kind: Reduction.Kind, _ summary: String, formula: String?,
        _ example: (code: String, output: String)
    ) -> Builtin {
        Builtin(name, parameters, .reduce, summary, formula: formula, example: example) { call in
            try reduce(call, kind)
        }
    }

    private static func spread(
        _ name: String, _ kind: Reduction.Kind, _ summary: String, _ formula: String, _ result: String
    ) -> Builtin {
        Builtin(
            name, parameters + ["ddof=0"], .reduce, summary, formula: formula,
            example: ("\(name)([1, 1, 5, 5])", "\(result)\n")
        ) { call in
            let ddof = try call.int(3, default: 0)
            guard ddof >= 0 else { throw call.wrongValue(3, "cannot be negative: \(ddof)") }
            return try reduce(call, kind, ddof: ddof)
        }
    }

    // MARK: - Over tensors and lists

    private static let sum = Builtin(
        "sum", parameters, .reduce, "the sum of the elements, of a tensor or a list",
        example: (
            "sum([1, 2, 3])\nx = tensor([[1, 2], [3, 4]])\nsum(x)\nsum(x, axis=1, keep=True)",
            "6\n10.0\ntensor 2x1 float32\n[[3],\n [7]]\n"
        )
    ) { call in
        let value = try call.required(0)
        guard isSequence(value) else { return try reduce(call, .sum) }
        try refuseAxis(call)
        return try call.elements(0).enumerated().reduce(Value.int(0)) { sum, element in
            try WorkMeter.checkInterrupt(at: element.offset)
            do {
                return try Arithmetic.binary(.add, sum, element.element)
            } catch let error as CNNError where error.code == .broadcastMismatch {
                throw ListFaults.otherShape(sum, element.offset, element.element)
            } catch let error as CNNError where error.code == .typeMismatch {
                throw ListFaults.noNumber(call, value, element.offset, element.element)
            }
        }
    }

    private static func isSequence(_ value: Value) -> Bool {
        switch value {
        case .list, .range: true
        default: false
        }
    }

    private static func refuseAxis(_ call: Call) throws(CNNError) {
        guard call.given(1) != nil || call.given(2) != nil else { return }
        throw call.wrongType(
            0, "a tensor where an axis is given", try call.required(0), notes: ["write tensor(...)"])
    }

    private static func extremum(_ name: String) -> Builtin {
        let isMaximum = name == "max"
        let operation: BinaryOperator = isMaximum ? .greater : .less
        return Builtin(
            name, parameters + ["*others"], .reduce,
            "the \(isMaximum ? "largest" : "smallest") element of a tensor or a list, or of several numbers",
            example: (
                "\(name)(2, 7)\n\(name)([3, 1, 2])\n\(name)(tensor([[1, 2], [3, 4]]), axis=0)",
                isMaximum ? "7\n3\ntensor 2 float32\n[3, 4]\n" : "2\n1\ntensor 2 float32\n[1, 2]\n"
            ),
            shortcut: { first, second in second.flatMap { larger(first, $0, isMaximum) } }
        ) { call in
            let value = try call.required(0)
            if isSequence(value) {
                try refuseAxis(call)
                return try best(try call.elements(0), operation, call)
            }
            // max(a, b): what follows a number is no axis.
            if value.rankIsZero, let second = call.given(1) {
                return try best([value, second] + [call.given(2)].compactMap { $0 } + call.variadic, operation, call)
            }
            if case .string = value, let second = call.given(1) {
                return try best([value, second] + [call.given(2)].compactMap { $0 } + call.variadic, operation, call)
            }
            try refuseSecondOperand(call)
            return try reduce(call, isMaximum ? .maximum : .minimum)
        }
    }

    /// max(x, 0) on a tensor is meant element by element.
    private static func refuseSecondOperand(_ call: Call) throws(CNNError) {
        let name = call.builtin.name
        guard let value = call.given(1) else { return }
        let other = value.number != nil ? call.interpreter.brief(value) : "axis"
        let note = ["for two, element by element, write \(name)imum(x, \(other))"]
        guard let axes = try value.wholeNumbers() else { throw call.wrongType(1, "an axis", value, notes: note) }
        let rank = try call.tensor(0).rank
        for axis in axes where !(-rank..<rank).contains(axis) {
            let shape = try call.tensor(0).shape
            throw CNNError(.rankMismatch, "\(name): there is no axis \(axis) in \(shape.asTensor)", notes: note)
        }
    }

    /// The first of two numbers unless the second is better; nil for what is no number.
    private static func larger(_ first: Value, _ second: Value, _ isMaximum: Bool) -> Slot? {
        func choice<T: Comparable>(_ x: T, _ y: T) -> Slot {
            Slot(owning: (isMaximum ? y > x : y < x) ? second : first)
        }
        switch (first, second) {
        case (.int(let x), .int(let y)): return choice(x, y)
        case (.float(let x), .float(let y)): return choice(x, y)
        case (.float32(let x), .float32(let y)): return choice(x, y)
        // At the precision of the float32, as a comparison has it.
        case (.float(let x), .float32(let y)): return choice(Float(x), y)
        case (.float32(let x), .float(let y)): return choice(x, Float(y))
        case (.int(let x), .float(let y)): return choice(Double(x), y)
        case (.float(let x), .int(let y)): return choice(x, Double(y))
        default: return nil
        }
    }

    private static func best(_ values: [Value], _ operation: BinaryOperator, _ call: Call) throws -> Value {
        guard var best = values.first else { throw ListFaults.empty(call) }
        for (place, value) in values.enumerated().dropFirst() {
            try WorkMeter.checkInterrupt(at: place)
            let comparison: Value
            do {
                comparison = try Arithmetic.compare(operation, value, best)
            } catch let error as CNNError where error.code == .typeMismatch {
                throw ListFaults.noOrder(call, values, place)
            }
            guard case .bool(let isBetter) = comparison else {
                throw call.wrongType(
                    0, "a list of numbers here", value, notes: ["for tensors write \(call.builtin.name)imum(a, b)"])
            }
            if isBetter { best = value }
        }
        return best
    }

    private static func argument(_ name: String) -> Builtin {
        let isMaximum = name == "argmax"
        return Builtin(
            name, parameters, .reduce,
            "the position of the \(isMaximum ? "largest" : "smallest") element, of several the first",
            example: (
                "\(name)(tensor([3, 9, 1]))\n\(name)(tensor([[1, 2], [4, 3]]), axis=1)",
                isMaximum ? "1\ntensor 2 int64\n[1, 0]\n" : "2\ntensor 2 int64\n[0, 1]\n"
            )
        ) { call in
            let operation = ArgReduction(
                maximum: isMaximum, axis: try call.axis(1), keep: try call.bool(2, default: false))
            if case .list(let list)? = call.value(0), list.elements.isEmpty { throw ListFaults.empty(call) }
            return Value(try operation(try input(call)))
        }
    }

    private static func truth(_ name: String, _ kind: Reduction.Kind) -> Builtin {
        let isAny = name == "any"
        return Builtin(
            name, parameters, .reduce, isAny ? "whether at least one element is True" : "whether every element is True",
            example: ("\(name)(tensor([1, -2]) > 0)\n\(name)([True, True])", isAny ? "True\nTrue\n" : "False\nTrue\n")
        ) { call in
            guard case .list(let list) = call.value(0) else { return try reduce(call, kind) }
            try refuseAxis(call)
            for (place, element) in list.elements.enumerated() {
                try WorkMeter.checkInterrupt(at: place)
                guard let flag = element.truth else { throw call.wrongType(0, "a list of bools", element) }
                if flag == isAny { return .bool(isAny) }
            }
            return .bool(!isAny)
        }
    }

    private static let cumsum = Builtin(
        "cumsum", ["x", "axis=None"], .reduce, "the sums up to each element; without an axis, of all in a row",
        example: ("cumsum(tensor([1, 2, 3]))", "tensor 3 float32\n[1, 3, 6]\n")
    ) { call in
        Value(try CumulativeSum(axis: try call.axis(1))(try input(call)))
    }
}

extension Value {
    /// A bool, also as a tensor of rank 0.
    var truth: Bool? {
        switch self {
        case .bool(let flag): flag
        case .tensor(let object) where object.rank == 0 && object.dtype == .bool: object.tensor.integerElement(0) != 0
        default: nil
        }
    }

    var rankIsZero: Bool {
        switch self {
        case .int, .float, .float32, .bool: true
        case .tensor(let object): object.rank == 0
        default: false
        }
    }
}
