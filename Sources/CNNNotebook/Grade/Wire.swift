/// Writes values one after the other: numbers with seven bits a byte, everything else with its length before it.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ number: Int) {
        // Small numbers of either sign are short.
        var rest = UInt64(bitPattern: Int64(number << 1 ^ number >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func add(_ flag: Bool) { add(flag ? 1 : 0) }

    mutating func add(_ content: [UInt8]) {
        add(content.count)
        bytes += content
    }

    mutating func add(_ text: String) { add(Array(text.utf8)) }

    mutating func add<Element>(_ elements: [Element], _ write: (inout WireWriter, Element) -> Void) {
        add(elements.count)
        for element in elements { write(&self, element) }
    }
}

/// Reads what a `WireWriter` has written; anything else is an error, never a trap.
struct WireReader {
    struct Malformed: Error {}

    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func number() throws(Malformed) -> Int {
        var result: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard let byte = rest.popFirst(), shift < 64 else { throw Malformed() }
            result |= UInt64(byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 { break }
        }
        return Int(Int64(bitPattern: result >> 1)) ^ -Int(result & 1)
    }

    mutating func flag() throws(Malformed) -> Bool {
        switch try number() {
        case 0: false
        case 1: true
        default: throw Malformed()
        }
    }

    mutating func content() throws(Malformed) -> [UInt8] {
        let count = try number()
        guard count >= 0, count <= rest.count else { throw Malformed() }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func text() throws(Malformed) -> String {
        guard let text = String(validating: try content(), as: UTF8.self) else { throw Malformed() }
        return text
    }

    mutating func list<Element>(
        _ read: (inout WireReader) throws(Malformed) -> Element
    ) throws(Malformed) -> [Element] {
        let count = try number()
        // Each element takes a byte at least.
        guard count >= 0, count <= rest.count else { throw Malformed() }
        var elements: [Element] = []
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }
}
