import CNNKernels
import Testing

extension KernelTests {
    /// Against plain loops with the same chains: the bits are equal.
    @Suite(.serialized) struct ConvolutionKernelTests {
        @Test(arguments: 0..<40) func randomGeometry(_ seed: Int) {
            var numbers = TestNumbers(state: UInt64(seed))
            check(Float.self, randomConvolution(&numbers), &numbers)
            check(Double.self, randomConvolution(&numbers), &numbers)
        }

        @Test func severalParts() {
            var numbers = TestNumbers(state: 1)
            let g = convolution(n: 7, h: 30, w: 31, c: 2, k: 5, f: 3, padding: 1)
            var copy = g
            #expect(cnn_conv2d_parts(&copy) == 3)
            check(Float.self, g, &numbers)
        }

        @Test func lenet() {
            var numbers = TestNumbers(state: 2)
            check(Float.self, convolution(n: 3, h: 28, w: 28, c: 1, k: 6, f: 5, padding: 2), &numbers)
            check(Float.self, convolution(n: 3, h: 14, w: 14, c: 6, k: 16, f: 5, padding: 0), &numbers)
        }

        /// Vectors along the rows of the pictures.
        @Test(arguments: 0..<24) func fewFilters(_ seed: Int) {
            var numbers = TestNumbers(state: UInt64(seed))
            var g = convolution(
                n: Int64(numbers.int(1...3)), h: Int64(numbers.int(5...20)), w: Int64(numbers.int(10...45)),
                c: Int64(numbers.int(1...9)), k: Int64(seed % 8 + 1), f: Int64(numbers.int(1...5)), padding: 2)
            check(Float.self, g, &numbers)
            check(Double.self, g, &numbers)
            swap(&g.c, &g.k)
            check(Float.self, g, &numbers)
            g.dilation_h = 2
            (g.h, g.oh) = (g.h + g.fh - 1, g.oh)
            check(Float.self, g, &numbers)
        }

        /// Lanes behind the end of a row are idle: what they read is no part of any sum.
        @Test func infinitiesStayInTheirRows() {
            var g = convolution(n: 1, h: 9, w: 21, c: 1, k: 3, f: 3, padding: 0)
            var x = [Float](repeating: 1, count: g.inputCount)
            x[0] = .infinity
            let dy = [Float](repeating: 1, count: g.outputCount)
            KernelTests.withEverySetting { setting in
                let infinite = Float.weightGradient(&g, x, dy).dw.enumerated().filter { !$0.element.isFinite }
                #expect(infinite.map(\.offset) == [0, 1, 2], "\(setting)")
            }
        }

        @Test func longChainsAreSplit() {
            var numbers = TestNumbers(state: 3)
            check(Float.self, convolution(n: 1, h: 4, w: 4, c: 700, k: 19, f: 3, padding: 1), &numbers)
            check(Float.self, convolution(n: 1, h: 4, w: 4, c: 19, k: 700, f: 3, padding: 1), &numbers)
            var strided = convolution(n: 1, h: 7, w: 7, c: 19, k: 300, f: 4, padding: 1)
            (strided.stride_h, strided.stride_w, strided.oh, strided.ow) = (2, 2, 3, 3)
            check(Double.self, strided, &numbers)
        }

        @Test func depthwise() {
            var numbers = TestNumbers(state: 4)
            for channels in [3, 7, 21, 64] as [Int64] {
                var g = convolution(n: 2, h: 13, w: 9, c: channels, k: channels, f: 3, padding: 1)
                g.groups = channels
                check(Float.self, g, &numbers)
            }
        }

        @Test func emptySizes() {
            var none = convolution(n: 0, h: 5, w: 5, c: 2, k: 3, f: 3, padding: 1)
            #expect(Float.weightGradient(&none, [], []).dw == [Float](repeating: 0, count: 54))
            #expect(Float.weightGradient(&none, [], []).db == [0, 0, 0])
            #expect(Float.forward(&none, [], [Float](repeating: 1, count: 54), nil) == [])

            var noChannels = convolution(n: 1, h: 2, w: 2, c: 0, k: 2, f: 1, padding: 0)
            #expect(Double.forward(&noChannels, [], [], [1, 2]) == [1, 2, 1, 2, 1, 2, 1, 2])
            #expect(Double.weightGradient(&noChannels, [], [1, 2, 3, 4, 5, 6, 7, 8]).db == [16, 20])

            var noFilters = convolution(n: 1, h: 2, w: 2, c: 1, k: 0, f: 1, padding: 0)
            #expect(Double.inputGradient(&noFilters, [], []) == [0, 0, 0, 0])
        }

        /// Zeros of the padding are multiplied too.
        @Test func paddingTakesPart() {
            var g = convolution(n: 1, h: 3, w: 3, c: 1, k: 1, f: 3, padding: 1)
            var w = [Float](repeating: 1, count: 9)
            w[0] = .infinity
            KernelTests.withEverySetting { setting in
                let y = Float.forward(&g, [Float](repeating: 2, count: 9), w, nil)
                #expect(y.map(\.isNaN) == [true, true, true, true, false, false, true, false, false], "\(setting)")
            }
        }

        /// In a process of its own: the flag would stop the kernels of other tests.
        @Test func interruptStops() async {
            await #expect(processExitsWith: .success) {
                var g = convolution(n: 8, h: 64, w: 64, c: 16, k: 16, f: 3, padding: 1)
                let (x, w) = ([Float](repeating: 1, count: g.inputCount), [Float](repeating: 1, count: g.weightCount))
                cnn_interrupt_request()
                let stopped = Float.forward(&g, x, w, nil)
                cnn_interrupt_clear()
                let finished = Float.forward(&g, x, w, nil)
                #expect(stopped.allSatisfy { $0.isNaN })
                #expect(!finished.contains { $0.isNaN })
            }
        }

        private func check<Element: ProductElement>(
            _: Element.Type, _ geometry: cnn_conv2d_geometry, _ numbers: inout TestNumbers
        ) {
            var g = geometry
            let x: [Element] = numbers.array(g.inputCount)
            let dy: [Element] = numbers.array(g.outputCount)
            let w: [Element] = numbers.array(g.weightCount)
            let b: [Element]? = numbers.int(0...1) == 0 ? nil : numbers.array(Int(g.k))
            let parts = Int(cnn_conv2d_parts(&g))
            let y = naiveForward(g, x, w, b)
            let dx = naiveInputGradient(g, dy, w)
            let gradient = naiveWeightGradient(g, x, dy, parts: parts)
            KernelTests.withEverySetting { setting in
                #expect(Element.forward(&g, x, w, b) == y, "forward, \(setting), \(g)")
                #expect(Element.inputGradient(&g, dy, w) == dx, "input gradient, \(setting), \(g)")
                let (dw, db) = Element.weightGradient(&g, x, dy)
                #expect(dw == gradient.dw, "weight gradient, \(setting), \(g)")
                #expect(db == gradient.db, "bias gradient, \(setting), \(g)")
            }
        }
    }
}

/// A square window of side f, stride 1, the same padding on all sides.
func convolution(
    n: Int64, h: Int64, w: Int64, c: Int64, k: Int64, f: Int64, padding: Int64
) -> cnn_conv2d_geometry {
    cnn_conv2d_geometry(
        n: n, h: h, w: w, c: c, oh: h + 2 * padding - f + 1, ow: w + 2 * padding - f + 1, k: k, fh: f, fw: f,
        stride_h: 1, stride_w: 1, pad_top: padding, pad_left: padding, dilation_h: 1, dilation_w: 1, groups: 1)
}

func randomConvolution(_ numbers: inout TestNumbers) -> cnn_conv2d_geometry {
    func number(_ range: ClosedRange<Int>) -> Int64 { Int64(numbers.int(range)) }
    while true {
        var g = cnn_conv2d_geometry()
        g.groups = number(0...2) == 0 ? number(2...9) : 1
        g.c = g.groups * (number(0...2) == 0 ? 1 : number(1...9))
        g.k = g.groups * (number(0...2) == 0 ? 1 : number(1...37))
        (g.n, g.h, g.w) = (number(1...3), number(1...11), number(1...13))
        (g.fh, g.fw) = (number(1...4), number(1...4))
        (g.stride_h, g.stride_w) = number(0...1) == 0 ? (1, 1) : (number(1...3), number(1...3))
        (g.dilation_h, g.dilation_w) = number(0...1) == 0 ? (1, 1) : (number(1...3), number(1...3))
        (g.pad_top, g.pad_left) = (number(0...3), number(0...3))
        let height = g.h + g.pad_top + number(0...3) - (g.fh - 1) * g.dilation_h - 1
        let width = g.w + g.pad_left + number(0...3) - (g.fw - 1) * g.dilation_w - 1
        guard height >= 0, width >= 0 else { continue }
        (g.oh, g.ow) = (height / g.stride_h + 1, width / g.stride_w + 1)
        return g
    }
}
