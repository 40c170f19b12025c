import CNNCore

/// Arguments by position, as the type that a built-in's body wants. Each throws E0202 for a wrong type and E0404 for a
/// wrong value, with the built-in and the argument named: "conv2d: 'stride' is an int, not a str".
///
/// An accessor with a default takes None for "left out"; without one the argument must be there.
extension Call {
    /// The argument as it was given; nil where it was left out.
    public func value(_ index: Int) -> Value? { arguments.indices.contains(index) ? arguments[index] : nil }

    /// The argument unless it was left out or is None.
    public func given(_ index: Int) -> Value? {
        guard let value = value(index) else { return nil }
        if case .none = value { return nil }
        return value
    }

    /// The argument, which must be there.
    public func required(_ index: Int) throws(CNNError) -> Value {
        guard let value = value(index) else {
            throw CNNError(
                .argumentMismatch, "\(builtin.name) needs its argument '\(parameterName(index))'",
                notes: ["it is \(builtin.signature)"])
        }
        return value
    }

    func parameterName(_ index: Int) -> String {
        builtin.parameters.indices.contains(index) ? builtin.parameters[index].name : "argument \(index + 1)"
    }

    /// E0202: the argument has another type than `wanted` ("an int").
    public func wrongType(_ index: Int, _ wanted: String, _ value: Value, notes: [String] = []) -> CNNError {
        let hint = if case .none = value { [ErrorSite.missingReturn] } else { [String]() }
        var error = CNNError(
            .typeMismatch, "\(builtin.name): '\(parameterName(index))' is \(wanted), not \(value.describedType)",
            notes: notes + hint, argument: .named(parameterName(index)))
        error.form = wanted
        return error
    }

    /// E0404: the argument has a value that it cannot have ("must be positive, not -1").
    public func wrongValue(_ index: Int, _ reason: String, notes: [String] = []) -> CNNError {
        CNNError(
            .invalidValue, "\(builtin.name): '\(parameterName(index))' \(reason)", notes: notes,
            argument: .named(parameterName(index)))
    }

    /// An argument in one line, as the user has it.
    func shown(_ index: Int) -> String { value(index).map { interpreter.brief($0) } ?? "None" }

    /// E0404 for a part that must leave something over; what may be a percentage is told as its share.
    /// - Parameter verb: before "from 0 up to …": `is`, `must be`.
    func wrongShare(_ index: Int, _ verb: String, usual: String) -> CNNError {
        let name = parameterName(index)
        var notes = ["write \(name)=\(usual)"]
        if let number = value(index)?.number, number >= 5, number < 100 {
            notes = ["\(shown(index)) percent is \(name)=\(NumberFormatter.general(number / 100, 6))"]
        }
        return wrongValue(index, "\(verb) from 0 up to (not including) 1, not \(shown(index))", notes: notes)
    }

    // MARK: - Numbers and words

    public func int(_ index: Int, default fallback: Int? = nil) throws(CNNError) -> Int {
        if let fallback, given(index) == nil { return fallback }
        return try integer(index, try required(index))
    }

    /// nil where it was left out or is None.
    public func optionalInt(_ index: Int) throws(CNNError) -> Int? {
        guard let value = given(index) else { return nil }
        return try integer(index, value)
    }

    private func integer(_ index: Int, _ value: Value) throws(CNNError) -> Int {
        guard let number = value.wholeNumber else {
            let hint = value.number != nil ? ["write int(...), or divide with //"] : numberInQuotes(index, value, "int")
            throw wrongType(index, "an int", value, notes: hint)
        }
        return number
    }

    public func double(_ index: Int, default fallback: Double? = nil) throws(CNNError) -> Double {
        if let fallback, given(index) == nil { return fallback }
        let value = try required(index)
        guard let number = value.number else {
            throw wrongType(index, "a number", value, notes: numberInQuotes(index, value, "float"))
        }
        return number
    }

    /// The way out for a text that reads as a number.
    private func numberInQuotes(_ index: Int, _ value: Value, _ conversion: String) -> [String] {
        guard case .string(let object) = value, Double(object.text) != nil,
            conversion != "int" || Int(object.text) != nil
        else { return [] }
        return ["write \(conversion)(\(parameterName(index)))"]
    }

    /// nil where it was left out or is None.
    public func optionalDouble(_ index: Int) throws(CNNError) -> Double? {
        given(index) == nil ? nil : try double(index)
    }

    public func bool(_ index: Int, default fallback: Bool? = nil) throws(CNNError) -> Bool {
        if let fallback, given(index) == nil { return fallback }
        let value = try required(index)
        switch value {
        case .bool(let flag): return flag
        case .tensor(let object) where object.rank == 0 && object.dtype == .bool:
            return object.tensor.integerElement(0) != 0
        default:
            // `mean(x, 0, 1)`: NumPy's tuple of axes without its parentheses.
            let axes = index > 0 && parameterName(index - 1) == "axis" ? [self.value(index - 1), value] : []
            let numbers = axes.compactMap { $0?.wholeNumber }
            throw wrongType(
                index, "True or False", value,
                notes: numbers.count == 2 ? ["for several axes write axis=\(numbers)"] : [])
        }
    }

    public func text(_ index: Int, default fallback: String? = nil) throws(CNNError) -> String {
        if let fallback, given(index) == nil { return fallback }
        let value = try required(index)
        guard case .string(let object) = value else {
            // NumPy's `save("x.npy", x)`
            let isSwapped = parameterName(index) == "path" && index == 1 && self.value(0)?.isText == true
            throw wrongType(
                index, "a str", value, notes: isSwapped ? ["the value comes first: write save(path, value)"] : [])
        }
        return object.text
    }

    /// One of the words of its parameter: `"mean"`, `"sum"`, `"none"`.
    public func word(_ index: Int, default fallback: String? = nil) throws(CNNError) -> String {
        let words = builtin.parameters[index].words
        if let way = bareWord(index, words) {
            throw wrongType(index, "a word in quotes", try required(index), notes: [way])
        }
        let word = try text(index, default: fallback)
        guard !words.contains(word) else { return word }
        let list = words.map { "\"\($0)\"" }.joined(separator: ", ")
        let nearest = EditDistance.nearest(word, among: words).map { ["did you mean \"\($0)\"?"] } ?? []
        throw wrongValue(index, "is one of \(list), not \"\(word)\"", notes: nearest)
    }

    /// `rounding=floor`: a word without its quotes, which is a built-in's name too.
    func bareWord(_ index: Int, _ words: [String]) -> String? {
        guard case .builtin(let object)? = value(index), words.contains(object.builtin.name) else { return nil }
        return "write \(parameterName(index))=\"\(object.builtin.name)\""
    }

    // MARK: - Tensors

    /// A number becomes a tensor of rank 0: an int an int64, a float a float64, an element of a tensor what it was.
    public func tensor(_ index: Int) throws(CNNError) -> Tensor {
        let value = try required(index)
        guard let tensor = try value.asTensor() else { throw noTensor(index, value) }
        return tensor
    }

    /// nil where it was left out or is None.
    public func optionalTensor(_ index: Int) throws(CNNError) -> Tensor? {
        given(index) == nil ? nil : try tensor(index)
    }

    func noTensor(_ index: Int, _ value: Value) -> CNNError {
        var notes: [String] = []
        switch value {
        case .list: if (try? TensorLiteral.make(value, nil)) != nil { notes = ["write tensor(...)"] }
        case .range: notes = ["write tensor(...)"]
        // `conv2d(x, w, "same")`: the word of another parameter.
        case .string(let object):
            let owner = builtin.parameters.first { $0.words.contains(object.text) }
            notes = owner.map { ["write \($0.name)=\"\(object.text)\""] } ?? numberInQuotes(index, value, "float")
        default: break
        }
        return wrongType(index, "a tensor", value, notes: notes)
    }

    /// A list of tensors (numbers count as rank 0), or the slices of one tensor along its first axis.
    public func tensors(_ index: Int) throws(CNNError) -> [Tensor] {
        let value = try required(index)
        switch value {
        case .list(let list):
            try TensorObject.require(list.elements.count)
            var tensors: [Tensor] = []
            for (place, element) in list.elements.enumerated() {
                try WorkMeter.checkInterrupt(at: place)
                guard let tensor = try element.asTensor() else {
                    throw wrongType(
                        index, "a list of tensors", element, notes: ["one of its elements is \(element.describedType)"])
                }
                tensors.append(tensor)
            }
            return tensors
        case .tensor(let object) where object.rank > 0:
            let tensor = object.tensor
            try TensorObject.require(tensor.shape[0])
            var slices: [Tensor] = []
            for position in 0..<tensor.shape[0] {
                try WorkMeter.checkInterrupt(at: position)
                slices.append(try tensor.subscripted([.at(position)]))
            }
            return slices
        default: throw wrongType(index, "a list of tensors", value)
        }
    }

    /// float32, float64, int64, uint8, bool, also as text; the conversion functions float and int stand for theirs.
    public func dtype(_ index: Int, default fallback: DType? = nil) throws(CNNError) -> DType {
        if let fallback, given(index) == nil { return fallback }
        let value = try required(index)
        if let dtype = value.asDType { return dtype }
        let names = DType.allCases.map(\.rawValue).joined(separator: ", ")
        let isDevice =
            if case .string(let object) = value { ["cuda", "cpu", "gpu", "mps"].contains(object.text) } else { false }
        let narrow =
            if case .string(let object) = value {
                ForeignNames.hint(for: object.text) ?? ForeignNames.dtypeHint(object.text)
            } else { String?.none }
        throw wrongType(
            index, "one of \(names)", value,
            notes: isDevice ? ["leave it out: there is one device"] : [narrow].compactMap { $0 })
    }

    // MARK: - Sizes

    /// A list of ints, a size 5x5, a range, a 1-d int tensor, or one int.
    public func ints(_ index: Int, default fallback: [Int]? = nil) throws(CNNError) -> [Int] {
        if let fallback, given(index) == nil { return fallback }
        let value = try required(index)
        guard let numbers = try value.wholeNumbers() else { throw noSizes(index, value) }
        return numbers
    }

    /// The element that is none, where a list holds one.
    private func noSizes(_ index: Int, _ value: Value) -> CNNError {
        guard case .list(let list) = value,
            let (place, other) = list.elements.enumerated().first(where: { $0.element.wholeNumber == nil })
        else {
            var notes = value.number != nil ? ["write int(...), or divide with //"] : []
            if let text = value.sizesInQuotes, let sizes = NumberLiteral.sizes(in: text) {
                notes = ["a size stands without quotes: write \(text), which is \(sizes)"]
            }
            if parameterName(index) == "axis", notes.isEmpty { notes = ["axes are numbered: write axis=0"] }
            return wrongType(index, "an int or a list of ints", value, notes: notes)
        }
        let text = other.number != nil ? interpreter.brief(other) : other.describedType
        return CNNError(
            .typeMismatch,
            "\(builtin.name): '\(parameterName(index))' is a list of ints, but element \(place) is \(text)",
            notes: other.number != nil ? ["an int comes from dividing with //, or from int(\(text))"] : [],
            argument: .named(parameterName(index)))
    }

    public func shape(_ index: Int) throws(CNNError) -> Shape { try Shape(try ints(index)) }

    /// 2 for 2x2, or 2x3.
    public func size2D(_ index: Int, default fallback: Size2D? = nil) throws(CNNError) -> Size2D {
        if let fallback, given(index) == nil { return fallback }
        let numbers = try ints(index)
        switch numbers.count {
        case 1: return Size2D(numbers[0], numbers[0])
        case 2: return Size2D(numbers[0], numbers[1])
        default: throw wrongValue(index, "is one size or two, as 2 or 2x3, not \(numbers.count) numbers")
        }
    }

    /// n, [h, w], [top, bottom, left, right], "same", "full" or "valid"; no padding where it was left out.
    public func padding(_ index: Int) throws(CNNError) -> Padding {
        guard let value = given(index) else { return .valid }
        if case .string = value {
            switch try word(index) {
            case "same": return .same
            case "full": return .full
            default: return .valid
            }
        }
        if let way = bareWord(index, builtin.parameters[index].words) {
            throw wrongType(index, "a word in quotes", value, notes: [way])
        }
        let forms = "n, [h, w], [top, bottom, left, right], \"same\", \"full\" or \"valid\""
        guard let numbers = try value.wholeNumbers() else { throw wrongType(index, forms, value) }
        if let negative = numbers.first(where: { $0 < 0 }) {
            let way =
                builtin.name == "pad"
                ? "to take a frame away write crop(x, \(negative.magnitude))" : "write \(parameterName(index))=0"
            throw wrongValue(index, "cannot be negative: \(negative)", notes: [way])
        }
        switch numbers.count {
        case 1: return .explicit(top: numbers[0], bottom: numbers[0], left: numbers[0], right: numbers[0])
        case 2: return .explicit(top: numbers[0], bottom: numbers[0], left: numbers[1], right: numbers[1])
        case 4: return .explicit(top: numbers[0], bottom: numbers[1], left: numbers[2], right: numbers[3])
        default:
            throw wrongValue(
                index, "is \(forms), not \(numbers.count.counting("number"))", notes: fourSides(index))
        }
    }

    /// Three numbers or more than four as the four that they may begin.
    func fourSides(_ index: Int) -> [String] {
        guard let numbers = try? value(index)?.wholeNumbers(), numbers.count > 2 else { return [] }
        let sides = (numbers + [0]).prefix(4).map(String.init).joined(separator: ", ")
        return ["for top \(numbers[0]), bottom \(numbers[1]), left \(numbers[2]) write [\(sides)]"]
    }

    public func rounding(_ index: Int, default fallback: Rounding) throws(CNNError) -> Rounding {
        let name = try word(index, default: fallback.rawValue)
        return Rounding(rawValue: name) ?? fallback
    }

    public func lossReduction(_ index: Int) throws(CNNError) -> LossReduction {
        let name = try word(index, default: LossReduction.mean.rawValue)
        return LossReduction(rawValue: name) ?? .mean
    }

    /// One axis, nil for None or left out.
    public func axis(_ index: Int) throws(CNNError) -> Int? { try optionalInt(index) }

    /// An axis or a list of axes, nil for None or left out: all of them.
    public func axes(_ index: Int) throws(CNNError) -> [Int]? { given(index) == nil ? nil : try ints(index) }

    // MARK: - Functions and lists

    /// Anything that can be called; call it by `interpreter.call`.
    public func function(_ index: Int) throws(CNNError) -> Value {
        let value = try required(index)
        switch value {
        case .function, .builtin, .native: return value
        default:
            // `map([1, 2], x -> x + 1)`
            let names = [parameterName(index + 1), parameterName(index)]
            let isSwapped =
                switch self.value(index + 1) {
                case .function?, .builtin?: true
                default: false
                }
            let way = "the function comes first: write \(builtin.name)(\(names.joined(separator: ", ")))"
            throw wrongType(index, "a function", value, notes: isSwapped ? [way] : [])
        }
    }

    /// A list's elements.
    public func list(_ index: Int) throws(CNNError) -> [Value] {
        let value = try required(index)
        guard case .list(let object) = value else { throw wrongType(index, "a list", value) }
        return object.elements
    }

    /// Units of work for an element of a list that a built-in goes through.
    private static let elementWork = 25

    /// The elements of anything that a `for` runs over; charged before they are written out.
    public func elements(_ index: Int) throws -> [Value] {
        let value = try required(index)
        if let count = value.elementCount { try WorkMeter.shared.charge(count, each: Call.elementWork) }
        do {
            return try interpreter.iterate(value)
        } catch let error as CNNError where error.code == .typeMismatch {
            throw wrongType(index, "something to iterate over", value, notes: error.notes)
        }
    }
}
