import CNNCore

/// What is wrong with a list that `sum`, `mean`, `max` and the like are given: which element, and what it is.
enum ListFaults {
    /// E0202: an element is no number.
    static func noNumber(_ call: Call, _ whole: Value, _ place: Int, _ element: Value) -> CNNError {
        if case .list = element, let tensor = try? TensorLiteral.make(whole, .float64), tensor.rank > 1 {
            return CNNError(
                .typeMismatch, "\(call.builtin.name): element \(place) of x is a list, not a number",
                notes: ["write \(call.builtin.name)(tensor(x))"], argument: .named("x"))
        }
        if element.isTensor, (try? TensorLiteral.make(whole, nil)) != nil {
            return call.noTensor(0, whole)
        }
        return CNNError(
            .typeMismatch, "\(call.builtin.name): element \(place) of x is \(shown(element, call)), not a number",
            notes: ways(call, whole, element), argument: .named("x"))
    }

    /// E0303: a tensor that cannot be added to those before it.
    static func otherShape(_ sum: Value, _ place: Int, _ element: Value) -> CNNError {
        CNNError(
            .broadcastMismatch,
            "sum: element \(place) is \(element.describedType), and what stands before it adds up to \(sum.describedType)",
            argument: .named("x"))
    }

    /// E0202: what is neither a list nor a tensor.
    static func noSequence(_ call: Call, _ value: Value) -> CNNError {
        var notes: [String] = []
        if case .dictionary = value { notes = ["for its values write \(call.builtin.name)(x.values())"] }
        return call.wrongType(0, "a tensor or a list of numbers", value, notes: notes)
    }

    /// E0404: nothing to take the mean of.
    static func empty(_ call: Call) -> CNNError {
        let name = call.builtin.name
        return call.wrongValue(
            0, "is empty: there is no \(name)", notes: ["write if len(x) > 0 { \(name)(x) } else { 0 }"])
    }

    /// E0202: two elements, or two arguments, that are not ordered.
    static func noOrder(_ call: Call, _ values: [Value], _ place: Int) -> CNNError {
        let isList = call.given(1) == nil
        let other = values.firstIndex { $0.typeName != values[place].typeName } ?? 0
        let parts = [other, place].map { index in
            "\(isList ? "element \(index) of x" : "argument \(index + 1)") is \(shown(values[index], call))"
        }
        return CNNError(
            .typeMismatch, "\(call.builtin.name): \(parts.joined(separator: ", ")): these have no order",
            notes: isList ? ways(call, .array(values), values[place]) : [], argument: isList ? .named("x") : nil)
    }

    private static func shown(_ value: Value, _ call: Call) -> String {
        guard case .string = value else { return value.describedType }
        let text = call.interpreter.brief(value)
        return text.count > 24 ? "a str" : "the str \(text)"
    }

    /// Texts that all read as numbers are made such; texts alone are joined.
    private static func ways(_ call: Call, _ whole: Value, _ element: Value) -> [String] {
        let elements: [Value] = if case .list(let list) = whole { list.elements } else { [] }
        let name = call.builtin.name
        let areNumbers = elements.allSatisfy { value in
            if case .string(let object) = value { return Double(object.text) != nil }
            return value.number != nil
        }
        if !elements.isEmpty, areNumbers { return ["write \(name)([float(e) for e in x])"] }
        if name == "sum", elements.allSatisfy(\.isText) { return ["write \"\".join(x)"] }
        if case .none = element { return [ErrorSite.missingReturn] }
        let isMixed =
            elements.contains(where: \.isText) && elements.contains { $0.number != nil }
            && elements.allSatisfy { $0.isText || $0.number != nil }
        return isMixed
            ? ["for the numbers alone write \(name)([e for e in x if type(e) != \"str\"])"] : []
    }
}

extension Reduction.Kind {
    /// Whether nothing has no such value, as it has a sum.
    var needsElements: Bool {
        switch self {
        case .mean, .variance, .standardDeviation, .maximum, .minimum: true
        default: false
        }
    }
}
