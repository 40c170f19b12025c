import CNNCore
import CNNLanguage

/// What a session holds when an output is not as expected: the numbers by which an explanation is checked.
public struct SessionFacts: Sendable {
    struct NamedTensor: Sendable {
        let name: String
        let shape: [Int]
        /// Row by row.
        let values: [Double]

        var sum: Double { values.reduce(0, +) }
        var mean: Double { sum / Double(values.count) }

        /// The sum of squared distances from the mean, by `count - ddof`.
        func variance(ddof: Int) -> Double? {
            guard values.count > ddof else { return nil }
            let mean = mean
            return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - ddof)
        }
    }

    /// Tensors, lists and tuples of numbers that are small enough to try.
    private(set) var tensors: [NamedTensor] = []
    /// Numbers of elements or rows, and ints, above 1.
    private(set) var sizes: [(name: String, size: Int)] = []

    private static let elementLimit = 4_096
    private static let variableLimit = 64

    init(_ interpreter: Interpreter) {
        for name in interpreter.module.definedNames.suffix(SessionFacts.variableLimit) {
            guard let value = interpreter.module[name] else { continue }
            add(name, value)
        }
    }

    private mutating func add(_ name: String, _ value: Value) {
        switch value {
        case .int(let number) where number > 1: sizes.append((name, number))
        case .tensor(let object):
            let tensor = object.tensor
            if let rows = tensor.shape.dimensions.first, rows > 1 { sizes.append(("the rows of \(name)", rows)) }
            if tensor.count > 1 { sizes.append(("the elements of \(name)", tensor.count)) }
            guard (2...SessionFacts.elementLimit).contains(tensor.count) else { return }
            tensors.append(NamedTensor(name: name, shape: tensor.shape.dimensions, values: tensor.doubles()))
        case .list(let list) where (2...SessionFacts.elementLimit).contains(list.elements.count):
            sizes.append(("the elements of \(name)", list.elements.count))
            let numbers = list.elements.compactMap(\.number)
            guard numbers.count == list.elements.count else { return }
            tensors.append(NamedTensor(name: name, shape: [numbers.count], values: numbers))
        case .native(let object):
            if let length = object.length, length > 1 { sizes.append(("the length of \(name)", length)) }
        default: break
        }
    }
}
