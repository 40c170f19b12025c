/// Operations that compute in floats: whole numbers and bools that they are given become floats, as beside `+`.
extension Operation {
    public var floatInputCount: Int { 0 }

    /// The first `floatInputCount` inputs as floats of one dtype: that of the first float tensor, else float32. A float of
    /// rank 0 is a number and takes that dtype; two float tensors of different dtypes stay, for the operation to refuse.
    func floats(_ inputs: [Tensor]) throws(CNNError) -> [Tensor] {
        let count = min(floatInputCount, inputs.count)
        let own = inputs[..<count]
        guard own.contains(where: { !$0.dtype.isFloating || $0.rank == 0 }) else { return inputs }
        let floating = own.filter { $0.dtype.isFloating }
        let dtype = (floating.first { $0.rank > 0 } ?? floating.first)?.dtype ?? .float32
        var result = inputs
        for index in 0..<count where !inputs[index].dtype.isFloating || inputs[index].rank == 0 {
            result[index] = try inputs[index].converted(to: dtype)
        }
        return result
    }
}

extension Convolution { public var floatInputCount: Int { .max } }
extension TransposedConvolution { public var floatInputCount: Int { .max } }
extension Im2Col { public var floatInputCount: Int { .max } }
extension DenseProduct { public var floatInputCount: Int { .max } }
extension MaxPooling { public var floatInputCount: Int { .max } }
extension AveragePooling { public var floatInputCount: Int { .max } }
extension AdaptiveMaxPooling { public var floatInputCount: Int { .max } }
extension AdaptiveAveragePooling { public var floatInputCount: Int { .max } }
extension BatchNormalization { public var floatInputCount: Int { .max } }
extension Softmax { public var floatInputCount: Int { .max } }
extension Dropout { public var floatInputCount: Int { .max } }
extension PairLoss { public var floatInputCount: Int { .max } }

// Labels are classes, or distributions of the scores' dtype.
extension CrossEntropy { public var floatInputCount: Int { 1 } }
extension MultiClassHinge { public var floatInputCount: Int { 1 } }
