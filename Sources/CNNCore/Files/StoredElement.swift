import CNNKernels

/// Element types that files have, and the tensor's type that each becomes.
enum StoredElement: Sendable {
    case bool, uint8, int8, uint16, int16, uint32, int32, uint64, int64, float16, bfloat16, float32, float64

    /// Bytes of one element in the file.
    var size: Int {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }

    /// Nothing is narrowed: small integers become int64, short floats float32.
    var dtype: DType {
        switch self {
        case .bool: .bool
        case .uint8: .uint8
        case .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64: .int64
        case .float16, .bfloat16, .float32: .float32
        case .float64: .float64
        }
    }

    init(_ dtype: DType) {
        switch dtype {
        case .float32: self = .float32
        case .float64: self = .float64
        case .int64: self = .int64
        case .uint8: self = .uint8
        case .bool: self = .bool
        }
    }

    /// The tensor that `bytes`, which must hold exactly `shape.count` elements, are.
    /// - Throws: E0503 where an unsigned number exceeds int64, E0601.
    func tensor(
        _ bytes: UnsafeRawBufferPointer, _ shape: Shape, isBigEndian: Bool = false, name: String
    ) throws(CNNError) -> Tensor {
        guard bytes.count == shape.count * size else {
            throw CNNError.malformed(name, "\(shape) elements do not fill \(bytes.count) bytes")
        }
        var result = try Tensor(uninitialized: shape, dtype)
        let target = try result.mutableBytes()
        switch self {
        case .uint8: if let base = bytes.baseAddress { target.copyMemory(from: base, byteCount: bytes.count) }
        case .bool: convert(bytes, UInt8.self, target, isBigEndian) { $0 == 0 ? UInt8(0) : 1 }
        case .int8: convert(bytes, Int8.self, target, isBigEndian) { Int64($0) }
        case .uint16: convert(bytes, UInt16.self, target, isBigEndian) { Int64($0) }
        case .int16: convert(bytes, Int16.self, target, isBigEndian) { Int64($0) }
        case .uint32: convert(bytes, UInt32.self, target, isBigEndian) { Int64($0) }
        case .int32: convert(bytes, Int32.self, target, isBigEndian) { Int64($0) }
        case .int64: convert(bytes, Int64.self, target, isBigEndian) { $0 }
        case .uint64:
            convert(bytes, UInt64.self, target, isBigEndian) { Int64(truncatingIfNeeded: $0) }
            let values = target.assumingMemoryBound(to: Int64.self)
            guard (0..<shape.count).allSatisfy({ values[$0] >= 0 }) else {
                throw CNNError.malformed(name, "it has a number above 9223372036854775807")
            }
        case .float16: convert(bytes, UInt16.self, target, isBigEndian, StoredElement.single(half:))
        case .bfloat16: convert(bytes, UInt16.self, target, isBigEndian) { Float(bitPattern: UInt32($0) << 16) }
        case .float32: convert(bytes, UInt32.self, target, isBigEndian) { $0 }
        case .float64: convert(bytes, UInt64.self, target, isBigEndian) { $0 }
        }
        try WorkMeter.checkInterrupt()
        return result
    }

    /// Adds the elements in the file's own byte order, little-endian.
    /// - Parameter isStoppable: whether an interrupt ends it: E0605. A checkpoint is written because of one.
    static func append(_ tensor: Tensor, to bytes: inout [UInt8], isStoppable: Bool = false) throws(CNNError) {
        let raw = UnsafeRawBufferPointer(start: tensor.bytes, count: tensor.byteCount)
        bytes.reserveCapacity(bytes.count + raw.count)
        let size = tensor.dtype.size
        for start in stride(from: 0, to: raw.count, by: stretch) {
            if isStoppable { try WorkMeter.checkInterrupt() }
            let end = min(start + stretch, raw.count)
            guard 1.bigEndian == 1, size > 1 else {
                bytes.append(contentsOf: raw[start..<end])
                continue
            }
            for element in start / size..<end / size {
                for byte in (0..<size).reversed() { bytes.append(raw[element * size + byte]) }
            }
        }
    }

    /// Bytes between two looks at an interrupt: whole elements.
    private static let stretch = 4 << 20

    @inline(__always)
    private func convert<Stored: FixedWidthInteger, Element>(
        _ bytes: UnsafeRawBufferPointer, _ type: Stored.Type, _ target: UnsafeMutableRawPointer, _ isBigEndian: Bool,
        _ body: (Stored) -> Element
    ) {
        let result = target.assumingMemoryBound(to: Element.self)
        for index in 0..<bytes.count / size {
            if index & 0xFFFF == 0xFFFF, cnn_interrupt_pending() { return }
            let word = bytes.loadUnaligned(fromByteOffset: index * size, as: Stored.self)
            result[index] = body(isBigEndian ? Stored(bigEndian: word) : Stored(littleEndian: word))
        }
    }

    /// IEEE half precision, exact in float32.
    static func single(half bits: UInt16) -> Float {
        let sign: Float = bits & 0x8000 == 0 ? 1 : -1
        let exponent = Int(bits >> 10 & 0x1f)
        let fraction = Float(bits & 0x3ff)
        switch exponent {
        case 0: return sign * fraction * 0x1p-24
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default:
            return Float(
                sign: bits & 0x8000 == 0 ? .plus : .minus, exponent: exponent - 15, significand: 1 + fraction * 0x1p-10)
        }
    }
}
