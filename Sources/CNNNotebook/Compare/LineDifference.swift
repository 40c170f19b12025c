import CNNCore

/// A line that is not as expected.
public enum LineDifference: Sendable {
    case changed(expected: String, actual: String, words: [WordDifference])
    case missing(String)
    case extra(String)
}

/// A word or number of a line that is not as expected.
public struct WordDifference: Sendable {
    /// Where it stands in the output line, in characters from 0, and how long it is.
    public let column: Int
    public let length: Int
    public let expected: String
    public let actual: String
    public let number: NumberDifference?
}

/// Puts the lines of an expectation and an output side by side, with as few differences as can be.
struct LineAlignment {
    private let expected: [OutputComparison.Line]
    private let actual: [OutputComparison.Line]
    private let rules: OutputComparison
    /// Beyond so many pairs, the lines are compared one by one without a search.
    private static let searchLimit = 250_000

    init(_ expected: [OutputComparison.Line], _ actual: [OutputComparison.Line], _ rules: OutputComparison) {
        self.expected = expected
        self.actual = actual
        self.rules = rules
    }

    func differences() -> [LineDifference] {
        (expected.count + 1) * (actual.count + 1) <= LineAlignment.searchLimit ? aligned() : paired()
    }

    private func paired() -> [LineDifference] {
        (0..<max(expected.count, actual.count)).compactMap { index in
            guard index < expected.count else { return .extra(actual[index].text) }
            guard index < actual.count else { return .missing(expected[index].text) }
            return rules.matches(expected[index], actual[index]) ? nil : changed(expected[index], actual[index])
        }
    }

    /// The cheapest way through both, from the end: a changed line counts a little less than a missing and an extra one.
    private func aligned() -> [LineDifference] {
        let width = actual.count + 1
        var costs = [Int](repeating: 0, count: (expected.count + 1) * width)
        var equal = [Bool](repeating: false, count: costs.count)
        for row in stride(from: expected.count, through: 0, by: -1) {
            for column in stride(from: actual.count, through: 0, by: -1) {
                let here = row * width + column
                if row == expected.count {
                    costs[here] = 2 * (actual.count - column)
                } else if expected[row].isGap {
                    costs[here] = min(costs[here + width], column < actual.count ? costs[here + 1] : Int.max)
                } else if column == actual.count {
                    costs[here] = costs[here + width] + 2
                } else {
                    equal[here] = rules.matches(expected[row], actual[column])
                    let pair = costs[here + width + 1] + (equal[here] ? 0 : 3)
                    costs[here] = min(pair, costs[here + width] + 2, costs[here + 1] + 2)
                }
            }
        }
        return path(costs, equal, width)
    }

    private func path(_ costs: [Int], _ equal: [Bool], _ width: Int) -> [LineDifference] {
        var result: [LineDifference] = []
        var (row, column) = (0, 0)
        while row < expected.count || column < actual.count {
            let here = row * width + column
            if row == expected.count {
                result.append(.extra(actual[column].text))
                column += 1
            } else if expected[row].isGap {
                if costs[here] == costs[here + width] { row += 1 } else { column += 1 }
            } else if column < actual.count, costs[here] == costs[here + width + 1] + (equal[here] ? 0 : 3) {
                if !equal[here] { result.append(changed(expected[row], actual[column])) }
                row += 1
                column += 1
            } else if costs[here] == costs[here + width] + 2 {
                result.append(.missing(expected[row].text))
                row += 1
            } else {
                result.append(.extra(actual[column].text))
                column += 1
            }
        }
        return result
    }

    // MARK: - Words

    private func changed(_ expected: OutputComparison.Line, _ actual: OutputComparison.Line) -> LineDifference {
        .changed(expected: expected.text, actual: actual.text, words: words(expected.tokens, actual.tokens))
    }

    /// The tokens that differ, where both lines are built alike; else none is singled out.
    private func words(_ expected: [OutputToken], _ actual: [OutputToken]) -> [WordDifference] {
        guard expected.count == actual.count, !expected.contains(where: { $0.kind == .gap }) else { return [] }
        return zip(expected, actual).compactMap { expected, actual in
            guard !rules.matches(expected, actual) else { return nil }
            return WordDifference(
                column: actual.column, length: actual.text.count, expected: expected.text, actual: actual.text,
                number: NumberDifference(expected, actual, rules))
        }
    }
}
