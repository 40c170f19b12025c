import CNNCore

/// How often each class was answered for each true class.
public final class ConfusionObject: NativeObject {
    /// int64 `[classes, classes]`: rows are the truth.
    private let counts: Tensor
    private let classNames: [String]

    init(_ counts: Tensor, classNames: [String]) {
        self.counts = counts
        let classes = counts.shape[0]
        self.classNames = (0..<classes).map { $0 < classNames.count ? classNames[$0] : String($0) }
    }

    public override var typeName: String { "confusion" }
    public override var isReference: Bool { false }
    public override var memberNames: [String] { ["matrix", "accuracy", "classes"] }

    public override func member(_ name: String, in interpreter: Interpreter) throws -> Value? {
        switch name {
        case "matrix": Value(counts)
        case "accuracy": .float(accuracy)
        case "classes": .array(classNames.map { .text($0) })
        default: nil
        }
    }

    /// `c[truth, answer]`, or a row.
    public override func subscripted(_ items: [Value], in interpreter: Interpreter) throws -> Value? {
        try Indexing.read(Value(counts), items.map { .value($0) }, in: interpreter)
    }

    public override func isEqual(to other: Value) -> Bool {
        guard case .native(let object) = other, let other = object as? ConfusionObject else { return false }
        return other.counts.shape == counts.shape && other.counts.sameElements(counts)
    }

    private var accuracy: Double { figure.accuracy }
    private var figure: ConfusionCounts { ConfusionCounts(classNames: classNames, counts: counts.integers()) }

    public override func figures() -> [Figure] { [.confusion(figure)] }

    public override func display() -> String { ConfusionText().lines(figure).joined(separator: "\n") }
}
