/// An operation whose kernel can give relu of the result, while it is in the cache.
///
/// `backward` reads the output neither of it nor of what relu takes in: both share the one result.
protocol RectifiedOperation: Operation {
    /// `relu` of what `forward` gives; the same bits.
    func rectifiedForward(_ inputs: [Tensor], output: TensorSpec) throws(CNNError) -> Tensor
}

extension RectifiedOperation {
    /// What the operation and relu give one after the other, and recorded as these two.
    func applyRectified(_ inputs: [Tensor]) throws(CNNError) -> Tensor {
        let specs = inputs.map { $0.spec }
        let output = try outputSpec(specs)
        let relu = Unary(.relu)
        try WorkMeter.shared.charge(Work.sum(work(specs, output: output), relu.work([output], output: output)))
        let constants = inputs.map { $0.detached }
        let result = try rectifiedForward(constants, output: output).detached
        try WorkMeter.checkInterrupt()
        guard let tape = Tape.recording(inputs) else { return result }
        let between = tape.record(self, inputs: inputs, constants: constants, output: result, saved: [])
        return tape.record(relu, inputs: [between], constants: [result], output: result, saved: [])
    }
}
