import Testing

@testable import CNNCore

@Suite struct AugmentationTests {
    private func batch(_ n: Int = 3, _ dtype: DType = .float32) throws -> Tensor {
        let shape = try Shape([n, 5, 5, 2])
        return try Tensor(doubles: (0..<shape.count).map { Double($0 % 50 + 1) }, shape, dtype)
    }

    private func apply(
        _ list: [Augmentation], _ batch: Tensor, _ pictures: [Int], epoch: Int = 1, seed: UInt64 = 0
    ) throws -> [Double] {
        try Augmentation.apply(list, to: batch, pictures: pictures, epoch: epoch, seed: seed).doubles()
    }

    static let all: [Augmentation] = [
        .shift(2), .rotate(20), .rescale(0.2), .flipHorizontal, .flipVertical, .crop(2), .noise(0.1), .brightness(0.3),
        .cutout(2),
    ]

    @Test func aPicturesChangeDependsOnNothingButSeedEpochAndNumber() throws {
        let three = try batch()
        let whole = try apply(Self.all, three, [7, 8, 9])
        let alone = try apply(Self.all, batch(1), [8])
        #expect(Array(whole[50..<100]) == alone)
        #expect(whole == (try apply(Self.all, three, [7, 8, 9])))
        #expect(whole != (try apply(Self.all, three, [7, 8, 9], epoch: 2)))
        #expect(whole != (try apply(Self.all, three, [7, 8, 9], seed: 1)))
        #expect(three.doubles() == (try batch().doubles()))
    }

    @Test func settingsThatChangeNothingChangeNothing() throws {
        let none: [Augmentation] = [
            .shift(0), .rotate(0), .rescale(0), .crop(0), .noise(0), .brightness(0), .cutout(0),
        ]
        for dtype in [DType.float32, .float64] {
            let batch = try batch(2, dtype)
            for augmentation in none {
                #expect(try apply([augmentation], batch, [0, 1]) == batch.doubles(), "\(augmentation)")
            }
        }
    }

    @Test func flipsMirror() throws {
        let shape = try Shape([40, 1, 2, 1])
        let pictures = try Tensor(doubles: (0..<80).map { Double($0 % 2) }, shape, .float32)
        let values = try apply([.flipHorizontal], pictures, Array(0..<40))
        let flipped = (0..<40).filter { values[2 * $0] == 1 && values[2 * $0 + 1] == 0 }.count
        let kept = (0..<40).filter { values[2 * $0] == 0 && values[2 * $0 + 1] == 1 }.count
        #expect(flipped + kept == 40 && flipped > 10 && kept > 10)
    }

    @Test func shiftedPixelsKeepTheirValuesAndZerosComeIn() throws {
        let values = try apply([.shift(2)], batch(20), Array(0..<20))
        #expect(values.allSatisfy { $0 >= 0 && $0 <= 50 && $0 == $0.rounded() })
        #expect(values.contains(0))
    }

    @Test func aQuarterTurnMovesPixelsExactly() {
        // The picture of one 1 at row 0, column 1 of 3x3, turned counter-clockwise: row 1, column 0.
        var pixels: [Float] = [0, 1, 0, 0, 0, 0, 0, 0, 0]
        pixels.withUnsafeMutableBufferPointer { buffer in
            var canvas = PictureCanvas<Float>(height: 3, width: 3, channels: 1)
            canvas.pixels = buffer.baseAddress
            canvas.warp(PictureWarp(angle: .pi / 2, factor: 1, 3, 3))
        }
        for (index, value) in pixels.enumerated() { #expect(abs(value - (index == 3 ? 1 : 0)) < 1e-6, "\(index)") }
    }

    @Test func halfAPixelIsTheMeanOfTwo() {
        var pixels: [Double] = [0, 2, 4, 6]
        pixels.withUnsafeMutableBufferPointer { buffer in
            var canvas = PictureCanvas<Double>(height: 1, width: 4, channels: 1)
            canvas.pixels = buffer.baseAddress
            canvas.warp(PictureWarp(angle: 0, factor: 2, 1, 4))
        }
        // About the centre 1.5 at half the step: 0.75, 1.25, 1.75, 2.25.
        #expect(pixels == [1.5, 2.5, 3.5, 4.5])
    }

    @Test func whatCannotBeDoneIsRefused() throws {
        let batch = try batch()
        let refused: [Augmentation] = [
            .shift(-1), .shift(Int.max), .rotate(.nan), .rotate(1e9), .rescale(1), .rescale(-0.1), .crop(5), .crop(-1),
            .noise(-1), .noise(.infinity), .brightness(2), .cutout(-1), .cutout(Int.max),
        ]
        for augmentation in refused {
            #expect(errorCode { _ = try apply([augmentation], batch, [0, 1, 2]) } == .invalidValue, "\(augmentation)")
        }
        #expect(errorCode { _ = try apply([.shift(1)], batch, [0]) } == .shapeMismatch)
        let flat = try Tensor.full(Shape([2, 3]), 0, .float32)
        #expect(errorCode { _ = try apply([.shift(1)], flat, [0, 1]) } == .rankMismatch)
    }
}
