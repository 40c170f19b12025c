/// What a model is called with: one example or a batch, in the model's dtype.
struct ModelInput {
    private let x: Tensor
    private let modelName: String

    /// Bytes are pixels of 0 to 255 and become 0 to 1; other whole numbers become floats of the model's dtype.
    /// - Throws: E0207 for a float of another dtype.
    init(_ x: Tensor, dtype: DType, modelName: String) throws(CNNError) {
        self.modelName = modelName
        if x.dtype.isFloating {
            guard x.dtype == dtype else {
                throw CNNError(
                    .dtypeMismatch, "\(modelName) computes in \(dtype.rawValue), but got \(x.dtype.rawValue)",
                    notes: [
                        "write x.to(\(dtype.rawValue)), or let the model compute in the other: net.to(\(x.dtype.rawValue))"
                    ]
                )
            }
            self.x = x
        } else {
            self.x = try x.asModelInput(dtype)
        }
    }

    /// Builds a model without `input` for the first tensor that it is called with: `[N, H, W, C]` or `[H, W, C]` for
    /// pictures, `[N, n]` or `[n]` for vectors.
    func build(_ model: Model) throws(CNNError) {
        guard x.rank >= 1 else {
            throw CNNError(.rankMismatch, "\(model.name) wants pictures or vectors, not a single number")
        }
        let isBatch = x.rank == 2 || x.rank > 3
        do {
            try model.build(for: isBatch ? try x.shape.withoutBatch() : x.shape)
        } catch {
            var error = error
            if error.code == .rankMismatch {
                error.notes.append("\(model.name) was called with \(x.shape.asTensor); pictures are [N, H, W, C]")
            }
            throw error
        }
    }

    /// The network for pictures of another height and width than those of the first call, where no `input` says a size
    /// and the parameters fit both: convolutions take any. Otherwise the model's own.
    /// - Throws: E03… for a layer that the other size does not fit, where nothing but that is in the way.
    func network(like network: Network, of layers: [NamedLayer]) throws(CNNError) -> Network {
        guard !(layers.first?.layer is InputLayer), let shape = otherSize(than: network.input) else {
            return network
        }
        let other: Network
        do { other = try Network(layers, input: shape, inputLine: nil) } catch {
            if layers.contains(where: \.holdsDense) { return network }
            throw error
        }
        func isSame(_ first: [Network.Parameter], _ second: [Network.Parameter]) -> Bool {
            first.map(\.declaration.shape) == second.map(\.declaration.shape)
        }
        return isSame(other.parameters, network.parameters) && isSame(other.buffers, network.buffers) ? other : network
    }

    /// The shape of one picture, where it differs from another one in height and width alone.
    private func otherSize(than wanted: Shape) -> Shape? {
        guard wanted.rank == 3, x.rank == 3 || x.rank == 4 else { return nil }
        let picture = x.rank == 3 ? x.shape : try? x.shape.withoutBatch()
        guard let picture, picture[2] == wanted[2], picture != wanted, picture.count > 0 else { return nil }
        return picture
    }

    /// The tensor with a batch axis, and whether that was added.
    func batch(for network: Network) throws(CNNError) -> (Tensor, isSingle: Bool) {
        let wanted = network.input.dimensions
        if x.rank == wanted.count + 1, x.shape.dimensions.dropFirst().elementsEqual(wanted) { return (x, false) }
        if x.shape == network.input { return (try Reshape([1] + wanted)(x), true) }
        throw InputMismatch(modelName, network).error(for: x.shape)
    }

    /// The result for one example. Logits go with it.
    static func withoutBatch(_ y: Tensor) throws(CNNError) -> Tensor {
        let dimensions = Array(y.shape.dimensions.dropFirst())
        var result = try Reshape(dimensions)(y)
        if let logits = y.logits { result.logitsSource = LogitsSource(try Reshape(dimensions)(logits)) }
        return result
    }
}

/// The error for a tensor of another shape than the model's, with a guess at what was meant.
struct InputMismatch {
    private let name: String
    private let network: Network

    init(_ name: String, _ network: Network) {
        self.name = name
        self.network = network
    }

    func error(for x: Shape) -> CNNError {
        let wanted = network.input
        let what = wanted.rank == 3 ? "pictures" : "examples"
        var notes = hint(x).map { [$0] } ?? []
        if let line = network.inputLine {
            notes.append("its input is set in line \(line)")
        } else {
            notes.append("its input was set when it was first called")
        }
        return CNNError(code(x), "\(name) wants \(what) of \(wanted), but got \(x)", notes: notes)
    }

    private func code(_ x: Shape) -> ErrorCode {
        let wanted = network.input.dimensions
        guard x.rank == wanted.count || x.rank == wanted.count + 1 else { return .rankMismatch }
        let example = x.dimensions.suffix(wanted.count)
        return wanted.count == 3 && example.dropLast() == wanted.dropLast() ? .channelMismatch : .shapeMismatch
    }

    private func hint(_ x: Shape) -> String? {
        let (got, wanted) = (x.dimensions, network.input.dimensions)
        if wanted.count == 3 {
            let turned = [wanted[2], wanted[0], wanted[1]]
            if got.count == 4, Array(got.dropFirst()) == turned {
                return "x looks like [N, C, H, W]: write permute(x, [0, 2, 3, 1])"
            }
            if got == turned { return "x looks like [C, H, W]: write permute(x, [1, 2, 0])" }
            if wanted[2] == 1, got.count >= 2, Array(got.suffix(2)) == Array(wanted.prefix(2)), got.count <= 3 {
                return "the channel axis is missing: write reshape(x, \(Shape.text(got + [1])))"
            }
        }
        if x.rank > 0, x.count > 0 {
            let count = network.input.count
            if x.count == count { return "write reshape(x, \(Shape.text(wanted)))" }
            if x.count == Work.product(got[0], count) {
                return "write reshape(x, \(Shape.text([got[0]] + wanted)))"
            }
        }
        return sizeNote(x)
    }

    /// Why another height and width will not do: the dense layer that has weights for just this one.
    private func sizeNote(_ x: Shape) -> String? {
        guard network.input.rank == 3, x.rank >= 3, x[x.rank - 1] == network.input[2] else { return nil }
        for node in network.nodes where node.kind == "dense" {
            guard let source = node.source, source.kind == "flatten" else { continue }
            return "\(node.name) has weights for \(node.input[0]) inputs: they come from \(source.place)"
        }
        return nil
    }
}
