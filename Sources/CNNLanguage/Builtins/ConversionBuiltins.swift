import CNNCore
import CNNKernels

/// From one type to another: conversions are written, never made silently.
enum ConversionBuiltins {
    static let all: [Builtin] = [str, int, float, bool, list, to, item]

    private static let str = Builtin(
        "str", ["value"], .language, "the value as print shows it, as a str",
        example: ("str(1.5) + \"!\"", "'1.5!'\n"),
        shortcut: { value, second in
            switch (value, second) {
            case (.int(let number), nil): Slot(text: String(number))
            case (.float(let number), nil): Slot(text: NumberFormatter.shortest(number))
            case (.float32(let number), nil): Slot(text: NumberFormatter.shortest(number))
            case (.string, nil): Slot(owning: value)
            default: nil
            }
        }
    ) { call in
        .text(try call.interpreter.str(try call.required(0)))
    }

    private static let int = Builtin(
        "int", ["x"], .language, "an int: of a float without what follows the point, of a str read as a number",
        example: ("int(-2.7)\nint(\"42\")", "-2\n42\n"),
        shortcut: { value, second in
            switch (value, second) {
            case (.int(let number), nil): Slot(int: number)
            case (.float(let number), nil): Int(exactly: number.rounded(.towardZero)).map { Slot(int: $0) }
            default: nil
            }
        }
    ) { call in
        let value = try call.required(0)
        switch value {
        case .int: return value
        case .bool(let flag): return .int(flag ? 1 : 0)
        case .float(let number): return try truncated(number)
        case .float32(let number): return try truncated(Double(number))
        case .string(let object):
            guard let number = NumberText.int(object.text) else {
                try WorkMeter.checkInterrupt()
                throw noInt(object.text)
            }
            return .int(number)
        case .tensor(let object) where object.tensor.count == 1:
            let tensor = object.tensor
            return tensor.dtype.isFloating ? try truncated(tensor.element(0)) : .int(tensor.integerElement(0))
        default: throw refused(call, value, "int64")
        }
    }

    private static func truncated(_ number: Double) throws(CNNError) -> Value {
        guard let whole = Int(exactly: number.rounded(.towardZero)) else {
            throw CNNError(.invalidConversion, "int: \(NumberFormatter.shortest(number)) is no int of 64 bits")
        }
        return .int(whole)
    }

    /// A text that is a number, and yet no int: too large, with a point, hexadecimal.
    private static func noInt(_ text: String) -> CNNError {
        var error = unreadable(text, "int")
        let digits = text.trimmedOfBlanks.lowercased()
        if let number = NumberText.float(text), number.isFinite {
            let isWhole = digits.allSatisfy { $0.isNumber || "+-_".contains($0) }
            if isWhole { error.message = "int: \(digits.prefix(40)) is no int of 64 bits" }
            error.notes = [isWhole ? "write float(x)" : "write int(float(x))"]
            if Int(exactly: number.rounded(.towardZero)) == nil { error.notes = ["write float(x)"] }
        } else if digits.hasPrefix("0x"), let number = Int(digits.dropFirst(2), radix: 16) {
            error.notes = [
                "a number in a text has the digits 0 to 9; in the program itself 0x... may stand: \(digits) is \(number)"
            ]
        }
        return error
    }

    private static func unreadable(_ text: String, _ type: String) -> CNNError {
        let shown = ValueDisplay.quoted(text.count > 40 ? String(text.prefix(37)) + "..." : text)
        return CNNError(.invalidConversion, "\(type): \(shown) cannot be read as a number")
    }

    private static func refused(_ call: Call, _ value: Value, _ dtype: String) -> CNNError {
        var notes: [String] = []
        if case .tensor = value { notes = ["to convert every element write x.to(\(dtype))"] }
        return call.wrongType(0, "a number, a bool or a str", value, notes: notes)
    }

    private static let float = Builtin(
        "float", ["x"], .language, "a float of 64 bits; of a str read as a number",
        example: ("float(3)\nfloat(\"1e-3\")", "3.0\n0.001\n"),
        shortcut: { value, second in
            switch (value, second) {
            case (.float(let number), nil): Slot(float: number)
            case (.int(let number), nil): Slot(float: Double(number))
            case (.float32(let number), nil): Slot(float: Double(number))
            default: nil
            }
        }
    ) { call in
        let value = try call.required(0)
        switch value {
        case .float: return value
        case .bool(let flag): return .float(flag ? 1 : 0)
        case .string(let object):
            guard let number = NumberText.float(object.text) else { throw unreadable(object.text, "float") }
            return .float(number)
        case .tensor(let object) where object.tensor.count == 1:
            // On a tape it stays there: float(x) in a gradient block is no break.
            let tensor = object.tensor
            guard tensor.trace != nil else { return .float(tensor.element(0)) }
            return Value(try Reshape([])(try tensor.converted(to: .float64)))
        default:
            guard let number = value.number else { throw refused(call, value, "float64") }
            return .float(number)
        }
    }

    private static let bool = Builtin(
        "bool", ["x"], .language, "True unless it is 0, empty or None",
        example: ("bool(0)\nbool(\"a\")", "False\nTrue\n")
    ) { call in
        let value = try call.required(0)
        switch value {
        case .none: return .bool(false)
        case .bool: return value
        case .string(let object): return .bool(!object.text.isEmpty)
        case .tensor(let object):
            guard object.tensor.count == 1 else {
                throw call.wrongType(
                    0, "one value", value, notes: ["write any(x) or all(x); to convert every element write x.to(bool)"])
            }
            return .bool(object.tensor.element(0) != 0)
        default:
            if let number = value.number { return .bool(number != 0) }
            if let count = value.elementCount { return .bool(count > 0) }
            throw call.wrongType(0, "a number, a str, a list or a dict", value)
        }
    }

    private static let list = Builtin(
        "list", ["x"], .language, "a list of the elements; of a tensor nested lists of numbers",
        example: ("list(range(3))\ntensor([[1, 2], [3, 4]]).list()", "[0, 1, 2]\n[[1.0, 2.0], [3.0, 4.0]]\n")
    ) { call in
        guard case .tensor(let object) = try call.required(0), object.rank > 0 else {
            return .array(try call.elements(0))
        }
        let tensor = object.tensor
        try WorkMeter.shared.charge(tensor.count)
        try ListObject.require(tensor.count)
        var position = 0
        return try nested(tensor, 0, &position)
    }

    private static func nested(_ tensor: Tensor, _ axis: Int, _ position: inout Int) throws -> Value {
        guard axis < tensor.rank else {
            defer { position += 1 }
            switch tensor.dtype {
            case .float32: return .float32(Float(tensor.element(position)))
            case .float64: return .float(tensor.element(position))
            case .int64, .uint8: return .int(tensor.integerElement(position))
            case .bool: return .bool(tensor.integerElement(position) != 0)
            }
        }
        return .array(try ListObject.elements(tensor.shape[axis]) { _ in try nested(tensor, axis + 1, &position) })
    }

    private static let to = Builtin(
        "to", ["x", "dtype"], .language, "the tensor with elements of another type",
        example: ("tensor([1.7, -1.7]).to(int64)", "tensor 2 int64\n[ 1, -1]\n")
    ) { call in
        let (x, dtype) = (try call.tensor(0), try call.dtype(1))
        return Value(x.dtype == dtype ? x : try x.converted(to: dtype))
    }

    private static let item = Builtin(
        "item", ["x"], .language, "the number in a tensor of one element",
        example: ("tensor([[3]]).item()", "3.0\n")
    ) { call in
        let x = try call.tensor(0)
        guard x.count == 1 else {
            throw CNNError(
                .shapeMismatch, "item: \(x.shape.asTensor) has \(x.count) elements, not one",
                notes: ["write x.list() for all of them"])
        }
        return Value(try Reshape([])(x.detached))
    }
}

/// Numbers in texts, as `int("42")` and `float("1e-3")` read them: Python's forms, spaces around them allowed.
enum NumberText {
    static func int(_ text: String) -> Int? { Int(digits(text) ?? "") }

    static func float(_ text: String) -> Double? {
        guard let digits = digits(text)?.lowercased() else { return nil }
        let isNegative = digits.hasPrefix("-")
        let unsigned = isNegative || digits.hasPrefix("+") ? String(digits.dropFirst()) : digits
        if unsigned == "inf" || unsigned == "infinity" { return isNegative ? -.infinity : .infinity }
        if unsigned == "nan" { return .nan }
        // No hexadecimal floats, which Double reads.
        let allowed = unsigned.utf8.allSatisfy { (0x30...0x39).contains($0) || [0x2E, 0x65, 0x2B, 0x2D].contains($0) }
        guard allowed, unsigned.utf8.contains(where: { (0x30...0x39).contains($0) }) else { return nil }
        let padded = (unsigned.hasPrefix(".") ? "0" : "") + unsigned.replacing(".e", with: ".0e")
        return Double(padded.hasSuffix(".") ? padded + "0" : padded).map { isNegative ? -$0 : $0 }
    }

    /// Without the spaces around it and the underscores between digits; nil where one stands elsewhere.
    private static func digits(_ text: String) -> String? {
        var characters = Array(text.unicodeScalars)[...]
        while characters.first?.isSpace == true { characters.removeFirst() }
        while characters.last?.isSpace == true { characters.removeLast() }
        var result = ""
        for (index, character) in zip(characters.indices, characters) {
            guard character.isASCII, index & 0xFFFF != 0xFFFF || !cnn_interrupt_pending() else { return nil }
            if character == "_" {
                let isBetween = index > characters.startIndex && index + 1 < characters.endIndex
                guard isBetween, characters[index - 1].isPythonDigit, characters[index + 1].isPythonDigit else {
                    return nil
                }
            } else {
                result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
