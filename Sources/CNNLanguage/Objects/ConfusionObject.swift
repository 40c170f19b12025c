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

    private var right: Int { classNames.indices.reduce(0) { $0 + count($1, $1) } }
    private var total: Int { counts.integers().reduce(0, +) }
    private var accuracy: Double { total > 0 ? Double(right) / Double(total) : 0 }
    private func count(_ truth: Int, _ answer: Int) -> Int { counts.integerElement(truth * classNames.count + answer) }

    public override func display() -> String {
        let head = "\(right) of \(total) right: \(NumberFormatter.fixed(accuracy, 4)); rows are true, columns answered"
        let lines = tableLines()
        let width = lines.map { DisplayWidth.of($0) }.max() ?? 0
        return ([head] + (width <= 80 ? lines : mistakeLines())).joined(separator: "\n")
    }

    /// Columns are headed by numbers; rows have the class's name too where it says more.
    private func tableLines() -> [String] {
        let rows = classNames.indices.map { truth -> [String] in
            let name = classNames[truth] == String(truth) ? classNames[truth] : "\(truth) \(classNames[truth])"
            return [name] + classNames.indices.map { String(count(truth, $0)) }
        }
        return TextTable.lines([""] + classNames.indices.map(String.init), rows)
    }

    /// Too wide a table: the mistakes that were made most often.
    private func mistakeLines() -> [String] {
        var mistakes: [(truth: Int, answer: Int, count: Int)] = []
        for truth in classNames.indices {
            for answer in classNames.indices where truth != answer && count(truth, answer) > 0 {
                mistakes.append((truth, answer, count(truth, answer)))
            }
        }
        // Sorted by count; of equal ones the first classes come first.
        let order = mistakes.indices.sorted {
            mistakes[$0].count != mistakes[$1].count ? mistakes[$0].count > mistakes[$1].count : $0 < $1
        }
        let shown = order.prefix(20).map { mistakes[$0] }.map {
            [classNames[$0.truth], classNames[$0.answer], String($0.count)]
        }
        return ["\(classNames.count) classes; the most frequent mistakes:"]
            + TextTable.lines(["true", "answered", "times"], shown)
    }
}
