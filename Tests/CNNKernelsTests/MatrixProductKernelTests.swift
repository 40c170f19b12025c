import CNNKernels
import Testing

extension KernelTests {
    /// Against plain loops with the same chains: the bits are equal.
    @Suite(.serialized) struct MatrixProductKernelTests {
        @Test(arguments: 0..<30) func randomSizes(_ seed: Int) {
            var numbers = TestNumbers(state: UInt64(seed))
            let p = MatrixProduct(
                m: numbers.int(1...(seed % 3 == 0 ? 130 : 10)), n: numbers.int(1...70),
                k: numbers.int(1...(seed % 5 == 0 ? 1300 : 40)), transA: numbers.int(0...1) == 0,
                transB: numbers.int(0...1) == 0)
            check(Float.self, p, &numbers)
            check(Double.self, p, &numbers)
        }

        @Test func denseLayers() {
            var numbers = TestNumbers(state: 1)
            for (inputs, outputs) in [(400, 120), (120, 84), (84, 10)] {
                check(Float.self, MatrixProduct(m: 16, n: outputs, k: inputs), &numbers)
                check(Float.self, MatrixProduct(m: 16, n: inputs, k: outputs, transB: true), &numbers)
                check(Float.self, MatrixProduct(m: inputs, n: outputs, k: 16, transA: true), &numbers)
            }
        }

        @Test func emptySizes() {
            #expect(Float.product(MatrixProduct(m: 2, n: 2, k: 0), [], [], [1, -2]) == [1, -2, 1, -2])
            #expect(Float.product(MatrixProduct(m: 2, n: 1, k: 0, transA: true, transB: true), [], [], nil) == [0, 0])
            #expect(Float.product(MatrixProduct(m: 0, n: 3, k: 2), [], [1, 2, 3, 4, 5, 6], nil) == [])
        }

        private func check<Element: ProductElement>(
            _: Element.Type, _ p: MatrixProduct, _ numbers: inout TestNumbers
        ) {
            let a: [Element] = numbers.array(p.m * p.k)
            let b: [Element] = numbers.array(p.k * p.n)
            let bias: [Element]? = numbers.int(0...1) == 0 ? nil : numbers.array(p.n)
            var expected: [Element] = []
            for i in 0..<p.m {
                for j in 0..<p.n {
                    var total = bias?[j] ?? 0
                    for start in stride(from: 0, to: p.k, by: 256) {
                        var sum = start == 0 ? total : 0
                        for l in start..<min(start + 256, p.k) {
                            let x = a[p.transA ? l * p.m + i : i * p.k + l]
                            sum = .fma(x, b[p.transB ? j * p.k + l : l * p.n + j], sum)
                        }
                        total = start == 0 ? sum : total + sum
                    }
                    expected.append(total)
                }
            }
            KernelTests.withEverySetting { setting in
                #expect(Element.product(p, a, b, bias) == expected, "\(setting), \(p)")
            }
        }
    }
}
