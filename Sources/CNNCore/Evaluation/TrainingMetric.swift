import CNNKernels

/// What is measured beside the loss, as a mean over the pictures.
enum TrainingMetric: String, CaseIterable, Sendable {
    /// Shares of right answers; labels must be classes.
    case accuracy, top5
    /// The mean squared and the mean absolute error.
    case mse, mae

    var needsClasses: Bool { self == .accuracy || self == .top5 }

    /// The sum over the pictures of a batch. - Parameter output: `[N, …]`. - Parameter labels: int64 `[N]`, or targets.
    func score(_ output: Tensor, _ labels: Tensor) throws(CNNError) -> Double {
        let count = labels.shape.dimensions.first ?? 0
        switch self {
        case .accuracy:
            let scores = try ClassScores(output, count: count)
            try scores.check(labels, for: "accuracy")
            let answers = scores.predictions()
            return Double(answers.indices.reduce(0) { $0 + (answers[$1] == labels.integerElement($1) ? 1 : 0) })
        case .top5: return Double(try ClassScores(output, count: count).hits(labels, top: 5))
        case .mse: return try LossFunction.meanSquaredError.value(output, labels).element(0) * Double(count)
        case .mae: return try LossFunction.meanAbsoluteError.value(output, labels).element(0) * Double(count)
        }
    }
}

/// What a model says about a batch: a score for each class.
struct ClassScores {
    private let output: Tensor
    private let count: Int
    let classes: Int

    /// - Throws: E0302 where `output` is not one row for each of the `count` pictures, E0207.
    init(_ output: Tensor, count: Int) throws(CNNError) {
        guard output.rank > 0, output.shape[0] == count, count > 0, output.count > 0 else {
            throw CNNError(
                .shapeMismatch,
                "\(count.counting("picture needs", "pictures need")) outputs [\(count), classes], not \(output.shape.asGiven)"
            )
        }
        guard output.dtype.isFloating else {
            throw CNNError(.dtypeMismatch, "scores are float32 or float64, not \(output.dtype.rawValue)")
        }
        self.output = output
        self.count = count
        classes = output.count / count
    }

    /// - Throws: E0408 for a label that no output stands for; one output tells 0 and 1 apart.
    func check(_ labels: Tensor, for name: String) throws(CNNError) {
        _ = try ClassLabels.checked(labels, classes: max(2, classes), for: name)
    }

    /// The class with the largest score of each row, the first of equal ones; of one output: whether it is at least 0.5.
    func predictions() -> [Int] {
        if classes == 1 { return (0..<count).map { output.element($0) >= 0.5 ? 1 : 0 } }
        var indices = [Int64](repeating: 0, count: count)
        if output.dtype == .float32 {
            cnn_arg_reduce_f32(true, Int64(count), Int64(classes), 1, output.pointer(), &indices)
        } else {
            cnn_arg_reduce_f64(true, Int64(count), Int64(classes), 1, output.pointer(), &indices)
        }
        return indices.map { Int($0) }
    }

    /// Rows whose label is among the `top` largest scores; the first of equal ones comes first, nan before all.
    func hits(_ labels: Tensor, top: Int) -> Int {
        var hits = 0
        for row in 0..<count {
            let label = labels.integerElement(row)
            guard label >= 0, label < classes else { continue }
            let own = output.element(row * classes + label)
            if own.isNaN { continue }
            let before = (0..<classes).reduce(0) { sum, other in
                let score = output.element(row * classes + other)
                let isBefore = score > own || score.isNaN || (score == own && other < label)
                return sum + (isBefore ? 1 : 0)
            }
            if before < top { hits += 1 }
        }
        return hits
    }
}
