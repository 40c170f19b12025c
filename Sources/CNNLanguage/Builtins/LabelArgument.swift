import CNNCore

/// Class numbers as an argument: an int64 tensor, a list of ints, an int, or floats that are whole, since
/// `tensor([3, 1])` makes float32.
enum LabelArgument {
    static func integers(_ call: Call, _ index: Int) throws(CNNError) -> Tensor {
        let value = try call.required(index)
        if value.wholeNumber == nil, let numbers = try value.wholeNumbers() {
            return try Tensor(integers: numbers, Shape([numbers.count]))
        }
        if case .list(let list) = value,
            let other = list.elements.compactMap(\.number).first(where: { $0.rounded() != $0 })
        {
            throw call.wrongValue(index, "holds classes, which are ints, not \(NumberFormatter.shortest(other))")
        }
        try checkTexts(call, index)
        return try integers(call, index, try call.tensor(index))
    }

    /// - Throws: E0202 for texts in the place of classes, with how they are numbered.
    static func checkTexts(_ call: Call, _ index: Int) throws(CNNError) {
        let name = call.parameterName(index)
        switch call.value(index) {
        case .string(let text)? where Int(text.text) != nil:
            throw CNNError(
                .typeMismatch, "\(call.builtin.name): '\(name)' holds classes, which are ints, not a str",
                notes: ["write int(...)"], argument: .named(name))
        case .list(let list)?:
            var names: [String] = []
            for element in list.elements {
                guard case .string(let text) = element else { continue }
                if !names.contains(text.text) { names.append(text.text) }
                guard names.count <= mostListed else { break }
            }
            guard let first = names.first else { return }
            throw CNNError(
                .typeMismatch,
                "\(call.builtin.name): '\(name)' holds classes, which are ints, not texts such as "
                    + ValueDisplay.quoted(first),
                notes: numbering(names, name),
                argument: .named(name))
        default: break
        }
    }

    /// Names of classes that a note lists.
    private static let mostListed = 10

    /// How texts become classes.
    private static func numbering(_ names: [String], _ labels: String) -> [String] {
        guard names.count > mostListed else {
            let quoted = names.sorted().map(ValueDisplay.quoted).joined(separator: ", ")
            return ["number them: write [[\(quoted)].index(t) for t in \(labels)]"]
        }
        return [
            "write kinds = []; for t in \(labels) { if t not in kinds { kinds.append(t) } }",
            "then write [kinds.index(t) for t in \(labels)]",
        ]
    }

    /// What a note says to write for labels that were given as a list: a list takes no arithmetic.
    static func inWords(
        of call: Call, _ index: Int, _ body: () throws(CNNError) -> Value
    ) throws(CNNError) -> Value {
        do { return try body() } catch {
            guard case .list? = call.value(index) else { throw error }
            var error = error
            error.notes = error.notes.map { $0.replacing("write labels - 1", with: "write tensor(labels) - 1") }
            throw error
        }
    }

    static func integers(_ call: Call, _ index: Int, _ labels: Tensor) throws(CNNError) -> Tensor {
        if labels.dtype == .int64 { return labels }
        if labels.dtype.isFloating, let other = labels.doubles().first(where: { $0.rounded() != $0 || !$0.isFinite }) {
            throw call.wrongValue(index, "holds classes, which are ints, not \(NumberFormatter.shortest(other))")
        }
        return try labels.detached.converted(to: .int64)
    }
}
