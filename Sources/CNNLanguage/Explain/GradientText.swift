import CNNCore

/// Where the gradient of one parameter comes from. All is computed in float64 on a copy, so that the difference
/// quotient is as exact as it can be.
struct GradientText {
    private static let shownTerms = 6
    private static let step = 1e-5

    private let model: Model
    private let parameter: String
    private let index: [Int]
    private let images: Tensor
    private let labels: Tensor
    private let offset: Int

    /// - Throws: E0204 for a parameter that is not there, E0403, E0302 for a picture that does not fit.
    init(_ model: Model, parameter: String, index: [Int], _ call: Call) throws {
        guard let value = model.value(parameter), model.trainableNames.contains(parameter) else {
            if model.value(parameter) != nil {
                throw CNNError(
                    .invalidValue, "\(parameter) has no gradient: it is frozen or a running statistic",
                    notes: ["net.unfreeze() lets it be trained"])
            }
            let names = model.trainableNames
            let nearest = EditDistance.nearest(parameter, among: names).map { "did you mean \($0)?" }
            throw CNNError(
                .unknownMember, "\(model.name) has no parameter '\(parameter)' to train",
                notes: [nearest ?? "it has \(names.prefix(8).joined(separator: ", "))\(names.count > 8 ? ", ..." : "")"]
            )
        }
        self.model = try model.copy(as: .float64)
        self.parameter = parameter
        guard index.count == value.rank else {
            throw CNNError(
                .indexOutOfRange,
                "\(parameter) has \(value.rank.counting("axis", "axes")) (\(value.shape)), and the index \(index.count.counting("number"))",
                notes: [
                    "write one number an axis: [\(value.shape.dimensions.map { _ in "0" }.joined(separator: ", "))]"
                ])
        }
        self.index = try zip(index, value.shape.dimensions).map { try Indexing.position($0, $1, "axis") }
        offset = zip(self.index, value.shape.dimensions).reduce(0) { $0 * $1.1 + $1.0 }
        (images, labels) = try GradientText.example(call, self.model)
    }

    /// The picture and class given, or random numbers and class 0.
    private static func example(_ call: Call, _ model: Model) throws -> (Tensor, Tensor) {
        guard let input = model.inputShape else { throw CNNError(.invalidValue, "the model has no shapes yet") }
        let one = try Shape([1] + input.dimensions)
        guard call.given(3) != nil else {
            var stream = RandomStream(seed: model.seed, purpose: "explain")
            return (try stream.uniform(one, .float64), try Tensor(integers: [0], try Shape([1])))
        }
        let given = try call.tensor(3).detached
        let x = try (given.rank == input.rank ? try Reshape(one.dimensions)(given) : given).asModelInput(.float64)
        let y = try call.given(4).map {
            try DataArgument.labels($0.wholeNumber.map { .array([.int($0)]) } ?? $0, "explain_gradient")
        }
        return (x, try y ?? Tensor(integers: Array(repeating: 0, count: x.shape[0]), try Shape([x.shape[0]])))
    }

    private func loss(_ output: Tensor) throws(CNNError) -> Tensor {
        try CrossEntropy(labelSmoothing: 0, reduction: .mean)(output, labels)
    }

    /// The loss with this one number changed by `change`.
    private func loss(changedBy change: Double) throws(CNNError) -> Double {
        let other = try model.copy()
        guard let value = other.value(parameter) else { return .nan }
        var numbers = value.doubles()
        numbers[offset] += change
        try other.setValue(parameter, try Tensor(doubles: numbers, value.shape, .float64))
        return try CrossEntropy(labelSmoothing: 0, reduction: .mean)(try outputs(other), labels).element(0)
    }

    /// The last layer's output, evaluating; a model that ends in softmax gives its logits along.
    private func outputs(_ model: Model) throws(CNNError) -> Tensor { try model(images) }

    func lines() throws -> [String] {
        let layer = LayerPath(parameter.split(separator: ".").dropLast().joined(separator: "."))
        let tape = Tape()
        defer {
            model.endGradient()
            tape.close()
        }
        let watched = try model.beginGradient(tape)
        guard let place = model.trainableNames.firstIndex(of: parameter) else { return [] }
        // Evaluating, without dropout: the same for every look at it.
        let activations = try model.activations(images)
        guard let last = activations.last else { return [] }
        let loss = try loss(logits(activations, last.output))
        let ownOutput = activations.first { $0.name == layer.text }?.output
        let gradients = try tape.gradients(of: loss, withRespectTo: [watched[place]] + [ownOutput].compactMap { $0 })
        let value = watched[place].element(offset)
        let gradient = gradients[0].element(offset)
        let name = "\(parameter)[\(index.map(String.init).joined(separator: ", "))]"
        let count = images.shape[0]
        var lines = [
            "\(name) = \(SumText.number(value)); "
                + "the loss of \(count) picture\(count == 1 ? "" : "s") is \(SumText.number(loss.element(0)))"
        ]
        if gradients.count > 1, let ownOutput {
            lines += try terms(
                layer, input: try input(of: layer, activations), output: ownOutput, delta: gradients[1], sum: gradient)
        }
        lines.append("backpropagation:      dL/dw = \(SumText.number(gradient))")
        lines += try differences()
        return lines
    }

    /// What cross-entropy takes: what goes into a last softmax.
    private func logits(_ activations: [(name: String, output: Tensor)], _ output: Tensor) throws(CNNError) -> Tensor {
        guard model.endsInSoftmax, activations.count > 1 else { return output }
        return output.logits ?? activations[activations.count - 2].output
    }

    private func differences() throws -> [String] {
        let step = GradientText.step
        let (above, below) = (try loss(changedBy: step), try loss(changedBy: -step))
        return [
            "difference quotient:  (L(w + e) - L(w - e))/(2e) = \(SumText.number((above - below) / (2 * step))), "
                + "e = \(SumText.number(step))"
        ]
    }

    /// What goes into a layer: the picture, or what the layer before it gave.
    private func input(of layer: LayerPath, _ activations: [(name: String, output: Tensor)]) throws -> Tensor? {
        let parent = LayerPath(layer.text.split(separator: ".").dropLast().joined(separator: "."))
        let siblings = parent.children(of: model)
        guard let own = siblings.firstIndex(of: String(layer.text.dropFirst(parent.prefix.count))) else { return nil }
        let isParallel = !parent.text.isEmpty && model.layerKind(parent.text) == "branch"
        if own > 0, !isParallel {
            let before = parent.appending(siblings[own - 1]).text
            return activations.first { $0.name == before }?.output
        }
        return parent.text.isEmpty ? images : try input(of: parent, activations)
    }

    // MARK: - Terms

    private struct Term {
        let delta, input: Double
        let place: String
    }

    private func terms(_ layer: LayerPath, input: Tensor?, output: Tensor, delta: Tensor, sum: Double) throws
        -> [String]
    {
        let own = parameter.split(separator: ".").last.map(String.init) ?? ""
        var terms: [Term] = []
        try WorkMeter.shared.charge(delta.count)
        switch (model.layerKind(layer.text) ?? "", own) {
        case ("conv", "weight"):
            guard let input, let windows = try model.outputSizeSum(layer.text), let weight = model.value(parameter),
                weight.shape[2] == input.shape[3]
            else { return [] }
            terms = convolutionTerms(input, delta, windows)
        case ("dense", "weight"):
            guard let input else { return [] }
            terms = denseTerms(input, delta)
        case ("conv", "bias"), ("dense", "bias"): terms = biasTerms(delta)
        default: return []
        }
        let what =
            own == "bias" ? "the gradient of the output there" : "the output's gradient there times the input there"
        let shown = terms.filter { $0.delta * $0.input != 0 }
        let places = terms.count == 1 ? "1 place" : "\(terms.count) places"
        let verb = shown.count == 1 ? "adds" : "add"
        var lines = HelpText.wrapped("used at \(places); \(shown.count) \(verb) something: \(what)", indent: 0)
        for term in shown.prefix(GradientText.shownTerms) {
            let product = SumText.number(term.delta * term.input)
            lines.append(
                "  \(term.place): \(SumText.number(term.delta))"
                    + (own == "bias" ? "" : " * \(SumText.factor(term.input)) = \(product)"))
        }
        if shown.count > GradientText.shownTerms {
            lines.append("  ... and \(shown.count - GradientText.shownTerms) more")
        }
        lines.append("their sum:            \(SumText.number(terms.reduce(0) { $0 + $1.delta * $1.input }))")
        return lines
    }

    private func convolutionTerms(_ input: Tensor, _ delta: Tensor, _ windows: OutputSizeSum) -> [Term] {
        let (height, width, channels, filters) = (input.shape[1], input.shape[2], input.shape[3], delta.shape[3])
        var terms: [Term] = []
        for n in 0..<delta.shape[0] {
            for i in 0..<delta.shape[1] {
                for j in 0..<delta.shape[2] {
                    let row = i * windows.stride.height + index[0] * windows.dilation.height - windows.top
                    let column = j * windows.stride.width + index[1] * windows.dilation.width - windows.left
                    let isInside = row >= 0 && row < height && column >= 0 && column < width
                    let met = isInside ? input.element(((n * height + row) * width + column) * channels + index[2]) : 0
                    let change = delta.element(((n * delta.shape[1] + i) * delta.shape[2] + j) * filters + index[3])
                    let picture = delta.shape[0] > 1 ? "picture \(n), " : ""
                    terms.append(Term(delta: change, input: met, place: "\(picture)z[\(i), \(j)]"))
                }
            }
        }
        return terms
    }

    private func denseTerms(_ input: Tensor, _ delta: Tensor) -> [Term] {
        let rows = delta.shape[0]
        let (inputs, outputs) = (input.count / max(1, rows), delta.count / max(1, rows))
        return (0..<rows).map { n in
            Term(
                delta: delta.element(n * outputs + index[1]), input: input.element(n * inputs + index[0]),
                place: rows > 1 ? "picture \(n)" : "z[\(index[1])]")
        }
    }

    private func biasTerms(_ delta: Tensor) -> [Term] {
        let outputs = delta.shape.dimensions.last ?? 1
        return (0..<delta.count / max(1, outputs)).map { place in
            Term(delta: delta.element(place * outputs + index[0]), input: 1, place: "place \(place)")
        }
    }
}
