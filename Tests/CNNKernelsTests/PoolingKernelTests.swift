import CNNKernels
import Testing

extension KernelTests {
    /// Against plain loops with the same sums: the bits are equal.
    @Suite(.serialized) struct PoolingKernelTests {
        @Test(arguments: 0..<40) func randomGeometry(_ seed: Int) {
            var numbers = TestNumbers(state: UInt64(seed))
            check(Float.self, randomPooling(&numbers), &numbers)
            check(Double.self, randomPooling(&numbers), &numbers)
        }

        @Test(arguments: [1, 2, 6, 8, 16, 100] as [Int64]) func nonOverlappingWindows(_ channels: Int64) {
            var numbers = TestNumbers(state: UInt64(channels))
            var g = convolution(n: 2, h: 9, w: 11, c: channels, k: channels, f: 2, padding: 0)
            (g.stride_h, g.stride_w, g.oh, g.ow) = (2, 2, 4, 5)
            check(Float.self, g, &numbers)
        }

        @Test func firstMaximumAndNaN() {
            var g = convolution(n: 1, h: 1, w: 4, c: 1, k: 1, f: 1, padding: 0)
            (g.fw, g.ow) = (4, 1)
            for (x, y, index) in [
                ([1, 3, 3, 2], 3, 1), ([-.infinity, -.infinity, -.infinity, -.infinity], -.infinity, 0),
                ([-0.0, 0, 0, 0], -0.0, 0),
            ] as [([Double], Double, Int32)] {
                #expect(Double.maxPool(&g, x).y == [y])
                #expect(Double.maxPool(&g, x).index == [index])
            }
            let result = Double.maxPool(&g, [.infinity, .nan, 5, .nan])
            #expect(result.y[0].isNaN)
            #expect(result.index == [1])
        }

        @Test func windowOutsideThePicture() {
            var g = convolution(n: 1, h: 2, w: 2, c: 3, k: 3, f: 1, padding: 1)
            let (y, index) = Float.maxPool(&g, [Float](repeating: 7, count: 12))
            #expect(y[0..<3] == [0, 0, 0])
            #expect(index[0..<3] == [-1, -1, -1])
        }

        private func check<Element: ProductElement>(
            _: Element.Type, _ geometry: cnn_conv2d_geometry, _ numbers: inout TestNumbers
        ) {
            var g = geometry
            // Few different values, so that maxima are met twice.
            let wide: [Element] = numbers.array(g.inputCount)
            let x: [Element] = wide.map { ($0 * 4).rounded() }
            let dy: [Element] = numbers.array(g.outputCount)
            let padding = CountedPadding(bottom: Int64(numbers.int(0...2)), right: Int64(numbers.int(0...2)))
            let maximum = naiveMaximum(g, x)
            let gradient = naiveMaximumGradient(g, dy, maximum.index)
            let averages = [nil, padding].map { ($0, naiveAverage(g, $0, x), naiveAverageGradient(g, $0, dy)) }
            KernelTests.withEverySetting { setting in
                let result = Element.maxPool(&g, x)
                #expect(result.y == maximum.y, "maximum, \(setting), \(g)")
                #expect(result.index == maximum.index, "index, \(setting), \(g)")
                #expect(Element.maxPoolGradient(&g, dy, maximum.index) == gradient, "gradient, \(setting), \(g)")
                for (padding, y, dx) in averages {
                    #expect(Element.avgPool(&g, padding, x) == y, "average, \(setting), \(g)")
                    #expect(Element.avgPoolGradient(&g, padding, dy) == dx, "average gradient, \(setting), \(g)")
                }
            }
        }
    }
}

private func randomPooling(_ numbers: inout TestNumbers) -> cnn_conv2d_geometry {
    var g = randomConvolution(&numbers)
    g.groups = 1
    g.k = Int64(numbers.int(1...40))
    g.c = g.k
    return g
}

/// The elements of x under the window of an output, in order: their places in the plane.
private func window(_ g: cnn_conv2d_geometry, _ row: Int64, _ column: Int64) -> [Int64] {
    var places: [Int64] = []
    for i in 0..<g.fh {
        for j in 0..<g.fw {
            let h = row * g.stride_h - g.pad_top + i * g.dilation_h
            let w = column * g.stride_w - g.pad_left + j * g.dilation_w
            if h >= 0, h < g.h, w >= 0, w < g.w { places.append(h * g.w + w) }
        }
    }
    return places
}

private func divisor(_ g: cnn_conv2d_geometry, _ padding: CountedPadding?, _ row: Int64, _ column: Int64) -> Int {
    guard let padding else { return window(g, row, column).count }
    let rows = (0..<g.fh).filter { row * g.stride_h - g.pad_top + $0 * g.dilation_h < g.h + padding.bottom }
    let columns = (0..<g.fw).filter { column * g.stride_w - g.pad_left + $0 * g.dilation_w < g.w + padding.right }
    return rows.count * columns.count
}

/// Calls body with each output: picture, row, column, channel, and its index.
private func forEachOutput(_ g: cnn_conv2d_geometry, _ body: (Int64, Int64, Int64, Int64, Int) -> Void) {
    var index = 0
    forEachIndex(g.n, g.oh, g.ow, g.c) { n, row, column, c in
        body(n, row, column, c, index)
        index += 1
    }
}

private func place(_ g: cnn_conv2d_geometry, _ n: Int64, _ position: Int64, _ c: Int64) -> Int {
    Int((n * g.h * g.w + position) * g.c + c)
}

private func naiveMaximum<Element: ProductElement>(
    _ g: cnn_conv2d_geometry, _ x: [Element]
) -> (y: [Element], index: [Int32]) {
    var (y, index): ([Element], [Int32]) = ([], [])
    forEachOutput(g) { n, row, column, c, _ in
        var (best, maximum): (Int64, Element) = (-1, 0)
        for position in window(g, row, column) {
            let value = x[place(g, n, position, c)]
            if best < 0 || value > maximum { (best, maximum) = (position, value) }
        }
        y.append(maximum)
        index.append(Int32(best))
    }
    return (y, index)
}

private func naiveMaximumGradient<Element: ProductElement>(
    _ g: cnn_conv2d_geometry, _ dy: [Element], _ index: [Int32]
) -> [Element] {
    var dx = [Element](repeating: 0, count: g.inputCount)
    forEachOutput(g) { n, _, _, c, i in
        if index[i] >= 0 { dx[place(g, n, Int64(index[i]), c)] += dy[i] }
    }
    return dx
}

private func naiveAverage<Element: ProductElement>(
    _ g: cnn_conv2d_geometry, _ padding: CountedPadding?, _ x: [Element]
) -> [Element] {
    var y: [Element] = []
    forEachOutput(g) { n, row, column, c, _ in
        var sum: Element = 0
        for position in window(g, row, column) { sum += x[place(g, n, position, c)] }
        y.append(sum / Element(max(divisor(g, padding, row, column), 1)))
    }
    return y
}

private func naiveAverageGradient<Element: ProductElement>(
    _ g: cnn_conv2d_geometry, _ padding: CountedPadding?, _ dy: [Element]
) -> [Element] {
    var dx = [Element](repeating: 0, count: g.inputCount)
    forEachOutput(g) { n, row, column, c, i in
        for position in window(g, row, column) {
            dx[place(g, n, position, c)] += dy[i] / Element(divisor(g, padding, row, column))
        }
    }
    return dx
}
