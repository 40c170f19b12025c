import CNNKernels
import Testing

extension KernelTests {
    @Suite struct LossKernelTests {
        @Test func lossOfEvenLogitsIsTheLogarithmOfTheClasses() {
            let result = crossEntropy([[Double]](repeating: [5, 5, 5, 5], count: 2).flatMap { $0 }, labels: [0, 3])
            #expect(result.loss.allSatisfy { abs($0 - cnn_log(4)) < 1e-15 })
            #expect(result.probabilities == [Double](repeating: 0.25, count: 8))
        }

        @Test func hugeLogitsDoNotOverflow() {
            #expect(crossEntropy([1e300, 0, -1e300], labels: [0]).loss == [0])
            #expect(crossEntropy([1e300, 0, -1e300], labels: [1]).loss == [1e300])
            #expect(crossEntropy([0, -.infinity], labels: [1]).loss == [.infinity])
            #expect(crossEntropy([0, -.infinity], labels: [0]).loss == [0])
        }

        /// Sums are in double, so that a float loss is right far below the last place of 1.
        @Test func smallLossesKeepTheirDigits() {
            var loss: Float = 0
            _ = filled(2, with: Float(0)) { cnn_cross_entropy_f32(1, 2, [20, 0], [0], 0, $0, &loss) }
            #expect(abs(loss - 2.0611536e-9) < 1e-15)
        }

        @Test(arguments: [0, 0.1, 1])
        func smoothedLabelsEqualTheirDistribution(smoothing: Double) {
            var numbers = TestNumbers(state: 29)
            let classes = 7
            let logits = numbers.doubles(5 * classes, in: -4...4)
            let labels: [Int64] = [0, 6, 3, 3, 1]
            let target = (0..<5 * classes).map { i -> Double in
                let even = smoothing / Double(classes)
                return Int64(i % classes) == labels[i / classes] ? 1 - smoothing + even : even
            }
            let hard = crossEntropy(logits, labels: labels, smoothing: smoothing)
            let soft = crossEntropy(logits, target: target, rows: 5)
            let scale: [Double] = [1, -2, 0.5, 3, 0]
            let hardGradient = filled(logits.count, with: 0.0) {
                cnn_cross_entropy_backward_f64(5, 7, hard.probabilities, labels, smoothing, scale, $0)
            }
            let softGradient = filled(logits.count, with: 0.0) {
                cnn_cross_entropy_soft_backward_f64(5, 7, soft.probabilities, target, scale, $0)
            }
            #expect(zip(hard.loss, soft.loss).allSatisfy { abs($0 - $1) < 1e-14 })
            #expect(zip(hardGradient, softGradient).allSatisfy { abs($0 - $1) < 1e-15 })
        }

        /// Targets that do not add to 1, too.
        @Test func derivativeOfTheSoftLoss() {
            var numbers = TestNumbers(state: 31)
            let logits = numbers.doubles(12, in: -3...3)
            let target = numbers.doubles(12, in: 0...1)
            let scale: [Double] = [1, 0.5, -1]
            let probabilities = crossEntropy(logits, target: target, rows: 3).probabilities
            let gradient = filled(12, with: 0.0) {
                cnn_cross_entropy_soft_backward_f64(3, 4, probabilities, target, scale, $0)
            }
            func loss(_ logits: [Double]) -> Double {
                zip(crossEntropy(logits, target: target, rows: 3).loss, scale).reduce(0) { $0 + $1.0 * $1.1 }
            }
            for i in 0..<12 {
                var above = logits
                var below = logits
                above[i] += 1e-5
                below[i] -= 1e-5
                #expect(abs(gradient[i] - (loss(above) - loss(below)) / 2e-5) < 1e-8)
            }
        }

        @Test func impossibleClassesOfNoWeightCountForNothing() {
            #expect(crossEntropy([0, -.infinity], target: [1, 0], rows: 1).loss == [0])
            #expect(crossEntropy([0, -.infinity], target: [0.5, 0.5], rows: 1).loss == [.infinity])
        }

        @Test func sameBytes() {
            var numbers = TestNumbers(state: 37)
            let logits = numbers.floats(20_000 * 10, in: -9...9)
            let labels = (0..<20_000).map { _ in Int64.random(in: 0..<10, using: &numbers) }
            let scale = numbers.floats(20_000)
            expectSameBytes("cross-entropy") {
                var loss = scale
                let probabilities = filled(logits.count, with: Float(0)) {
                    cnn_cross_entropy_f32(20_000, 10, logits, labels, 0.1, $0, &loss)
                }
                let gradient = filled(logits.count, with: Float(0)) {
                    cnn_cross_entropy_backward_f32(20_000, 10, probabilities, labels, 0.1, scale, $0)
                }
                return probabilities + loss + gradient
            }
        }
    }
}

private func crossEntropy(
    _ logits: [Double], labels: [Int64], smoothing: Double = 0
) -> (probabilities: [Double], loss: [Double]) {
    var loss = [Double](repeating: 0, count: labels.count)
    let classes = Int64(logits.count / labels.count)
    let probabilities = filled(logits.count, with: 0.0) {
        cnn_cross_entropy_f64(Int64(labels.count), classes, logits, labels, smoothing, $0, &loss)
    }
    return (probabilities, loss)
}

private func crossEntropy(
    _ logits: [Double], target: [Double], rows: Int
) -> (probabilities: [Double], loss: [Double]) {
    var loss = [Double](repeating: 0, count: rows)
    let probabilities = filled(logits.count, with: 0.0) {
        cnn_cross_entropy_soft_f64(Int64(rows), Int64(logits.count / rows), logits, target, $0, &loss)
    }
    return (probabilities, loss)
}
