@testable import CNNCore

/// Convolutions, poolings and matrix products: small ones of every setting, and some that fill the tiles of every
/// vector width with a rest, and are shared out among threads.
extension BitCase {
    static let windows: [BitCase] = convolutions + transposed + rows + poolings

    static func conv(
        stride: Size2D = .one, _ padding: Padding = .same, dilation: Size2D = .one, groups: Int = 1
    ) -> Convolution {
        Convolution(stride: stride, padding: padding, dilation: dilation, groups: groups, rounding: .floor)
    }

    /// Random stride, padding, dilation and groups, and x, w, b that fit.
    private static func small(_ dtype: DType, _ random: inout TestRandom) throws -> (Convolution, [Tensor]) {
        let groups = 1 + Int(random.next() % 3)
        func size(_ range: ClosedRange<Int>) -> Int {
            range.lowerBound + Int(random.next() % UInt64(range.count))
        }
        let sides = Padding.explicit(top: size(0...2), bottom: size(0...2), left: size(0...2), right: size(0...2))
        let padding = [Padding.same, .full, sides, .valid][size(0...3)]
        let operation = conv(
            stride: Size2D(size(1...3), size(1...3)), padding, dilation: Size2D(size(1...2), size(1...2)),
            groups: groups)
        let (channels, filters) = (groups * size(1...3), groups * size(1...3))
        return (
            operation,
            [
                try random.filled([size(1...2), size(5...9), size(5...9), channels], dtype),
                try random.filled([size(1...3), size(1...3), channels / groups, filters], dtype),
                try random.filled([filters], dtype),
            ]
        )
    }

    private static func large(
        _ x: [Int], _ w: [Int], _ operation: Convolution, _ dtype: DType, _ random: inout TestRandom
    ) throws -> Instance {
        Instance(
            [try random.filled(x, dtype), try random.filled(w, dtype), try random.filled([w[3]], dtype)], operation)
    }

    private static let convolutions: [BitCase] =
        each("conv2d") { dtype, random in
            try (0..<8).map { _ in
                let (operation, inputs) = try small(dtype, &random)
                return Instance(inputs, operation)
            }
        }
        + each("conv2d 3x3") { dtype, random in
            [
                try large([5, 17, 19, 21], [3, 3, 21, 37], conv(), dtype, &random),
                try large([32, 8, 8, 3], [3, 3, 3, 17], conv(.valid), dtype, &random),
                try large([2, 33, 31, 3], [3, 3, 3, 64], conv(.full), dtype, &random),
                try large([9, 29, 31, 5], [3, 3, 5, 18], conv(), dtype, &random),
            ]
        }
        + each("conv2d 5x5") { dtype, random in
            [
                try large([9, 28, 28, 1], [5, 5, 1, 6], conv(), dtype, &random),
                try large([9, 14, 14, 6], [5, 5, 6, 16], conv(.valid), dtype, &random),
            ]
        }
        + each("conv2d 1x1") { dtype, random in
            [
                try large([4, 13, 13, 40], [1, 1, 40, 65], conv(), dtype, &random),
                try large([4, 13, 13, 40], [1, 1, 40, 33], conv(stride: Size2D(2), .valid), dtype, &random),
            ]
        }
        + each("conv2d stride, dilation") { dtype, random in
            [
                try large([3, 33, 31, 3], [7, 7, 3, 35], conv(stride: Size2D(2), .uniform(3)), dtype, &random),
                try large(
                    [3, 23, 22, 8], [5, 5, 8, 33], conv(stride: Size2D(2, 1), .uniform(1), dilation: Size2D(1, 2)),
                    dtype,
                    &random),
            ]
        }
        + each("conv2d groups") { dtype, random in
            [
                try large([3, 14, 15, 24], [3, 3, 8, 51], conv(groups: 3), dtype, &random),
                try large([9, 29, 31, 6], [3, 3, 3, 18], conv(groups: 2), dtype, &random),
            ]
        }
        + each("conv2d depthwise") { dtype, random in
            [
                try large([4, 15, 17, 35], [3, 3, 1, 35], conv(groups: 35), dtype, &random),
                try large([4, 15, 17, 35], [3, 3, 1, 70], conv(stride: Size2D(2), groups: 35), dtype, &random),
                try large([9, 29, 31, 9], [3, 3, 1, 9], conv(groups: 9), dtype, &random),
            ]
        }

    private static let transposed: [BitCase] = each("conv_transpose2d") { dtype, random in
        var list = try (0..<6).map { _ in
            let (conv, inputs) = try small(dtype, &random)
            let operation = TransposedConvolution(
                stride: conv.stride, padding: conv.padding == .full ? .valid : conv.padding,
                outputPadding: Size2D(0), dilation: conv.dilation, groups: conv.groups)
            let w = inputs[1]
            let x = try random.filled([2, 4, 5, w.shape[3]], dtype)
            return Instance([x, w, try random.filled([w.shape[2] * conv.groups], dtype)], operation)
        }
        let operation = TransposedConvolution(
            stride: Size2D(2), padding: .uniform(1), outputPadding: Size2D(1), dilation: .one, groups: 1)
        let inputs = [
            try random.filled([3, 9, 10, 21], dtype), try random.filled([3, 3, 19, 21], dtype),
            try random.filled([19], dtype),
        ]
        list.append(Instance(inputs, operation))
        return list
    }

    private static let rows: [BitCase] = each("im2col") { dtype, random in
        [
            Instance(
                [try random.filled([2, 9, 11, 5], dtype)], Im2Col(size: Size2D(3, 2), stride: Size2D(2), padding: .same)
            )
        ]
    }

    private static let sides = Padding.explicit(top: 1, bottom: 0, left: 1, right: 1)

    private static let poolings: [BitCase] =
        each("max_pool") { dtype, random in
            let x = try random.filled([4, 33, 35, 37], dtype)
            // Eight values: nearly every window has ties.
            let ties = try random.whole([2, 16, 18, 9], in: 0...7, dtype)
            func pool(_ size: Int, _ stride: Int, _ padding: Padding, _ rounding: Rounding) -> MaxPooling {
                MaxPooling(size: Size2D(size), stride: Size2D(stride), padding: padding, rounding: rounding)
            }
            return [
                Instance([x], pool(2, 2, .valid, .ceil)), Instance([x], pool(3, 2, sides, .floor)),
                Instance([x], pool(3, 1, .uniform(1), .exact)), Instance([ties], pool(2, 2, .valid, .floor)),
                Instance([ties], pool(3, 2, sides, .ceil)),
                Instance([try Tensor(doubles: oddNumbers, Shape([1, 3, 11, 1]), dtype)], pool(2, 1, .valid, .floor)),
            ]
        }
        + each("avg_pool") { dtype, random in
            let x = try random.filled([4, 33, 35, 37], dtype)
            func pool(_ size: Int, _ stride: Int, _ padding: Padding, _ rounding: Rounding, _ counts: Bool)
                -> AveragePooling
            {
                AveragePooling(
                    size: Size2D(size), stride: Size2D(stride), padding: padding, rounding: rounding,
                    countsPadding: counts)
            }
            return [
                Instance([x], pool(2, 2, .valid, .ceil, false)), Instance([x], pool(3, 2, sides, .floor, false)),
                Instance([x], pool(3, 1, .uniform(1), .exact, true)),
                Instance([try random.filled([2, 7, 9, 3], dtype)], pool(3, 2, sides, .ceil, true)),
            ]
        }
        + each("adaptive_max_pool") { dtype, random in
            [
                Instance([try random.filled([6, 16, 18, 45], dtype)], AdaptiveMaxPooling(Size2D(4, 3))),
                Instance([try random.filled([2, 7, 9, 5], dtype)], AdaptiveMaxPooling(Size2D(3, 4))),
            ]
        }
        + each("adaptive_avg_pool") { dtype, random in
            [
                Instance([try random.filled([6, 16, 18, 45], dtype)], AdaptiveAveragePooling(.one)),
                Instance([try random.filled([6, 16, 18, 45], dtype)], AdaptiveAveragePooling(Size2D(4, 3))),
                Instance([try random.filled([2, 7, 9, 5], dtype)], AdaptiveAveragePooling(Size2D(3, 4))),
            ]
        }

    static let products: [BitCase] =
        each("matrix product") { dtype, random in
            let sizes = [(131, 257, 99), (1, 300, 513), (401, 33, 47), (37, 1, 65), (6, 2048, 7), (24, 64, 64)]
            return try sizes.map { m, k, n in
                Instance([try random.filled([m, k], dtype), try random.filled([k, n], dtype)], MatrixProduct())
            } + [
                Instance(
                    [try random.filled([3, 65, 70], dtype), try random.filled([70, 33], dtype)], MatrixProduct()),
                Instance(
                    [try random.filled([2, 3, 35, 70], dtype), try random.filled([3, 70, 33], dtype)], MatrixProduct()),
                Instance([try random.filled([511, 303], dtype), try random.filled([303], dtype)], MatrixProduct()),
            ]
        }
        + each("matrix product", in: [.int64, .uint8, .bool]) { dtype, random in
            let range = dtype == .int64 ? -1000...1000 : 0...1
            return [
                Instance(
                    [try random.whole([67, 130], in: range, dtype), try random.whole([130, 45], in: range, dtype)],
                    MatrixProduct())
            ]
        }
        + each("dense") { dtype, random in
            try [(203, 311, 77), (64, 400, 120), (5, 84, 10), (1, 7, 3)].map { rows, inputs, outputs in
                Instance(
                    [
                        try random.filled([rows, inputs], dtype), try random.filled([inputs, outputs], dtype),
                        try random.filled([outputs], dtype),
                    ], DenseProduct())
            }
        }
}
