/// The arguments of a layer, matched with the parameters of its kind.
struct LayerArguments {
    let definition: LayerDefinition
    /// One for each parameter.
    private var values: [LayerArgument]

    /// - Throws: E0203 for too many, unknown, repeated or missing arguments, with the signature.
    init(_ spec: LayerSpec, _ definition: LayerDefinition) throws(CNNError) {
        self.definition = definition
        values = definition.parameters.map(\.defaultValue)
        var isGiven = [Bool](repeating: false, count: values.count)
        for (position, argument) in spec.arguments.enumerated() {
            let index = try LayerArguments.index(of: argument.name, position, spec, definition)
            let parameter = definition.parameters[index]
            guard !isGiven[index] else {
                throw LayerArguments.mismatch("\(definition.name) has '\(parameter.name)' twice", definition)
            }
            isGiven[index] = true
            values[index] = argument.value
        }
        for (parameter, isGiven) in zip(definition.parameters, isGiven)
        where !isGiven && parameter.defaultText == nil {
            throw LayerArguments.mismatch("\(definition.name) needs '\(parameter.name)'", definition)
        }
    }

    private static func index(
        of name: String?, _ position: Int, _ spec: LayerSpec, _ definition: LayerDefinition
    ) throws(CNNError) -> Int {
        let parameters = definition.parameters
        guard let name else {
            guard position < parameters.count else {
                let most = parameters.isEmpty ? "no arguments" : "at most \(parameters.count)"
                var error = mismatch("\(definition.name) takes \(most), not \(spec.arguments.count)", definition)
                // `input 28, 28, 1`
                let sizes = spec.arguments.compactMap { argument -> Int? in
                    if case .int(let size) = argument.value { return size }
                    return nil
                }
                if definition.name == "input", sizes.count == spec.arguments.count {
                    error.notes = ["write input \(Shape.text(sizes))"]
                }
                throw error
            }
            if parameters[position].isNamedOnly {
                throw parameters[position].unnamed(
                    of: definition.name, spec.arguments.prefix(position + 1).map(\.value))
            }
            return position
        }
        if let index = parameters.firstIndex(where: { $0.name == name }) { return index }
        let near = parameters.first { $0.name.hasPrefix(name) || name.hasPrefix($0.name) }
        let hint = near.map { ": did you mean '\($0.name)'?" } ?? ""
        var error = mismatch("\(definition.name) has no argument '\(name)'\(hint)", definition)
        error.argument = .named(name)
        if name == "activation", case .text(let word)? = spec.arguments.first(where: { $0.name == name })?.value {
            error.notes = [
                "an activation is a layer of its own: leave it out here, and write \(word) as the next layer"
            ]
        }
        throw error
    }

    static func mismatch(_ message: String, _ definition: LayerDefinition) -> CNNError {
        CNNError(
            .argumentMismatch, message,
            notes: ["its arguments: \(definition.signature)", "for example: \(definition.example)"])
    }

    subscript(_ name: String) -> LayerArgument {
        guard let index = definition.parameters.firstIndex(where: { $0.name == name }) else { return .none }
        return values[index]
    }

    func isNone(_ name: String) -> Bool { self[name] == .none }

    // MARK: - Types

    private func wrongType(_ name: String, _ wanted: String, notes: [String] = []) -> CNNError {
        let value = self[name]
        var notes = notes
        if case .text(let word) = value, word.isSize, notes.isEmpty {
            notes = ["a size stands without quotes: write \(word)"]
        }
        // PyTorch's `Linear(64, 10)`
        if definition.name == "dense", name == "bias", case .int(let units) = value {
            notes = ["dense finds the number of its inputs itself: write dense \(units)"]
        }
        // `conv 4, 3x3, same`
        if case .text(let word) = value, name != "pad",
            definition.parameters.contains(where: { $0.name == "pad" && $0.words.contains(word) })
        {
            notes = ["write pad=\(word)"]
        }
        // Python's `input("name")`
        if definition.name == "input", notes.isEmpty, case .text = value {
            notes = ["nobody is asked while a notebook runs: write the value itself"]
        }
        // `conv 3x3, 8`
        if name == "filters", notes.isEmpty, case .list = value, case .int(let filters) = self["size"] {
            let size = value.sizeText
            notes = ["the number of filters comes first: write \(definition.name) \(filters), \(size)"]
        }
        if case .float(let number) = value, number == number.rounded(), notes.isEmpty {
            notes = ["a quotient of whole numbers is written a // b"]
        }
        var error = CNNError(
            .typeMismatch, "\(name) of \(definition.name) must be \(wanted), not \(value.quotedText)",
            notes: notes.isEmpty ? way(name) : notes, argument: .named(name))
        error.form = wanted
        return error
    }

    /// What is usual: the default, or where there is none the example.
    private func way(_ name: String) -> [String] {
        guard let usual = definition.parameters.first(where: { $0.name == name })?.defaultValue, usual != .none else {
            return ["for example: \(definition.example)"]
        }
        return ["write \(name)=\(usual.text)"]
    }

    private func wrongValue(_ name: String, _ wanted: String) -> CNNError {
        var notes = way(name)
        // PyTorch's BatchNorm2d(8)
        if definition.name == "batchnorm", case .int(let channels) = self[name], channels > 1 {
            notes = ["batchnorm finds the number of its channels itself: write batchnorm"]
        }
        return CNNError(
            .invalidValue, "\(name) of \(definition.name) must be \(wanted), not \(self[name].text)",
            notes: notes, argument: .named(name))
    }

    /// A whole number of at least `least`.
    func integer(_ name: String, atLeast least: Int = 1) throws(CNNError) -> Int {
        guard case .int(let value) = self[name] else { throw wrongType(name, "a whole number") }
        guard value >= least else { throw wrongValue(name, "at least \(least)") }
        guard value <= SizeArithmetic.limit else { throw CNNError(.tooLarge, "\(name) of \(value) is too large") }
        return value
    }

    func number(_ name: String, in range: ClosedRange<Double> = -.infinity ... .infinity) throws(CNNError) -> Double {
        let value: Double
        switch self[name] {
        case .int(let integer): value = Double(integer)
        case .float(let float): value = float
        default: throw wrongType(name, "a number")
        }
        guard value.isFinite, range.contains(value) else {
            if range.lowerBound.isFinite, range.upperBound.isFinite {
                let (low, high) = (range.lowerBound, range.upperBound)
                throw wrongValue(name, "from \(NumberFormatter.general(low, 6)) to \(NumberFormatter.general(high, 6))")
            }
            throw wrongValue(name, range.lowerBound.isFinite ? "0 or more" : "a finite number")
        }
        return value
    }

    /// A part that leaves something over: from 0 up to 1, not 1 itself.
    func share(_ name: String) throws(CNNError) -> Double {
        let value = try number(name)
        guard value >= 0, value < 1 else {
            var error = wrongValue(name, "from 0 up to (not including) 1")
            if value >= 5, value < 100 {
                error.notes = ["\(self[name].text) percent is \(name)=\(NumberFormatter.general(value / 100, 6))"]
            }
            throw error
        }
        return value
    }

    func flag(_ name: String) throws(CNNError) -> Bool {
        guard case .bool(let value) = self[name] else { throw wrongType(name, "True or False") }
        return value
    }

    /// One of the words of the parameter.
    func choice<Choice: RawRepresentable<String>>(_ name: String, as type: Choice.Type) throws(CNNError) -> Choice {
        let words = definition.parameters.first { $0.name == name }?.words ?? []
        let wanted = words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
        guard case .text(let word) = self[name] else { throw wrongType(name, wanted) }
        guard words.contains(word), let choice = Choice(rawValue: word) else { throw wrongValue(name, wanted) }
        return choice
    }

    /// `3` or `3x5`.
    func size(_ name: String, atLeast least: Int = 1) throws(CNNError) -> Size2D {
        let wanted = "a size like 3 or 3x5"
        let numbers = try integers(name, wanted)
        guard numbers.count <= 2, let height = numbers.first, let width = numbers.last else {
            throw wrongType(name, wanted)
        }
        for number in numbers {
            guard number >= least else { throw wrongValue(name, "at least \(least)") }
            guard number <= SizeArithmetic.limit else { throw CNNError(.tooLarge, "\(name) of \(number) is too large") }
        }
        return Size2D(height, width)
    }

    /// `28x28x1`, or one number.
    func sizes(_ name: String) throws(CNNError) -> [Int] {
        let wanted = "a size like 28x28x1"
        let numbers = try integers(name, wanted)
        guard !numbers.isEmpty else { throw wrongType(name, wanted) }
        for number in numbers where number < 1 { throw wrongValue(name, "at least 1") }
        return numbers
    }

    private func integers(_ name: String, _ wanted: String) throws(CNNError) -> [Int] {
        switch self[name] {
        case .int(let value): return [value]
        case .list(let items):
            var numbers: [Int] = []
            for item in items {
                guard case .int(let value) = item else { throw wrongType(name, wanted) }
                numbers.append(value)
            }
            return numbers
        default: throw wrongType(name, wanted)
        }
    }

    /// A word, `n`, `[height, width]` or `[top, bottom, left, right]`.
    func padding(_ name: String) throws(CNNError) -> Padding {
        let words = definition.parameters.first { $0.name == name }?.words ?? []
        let wanted = (words + ["n", "[height, width]"]).joined(separator: ", ") + " or [top, bottom, left, right]"
        if case .text(let word) = self[name] {
            guard words.contains(word) else { throw wrongType(name, wanted) }
            switch word {
            case "same": return .same
            case "full": return .full
            default: return .valid
            }
        }
        let numbers = try integers(name, wanted)
        for number in numbers {
            guard number >= 0 else { throw wrongValue(name, "0 or more") }
            guard number <= SizeArithmetic.limit else { throw CNNError(.tooLarge, "\(name) of \(number) is too large") }
        }
        switch numbers.count {
        case 1: return .uniform(numbers[0])
        case 2: return .explicit(top: numbers[0], bottom: numbers[0], left: numbers[1], right: numbers[1])
        case 4: return .explicit(top: numbers[0], bottom: numbers[1], left: numbers[2], right: numbers[3])
        default:
            let sides = (numbers + [0]).prefix(4).map { "\($0)" }.joined(separator: ", ")
            throw wrongType(
                name, wanted,
                notes: numbers.count > 2
                    ? ["for top \(numbers[0]), bottom \(numbers[1]), left \(numbers[2]) write [\(sides)]"] : [])
        }
    }

    /// `he`, `xavier`, `zeros` or `normal(0.1)`, which comes as a list.
    func initializer(_ name: String) throws(CNNError) -> Initializer {
        let wanted = "he, xavier, zeros or normal(deviation)"
        switch self[name] {
        case .text("he"): return .he
        case .text("xavier"): return .xavier
        case .text("zeros"): return .zeros
        case .text("normal"):
            throw wrongType(name, wanted, notes: ["normal needs its deviation: \(name)=normal(0.1)"])
        case .list(let items):
            guard items.count == 2, items[0] == .text("normal") else { throw wrongType(name, wanted) }
            let deviation: Double
            switch items[1] {
            case .int(let value): deviation = Double(value)
            case .float(let value): deviation = value
            default: throw wrongType(name, wanted)
            }
            guard deviation.isFinite, deviation >= 0 else {
                throw wrongValue(name, "normal of a deviation of 0 or more")
            }
            return .normal(deviation)
        default: throw wrongType(name, wanted)
        }
    }
}

extension String {
    /// `3x3`, `28x28x1`
    fileprivate var isSize: Bool {
        let parts = split(separator: "x", omittingEmptySubsequences: false)
        return parts.count > 1 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
    }
}
