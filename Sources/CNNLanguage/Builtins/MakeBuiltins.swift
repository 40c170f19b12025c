import CNNCore

/// Tensors from nothing or from lists, and random ones.
enum MakeBuiltins {
    static let all: [Builtin] = [
        tensor, filled("zeros", 0), filled("ones", 1), full, eye, arange, linspace, random("rand"), random("randn"),
        randint,
        oneHot, like, seed,
    ]

    private static let tensor = Builtin(
        "tensor", ["data", "dtype=float32"], .make, "a tensor from a number or from nested lists of numbers",
        example: ("tensor([[1, 2], [3, 4]])", "tensor 2x2 float32\n[[1, 2],\n [3, 4]]\n")
    ) { call in
        let data = try call.required(0)
        if let second = call.given(1), second.asDType == nil, case let notes = TensorLiteral.rowNotes([data, second]),
            !notes.isEmpty
        {
            throw call.wrongType(1, "a dtype as float32", second, notes: notes)
        }
        return Value(try TensorLiteral.make(data, call.given(1) == nil ? nil : try call.dtype(1)))
    }

    private static func filled(_ name: String, _ value: Double) -> Builtin {
        let digit = value == 0 ? "0" : "1"
        return Builtin(
            name, ["size", "dtype=float32"], .make, "a tensor of the given size, filled with \(value == 0 ? "0" : "1")",
            example: (
                "\(name)(2x3)",
                "tensor 2x3 float32\n[[\(digit), \(digit), \(digit)],\n [\(digit), \(digit), \(digit)]]\n"
            )
        ) { call in
            let shape = try size(call)
            let dtype = try call.dtype(1, default: .float32)
            try chargeFilling(shape, dtype)
            return Value(try Tensor.full(shape, value, dtype))
        }
    }

    /// The size in argument 0. `zeros(3, 4)` is a mistake that NumPy's users make as well.
    private static func size(_ call: Call) throws(CNNError) -> Shape {
        if let rows = call.value(0)?.wholeNumber, let columns = call.value(1)?.wholeNumber {
            throw call.wrongType(
                1, "a dtype as float32", .int(columns), notes: ["write \(call.builtin.name)(\(rows)x\(columns))"])
        }
        return try call.shape(0)
    }

    private static let full = Builtin(
        "full", ["size", "value", "dtype=float32"], .make, "a tensor of the given size, filled with one value",
        example: ("full(2x2, 0.5)", "tensor 2x2 float32\n[[0.5, 0.5],\n [0.5, 0.5]]\n")
    ) { call in
        Value(try full(try call.shape(0), call, 1, try call.dtype(2, default: .float32)))
    }

    private static func full(_ shape: Shape, _ call: Call, _ index: Int, _ dtype: DType) throws(CNNError) -> Tensor {
        try chargeFilling(shape, dtype)
        if case .int(let whole) = call.value(index) { return try Tensor.full(shape, integer: whole, dtype) }
        return try Tensor.full(shape, try number(call, index), dtype)
    }

    /// A number, or a bool as 0 or 1.
    private static func number(_ call: Call, _ index: Int) throws(CNNError) -> Double {
        if case .bool(let flag) = call.value(index) { return flag ? 1 : 0 }
        return try call.double(index)
    }

    private static let eye = Builtin(
        "eye", ["n", "m=None", "dtype=float32"], .make, "the identity matrix: ones on the diagonal",
        example: ("eye(3)", "tensor 3x3 float32\n[[1, 0, 0],\n [0, 1, 0],\n [0, 0, 1]]\n")
    ) { call in
        let rows = try call.int(0)
        let columns = try call.optionalInt(1) ?? rows
        let shape = try Shape([rows, columns])
        let dtype = try call.dtype(2, default: .float32)
        try chargeFilling(shape, dtype)
        var matrix = try Tensor.full(shape, 0, dtype)
        let one = try Tensor.scalar(1, dtype)
        for index in 0..<min(rows, columns) { try matrix.assign([.at(index), .at(index)], one) }
        return Value(matrix)
    }

    private static let arange = Builtin(
        "arange", ["start", "stop=None", "step=1", "dtype=None"], .make,
        "the numbers from start up to stop (excluded); ints give int64, floats float32",
        example: (
            "arange(5)\narange(1, 2, 0.25)",
            "tensor 5 int64\n[0, 1, 2, 3, 4]\ntensor 4 float32\n[   1, 1.25,  1.5, 1.75]\n"
        )
    ) { call in
        let hasStop = call.given(1) != nil
        let bounds = [
            hasStop ? call.value(0) : .int(0), hasStop ? call.value(1) : call.value(0), call.given(2) ?? .int(1),
        ]
        if let start = bounds[0]?.wholeNumber, let stop = bounds[1]?.wholeNumber, let step = bounds[2]?.wholeNumber {
            guard step != 0 else { throw call.wrongValue(2, "cannot be 0") }
            let range = RangeObject(start: start, stop: stop, step: step)
            let shape = try checkedLength(Double(range.count), call)
            try WorkMeter.shared.charge(range.count)
            let numbers = try LongElements.make(range.count) { range.element($0) }
            let tensor = try Tensor(integers: numbers, shape, isStoppable: true)
            let dtype = try call.dtype(3, default: .int64)
            return Value(dtype == .int64 ? tensor : try tensor.converted(to: dtype))
        }
        let start = hasStop ? try call.double(0) : 0
        let stop = try call.double(hasStop ? 1 : 0)
        let step = try call.double(2, default: 1)
        guard step != 0, start.isFinite, stop.isFinite, step.isFinite else {
            throw call.wrongValue(2, "and the bounds must be finite, and the step not 0")
        }
        let shape = try checkedLength(max(0, ((stop - start) / step).rounded(.up)), call)
        try WorkMeter.shared.charge(shape.count)
        let numbers = try LongElements.make(shape.count) { start + Double($0) * step }
        return Value(try Tensor(doubles: numbers, shape, try call.dtype(3, default: .float32), isStoppable: true))
    }

    /// What fits into the budget is found out before a list of that length is made.
    private static func checkedLength(_ count: Double, _ call: Call) throws(CNNError) -> Shape {
        guard count <= 0x1p31, let length = Int(exactly: count) else {
            throw CNNError(.tooLarge, "\(call.builtin.name): \(NumberFormatter.general(count, 4)) numbers are too many")
        }
        let shape = try Shape([length])
        _ = try Tensor(uninitialized: shape, .int64)
        return shape
    }

    private static let linspace = Builtin(
        "linspace", ["start|a", "stop|b", "n", "dtype=float32"], .make,
        "n numbers at equal distances from start to stop (included)",
        example: ("linspace(0, 1, 5)", "tensor 5 float32\n[   0, 0.25,  0.5, 0.75,    1]\n")
    ) { call in
        let start = try call.double(0)
        let stop = try call.double(1)
        let count = try call.int(2)
        guard count >= 0 else { throw call.wrongValue(2, "cannot be negative: \(count)") }
        let shape = try checkedLength(Double(count), call)
        try WorkMeter.shared.charge(count)
        let step = count > 1 ? (stop - start) / Double(count - 1) : 0
        var numbers = try LongElements.make(count) { start + Double($0) * step }
        // The end itself, whatever the steps have rounded to.
        if count > 1 { numbers[count - 1] = stop }
        return Value(try Tensor(doubles: numbers, shape, try call.dtype(3, default: .float32), isStoppable: true))
    }

    // MARK: - Random numbers

    private static func random(_ name: String) -> Builtin {
        let isNormal = name == "randn"
        return Builtin(
            name, ["size=[]", "dtype=float32"], .make,
            isNormal
                ? "random numbers of the standard normal distribution"
                : "random numbers from 0 (included) to 1 (excluded)",
            example: ("seed(1)\n\(name)(2x3).shape", "[2, 3]\n")
        ) { call in
            let shape = call.given(0) == nil ? Shape.scalar : try size(call)
            let dtype = try call.dtype(1, default: .float32)
            guard dtype.isFloating else { throw call.wrongValue(1, "is float32 or float64, not \(dtype.rawValue)") }
            try WorkMeter.shared.charge(shape.count)
            var stream = call.interpreter.random.next()
            return Value(isNormal ? try stream.normal(shape, dtype) : try stream.uniform(shape, dtype))
        }
    }

    private static let randint = Builtin(
        "randint", ["low", "high", "size=[]"], .make, "random ints from low (included) to high (excluded)",
        example: ("seed(1)\nx = randint(0, 10, 100)\nx.dtype\nmin(x) >= 0 and max(x) < 10", "int64\nTrue\n")
    ) { call in
        let (low, high) = (try call.int(0), try call.int(1))
        guard low < high else {
            throw call.wrongValue(1, "must be larger than 'low': \(high) is not larger than \(low)")
        }
        let shape = call.given(2) == nil ? Shape.scalar : try call.shape(2)
        try WorkMeter.shared.charge(shape.count)
        var stream = call.interpreter.random.next()
        return Value(try stream.integers(low, high, shape))
    }

    private static let seed = Builtin(
        "seed", ["n"], .make, "begins the random numbers anew; without it the seed is 0",
        example: ("seed(7)\na = rand(3)\nseed(7)\nall(a == rand(3))", "True\n")
    ) { call in
        let number = UInt64(bitPattern: Int64(try call.int(0)))
        call.interpreter.seed = number
        call.interpreter.random = RandomSource(seed: number)
        call.interpreter.shuffleCount = 0
        return .none
    }

    // MARK: - From others

    private static let oneHot = Builtin(
        "one_hot", ["labels", "n", "dtype=float32"], .make, "a row for each label: 1 at the label, 0 elsewhere",
        example: ("one_hot([2, 0], 3)", "tensor 2x3 float32\n[[0, 0, 1],\n [1, 0, 0]]\n")
    ) { call in
        let labels = try LabelArgument.integers(call, 0)
        let count = try call.int(1)
        guard count > 0 || labels.count == 0 else { throw call.wrongValue(1, "must be at least 1, not \(count)") }
        let shape = try Shape(labels.shape.dimensions + [count])
        let dtype = try call.dtype(2, default: .float32)
        try WorkMeter.shared.charge(shape.count)
        var rows = [Double](repeating: 0, count: try affordable(shape))
        for (row, label) in labels.integers().enumerated() {
            guard label >= 0, label < count else {
                throw CNNError(
                    .labelOutOfRange, "one_hot: label \(label) is not among the \(count) classes",
                    notes: ["labels run from 0 to \(count - 1)"]
                        + classes(labels.integers(), count, areListed: !(call.value(0)?.isTensor ?? true)))
            }
            rows[row * count + label] = 1
        }
        return Value(try Tensor(doubles: rows, shape, dtype))
    }

    /// The number of classes that labels from 0 on would need.
    private static func classes(_ labels: [Int], _ count: Int, areListed: Bool) -> [String] {
        guard let last = labels.max(), labels.allSatisfy({ $0 >= 0 }), last < 1_000 else { return [] }
        if last == count, !labels.contains(0) {
            let counted = areListed ? "tensor(labels) - 1" : "labels - 1"
            return [
                "the labels look like 1...\(count): classes are counted from 0, so write one_hot(\(counted), \(count))"
            ]
        }
        return ["for labels of 0 to \(last) write one_hot(labels, \(last + 1))"]
    }

    /// What does not fit into memory is told as that, whatever work is left.
    private static func chargeFilling(_ shape: Shape, _ dtype: DType) throws(CNNError) {
        if shape.count > 1 << 16 { _ = try Tensor(uninitialized: shape, dtype) }
        try WorkMeter.shared.charge(shape.count)
    }

    /// The number of elements, once their memory is known to be there.
    private static func affordable(_ shape: Shape) throws(CNNError) -> Int {
        try Tensor(uninitialized: shape, .float64).count
    }

    private static let like = Builtin(
        "like", ["x", "value=0"], .make, "a tensor of x's size and dtype, filled with one value",
        example: ("like(tensor([1, 2, 3]), 7)", "tensor 3 float32\n[7, 7, 7]\n")
    ) { call in
        let x = try call.tensor(0)
        guard call.given(1) == nil else { return Value(try full(x.shape, call, 1, x.dtype)) }
        try chargeFilling(x.shape, x.dtype)
        return Value(try Tensor.full(x.shape, 0, x.dtype))
    }
}
