/// The safetensors format: 8 bytes of header length, a JSON header of names, types, shapes and places, the elements.
public enum SafeTensors {
    /// The format's own limit.
    private static let headerLimit = 100_000_000

    private struct Item {
        var name: String
        var element: StoredElement
        var shape: Shape
        var range: Range<Int>
    }

    /// What a file holds, in the header's order.
    public struct Content {
        public var tensors: [(name: String, tensor: Tensor)] = []
        public var metadata: [(key: String, value: String)] = []
    }

    private struct Header {
        var items: [Item] = []
        var metadata: [(key: String, value: String)] = []
    }

    /// - Throws: E0501, E0502, E0503, E0604, E0601.
    static func load(_ path: String) throws(CNNError) -> Content {
        let check = HeadCheck { (head, total) throws(CNNError) -> Int? in
            _ = try headerLength(head, total: total ?? .max, path)
            return nil
        }
        return try read(FileReader.bytes(path, limit: FileReader.budgetLimit, check: check), name: path)
    }

    private static func headerLength(
        _ bytes: UnsafeBufferPointer<UInt8>, total: Int, _ name: String
    ) throws(CNNError) -> Int {
        guard bytes.count >= 8 else { throw CNNError.malformed(name, "\(bytes.count) bytes are too few") }
        var length: UInt64 = 0
        for index in (0..<8).reversed() { length = length << 8 | UInt64(bytes[index]) }
        guard length <= UInt64(min(headerLimit, total - 8)) else {
            throw CNNError.malformed(name, "its header claims \(length) bytes; \(total - 8) follow")
        }
        return Int(length)
    }

    /// - Throws: E0503 for anything that the format forbids: a wrong length, an overlap, a hole, a repeated name.
    public static func read(_ bytes: [UInt8], name: String) throws(CNNError) -> Content {
        try bytes.withUnsafeBufferPointer { (buffer) throws(CNNError) -> Content in
            let dataStart = 8 + (try headerLength(buffer, total: buffer.count, name))
            let header = try header(UnsafeBufferPointer(rebasing: buffer[8..<dataStart]), name)
            try checkLayout(header.items, buffer.count - dataStart, name)
            let data = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[dataStart...])
            var result = Content(metadata: header.metadata)
            for item in header.items {
                let content = UnsafeRawBufferPointer(rebasing: data[item.range])
                result.tensors.append((item.name, try item.element.tensor(content, item.shape, name: name)))
            }
            return result
        }
    }

    private static func header(_ text: UnsafeBufferPointer<UInt8>, _ name: String) throws(CNNError) -> Header {
        var header = Header()
        for member in try members(text, name) {
            if member.key == "__metadata__" {
                header.metadata = try metadata(member.value, name)
            } else {
                header.items.append(try item(member.key, member.value, name))
            }
        }
        return header
    }

    private static func members(
        _ text: UnsafeBufferPointer<UInt8>, _ name: String
    ) throws(CNNError) -> [JSON.Member] {
        let problem: String
        do throws(JSONParser.Failure) {
            // An array in a header is a shape or two offsets.
            let header = try JSONParser.parse(Array(text), depthLimit: 8, elementLimit: 64)
            if text.first == UInt8(ascii: "{"), let members = header.members { return members }
            problem = ""
        } catch { problem = ": \(error.message)" }
        throw CNNError.malformed(name, "its header is not a JSON object\(problem)")
    }

    private static func metadata(_ value: JSON, _ name: String) throws(CNNError) -> [(key: String, value: String)] {
        guard case .object(let members) = value else {
            throw CNNError.malformed(name, "its __metadata__ is not an object of strings")
        }
        var result: [(key: String, value: String)] = []
        for member in members {
            guard case .string(let text) = member.value else {
                throw CNNError.malformed(name, "its __metadata__ has '\(member.key)', which is not a string")
            }
            result.append((member.key, text))
        }
        return result
    }

    private static func item(_ key: String, _ value: JSON, _ name: String) throws(CNNError) -> Item {
        var element: StoredElement?
        var dimensions: [Int]?
        var offsets: [Int]?
        guard case .object(let members) = value, members.count == 3 else {
            throw CNNError.malformed(name, "'\(key)' needs dtype, shape and data_offsets, and nothing else")
        }
        for member in members {
            switch (member.key, member.value) {
            case ("dtype", .string(let word)):
                element = elements.first { $0.name == word }?.element
                if element == nil { throw CNNError.malformed(name, "'\(key)' has the type \(word), which is not read") }
            case ("shape", .array(let values)): dimensions = integers(values)
            case ("data_offsets", .array(let values)): offsets = integers(values)
            default: break
            }
        }
        guard let element, let dimensions, let offsets, offsets.count == 2, offsets[0] <= offsets[1] else {
            throw CNNError.malformed(name, "'\(key)' needs dtype, shape and data_offsets, and nothing else")
        }
        let shape: Shape
        do { shape = try Shape(dimensions) } catch { throw CNNError.malformed(name, "'\(key)': \(error.message)") }
        guard shape.count * element.size == offsets[1] - offsets[0] else {
            throw CNNError.malformed(
                name, "'\(key)' is \(shape), \(shape.count * element.size) bytes, and gets \(offsets[1] - offsets[0])")
        }
        return Item(name: key, element: element, shape: shape, range: offsets[0]..<offsets[1])
    }

    private static func integers(_ values: [JSON]) -> [Int]? {
        var result: [Int] = []
        for value in values {
            guard let number = value.wholeNumber, number >= 0 else { return nil }
            result.append(number)
        }
        return result
    }

    /// Every byte belongs to exactly one tensor.
    private static func checkLayout(_ items: [Item], _ available: Int, _ name: String) throws(CNNError) {
        var end = 0
        for item in items.sorted(by: {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }) {
            guard item.range.lowerBound == end else {
                let what = item.range.lowerBound < end ? "overlaps what stands before it" : "leaves a hole before it"
                throw CNNError.malformed(name, "'\(item.name)' \(what)")
            }
            end = item.range.upperBound
        }
        guard end == available else {
            throw CNNError.malformed(name, "its tensors take \(end) bytes; \(available) follow the header")
        }
    }

    private static let elements: [(name: String, element: StoredElement)] = [
        ("F32", .float32), ("F64", .float64), ("I64", .int64), ("U8", .uint8), ("BOOL", .bool), ("F16", .float16),
        ("BF16", .bfloat16), ("I8", .int8), ("I16", .int16), ("U16", .uint16), ("I32", .int32), ("U32", .uint32),
        ("U64", .uint64),
    ]

    /// The tensors in the order given.
    /// - Throws: E0404 for a repeated or reserved name.
    public static func write(
        _ tensors: [(name: String, tensor: Tensor)], metadata: [(key: String, value: String)] = []
    ) throws(CNNError) -> [UInt8] {
        var parts: [String] = []
        var names: Set<String> = ["__metadata__"]
        var offset = 0
        if !metadata.isEmpty {
            let members = metadata.map { "\(quoted($0.key)):\(quoted($0.value))" }
            parts.append("\"__metadata__\":{\(members.joined(separator: ","))}")
        }
        for (name, tensor) in tensors {
            guard names.insert(name).inserted else {
                throw CNNError(.invalidValue, "a file cannot hold two tensors named '\(name)'")
            }
            let type = elements.first { $0.element == StoredElement(tensor.dtype) }?.name ?? ""
            let sizes = tensor.shape.dimensions.map(String.init).joined(separator: ",")
            let end = offset + tensor.byteCount
            parts.append(
                "\(quoted(name)):{\"dtype\":\"\(type)\",\"shape\":[\(sizes)],\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var header = [UInt8]("{\(parts.joined(separator: ","))}".utf8)
        // Readers that map the file want the elements aligned.
        while header.count % 8 != 0 { header.append(0x20) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + header.count + offset)
        for index in 0..<8 { bytes.append(UInt8(header.count >> (8 * index) & 255)) }
        bytes.append(contentsOf: header)
        for (_, tensor) in tensors { try StoredElement.append(tensor, to: &bytes) }
        return bytes
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
