/// The IDX format of MNIST: two zero bytes, type, rank, the sizes and the elements, big-endian. gzip is unpacked.
public enum IDXFile {
    private static let types: [(code: UInt8, element: StoredElement)] = [
        (0x08, .uint8), (0x09, .int8), (0x0B, .int16), (0x0C, .int32), (0x0D, .float32), (0x0E, .float64),
    ]

    /// deflate makes at most this many bytes of one: a header that claims more lies.
    private static let mostPerPackedByte = 1032

    /// - Throws: E0503 that says whether type, rank, sizes or length are wrong; nothing is allocated before.
    public static func read(_ bytes: [UInt8], name: String) throws(CNNError) -> Tensor {
        try bytes.withUnsafeBufferPointer { (buffer) throws(CNNError) -> Tensor in
            if Gzip.isPacked(bytes) {
                let stream = try InflateStream(buffer, .gzip, name: name)
                let most = buffer.count.multipliedReportingOverflow(by: mostPerPackedByte)
                return try read(stream, most: most.overflow ? Int.max : most.partialValue, name)
            }
            return try read(MemoryStream(buffer), most: buffer.count, name)
        }
    }

    private static func read(_ stream: some ByteStream, most: Int, _ name: String) throws(CNNError) -> Tensor {
        let start = try take(4, stream, name)
        guard start[0] == 0, start[1] == 0, let element = types.first(where: { $0.code == start[2] })?.element else {
            throw CNNError.malformed(name, "it does not begin as an IDX file does")
        }
        let rank = Int(start[3])
        guard rank <= Shape.maximumRank else { throw CNNError.malformed(name, "its header claims \(rank) axes") }
        let sizes = try take(4 * rank, stream, name)
        var dimensions: [Int] = []
        for axis in 0..<rank {
            dimensions.append(sizes[4 * axis..<4 * axis + 4].reduce(0) { $0 << 8 | Int($1) })
        }
        let shape: Shape
        do { shape = try Shape(dimensions) } catch { throw CNNError.malformed(name, error.message) }
        let needed = shape.count * element.size
        guard needed <= most else { throw tooShort(name, shape, needed, most - 4 - 4 * rank) }
        return try elements(stream, element, shape, most: most - 4 - 4 * rank, name)
    }

    private static func elements(
        _ stream: some ByteStream, _ element: StoredElement, _ shape: Shape, most: Int, _ name: String
    ) throws(CNNError) -> Tensor {
        let needed = shape.count * element.size
        guard needed <= most else { throw tooShort(name, shape, needed, most) }
        var raw = try Tensor(uninitialized: element == .uint8 ? shape : Shape([needed]), .uint8)
        let got = try stream.read(into: UnsafeMutableBufferPointer(start: try raw.mutablePointer(), count: needed))
        guard got == needed else { throw tooShort(name, shape, needed, got) }
        guard try stream.isFinished() else {
            throw CNNError.malformed(name, "its header claims \(shape) elements, \(needed) bytes; more follow")
        }
        if element == .uint8 { return raw }
        let bytes = UnsafeRawBufferPointer(start: raw.bytes, count: needed)
        return try element.tensor(bytes, shape, isBigEndian: true, name: name)
    }

    private static func tooShort(_ name: String, _ shape: Shape, _ needed: Int, _ found: Int) -> CNNError {
        CNNError.malformed(
            name, "its header claims \(shape) elements, \(needed) bytes; at most \(max(0, found)) follow")
    }

    private static func take(_ count: Int, _ stream: some ByteStream, _ name: String) throws(CNNError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = try bytes.withUnsafeMutableBufferPointer { (target) throws(CNNError) -> Int in
            try stream.read(into: target)
        }
        guard got == count else { throw CNNError.malformed(name, "its header ends too early") }
        return bytes
    }

    /// uint8 and bool as bytes, int64 as 32 bits, floats as they are.
    /// - Throws: E0409 for an int64 that does not fit 32 bits, E0604 for a size that does not.
    public static func write(_ tensor: Tensor) throws(CNNError) -> [UInt8] {
        var bytes: [UInt8] = [0, 0, 0, UInt8(tensor.rank)]
        for size in tensor.shape.dimensions {
            guard let size = UInt32(exactly: size) else {
                throw CNNError(.tooLarge, "an axis of an IDX file has at most 4294967295 elements, not \(size)")
            }
            append(size, to: &bytes)
        }
        switch tensor.dtype {
        case .uint8, .bool:
            bytes[2] = 0x08
            try StoredElement.append(tensor, to: &bytes)
        case .int64:
            bytes[2] = 0x0C
            for index in 0..<tensor.count {
                guard let value = Int32(exactly: tensor.integerElement(index)) else {
                    throw CNNError(
                        .invalidConversion, "\(tensor.integerElement(index)) does not fit the 32 bits of an IDX file",
                        notes: ["save it as .npy"])
                }
                append(UInt32(bitPattern: value), to: &bytes)
            }
        case .float32:
            bytes[2] = 0x0D
            let values = tensor.pointer(Float.self)
            for index in 0..<tensor.count { append(values[index].bitPattern, to: &bytes) }
        case .float64:
            bytes[2] = 0x0E
            let values = tensor.pointer(Double.self)
            for index in 0..<tensor.count { append(values[index].bitPattern, to: &bytes) }
        }
        return bytes
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
