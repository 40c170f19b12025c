/// What a dict finds its values by. A key is found by every key that equals it: `1` by `1.0` and `0.0` by `-0.0`, texts
/// by the same code points, a float32 by its exact value as a float. Two things differ from Python: a bool is a key of
/// its own (`True` is not `1`), and nan, which has no identity here, is found by nan.
public enum DictionaryKey: Equatable, Sendable {
    case none
    case string(String)
    case int(Int)
    case float(Double)
    /// An element of a float32 tensor, which shows itself in fewer digits.
    case float32(Float)
    case bool(Bool)

    public var value: Value {
        switch self {
        case .none: .none
        case .string(let text): .string(StringObject(text))
        case .int(let number): .int(number)
        case .float(let number): .float(number)
        case .float32(let number): .float32(number)
        case .bool(let flag): .bool(flag)
        }
    }

    /// What a text takes that does not fit into the key itself.
    var textBytes: Int? {
        guard case .string(let text) = self, text.utf8.count > 15 else { return nil }
        return 32 + text.utf8.count
    }

    public static func == (a: DictionaryKey, b: DictionaryKey) -> Bool {
        switch (a, b) {
        case (.none, .none): return true
        case (.int(let a), .int(let b)): return a == b
        case (.string(let a), .string(let b)): return CodePoints.areEqual(a, b)
        case (.bool(let a), .bool(let b)): return a == b
        default:
            // Ints are compared as ints: a float may be close to one without being it.
            if let x = a.whole, let y = b.whole { return x == y }
            guard a.whole == nil, b.whole == nil, let x = a.fraction, let y = b.fraction else { return false }
            return x == y || (x.isNaN && y.isNaN)
        }
    }

    /// The number, where it is one of the ints.
    var whole: Int? {
        switch self {
        case .int(let number): number
        case .float(let number): Int(exactly: number)
        case .float32(let number): Int(exactly: number)
        case .none, .string, .bool: nil
        }
    }

    /// The number, where it is a float.
    var fraction: Double? {
        switch self {
        case .float(let number): number
        case .float32(let number): Double(number)
        case .none, .string, .int, .bool: nil
        }
    }
}
