@testable import CNNCore

/// FNV-1a of 64 bits (Fowler, Noll, Vo) over shapes, dtypes and elements, these as little-endian bytes. All nan are
/// one: which of them comes out, the processor says.
struct BitHash {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    init(_ tensors: [Tensor]) { for tensor in tensors { add(tensor) } }

    /// 16 hexadecimal digits.
    var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private mutating func add(_ tensor: Tensor) {
        for byte in "\(tensor.dtype.rawValue)\(tensor.shape.dimensions)".utf8 { add(UInt64(byte), bytes: 1) }
        // Not `for index in range`: without optimisation that takes most of the time of the tests.
        var index = 0
        switch tensor.dtype {
        case .float32:
            let bits = tensor.pointer(UInt32.self)
            while index < tensor.count {
                add(UInt64(bits[index] & 0x7fff_ffff > 0x7f80_0000 ? 0x7fc0_0000 : bits[index]), bytes: 4)
                index += 1
            }
        case .float64:
            let bits = tensor.pointer(UInt64.self)
            while index < tensor.count {
                let isNaN = bits[index] & 0x7fff_ffff_ffff_ffff > 0x7ff0_0000_0000_0000
                add(isNaN ? 0x7ff8_0000_0000_0000 : bits[index], bytes: 8)
                index += 1
            }
        case .int64:
            let values = tensor.pointer(UInt64.self)
            while index < tensor.count {
                add(values[index], bytes: 8)
                index += 1
            }
        case .uint8, .bool:
            let values = tensor.pointer(UInt8.self)
            while index < tensor.count {
                add(UInt64(values[index]), bytes: 1)
                index += 1
            }
        }
    }

    private mutating func add(_ word: UInt64, bytes: Int) {
        var (rest, left, hash) = (word, bytes, value)
        while left > 0 {
            hash = (hash ^ (rest & 0xff)) &* 0x0000_0100_0000_01b3
            rest >>= 8
            left -= 1
        }
        value = hash
    }
}
