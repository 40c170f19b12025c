import CNNCore
import CNNLanguage

/// The states that `:undo` goes back to. They share what has not changed; still an old tensor lives on in them, so of
/// large variables few are kept, and of very large ones none.
struct UndoStack {
    private struct Entry {
        let snapshot: SessionSnapshot
        let recordCount: Int
        /// The cells that a reset dropped.
        var records: [CellRecord]?
    }

    static let depth = 20
    private static let comfortableBytes = 64 << 20
    private var entries: [Entry] = []
    private var popped: Entry?
    /// Whether states were let go of that `pop` would give.
    private(set) var hasForgotten = false

    mutating func push(_ snapshot: SessionSnapshot, _ recordCount: Int, bytes: Int) {
        if bytes > TensorAllocator.shared.budgetBytes / 4 {
            entries = []
            hasForgotten = true
            return
        }
        entries.append(Entry(snapshot: snapshot, recordCount: recordCount))
        let depth = bytes > UndoStack.comfortableBytes ? 1 : UndoStack.depth
        if entries.count > depth {
            entries.removeFirst(entries.count - depth)
            hasForgotten = true
        }
    }

    /// Keeps cells with the state pushed last, which a reset is about to drop.
    mutating func keep(_ records: [CellRecord]) {
        if let last = entries.indices.last { entries[last].records = records }
    }

    mutating func pop() -> (SessionSnapshot, Int)? {
        popped = entries.popLast()
        return popped.map { ($0.snapshot, $0.recordCount) }
    }

    /// The cells as they were when the state popped last was kept.
    func restored(_ records: [CellRecord], upTo count: Int) -> [CellRecord] {
        popped?.records ?? Array(records.prefix(count))
    }
}
