import CNNCore
import CNNKernels

/// The elements of lists of a gigabyte: to move or to free them takes longer than whoever pressed Ctrl-C is to wait.
enum LongElements {
    /// Elements between two looks at an interrupt: 16 MiB.
    static let stretch = 1 << 20

    @inline(__always)
    static func isLong(_ count: Int) -> Bool { count >= 2 * stretch }

    /// Makes room for so many elements.
    /// - Parameter blank: an element that holds nothing.
    /// - Throws: E0605; the elements are as they were then.
    static func reserve<Element>(_ capacity: Int, in elements: inout [Element], blank: Element) throws(CNNError) {
        if isLong(elements.count) {
            try move(&elements, toRoomFor: capacity, blank: blank)
        } else {
            elements.reserveCapacity(capacity)
        }
    }

    /// Moves the elements to where there is room for more, as `reserveCapacity` would, looking at interrupts.
    /// - Throws: E0605; the elements are as they were then.
    private static func move<Element>(
        _ elements: inout [Element], toRoomFor capacity: Int, blank: Element
    ) throws(CNNError) {
        // Nobody else may have these very ones, or they would be let go of twice: a shared array becomes one of our own.
        elements.withUnsafeMutableBufferPointer { _ in }
        var interruption: CNNError?
        var moved = [Element](unsafeUninitializedCapacity: capacity) { target, count in
            interruption = copyBits(of: elements, to: target)
            count = interruption == nil ? elements.count : 0
        }
        if let interruption { throw interruption }
        swap(&elements, &moved)
        // What it has lives on in the others.
        freeAside(Forgotten(consume moved, blank))
    }

    /// What `element` gives for 0 ..< count.
    /// - Throws: E0601, E0605, and what `element` throws.
    static func make<Element>(_ count: Int, _ element: (Int) throws(CNNError) -> Element) throws(CNNError) -> [Element]
    {
        try ValueMemory.require(count, each: MemoryLayout<Element>.stride, for: "list")
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for index in 0..<count {
            try WorkMeter.checkInterrupt(at: index)
            elements.append(try element(index))
        }
        return elements
    }

    /// Elements of their own, so that the first that is changed does not copy them all at once.
    /// - Throws: E0605.
    static func copied<Element>(_ elements: [Element]) throws(CNNError) -> [Element] {
        guard isLong(elements.count) else { return elements }
        var copy: [Element] = []
        copy.reserveCapacity(elements.count)
        try append(elements, to: &copy)
        return copy
    }

    /// - Throws: E0605; some of them are there then.
    static func append<Element>(_ more: [Element], to elements: inout [Element]) throws(CNNError) {
        guard isLong(more.count) else {
            elements += more
            return
        }
        for start in stride(from: 0, to: more.count, by: stretch) {
            try WorkMeter.checkInterrupt()
            elements += more[start..<min(more.count, start + stretch)]
        }
    }

    /// Copies without taking references: one of the two is to be forgotten.
    private static func copyBits<Element>(
        of elements: [Element], to target: UnsafeMutableBufferPointer<Element>
    ) -> CNNError? {
        elements.withUnsafeBytes { source in
            let bytes = UnsafeMutableRawBufferPointer(target)
            let stretchBytes = stretch * MemoryLayout<Element>.stride
            for start in stride(from: 0, to: source.count, by: stretchBytes) {
                if cnn_interrupt_pending() { return CNNError(.interrupted, "interrupted") }
                let part = UnsafeRawBufferPointer(rebasing: source[start..<min(source.count, start + stretchBytes)])
                UnsafeMutableRawBufferPointer(rebasing: bytes[start...]).copyMemory(from: part)
            }
            return nil
        }
    }

    /// Elements which go without letting go of what they hold.
    private final class Forgotten<Element> {
        private var elements: [Element]
        private let blank: Element

        init(_ elements: consuming [Element], _ blank: Element) {
            self.elements = elements
            self.blank = blank
        }

        deinit { elements.withUnsafeMutableBufferPointer { $0.initialize(repeating: blank) } }
    }

    /// Frees something on a thread of its own, which has the only reference to it. No values: what they are made of is
    /// counted on the interpreter's thread alone.
    static func freeAside<Content>(_ content: consuming Content) {
        cnn_run_aside(
            { box in
                if let box { Unmanaged<AnyObject>.fromOpaque(box).release() }
            }, Unmanaged<AnyObject>.passRetained(Box(consume content)).toOpaque())
    }

    private final class Box<Content> {
        private let content: Content

        init(_ content: consuming Content) { self.content = content }
    }
}
