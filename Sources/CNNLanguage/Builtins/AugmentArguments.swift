import CNNCore

/// What stands in the parentheses of `rotate(10)` and `rotate(x, 10)`: a number alone, or a picture and what is done to it.
struct AugmentArguments {
    /// The one number that does what two in its place were meant to do; nil where none does.
    typealias Range = @Sendable (Double, Double) -> Double?

    private let call: Call
    /// What stands behind a picture, as messages call it: `degrees`, `[dy, dx]`.
    private let wanted: String
    /// What stands alone: `degrees`, `one int`.
    private let alone: String

    init(_ call: Call, wanted: String, alone: String) {
        (self.call, self.wanted, self.alone) = (call, wanted, alone)
    }

    /// Whether the first argument is the only one, and a number. Otherwise it is a picture, or missing, or what comes
    /// next refuses it.
    /// - Throws: E0203 for two numbers, of which one would be dropped, and for what is neither number nor picture;
    ///   E0202 for a picture that stands second.
    func isNumberAlone(_ range: Range) throws(CNNError) -> Bool {
        guard let first = call.value(0) else { return false }
        if case .tensor(let object) = first, object.rank > 0 { return false }
        if case .tensor(let object)? = call.given(1), object.rank > 1 { throw isBehind(first) }
        switch (first.number, call.given(1)) {
        case (_?, nil): return true
        case (let number?, let second?):
            guard let other = second.number else { return false }
            throw mismatch("two numbers", range(number, other))
        case (nil, nil):
            if case .list(let list) = first, list.elements.count == 2, let low = list.elements[0].number,
                let high = list.elements[1].number
            {
                throw mismatch("a list", range(low, high))
            }
            throw mismatch(first.describedType, nil)
        case (nil, _?): return false
        }
    }

    private func mismatch(_ given: String, _ number: Double?) -> CNNError {
        let name = call.builtin.name
        let way = number.map { "write \(name)(\(NumberFormatter.general($0, 6))), or put a picture first" }
        return CNNError(
            .argumentMismatch, "\(name) takes a picture and \(wanted), or \(alone) alone, not \(given)",
            notes: [way ?? "it is \(call.builtin.signature)"])
    }

    private func isBehind(_ first: Value) -> CNNError {
        let text = call.interpreter.brief(first)
        let isVector = wanted == "[dy, dx]" && first.wholeNumber != nil
        return CNNError(
            .typeMismatch, "\(call.builtin.name) takes the picture first, and then \(wanted)",
            notes: ["write \(call.builtin.name)(\(call.parameterName(1)), \(isVector ? "[\(text), 0]" : text))"])
    }
}
