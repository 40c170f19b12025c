import CNNKernels
import Foundation
import Testing

extension KernelTests {
    @Suite struct FormatKernelTests {
        /// Against printf, which is exact on the systems that are supported.
        @Test func textsEqualThoseOfPrintf() {
            var numbers = TestNumbers(state: 43)
            for i in 0..<6000 {
                let bits = numbers.next()
                let value =
                    switch i % 5 {
                    case 0: Double(bitPattern: bits).isNaN ? 1 : Double(bitPattern: bits)
                    case 1: Double(Int64(bitPattern: bits)) / 1e6
                    case 2: Double(bits % 100_000) / 1000
                    case 3: Double(bits % 100_000) / 1024
                    default: Double(Float(bits >> 40) * 0x1p-24)
                    }
                let precision = Int(numbers.next() % (i % 3 == 0 ? 400 : 20))
                check(value, precision)
            }
        }

        @Test(arguments: [
            0.0, -0.0, 0.5, 1.5, 2.5, 0.125, 9.5, 99.5, 9.9999999, 1e15, 1e16, 1e22, 1e23, 1e-4, 9.9999e-5,
            .leastNonzeroMagnitude,
            -2.2250738585072014e-308, 1.7976931348623157e308, .infinity, -.infinity, 0x1p53,
        ])
        func edges(value: Double) {
            for precision in [-1, 0, 1, 2, 3, 6, 15, 16, 17, 18, 50, 330, 400, 1100] { check(value, precision) }
        }

        @Test func nanHasNoSign() {
            #expect(text(cnn_format_general, -.nan, 3) == "nan")
            #expect(text(cnn_format_fixed, .nan, 3) == "nan")
        }

        /// Ties of the exact binary value go to the even digit; what only looks like a tie does not.
        @Test func tiesGoToEven() {
            #expect(text(cnn_format_fixed, 0.5, 0) == "0")
            #expect(text(cnn_format_fixed, 1.5, 0) == "2")
            #expect(text(cnn_format_fixed, 2.5, 0) == "2")
            #expect(text(cnn_format_fixed, 0.125, 2) == "0.12")
            #expect(text(cnn_format_fixed, 1.005, 2) == "1.00")
            #expect(text(cnn_format_exponent, 9.5, 0) == "1e+01")
            #expect(text(cnn_format_general, 999_999.5, 6) == "1e+06")
        }

        @Test func shortBuffersAreNotOverrun() {
            var buffer = [CChar](repeating: 1, count: 8)
            #expect(cnn_format_fixed(123.456, 3, &buffer, 5) == 7)
            #expect(buffer == [49, 50, 51, 46, 0, 1, 1, 1])
            #expect(cnn_format_fixed(123.456, 3, &buffer, 0) == 7)
            #expect(buffer[0] == 49)
            #expect(cnn_format_fixed(1, .max, &buffer, 8) == .max)
        }
    }
}

private typealias Format = (Double, Int32, UnsafeMutablePointer<CChar>, Int) -> Int32

private func text(_ format: Format, _ value: Double, _ precision: Int) -> String {
    var length: Int32 = 0
    let bytes = filled(2048, with: CChar(0)) { length = format(value, Int32(precision), $0, 2048) }
    return String(decoding: bytes.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
}

private func check(_ value: Double, _ precision: Int) {
    let formats: [(String, Format)] = [
        ("%.*g", { cnn_format_general($0, $1, $2, $3) }), ("%.*f", { cnn_format_fixed($0, $1, $2, $3) }),
        ("%.*e", { cnn_format_exponent($0, $1, $2, $3) }),
    ]
    for (name, format) in formats {
        let expected = withVaList([Int32(precision), value]) { NSString(format: name, arguments: $0) as String }
        #expect(text(format, value, precision) == expected, "\(name) of \(value), precision \(precision)")
    }
}
