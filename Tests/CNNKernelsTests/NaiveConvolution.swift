import CNNKernels

// Convolution and its derivatives as plain loops, each sum the chain that cnn_products.h states.

private struct Picture<Element: ProductElement> {
    let elements: [Element]
    let h: Int64, w: Int64, c: Int64

    /// 0 outside.
    subscript(n: Int64, row: Int64, column: Int64, channel: Int64) -> Element {
        guard row >= 0, row < h, column >= 0, column < w else { return 0 }
        return elements[Int(((n * h + row) * w + column) * c + channel)]
    }
}

private func weightIndex(_ g: cnn_conv2d_geometry, _ i: Int64, _ j: Int64, _ c: Int64, _ k: Int64) -> Int {
    Int(((i * g.fw + j) * (g.c / g.groups) + c) * g.k + k)
}

/// All indices below the four sizes, the last runs fastest.
func forEachIndex(_ a: Int64, _ b: Int64, _ c: Int64, _ d: Int64, _ body: (Int64, Int64, Int64, Int64) -> Void) {
    for i in 0..<a {
        for j in 0..<b {
            for k in 0..<c {
                for l in 0..<d { body(i, j, k, l) }
            }
        }
    }
}

func naiveForward<Element: ProductElement>(
    _ g: cnn_conv2d_geometry, _ x: [Element], _ w: [Element], _ b: [Element]?
) -> [Element] {
    let picture = Picture(elements: x, h: g.h, w: g.w, c: g.c)
    let (groupC, groupK) = (g.c / g.groups, g.k / g.groups)
    var y: [Element] = []
    forEachIndex(g.n, g.oh, g.ow, g.k) { n, row, column, k in
        var sum = b?[Int(k)] ?? 0
        forEachIndex(1, g.fh, g.fw, groupC) { _, i, j, c in
            let element = picture[
                n, row * g.stride_h - g.pad_top + i * g.dilation_h,
                column * g.stride_w - g.pad_left + j * g.dilation_w, k / groupK * groupC + c]
            sum = .fma(element, w[weightIndex(g, i, j, c, k)], sum)
        }
        y.append(sum)
    }
    return y
}

func naiveInputGradient<Element: ProductElement>(
    _ g: cnn_conv2d_geometry, _ dy: [Element], _ w: [Element]
) -> [Element] {
    let gradient = Picture(elements: dy, h: g.oh, w: g.ow, c: g.k)
    let (groupC, groupK) = (g.c / g.groups, g.k / g.groups)
    var dx: [Element] = []
    forEachIndex(g.n, g.h, g.w, g.c) { n, row, column, c in
        var sum: Element = 0
        forEachIndex(1, g.fh, g.fw, groupK) { _, up, left, k in
            let (i, j, channel) = (g.fh - 1 - up, g.fw - 1 - left, c / groupC * groupK + k)
            let (p, q) = (row + g.pad_top - i * g.dilation_h, column + g.pad_left - j * g.dilation_w)
            guard p % g.stride_h == 0, q % g.stride_w == 0 else { return }
            let element = gradient[n, p / g.stride_h, q / g.stride_w, channel]
            sum = .fma(element, w[weightIndex(g, i, j, c % groupC, channel)], sum)
        }
        dx.append(sum)
    }
    return dx
}

func naiveWeightGradient<Element: ProductElement>(
    _ g: cnn_conv2d_geometry, _ x: [Element], _ dy: [Element], parts: Int
) -> (dw: [Element], db: [Element]) {
    let picture = Picture(elements: x, h: g.h, w: g.w, c: g.c)
    let (groupC, groupK, rows) = (g.c / g.groups, g.k / g.groups, g.n * g.oh)
    func sumOfParts(_ k: Int64, _ element: (_ n: Int64, _ row: Int64, _ column: Int64) -> Element) -> Element {
        var total: Element = 0
        for part in 0..<Int64(parts) {
            var sum: Element = 0
            for row in rows * part / Int64(parts)..<rows * (part + 1) / Int64(parts) {
                for column in 0..<g.ow {
                    let gradient = dy[Int((row * g.ow + column) * g.k + k)]
                    sum = .fma(element(row / g.oh, row % g.oh, column), gradient, sum)
                }
            }
            total = part == 0 ? sum : total + sum
        }
        return total
    }
    var dw: [Element] = []
    forEachIndex(g.fh, g.fw, groupC, g.k) { i, j, c, k in
        dw.append(
            sumOfParts(k) { n, row, column in
                picture[
                    n, row * g.stride_h - g.pad_top + i * g.dilation_h,
                    column * g.stride_w - g.pad_left + j * g.dilation_w, k / groupK * groupC + c]
            })
    }
    return (dw, (0..<g.k).map { sumOfParts($0) { _, _, _ in 1 } })
}
