import Testing

@testable import CNNNotebook

@Suite struct OutputComparisonTests {
    private func matches(_ expected: String, _ actual: String, _ rules: OutputComparison = OutputComparison()) -> Bool {
        let lines = { (text: String) in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
        return rules.differences(expected: lines(expected), actual: lines(actual)).isEmpty
    }

    @Test(arguments: [
        ("a b", "a b"), ("a b", "a   b"), ("  a b ", "a b"), ("a\tb", "a b"), ("", ""),
        // Half a unit of the last decimal.
        ("0.25", "0.25"), ("0.25", "0.2549"), ("0.25", "0.255"), ("0.25", "0.245"), ("0.3", "0.35"), ("0.7", "0.75"),
        ("1.2e-05", "1.24e-05"), ("1e5", "140000"), ("7.0", "7"), ("-0.5", "-0.52"), ("loss=0.12,", "loss=0.1234,"),
        ("[0.1, 0.2]", "[0.1001, 0.1999]"), ("0.00", "-0.001"), ("1.5%", "1.46%"),
        // Words and ints.
        ("5x5", "5x5"), ("42", "42"), ("nan", "nan"), ("-inf", "-inf"), ("v1.2.3", "v1.2.3"),
        // Wildcards.
        ("a ... b", "a b"), ("a ... b", "a x y b"), ("...", "anything at all"), ("...", ""), ("a...", "abc"),
        ("...c", "abc"), ("tensor 3x...", "tensor 3x4 float32"), ("... b ... d", "a b c d"), ("a ... b ... b", "a b b"),
        ("1\n...\n3", "1\n3"), ("1\n...\n3", "1\n2\n2\n3"), ("...\n3", "1\n2\n3"), ("1\n...", "1"),
        ("<int> of <num>", "3 of 0.5"), ("<num>", "nan"), ("<int>", "-7"), ("took <num> s", "took 1e-3 s"),
    ])
    func equal(expected: String, actual: String) {
        #expect(matches(expected, actual), "\(expected) | \(actual)")
    }

    @Test(arguments: [
        ("a", "b"), ("a", "A"), ("a b", "ab"), ("a", "a b"), ("a\nb", "a"), ("a", "a\nb"), ("a", ""),
        ("0.25", "0.2551"), ("0.25", "0.2449"), ("0.250", "0.2506"), ("1.2e-05", "1.26e-05"), ("7.0", "7.06"),
        ("-0.5", "0.5"), ("0.5", "nan"), ("nan", "0.5"), ("inf", "-inf"), ("0.5", "half"),
        ("42", "43"), ("42", "42.0"), ("3", "3.0001"), ("5x5", "5x6"), ("14x14x6", "14x14x7"), ("[2, 3]", "[2, 3, 1]"),
        ("v1.2.3", "v1.2.34"), ("conv1", "conv2"), ("1,048,320", "1,048,321"),
        ("a ... b", "a x c"), ("a ... b", "b"), ("1\n...\n3", "1\n2"), ("<int>", "0.5"), ("<num>", "x"),
        ("... d", "a d e"),
        ("1e999", "2e999"),
    ])
    func different(expected: String, actual: String) {
        #expect(!matches(expected, actual), "\(expected) | \(actual)")
    }

    @Test func tolerances() {
        var rules = OutputComparison()
        rules.tolerance = 0.1
        #expect(matches("0.50", "0.59", rules))
        #expect(!matches("0.50", "0.61", rules))
        #expect(!matches("3", "4", rules), "two ints count exactly")
        #expect(matches("1", "1.05", rules), "a float that prints as an int")
        rules = OutputComparison()
        rules.relativeTolerance = 0.01
        #expect(matches("200", "201.5", rules))
        #expect(!matches("0.5", "0.51", rules))
        #expect(
            !matches("0.50", "0.5049", OutputComparison.with(tolerance: 1e-6)),
            "a tolerance takes the place of the rule")
    }

    @Test func strictBlanks() {
        var rules = OutputComparison()
        rules.isStrict = true
        #expect(matches("a  b", "a  b", rules))
        #expect(!matches("a  b", "a b", rules))
        #expect(!matches("a", "a ", rules))
        #expect(!matches("a", " a", rules))
        #expect(matches(" 0.25", " 0.251", rules))
    }

    @Test func differencesAreFewAndInPlace() {
        let rules = OutputComparison()
        let found = rules.differences(expected: ["a", "b", "c", "d"], actual: ["a", "x", "c", "d", "e"])
        #expect(found.count == 2)
        guard case .changed("b", "x", let words) = found.first, case .extra("e") = found.last else {
            Issue.record("\(found)")
            return
        }
        #expect(words.map(\.actual) == ["x"])
    }

    @Test func aMissingLineDoesNotShiftTheOthers() {
        let found = OutputComparison().differences(expected: ["a", "b", "c"], actual: ["b", "c"])
        guard found.count == 1, case .missing("a") = found[0] else {
            Issue.record("\(found)")
            return
        }
    }

    @Test func numbersSayHowFarTheyAreOff() {
        let found = OutputComparison().differences(expected: ["loss 0.50 at 3"], actual: ["loss 0.75 at 3"])
        guard case .changed(_, _, let words) = found.first, let number = words.first?.number else {
            Issue.record("\(found)")
            return
        }
        #expect(words.count == 1)
        #expect(words[0].column == 5)
        #expect(number.absoluteError == 0.25)
        #expect(number.relativeError == 0.5)
        #expect(number.allowed == 0.005)
    }

    @Test func longOutputs() {
        let many = (0..<2_000).map(String.init)
        var other = many
        other[1_500] = "x"
        #expect(OutputComparison().differences(expected: many, actual: many).isEmpty)
        #expect(OutputComparison().differences(expected: many, actual: other).count == 1)
    }

    @Test func endlessDigits() {
        let digits = String(repeating: "9", count: 10_000)
        #expect(matches(digits, digits))
        #expect(!matches("0." + digits, "1e" + digits))
        #expect(matches("1e-" + digits, "1e-" + digits))
    }
}

extension OutputComparison {
    fileprivate static func with(tolerance: Double) -> OutputComparison {
        var rules = OutputComparison()
        rules.tolerance = tolerance
        return rules
    }
}
