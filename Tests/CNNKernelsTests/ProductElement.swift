import CNNKernels

/// The products of the kernels for one type of element, so that a test is written once.
protocol ProductElement: BinaryFloatingPoint, Sendable {
    /// x * y + sum, rounded once.
    static func fma(_ x: Self, _ y: Self, _ sum: Self) -> Self
    static func forward(_ g: inout cnn_conv2d_geometry, _ x: [Self], _ w: [Self], _ b: [Self]?) -> [Self]
    static func inputGradient(_ g: inout cnn_conv2d_geometry, _ dy: [Self], _ w: [Self]) -> [Self]
    static func weightGradient(_ g: inout cnn_conv2d_geometry, _ x: [Self], _ dy: [Self]) -> (dw: [Self], db: [Self])
    static func product(_ p: MatrixProduct, _ a: [Self], _ b: [Self], _ bias: [Self]?) -> [Self]
    static func maxPool(_ g: inout cnn_conv2d_geometry, _ x: [Self]) -> (y: [Self], index: [Int32])
    static func maxPoolGradient(_ g: inout cnn_conv2d_geometry, _ dy: [Self], _ index: [Int32]) -> [Self]
    static func avgPool(_ g: inout cnn_conv2d_geometry, _ padding: CountedPadding?, _ x: [Self]) -> [Self]
    static func avgPoolGradient(_ g: inout cnn_conv2d_geometry, _ padding: CountedPadding?, _ dy: [Self]) -> [Self]
}

/// Sizes of a matrix product, and which operands are stored transposed.
struct MatrixProduct {
    var m: Int, n: Int, k: Int
    var transA = false, transB = false
}

/// Padding at the end of an axis that counts in an average.
struct CountedPadding {
    var bottom: Int64, right: Int64
}

extension cnn_conv2d_geometry {
    var inputCount: Int { Int(n * h * w * c) }
    var outputCount: Int { Int(n * oh * ow * k) }
    var weightCount: Int { Int(fh * fw * (c / groups) * k) }

    func scratch<Element>(_: Element.Type) -> UnsafeMutableRawBufferPointer {
        var g = self
        let bytes = Int(cnn_conv2d_scratch_bytes(&g, Int64(MemoryLayout<Element>.size)))
        return .allocate(byteCount: bytes, alignment: 64)
    }
}

extension Float: ProductElement {
    static func fma(_ x: Float, _ y: Float, _ sum: Float) -> Float { sum.addingProduct(x, y) }

    static func forward(_ g: inout cnn_conv2d_geometry, _ x: [Float], _ w: [Float], _ b: [Float]?) -> [Float] {
        let scratch = g.scratch(Float.self)
        defer { scratch.deallocate() }
        var y = [Float](repeating: .nan, count: g.outputCount)
        if let b {
            cnn_conv2d_forward_f32(&g, x, w, b, &y, scratch.baseAddress)
        } else {
            cnn_conv2d_forward_f32(&g, x, w, nil, &y, scratch.baseAddress)
        }
        return y
    }

    static func inputGradient(_ g: inout cnn_conv2d_geometry, _ dy: [Float], _ w: [Float]) -> [Float] {
        let scratch = g.scratch(Float.self)
        defer { scratch.deallocate() }
        var dx = [Float](repeating: .nan, count: g.inputCount)
        cnn_conv2d_backward_input_f32(&g, dy, w, &dx, scratch.baseAddress)
        return dx
    }

    static func weightGradient(
        _ g: inout cnn_conv2d_geometry, _ x: [Float], _ dy: [Float]
    ) -> (dw: [Float], db: [Float]) {
        let scratch = g.scratch(Float.self)
        defer { scratch.deallocate() }
        var dw = [Float](repeating: .nan, count: g.weightCount)
        var db = [Float](repeating: .nan, count: Int(g.k))
        cnn_conv2d_backward_weights_f32(&g, x, dy, &dw, &db, scratch.baseAddress)
        return (dw, db)
    }

    static func product(_ p: MatrixProduct, _ a: [Float], _ b: [Float], _ bias: [Float]?) -> [Float] {
        var c = [Float](repeating: .nan, count: p.m * p.n)
        let (m, n, k) = (Int64(p.m), Int64(p.n), Int64(p.k))
        if let bias {
            cnn_matmul_f32(m, n, k, a, p.transA ? 1 : 0, b, p.transB ? 1 : 0, bias, &c)
        } else {
            cnn_matmul_f32(m, n, k, a, p.transA ? 1 : 0, b, p.transB ? 1 : 0, nil, &c)
        }
        return c
    }

    static func maxPool(_ g: inout cnn_conv2d_geometry, _ x: [Float]) -> (y: [Float], index: [Int32]) {
        var y = [Float](repeating: .nan, count: g.outputCount)
        var index = [Int32](repeating: .min, count: g.outputCount)
        cnn_max_pool_forward_f32(&g, x, &y, &index)
        return (y, index)
    }

    static func maxPoolGradient(_ g: inout cnn_conv2d_geometry, _ dy: [Float], _ index: [Int32]) -> [Float] {
        var dx = [Float](repeating: .nan, count: g.inputCount)
        cnn_max_pool_backward_f32(&g, dy, index, &dx)
        return dx
    }

    static func avgPool(_ g: inout cnn_conv2d_geometry, _ padding: CountedPadding?, _ x: [Float]) -> [Float] {
        var y = [Float](repeating: .nan, count: g.outputCount)
        cnn_avg_pool_forward_f32(&g, padding == nil ? 0 : 1, padding?.bottom ?? 0, padding?.right ?? 0, x, &y)
        return y
    }

    static func avgPoolGradient(_ g: inout cnn_conv2d_geometry, _ padding: CountedPadding?, _ dy: [Float]) -> [Float] {
        var dx = [Float](repeating: .nan, count: g.inputCount)
        cnn_avg_pool_backward_f32(&g, padding == nil ? 0 : 1, padding?.bottom ?? 0, padding?.right ?? 0, dy, &dx)
        return dx
    }
}

extension Double: ProductElement {
    static func fma(_ x: Double, _ y: Double, _ sum: Double) -> Double { sum.addingProduct(x, y) }

    static func forward(_ g: inout cnn_conv2d_geometry, _ x: [Double], _ w: [Double], _ b: [Double]?) -> [Double] {
        let scratch = g.scratch(Double.self)
        defer { scratch.deallocate() }
        var y = [Double](repeating: .nan, count: g.outputCount)
        if let b {
            cnn_conv2d_forward_f64(&g, x, w, b, &y, scratch.baseAddress)
        } else {
            cnn_conv2d_forward_f64(&g, x, w, nil, &y, scratch.baseAddress)
        }
        return y
    }

    static func inputGradient(_ g: inout cnn_conv2d_geometry, _ dy: [Double], _ w: [Double]) -> [Double] {
        let scratch = g.scratch(Double.self)
        defer { scratch.deallocate() }
        var dx = [Double](repeating: .nan, count: g.inputCount)
        cnn_conv2d_backward_input_f64(&g, dy, w, &dx, scratch.baseAddress)
        return dx
    }

    static func weightGradient(
        _ g: inout cnn_conv2d_geometry, _ x: [Double], _ dy: [Double]
    ) -> (dw: [Double], db: [Double]) {
        let scratch = g.scratch(Double.self)
        defer { scratch.deallocate() }
        var dw = [Double](repeating: .nan, count: g.weightCount)
        var db = [Double](repeating: .nan, count: Int(g.k))
        cnn_conv2d_backward_weights_f64(&g, x, dy, &dw, &db, scratch.baseAddress)
        return (dw, db)
    }

    static func product(_ p: MatrixProduct, _ a: [Double], _ b: [Double], _ bias: [Double]?) -> [Double] {
        var c = [Double](repeating: .nan, count: p.m * p.n)
        let (m, n, k) = (Int64(p.m), Int64(p.n), Int64(p.k))
        if let bias {
            cnn_matmul_f64(m, n, k, a, p.transA ? 1 : 0, b, p.transB ? 1 : 0, bias, &c)
        } else {
            cnn_matmul_f64(m, n, k, a, p.transA ? 1 : 0, b, p.transB ? 1 : 0, nil, &c)
        }
        return c
    }

    static func maxPool(_ g: inout cnn_conv2d_geometry, _ x: [Double]) -> (y: [Double], index: [Int32]) {
        var y = [Double](repeating: .nan, count: g.outputCount)
        var index = [Int32](repeating: .min, count: g.outputCount)
        cnn_max_pool_forward_f64(&g, x, &y, &index)
        return (y, index)
    }

    static func maxPoolGradient(_ g: inout cnn_conv2d_geometry, _ dy: [Double], _ index: [Int32]) -> [Double] {
        var dx = [Double](repeating: .nan, count: g.inputCount)
        cnn_max_pool_backward_f64(&g, dy, index, &dx)
        return dx
    }

    static func avgPool(_ g: inout cnn_conv2d_geometry, _ padding: CountedPadding?, _ x: [Double]) -> [Double] {
        var y = [Double](repeating: .nan, count: g.outputCount)
        cnn_avg_pool_forward_f64(&g, padding == nil ? 0 : 1, padding?.bottom ?? 0, padding?.right ?? 0, x, &y)
        return y
    }

    static func avgPoolGradient(_ g: inout cnn_conv2d_geometry, _ padding: CountedPadding?, _ dy: [Double]) -> [Double]
    {
        var dx = [Double](repeating: .nan, count: g.inputCount)
        cnn_avg_pool_backward_f64(&g, padding == nil ? 0 : 1, padding?.bottom ?? 0, padding?.right ?? 0, dy, &dx)
        return dx
    }
}
