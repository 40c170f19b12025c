import CNNCore

/// A loss of `train` and `loss`: its name, or the built-in itself.
enum LossArgument {
    private static let functions: [(name: String, function: LossFunction)] = [
        ("cross_entropy", .crossEntropy(labelSmoothing: 0)), ("mse", .meanSquaredError), ("mae", .meanAbsoluteError),
        ("huber", .huber(delta: 1)), ("bce", .binaryCrossEntropy), ("hinge", .hinge),
    ]

    static func function(_ value: Value, _ what: String) throws(CNNError) -> LossFunction {
        let name: String
        switch value {
        case .string(let text): name = text.text
        case .builtin(let object): name = object.builtin.name
        case .function(let function): name = function.name
        default: throw CNNError(.typeMismatch, "\(what) is the name of a loss, not \(value.describedType)")
        }
        if let known = functions.first(where: { $0.name == name }) { return known.function }
        let names = functions.map(\.name)
        let nearest = EditDistance.nearest(name, among: names).map { ["did you mean \($0)?"] } ?? []
        throw CNNError(
            .invalidValue, "\(what) is one of \(names.joined(separator: ", ")), not \(name)",
            notes: nearest + [
                "with a loss of your own write the loop by hand: loss, g = gradient(net) { ... }, then opt.step(g)"
            ])
    }
}
