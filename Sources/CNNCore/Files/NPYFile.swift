import CNNKernels

/// NumPy's .npy: versions 1 to 3, both byte orders, C and Fortran order, never a pickle.
public enum NPYFile {
    /// - Throws: E0503 where the header and the file's length disagree, checked before anything is allocated.
    public static func read(_ bytes: [UInt8], name: String) throws(CNNError) -> Tensor {
        try bytes.withUnsafeBufferPointer { (buffer) throws(CNNError) -> Tensor in
            let header = try NPYHeader(buffer, name: name)
            let data = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[header.dataOffset...])
            let shape = try checkedShape(header, data.count, name)
            let order = header.isFortranOrder && shape.rank > 1 && shape.count > 0
            let stored = order ? try Shape(shape.dimensions.reversed()) : shape
            let tensor = try header.element.tensor(data, stored, isBigEndian: header.isBigEndian, name: name)
            return order ? try transposed(tensor, to: shape) : tensor
        }
    }

    /// Of a file's first bytes: whether the header is one, and as long as it says.
    static func headCheck(_ name: String) -> HeadCheck {
        HeadCheck { (head, total) throws(CNNError) -> Int? in
            let header = try NPYHeader(head, name: name)
            let shape = try checkedShape(header, total.map { $0 - header.dataOffset }, name)
            return header.dataOffset + shape.count * header.element.size
        }
    }

    private static func checkedShape(_ header: NPYHeader, _ available: Int?, _ name: String) throws(CNNError) -> Shape {
        let shape: Shape
        do { shape = try Shape(header.dimensions) } catch {
            throw CNNError.malformed(name, error.message)
        }
        let needed = shape.count * header.element.size
        guard let available, needed != available else { return shape }
        throw CNNError.malformed(name, "its header claims \(shape) elements, \(needed) bytes; \(available) follow")
    }

    /// Fortran order: the first axis runs fastest.
    private static func transposed(_ tensor: Tensor, to shape: Shape) throws(CNNError) -> Tensor {
        var result = try Tensor(uninitialized: shape, tensor.dtype)
        var strides: [Int64] = []
        var step: Int64 = 1
        for size in shape.dimensions {
            strides.append(step)
            step *= Int64(size)
        }
        var targetStrides = [Int64](repeating: 1, count: shape.rank)
        for axis in (0..<shape.rank - 1).reversed() {
            targetStrides[axis] = targetStrides[axis + 1] * Int64(shape[axis + 1])
        }
        let target = try result.mutableBytes()
        cnn_copy_strided(
            tensor.dtype.size, Int32(shape.rank), shape.dimensions.map { Int64($0) }, tensor.bytes, strides, target,
            targetStrides)
        try WorkMeter.checkInterrupt()
        return result
    }

    /// Version 1, C order, little-endian: what NumPy writes.
    /// - Throws: E0605 after an interrupt.
    public static func write(_ tensor: Tensor) throws(CNNError) -> [UInt8] {
        let sizes = tensor.shape.dimensions
        let tuple = sizes.count == 1 ? "(\(sizes[0]),)" : "(\(sizes.map(String.init).joined(separator: ", ")))"
        var header = "{'descr': '\(NPYHeader.descr(tensor.dtype))', 'fortran_order': False, 'shape': \(tuple), }"
        let filled = (10 + header.utf8.count + 1 + 63) / 64 * 64
        header += String(repeating: " ", count: filled - 10 - header.utf8.count - 1) + "\n"
        let length = header.utf8.count
        var bytes: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(length & 255), UInt8(length >> 8)]
        bytes.reserveCapacity(10 + length + tensor.byteCount)
        bytes.append(contentsOf: header.utf8)
        try StoredElement.append(tensor, to: &bytes, isStoppable: true)
        return bytes
    }
}
