/// A run over shapes alone: every operation checks its inputs by its shape rule, and gives a tensor of zeros that takes
/// no memory until somebody reads it. Nothing is computed and no work is charged; what branches on a value sees zeros.
public enum ShapeRun {
    /// One operation, in the order of the run.
    public struct Step {
        public let operation: String
        public let inputs: [TensorSpec]
        public let output: TensorSpec
        /// The layer of a model that it belongs to.
        public fileprivate(set) var layer: String?
    }

    /// Looked at once an operation, by the interpreter's thread.
    nonisolated(unsafe) private(set) static var isOn = false
    nonisolated(unsafe) private(set) static var steps: [Step] = []
    /// More are not kept: a loop may run for long.
    private static let limit = 10_000

    /// Runs `body` in this way.
    public static func run(_ body: () -> Void) -> [Step] {
        isOn = true
        steps = []
        defer {
            isOn = false
            steps = []
        }
        body()
        return steps
    }

    static func note(_ operation: String, _ inputs: [TensorSpec], _ output: TensorSpec) {
        if steps.count < limit { steps.append(Step(operation: operation, inputs: inputs, output: output)) }
    }

    /// Says which layer the steps from `first` on belong to; a layer that used no operation is a step itself.
    static func label(_ layer: String, kind: String, from first: Int, _ input: TensorSpec, _ output: TensorSpec) {
        if first >= steps.count, kind != "input" { note(kind, [input], output) }
        for index in steps.indices.dropFirst(first) where steps[index].layer == nil { steps[index].layer = layer }
    }
}

extension Tensor {
    /// Zeros that take no memory until they are read; they are not charged to the budget.
    /// - Throws: E0601 for more than the system can address.
    init(unread spec: TensorSpec) throws(CNNError) {
        self.init(spec, storage: try TensorStorage(unread: spec.shape.count * spec.dtype.size))
    }
}
