import CNNCore

/// Two numbers at the same place of two lines.
public struct NumberDifference: Sendable {
    public let expected: Double
    public let actual: Double
    /// What the numbers may be off by; nil where they must be equal.
    public let allowed: Double?

    public var absoluteError: Double { abs(expected - actual) }
    /// nil where 0 was expected.
    public var relativeError: Double? { expected == 0 ? nil : absoluteError / abs(expected) }

    /// nil where one of the tokens is no number.
    init?(_ expectation: OutputToken, _ token: OutputToken, _ rules: OutputComparison) {
        guard let expected = expectation.value, let actual = token.value else { return nil }
        self.expected = expected
        self.actual = actual
        allowed = NumberDifference.allowance(expectation, token, expected, rules)
    }

    private static func allowance(
        _ expectation: OutputToken, _ token: OutputToken, _ expected: Double, _ rules: OutputComparison
    ) -> Double? {
        let hasTolerance = rules.tolerance != nil || rules.relativeTolerance != nil
        if hasTolerance {
            // Two ints count exactly all the same; an int beside a float is a float that prints without decimals.
            if expectation.kind == .integer, token.kind == .integer { return nil }
            return (rules.tolerance ?? 0) + (rules.relativeTolerance ?? 0) * abs(expected)
        }
        if case .decimal(let halfUnit) = expectation.kind { return halfUnit }
        return nil
    }

    /// The edge itself is allowed: 0.25 for an expected 0.2 is off by 0.05, or by a rounding error more.
    var isAllowed: Bool {
        guard let allowed, absoluteError.isFinite else { return false }
        return absoluteError <= allowed * (1 + 1e-9) + max(abs(expected), abs(actual)) * 0x1p-51
    }

    /// `0.4907 is off by 0.0095 (1.97%); 5e-05 is allowed`
    var text: String {
        let relative = relativeError.map { " (\(NumberFormatter.general($0 * 100, 3))%)" } ?? ""
        let limit = allowed.map { "; \(NumberFormatter.general($0, 3)) is allowed" } ?? ""
        return "off by \(NumberFormatter.general(absoluteError, 3))\(relative)\(limit)"
    }
}
