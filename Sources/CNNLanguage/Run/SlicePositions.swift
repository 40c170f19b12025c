import CNNCore

/// The positions that a slice takes, clamped as in Python: `start`, `start + step`, …, `count` of them.
struct SlicePositions: RandomAccessCollection {
    let start: Int
    let step: Int
    let count: Int

    /// - Parameter length: of what is sliced. - Throws: E0404 for a step of 0.
    init(_ start: Int?, _ stop: Int?, _ step: Int?, of length: Int) throws(CNNError) {
        let step = step ?? 1
        guard step != 0 else { throw CNNError(.invalidValue, "a slice's step cannot be 0") }
        // A slice that goes down may end before the first element.
        let (low, high) = step > 0 ? (0, length) : (-1, length - 1)
        func clamped(_ place: Int) -> Int {
            let wrapped = place < 0 ? (place < -length ? -1 : place + length) : place
            return Swift.min(Swift.max(wrapped, low), high)
        }
        let first = start.map(clamped) ?? (step > 0 ? low : high)
        let end = stop.map(clamped) ?? (step > 0 ? high : low)
        self.start = first
        self.step = step
        count = RangeObject.count(from: first, to: end, by: step)
    }

    var startIndex: Int { 0 }
    var endIndex: Int { count }
    subscript(index: Int) -> Int { start + index * step }
}

extension Indexing {
    /// `xs[1:3] = […]`: as in Python, plain slices take any number of values and others exactly as many as they have.
    /// - Throws: E0202 for what has no elements, E0404 where the numbers differ.
    static func assign(
        _ container: inout Value, _ positions: SlicePositions, _ value: Value, in interpreter: Interpreter
    ) throws {
        guard value.isIterable else {
            throw CNNError(
                .typeMismatch, "a list's slice takes the elements of a list, not \(value.describedType)",
                notes: ["write brackets around it: [\(interpreter.brief(value))]"])
        }
        let values = try interpreter.iterate(value)
        try WorkMeter.shared.charge(values.count + positions.count)
        guard positions.step != 1 else {
            try unique(&container).elements.replaceSubrange(
                positions.start..<positions.start + positions.count, with: values)
            return
        }
        guard values.count == positions.count else {
            throw CNNError(
                .invalidValue,
                "a slice with the step \(positions.step) takes exactly \(positions.count.counting("value")), not \(values.count)",
                notes: ["only a slice without a step changes how many elements a list has"])
        }
        let list = try unique(&container)
        for (position, element) in zip(positions, values) { list.elements[position] = element }
    }
}

extension Value {
    /// Whether a `for` runs over it.
    var isIterable: Bool {
        switch self {
        case .list, .range, .string, .dictionary: true
        case .tensor(let object): object.rank > 0
        case .native(let object): object.isIterable
        default: false
        }
    }
}
