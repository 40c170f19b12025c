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

/// The sum of `rows` of taps: one chain, or one for each row where a row has many products.
private func sumOfRows<Element: ProductElement>(
    _ start: Element, rows: Int64, products: Int64, _ add: (_ row: Int64, _ sum: Element) -> Element
) -> Element {
    var total = start
    for row in 0..<rows {
        if products < 512 || row == 0 { total = add(row, total) } else { total = total + add(row, 0) }
    }
    return total
}

func naiveForward<Element: ProductElement>(
    _ g: cnn_conv2d_geometry, _ x: [Element], _ w: [Element], _ b: [Element]?
) -> [Element] {
    let picture = Picture(elements: x, h: g.h, w: g.w, c: g.c)
    let (groupC, groupK) = (g.c / g.groups, g.k / g.groups)
    var y: [Element] = []
    forEachIndex(g.n, g.oh, g.ow, g.k) { n, row, column, k in
        let total = sumOfRows(b?[Int(k)] ?? 0, rows: g.fh, products: g.fw * groupC) { i, start in
            var sum = start
            forEachIndex(1, 1, g.fw, groupC) { _, _, j, c in
                let element = picture[
                    n, row * g.stride_h - g.pad_top + i * g.dilation_h,
                    column * g.stride_w - g.pad_left + j * g.dilation_w, k / groupK * groupC + c]
                sum = .fma(element, w[weightIndex(g, i, j, c, k)], sum)
            }
            return sum
        }
        y.append(total)
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
        // The taps whose stride meets this pixel.
        let rows = (0..<g.fh).reversed().filter { (row + g.pad_top - $0 * g.dilation_h) % g.stride_h == 0 }
        let columns = (0..<g.fw).reversed().filter { (column + g.pad_left - $0 * g.dilation_w) % g.stride_w == 0 }
        let products = Int64(columns.count) * groupK
        let total: Element = sumOfRows(0, rows: Int64(rows.count), products: products) { number, start in
            let i = rows[Int(number)]
            var sum = start
            for j in columns {
                for k in 0..<groupK {
                    let channel = c / groupC * groupK + k
                    let (p, q) = (row + g.pad_top - i * g.dilation_h, column + g.pad_left - j * g.dilation_w)
                    let element = gradient[n, p / g.stride_h, q / g.stride_w, channel]
                    sum = .fma(element, w[weightIndex(g, i, j, c % groupC, channel)], sum)
                }
            }
            return sum
        }
        dx.append(total)
    }
    return dx
}

func naiveWeightGradient<Element: ProductElement>(
    _ g: cnn_conv2d_geometry, _ x: [Element], _ dy: [Element], parts: Int
) -> (dw: [Element], db: [Element]) {
    let picture = Picture(elements: x, h: g.h, w: g.w, c: g.c)
    let (groupC, groupK, rows) = (g.c / g.groups, g.k / g.groups, g.n * g.oh)
    var geometry = g
    let chainCount = cnn_conv2d_sums_in_planes(&geometry) ? 16 : 1
    func sumOfParts(_ k: Int64, _ element: (_ n: Int64, _ row: Int64, _ column: Int64) -> Element) -> Element {
        var total: Element = 0
        for part in 0..<Int64(parts) {
            var chains = [Element](repeating: 0, count: chainCount)
            for row in rows * part / Int64(parts)..<rows * (part + 1) / Int64(parts) {
                for column in 0..<g.ow {
                    let gradient = dy[Int((row * g.ow + column) * g.k + k)]
                    let chain = Int(column) % chainCount
                    chains[chain] = .fma(element(row / g.oh, row % g.oh, column), gradient, chains[chain])
                }
            }
            while chains.count > 1 {
                let half = chains.count / 2
                chains = (0..<half).map { chains[$0] + chains[$0 + half] }
            }
            let sum = chains[0]
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
