import CNNKernels
import Testing

extension KernelTests {
    /// Each step against its formula, written out in double.
    @Suite struct OptimizerKernelTests {
        let w: [Double] = [1, -0.5, 0.25, 2]
        let g: [Double] = [0.1, -3, 0, 1e-4]

        @Test(
            arguments: [(0, 0, false), (0.9, 0, false), (0.9, 0.01, false), (0.9, 0.01, true)]
                as [(Double, Double, Bool)]
        )
        func gradientDescent(momentum: Double, decay: Double, nesterov: Bool) {
            var weights = w
            var velocity: [Double] = [0.5, 0, -1, 0]
            let before = velocity
            cnn_sgd_f64(4, &weights, g, &velocity, 0.1, momentum, decay, nesterov)
            for i in w.indices {
                let slope = g[i] + decay * w[i]
                let speed = momentum * before[i] + slope
                #expect(abs(velocity[i] - speed) < 1e-15)
                #expect(abs(weights[i] - (w[i] - 0.1 * (nesterov ? slope + momentum * speed : speed))) < 1e-15)
            }
        }

        @Test func velocityIsNotNeededWithoutMomentum() {
            var weights: [Float] = [1, 2]
            cnn_sgd_f32(2, &weights, [1, -1], nil, 0.5, 0, 0, false)
            #expect(weights == [0.5, 2.5])
        }

        /// Kingma and Ba, ICLR 2015, algorithm 1; decoupled: Loshchilov and Hutter, ICLR 2019, algorithm 2.
        @Test(arguments: [false, true], [0, 0.1])
        func adam(decoupled: Bool, decay: Double) {
            var (weights, m, v) = (w, [0.0, 0, 0, 0], [0.0, 0, 0, 0])
            var (expected, first, second) = (w, m, v)
            for step in 1...5 {
                cnn_adam_f64(4, &weights, g, &m, &v, 0.01, 0.9, 0.999, 1e-8, decay, decoupled, Int64(step))
                let correction1 = 1 - cnn_pow(0.9, Double(step))
                let correction2 = 1 - cnn_pow(0.999, Double(step))
                for i in w.indices {
                    let slope = decoupled ? g[i] : g[i] + decay * expected[i]
                    first[i] = 0.9 * first[i] + 0.1 * slope
                    second[i] = 0.999 * second[i] + 0.001 * slope * slope
                    if decoupled { expected[i] -= 0.01 * decay * expected[i] }
                    expected[i] -= 0.01 * (first[i] / correction1) / ((second[i] / correction2).squareRoot() + 1e-8)
                }
            }
            for i in w.indices { #expect(abs(weights[i] - expected[i]) < 1e-13) }
        }

        @Test func rmsprop() {
            var (weights, v) = (w, [0.04, 0, 1, 0])
            cnn_rmsprop_f64(4, &weights, g, &v, 0.01, 0.99, 1e-8, 0.1)
            for (i, before) in [0.04, 0, 1, 0].enumerated() {
                let slope = g[i] + 0.1 * w[i]
                let average = 0.99 * before + 0.01 * slope * slope
                #expect(abs(v[i] - average) < 1e-15)
                #expect(abs(weights[i] - (w[i] - 0.01 * slope / (average.squareRoot() + 1e-8))) < 1e-15)
            }
        }

        @Test func adagrad() {
            var (weights, v) = (w, [0.04, 0, 1, 0])
            cnn_adagrad_f64(4, &weights, g, &v, 0.01, 1e-10, 0)
            for (i, before) in [0.04, 0, 1, 0].enumerated() {
                let sum = before + g[i] * g[i]
                #expect(abs(v[i] - sum) < 1e-15)
                #expect(abs(weights[i] - (w[i] - 0.01 * g[i] / (sum.squareRoot() + 1e-10))) < 1e-15)
            }
        }

        /// 1 - 0.999 in float would be 0.00099998713: the factor is rounded from double.
        @Test func factorsAreRoundedOnce() {
            var (weights, m, v): ([Float], [Float], [Float]) = ([0], [0], [0])
            cnn_adam_f32(1, &weights, [1], &m, &v, 0.1, 0.9, 0.999, 1e-8, 0, false, 1)
            #expect(m[0] == Float(1 - 0.9) && v[0] == Float(1 - 0.999))
        }

        @Test func sameBytes() {
            var numbers = TestNumbers(state: 41)
            let n = 100_003
            let start = numbers.floats(n)
            let slopes = numbers.floats(n)
            let squares = numbers.floats(n, in: 0...1)
            let count = Int64(n)
            expectSameBytes("steps") {
                var (w, m, v) = (start, slopes, squares)
                cnn_sgd_f32(count, &w, slopes, &m, 0.1, 0.9, 0.01, true)
                cnn_adam_f32(count, &w, slopes, &m, &v, 0.1, 0.9, 0.999, 1e-8, 0.01, true, 3)
                cnn_rmsprop_f32(count, &w, slopes, &v, 0.1, 0.99, 1e-8, 0.01)
                cnn_adagrad_f32(count, &w, slopes, &v, 0.1, 1e-10, 0.01)
                cnn_axpy_f32(count, 0.3, slopes, &w)
                return w + m + v
            }
        }
    }
}
