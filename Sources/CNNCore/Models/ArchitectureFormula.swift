/// The lecture's formula for a typical CNN, taken literally: `[(CONV-RELU)^2 POOL]^3 (FC-RELU)^1 SOFTMAX`.
///
/// CONV is a 3x3 convolution with pad=same whose filters double after every POOL; POOL is maxpool 2; FC is dense, with
/// flatten before the first; SOFTMAX is a dense layer with one output a class, and softmax. `POOL?` is a POOL.
public enum ArchitectureFormula {
    /// - Throws: E0404 with the part of the formula that cannot be read; E0604 for more than 1,000 layers.
    public static func layers(
        _ text: String, filters: Int, units: Int, classes: Int
    ) throws(CNNError) -> [LayerSpec] {
        for (value, name) in [(filters, "filters"), (units, "units"), (classes, "classes")] where value < 1 {
            throw CNNError(.invalidValue, "\(name) of an architecture must be at least 1, not \(value)")
        }
        var parser = FormulaParser(text)
        let words = try parser.words()
        var writer = ArchitectureWriter(filters: filters, units: units, classes: classes)
        for word in words { try writer.add(word) }
        return writer.layers
    }
}

/// Reads the formula: words, groups in brackets, `^` with a number, `?`.
private struct FormulaParser {
    private let characters: [Character]
    private var position = 0
    private static let maximumWords = 1000
    private static let maximumDepth = 20

    init(_ text: String) { characters = Array(text) }

    mutating func words() throws(CNNError) -> [String] {
        let words = try sequence(until: nil, depth: 0)
        guard !words.isEmpty else { throw problem("it is empty") }
        return words
    }

    private func problem(_ what: String) -> CNNError {
        CNNError(
            .invalidValue, "the architecture '\(String(characters.prefix(60)))' cannot be read: \(what)",
            notes: ["for example: [(CONV-RELU)^2 POOL]^3 (FC-RELU)^1 SOFTMAX"])
    }

    private mutating func sequence(until close: Character?, depth: Int) throws(CNNError) -> [String] {
        guard depth <= FormulaParser.maximumDepth else { throw problem("its brackets are nested too deep") }
        var words: [String] = []
        while position < characters.count {
            let character = characters[position]
            if character == close { return words }
            position += 1
            switch character {
            case " ", "\t", "\n", "-": continue
            case "(": words += try repeated(try group(")", depth))
            case "[": words += try repeated(try group("]", depth))
            case _ where character.isLetter:
                position -= 1
                words += try repeated([word()])
            default: throw problem("'\(character)' at character \(position)")
            }
            guard words.count <= FormulaParser.maximumWords else {
                throw CNNError(.tooLarge, "the architecture has more than \(FormulaParser.maximumWords) layers")
            }
        }
        if let close { throw problem("a '\(close)' is missing at its end") }
        return words
    }

    private mutating func group(_ close: Character, _ depth: Int) throws(CNNError) -> [String] {
        let words = try sequence(until: close, depth: depth + 1)
        position += 1
        return words
    }

    private mutating func word() -> String {
        let start = position
        while position < characters.count, characters[position].isLetter || characters[position] == "_" {
            position += 1
        }
        return String(characters[start..<position])
    }

    /// What follows a word or a group: `^3`, `?`.
    private mutating func repeated(_ words: [String]) throws(CNNError) -> [String] {
        var words = words
        while position < characters.count, "^?".contains(characters[position]) {
            let isPower = characters[position] == "^"
            position += 1
            guard isPower else { continue }
            let start = position
            while position < characters.count, characters[position].isASCII,
                characters[position].isNumber || characters[position].isLetter
            {
                position += 1
            }
            let text = String(characters[start..<position])
            guard let count = Int(text) else {
                throw problem(text.isEmpty ? "a number is missing after '^'" : "'\(text)' after '^' is no number")
            }
            guard Work.product(count, words.count) <= FormulaParser.maximumWords else {
                throw CNNError(.tooLarge, "the architecture has more than \(FormulaParser.maximumWords) layers")
            }
            words = Array(repeating: words, count: count).flatMap { $0 }
        }
        return words
    }
}

/// Turns the words of a formula into layers.
private struct ArchitectureWriter {
    private(set) var layers: [LayerSpec] = []
    private var filters: Int
    private let units: Int
    private let classes: Int
    private var isFlat = false

    init(filters: Int, units: Int, classes: Int) {
        self.filters = filters
        self.units = units
        self.classes = classes
    }

    mutating func add(_ word: String) throws(CNNError) {
        switch word.uppercased() {
        case "CONV":
            try requirePicture(word)
            append("conv", [(nil, .int(filters)), (nil, .list([.int(3), .int(3)])), ("pad", .text("same"))])
        case "POOL":
            try requirePicture(word)
            append("maxpool", [(nil, .int(2))])
            let (doubled, overflow) = filters.multipliedReportingOverflow(by: 2)
            guard !overflow else { throw CNNError(.tooLarge, "the filters of the architecture double too often") }
            filters = doubled
        case "FC":
            flatten()
            append("dense", [(nil, .int(units))])
        case "SOFTMAX":
            flatten()
            append("dense", [(nil, .int(classes))])
            append("softmax")
        case "BN", "BATCHNORM": append("batchnorm")
        case "RELU", "LEAKY_RELU", "ELU", "GELU", "SILU", "SIGMOID", "TANH", "DROPOUT": append(word.lowercased())
        default:
            throw CNNError(
                .invalidValue, "'\(word)' in the architecture is no layer",
                notes: ["CONV, POOL, FC, SOFTMAX, RELU and other activations, BATCHNORM and DROPOUT are"])
        }
    }

    private func requirePicture(_ word: String) throws(CNNError) {
        guard !isFlat else {
            throw CNNError(
                .invalidValue, "\(word) in the architecture stands after FC or SOFTMAX, where no picture is left")
        }
    }

    private mutating func flatten() {
        if !isFlat { append("flatten") }
        isFlat = true
    }

    private mutating func append(_ kind: String, _ arguments: [(name: String?, value: LayerArgument)] = []) {
        layers.append(
            LayerSpec(kind: kind, name: nil, arguments: arguments, children: [], origin: nil, line: nil))
    }
}
