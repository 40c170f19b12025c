import CNNCore

/// Outputs `[N, classes]` or answers `[N]` that stand where a model may, and the labels that stand where its data may.
struct GivenAnswers {
    let classNames: [String]
    private let measure: String
    /// float32 or float64 `[N, classes]`; nil for answers.
    private let outputs: Tensor?
    private let answers: [Int]
    private let labels: [Int]
    /// That the outputs or the data tell.
    private let classes: Int?

    /// Nil where anything else stands there.
    /// - Throws: E0302 for numbers of them that differ, E0408 for a label that the outputs do not know, E0404 for none.
    init?(_ call: Call) throws {
        guard let given = try GivenAnswers.tensor(call) else { return nil }
        measure = call.builtin.name
        if given.rank == 1 {
            (outputs, answers) = (nil, try DataArgument.labels(Value(given), measure).integers())
        } else if given.rank == 2 {
            let scores = given.dtype.isFloating ? given : try given.converted(to: .float64)
            (outputs, answers) = (scores, try Evaluation.answers(scores))
        } else {
            throw CNNError(.rankMismatch, "\(measure): outputs are [N, classes], not \(given.shape.asTensor)")
        }
        let data = GivenAnswers.dataset(call)
        classNames = data?.classNames ?? []
        classes = outputs.map { max(2, $0.shape[1]) } ?? (classNames.isEmpty ? nil : classNames.count)
        let truth = try DataArgument.labels(data.map { Value($0.labels) } ?? call.required(1), measure)
        guard truth.rank == 1 || truth.shape != given.shape else {
            throw CNNError(
                .shapeMismatch, "\(measure) wants one class a row, not labels of \(truth.shape.asGiven)",
                notes: ["the labels look one-hot: write argmax(data, axis=1)"], argument: .named("data"))
        }
        labels = truth.integers()
        try check()
    }

    private func check() throws(CNNError) {
        if outputs != nil, let classes, let label = labels.first(where: { $0 < 0 || $0 >= classes }) {
            throw CNNError(
                .labelOutOfRange, "\(measure): label \(label) is not one of \(classes) classes",
                notes: ["classes are counted from 0: 0 to \(classes - 1)"])
        }
        guard !labels.isEmpty else {
            throw CNNError(.invalidValue, "\(measure): there are no labels to compare with")
        }
        guard answers.count == labels.count else {
            let (here, there) = (answers.count.counting("answer"), labels.count.counting("label"))
            throw CNNError(.shapeMismatch, "\(measure): \(here) and \(there) do not go together")
        }
    }

    var accuracy: Double { Double(zip(answers, labels).filter { $0 == $1 }.count) / Double(labels.count) }

    /// int64 `[classes, classes]`: rows are the truth, columns the answers. Where nothing tells how many classes there are,
    /// the largest of both is the last.
    /// - Throws: E0408 for a negative class, E0601 for a large one.
    func confusion() throws(CNNError) -> Tensor {
        let all = answers + labels
        if let least = all.min(), least < 0 {
            throw CNNError(.labelOutOfRange, "\(measure): classes are counted from 0, and one is \(least)")
        }
        let largest = all.max() ?? 0
        guard largest < Int(Int32.max) else {
            throw CNNError(.labelOutOfRange, "\(measure): \(largest) is too large for a class")
        }
        return try Evaluation.confusion(
            answers: answers, labels: labels, classes: max(2, classes ?? 0, largest + 1))
    }

    /// - Throws: E0306 for answers, which have no second best.
    func topK(_ k: Int) throws -> Double {
        guard let outputs else {
            throw CNNError(.rankMismatch, "\(measure): outputs are [N, classes], not a tensor of \(answers.count)")
        }
        return try Evaluation.topK(outputs, try Tensor(integers: labels, Shape([labels.count])), k)
    }

    /// Also from lists.
    private static func tensor(_ call: Call) throws -> Tensor? {
        switch call.value(0) {
        case .tensor(let object)?: object.tensor.detached
        case .list(let list)?: try TensorLiteral.make(.list(list), nil)
        default: nil
        }
    }

    private static func dataset(_ call: Call) -> Dataset? {
        guard case .native(let object)? = call.value(1) else { return nil }
        return (object as? DatasetObject)?.dataset
    }
}
