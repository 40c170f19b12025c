import CNNCore
import CNNKernels

/// Where each key of a dict stands among its keys: a table of positions with linear probing, at most half full.
///
/// Hashes are the same in every run, and so is the work that is counted where many of them are alike.
struct KeyTable: ~Copyable {
    /// Up to here the keys are looked through one by one, without a table.
    private static let few = 8
    /// Places of a key in the table.
    private static let placesAKey = 2
    static let entryBytes = placesAKey * MemoryLayout<UInt64>.stride
    /// The positions have 32 bits, of which one value is for what is empty.
    static let maximumCount = 1 << 31

    /// In the upper half 32 bits of a hash, in the lower half the position + 1; 0 where there is none.
    private var places: UnsafeMutablePointer<UInt64>?
    /// log2 of how many there are.
    private var bits = 0

    init() {}

    deinit { places?.deallocate() }

    private var size: Int { places == nil ? 0 : 1 << bits }

    /// The first place to look at: the upper bits, so that a larger table has its keys in the same order.
    @inline(__always)
    private static func first(_ hash: UInt64, _ bits: Int) -> Int {
        Int(hash >> UInt64(truncatingIfNeeded: 32 &- bits))
    }

    func position(of key: DictionaryKey, in keys: [DictionaryKey?]) -> Int? {
        guard let places else {
            for position in 0..<keys.count where keys[position] == key { return position }
            return nil
        }
        let hash = key.hash32
        let mask = 1 << bits &- 1
        var place = KeyTable.first(hash, bits)
        var steps = 0
        while places[place] != 0 {
            let found = places[place]
            if found >> 32 == hash {
                let position = Int(found & 0xFFFF_FFFF) &- 1
                if keys[position] == key { return position }
            }
            place = (place &+ 1) & mask
            steps &+= 1
            if steps % KeyTable.countedSteps == 0 { WorkMeter.shared.spend(4 * KeyTable.countedSteps) }
        }
        return nil
    }

    /// So many steps through other keys' places count as work.
    private static let countedSteps = 32

    /// Notes the position of a key that is not there yet; `grow` has made room.
    mutating func add(_ key: DictionaryKey, at position: Int) {
        if let places { KeyTable.put(key.hash32 << 32 | UInt64(position &+ 1), into: places, bits) }
    }

    @inline(__always)
    private static func put(_ entry: UInt64, into places: UnsafeMutablePointer<UInt64>, _ bits: Int) {
        let mask = 1 << bits &- 1
        var place = first(entry >> 32, bits)
        while places[place] != 0 { place = (place &+ 1) & mask }
        places[place] = entry
    }

    private static func makePlaces(_ bits: Int) -> UnsafeMutablePointer<UInt64> {
        let places = UnsafeMutablePointer<UInt64>.allocate(capacity: 1 << bits)
        places.initialize(repeating: 0, count: 1 << bits)
        return places
    }

    /// - Throws: E0605; the table is as it was then.
    mutating func grow(toRoomFor count: Int, keys: [DictionaryKey?]) throws(CNNError) {
        guard count > KeyTable.few else { return }
        let newBits = Int.bitWidth - (KeyTable.placesAKey * count - 1).leadingZeroBitCount
        guard places == nil || newBits > bits else { return }
        let larger = KeyTable.makePlaces(newBits)
        for place in 0..<size {
            if place % LongElements.stretch == 0, cnn_interrupt_pending() {
                larger.deallocate()
                throw CNNError(.interrupted, "interrupted")
            }
            if let entry = places?[place], entry != 0 { KeyTable.put(entry, into: larger, newBits) }
        }
        let isFirst = places == nil
        places?.deallocate()
        places = larger
        bits = newBits
        if isFirst { addAll(keys) }
    }

    private mutating func addAll(_ keys: [DictionaryKey?]) {
        for (position, key) in keys.enumerated() {
            if let key { add(key, at: position) }
        }
    }

    /// Notes the positions of these keys alone.
    mutating func refill(_ keys: [DictionaryKey?]) {
        guard let places else { return }
        places.update(repeating: 0, count: size)
        addAll(keys)
    }

    /// - Throws: E0605.
    func copied() throws(CNNError) -> KeyTable {
        var copy = KeyTable()
        guard let places else { return copy }
        let own = KeyTable.makePlaces(bits)
        copy.places = own
        copy.bits = bits
        for start in stride(from: 0, to: size, by: LongElements.stretch) {
            try WorkMeter.checkInterrupt()
            own.advanced(by: start).update(from: places + start, count: min(size - start, LongElements.stretch))
        }
        return copy
    }
}

extension DictionaryKey {
    /// 32 bits that are the same for equal keys.
    var hash32: UInt64 {
        var hash: UInt64
        switch self {
        case .int(let number): hash = UInt64(bitPattern: Int64(number))
        case .string(let text): hash = CodePoints.withBytes(text, DictionaryKey.hash)
        case .none: hash = 1
        case .bool(let flag): hash = flag ? 3 : 2
        case .float, .float32:
            if let whole {
                hash = UInt64(bitPattern: Int64(whole))
            } else {
                // The bits of a nan do not count.
                hash = fraction.map { ($0.isNaN ? Double.nan : $0).bitPattern } ?? 0
            }
        }
        // Two rounds of multiplication and shift let each bit change about half of the upper ones (as MurmurHash3 ends).
        hash = (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
        hash = (hash ^ hash >> 29) &* 0xBF58_476D_1CE4_E5B9
        return hash >> 32
    }

    /// Eight bytes at a time.
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash = UInt64(bytes.count)
        var position = 0
        let raw = UnsafeRawBufferPointer(bytes)
        while position &+ 8 <= raw.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            hash = (hash << 23 | hash >> 41) ^ word &* 0x9E37_79B9_7F4A_7C15
            position &+= 8
        }
        var rest: UInt64 = 0
        while position < raw.count {
            rest = rest << 8 | UInt64(raw[position])
            position &+= 1
        }
        return (hash << 23 | hash >> 41) ^ rest &* 0x9E37_79B9_7F4A_7C15
    }
}
