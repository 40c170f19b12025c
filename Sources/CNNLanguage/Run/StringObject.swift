import CNNCore

/// A str: a sequence of Unicode code points, as in Python. Its number of them and, in a text with others than ASCII's,
/// the places of some are found once and kept, so that `s[i]` and `len(s)` in a loop do not walk the text each time.
public final class StringObject: HeapObject {
    // One thread runs a session, and nothing here calls back: Swift need not watch each access, which takes as long as
    // the work.
    @exclusivity(unchecked) public private(set) var text: String
    /// -1 until it is asked for.
    @exclusivity(unchecked) private var knownCount = -1
    /// The bytes at which code points 0, 64, 128, … begin; nil until they are needed, and for ASCII. No array: with two
    /// references to let go, a text takes twice as long to free.
    @exclusivity(unchecked) private var marks: UnsafeMutablePointer<Int>?
    private static let markDistance = 64
    /// What `ValueMemory` knows of.
    @exclusivity(unchecked) private var countedBytes: Int
    /// Of the object and the head of its text.
    private static let ownBytes = 96

    /// The longest text, in bytes.
    static let maximumBytes = 1 << 28

    public init(_ text: String) {
        self.text = text
        countedBytes = StringObject.ownBytes &+ text.utf8.count
        ValueMemory.liveBytes += countedBytes
        // Whoever made it took about as long as for so many multiply-adds; of a short one its call or operation tells.
        if countedBytes >= 256 { WorkMeter.shared.spend(countedBytes) }
    }

    deinit {
        ValueMemory.liveBytes -= countedBytes
        marks?.deallocate()
    }

    /// One of the code points as a text; those of ASCII are made once.
    static func character(_ scalar: Unicode.Scalar) -> StringObject {
        scalar.isASCII ? characters[Int(scalar.value)] : StringObject(String(scalar))
    }

    // Sessions run on one thread at a time, and the only thing that changes in these is set here.
    nonisolated(unsafe) private static let characters: [StringObject] = (UInt8(0)..<128).map { code in
        let object = StringObject(String(Unicode.Scalar(code)))
        object.knownCount = 1
        return object
    }

    /// How many code points there are.
    public var count: Int {
        if knownCount < 0 { knownCount = CodePoints.count(text) }
        return knownCount
    }

    private var isASCII: Bool { count == text.utf8.count }

    /// - Throws: E0604 where two texts together are too long.
    @inline(__always)
    static func checkLength(_ a: String, _ b: String) throws(CNNError) {
        // Neither is longer than memory, so the sum does not overflow.
        try checkLength(a.utf8.count + b.utf8.count)
    }

    /// - Throws: E0604 where a text of so many bytes is too long.
    @inline(__always)
    static func checkLength(_ bytes: Int) throws(CNNError) {
        guard bytes <= maximumBytes else { throw tooLong(bytes) }
    }

    @inline(never)
    private static func tooLong(_ bytes: Int) -> CNNError {
        CNNError(.tooLarge, "a str of \(bytes) bytes is too long")
    }

    /// - Throws: E0601 where a text of so many bytes cannot be had.
    @inline(__always)
    static func require(_ bytes: Int) throws(CNNError) {
        // Of a short one it is enough that it is counted.
        guard bytes >= 1 << 16 else { return }
        try ValueMemory.require(bytes, for: "str")
        // Long ones take long: a loop over them looks at interrupts more often than its turns say.
        try WorkMeter.checkInterrupt()
    }

    /// - Throws: E0601 where a list of so many texts cannot be had.
    static func require(parts count: Int) throws(CNNError) {
        // The text itself, and its places in two lists.
        if count >= 1024 { try ValueMemory.require(count, each: ownBytes + 32, for: "list") }
    }

    /// Whether it has the same code points.
    /// - Throws: E0602 where the work is used up.
    func equals(_ other: StringObject) throws(CNNError) -> Bool {
        try WorkMeter.shared.charge(2 * min(text.utf8.count, other.text.utf8.count))
        if text.utf8.count >= 1 << 16 { try WorkMeter.checkInterrupt() }
        return self === other || CodePoints.areEqual(text, other.text)
    }

    /// - Throws: E0604 where both together are too long, E0601.
    func joined(with other: StringObject) throws(CNNError) -> Slot {
        try StringObject.checkLength(text, other.text)
        try StringObject.require(text.utf8.count + other.text.utf8.count)
        return Slot(text: text + other.text)
    }

    /// Adds another text at the end. Only for an object that nobody else holds.
    /// - Throws: E0604 where both together are too long, E0601.
    func append(_ other: StringObject) throws(CNNError) {
        try StringObject.checkLength(text, other.text)
        let bytes = text.utf8.count + other.text.utf8.count
        if bytes > countedBytes { try grow(to: bytes) }
        if knownCount >= 0 { knownCount += other.count }
        if marks != nil { removeMarks() }
        text += other.text
    }

    /// Swift doubles a text that grows, and so does the count.
    @inline(never)
    private func grow(to bytes: Int) throws(CNNError) {
        let capacity = max(bytes, 2 * text.utf8.count)
        try StringObject.require(capacity)
        text.reserveCapacity(capacity)
        ValueMemory.liveBytes += StringObject.ownBytes + capacity - countedBytes
        countedBytes = StringObject.ownBytes + capacity
    }

    // MARK: - Parts

    /// The code point at 0 ..< count, as a text.
    func element(_ position: Int) -> StringObject { .character(text.unicodeScalars[index(position)]) }

    /// A text of one byte each: the one at `position`, nil behind the end; nil for other texts.
    func asciiElement(_ position: Int) -> StringObject? {
        guard position < text.utf8.count, isASCII else { return nil }
        let bytes = text.utf8
        return .character(Unicode.Scalar(bytes[bytes.index(bytes.startIndex, offsetBy: position)]))
    }

    /// The code points at these positions.
    /// - Throws: E0601, E0605.
    func part(_ positions: SlicePositions) throws(CNNError) -> String {
        if positions.step == 1 || positions.count == 1 {
            let start = index(positions.start)
            return String(text.unicodeScalars[start..<index(positions.start + positions.count)])
        }
        guard !positions.isEmpty else { return "" }
        let scalars = try StringObject.codePoints(of: text)
        let part = String(codePoints: positions.lazy.map { scalars[$0] })
        try WorkMeter.checkInterrupt()
        return part
    }

    /// - Throws: E0601: four bytes each, and again for what is made of them; E0605.
    static func codePoints(of text: String) throws(CNNError) -> [Unicode.Scalar] {
        try require(8 * text.utf8.count)
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            scalars.append(scalar)
            try WorkMeter.checkInterrupt(at: scalars.count)
        }
        return scalars
    }

    /// The text so many times; `rounds` is at least 0, and the product no more than fits.
    /// - Throws: E0601, E0605.
    static func repeating(_ text: String, _ rounds: Int) throws(CNNError) -> String {
        let bytes = text.utf8.count * rounds
        guard bytes > 0 else { return "" }
        try require(bytes)
        guard bytes > 1 << 20, text.utf8.count < 1 << 20 else { return String(repeating: text, count: rounds) }
        // As many at once as are a stretch between two looks at an interrupt.
        let rounds = (block: (1 << 20) / text.utf8.count, all: rounds)
        let block = String(repeating: text, count: rounds.block)
        var result = ""
        result.reserveCapacity(bytes)
        for _ in 0..<rounds.all / rounds.block {
            try WorkMeter.checkInterrupt()
            result += block
        }
        result += String(repeating: text, count: rounds.all % rounds.block)
        return result
    }

    /// The code points one by one, as texts.
    /// - Throws: E0601, E0605.
    func elements(limit: Int = .max) throws(CNNError) -> [Value] {
        try ListObject.require(min(count, limit))
        let list = ListObject(roomFor: min(count, limit))
        for scalar in text.unicodeScalars.prefix(limit) {
            try list.append(.string(.character(scalar)))
            try WorkMeter.checkInterrupt(at: list.elements.count)
        }
        return list.takeParts()
    }

    /// Where a code point begins.
    /// - Parameter position: 0 … count.
    private func index(_ position: Int) -> String.Index {
        let bytes = text.utf8
        guard !isASCII else { return bytes.index(bytes.startIndex, offsetBy: position) }
        let (mark, rest) = position.quotientAndRemainder(dividingBy: StringObject.markDistance)
        let start = bytes.index(bytes.startIndex, offsetBy: (marks ?? placeMarks())[mark])
        return text.unicodeScalars.index(start, offsetBy: rest)
    }

    private func removeMarks() {
        marks?.deallocate()
        marks = nil
    }

    private func placeMarks() -> UnsafeMutablePointer<Int> {
        // The end has a place too.
        let places = UnsafeMutablePointer<Int>.allocate(capacity: count / StringObject.markDistance + 1)
        var (position, offset) = (0, 0)
        for byte in text.utf8 {
            if byte & 0xC0 != 0x80 {
                if position % StringObject.markDistance == 0 { places[position / StringObject.markDistance] = offset }
                position += 1
            }
            offset += 1
        }
        if position % StringObject.markDistance == 0 { places[position / StringObject.markDistance] = offset }
        marks = places
        return places
    }
}
