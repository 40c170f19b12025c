import CNNCore
import CNNKernels

/// Frees values that hold values that hold values, … in a loop: their own deinits would call each other as deeply as a
/// list is nested, and end the stack.
///
/// Millions of them take longer than whoever pressed Ctrl-C is to wait. What is left then waits, and is freed piece by
/// piece while the session goes on.
enum Dismantling {
    /// From here on it is worth to look at interrupts.
    static let manyValues = 1 << 16
    /// Numbers that are let go at once: 4 MiB of them.
    private static let stretch = 1 << 18
    /// Arrays from here on have pages of their own, which are given back.
    private static let pagedBytes = 64 << 20

    // Changed from the interpreter's thread alone, as the values themselves.
    nonisolated(unsafe) private static var waiting: [[Value]] = []

    static var isDue: Bool { !waiting.isEmpty }

    @inline(__always)
    static func isNeeded(for parts: [Value]) -> Bool {
        parts.count >= manyValues || parts.contains { $0.isFreedAlone }
    }

    /// - Parameter parts: what a dying object held, the only reference to it; empty afterwards.
    static func run(_ parts: inout [Value]) {
        var open: [[Value]] = [[]]
        swap(&open[0], &parts)
        free(&open, atMost: .max)
        if !open.isEmpty { waiting += open }
    }

    /// Goes on with what had to wait.
    static func goOn(atMost count: Int) {
        var open: [[Value]] = []
        swap(&open, &waiting)
        free(&open, atMost: count)
        // Freeing may have made others wait.
        waiting += open
    }

    /// Frees from the end of the last array, until there is none, so many values are freed, or an interrupt came.
    private static func free(_ open: inout [[Value]], atMost count: Int) {
        var left = count
        while var values = open.popLast() {
            // Others have them too: nothing of it is freed now.
            if values.count >= manyValues, !isOwn(&values) { continue }
            while !values.isEmpty {
                if left <= 0 || cnn_interrupt_pending() {
                    open.append(values)
                    return
                }
                if !values[values.count - 1].isObject {
                    left -= freeNumbers(&values)
                    continue
                }
                left -= 1
                guard var object = takeHolder(&values) else { continue }
                guard isKnownUniquelyReferenced(&object) else { continue }
                if !values.isEmpty { open.append(values) }
                values = object.takeParts()
            }
        }
    }

    /// Whether nobody else has these very elements, so that they go with this array. It is a reference to them.
    @inline(__always)
    private static func isOwn(_ values: inout [Value]) -> Bool {
        withUnsafeMutablePointer(to: &values) {
            $0.withMemoryRebound(to: AnyObject.self, capacity: 1) { isKnownUniquelyReferenced(&$0.pointee) }
        }
    }

    /// Frees the last value, or gives it to be taken apart.
    @inline(__always)
    private static func takeHolder(_ values: inout [Value]) -> HeapObject? {
        switch values.removeLast() {
        case .list(let list): list
        case .dictionary(let dictionary): dictionary
        case .function(let function): function
        default: nil
        }
    }

    /// Frees the numbers at the end of the values.
    /// - Returns: How many there were.
    private static func freeNumbers(_ values: inout [Value]) -> Int {
        let limit = max(0, values.count - stretch)
        var start = values.count
        while start > limit, !values[start - 1].isObject { start -= 1 }
        let freed = values.count - start
        values.removeLast(freed)
        if values.capacity * MemoryLayout<Value>.stride >= pagedBytes {
            values.withUnsafeMutableBufferPointer { rest in
                guard let begin = rest.baseAddress else { return }
                cnn_give_back(begin + rest.count, Int64(freed * MemoryLayout<Value>.stride))
            }
        }
        return freed
    }
}
