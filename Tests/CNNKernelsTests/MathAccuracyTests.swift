import CNNKernels
import Testing

extension KernelTests {
    @Suite struct MathAccuracyTests {
        @Test func doubleFunctionsAreCloseToTheExactValues() {
            for reference in mathReferences {
                let y = unary(reference.operation, reference.values.map(\.x))
                for (value, got) in zip(reference.values, y) {
                    let error = unitsInLastPlace(got, from: value.high, value.low)
                    #expect(error <= reference.bound, "\(reference.name)(\(value.x)) = \(got), not \(value.high)")
                }
            }
        }

        @Test func powerIsCloseToTheExactValues() {
            for value in powerReferences {
                let error = unitsInLastPlace(cnn_pow(value.x, value.y), from: value.high, value.low)
                #expect(error <= 0.8, "\(value.x) ^ \(value.y)")
            }
        }

        @Test func scalarFunctionsEqualTheArrayFunctions() {
            let scalars: [(cnn_unary, (Double) -> Double)] = [
                (CNN_EXP, cnn_exp), (CNN_LOG, cnn_log), (CNN_SIN, cnn_sin), (CNN_COS, cnn_cos), (CNN_TANH, cnn_tanh),
            ]
            var numbers = TestNumbers(state: 1)
            let x = numbers.doubles(500, in: -30...30) + [0, -0.0, .infinity, 1e300]
            for (operation, function) in scalars {
                #expect(unary(operation, x).map(\.bitPattern) == x.map { function($0).bitPattern })
            }
        }

        /// Floats of every exponent, against the double function at the same place.
        @Test(
            arguments: [
                (CNN_EXP, 0.9), (CNN_LOG, 0.8), (CNN_SIN, 0.501), (CNN_COS, 0.501), (CNN_TANH, 2), (CNN_SIGMOID, 2.5),
                (CNN_ELU, 0.9), (CNN_SOFTPLUS, 2), (CNN_RSQRT, 1.5), (CNN_SQRT, 0.5), (CNN_RECIPROCAL, 0.5),
            ] as [(cnn_unary, Double)])
        func floatFunctionsAreCloseToTheDoubleFunctions(operation: cnn_unary, bound: Double) {
            let x = stride(from: UInt32(0), to: UInt32.max - 9973, by: 9973).map(Float.init(bitPattern:)).filter {
                !$0.isNaN
            }
            let exact = unary(operation, x.map(Double.init))
            var worst = (error: 0.0, x: Float(0))
            for ((value, got), exact) in zip(zip(x, unary(operation, x)), exact) {
                let error = unitsInLastPlace(got, from: exact)
                if error > worst.error { worst = (error, value) }
            }
            #expect(worst.error <= bound, "at \(worst.x)")
        }

        /// In the far tails results are denormal products; there the error of the factor shows.
        @Test(arguments: [(CNN_GELU, 10, 5), (CNN_SILU, 80, 3)] as [(cnn_unary, Float, Double)])
        func floatActivationsAreCloseUpToTheirTails(operation: cnn_unary, limit: Float, bound: Double) {
            let x = stride(from: -limit, through: limit, by: limit / 20_000).map { $0 }
            let exact = unary(operation, x.map(Double.init))
            let worst = zip(unary(operation, x), exact).map { unitsInLastPlace($0, from: $1) }.max() ?? 0
            #expect(worst <= bound)
        }

        @Test func floatPowerIsRoundedAlmostOnce() {
            var numbers = TestNumbers(state: 2)
            let n = 20_000
            let x = numbers.floats(n, in: 0...4)
            let y = numbers.floats(n, in: -30...30)
            let shape = [Int64(n)]
            let z = filled(n, with: Float(0)) { cnn_binary_f32(CNN_POW, 1, shape, x, [1], y, [1], $0) }
            let worst = (0..<n).map { unitsInLastPlace(z[$0], from: cnn_pow(Double(x[$0]), Double(y[$0]))) }.max() ?? 0
            #expect(worst <= 0.501)
        }

        @Test(
            arguments: [
                (CNN_EXP, -.infinity, 0), (CNN_EXP, .infinity, .infinity), (CNN_EXP, -0.0, 1),
                (CNN_EXP, 710, .infinity),
                (CNN_EXP, -746, 0), (CNN_EXP, -745.1, .leastNonzeroMagnitude), (CNN_LOG, 0, -.infinity),
                (CNN_LOG, -0.0, -.infinity), (CNN_LOG, 1, 0), (CNN_LOG, .infinity, .infinity),
                (CNN_TANH, -.infinity, -1),
                (CNN_TANH, .infinity, 1), (CNN_SIGMOID, -.infinity, 0), (CNN_SIGMOID, .infinity, 1),
                (CNN_SIGMOID, 0, 0.5),
                (CNN_SILU, -.infinity, 0), (CNN_SILU, .infinity, .infinity), (CNN_GELU, -.infinity, 0),
                (CNN_GELU, .infinity, .infinity), (CNN_SOFTPLUS, -.infinity, 0), (CNN_SOFTPLUS, .infinity, .infinity),
            ] as [(cnn_unary, Double, Double)])
        func valuesAtTheEdges(operation: cnn_unary, x: Double, expected: Double) {
            #expect(unary(operation, [x]) == [expected])
        }

        @Test func zerosKeepTheirSignAndPolesAreNan() {
            #expect(unary(CNN_LOG, [-1.0])[0].isNaN)
            #expect(unary(CNN_SIN, [Double.infinity])[0].isNaN)
            for operation in [CNN_SIN, CNN_TANH, CNN_SQRT, CNN_GELU, CNN_SILU] {
                #expect(unary(operation, [-0.0])[0].sign == .minus)
                #expect(unary(operation, [Float(-0.0)])[0].sign == .minus)
            }
            #expect(unary(CNN_EXP, [Float(-103)])[0] == Float.leastNonzeroMagnitude)
        }

        @Test func nanGoesThroughEveryFunction() {
            for raw in CNN_NEG.rawValue...CNN_COPY.rawValue {
                let operation = cnn_unary(rawValue: raw)
                #expect(unary(operation, [Double.nan])[0].isNaN, "operation \(raw)")
                #expect(unary(operation, [Float.nan])[0].isNaN, "operation \(raw)")
            }
        }

        /// IEEE 754-2019, 9.2.1.
        @Test(
            arguments: [
                (0, 0, 1), (.nan, 0, 1), (1, .nan, 1), (.infinity, 0, 1), (0, -1, .infinity), (-0.0, -1, -.infinity),
                (-0.0, 3, -0.0), (0, 2.5, 0), (-1, .infinity, 1), (0.5, .infinity, 0), (0.5, -.infinity, .infinity),
                (2, .infinity, .infinity), (-.infinity, 3, -.infinity), (-.infinity, 2, .infinity),
                (-.infinity, -3, -0.0),
                (-8, 0.3, .nan), (2, 1024, .infinity), (2, -1080, 0), (3, 2, 9),
            ] as [(Double, Double, Double)])
        func powerOfSpecialValues(x: Double, y: Double, expected: Double) {
            let got = cnn_pow(x, y)
            #expect(expected.isNaN ? got.isNaN : got == expected && got.sign == expected.sign)
        }

        @Test func sameBytes() {
            var numbers = TestNumbers(state: 3)
            let x = numbers.doubles(40_003, in: -40...40) + numbers.doubles(500, in: -1e18...1e18)
            let narrow = x.map { Float($0) }
            for raw in CNN_NEG.rawValue...CNN_COPY.rawValue where raw != CNN_LOG.rawValue {
                let operation = cnn_unary(rawValue: raw)
                expectSameBytes("operation \(raw)") {
                    unary(operation, x.map { raw == CNN_SQRT.rawValue ? abs($0) : $0 })
                }
                expectSameBytes("operation \(raw)") {
                    unary(operation, narrow.map { raw == CNN_SQRT.rawValue ? abs($0) : $0 })
                }
            }
            expectSameBytes("log") { unary(CNN_LOG, x.map(abs)) }
            expectSameBytes("log") { unary(CNN_LOG, narrow.map(abs)) }
            expectSameBytes("power") { x.map { cnn_pow(abs($0), 1.7) } }
        }
    }
}
