import CNNCore

/// A list is copied on assignment: whoever changes `elements` makes sure first that nobody else holds this object, and
/// lets it grow by `append` and `extend`, which count the memory.
public final class ListObject: HeapObject {
    // As in StringObject: nothing that reads or changes the elements calls back.
    @exclusivity(unchecked) public var elements: [Value]
    /// What `ValueMemory` knows of.
    @exclusivity(unchecked) private var countedBytes: Int

    /// Of the object and the head of its array.
    private static let ownBytes = 80
    private static let elementBytes = MemoryLayout<Value>.stride
    /// Units of work for an element.
    private static let elementWork = 12

    public init(_ elements: [Value]) {
        self.elements = elements
        countedBytes = ListObject.bytes(elements.count)
        ValueMemory.liveBytes += countedBytes
        // Each was put there, and is let go again; of a short one the operation that makes it tells.
        if elements.count >= 16 { WorkMeter.shared.spend(ListObject.elementWork &* elements.count) }
    }

    /// An empty one; whoever makes it has asked for the memory.
    convenience init(roomFor count: Int) {
        self.init([])
        elements.reserveCapacity(count)
        noteRoom(count)
    }

    /// What `element` gives for 0 ..< count. Where it throws, what there is already is freed as any list is.
    /// - Throws: E0601, E0605, and what `element` throws.
    static func elements(_ count: Int, _ element: (Int) throws -> Value) throws -> [Value] {
        try require(count)
        let list = ListObject(roomFor: count)
        for index in 0..<count {
            try WorkMeter.checkInterrupt(at: index)
            // Each may be a list of its own.
            if index & 0x3FFF == 0x3FFF { try ValueMemory.check() }
            list.elements.append(try element(index))
        }
        return list.takeParts()
    }

    /// The elements of the first and then those of the second.
    /// - Throws: E0601, E0605.
    static func joined(_ first: ListObject, _ second: ListObject) throws(CNNError) -> [Value] {
        let count = first.elements.count + second.elements.count
        try require(count)
        let list = ListObject(roomFor: count)
        try LongElements.append(first.elements, to: &list.elements)
        try LongElements.append(second.elements, to: &list.elements)
        return list.takeParts()
    }

    /// The same elements so many times; `rounds` is at least 0, and the product no more than fits.
    /// - Throws: E0601, E0605.
    func repeated(_ rounds: Int) throws(CNNError) -> [Value] {
        let count = elements.count * rounds
        guard count > 0 else { return [] }
        try ListObject.require(count)
        let list = ListObject(roomFor: count)
        for _ in 0..<rounds {
            try WorkMeter.checkInterrupt()
            try LongElements.append(elements, to: &list.elements)
        }
        return list.takeParts()
    }

    deinit {
        ValueMemory.liveBytes -= countedBytes
        if Dismantling.isNeeded(for: elements) { Dismantling.run(&elements) }
    }

    override func takeParts() -> [Value] {
        defer { elements = [] }
        return elements
    }

    /// What a list of so many elements takes.
    @inline(__always)
    private static func bytes(_ count: Int) -> Int { ownBytes + count &* elementBytes }

    /// - Throws: E0601 where a list of so many elements cannot be had.
    static func require(_ count: Int) throws(CNNError) {
        // Of a short one it is enough that it is counted.
        guard count >= 4096 else { return }
        try ValueMemory.require(count, each: elementBytes, for: "list")
        // Long ones take long: a loop over them looks at interrupts more often than its turns say.
        try WorkMeter.checkInterrupt()
    }

    /// - Throws: E0601 where a list of so many lists, of so many elements each, cannot be had.
    static func require(_ count: Int, each size: Int) throws(CNNError) {
        guard count >= 1024 else { return }
        try ValueMemory.require(count, each: elementBytes + ownBytes + size * elementBytes, for: "list")
    }

    /// A list of the same elements, to be changed.
    /// - Throws: E0601, E0605.
    func copied() throws(CNNError) -> ListObject {
        try ListObject.require(elements.count)
        return ListObject(try LongElements.copied(elements))
    }

    /// - Throws: E0601.
    @inline(__always)
    func append(_ value: Value) throws(CNNError) {
        if elements.count == elements.capacity { try grow(to: elements.count + 1) }
        elements.append(value)
    }

    /// - Throws: E0601.
    func append(contentsOf values: [Value]) throws(CNNError) {
        let count = elements.count + values.count
        if count > elements.capacity { try grow(to: count) }
        try WorkMeter.shared.charge(ListObject.elementWork &* values.count)
        let before = elements.count
        do throws(CNNError) {
            try LongElements.append(values, to: &elements)
        } catch {
            elements.removeLast(elements.count - before)
            throw error
        }
    }

    /// Room for so many, and for as many again where it is to grow step by step.
    @inline(never)
    private func grow(to count: Int) throws(CNNError) {
        let capacity = max(4, count, 2 * elements.count)
        try ListObject.require(capacity)
        try LongElements.reserve(capacity, in: &elements, blank: .none)
        noteRoom(capacity)
    }

    private func noteRoom(_ capacity: Int) {
        let bytes = ListObject.bytes(capacity)
        ValueMemory.liveBytes += bytes - countedBytes
        countedBytes = bytes
    }
}
