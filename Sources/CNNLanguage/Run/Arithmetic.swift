import CNNCore
import CNNKernels

/// Operators on values: numbers here, tensors by the core's operations.
enum Arithmetic {
    // MARK: - For the loop's fast paths

    @inline(__always)
    static func holds<T: Comparable>(_ opcode: Opcode, _ x: T, _ y: T) -> Bool {
        switch opcode {
        case .less: x < y
        case .lessOrEqual: x <= y
        case .greater: x > y
        case .greaterOrEqual: x >= y
        case .equal: x == y
        default: x != y
        }
    }

    static func operation(_ opcode: Opcode) -> BinaryOperator {
        switch opcode {
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        case .equal: .equal
        case .isClose: .isClose
        default: .notEqual
        }
    }

    static func overflow(_ operation: BinaryOperator, _ x: Int, _ y: Int) -> CNNError {
        CNNError(
            .integerOverflow, "\(x) \(operation.rawValue) \(y) does not fit into an int of 64 bits",
            notes: ["write float(\(x)) to go on with a float"])
    }

    // MARK: - Binary operators

    static func binary(_ operation: BinaryOperator, _ x: Value, _ y: Value) throws -> Value {
        switch operation {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: return try compare(operation, x, y)
        case .isClose: return .bool(try isClose(x, y))
        case .contains: return .bool(try contains(y, x))
        case .notContains: return .bool(try !contains(y, x))
        default: break
        }
        switch (x, y) {
        case (.tensor, _), (_, .tensor): return try tensorBinary(operation, x, y)
        case (.string(let a), .string(let b)) where operation == .add:
            try StringObject.checkLength(a.text, b.text)
            try StringObject.require(a.text.utf8.count + b.text.utf8.count)
            return .text(a.text + b.text)
        case (.string(let text), .int(let count)) where operation == .multiply,
            (.int(let count), .string(let text)) where operation == .multiply:
            try chargeRepetition(text.text.utf8.count, count)
            return .text(try StringObject.repeating(text.text, max(0, count)))
        case (.list(let a), .list(let b)) where operation == .add:
            return .array(try ListObject.joined(a, b))
        case (.list(let list), .int(let count)) where operation == .multiply,
            (.int(let count), .list(let list)) where operation == .multiply:
            try chargeRepetition(list.elements.count, count)
            return .array(try list.repeated(max(0, count)))
        default: break
        }
        if let result = try numbers(operation, x, y) { return result }
        throw mismatch(operation, x, y)
    }

    private static func chargeRepetition(_ size: Int, _ count: Int) throws {
        let (total, overflow) = size.multipliedReportingOverflow(by: max(0, count))
        guard !overflow, total <= 1 << 28 else {
            throw CNNError(.tooLarge, "\(count) times \(size) elements are too many")
        }
        try WorkMeter.shared.charge(total)
    }

    private static func mismatch(_ operation: BinaryOperator, _ x: Value, _ y: Value) -> CNNError {
        var notes: [String] = []
        switch (x, y) {
        case (.none, _): notes.append(ErrorSite.missingReturn)
        case (.list(let a), .list(let b)) where [a, b].allSatisfy({ (try? TensorLiteral.make(.list($0), nil)) != nil }):
            notes.append("for arithmetic on lists of numbers write tensor(x) \(operation.rawValue) tensor(y)")
        case (.string, _) where operation == .add && !y.isNone: notes.append("write str(y)")
        case (_, .string) where operation == .add && !x.isNone: notes.append("write str(x)")
        case (.range, .range) where operation == .add: notes.append("write list(x) + list(y)")
        case (.range, _), (_, .range): notes.append("a list of a range's numbers is list(range(3)), a tensor arange(3)")
        case (.list(let list), _):
            if operation == .add { notes.append("to add an element write x + [y]") }
            notes += listNotes(list, "x")
        case (_, .list(let list)): notes += listNotes(list, "y")
        case (.string, _) where operation == .modulo:
            notes.append("values are put into a text by its braces: f\"loss {loss:.4f}\"")
        case (_, .none): notes.append(ErrorSite.missingReturn)
        case (.function, _), (.builtin, _): notes.append("a function is called with parentheses: write x(...)")
        case (_, .function), (_, .builtin): notes.append("a function is called with parentheses: write y(...)")
        case (.string, _) where operation == .multiply && y.number != nil:
            notes.append("a text is repeated a whole number of times: write x * int(y)")
        case (.string(let text), _) where operation != .add && y.number != nil && Double(text.text) != nil:
            notes.append("write float(x) \(operation.rawValue) y")
        case (_, .string(let text)) where operation != .add && x.number != nil && Double(text.text) != nil:
            notes.append("write x \(operation.rawValue) float(y)")
        default: break
        }
        return CNNError(
            .typeMismatch,
            "'\(operation.rawValue)' does not work between \(x.describedType) and \(y.describedType)", notes: notes)
    }

    private static func listNotes(_ list: ListObject, _ name: String) -> [String] {
        if list.elements.isEmpty { return [] }
        if (try? TensorLiteral.make(.list(list), nil)) != nil || list.elements.allSatisfy({ $0.number != nil }) {
            return ["for arithmetic on a list of numbers write tensor(\(name))"]
        }
        // What gradient gives is often taken for the gradient alone.
        if list.elements.count > 1, list.elements[0].number != nil, list.elements.dropFirst().allSatisfy(\.isTensor) {
            let names = list.elements.count == 2 ? "loss, g" : "loss, g1, g2"
            return ["gradient gives its block's value first: write \(names) = gradient(...) { ... }"]
        }
        return ["for each of its elements write [e for e in \(name)], with the arithmetic in place of the first e"]
    }

    /// nil where one side is no number.
    private static func numbers(_ operation: BinaryOperator, _ x: Value, _ y: Value) throws -> Value? {
        if let a = x.integer, let b = y.integer { return try integers(operation, a, b) }
        guard let a = x.number ?? x.integer.map(Double.init), let b = y.number ?? y.integer.map(Double.init) else {
            return nil
        }
        if x.isFloat32 || y.isFloat32 {
            return try float(operation, Float(a), Float(b)).map { .float32($0) }
        }
        return try float(operation, a, b).map { .float($0) }
    }

    private static func float<T: BinaryFloatingPoint>(_ operation: BinaryOperator, _ a: T, _ b: T) throws -> T? {
        switch operation {
        case .add: return a + b
        case .subtract: return a - b
        case .multiply: return a * b
        case .divide: return a / b
        case .power: return T(cnn_pow(Double(a), Double(b)))
        case .floorDivide: return floorQuotient(a, b)
        case .modulo: return modulo(a, b)
        default: return nil
        }
    }

    /// Python's: the result has the sign of the divisor, also where it is 0.
    private static func modulo<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> T {
        let rest = a.truncatingRemainder(dividingBy: b)
        if rest == 0 { return T(signOf: b, magnitudeOf: 0) }
        return (rest < 0) != (b < 0) ? rest + b : rest
    }

    /// The whole number below the exact quotient, which need not be the floor of the rounded one: 1 // 0.1 is 9. As
    /// Python and the kernels have it.
    private static func floorQuotient<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> T {
        if b == 0 { return a / b }
        let rest = a.truncatingRemainder(dividingBy: b)
        var quotient = (a - rest) / b
        if rest != 0 && (rest < 0) != (b < 0) { quotient -= 1 }
        if quotient == 0 { return T(signOf: a / b, magnitudeOf: 0) }
        let whole = quotient.rounded(.down)
        return quotient - whole > 0.5 ? whole + 1 : whole
    }

    /// The float nearest to the exact quotient, also of ints that no float holds.
    private static func quotient(_ a: Int, _ b: Int) -> Double {
        let exact = 1 << 53
        if a.magnitude <= exact, b.magnitude <= exact { return Double(a) / Double(b) }
        guard a != 0 else { return Double(a) / Double(b) }
        // At least 64 digits of the quotient, and whether anything is left.
        let dividend = UInt128(a.magnitude)
        let shift = dividend.leadingZeroBitCount
        let (digits, rest) = (dividend << UInt128(shift)).quotientAndRemainder(dividingBy: UInt128(b.magnitude))
        let rounded = Double(digits | (rest == 0 ? 0 : 1)) * Double(sign: .plus, exponent: -shift, significand: 1)
        return (a < 0) == (b < 0) ? rounded : -rounded
    }

    private static func integers(_ operation: BinaryOperator, _ a: Int, _ b: Int) throws -> Value {
        let result: (Int, Bool)
        switch operation {
        case .add: result = a.addingReportingOverflow(b)
        case .subtract: result = a.subtractingReportingOverflow(b)
        case .multiply: result = a.multipliedReportingOverflow(by: b)
        case .power: return try power(a, b)
        case .divide, .floorDivide, .modulo:
            guard b != 0 else {
                throw CNNError(
                    .divisionByZero, "\(a) \(operation.rawValue) 0: an int cannot be divided by zero",
                    notes: [
                        operation == .modulo
                            ? "with floats, \(a).0 % 0.0 is nan"
                            : "with floats, \(a).0 / 0.0 is \(a == 0 ? "nan" : a > 0 ? "inf" : "-inf")"
                    ])
            }
            if operation == .divide { return .float(quotient(a, b)) }
            let (quotient, overflow) = a.dividedReportingOverflow(by: b)
            if overflow {
                if operation == .modulo { return .int(0) }
                throw self.overflow(operation, a, b)
            }
            let rest = a - quotient * b
            let isOdd = rest != 0 && (rest < 0) != (b < 0)
            return .int(operation == .floorDivide ? (isOdd ? quotient - 1 : quotient) : (isOdd ? rest + b : rest))
        default:
            throw CNNError(.typeMismatch, "'\(operation.rawValue)' needs tensors, not ints")
        }
        if result.1 { throw overflow(operation, a, b) }
        return .int(result.0)
    }

    private static func power(_ base: Int, _ exponent: Int) throws -> Value {
        guard exponent >= 0 else {
            guard base != 0 else { throw CNNError(.divisionByZero, "0 ** \(exponent) divides by zero") }
            return .float(cnn_pow(Double(base), Double(exponent)))
        }
        var result = 1
        var square = base
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 {
                let (product, overflow) = result.multipliedReportingOverflow(by: square)
                if overflow { throw self.overflow(.power, base, exponent) }
                result = product
            }
            rest >>= 1
            guard rest > 0 else { break }
            let (product, overflow) = square.multipliedReportingOverflow(by: square)
            if overflow { throw self.overflow(.power, base, exponent) }
            square = product
        }
        return .int(result)
    }

    // MARK: - Tensors

    private static func tensorBinary(_ operation: BinaryOperator, _ x: Value, _ y: Value) throws -> Value {
        if operation == .matrixProduct {
            guard case .tensor(let a) = x, case .tensor(let b) = y else { throw mismatch(operation, x, y) }
            return Value(try MatrixProduct()(a.tensor, b.tensor))
        }
        guard let kind = binaryKind(operation) else { throw mismatch(operation, x, y) }
        switch (x, y) {
        case (.tensor(let a), .tensor(let b)): return Value(try Binary(kind)(a.tensor, b.tensor))
        case (.tensor(let a), _):
            if let whole = y.integer {
                return Value(try Binary(kind).apply(a.tensor, scalar: whole, scalarOnLeft: false))
            }
            guard let number = y.number ?? y.integer.map(Double.init) else { throw mismatch(operation, x, y) }
            return Value(
                try Binary(kind).apply(a.tensor, scalar: number, scalarIsInteger: y.integer != nil, scalarOnLeft: false)
            )
        case (_, .tensor(let b)):
            if let whole = x.integer {
                return Value(try Binary(kind).apply(b.tensor, scalar: whole, scalarOnLeft: true))
            }
            guard let number = x.number ?? x.integer.map(Double.init) else { throw mismatch(operation, x, y) }
            return Value(
                try Binary(kind).apply(b.tensor, scalar: number, scalarIsInteger: x.integer != nil, scalarOnLeft: true))
        default: throw mismatch(operation, x, y)
        }
    }

    private static func binaryKind(_ operation: BinaryOperator) -> Binary.Kind? {
        switch operation {
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        case .power: .power
        case .modulo: .modulo
        case .floorDivide: .floorDivide
        default: nil
        }
    }
}

extension Value {
    /// An int, or a bool as 0 or 1.
    var integer: Int? {
        switch self {
        case .int(let value): value
        case .bool(let value): value ? 1 : 0
        case .tensor(let object) where object.rank == 0 && object.dtype == .int64: object.tensor.integerElement(0)
        default: nil
        }
    }

    var isFloat32: Bool {
        if case .float32 = self { return true }
        if case .tensor(let object) = self { return object.rank == 0 && object.dtype == .float32 }
        return false
    }
}
