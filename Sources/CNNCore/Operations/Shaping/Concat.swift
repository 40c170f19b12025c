/// Tensors one behind the other along an axis.
public struct Concat: Operation {
    public let axis: Int

    public init(axis: Int) { self.axis = axis }

    public var name: String { "concat" }

    /// The sizes along the axis added up. Ints beside floats become floats.
    /// - Throws: E0404 without a tensor, E0306 for differing ranks or an axis that is not there, E0302 where other
    ///   sizes differ, E0207 for float32 with float64.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        guard let first = inputs.first?.shape else {
            throw CNNError(.invalidValue, "concat: at least one tensor is needed")
        }
        guard first.rank > 0 else {
            throw CNNError(
                .rankMismatch, "concat: single numbers have no axis to lie along", notes: ["write stack([a, b, c])"])
        }
        let place = try Axes.normalized(axis, first, name)
        var sizes = first.dimensions
        for (index, input) in inputs.enumerated().dropFirst() {
            let shape = input.shape
            guard shape.rank == first.rank else {
                throw CNNError(
                    .rankMismatch, "concat: tensor 0 is \(first.asGiven), but tensor \(index) is \(shape.asGiven)",
                    notes: row(shape, beside: first, place).map { ["write list[\(index)].reshape(\($0))"] } ?? [])
            }
            for other in 0..<first.rank where other != place && shape[other] != first[other] {
                throw CNNError(
                    .shapeMismatch, "concat: tensor 0 is \(first.asGiven), but tensor \(index) is \(shape.asGiven)",
                    label: "only axis \(place) may differ, not axis \(other): \(first[other]) and \(shape[other])",
                    notes: otherAxis(inputs.map(\.shape)).map { ["write concat(list, axis=\($0))"] } ?? [])
            }
            let (sum, overflow) = sizes[place].addingReportingOverflow(shape[place])
            guard !overflow else { throw CNNError(.tooLarge, "concat: the result would have too many elements") }
            sizes[place] = sum
        }
        return TensorSpec(try Shape(sizes), try Promotion.common(inputs, name))
    }

    /// The shape in which a tensor of one axis less is one more slice along the axis.
    private func row(_ shape: Shape, beside first: Shape, _ place: Int) -> Shape? {
        var sizes = first.dimensions
        sizes.remove(at: place)
        guard shape.dimensions == sizes else { return nil }
        sizes.insert(1, at: place)
        return try? Shape(sizes)
    }

    /// The one axis along which all of them do go together.
    private func otherAxis(_ shapes: [Shape]) -> Int? {
        guard let first = shapes.first, shapes.allSatisfy({ $0.rank == first.rank }) else { return nil }
        let differing = (0..<first.rank).filter { axis in shapes.contains { $0[axis] != first[axis] } }
        return differing.count == 1 ? differing[0] : nil
    }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        let place = try Axes.normalized(axis, output.shape, name)
        let (outer, length, inner) = output.shape.split(at: place)
        var result = try Tensor(uninitialized: output.shape, output.dtype)
        let target = try result.mutableBytes()
        var offset = 0
        for input in inputs {
            let part = try Cast.converted(input, to: output.dtype)
            let row = part.shape[place] * inner
            StridedCopy.copy(
                output.dtype, [outer, row], from: part.bytes, 0, .rowMajor([outer, row]), to: target, offset,
                .rowMajor([outer, length * inner]))
            offset += row
        }
        return result
    }

    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds { .nothing }

    /// Each tensor's part of the gradient.
    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let dy = context.outputGradient
        let place = try Axes.normalized(axis, dy.shape, name)
        let (outer, length, inner) = dy.shape.split(at: place)
        var results: [Tensor?] = []
        var offset = 0
        for (input, isNeeded) in zip(context.inputs, context.needsGradient) {
            let row = input.shape[place] * inner
            if isNeeded {
                var part = try Tensor(uninitialized: input.shape, dy.dtype)
                let target = try part.mutableBytes()
                StridedCopy.copy(
                    dy.dtype, [outer, row], from: dy.bytes, offset, .rowMajor([outer, length * inner]), to: target, 0,
                    .rowMajor([outer, row]))
                results.append(try Cast.converted(part, to: input.dtype))
            } else {
                results.append(nil)
            }
            offset += row
        }
        return results
    }
}

/// Tensors of one shape side by side along a new axis.
public struct Stack: Operation {
    public let axis: Int

    public init(axis: Int) { self.axis = axis }

    public var name: String { "stack" }

    /// - Throws: E0404 without a tensor, E0302 where shapes differ, E0306 for an axis that the result does not have,
    ///   E0207 for float32 with float64.
    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        guard let first = inputs.first?.shape else {
            throw CNNError(.invalidValue, "stack: at least one tensor is needed")
        }
        for (index, input) in inputs.enumerated() where input.shape != first {
            throw CNNError(
                .shapeMismatch, "stack: tensor 0 is \(first.asGiven), but tensor \(index) is \(input.shape.asGiven)",
                notes: ["along an axis that they have, concat puts tensors of different sizes together"])
        }
        let place = try place(first)
        var sizes = first.dimensions
        sizes.insert(inputs.count, at: place)
        return TensorSpec(try Shape(sizes), try Promotion.common(inputs, name))
    }

    private func place(_ shape: Shape) throws(CNNError) -> Int {
        let place = axis < 0 ? axis + shape.rank + 1 : axis
        guard place >= 0, place <= shape.rank else {
            throw CNNError(
                .rankMismatch, "stack: there is no axis \(axis) in a result of \(shape.rank + 1) axes",
                notes: ["the new axis is from 0 to \(shape.rank)"])
        }
        return place
    }

    /// The inputs with the new axis, of size 1.
    private func widened(_ inputs: [Tensor], _ place: Int) -> [Tensor] {
        inputs.map { input in
            var sizes = input.shape.dimensions
            sizes.insert(1, at: place)
            return Tensor(sharing: input, shape: Shape(trusted: sizes, count: input.count))
        }
    }

    public func forward(_ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]) throws(CNNError) -> Tensor {
        let place = try place(inputs[0].shape)
        return try Concat(axis: place).forward(widened(inputs, place), output: output, saved: &saved)
    }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let place = try place(context.inputs[0].shape)
        let parts = try Concat(axis: place).backward(
            BackwardContext(
                inputs: widened(context.inputs, place), output: context.output, saved: [],
                outputGradient: context.outputGradient, needsGradient: context.needsGradient))
        return parts.map { part in part.map { Tensor(sharing: $0, shape: context.inputs[0].shape) } }
    }
}
