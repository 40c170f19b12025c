import CPNG

/// PNG pictures: grey, RGB and RGBA of 8 bits; whatever else a file has becomes one of these.
public enum PNGFile {
    /// Pixels that a picture may have; more are refused before anything is allocated.
    public static let pixelLimit = 1 << 26

    /// uint8 `[H, W, C]`, C = 1, 3 or 4.
    /// - Throws: E0503, E0601.
    public static func decode(_ bytes: [UInt8], name: String) throws(CNNError) -> Tensor {
        try bytes.withUnsafeBufferPointer { (source) throws(CNNError) -> Tensor in
            var info = cpng_info()
            var message = [CChar](repeating: 0, count: 128)
            guard
                let reader = cpng_reader_open(
                    source.baseAddress, source.count, UInt64(pixelLimit), &info, &message, message.count)
            else { throw malformed(name, message) }
            defer { cpng_reader_close(reader) }
            let shape = try Shape([Int(info.height), Int(info.width), Int(info.channels)])
            var picture = try Tensor(uninitialized: shape, .uint8)
            guard cpng_reader_decode(reader, try picture.mutablePointer(), &message, message.count) else {
                throw malformed(name, message)
            }
            return picture
        }
    }

    private static func malformed(_ name: String, _ message: [CChar]) -> CNNError {
        let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return CNNError.malformed(name, text)
    }

    /// uint8 `[H, W, C]`, C = 1, 3 or 4.
    /// - Throws: E0306, E0305, E0601.
    public static func encode(_ picture: Tensor) throws(CNNError) -> [UInt8] {
        guard picture.rank == 3, picture.dtype == .uint8, picture.count > 0 else {
            throw CNNError(
                .rankMismatch,
                "a PNG picture is [H, W], [H, W, 1], [H, W, 3] or [H, W, 4], not \(picture.shape.asGiven)")
        }
        let channels = picture.shape[2]
        guard channels == 1 || channels == 3 || channels == 4 else {
            throw CNNError(
                .channelMismatch, "a PNG picture has 1, 3 or 4 channels, not \(channels)",
                notes: ["save one channel: x[:, :, 0]"])
        }
        guard picture.shape[0] <= 1_000_000, picture.shape[1] <= 1_000_000 else {
            throw CNNError(
                .tooLarge, "a PNG picture has at most 1000000 rows and columns, not \(picture.shape.asGiven)")
        }
        var length = 0
        guard
            let bytes = cpng_encode(
                picture.pointer(), UInt32(picture.shape[1]), UInt32(picture.shape[0]), UInt32(channels), &length)
        else { throw CNNError(.outOfMemory, "there is no memory to write a picture of \(picture.shape)") }
        defer { cpng_free(bytes) }
        return [UInt8](UnsafeBufferPointer(start: bytes, count: length))
    }
}

extension PNGFile {
    /// float32 `[H, W, C]`, 0…1.
    static func read(_ bytes: [UInt8], name: String) throws(CNNError) -> Tensor {
        let picture = try decode(bytes, name: name)
        var result = try Tensor(uninitialized: picture.shape, .float32)
        let table = PixelScale.fractions(of: 255)
        let source = picture.pointer(UInt8.self)
        let target = try result.mutablePointer(Float.self)
        for index in 0..<picture.count { target[index] = table[Int(source[index])] }
        return result
    }

    /// A picture `[H, W]` or `[H, W, C]`: uint8 as it is, floats 0…1.
    /// - Throws: E0404 for values outside, E0306, E0305.
    static func write(_ tensor: Tensor) throws(CNNError) -> [UInt8] {
        guard tensor.rank == 2 || tensor.rank == 3, tensor.count > 0 else {
            throw CNNError(
                .rankMismatch,
                "a PNG picture is [H, W], [H, W, 1], [H, W, 3] or [H, W, 4], not \(tensor.shape.asGiven)",
                notes: tensor.rank == 4 ? ["save one picture of the batch: x[0]"] : [])
        }
        let shape = tensor.rank == 3 ? tensor.shape : try Shape(tensor.shape.dimensions + [1])
        if tensor.dtype == .uint8 { return try encode(Tensor(sharing: tensor, shape: shape)) }
        guard tensor.dtype.isFloating else {
            throw CNNError(
                .dtypeMismatch, "a PNG picture is uint8, or floats from 0 to 1, not \(tensor.dtype.rawValue)",
                notes: ["x.to(uint8) takes 0 to 255"])
        }
        return try encode(try quantized(tensor, shape))
    }

    private static func quantized(_ tensor: Tensor, _ shape: Shape) throws(CNNError) -> Tensor {
        let extent = tensor.statistics()
        guard extent.nanCount == 0, extent.infCount == 0, extent.min >= 0, extent.max <= 1 else {
            let values =
                extent.nanCount + extent.infCount > 0
                ? "has nan or inf"
                : "goes from \(NumberFormatter.general(extent.min, 4)) to \(NumberFormatter.general(extent.max, 4))"
            throw CNNError(
                .invalidValue, "a picture's values are 0 to 1; this one \(values)",
                notes: ["(x - min(x)) / (max(x) - min(x)) stretches it, clip(x, 0, 1) cuts it"])
        }
        var picture = try Tensor(uninitialized: shape, .uint8)
        let target = try picture.mutablePointer(UInt8.self)
        for index in 0..<tensor.count { target[index] = UInt8((tensor.element(index) * 255).rounded()) }
        return picture
    }
}
