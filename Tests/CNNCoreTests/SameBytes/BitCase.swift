import Testing

@testable import CNNCore

/// A computation whose bits stand in the table: a name and the dtype of its inputs, with some inputs.
struct BitCase: Sendable, CustomTestStringConvertible {
    /// A function of certain inputs.
    struct Instance {
        let inputs: [Tensor]
        /// Whether floating inputs are differentiated by.
        var isDifferentiated = true
        let function: ([Tensor]) throws -> [Tensor]
    }

    let name: String
    let dtype: DType
    private let make: @Sendable (DType, inout TestRandom) throws -> [Instance]

    var testDescription: String { "\(name) \(dtype.rawValue)" }

    init(_ name: String, _ dtype: DType, _ make: @escaping @Sendable (DType, inout TestRandom) throws -> [Instance]) {
        self.name = name
        self.dtype = dtype
        self.make = make
    }

    /// The case with inputs in each of the dtypes.
    static func each(
        _ name: String, in dtypes: [DType] = [.float64, .float32],
        _ make: @escaping @Sendable (DType, inout TestRandom) throws -> [Instance]
    ) -> [BitCase] {
        dtypes.map { BitCase(name, $0, make) }
    }

    /// What the gradient tests go through, with inputs of both floating dtypes.
    static func operation(_ operation: OperationCase) -> [BitCase] {
        each(operation.name) { dtype, _ in
            try (0..<4).map { seed in
                var random = TestRandom(seed)
                let (inputs, function) = try operation.make(&random)
                return Instance(inputs: try inputs.map { try $0.converted(to: dtype) }) { [try function($0)] }
            }
        }
    }

    func instances() throws -> [Instance] {
        var random = TestRandom(17)
        return try make(dtype, &random)
    }
}

extension BitCase.Instance {
    /// Without gradients.
    static func plain(_ inputs: [Tensor], _ function: @escaping ([Tensor]) throws -> [Tensor]) -> Self {
        Self(inputs: inputs, isDifferentiated: false, function: function)
    }

    init(_ inputs: [Tensor], _ operation: some Operation) {
        self.init(inputs: inputs) { [try operation.apply($0)] }
    }

    /// The results, and the gradients of the sum of all that are differentiable, times fixed weights.
    func run() throws -> BitOutcome {
        let tape = Tape()
        defer { tape.close() }
        var variables: [Tensor] = []
        let arguments = try inputs.map { input in
            guard isDifferentiated, input.dtype.isFloating else { return input }
            let variable = try tape.watch(input)
            variables.append(variable)
            return variable
        }
        let results = try function(arguments)
        var loss: Tensor?
        var random = TestRandom(1)
        for result in results where result.trace != nil {
            let weights = try random.filled(result.shape, in: 0.5...1.5, result.dtype)
            let term = try Reduction(.sum)(try Binary(.multiply)(result, weights))
            loss = try loss.map { try Binary(.add)($0, term) } ?? term
        }
        let gradients = try loss.map { try tape.gradients(of: $0, withRespectTo: variables) } ?? []
        return BitOutcome(results: results.map(\.detached), gradients: gradients)
    }
}

extension TestRandom {
    /// Numbers evenly from a range. Cheap, and of our own: large inputs, and the same with any Swift.
    mutating func filled(_ shape: Shape, in range: ClosedRange<Double>, _ dtype: DType) throws -> Tensor {
        var result = try Tensor(uninitialized: shape, .float64)
        let values = try result.mutablePointer(Double.self)
        let width = range.upperBound - range.lowerBound
        var index = 0
        while index < shape.count {
            values[index] = range.lowerBound + width * (Double(next() >> 11) * 0x1p-53)
            index += 1
        }
        return try result.converted(to: dtype)
    }

    mutating func filled(_ sizes: [Int], in range: ClosedRange<Double> = -1...1, _ dtype: DType) throws -> Tensor {
        try filled(try Shape(sizes), in: range, dtype)
    }

    /// Whole numbers from a range, in any dtype that has them.
    mutating func whole(_ sizes: [Int], in range: ClosedRange<Int>, _ dtype: DType) throws -> Tensor {
        let shape = try Shape(sizes)
        var result = try Tensor(uninitialized: shape, .int64)
        let values = try result.mutablePointer(Int.self)
        let width = UInt64(range.upperBound - range.lowerBound + 1)
        var index = 0
        while index < shape.count {
            values[index] = range.lowerBound + Int(next() % width)
            index += 1
        }
        return try result.converted(to: dtype)
    }
}
