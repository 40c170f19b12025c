import Testing

@testable import CNNCore

@Suite(.serialized) struct PoolingTests {
    private func rounding(_ fixture: FixtureCase) throws -> Rounding { try fixture.bool("ceil_mode") ? .ceil : .floor }

    @Test(arguments: ["max_pool2d", "max_pool2d_ties"]) func maxPool2d(file: String) throws {
        for fixture in try Fixture.cases(file) {
            let operation = MaxPooling(
                size: try fixture.size("kernel_size"), stride: try fixture.size("stride"),
                padding: try fixture.padding(),
                rounding: try rounding(fixture))
            try fixture.inOurLayout().check { try operation.apply($0) }
        }
    }

    @Test func avgPool2d() throws {
        for fixture in try Fixture.cases("avg_pool2d") {
            let operation = AveragePooling(
                size: try fixture.size("kernel_size"), stride: try fixture.size("stride"),
                padding: try fixture.padding(),
                rounding: try rounding(fixture), countsPadding: try fixture.bool("count_include_pad"))
            try fixture.inOurLayout().check { try operation.apply($0) }
        }
    }

    @Test func adaptiveAvgPool2d() throws {
        for fixture in try Fixture.cases("adaptive_avg_pool2d") {
            let operation = AdaptiveAveragePooling(try fixture.size("output_size"))
            try fixture.inOurLayout().check { try operation.apply($0) }
        }
    }

    /// Windows, strides and paddings (less than the window), and a picture.
    private func geometry(_ random: inout TestRandom) throws -> (Size2D, Size2D, Padding, Rounding, Tensor) {
        let size = Size2D(random.int(1...3), random.int(1...3))
        let stride = Size2D(random.int(1...3), random.int(1...3))
        let padding = Padding.explicit(
            top: random.int(0...size.height - 1), bottom: random.int(0...size.height - 1),
            left: random.int(0...size.width - 1), right: random.int(0...size.width - 1))
        let x = try random.distinct(
            try Shape([random.int(1...2), random.int(3...7), random.int(3...7), random.int(1...2)]), in: -1...1)
        return (size, stride, padding, random.bool() ? .ceil : .floor, x)
    }

    @Test(arguments: 0..<20) func gradients(seed: Int) throws {
        var random = TestRandom(seed + 400)
        let (size, stride, padding, rounding, x) = try geometry(&random)
        let largest = MaxPooling(size: size, stride: stride, padding: padding, rounding: rounding)
        // A step less than half of the distance of two elements.
        try GradientCheck.check([x], step: 1e-4, "\(largest)") { try largest.apply($0) }
        let mean = AveragePooling(
            size: size, stride: stride, padding: padding, rounding: rounding, countsPadding: random.bool())
        try GradientCheck.check([x], "\(mean)") { try mean.apply($0) }
        let adaptive = AdaptiveAveragePooling(Size2D(random.int(1...3), random.int(1...3)))
        try GradientCheck.check([x], "\(adaptive)") { try adaptive.apply($0) }
        let adaptiveMaximum = AdaptiveMaxPooling(adaptive.size)
        try GradientCheck.check([x], "\(adaptiveMaximum)") { try adaptiveMaximum.apply($0) }
    }

    /// What the windows see, one by one; one that would start beyond the picture and its leading padding is not there.
    @Test(arguments: 0..<40) func windowsAreThoseOfTheDefinition(seed: Int) throws {
        var random = TestRandom(seed + 500)
        let (size, stride, padding, rounding, x) = try geometry(&random)
        guard case .explicit(let top, _, let left, _) = padding else { return }
        let pooled = try MaxPooling(size: size, stride: stride, padding: padding, rounding: rounding)(x)
        let mean = try AveragePooling(
            size: size, stride: stride, padding: padding, rounding: rounding, countsPadding: false)(x)
        let (h, w, c) = (x.shape[1], x.shape[2], x.shape[3])
        let (oh, ow) = (pooled.shape[1], pooled.shape[2])
        #expect(mean.shape == pooled.shape)
        for place in 0..<pooled.count {
            let channel = place % c
            let (column, row) = (place / c % ow, place / c / ow % oh)
            let picture = place / c / ow / oh
            var seen: [Double] = []
            for y in row * stride.height - top..<row * stride.height - top + size.height where (0..<h).contains(y) {
                for z in column * stride.width - left..<column * stride.width - left + size.width
                where (0..<w).contains(z) {
                    seen.append(x.element(((picture * h + y) * w + z) * c + channel))
                }
            }
            #expect(pooled.element(place) == seen.max())
            #expect(abs(mean.element(place) - seen.reduce(0, +) / Double(seen.count)) < 1e-14)
        }
    }

    @Test func paddingNeverWins() throws {
        let x = try Tensor.full(Shape([1, 3, 3, 1]), -5, .float32)
        let operation = MaxPooling(size: Size2D(3), stride: Size2D(1), padding: .uniform(1), rounding: .floor)
        #expect(try operation(x).doubles() == Array(repeating: -5, count: 9))
        #expect(
            errorText {
                _ = try MaxPooling(size: Size2D(2), stride: Size2D(2), padding: .uniform(2), rounding: .floor)(x)
            } == """
                E0404: the padding of max_pool must be less than its window 2x2
                = a window that sees padding alone has no value
                """)
    }
}
