import CNNKernels

/// How good a model is on a data set. The model evaluates (no dropout, running statistics), 256 pictures at a time.
public enum Evaluation {
    /// Pictures a batch.
    static let batch = 256

    /// The class that the model answers for each picture.
    public static func predictions(_ model: Model, _ data: Dataset) throws -> [Int] {
        try answers(model, data).numbers
    }

    /// The class that each row of outputs `[N, classes]` answers; one output says whether it is class 1.
    public static func answers(_ outputs: Tensor) throws(CNNError) -> [Int] {
        try ClassScores(outputs, count: outputs.shape.dimensions.first ?? 0).predictions()
    }

    /// What the model answers, and how many classes it knows.
    /// - Parameter measure: what needs the labels: each must be one of the classes.
    private static func answers(
        _ model: Model, _ data: Dataset, for measure: String? = nil
    ) throws -> (numbers: [Int], classes: Int) {
        var result: (numbers: [Int], classes: Int) = ([], 0)
        if measure != nil { try data.checkClasses() }
        try forEachBatch(model, data) { output, labels in
            let scores = try ClassScores(output, count: labels.shape.dimensions.first ?? 0)
            if let measure { try scores.check(labels, for: measure) }
            result.numbers.append(contentsOf: scores.predictions())
            result.classes = max(2, scores.classes)
        }
        return result
    }

    /// The share of the pictures whose class the model answers.
    /// - Throws: E0207 for data whose labels are no classes, E0408 for a class that the model does not know; here and
    ///   below.
    public static func accuracy(_ model: Model, _ data: Dataset) throws -> Double {
        let answers = try answers(model, data, for: "accuracy").numbers
        let right = zip(answers, 0..<data.count).reduce(0) {
            $0 + ($1.0 == data.labels.integerElement($1.1) ? 1 : 0)
        }
        return Double(right) / Double(data.count)
    }

    /// The mean loss over the pictures.
    public static func loss(_ model: Model, _ data: Dataset, _ loss: LossFunction) throws -> Double {
        try EvaluationPass(model, data, loss: loss, metrics: []).loss
    }

    /// The share of the pictures whose class is among the model's `k` best.
    /// - Throws: E0404 unless k is positive.
    public static func topK(_ model: Model, _ data: Dataset, _ k: Int) throws -> Double {
        try data.checkClasses()
        var hits = 0
        try forEachBatch(model, data) { output, labels in hits += try self.hits(output, labels, top: k) }
        return Double(hits) / Double(data.count)
    }

    /// Of outputs `[N, classes]` and their labels `[N]`.
    public static func topK(_ output: Tensor, _ labels: Tensor, _ k: Int) throws -> Double {
        Double(try hits(output, labels, top: k)) / Double(labels.count)
    }

    private static func hits(_ output: Tensor, _ labels: Tensor, top k: Int) throws -> Int {
        guard k > 0 else { throw CNNError(.invalidValue, "k must be at least 1, not \(k)") }
        let scores = try ClassScores(output, count: labels.count)
        try scores.check(labels, for: "top_k")
        return scores.hits(labels, top: k)
    }

    /// int64 `[classes, classes]`: rows are the truth, columns the model's answers.
    public static func confusion(_ model: Model, _ data: Dataset) throws -> Tensor {
        let (answers, classes) = try answers(model, data, for: "confusion")
        return try confusion(answers: answers, labels: data.labels.integers(), classes: classes)
    }

    /// The same of answers and labels that are all from 0 to `classes` - 1.
    public static func confusion(answers: [Int], labels: [Int], classes: Int) throws(CNNError) -> Tensor {
        var counts = try Tensor.full(try Shape([classes, classes]), 0, .int64)
        let values = try counts.mutablePointer(Int64.self)
        for (answer, label) in zip(answers, labels) { values[label * classes + answer] += 1 }
        return counts
    }

    /// - Throws: E0404 without pictures, E0605 after an interrupt, what `body` throws.
    static func forEachBatch(
        _ model: Model, _ data: Dataset, _ body: (_ output: Tensor, _ labels: Tensor) throws -> Void
    ) throws {
        guard data.count > 0 else { throw CNNError(.invalidValue, "\(data.name) has no pictures") }
        for start in stride(from: 0, to: data.count, by: batch) {
            let part = try data.batch(Array(start..<min(start + batch, data.count)))
            let output = try model(part.images.converted(to: model.dtype))
            guard !cnn_interrupt_pending() else { throw CNNError(.interrupted, "interrupted") }
            try body(output, part.labels)
        }
    }
}

/// Loss and metrics of a model on a data set, in one pass.
struct EvaluationPass {
    let loss: Double
    /// The mean over the pictures of each of the metrics asked for.
    let metrics: [Double]

    /// - Throws: what the model and the loss throw.
    init(_ model: Model, _ data: Dataset, loss function: LossFunction, metrics wanted: [TrainingMetric]) throws {
        var sum = 0.0
        var scores = [Double](repeating: 0, count: wanted.count)
        try Evaluation.forEachBatch(model, data) { output, labels in
            let count = labels.shape.dimensions.first ?? 0
            sum += try function(output, labels).element(0) * Double(count)
            for (index, metric) in wanted.enumerated() { scores[index] += try metric.score(output, labels) }
        }
        loss = sum / Double(data.count)
        metrics = scores.map { $0 / Double(data.count) }
    }
}
