import CNNKernels

/// What is counted beside the loss: pictures whose answer is right.
enum TrainingMetric: String, CaseIterable, Sendable {
    case accuracy, top5

    /// How many of the rows are right. - Parameter output: `[N, classes]`. - Parameter labels: int64 `[N]`.
    func hits(_ output: Tensor, _ labels: Tensor) throws(CNNError) -> Int {
        let scores = try ClassScores(output, count: labels.count)
        switch self {
        case .accuracy:
            return zip(scores.predictions(), 0..<labels.count).reduce(0) {
                $0 + ($1.0 == labels.integerElement($1.1) ? 1 : 0)
            }
        case .top5: return scores.hits(labels, top: 5)
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
                .shapeMismatch, "\(count) pictures need outputs [\(count), classes], not \(output.shape)")
        }
        guard output.dtype.isFloating else {
            throw CNNError(.dtypeMismatch, "scores are float32 or float64, not \(output.dtype.rawValue)")
        }
        self.output = output
        self.count = count
        classes = output.count / count
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
