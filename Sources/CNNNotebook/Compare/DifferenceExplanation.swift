import CNNCore
import CNNLanguage

/// What a wrong output looks like, when it looks like something: said only where it explains every number.
struct DifferenceExplanation {
    private let expected: NumberBlock
    private let actual: NumberBlock
    private let facts: SessionFacts?

    /// - Returns: nil where nothing explains the difference.
    static func text(expected: [String], actual: [String], _ facts: SessionFacts?) -> String? {
        guard expected != actual, let first = NumberBlock(expected), let second = NumberBlock(actual),
            first.surroundings == second.surroundings, first.values.count == second.values.count
        else { return nil }
        return DifferenceExplanation(expected: first, actual: second, facts: facts).text
    }

    /// The same for two values that a check has compared: numbers, or tensors of them.
    static func text(expected: Value, actual: Value, _ facts: SessionFacts) -> String? {
        guard let first = NumberBlock(expected), let second = NumberBlock(actual),
            first.values.count == second.values.count
        else { return nil }
        return DifferenceExplanation(expected: first, actual: second, facts: facts).text
    }

    private var text: String? { arrangement ?? flippedKernel ?? reduction ?? missingBias ?? scale }

    /// Whether numbers are the expected ones, as far as their digits say.
    private func isExpected(_ values: [Double], slack: [Double]? = nil) -> Bool {
        values.indices.allSatisfy { index in
            let allowed = expected.slack[index] + (slack?[index] ?? actual.slack[index])
            return abs(values[index] - expected.values[index]) <= allowed * 1.001 + 1e-12
        }
    }

    private func isActual(_ values: [Double]) -> Bool {
        values.count == actual.values.count
            && values.indices.allSatisfy {
                abs(values[$0] - actual.values[$0]) <= actual.slack[$0] * 1.001 + 1e-12
            }
    }

    private func isExpectation(_ values: [Double]) -> Bool {
        values.count == expected.values.count
            && values.indices.allSatisfy {
                abs(values[$0] - expected.values[$0]) <= expected.slack[$0] * 1.001 + 1e-12
            }
    }

    // MARK: - The same numbers elsewhere

    private var arrangement: String? {
        let shape = actual.shape
        if shape.count == 2, expected.shape == [shape[1], shape[0]], isExpected(permuted(transposedOrder)) {
            return "this is the expected array, transposed"
        }
        guard expected.shape == shape, actual.values.count > 1 else { return nil }
        if shape.count >= 2, isExpected(permuted(turnedOrder)) {
            return "this is the expected array, turned by 180 degrees: a kernel that is flipped, or one that is not"
        }
        if shape.count == 1, isExpected(permuted(Array(actual.values.indices.reversed()))) {
            return "these are the expected numbers in reverse order"
        }
        return nil
    }

    private func permuted(_ order: [Int]) -> [Double] { order.map { actual.values[$0] } }

    /// Where each element of the transposed array stands.
    private var transposedOrder: [Int] {
        let (rows, columns) = (actual.shape[0], actual.shape[1])
        return (0..<columns).flatMap { column in (0..<rows).map { $0 * columns + column } }
    }

    /// Both last axes reversed.
    private var turnedOrder: [Int] {
        let plane = actual.shape.suffix(2).reduce(1, *)
        return actual.values.indices.map { $0 / plane * plane + (plane - 1 - $0 % plane) }
    }

    // MARK: - A kernel that is flipped

    /// Tries every picture and kernel of the session: stride 1, zeros around.
    private var flippedKernel: String? {
        let shape = expected.shape.filter { $0 > 1 }
        guard shape.count == 2, let facts else { return nil }
        var budget = SlidingWindow.totalLimit
        let planes = facts.tensors.filter { $0.shape.filter { $0 > 1 }.count == 2 }.suffix(12)
        for picture in planes {
            for kernel in planes where kernel.name != picture.name {
                guard let window = SlidingWindow(picture, kernel, output: shape), window.work <= budget else {
                    continue
                }
                budget -= window.work
                let (plain, flipped) = (window.values(isFlipped: false), window.values(isFlipped: true))
                if isExpectation(plain), isActual(flipped) {
                    return "this is the result for the kernel \(kernel.name) flipped, on \(picture.name)"
                }
                if isExpectation(flipped), isActual(plain) {
                    return
                        "a convolution of \(picture.name) flips its kernel \(kernel.name); this is the result without"
                }
            }
        }
        return nil
    }

    // MARK: - Mean, sum, degrees of freedom

    private var reduction: String? {
        guard expected.values.count == 1, let facts else { return nil }
        for tensor in facts.tensors {
            let forms: [(String, Double?)] = [
                ("sum", tensor.sum), ("mean", tensor.mean),
                ("standard deviation with ddof=0", tensor.variance(ddof: 0)?.squareRoot()),
                ("standard deviation with ddof=1", tensor.variance(ddof: 1)?.squareRoot()),
                ("variance with ddof=0", tensor.variance(ddof: 0)), ("variance with ddof=1", tensor.variance(ddof: 1)),
            ]
            let wanted = forms.first { form in form.1.map { isExpectation([$0]) } ?? false }
            let given = forms.first { form in form.1.map { isActual([$0]) } ?? false }
            if let wanted, let given, wanted.0 != given.0 {
                return "this is the \(given.0) of \(tensor.name); expected is its \(wanted.0)"
            }
        }
        return nil
    }

    // MARK: - Bias

    private var missingBias: String? {
        guard let facts, expected.shape == actual.shape, let width = expected.shape.last else { return nil }
        for tensor in facts.tensors where tensor.values.count == width && tensor.values.contains(where: { $0 != 0 }) {
            let shifted = actual.values.indices.map { actual.values[$0] + tensor.values[$0 % width] }
            if width > 1, isExpected(shifted) { return "the bias \(tensor.name) is not added" }
            let twice = actual.values.indices.map { actual.values[$0] - tensor.values[$0 % width] }
            if width > 1, isExpected(twice) { return "\(tensor.name) is added once too often" }
        }
        return nil
    }

    // MARK: - Factors

    private var scale: String? {
        guard let place = actual.values.indices.max(by: { abs(actual.values[$0]) < abs(actual.values[$1]) }),
            actual.values[place] != 0, expected.shape == actual.shape
        else { return nil }
        func isOff(by factor: Double) -> Bool {
            isExpected(actual.values.map { $0 * factor }, slack: actual.slack.map { $0 * abs(factor) })
        }
        if isOff(by: -1) { return "the sign is the opposite" }
        let ratio = expected.values[place] / actual.values[place]
        // The brightest: a kernel of whole numbers looks like one, too.
        let pictures = (facts?.tensors ?? []).filter(isPixels)
        if let raw = pictures.max(by: { ($0.values.max() ?? 0) < ($1.values.max() ?? 0) }) {
            if isOff(by: 1.0 / 255) { return "this is 255 times too large: \(raw.name) is not divided by 255" }
        }
        // 1 for 2 is half of many things: few digits show nothing.
        guard min(expected.digitCount, actual.digitCount) >= 4 else { return nil }
        for (name, size) in facts?.sizes ?? [] {
            let factor = Double(size)
            guard abs(ratio - factor) < factor * 2e-3 || abs(ratio * factor - 1) < 2e-3 else { continue }
            if isOff(by: factor) {
                return "this is too small by a factor of \(size), which is \(name): a mean where a sum is expected"
            }
            if isOff(by: 1 / factor) {
                return "this is too large by a factor of \(size), which is \(name): a sum where a mean is expected"
            }
        }
        return nil
    }

    /// Whole numbers from 0 to 255, some beyond 1: a picture as files store it.
    private func isPixels(_ tensor: SessionFacts.NamedTensor) -> Bool {
        var largest = 0.0
        for value in tensor.values {
            guard value >= 0, value <= 255, value == value.rounded() else { return false }
            largest = max(largest, value)
        }
        return largest > 1
    }
}

/// A small kernel over a small picture.
private struct SlidingWindow {
    private let picture, kernel: SessionFacts.NamedTensor
    private let pictureSize, kernelSize, outputSize: (rows: Int, columns: Int)
    private let padding: (rows: Int, columns: Int)

    private static let workLimit = 1_000_000
    /// Of all pairs together: who fails a check on purpose does not slow a class.
    static let totalLimit = 16_000_000

    /// Products of both ways.
    var work: Int { 2 * outputSize.rows * outputSize.columns * kernel.values.count }

    /// nil where no padding makes the output's sizes.
    init?(_ picture: SessionFacts.NamedTensor, _ kernel: SessionFacts.NamedTensor, output: [Int]) {
        func sizes(_ shape: [Int]) -> (rows: Int, columns: Int) {
            let sizes = shape.filter { $0 > 1 }
            return (sizes[0], sizes[1])
        }
        self.picture = picture
        self.kernel = kernel
        pictureSize = sizes(picture.shape)
        kernelSize = sizes(kernel.shape)
        outputSize = sizes(output)
        let rows = outputSize.rows - (pictureSize.rows - kernelSize.rows + 1)
        let columns = outputSize.columns - (pictureSize.columns - kernelSize.columns + 1)
        padding = (rows / 2, columns / 2)
        guard rows >= 0, columns >= 0, rows % 2 == 0, columns % 2 == 0, rows < 2 * kernelSize.rows,
            columns < 2 * kernelSize.columns,
            output.reduce(1, *) * kernel.values.count <= SlidingWindow.workLimit
        else { return nil }
    }

    func values(isFlipped: Bool) -> [Double] {
        var result: [Double] = []
        for row in 0..<outputSize.rows {
            for column in 0..<outputSize.columns { result.append(sum(row, column, isFlipped)) }
        }
        return result
    }

    private func sum(_ row: Int, _ column: Int, _ isFlipped: Bool) -> Double {
        var sum = 0.0
        for i in 0..<kernelSize.rows {
            for j in 0..<kernelSize.columns {
                let (y, x) = (row + i - padding.rows, column + j - padding.columns)
                guard (0..<pictureSize.rows).contains(y), (0..<pictureSize.columns).contains(x) else { continue }
                let place = i * kernelSize.columns + j
                let weight = kernel.values[isFlipped ? kernel.values.count - 1 - place : place]
                sum += picture.values[y * pictureSize.columns + x] * weight
            }
        }
        return sum
    }
}
