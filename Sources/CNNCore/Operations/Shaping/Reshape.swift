/// The same elements in row-major order under another shape. One size may be -1: it is computed. Shares the elements.
public struct Reshape: Operation {
    public let dimensions: [Int]

    public init(_ dimensions: [Int]) { self.dimensions = dimensions }

    public var name: String { "reshape" }

    /// - Throws: E0302 where the number of elements differs, E0404 for a negative size.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        let input = inputs[0].shape
        var sizes = dimensions
        if let open = sizes.firstIndex(of: -1) {
            guard !sizes[(open + 1)...].contains(-1) else {
                throw CNNError(.invalidValue, "reshape: only one size can be -1, not \(sizes.count { $0 == -1 })")
            }
            sizes[open] = 1
            let rest = try Shape(sizes).count
            guard rest > 0, input.count % rest == 0 else { throw error(input) }
            sizes[open] = input.count / rest
        }
        let shape = try Shape(sizes)
        guard shape.count == input.count else { throw error(input) }
        return TensorSpec(shape, inputs[0].dtype)
    }

    private func error(_ input: Shape) -> CNNError {
        let known = dimensions.filter { $0 != -1 }
        let factors = known.map(String.init).joined(separator: "*")
        let product = Work.product(known)
        let isOpen = known.count < dimensions.count
        let sum = known.count > 1 ? "\(factors) = \(product)" : "\(product)"
        let message =
            isOpen
            ? "reshape: \(input.count.counting("element")) (\(input)) cannot be divided by \(sum)"
            : "reshape: \(input.asTensor) has \(input.count.counting("element")), not \(known.isEmpty ? "1" : sum)"
        return CNNError(.shapeMismatch, message, label: input.count.counting("element"), notes: hints(input))
    }

    /// One size changed so that it fits, from the last to the first.
    private func hints(_ input: Shape) -> [String] {
        for axis in dimensions.indices.reversed() {
            var others = dimensions
            others.remove(at: axis)
            let product = Work.product(others)
            guard !others.contains(-1), product > 0, input.count % product == 0 else { continue }
            var fitting = dimensions
            fitting[axis] = input.count / product
            return ["\(Shape.list(fitting)) would fit"]
        }
        return []
    }

    public func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int { 1 }

    public func callAsFunction(_ x: Tensor) throws(CNNError) -> Tensor {
        guard x.trace == nil, !ShapeRun.isOn else { return try apply([x]) }
        let output = try outputSpec([x.spec])
        try WorkMeter.shared.charge(1)
        return Tensor(sharing: x, shape: output.shape)
    }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        Tensor(sharing: inputs[0], shape: output.shape)
    }

    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds { .nothing }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        [Tensor(sharing: context.outputGradient, shape: context.inputs[0].shape)]
    }
}

extension Tensor {
    /// The same elements under another shape; one size may be -1.
    /// - Throws: E0302, E0404.
    public func reshaped(_ dimensions: [Int]) throws(CNNError) -> Tensor { try Reshape(dimensions)(self) }
}

extension Work {
    static func product(_ factors: [Int]) -> Int {
        factors.contains(0) ? 0 : factors.reduce(1) { product($0, $1) }
    }
}
