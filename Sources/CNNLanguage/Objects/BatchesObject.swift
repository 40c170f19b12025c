import CNNCore

/// What `for x, y in batches(data, 32)` runs over. The order is drawn once, when it is made.
final class BatchesObject: NativeObject {
    enum Source {
        case dataset(Dataset)
        /// Targets of any type, one row a picture.
        case tensors(Tensor, Tensor)

        var count: Int {
            switch self {
            case .dataset(let dataset): dataset.count
            case .tensors(let x, _): x.shape[0]
            }
        }

        var name: String {
            switch self {
            case .dataset(let dataset): dataset.name
            case .tensors(let x, _): "tensor \(x.shape)"
            }
        }
    }

    private let source: Source
    private let size: Int
    /// nil: as they come.
    private let order: [Int]?

    /// - Parameter size: at least 1.
    init(_ source: Source, size: Int, order: [Int]?) {
        self.source = source
        self.size = size
        self.order = order
    }

    override var typeName: String { "batches" }
    override var isReference: Bool { false }
    override var isIterable: Bool { true }
    override var length: Int? { source.count / size + (source.count % size == 0 ? 0 : 1) }

    override func element(_ position: Int, in interpreter: Interpreter) throws -> Value? {
        guard let length, position < length else { return nil }
        let start = position * size
        let positions = start..<min(start + size, source.count)
        let indices = order.map { Array($0[positions]) } ?? Array(positions)
        switch source {
        case .dataset(let dataset):
            let batch = try dataset.batch(indices)
            return .array([Value(batch.images), Value(batch.labels)])
        case .tensors(let x, let y):
            let rows = TensorIndex.tensor(try Tensor(integers: indices, try Shape([indices.count])))
            return .array([Value(try x.subscripted([rows])), Value(try y.subscripted([rows]))])
        }
    }

    override func subscripted(_ items: [Value], in interpreter: Interpreter) throws -> Value? {
        guard items.count == 1, let length else { return nil }
        return try element(
            try Indexing.position(try Indexing.integer(items[0], "batches"), length, "list of batches"), in: interpreter
        )
    }

    /// `45 batches of 32 from digits.train, shuffled`
    override func display() -> String {
        let count = length ?? 0
        return
            "\(count) batch\(count == 1 ? "" : "es") of \(size) from \(source.name)\(order == nil ? "" : ", shuffled")"
    }
}
