/// Labels of examples as whole numbers: what the losses over classes ask of them.
enum ClassLabels {
    /// - Throws: E0306 unless scores are `[N, classes]`; E0302 where labels are not `[N]`; E0207 for labels that are no
    ///   whole numbers.
    static func check(_ scores: TensorSpec, _ labels: TensorSpec, for name: String) throws(CNNError) {
        try checkScores(scores, for: name)
        let (n, classes) = (scores.shape[0], scores.shape[1])
        if labels.dtype.isFloating {
            let isOneHot = labels.shape == scores.shape
            throw CNNError(
                .dtypeMismatch,
                isOneHot
                    ? "\(name) wants one class a row, not a distribution of \(labels.shape)"
                    : "\(name) wants labels that are whole numbers, not \(labels.dtype.rawValue)",
                notes: [isOneHot ? "write argmax(labels, axis=1)" : "write labels.to(int64)"])
        }
        guard labels.dtype != .bool else {
            throw CNNError(
                .dtypeMismatch, "\(name) wants labels that are whole numbers, not bool",
                notes: ["write labels.to(int64)"])
        }
        guard labels.shape.dimensions == [n] else {
            var notes: [String] = []
            if labels.shape == scores.shape {
                notes = ["the labels look one-hot: write argmax(labels, axis=1)"]
                // The others take no distribution.
                if name == "cross_entropy" { notes[0] += ", or labels.to(float32)" }
            } else if labels.shape.count == n {
                notes = ["write reshape(labels, [\(n)])"]
            }
            throw CNNError(
                .shapeMismatch,
                "\(name) wants one label a row, but has scores of \(scores.shape) and labels of \(labels.shape.asGiven)",
                label: "labels must have the shape [\(n)], each from 0 to \(classes - 1)", notes: notes)
        }
    }

    static func checkScores(_ scores: TensorSpec, for name: String) throws(CNNError) {
        // As the built-in's parameter is called, for whom the user's own words go in.
        let x = name == "cross_entropy" ? "logits" : "scores"
        guard scores.dtype.isFloating else {
            throw CNNError(
                .dtypeMismatch, "\(name) wants float32 or float64 scores, not \(scores.dtype.rawValue)",
                notes: ["write \(x).to(float32)"])
        }
        guard scores.shape.rank == 2, scores.shape[1] > 0 else {
            throw CNNError(
                .rankMismatch, "\(name) wants scores [N, classes], not \(scores.shape.asTensor)",
                notes: scores.shape.rank == 1 && scores.shape.count > 0
                    ? ["one example is a batch of 1: write reshape(\(x), 1x\(scores.shape[0]))"] : [])
        }
    }

    /// The labels as int64, all of them from 0 to `classes - 1`.
    /// - Throws: E0408 with the first that is not, and whether they look like 1...n.
    static func checked(_ labels: Tensor, classes: Int, for name: String) throws(CNNError) -> Tensor {
        let labels = labels.dtype == .int64 ? labels : try labels.converted(to: .int64)
        let values = labels.pointer(Int64.self)
        for index in 0..<labels.count where values[index] < 0 || values[index] >= Int64(classes) {
            var least = values[index]
            var largest = values[index]
            for other in 0..<labels.count {
                least = min(least, values[other])
                largest = max(largest, values[other])
            }
            let isFromOne = least >= 1 && largest == Int64(classes)
            var notes = ["classes are counted from 0: 0 to \(classes - 1)"]
            if classes == 1, least >= 0, largest <= 1 {
                notes = [
                    "one score a row cannot tell two classes apart: give the model two outputs",
                    "or end it with sigmoid and train with loss=\"bce\", which takes labels 0 and 1",
                ]
            } else if isFromOne {
                notes = ["the labels look like 1...\(classes): classes are counted from 0, so write labels - 1"]
            } else if largest >= Int64(classes), least >= 0 {
                notes.append("for labels up to \(largest) a row must have \(largest + 1) scores")
            }
            throw CNNError(
                .labelOutOfRange, "label \(values[index]) at index \(index) is not one of \(classes) classes",
                label: "\(name) has scores of \(labels.count)x\(classes)", notes: notes)
        }
        return labels
    }
}
