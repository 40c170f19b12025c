/// Errors of a loss within `train`: whose fault it is, in words that fit the statement and not a call of the loss.
enum LossErrors {
    /// - Parameters:
    ///   - output: of the model for a batch, `[N, …]`.
    ///   - labels: of that batch.
    static func attributed(
        _ error: CNNError, _ output: Tensor, _ labels: Tensor, _ model: Model, _ data: Dataset
    ) -> CNNError {
        var error = error
        switch error.code {
        // A label without an output: the caller knows where the data stand.
        case .labelOutOfRange: break
        case .rankMismatch where output.rank > 2, .shapeMismatch where output.rank > 2 && data.hasClasses:
            error.argument = .named("model")
            let shape = Shape.text(Array(output.shape.dimensions.dropFirst()))
            error.notes = model.outputPlace.map { ["its output \(shape) comes from \($0)"] } ?? []
            error.notes.append(
                "put flatten and dense\(data.hasClasses ? " \(max(2, data.classCount))" : "") at its end")
        case .shapeMismatch where !data.hasClasses:
            error.argument = .named("data")
            error.notes = [
                "for each picture the model gives \(example(output)), and the labels have \(example(labels))"
            ]
        default: error.argument = .named("loss")
        }
        return error
    }

    private static func example(_ batch: Tensor) -> String {
        let dimensions = Array(batch.shape.dimensions.dropFirst())
        return dimensions.isEmpty ? "one number" : Shape.text(dimensions)
    }
}
