import CNNKernels

/// `-log softmax(logits)[label]` of every row: the loss of a classifier. With label smoothing s the target is
/// `(1 - s) * onehot + s / classes`.
///
/// Inputs: logits `[N, classes]`, labels int64 `[N]` or a distribution `[N, classes]` of the logits' dtype. For what a
/// model that ends in softmax gives, its logits are taken: there is no double softmax and no `log 0`.
public struct CrossEntropy: Operation {
    public let labelSmoothing: Double
    public let reduction: LossReduction

    public init(labelSmoothing: Double, reduction: LossReduction) {
        self.labelSmoothing = labelSmoothing
        self.reduction = reduction
    }

    public var name: String { "cross_entropy" }

    public func callAsFunction(_ inputs: Tensor...) throws(CNNError) -> Tensor { try apply(inputs) }

    public func apply(_ inputs: [Tensor]) throws(CNNError) -> Tensor {
        func recorded(_ operation: some Operation, _ inputs: [Tensor]) throws(CNNError) -> Tensor {
            try operation.apply(inputs)
        }
        var inputs = inputs
        if let logits = inputs.first?.logits { inputs[0] = logits }
        return try recorded(self, inputs)
    }

    public func outputSpec(_ inputs: [TensorSpec]) throws(CNNError) -> TensorSpec {
        let (logits, labels) = (inputs[0], inputs[1])
        guard labelSmoothing >= 0, labelSmoothing <= 1 else {
            throw CNNError(
                .invalidValue,
                "label_smoothing must be from 0 to 1, not \(NumberFormatter.shortest(labelSmoothing))")
        }
        if labels.dtype.isFloating, labels.shape.rank == 2 {
            try ClassLabels.checkScores(logits, for: name)
            guard labels.shape == logits.shape else {
                throw CNNError(
                    .shapeMismatch, "cross_entropy has logits of \(logits.shape), but distributions of \(labels.shape)")
            }
            try PictureChecks.dtypes(inputs, names: ["logits", "labels"], for: .call(name))
        } else {
            try ClassLabels.check(logits, labels, for: name)
        }
        return TensorSpec(reduction.shape(try Shape([logits.shape[0]])), logits.dtype)
    }

    public func work(_ inputs: [TensorSpec], output: TensorSpec) -> Int { inputs[0].shape.count }

    /// Saves the softmax of the rows, and the targets: labels or distributions.
    public func forward(
        _ inputs: [Tensor], output: TensorSpec, saved: inout [Tensor]
    ) throws(CNNError) -> Tensor {
        let logits = inputs[0]
        let (n, classes) = (Int64(logits.shape[0]), Int64(logits.shape[1]))
        var probabilities = try Tensor(uninitialized: logits.shape, logits.dtype)
        var losses = try Tensor(uninitialized: try Shape([logits.shape[0]]), logits.dtype)
        let isSoft = inputs[1].dtype.isFloating
        let target =
            isSoft
            ? try smoothed(inputs[1]) : try ClassLabels.checked(inputs[1], classes: logits.shape[1], for: name)
        if logits.count > 0 {
            let p: UnsafeMutableRawPointer = try probabilities.mutableBytes()
            let l: UnsafeMutableRawPointer = try losses.mutableBytes()
            switch (logits.dtype == .float32, isSoft) {
            case (true, true):
                cnn_cross_entropy_soft_f32(n, classes, logits.pointer(), target.pointer(), p.of(), l.of())
            case (false, true):
                cnn_cross_entropy_soft_f64(n, classes, logits.pointer(), target.pointer(), p.of(), l.of())
            case (true, false):
                cnn_cross_entropy_f32(
                    n, classes, logits.pointer(), target.pointer(), Float(labelSmoothing), p.of(), l.of())
            case (false, false):
                cnn_cross_entropy_f64(n, classes, logits.pointer(), target.pointer(), labelSmoothing, p.of(), l.of())
            }
        }
        saved = [probabilities, target]
        return try reduction.reduce(losses, count: logits.shape[0])
    }

    public func backwardNeeds(_ needsGradient: [Bool]) -> BackwardNeeds { needsGradient[1] ? .firstInput : .nothing }

    public func backward(_ context: BackwardContext) throws(CNNError) -> [Tensor?] {
        let logits = context.inputs[0]
        let (probabilities, target) = (context.saved[0], context.saved[1])
        let scale = try reduction.gradients(
            context.outputGradient, try Shape([logits.shape[0]]), count: logits.shape[0])
        let toTarget =
            context.needsGradient[1] && target.dtype.isFloating
            ? try targetGradient(logits, scale) : nil
        guard context.needsGradient[0] else { return [nil, toTarget] }
        var dx = try Tensor(uninitialized: logits.shape, logits.dtype)
        guard logits.count > 0 else { return [dx, toTarget] }
        let (n, classes) = (Int64(logits.shape[0]), Int64(logits.shape[1]))
        let (p, s) = (probabilities, scale)
        switch (logits.dtype == .float32, target.dtype.isFloating) {
        case (true, true):
            cnn_cross_entropy_soft_backward_f32(
                n, classes, p.pointer(), target.pointer(), s.pointer(), try dx.mutablePointer())
        case (false, true):
            cnn_cross_entropy_soft_backward_f64(
                n, classes, p.pointer(), target.pointer(), s.pointer(), try dx.mutablePointer())
        case (true, false):
            cnn_cross_entropy_backward_f32(
                n, classes, p.pointer(), target.pointer(), Float(labelSmoothing), s.pointer(), try dx.mutablePointer())
        case (false, false):
            cnn_cross_entropy_backward_f64(
                n, classes, p.pointer(), target.pointer(), labelSmoothing, s.pointer(), try dx.mutablePointer())
        }
        return [dx, toTarget]
    }

    /// `-(1 - smoothing) * scale * log softmax(logits)`
    private func targetGradient(_ logits: Tensor, _ scale: Tensor) throws(CNNError) -> Tensor {
        var gradient = try Softmax(axis: -1, isLog: true)(logits.detached)
        let factor = 1 - labelSmoothing
        func multiply<T: BinaryFloatingPoint>(_ type: T.Type) throws(CNNError) {
            let values = try gradient.mutablePointer(T.self)
            let scales = scale.pointer(T.self)
            let classes = logits.shape[1]
            for index in 0..<logits.count { values[index] *= -T(factor) * scales[index / classes] }
        }
        if logits.dtype == .float32 { try multiply(Float.self) } else { try multiply(Double.self) }
        return gradient
    }

    /// The targets with smoothing, after a look whether they are distributions.
    private func smoothed(_ labels: Tensor) throws(CNNError) -> Tensor {
        var target = labels.detached
        let classes = labels.shape[1]
        func smooth<T: BinaryFloatingPoint>(_ type: T.Type) throws(CNNError) {
            let source = labels.pointer(T.self)
            for row in 0..<labels.shape[0] {
                var sum = 0.0
                for index in row * classes..<(row + 1) * classes { sum += Double(source[index]) }
                guard abs(sum - 1) <= 1e-3 else {
                    throw CNNError(
                        .invalidValue,
                        "row \(row) of the labels is no distribution: it sums to "
                            + "\(NumberFormatter.general(sum, 4)), not to 1",
                        notes: ["whole-number classes are an int64 tensor [N]"])
                }
            }
            guard labelSmoothing > 0 else { return }
            let values = try target.mutablePointer(T.self)
            for index in 0..<labels.count {
                values[index] = T((1 - labelSmoothing) * Double(values[index]) + labelSmoothing / Double(classes))
            }
        }
        if labels.dtype == .float32 { try smooth(Float.self) } else { try smooth(Double.self) }
        return target
    }
}

extension UnsafeMutableRawPointer {
    fileprivate func of<T>(_ type: T.Type = T.self) -> UnsafeMutablePointer<T> { assumingMemoryBound(to: T.self) }
}
