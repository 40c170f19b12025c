import CNNKernels
import Testing

extension KernelTests {
    @Suite struct NormalizationKernelTests {
        @Test(arguments: [(1, 1), (5, 3), (1000, 3), (40, 65), (300, 128), (20, 300), (40_000, 2)])
        func momentsOfChannels(rows: Int, channels: Int) {
            var numbers = TestNumbers(state: UInt64(rows))
            let x = numbers.floats(rows * channels, in: 99...101)
            var mean = [Float](repeating: 0, count: channels)
            var variance = mean
            cnn_channel_moments_f32(Int64(rows), Int64(channels), x, &mean, &variance)
            for c in 0..<channels {
                let column = (0..<rows).map { Double(x[$0 * channels + c]) }
                let exact = column.reduce(0, +) / Double(rows)
                let spread = column.reduce(0) { $0 + ($1 - exact) * ($1 - exact) } / Double(rows)
                #expect(unitsInLastPlace(mean[c], from: exact) <= 0.501)
                #expect(unitsInLastPlace(variance[c], from: spread) <= 0.501)
            }
        }

        /// The derivative of sum(dy * y) by differences, with mean and variance of x itself or constant.
        @Test(arguments: [(6, 2), (9, 70), (4, 130)], [true, false])
        func derivativeOfBatchNormalization(size: (rows: Int, channels: Int), training: Bool) {
            var numbers = TestNumbers(state: 13)
            let x = numbers.doubles(size.rows * size.channels)
            let dy = numbers.doubles(x.count)
            let batch = Batch(
                rows: size.rows, channels: size.channels, gamma: numbers.doubles(size.channels),
                beta: numbers.doubles(size.channels))
            let moments = batch.moments(x)
            var dgamma = batch.gamma
            var dbeta = batch.beta
            let dx = filled(x.count, with: 0.0) {
                cnn_batch_norm_backward_f64(
                    Int64(batch.rows), Int64(batch.channels), x, moments.mean, moments.variance, batch.gamma, 1e-5,
                    training, dy, $0, &dgamma, &dbeta)
            }
            func loss(_ batch: Batch, _ x: [Double]) -> Double {
                let y = batch.normalize(x, training ? batch.moments(x) : moments)
                return zip(y, dy).reduce(0) { $0 + $1.0 * $1.1 }
            }
            let h = 1e-5
            for i in Swift.stride(from: 0, to: x.count, by: 7) {
                var above = x
                var below = x
                above[i] += h
                below[i] -= h
                #expect(abs(dx[i] - (loss(batch, above) - loss(batch, below)) / (2 * h)) < 1e-6)
            }
            for c in Swift.stride(from: 0, to: batch.channels, by: 5) {
                var above = batch
                var below = batch
                above.gamma[c] += h
                below.gamma[c] -= h
                #expect(abs(dgamma[c] - (loss(above, x) - loss(below, x)) / (2 * h)) < 1e-6)
                (above, below) = (batch, batch)
                above.beta[c] += h
                below.beta[c] -= h
                #expect(abs(dbeta[c] - (loss(above, x) - loss(below, x)) / (2 * h)) < 1e-6)
            }
        }

        @Test(arguments: [(2, 5, 1), (3, 7, 4), (1, 3000, 1), (2, 40, 150)])
        func softmaxAndItsLogarithm(outer: Int, length: Int, inner: Int) {
            var numbers = TestNumbers(state: 17)
            let x = numbers.doubles(outer * length * inner, in: -700...700)
            let (o, l, n) = (Int64(outer), Int64(length), Int64(inner))
            let y = filled(x.count, with: 0.0) { cnn_softmax_f64(o, l, n, 0, x, $0) }
            let logarithm = filled(x.count, with: 0.0) { cnn_softmax_f64(o, l, n, 1, x, $0) }
            for output in 0..<outer * inner {
                let at = (0..<length).map { (output / inner * length + $0) * inner + output % inner }
                let maximum = at.map { x[$0] }.max() ?? 0
                let sum = at.reduce(0) { $0 + cnn_exp(x[$1] - maximum) }
                #expect(abs(at.reduce(0) { $0 + y[$1] } - 1) < 1e-13)
                for i in at {
                    #expect(abs(y[i] - cnn_exp(x[i] - maximum) / sum) < 1e-15)
                    #expect(abs(logarithm[i] - (x[i] - maximum - cnn_log(sum))) < 1e-12)
                }
            }
        }

        @Test(arguments: [(2, 5, 1), (2, 4, 3)], [Int32(0), 1])
        func derivativeOfSoftmax(size: (outer: Int, length: Int, inner: Int), log: Int32) {
            var numbers = TestNumbers(state: 19)
            let x = numbers.doubles(size.outer * size.length * size.inner)
            let dy = numbers.doubles(x.count)
            let (o, l, n) = (Int64(size.outer), Int64(size.length), Int64(size.inner))
            func forward(_ x: [Double]) -> [Double] {
                filled(x.count, with: 0) { cnn_softmax_f64(o, l, n, log, x, $0) }
            }
            let y = forward(x)
            let dx = filled(x.count, with: 0.0) { cnn_softmax_backward_f64(o, l, n, log, y, dy, $0) }
            for i in x.indices {
                var above = x
                var below = x
                above[i] += 1e-5
                below[i] -= 1e-5
                let difference = zip(zip(forward(above), forward(below)), dy).reduce(0) {
                    $0 + ($1.0.0 - $1.0.1) * $1.1
                }
                #expect(abs(dx[i] - difference / 2e-5) < 1e-8)
            }
        }

        @Test func sameBytes() {
            var numbers = TestNumbers(state: 23)
            let x = numbers.floats(300_000)
            let dy = numbers.floats(x.count)
            for (rows, channels) in [(100_000, 3), (3000, 100), (60, 5000)] {
                let factors = numbers.floats(channels, in: 0.5...1.5)
                let (r, c) = (Int64(rows), Int64(channels))
                expectSameBytes("moments") {
                    var variance = factors
                    return filled(channels, with: Float(0)) { cnn_channel_moments_f32(r, c, x, $0, &variance) }
                        + variance
                }
                expectSameBytes("normalization") {
                    filled(x.count, with: Float(0)) {
                        cnn_batch_norm_f32(r, c, x, factors, factors, factors, factors, 1e-5, $0)
                    }
                }
                expectSameBytes("normalization's derivative") {
                    var dgamma = factors
                    var dbeta = factors
                    let dx = filled(x.count, with: Float(0)) {
                        cnn_batch_norm_backward_f32(
                            r, c, x, factors, factors, factors, 1e-5, true, dy, $0, &dgamma, &dbeta)
                    }
                    return dx + dgamma + dbeta
                }
            }
            for (outer, length, inner) in [(30_000, 10, 1), (30, 10_000, 1), (30, 100, 100)] as [(Int64, Int64, Int64)]
            {
                for log: Int32 in [0, 1] {
                    expectSameBytes("softmax") {
                        filled(x.count, with: Float(0)) { cnn_softmax_f32(outer, length, inner, log, x, $0) }
                    }
                    expectSameBytes("softmax's derivative") {
                        filled(x.count, with: Float(0)) {
                            cnn_softmax_backward_f32(outer, length, inner, log, x, dy, $0)
                        }
                    }
                }
            }
        }
    }
}

private struct Batch {
    var rows: Int
    var channels: Int
    var gamma: [Double]
    var beta: [Double]

    func moments(_ x: [Double]) -> (mean: [Double], variance: [Double]) {
        var variance = gamma
        let mean = filled(channels, with: 0.0) {
            cnn_channel_moments_f64(Int64(rows), Int64(channels), x, $0, &variance)
        }
        return (mean, variance)
    }

    func normalize(_ x: [Double], _ moments: (mean: [Double], variance: [Double])) -> [Double] {
        filled(x.count, with: 0) {
            cnn_batch_norm_f64(
                Int64(rows), Int64(channels), x, moments.mean, moments.variance, gamma, beta, 1e-5, $0)
        }
    }
}
