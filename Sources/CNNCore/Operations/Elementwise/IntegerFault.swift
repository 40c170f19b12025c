/// What a kernel of whole numbers refused: found again, so that the error has the user's numbers.
struct IntegerFault {
    private let operation: Binary
    private let a, b: Tensor
    private let output: TensorSpec

    init(_ operation: Binary, _ a: Tensor, _ b: Tensor, _ output: TensorSpec) {
        (self.operation, self.a, self.b, self.output) = (operation, a, b, output)
    }

    private enum Outcome { case value(Int), overflow, zeroDivision, negativePower }

    func error() -> CNNError {
        let (aStrides, bStrides) = (
            AxisNumbers.broadcast(a.shape, to: output.shape), AxisNumbers.broadcast(b.shape, to: output.shape)
        )
        var position = [Int](repeating: 0, count: output.shape.rank)
        for _ in 0..<output.shape.count {
            var (i, j) = (0, 0)
            for axis in position.indices {
                i += position[axis] * aStrides[axis]
                j += position[axis] * bStrides[axis]
            }
            if let error = error(a.integerElement(i), b.integerElement(j), at: position) { return error }
            for axis in position.indices.reversed() {
                position[axis] += 1
                if position[axis] < output.shape[axis] { break }
                position[axis] = 0
            }
        }
        return CNNError(.integerOverflow, "\(operation.name): a result does not fit into \(output.dtype.rawValue)")
    }

    private func error(_ u: Int, _ v: Int, at position: [Int]) -> CNNError? {
        let text = operation.text("\(u)", v < 0 && operation.kind != .maximum ? "(\(v))" : "\(v)")
        let place = position.isEmpty ? "" : " (element \(Shape.list(position)))"
        switch outcome(u, v) {
        case .value(let value):
            guard output.dtype == .uint8, UInt8(exactly: value) == nil else { return nil }
            return CNNError(
                .integerOverflow, "\(text) = \(value) does not fit into uint8\(place)",
                label: "a uint8 is from 0 to 255", notes: ["write x.to(int64)"])
        case .overflow:
            return CNNError(
                .integerOverflow, "\(text) does not fit into \(output.dtype.rawValue)\(place)",
                notes: ["write x.to(float64) to go on with floats"])
        case .zeroDivision:
            return CNNError(
                .divisionByZero, "\(text): a whole number cannot be divided by zero\(place)",
                notes: ["with floats the result is inf or nan: write x.to(float32)"])
        case .negativePower:
            return CNNError(
                .invalidValue, "\(text): a tensor of \(output.dtype.rawValue) takes no negative power\(place)",
                notes: ["write x.to(float32) ** (y)"])
        }
    }

    private func outcome(_ u: Int, _ v: Int) -> Outcome {
        func checked(_ result: (partialValue: Int, overflow: Bool)) -> Outcome {
            result.overflow ? .overflow : .value(result.partialValue)
        }
        switch operation.kind {
        case .add: return checked(u.addingReportingOverflow(v))
        case .subtract: return checked(u.subtractingReportingOverflow(v))
        case .multiply: return checked(u.multipliedReportingOverflow(by: v))
        case .divide, .floorDivide: return v == 0 ? .zeroDivision : checked(u.dividedReportingOverflow(by: v))
        case .modulo: return v == 0 ? .zeroDivision : .value(0)
        case .maximum: return .value(Swift.max(u, v))
        case .minimum: return .value(Swift.min(u, v))
        case .power: return power(u, v)
        }
    }

    private func power(_ base: Int, _ exponent: Int) -> Outcome {
        guard exponent >= 0 else { return .negativePower }
        if base == 0 || base == 1 { return .value(exponent == 0 ? 1 : base) }
        if base == -1 { return .value(exponent % 2 == 0 ? 1 : -1) }
        var result = 1
        // A base of at least 2 overflows within 63 steps.
        for _ in 0..<Swift.min(exponent, 64) {
            let (product, overflow) = result.multipliedReportingOverflow(by: base)
            if overflow { return .overflow }
            result = product
        }
        return .value(result)
    }
}
