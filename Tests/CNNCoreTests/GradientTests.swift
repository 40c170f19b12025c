import CNNCore
import Testing

/// Every differentiable operation of the table against differences, on 20 random shapes each.
struct GradientTests {
    @Test(arguments: OperationCase.all)
    func agreesWithDifferences(_ operation: OperationCase) throws {
        for seed in 0..<20 {
            var random = TestRandom(seed)
            let (inputs, function) = try operation.make(&random)
            try GradientCheck.check(inputs, "\(operation.name), seed \(seed),", function)
        }
    }

    /// What a tape gives in float32 is what it gives in float64, rounded.
    @Test(arguments: OperationCase.all)
    func float32AgreesWithFloat64(_ operation: OperationCase) throws {
        guard operation.name != "float64" else { return }
        for seed in 20..<25 {
            var random = TestRandom(seed)
            let (inputs, function) = try operation.make(&random)
            let wide = try gradients(inputs, function)
            let narrow = try gradients(try inputs.map { try $0.converted(to: .float32) }, function)
            for (a, b) in zip(narrow, wide) {
                #expect(a.dtype == .float32)
                #expect(relativeError(a.doubles(), b.doubles()) < 1e-4, "\(operation.name), seed \(seed)")
            }
        }
    }

    private func gradients(_ inputs: [Tensor], _ function: ([Tensor]) throws -> Tensor) throws -> [Tensor] {
        let tape = Tape()
        defer { tape.close() }
        let watched = try inputs.map { try tape.watch($0) }
        return try tape.gradients(of: try Reduction(.sum)(try function(watched)), withRespectTo: watched)
    }

    private func gradient(_ values: [Double], _ function: (Tensor) throws -> Tensor) throws -> [Double] {
        let x = try Tensor(doubles: values, try Shape([values.count]), .float64)
        return try gradients([x]) { try function($0[0]) }[0].doubles()
    }

    // MARK: - Where the derivative is a convention

    @Test func tiesGoToTheFirst() throws {
        #expect(try gradient([2, 5, 5, 1]) { try Reduction(.maximum)($0) } == [0, 1, 0, 0])
        #expect(try gradient([2, 1, 5, 1]) { try Reduction(.minimum)($0) } == [0, 1, 0, 0])
        let x = try Tensor(doubles: [1, 2], try Shape([2]), .float64)
        let both = try gradients([x, x]) { try Binary(.maximum)($0[0], $0[1]) }
        #expect(both[0].doubles() == [1, 1])
        #expect(both[1].doubles() == [0, 0])
        #expect(try gradients([x, x]) { try Binary(.minimum)($0[0], $0[1]) }[0].doubles() == [1, 1])
    }

    @Test func kinksHaveSlopeZero() throws {
        #expect(try gradient([0, -1, 1]) { try Unary(.relu)($0) } == [0, 0, 1])
        #expect(try gradient([0, -1, 1]) { try Unary(.abs)($0) } == [0, -1, 1])
        #expect(try gradient([0, 0]) { try Reduction(.norm)($0) } == [0, 0])
        #expect(try gradient([3, 3]) { try Reduction(.standardDeviation)($0) } == [0, 0])
        #expect(try gradient([0.4, 1.6]) { try Unary(.round)($0) } == [0, 0])
        #expect(try gradient([0, 1, 2, -1]) { try Clip(0, 1)($0) } == [1, 1, 0, 0])
    }

    @Test func productsWithZeros() throws {
        #expect(try gradient([2, 0, 4]) { try Reduction(.product)($0) } == [0, 8, 0])
        #expect(try gradient([2, 0, 0]) { try Reduction(.product)($0) } == [0, 0, 0])
    }

    @Test func powersOfZero() throws {
        func power(_ exponent: Double) -> (Tensor) throws -> Tensor {
            { try Binary(.power).apply($0, scalar: exponent, scalarIsInteger: false, scalarOnLeft: false) }
        }
        #expect(try gradient([0, 2], power(0)) == [0, 0])
        #expect(try gradient([0, 2], power(1)) == [1, 1])
        #expect(try gradient([0, 2], power(2)) == [0, 4])
        #expect(try gradient([0, 2], power(3)) == [0, 12])
        let base = try Tensor(doubles: [0, 0, -2], try Shape([3]), .float64)
        let exponents = try Tensor(doubles: [0, 2, 3], try Shape([3]), .float64)
        let both = try gradients([base, exponents]) { try Binary(.power)($0[0], $0[1]) }
        #expect(both[0].doubles() == [0, 0, 12])
        #expect(both[1].doubles()[..<2] == [0, 0])
        // The exponent of a negative base is no variable; the base's gradient does not suffer from it.
        #expect(try gradients([base]) { try Binary(.power)($0[0], exponents) }[0].doubles() == [0, 0, 12])
    }

    @Test func numbersOfRankZeroTakePart() throws {
        // The dtype of the tensor beside it counts; its gradient comes back in its own.
        let x = try Tensor(doubles: [1, 2, 3], try Shape([3]), .float32)
        let rate = try Tensor.scalar(0.5, .float64)
        let both = try gradients([x, rate]) { try Binary(.multiply)($0[0], $0[1]) }
        #expect(both[0].spec == x.spec)
        #expect(both[1].spec == rate.spec)
        #expect(both[1].element(0) == 6)
    }

    // MARK: - The tape

    @Test func whatIsUsedTwiceGetsBoth() throws {
        #expect(try gradient([3, 4]) { try Binary(.multiply)($0, $0) } == [6, 8])
        #expect(
            try gradient([1, 2, 3]) { x in
                try Binary(.add)(try x.subscripted([.slice(0, 2, nil)]), try x.subscripted([.slice(1, 3, nil)]))
            } == [1, 2, 1])
        let index = try Tensor(integers: [0, 0, 2], try Shape([3]))
        #expect(try gradient([1, 2, 3]) { try $0.subscripted([.tensor(index)]) } == [2, 0, 1])
    }

    /// Reading a picture pixel by pixel costs a pixel each, not a picture.
    @Test func readingElementsIsCheap() throws {
        let side = 64
        let picture = try Tensor.full(try Shape([side, side]), 1, .float32)
        let tape = Tape()
        defer { tape.close() }
        let x = try tape.watch(picture)
        var sum = try Tensor.scalar(0, .float32)
        for row in 0..<side {
            for column in 0..<side { sum = try Binary(.add)(sum, try x.subscripted([.at(row), .at(column)])) }
        }
        let before = WorkMeter.shared.spent
        let gradient = try tape.gradients(of: sum, withRespectTo: [x])[0]
        #expect(WorkMeter.shared.spent - before < 20 * side * side)
        #expect(gradient.doubles().allSatisfy { $0 == 1 })
    }

    @Test func constantsAreNotRecorded() throws {
        let tape = Tape()
        let x = try tape.watch(try Tensor.full(try Shape([2]), 1, .float32))
        #expect(try Unary(.exp)(x.detached).trace == nil)
        #expect(try Comparison(.less)(x, x).trace == nil)
        #expect(try x.converted(to: .int64).trace == nil)
        let y = try Unary(.exp)(x)
        #expect(y.trace != nil)
        tape.close()
        #expect(try Unary(.exp)(y).trace == nil)
    }

    @Test func whatIsAskedMustMakeSense() throws {
        let tape = Tape()
        defer { tape.close() }
        let x = try tape.watch(try Tensor.full(try Shape([2]), 1, .float32))
        #expect(thrownCode { try tape.watch(try Tensor(integers: [1], try Shape([1]))) } == .notDifferentiable)
        #expect(thrownCode { try tape.gradients(of: x, withRespectTo: [x]) } == .rankMismatch)
        let other = try Tensor.scalar(1, .float32)
        #expect(thrownCode { try tape.gradients(of: other, withRespectTo: [x]) } == .notDifferentiable)
        // What the loss does not depend on has the gradient 0.
        let y = try tape.watch(try Tensor.full(try Shape([3]), 1, .float64))
        let gradients = try tape.gradients(of: try Reduction(.sum)(x), withRespectTo: [y, x])
        #expect(gradients[0].spec == y.spec)
        #expect(gradients[0].doubles() == [0, 0, 0])
    }
}

/// The code of the error that is thrown; nil where there is none.
func thrownCode(_ body: () throws -> some Any) -> ErrorCode? { thrownError(body)?.code }

/// The error that is thrown; nil where there is none.
func thrownError(_ body: () throws -> some Any) -> CNNError? {
    do {
        _ = try body()
        return nil
    } catch let error as CNNError {
        return error
    } catch {
        return nil
    }
}
