import CNNKernels

/// A random change of a training picture that keeps its class. Pixels from outside are 0; sizes stay.
public enum Augmentation: Sendable {
    /// By up to so many pixels, up or down and left or right.
    case shift(Int)
    /// About the centre, by up to so many degrees either way; bilinear.
    case rotate(Double)
    /// About the centre, by a factor from 1 - f to 1 + f; bilinear.
    case rescale(Double)
    /// Half of the pictures.
    case flipHorizontal
    case flipVertical
    /// A window that is so many rows and columns smaller, anywhere in the picture, stretched to the full size; bilinear.
    case crop(Int)
    /// Normal noise of this deviation on every value.
    case noise(Double)
    /// All values times a factor from 1 - f to 1 + f.
    case brightness(Double)
    /// A square of so many pixels a side, anywhere, set to 0. DeVries, Taylor, 2017.
    case cutout(Int)

    /// Changes each picture of a batch `[N, H, W, C]` or `[N, H, W]` in the order of `list`. The numbers of a picture
    /// come from the stream "augment/<epoch>/<picture>", whatever batch it is in.
    /// - Throws: E0306, E0302, E0404, E0207.
    public static func apply(
        _ list: [Augmentation], to batch: Tensor, pictures: [Int], epoch: Int, seed: UInt64
    ) throws(CNNError) -> Tensor {
        if list.isEmpty { return batch }
        guard batch.rank == 3 || batch.rank == 4, batch.dtype.isFloating else {
            throw CNNError(
                .rankMismatch,
                "pictures [N, H, W, C] of floats can be augmented, not \(batch.spec.asTensor)")
        }
        guard pictures.count == batch.shape[0] else {
            throw CNNError(.shapeMismatch, "\(batch.shape[0]) pictures need as many numbers, not \(pictures.count)")
        }
        for augmentation in list { try augmentation.check(height: batch.shape[1], width: batch.shape[2]) }
        let (work, overflow) = batch.count.multipliedReportingOverflow(by: list.count)
        try WorkMeter.shared.charge(overflow ? Int.max : work)
        var result = batch.detached
        if batch.dtype == .float32 {
            change(list, try result.mutablePointer(Float.self), batch.shape, pictures, epoch, seed)
        } else {
            change(list, try result.mutablePointer(Double.self), batch.shape, pictures, epoch, seed)
        }
        try WorkMeter.checkInterrupt()
        return result
    }

    /// Pictures are shared out among the threads; none looks at another.
    private static func change<Element: PictureElement>(
        _ list: [Augmentation], _ values: UnsafeMutablePointer<Element>, _ shape: Shape, _ pictures: [Int],
        _ epoch: Int, _ seed: UInt64
    ) {
        ParallelLoop.run(pictures.count, grain: 4) { places in
            var canvas = PictureCanvas<Element>(
                height: shape[1], width: shape[2], channels: shape.rank == 4 ? shape[3] : 1)
            for place in places {
                var stream = RandomStream(seed: seed, purpose: "augment/\(epoch)/\(pictures[place])")
                canvas.pixels = values + place * canvas.count
                for augmentation in list where !cnn_interrupt_pending() { augmentation.change(&canvas, &stream) }
            }
        }
    }

    private func change<Element: PictureElement>(
        _ canvas: inout PictureCanvas<Element>, _ stream: inout RandomStream
    ) {
        func around(_ range: Double) -> Double { (2 * stream.nextUniform() - 1) * range }
        switch self {
        case .shift(let range):
            let down = stream.nextInteger(below: 2 * range + 1) - range
            canvas.shift(down: down, right: stream.nextInteger(below: 2 * range + 1) - range)
        case .rotate(let degrees):
            let angle = around(degrees) * Double.pi / 180
            canvas.warp(PictureWarp(angle: angle, factor: 1, canvas.height, canvas.width))
        case .rescale(let range):
            canvas.warp(PictureWarp(angle: 0, factor: 1 + around(range), canvas.height, canvas.width))
        case .flipHorizontal: if stream.nextUniform() < 0.5 { canvas.flipHorizontal() }
        case .flipVertical: if stream.nextUniform() < 0.5 { canvas.flipVertical() }
        case .crop(let less):
            let top = stream.nextInteger(below: less + 1)
            let left = stream.nextInteger(below: less + 1)
            canvas.warp(PictureWarp(windowAt: top, left, smallerBy: less, canvas.height, canvas.width))
        case .noise(let deviation): canvas.addNoise(&stream, deviation: Element(deviation))
        case .brightness(let range): canvas.multiply(by: Element(1 + around(range)))
        case .cutout(let side):
            let top = stream.nextInteger(below: canvas.height) - side / 2
            canvas.clear(top: top, left: stream.nextInteger(below: canvas.width) - side / 2, side: side)
        }
    }

    /// Refuses what cannot be done with any picture.
    public func check() throws(CNNError) {
        switch self {
        case .crop(let less): try require(less >= 0, "crop_random", "0 or more pixels", "\(less)")
        default: try check(height: 1 << 20, width: 1 << 20)
        }
    }

    private func check(height: Int, width: Int) throws(CNNError) {
        let smaller = min(height, width)
        switch self {
        case .shift(let range): try require(range >= 0 && range <= 1 << 20, "shift", "0 or more pixels", "\(range)")
        case .rotate(let degrees):
            try require(abs(degrees) <= 360, "rotate", "0 to 360 degrees", NumberFormatter.shortest(degrees))
        case .rescale(let range):
            try require(range >= 0 && range < 1, "rescale", "from 0 to below 1", NumberFormatter.shortest(range))
        case .brightness(let range):
            try require(range >= 0 && range <= 1, "brightness", "0 to 1", NumberFormatter.shortest(range))
        case .noise(let deviation):
            try require(
                deviation >= 0 && deviation.isFinite, "noise", "0 or more", NumberFormatter.shortest(deviation))
        case .crop(let less):
            let most = "0 to \(max(0, smaller - 1)) pixels for \(height)x\(width)"
            try require(less >= 0 && less < smaller, "crop_random", most, "\(less)")
        case .cutout(let side):
            try require(side >= 0 && side <= 1 << 20 && smaller > 0, "cutout", "0 or more pixels", "\(side)")
        case .flipHorizontal, .flipVertical: break
        }
    }

    private func require(_ holds: Bool, _ name: String, _ wanted: String, _ value: String) throws(CNNError) {
        guard holds else { throw CNNError(.invalidValue, "\(name) takes \(wanted), not \(value)") }
    }
}
