import CNNCore
import Testing

@testable import CNNLanguage

/// Python's format mini-language against Python itself.
@Suite struct FormatSpecTests {
    private func check(_ value: Value, _ expected: [(spec: String, text: String)]) throws {
        for (spec, text) in expected {
            #expect(
                try ValueDisplay.format(value, spec: spec) == text, "format(\(ValueDisplay.inLine(value)), '\(spec)')")
        }
    }

    @Test func intsAsInPython() throws {
        for (value, expected) in Self.ints { try check(.int(value), expected) }
    }

    @Test func floatsAsInPython() throws {
        for (value, expected) in Self.floats { try check(.float(value), expected) }
    }

    @Test func textsAsInPython() throws {
        for (value, expected) in Self.texts { try check(.text(value), expected) }
    }

    @Test func boolsAndElements() throws {
        try check(.bool(true), [("", "True"), ("d", "1"), (">4", "   1")])
        try check(.float32(0.1), [("", "0.1"), (".3f", "0.100"), (".10f", "0.1000000015")])
        try check(.int(65), [("c", "A"), (">3c", "  A")])
        try check(.int(0x301), [("*<3c", "\u{301}**")])
        try check(.array([.int(1)]), [("", "[1]")])
    }

    @Test func alternateForm() throws {
        try check(.float(1e16), [("#", "1.e+16"), ("#.3", "1.00e+16"), ("#12", "      1.e+16"), ("#.0e", "1.e+16")])
        try check(.float(3), [("#", "3.0"), ("#.0f", "3."), ("#g", "3.00000")])
        try check(.float32(1e16), [("#", "1.e+16")])
        try check(.float(.infinity), [("#", "inf")])
    }

    @Test func widthsCountCodePoints() throws {
        try check(
            .text("e\u{301}"),
            [("4", "e\u{301}  "), (".1", "e"), ("\u{301}>3", "\u{301}e\u{301}"), ("*^5", "*e\u{301}**")])
        try check(.text("\r\n"), [("*>3", "*\r\n")])
    }

    @Test(arguments: ["+c", "-c", " c", "#c", "zc", ",c", "_c", ".2c", ",n", "_n"])
    func flagsThatDoNotGoWithAType(_ spec: String) {
        #expect { try ValueDisplay.format(.int(65), spec: spec) } throws: { ($0 as? CNNError)?.code == .invalidValue }
    }

    @Test func rankZeroTensors() throws {
        let tensor = try Tensor.scalar(2.5, .float64)
        try check(.tensor(TensorObject(tensor)), [("", "2.5"), (".2f", "2.50")])
    }

    @Test(arguments: ["q", "5.", ".", "5d3", "<<<", "99999999999999999999", ".5000f", "s", "05s", "_,", "{"])
    func malformedForNumbers(_ spec: String) {
        #expect { try ValueDisplay.format(.int(3), spec: spec) } throws: { ($0 as? CNNError)?.code == .invalidValue }
    }

    @Test(arguments: ["d", ".2f", "+", "=5", ",", "x", "#", "%"]) func numberFormatsForTexts(_ spec: String) {
        #expect { try ValueDisplay.format(.text("a"), spec: spec) } throws: { ($0 as? CNNError)?.code == .invalidValue }
    }

    @Test(arguments: ["d", "x", "c", "b", "s"]) func intFormatsForFloats(_ spec: String) {
        #expect { try ValueDisplay.format(.float(1.5), spec: spec) } throws: {
            ($0 as? CNNError)?.code == .invalidValue
        }
    }

    @Test func precisionForInts() {
        #expect { try ValueDisplay.format(.int(3), spec: ".2") } throws: { ($0 as? CNNError)?.code == .invalidValue }
        #expect { try ValueDisplay.format(.array([]), spec: "5") } throws: { ($0 as? CNNError)?.code == .invalidValue }
    }
}
