import CNNCore

/// Comparing values: one bool for everything but tensors, elementwise there.
extension Arithmetic {
    static func compare(_ operation: BinaryOperator, _ x: Value, _ y: Value) throws -> Value {
        if let a = x.integer, let b = y.integer { return .bool(ordered(operation, a, b)) }
        if let a = x.number ?? x.integer.map(Double.init), let b = y.number ?? y.integer.map(Double.init) {
            // A float32 is compared at its own precision, as in NumPy: x[0] == 0.1 holds where x[0] was set to 0.1.
            if x.isFloat32 != y.isFloat32 { return .bool(ordered(operation, Float(a), Float(b))) }
            // An int that no float holds is not rounded to one.
            if let whole = x.integer, let order = order(whole, b) { return .bool(ordered(operation, order, 0)) }
            if let whole = y.integer, let order = order(whole, a) { return .bool(ordered(operation, 0, order)) }
            return .bool(ordered(operation, a, b))
        }
        switch (x, y) {
        case (.tensor, _), (_, .tensor): return try compareTensors(operation, x, y)
        case (.string(let a), .string(let b)):
            if operation == .equal { return .bool(try a.equals(b)) }
            if operation == .notEqual { return .bool(try !a.equals(b)) }
            try WorkMeter.shared.charge(2 * min(a.text.utf8.count, b.text.utf8.count))
            return .bool(ordered(operation, CodePoints.order(a.text, b.text), 0))
        case (.list(let a), .list(let b)) where operation != .equal && operation != .notEqual:
            return .bool(try ordered(operation, lists(a.elements, b.elements), 0))
        default: break
        }
        if operation == .equal { return .bool(try isEqual(x, y)) }
        if operation == .notEqual { return .bool(try !isEqual(x, y)) }
        var notes: [String] = []
        switch (x, y) {
        case (.list, _) where y.number != nil && (try? TensorLiteral.make(x, nil)) != nil:
            notes = ["for each of its numbers write tensor(x) \(operation.rawValue) y"]
        case (.string(let text), _) where y.number != nil && Double(text.text) != nil:
            notes = ["write float(x) \(operation.rawValue) y"]
        case (_, .string(let text)) where x.number != nil && Double(text.text) != nil:
            notes = ["write x \(operation.rawValue) float(y)"]
        case (.none, _), (_, .none): notes = [ErrorSite.missingReturn]
        default: break
        }
        throw CNNError(
            .typeMismatch, "'\(operation.rawValue)' does not order \(x.typeName) and \(y.typeName)", notes: notes)
    }

    /// -1, 0 or 1 for an int beside a float; nil where rounding the int does no harm.
    private static func order(_ whole: Int, _ number: Double) -> Int? {
        guard whole.magnitude > 1 << 53, !number.isNaN else { return nil }
        guard let cut = Int(exactly: number.rounded(.towardZero)) else { return number > 0 ? -1 : 1 }
        if whole != cut { return whole < cut ? -1 : 1 }
        let rest = number - number.rounded(.towardZero)
        return rest == 0 ? 0 : rest > 0 ? -1 : 1
    }

    private static func ordered<T: Comparable>(_ operation: BinaryOperator, _ a: T, _ b: T) -> Bool {
        switch operation {
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        case .greaterOrEqual: a >= b
        case .equal: a == b
        default: a != b
        }
    }

    static let maximumDepth = 1_000
    /// Units of work for two elements that are compared.
    private static let elementWork = 50

    private static func chargeElements(of tensor: Tensor) throws {
        try WorkMeter.shared.charge(tensor.count, each: 8)
    }

    /// -1, 0 or 1 by the first elements that differ.
    private static func lists(_ a: [Value], _ b: [Value]) throws -> Int {
        try WorkMeter.checkInterrupt()
        for (index, (x, y)) in zip(a, b).enumerated() {
            try WorkMeter.checkInterrupt(at: index)
            try WorkMeter.shared.charge(elementWork)
            if try isEqual(x, y) { continue }
            guard case .bool(let isLess) = try compare(.less, x, y) else {
                throw CNNError(.typeMismatch, "lists that hold tensors have no order")
            }
            return isLess ? -1 : 1
        }
        return a.count < b.count ? -1 : a.count > b.count ? 1 : 0
    }

    /// Deep equality of anything but tensors at the top; tensors inside of lists are equal when all elements are.
    static func isEqual(_ x: Value, _ y: Value, depth: Int = 0) throws -> Bool {
        guard depth < maximumDepth else {
            throw CNNError(.callTooDeep, "lists that are nested more than \(maximumDepth) deep are not compared")
        }
        switch (x, y) {
        case (.none, .none): return true
        case (.list(let a), .list(let b)):
            if a === b { return true }
            guard a.elements.count == b.elements.count else { return false }
            // Short ones may hold the same again and again, so that there is no end to it.
            try WorkMeter.checkInterrupt()
            for index in a.elements.indices {
                try WorkMeter.checkInterrupt(at: index)
                try WorkMeter.shared.charge(elementWork)
                guard try isEqual(a.elements[index], b.elements[index], depth: depth + 1) else { return false }
            }
            return true
        case (.dictionary(let a), .dictionary(let b)):
            if a === b { return true }
            guard a.count == b.count else { return false }
            try WorkMeter.checkInterrupt()
            return try a.allSatisfy { key, value in
                try WorkMeter.shared.charge(2 * elementWork)
                guard let other = b[key] else { return false }
                return try isEqual(value, other, depth: depth + 1)
            }
        case (.tensor(let a), .tensor(let b)):
            guard a.tensor.shape == b.tensor.shape else { return false }
            try chargeElements(of: a.tensor)
            try WorkMeter.checkInterrupt()
            return a.tensor.sameElements(b.tensor)
        case (.range(let a), .range(let b)): return (a.start, a.step, a.count) == (b.start, b.step, b.count)
        case (.function(let a), .function(let b)): return a === b
        case (.builtin(let a), .builtin(let b)): return a.builtin.name == b.builtin.name
        case (.native(let a), _): return a.isEqual(to: y)
        case (_, .native(let b)): return b.isEqual(to: x)
        default:
            if x.number != nil || x.integer != nil || x.isText {
                guard case .bool(let same) = try simpleCompare(x, y) else { return false }
                return same
            }
            return false
        }
    }

    private static func simpleCompare(_ x: Value, _ y: Value) throws -> Value {
        let bothNumbers = (x.number != nil || x.integer != nil) && (y.number != nil || y.integer != nil)
        return bothNumbers || (x.isText && y.isText) ? try compare(.equal, x, y) : .bool(false)
    }

    private static func compareTensors(_ operation: BinaryOperator, _ x: Value, _ y: Value) throws -> Value {
        let kind: Comparison.Kind =
            switch operation {
            case .less: .less
            case .lessOrEqual: .lessOrEqual
            case .greater: .greater
            case .greaterOrEqual: .greaterOrEqual
            case .equal: .equal
            default: .notEqual
            }
        switch (x, y) {
        case (.tensor(let a), .tensor(let b)): return Value(try Comparison(kind)(a.tensor, b.tensor))
        case (.tensor(let a), _):
            if let whole = y.integer {
                return Value(try Comparison(kind).apply(a.tensor, scalar: whole, scalarOnLeft: false))
            }
            guard let number = y.number ?? y.integer.map(Double.init) else { return try unlike(operation, x, y) }
            return Value(try Comparison(kind).apply(a.tensor, scalar: number, scalarOnLeft: false))
        case (_, .tensor(let b)):
            if let whole = x.integer {
                return Value(try Comparison(kind).apply(b.tensor, scalar: whole, scalarOnLeft: true))
            }
            guard let number = x.number ?? x.integer.map(Double.init) else { return try unlike(operation, x, y) }
            return Value(try Comparison(kind).apply(b.tensor, scalar: number, scalarOnLeft: true))
        default: return try unlike(operation, x, y)
        }
    }

    private static func unlike(_ operation: BinaryOperator, _ x: Value, _ y: Value) throws -> Value {
        if case .none = x { return .bool(operation == .notEqual) }
        if case .none = y { return .bool(operation == .notEqual) }
        throw CNNError(
            .typeMismatch,
            "'\(operation.rawValue)' compares a tensor with a tensor or a number, not \(x.typeName) and \(y.typeName)",
            notes: x.listCount != nil ? ["write tensor(x)"] : y.listCount != nil ? ["write tensor(y)"] : [])
    }

    /// `a ~= b`: the same shape and all |a-b| <= 1e-6 + 1e-5*|b|.
    static func isClose(
        _ x: Value, _ y: Value, absolute: Double = 1e-6, relative: Double = 1e-5, depth: Int = 0
    ) throws -> Bool {
        guard depth < maximumDepth else {
            throw CNNError(.callTooDeep, "lists that are nested more than \(maximumDepth) deep are not compared")
        }
        switch (x, y) {
        case (.tensor(let a), .tensor(let b)):
            guard a.tensor.shape == b.tensor.shape else { return false }
            try chargeElements(of: a.tensor)
            return a.tensor.isClose(b.tensor, absolute: absolute, relative: relative)
        case (.list(let a), .list(let b)):
            guard a.elements.count == b.elements.count else { return false }
            try WorkMeter.checkInterrupt()
            for index in a.elements.indices {
                try WorkMeter.checkInterrupt(at: index)
                try WorkMeter.shared.charge(elementWork)
                let (left, right) = (a.elements[index], b.elements[index])
                guard try isClose(left, right, absolute: absolute, relative: relative, depth: depth + 1) else {
                    return false
                }
            }
            return true
        default: break
        }
        if let a = x.number ?? x.integer.map(Double.init), let b = y.number ?? y.integer.map(Double.init) {
            if a == b { return true }
            if a.isInfinite || b.isInfinite { return false }
            return abs(a - b) <= absolute + relative * abs(b)
        }
        if case .tensor = x { return false }
        if case .tensor = y { return false }
        return try isEqual(x, y)
    }

    static func contains(_ container: Value, _ element: Value) throws -> Bool {
        switch container {
        case .list(let list):
            for (index, other) in list.elements.enumerated() {
                try WorkMeter.checkInterrupt(at: index)
                try WorkMeter.shared.charge(elementWork)
                if try isEqual(other, element) { return true }
            }
            return false
        case .string(let text):
            guard case .string(let part) = element else {
                throw CNNError(.typeMismatch, "'in' looks for a str in a str, not for \(element.typeName)")
            }
            try WorkMeter.shared.charge(8 * (text.text.utf8.count + part.text.utf8.count))
            let isThere = CodePoints.contains(text.text, part.text)
            // A search that was interrupted ends early.
            try WorkMeter.checkInterrupt()
            return isThere
        case .dictionary(let dictionary): return try dictionary[Indexing.key(element)] != nil
        case .range(let range):
            guard let number = element.integer else { return false }
            guard range.count > 0, number >= min(range.start, range.element(range.count - 1)),
                number <= max(range.start, range.element(range.count - 1))
            else { return false }
            return (Int128(number) - Int128(range.start)) % Int128(range.step) == 0
        case .tensor(let object):
            guard let number = element.number ?? element.integer.map(Double.init) else { return false }
            try chargeElements(of: object.tensor)
            return object.tensor.doubles().contains(number)
        default:
            throw CNNError(.typeMismatch, "'in' does not look into \(container.typeName)")
        }
    }
}

extension Value {
    var isNone: Bool {
        if case .none = self { return true }
        return false
    }

    var isText: Bool {
        if case .string = self { return true }
        return false
    }
}
