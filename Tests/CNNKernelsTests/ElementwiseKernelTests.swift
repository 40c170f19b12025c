import CNNKernels
import Testing

extension KernelTests {
    @Suite struct ElementwiseKernelTests {
        @Test func activationsByTheirFormulas() {
            let x: [Double] = [-2, -0.5, 0, 0.5, 2]
            #expect(unary(CNN_RELU, x) == [0, 0, 0, 0.5, 2])
            #expect(unary(CNN_LEAKY_RELU, x, alpha: 0.25) == [-0.5, -0.125, 0, 0.5, 2])
            #expect(unary(CNN_SIGN, x) == [-1, -1, 0, 1, 1])
            #expect(unary(CNN_ROUND, [0.5, 1.5, 2.5, -0.5]) == [0, 2, 2, 0])
            #expect(unary(CNN_ELU, x, alpha: 0.5)[0] == 0.5 * unary(CNN_ELU, x)[0])
        }

        /// f'(x) by the difference of f at x ± h.
        @Test(arguments: [
            CNN_NEG, CNN_ABS, CNN_EXP, CNN_LOG, CNN_SQRT, CNN_SIN, CNN_COS, CNN_TANH, CNN_SIGMOID, CNN_RELU,
            CNN_LEAKY_RELU, CNN_ELU, CNN_GELU, CNN_SILU, CNN_SOFTPLUS, CNN_SQUARE, CNN_RECIPROCAL, CNN_RSQRT, CNN_COPY,
        ])
        func derivativesAgreeWithDifferences(operation: cnn_unary) {
            var numbers = TestNumbers(state: UInt64(operation.rawValue))
            let positive = [CNN_LOG, CNN_SQRT, CNN_RSQRT].contains(operation)
            let x = numbers.doubles(200, in: positive ? 0.2...3 : -3...3).filter { abs($0) > 0.1 }
            let h = 1e-5
            let y = unary(operation, x, alpha: 0.3)
            let above = unary(operation, x.map { $0 + h }, alpha: 0.3)
            let below = unary(operation, x.map { $0 - h }, alpha: 0.3)
            let dy = numbers.doubles(x.count)
            let dx = filled(x.count, with: 0.0) { cnn_unary_backward_f64(operation, Int64(x.count), x, y, dy, 0.3, $0) }
            for i in x.indices {
                let slope = (above[i] - below[i]) / (2 * h)
                #expect(abs(dx[i] - dy[i] * slope) < 1e-7 * (1 + abs(slope) * 100), "at \(x[i])")
            }
        }

        @Test func broadcastOperandsAreRepeated() {
            let a = (0..<60).map { Float($0) }
            let b = (0..<4).map { Float($0 * 100) }
            func combine(
                _ operation: cnn_binary, _ x: [Float], _ xStrides: [Int64], _ y: [Float], _ yStrides: [Int64]
            ) -> [Float] {
                filled(60, with: 0) { cnn_binary_f32(operation, 3, [5, 3, 4], x, xStrides, y, yStrides, $0) }
            }
            let rows = combine(CNN_ADD, a, [12, 4, 1], b, [0, 0, 1])
            let columns = combine(CNN_SUB, b, [0, 1, 0], a, [12, 4, 1])
            let transposed = combine(CNN_MUL, a, [1, 20, 5], a, [12, 4, 1])
            for i in 0..<60 {
                let (first, second, third) = (i / 12, i / 4 % 3, i % 4)
                #expect(rows[i] == a[i] + b[third])
                #expect(columns[i] == b[second] - a[i])
                #expect(transposed[i] == a[first + second * 20 + third * 5] * a[i])
            }
        }

        @Test(
            arguments: [
                (7, 3, 1, 2), (-7, 3, 2, -3), (7, -3, -2, -3), (-7, -3, -1, 2), (6, 3, 0, 2), (-6, 3, 0, -2),
                (0.3, 0.1, 0.09999999999999998, 2),
            ] as [(Double, Double, Double, Double)])
        func moduloAndFloorDivisionAreThoseOfPython(a: Double, b: Double, modulo: Double, quotient: Double) {
            #expect(binary(CNN_MOD, [a], [b]) == [modulo])
            #expect(binary(CNN_FLOOR_DIV, [a], [b]) == [quotient])
            if a == a.rounded(), abs(a) < 100 {
                #expect(binary(CNN_MOD, [Int64(a)], [Int64(b)]).values == [Int64(modulo)])
                #expect(binary(CNN_FLOOR_DIV, [Int64(a)], [Int64(b)]).values == [Int64(quotient)])
            }
        }

        @Test func maximaKeepNan() {
            #expect(binary(CNN_MAXIMUM, [1, .nan, 2], [2, 1, .nan]).map(\.isNaN) == [false, true, true])
            #expect(binary(CNN_MINIMUM, [1, .nan, 2], [2, 1, .nan]).map(\.isNaN) == [false, true, true])
        }

        @Test(
            arguments: [
                (CNN_ADD, .max, 1, CNN_FAULT_OVERFLOW), (CNN_SUB, .min, 1, CNN_FAULT_OVERFLOW),
                (CNN_MUL, 1 << 32, 1 << 31, CNN_FAULT_OVERFLOW), (CNN_DIV, .min, -1, CNN_FAULT_OVERFLOW),
                (CNN_FLOOR_DIV, 1, 0, CNN_FAULT_ZERO_DIVISION), (CNN_MOD, 1, 0, CNN_FAULT_ZERO_DIVISION),
                (CNN_POW, 2, 63, CNN_FAULT_OVERFLOW), (CNN_POW, 2, -1, CNN_FAULT_NEGATIVE_POWER),
            ] as [(cnn_binary, Int64, Int64, cnn_fault)])
        func integerFaultsAreReported(operation: cnn_binary, a: Int64, b: Int64, fault: cnn_fault) {
            let length = 100
            var first = [Int64](repeating: 1, count: length)
            var second = first
            #expect(binary(operation, first, second).fault == 0)
            first[63] = a
            second[63] = b
            #expect(binary(operation, first, second).fault == Int32(fault.rawValue))
        }

        @Test func integersAtTheirLimits() {
            #expect(binary(CNN_POW, [-2], [63]).values == [.min])
            #expect(binary(CNN_POW, [-2], [63]).fault == 0)
            #expect(binary(CNN_MOD, [.min], [-1]).values == [0])
            #expect(binary(CNN_ADD, [.max], [0]).fault == 0)
        }

        @Test func comparisonsWithNanAreFalse() {
            let a: [Float] = [1, .nan, 3]
            let b: [Float] = [1, .nan, 2]
            let expected: [(cnn_compare, [UInt8])] = [
                (CNN_EQ, [1, 0, 0]), (CNN_NE, [0, 1, 1]), (CNN_LT, [0, 0, 0]), (CNN_LE, [1, 0, 0]),
                (CNN_GT, [0, 0, 1]),
                (CNN_GE, [1, 0, 1]),
            ]
            for (operation, result) in expected {
                #expect(filled(3, with: UInt8(9)) { cnn_compare_f32(operation, 1, [3], a, [1], b, [1], $0) } == result)
            }
        }

        @Test func axpyRoundsOnce() {
            let x: [Double] = [0.1, 1e-30, 3]
            var y: [Double] = [1, -1, 0.7]
            let expected = zip(x, y).map { $1.addingProduct(0.3, $0) }
            cnn_axpy_f64(3, 0.3, x, &y)
            #expect(y == expected)
        }

        @Test func sameBytes() {
            var numbers = TestNumbers(state: 5)
            let n = 50_001
            let a = numbers.floats(n, in: 0...9)
            let b = numbers.floats(n, in: 0.1...3)
            for raw in CNN_ADD.rawValue...CNN_FLOOR_DIV.rawValue {
                expectSameBytes("binary \(raw)") {
                    filled(n, with: Float(0)) { cnn_binary_f32(cnn_binary(raw), 1, [Int64(n)], a, [1], b, [1], $0) }
                }
            }
            for raw in CNN_NEG.rawValue...CNN_COPY.rawValue {
                let y = unary(cnn_unary(raw), a)
                expectSameBytes("derivative \(raw)") {
                    filled(n, with: Float(0)) { cnn_unary_backward_f32(cnn_unary(raw), Int64(n), a, y, b, 0.1, $0) }
                }
            }
        }
    }
}

private func binary(_ operation: cnn_binary, _ a: [Double], _ b: [Double]) -> [Double] {
    filled(a.count, with: 0) { cnn_binary_f64(operation, 1, [Int64(a.count)], a, [1], b, [1], $0) }
}

private func binary(_ operation: cnn_binary, _ a: [Int64], _ b: [Int64]) -> (values: [Int64], fault: Int32) {
    var fault: Int32 = 0
    let values = filled(a.count, with: Int64(0)) {
        fault = cnn_binary_i64(operation, 1, [Int64(a.count)], a, [1], b, [1], $0)
    }
    return (values, fault)
}
