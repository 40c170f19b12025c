import CNNKernels
import Testing

extension KernelTests {
    /// A convolution that is pooled in one call, against a convolution and a pooling: the bits are equal.
    @Suite(.serialized) struct PooledConvolutionKernelTests {
        @Test(arguments: 0..<40) func randomGeometry(_ seed: Int) {
            var numbers = TestNumbers(state: UInt64(seed))
            check(Float.self, seed, &numbers)
            check(Double.self, seed, &numbers)
        }

        /// Rows of taps beside the picture may be left out only where nothing shows it: not the sign of a zero that
        /// comes from a product too small for a float, not a weight that is no number.
        @Test(arguments: [0, -0.0, Float.infinity, .nan]) func rowsBesideThePicture(_ special: Float) {
            var numbers = TestNumbers(state: 5)
            for filters in 1...8 as ClosedRange<Int64> {
                var g = convolution(n: 2, h: 7, w: 20, c: 2, k: filters, f: 5, padding: 2)
                for scale in [1, 1e-25] as [Float] {
                    let x = numbers.floats(g.inputCount).map { $0 * scale }
                    var w = numbers.floats(g.weightCount).map { $0 * scale }
                    w[3] = special
                    let bias = [Float](repeating: special.isFinite ? special : 1, count: Int(filters))
                    let dy = numbers.floats(g.outputCount).map { $0 * scale }
                    expectSameBytes("forward") { canonical(Float.forward(&g, x, w, bias)) }
                    swap(&g.c, &g.k)
                    expectSameBytes("input gradient") {
                        canonical(Float.inputGradient(&g, Array((x + dy).prefix(g.outputCount)), w))
                    }
                    swap(&g.c, &g.k)
                }
            }
        }

        private func check<Element: PooledElement>(_: Element.Type, _ seed: Int, _ numbers: inout TestNumbers) {
            var g = convolution(
                n: Int64(numbers.int(16...40)), h: Int64(numbers.int(6...17)), w: Int64(numbers.int(6...37)),
                c: Int64(numbers.int(1...7)), k: Int64(numbers.int(1...20)), f: Int64(numbers.int(1...5)), padding: 2)
            let size = Int64(numbers.int(2...3))
            if seed % 2 == 0 {
                // Windows that fill the rows, where vectors run along these.
                (g.oh, g.ow) = (g.oh / size * size, g.ow / size * size)
                (g.h, g.w) = (g.oh - 4 + g.fh - 1, g.ow - 4 + g.fw - 1)
            }
            let isPartial = numbers.int(0...1) == 0 ? size - 1 : 0
            var pool = cnn_conv2d_geometry(
                n: g.n, h: g.oh, w: g.ow, c: g.k, oh: (g.oh + isPartial) / size, ow: (g.ow + isPartial) / size, k: g.k,
                fh: size, fw: size, stride_h: size, stride_w: size, pad_top: 0, pad_left: 0, dilation_h: 1,
                dilation_w: 1, groups: 1)
            // The kernels are asked for it here only, so the size of a picture does not matter.
            guard g.h > 0, g.w > 0, pool.oh > 0, pool.ow > 0 else { return }
            let x: [Element] = few(numbers.array(g.inputCount)), w: [Element] = few(numbers.array(g.weightCount))
            let b: [Element] = few(numbers.array(Int(g.k))), dy: [Element] = few(numbers.array(pool.outputCount))
            KernelTests.withEverySetting { setting in
                let expected = Element.maxPool(&pool, Element.forward(&g, x, w, b))
                let pooled = Element.pooledForward(&g, &pool, x, w, b)
                #expect(bits(pooled.y) == bits(expected.y), "forward, \(setting), \(g)")
                #expect(pooled.index == expected.index, "places, \(setting), \(g)")
                let between = Element.maxPoolGradient(&pool, dy, expected.index)
                let dx = Element.pooledInputGradient(&g, &pool, dy, expected.index, w)
                #expect(bits(dx) == bits(Element.inputGradient(&g, between, w)), "input gradient, \(setting), \(g)")
                let gradient = Element.pooledWeightGradient(&g, &pool, x, dy, expected.index)
                let separate = Element.weightGradient(&g, x, between)
                #expect(bits(gradient.dw) == bits(separate.dw), "weight gradient, \(setting), \(g)")
                #expect(bits(gradient.db) == bits(separate.db), "bias gradient, \(setting), \(g)")
            }
        }

        /// Few different numbers, so that maxima are met several times; some are zeros of either sign.
        private func few<Element: PooledElement>(_ values: [Element]) -> [Element] {
            values.map { ($0 * 3).rounded() / 2 }
        }

        private func bits<Element: PooledElement>(_ values: [Element]) -> [UInt8] {
            values.withUnsafeBytes { Array($0) }
        }

        private func canonical(_ values: [Float]) -> [Float] { values.map { $0.isNaN ? .nan : $0 } }
    }
}

protocol PooledElement: ProductElement {
    static func pooledForward(
        _ g: inout cnn_conv2d_geometry, _ pool: inout cnn_conv2d_geometry, _ x: [Self], _ w: [Self], _ b: [Self]
    ) -> (y: [Self], index: [Int32])
    static func pooledInputGradient(
        _ g: inout cnn_conv2d_geometry, _ pool: inout cnn_conv2d_geometry, _ dy: [Self], _ index: [Int32], _ w: [Self]
    ) -> [Self]
    static func pooledWeightGradient(
        _ g: inout cnn_conv2d_geometry, _ pool: inout cnn_conv2d_geometry, _ x: [Self], _ dy: [Self], _ index: [Int32]
    ) -> (dw: [Self], db: [Self])
}

private typealias Geometry = UnsafePointer<cnn_conv2d_geometry>

extension ProductElement {
    /// Calls a kernel with its geometries and scratch. `y` and `index` are written to, or read as `dy`.
    fileprivate static func withPooled(
        _ g: inout cnn_conv2d_geometry, _ pool: inout cnn_conv2d_geometry, _ y: inout [Self], _ index: inout [Int32],
        _ body: (Geometry, UnsafePointer<cnn_pooled>, UnsafeMutableRawPointer?) -> Void
    ) {
        let bytes = Int(cnn_conv2d_pooled_scratch_bytes(&g, &pool, Int64(MemoryLayout<Self>.size)))
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 64)
        defer { scratch.deallocate() }
        withUnsafePointer(to: pool) { pool in
            y.withUnsafeMutableBytes { y in
                index.withUnsafeMutableBufferPointer { index in
                    var pooled = cnn_pooled(
                        g: pool, y: y.baseAddress, index: index.baseAddress, dy: UnsafeRawPointer(y.baseAddress))
                    body(&g, &pooled, scratch.baseAddress)
                }
            }
        }
    }
}

extension Float: PooledElement {
    static func pooledForward(
        _ g: inout cnn_conv2d_geometry, _ pool: inout cnn_conv2d_geometry, _ x: [Float], _ w: [Float], _ b: [Float]
    ) -> (y: [Float], index: [Int32]) {
        var y = [Float](repeating: .nan, count: pool.outputCount)
        var index = [Int32](repeating: .min, count: pool.outputCount)
        withPooled(&g, &pool, &y, &index) { cnn_conv2d_forward_pooled_f32($0, $1, x, w, b, $2) }
        return (y, index)
    }

    static func pooledInputGradient(
        _ g: inout cnn_conv2d_geometry, _ pool: inout cnn_conv2d_geometry, _ dy: [Float], _ index: [Int32], _ w: [Float]
    ) -> [Float] {
        var dx = [Float](repeating: .nan, count: g.inputCount), dy = dy, index = index
        withPooled(&g, &pool, &dy, &index) { cnn_conv2d_backward_input_pooled_f32($0, $1, w, &dx, $2) }
        return dx
    }

    static func pooledWeightGradient(
        _ g: inout cnn_conv2d_geometry, _ pool: inout cnn_conv2d_geometry, _ x: [Float], _ dy: [Float], _ index: [Int32]
    ) -> (dw: [Float], db: [Float]) {
        var dw = [Float](repeating: .nan, count: g.weightCount), db = [Float](repeating: .nan, count: Int(g.k))
        var dy = dy, index = index
        withPooled(&g, &pool, &dy, &index) { cnn_conv2d_backward_weights_pooled_f32($0, $1, x, &dw, &db, $2) }
        return (dw, db)
    }
}

extension Double: PooledElement {
    static func pooledForward(
        _ g: inout cnn_conv2d_geometry, _ pool: inout cnn_conv2d_geometry, _ x: [Double], _ w: [Double], _ b: [Double]
    ) -> (y: [Double], index: [Int32]) {
        var y = [Double](repeating: .nan, count: pool.outputCount)
        var index = [Int32](repeating: .min, count: pool.outputCount)
        withPooled(&g, &pool, &y, &index) { cnn_conv2d_forward_pooled_f64($0, $1, x, w, b, $2) }
        return (y, index)
    }

    static func pooledInputGradient(
        _ g: inout cnn_conv2d_geometry, _ pool: inout cnn_conv2d_geometry, _ dy: [Double], _ index: [Int32],
        _ w: [Double]
    ) -> [Double] {
        var dx = [Double](repeating: .nan, count: g.inputCount), dy = dy, index = index
        withPooled(&g, &pool, &dy, &index) { cnn_conv2d_backward_input_pooled_f64($0, $1, w, &dx, $2) }
        return dx
    }

    static func pooledWeightGradient(
        _ g: inout cnn_conv2d_geometry, _ pool: inout cnn_conv2d_geometry, _ x: [Double], _ dy: [Double],
        _ index: [Int32]
    ) -> (dw: [Double], db: [Double]) {
        var dw = [Double](repeating: .nan, count: g.weightCount), db = [Double](repeating: .nan, count: Int(g.k))
        var dy = dy, index = index
        withPooled(&g, &pool, &dy, &index) { cnn_conv2d_backward_weights_pooled_f64($0, $1, x, &dw, &db, $2) }
        return (dw, db)
    }
}
