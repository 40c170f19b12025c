import CNNCore

/// A dictionary keeps the order of insertion, and of equal keys the one that came first.
public final class DictionaryObject: HeapObject {
    // As in ListObject: nothing that reads or changes the entries calls back.
    /// nil where a key was taken out.
    @exclusivity(unchecked) private(set) var keys: [DictionaryKey?] = []
    @exclusivity(unchecked) private(set) var values: [Value] = []
    @exclusivity(unchecked) private var table = KeyTable()
    @exclusivity(unchecked) public private(set) var count = 0
    /// How many entries, with gaps, there is room for.
    private var room = 0
    /// What `ValueMemory` knows of.
    private var countedBytes = DictionaryObject.ownBytes

    /// Of the object and the heads of its parts.
    private static let ownBytes = 224
    /// A key and a value in a row, and their places in the table.
    private static let entryBytes =
        MemoryLayout<DictionaryKey?>.stride + MemoryLayout<Value>.stride + KeyTable.entryBytes

    public override init() { ValueMemory.liveBytes += DictionaryObject.ownBytes }

    /// A dict of the same entries, to be changed.
    /// - Throws: E0601, E0605.
    func copied() throws(CNNError) -> DictionaryObject {
        try DictionaryObject.require(keys.count)
        WorkMeter.shared.spend(100 * count)
        let copy = DictionaryObject()
        copy.keys = try LongElements.copied(keys)
        copy.values = try LongElements.copied(values)
        copy.table = try table.copied()
        copy.count = count
        copy.room = keys.count
        copy.count(
            keys.count * DictionaryObject.entryBytes
                + (countedBytes - DictionaryObject.ownBytes - room * DictionaryObject.entryBytes))
        return copy
    }

    deinit {
        ValueMemory.liveBytes -= countedBytes
        if keys.count >= Dismantling.manyValues {
            // Texts can be let go of on any thread.
            var dying: [DictionaryKey?] = []
            swap(&dying, &keys)
            LongElements.freeAside(consume dying)
        }
        if Dismantling.isNeeded(for: values) { Dismantling.run(&values) }
    }

    override func takeParts() -> [Value] {
        defer { values = [] }
        return values
    }

    public subscript(key: DictionaryKey) -> Value? { table.position(of: key, in: keys).map { values[$0] } }

    /// Sets the value of a key, having asked whether there is memory for it.
    /// - Throws: E0601, E0605.
    func insert(_ value: Value, for key: DictionaryKey) throws(CNNError) {
        if let position = table.position(of: key, in: keys) {
            values[position] = value
            return
        }
        if keys.count == room { try grow() }
        if let bytes = key.textBytes { count(bytes) }
        table.add(key, at: keys.count)
        keys.append(key)
        values.append(value)
        count += 1
    }

    /// Sets the value of a key that is there.
    func replace(_ value: Value, for key: DictionaryKey) {
        if let position = table.position(of: key, in: keys) { values[position] = value }
    }

    /// Takes a key out with its value; nil where it is not there.
    func remove(_ key: DictionaryKey) -> Value? {
        guard let position = table.position(of: key, in: keys) else { return nil }
        if let bytes = key.textBytes { count(-bytes) }
        let value = values[position]
        keys[position] = nil
        values[position] = .none
        count -= 1
        if keys.count > 32, count < keys.count / 2 { closeGaps() }
        return value
    }

    func removeAll() {
        count(DictionaryObject.ownBytes - countedBytes)
        keys = []
        table = KeyTable()
        count = 0
        room = 0
        Dismantling.run(&values)
    }

    /// - Throws: E0601 where a dict of so many entries cannot be had.
    static func require(_ count: Int) throws(CNNError) {
        // Of a small one it is enough that it is counted.
        if count >= 1024 { try ValueMemory.require(count, each: entryBytes, for: "dict") }
        guard count <= KeyTable.maximumCount else {
            throw CNNError(.tooLarge, "a dict of \(count) entries is too large")
        }
    }

    @inline(never)
    private func grow() throws(CNNError) {
        let larger = max(4, 2 * room)
        try DictionaryObject.require(larger)
        try LongElements.reserve(larger, in: &keys, blank: nil)
        try LongElements.reserve(larger, in: &values, blank: .none)
        try table.grow(toRoomFor: larger, keys: keys)
        count((larger - room) * DictionaryObject.entryBytes)
        room = larger
    }

    private func count(_ bytes: Int) {
        countedBytes += bytes
        ValueMemory.liveBytes += bytes
    }

    /// Drops the places of removed keys, so that a dict in use for long does not grow.
    private func closeGaps() {
        let kept = keys.indices.filter { keys[$0] != nil }
        keys = kept.map { keys[$0] }
        values = kept.map { values[$0] }
        table.refill(keys)
    }

    /// What `element` gives for each entry, in order of insertion.
    /// - Throws: E0601, E0605.
    func elements(_ element: (DictionaryKey, Value) -> Value) throws -> [Value] {
        try ListObject.require(count)
        let list = ListObject(roomFor: count)
        try forEach { list.elements.append(element($0, $1)) }
        return list.takeParts()
    }

    /// In order of insertion.
    /// - Throws: E0605, and what the body throws.
    func forEach(_ body: (DictionaryKey, Value) throws -> Void) throws {
        _ = try allSatisfy { key, value in
            try body(key, value)
            return true
        }
    }

    /// Whether something holds for each entry; in order of insertion, up to the first for which it does not.
    /// - Throws: E0605, and what is thrown there.
    func allSatisfy(_ holds: (DictionaryKey, Value) throws -> Bool) throws -> Bool {
        for position in keys.indices {
            try WorkMeter.checkInterrupt(at: position)
            if let key = keys[position], try !holds(key, values[position]) { return false }
        }
        return true
    }

    /// The entries in order of insertion, one by one: a list of millions of them takes long to make.
    public var entries: some Sequence<(key: DictionaryKey, value: Value)> {
        zip(keys, values).lazy.compactMap { key, value in key.map { (key: $0, value: value) } }
    }
}
