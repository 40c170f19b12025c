import CNNCore
import CNNLanguage

/// The numbers that an output writes: those in brackets as an array, or those of all lines one after the other.
struct NumberBlock {
    /// Sizes, where brackets say them.
    let shape: [Int]
    let values: [Double]
    /// What each number may be off by, for the digits that it was written with.
    let slack: [Double]
    /// How many digits write them, all together.
    let digitCount: Int
    /// The words and numbers around the array, without what says its sizes.
    let surroundings: [String]

    /// nil where there are no numbers, or brackets that are no array.
    init?(_ lines: [String]) {
        let tokens = lines.flatMap { line in
            OutputTokenizer.tokens(line, isExpectation: false, isStrict: false).filter { $0.kind != .blank }
        }
        guard let open = tokens.firstIndex(where: { $0.text == "[" }) else {
            let numbers = tokens.filter { $0.value != nil }
            self.init(numbers, shape: [numbers.count], tokens.filter { $0.value == nil }.map(\.text))
            return
        }
        var reader = ArrayReader(tokens: tokens, position: open)
        guard let shape = reader.shape() else { return nil }
        let outside = (tokens[..<open] + tokens[reader.position...]).map(\.text)
        self.init(reader.numbers, shape: shape, outside.filter { !NumberBlock.isSizes($0) })
    }

    private static let elementLimit = 4_096

    /// How much a number tells: a whole one by the digits that it is written with.
    private static func digits(_ value: Double) -> Int {
        let size = abs(value)
        guard value == value.rounded(), size < 1e8 else { return 8 }
        return String(Int(size)).utf8.count
    }

    /// A number, or a tensor of up to 4,096; nil for anything else, and where one is not finite.
    init?(_ value: Value) {
        if case .tensor(let object) = value {
            guard (1...NumberBlock.elementLimit).contains(object.tensor.count) else { return nil }
            shape = object.tensor.rank == 0 ? [1] : object.tensor.shape.dimensions
            values = object.tensor.doubles()
        } else {
            guard let number = value.number else { return nil }
            shape = [1]
            values = [number]
        }
        guard values.allSatisfy(\.isFinite) else { return nil }
        let largest = values.map(abs).max() ?? 0
        slack = values.map { max(abs($0) * 1e-5, largest * 1e-6) }
        digitCount = values.reduce(0) { $0 + NumberBlock.digits($1) }
        surroundings = []
    }

    private init?(_ numbers: [OutputToken], shape: [Int], _ surroundings: [String]) {
        guard !numbers.isEmpty else { return nil }
        self.shape = shape
        self.surroundings = surroundings
        values = numbers.compactMap(\.value)
        digitCount = numbers.reduce(0) { $0 + $1.text.utf8.count(where: \.isDecimalDigit) }
        slack = numbers.map(NumberBlock.slack)
        guard values.count == numbers.count, values.allSatisfy(\.isFinite) else { return nil }
    }

    /// `2x3`
    private static func isSizes(_ text: String) -> Bool {
        let parts = text.split(separator: "x", omittingEmptySubsequences: false)
        return parts.count > 1 && parts.allSatisfy(\.isDecimalNumber)
    }

    /// Half a unit of the last decimal; of a number in few digits, which a tensor's display has rounded, at least half a
    /// unit of the fourth.
    private static func slack(_ token: OutputToken) -> Double {
        let value = abs(token.value ?? 0)
        let digits = token.text.utf8.count(where: \.isDecimalDigit)
        let rounded = digits <= 5 ? value * 5e-4 : value * 1e-6
        if case .decimal(let halfUnit) = token.kind { return max(halfUnit, rounded) }
        return digits <= 3 && value == value.rounded() ? value * 1e-6 : rounded
    }
}

/// Reads `[[1, 2], [3, 4]]`, with or without commas.
private struct ArrayReader {
    let tokens: [OutputToken]
    var position: Int
    var numbers: [OutputToken] = []

    /// The sizes of the array that begins here; nil where its rows differ in length, or hold something else.
    mutating func shape() -> [Int]? {
        guard position < tokens.count, tokens[position].text == "[" else { return nil }
        position += 1
        var count = 0
        var inner: [Int]?
        while position < tokens.count {
            let token = tokens[position]
            if token.text == "]" {
                position += 1
                return [count] + (inner ?? [])
            }
            if token.text == "," {
                position += 1
            } else if token.text == "[" {
                guard let part = shape(), inner == nil || inner == part, inner != nil || count == 0 else { return nil }
                inner = part
                count += 1
            } else {
                guard token.value != nil, inner == nil else { return nil }
                numbers.append(token)
                position += 1
                count += 1
            }
        }
        return nil
    }
}
