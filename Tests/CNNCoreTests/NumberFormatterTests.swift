import CNNCore
import Testing

struct NumberFormatterTests {
    @Test func general() {
        let cases: [(Double, Int, String)] = [
            (0, 4, "0"), (-0.0, 4, "0"), (1, 4, "1"), (0.1, 4, "0.1"), (-1.5, 4, "-1.5"), (2.718281828, 4, "2.718"),
            (12345.678, 4, "1.235e+04"), (1234.5678, 4, "1235"), (0.0001, 4, "0.0001"), (0.00001234, 4, "1.234e-05"),
            (9999.5, 4, "1e+04"), (0.99995, 4, "1"), (1e100, 3, "1e+100"), (.leastNonzeroMagnitude, 4, "4.941e-324"),
            (.nan, 4, "nan"), (.infinity, 4, "inf"), (-.infinity, 4, "-inf"), (0.1, 17, "0.10000000000000001"),
            (2.5, 1, "2"), (3.5, 1, "4"),
        ]
        for (value, digits, text) in cases { #expect(NumberFormatter.general(value, digits) == text) }
    }

    @Test func fixed() {
        let cases: [(Double, Int, String)] = [
            (0, 2, "0.00"), (3.14159, 2, "3.14"), (2.5, 0, "2"), (0.125, 2, "0.12"), (-0.001, 2, "-0.00"),
            (1e20, 1, "100000000000000000000.0"),
            (.nan, 2, "nan"), (-.infinity, 2, "-inf"), (0.1, 20, "0.10000000000000000555"),
        ]
        for (value, digits, text) in cases { #expect(NumberFormatter.fixed(value, digits) == text) }
        #expect(NumberFormatter.fixed(.greatestFiniteMagnitude, 0).count == 309)
        #expect(NumberFormatter.fixed(.leastNonzeroMagnitude, 1074).hasSuffix("5"))
    }

    @Test func exponent() {
        let cases: [(Double, Int, String)] = [
            (0, 2, "0.00e+00"), (12345, 2, "1.23e+04"), (1e-7, 0, "1e-07"), (1e300, 1, "1.0e+300"),
            (.infinity, 1, "inf"),
        ]
        for (value, digits, text) in cases { #expect(NumberFormatter.exponent(value, digits) == text) }
    }

    /// As Python's repr.
    @Test func shortest() {
        let cases: [(Double, String)] = [
            (0, "0.0"), (-0.0, "-0.0"), (3, "3.0"), (0.1, "0.1"), (1e-7, "1e-07"), (1e16, "1e+16"),
            (1.2e16, "1.2e+16"), (123456789012345680, "1.2345678901234568e+17"),
            (9999999999999998, "9999999999999998.0"),
            (0.0001, "0.0001"), (0.00012345, "0.00012345"), (0.00001, "1e-05"), (1e22, "1e+22"), (1.5e300, "1.5e+300"),
            (.leastNonzeroMagnitude, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"), (-2.5, "-2.5"),
            (0.30000000000000004, "0.30000000000000004"), (1e15, "1000000000000000.0"), (100, "100.0"),
            (.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf"), (1.0 / 3, "0.3333333333333333"),
        ]
        for (value, text) in cases {
            #expect(NumberFormatter.shortest(value) == text)
            if !value.isNaN { #expect(Double(text) == value) }
        }
    }

    @Test func shortestOfFloat32() {
        let cases: [(Float, String)] = [
            (0.1, "0.1"), (3, "3.0"), (1e-7, "1e-07"), (1e16, "1e+16"), (16_777_216, "16777216.0"),
            (0.33333334, "0.33333334"),
            (.greatestFiniteMagnitude, "3.4028235e+38"), (.nan, "nan"),
        ]
        for (value, text) in cases { #expect(NumberFormatter.shortest(value) == text) }
    }

    @Test func shortestGivesTheNumberBack() throws {
        var random = TestRandom(3)
        for _ in 0..<10_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            #expect(Double(NumberFormatter.shortest(value)) == value)
            let narrow = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            guard narrow.isFinite else { continue }
            #expect(Float(NumberFormatter.shortest(narrow)) == narrow)
        }
    }
}
