import CNNCore
import Testing

/// Elementwise functions, reductions and products against PyTorch's numbers.
struct TensorFixtureTests {
    @Test func broadcastAndReduce() throws {
        for reference in try Fixture.cases("broadcast_reduce") { try broadcastAndReduce(reference) }
    }

    private func broadcastAndReduce(_ reference: FixtureCase) throws {
        let binary: [String: Binary.Kind] = [
            "add": .add, "sub": .subtract, "mul": .multiply, "div": .divide, "pow": .power, "maximum": .maximum,
            "minimum": .minimum,
        ]
        let reductions: [String: Reduction.Kind] = [
            "sum": .sum, "mean": .mean, "var": .variance, "amax": .maximum, "amin": .minimum,
        ]
        if let kind = binary[reference.op] {
            try reference.check(inputs: ["a", "b"]) { try Binary(kind)($0[0], $0[1]) }
            return
        }
        let (axis, keep) = (try reference.int("dim"), try reference.bool("keepdim"))
        if let kind = reductions[reference.op] {
            // PyTorch's variance is the unbiased one.
            try reference.check {
                try Reduction(kind, axes: [axis], keep: keep, ddof: kind == .variance ? 1 : 0)($0[0])
            }
        } else if reference.op == "logsumexp" {
            try reference.check {
                try Unary(.log)(try Reduction(.sum, axes: [axis], keep: keep)(try Unary(.exp)($0[0])))
            }
        } else {
            Issue.record("\(reference.op) is not tested")
        }
    }

    @Test func activations() throws {
        for reference in try Fixture.cases("activations") { try activation(reference) }
    }

    private func activation(_ reference: FixtureCase) throws {
        let kinds: [String: Unary.Kind] = [
            "relu": .relu, "leaky_relu": .leakyRelu, "sigmoid": .sigmoid, "tanh": .tanh, "gelu": .gelu, "elu": .elu,
            "silu": .silu, "softplus": .softplus,
        ]
        if let kind = kinds[reference.op] {
            try reference.check { try Unary(kind)($0[0]) }
        } else {
            #expect(["softmax", "log_softmax"].contains(reference.op))
            try reference.check { try Softmax(axis: -1, isLog: reference.op == "log_softmax")($0[0]) }
        }
    }

    /// PyTorch's weights are [out, in]: x @ transpose(w) + b.
    @Test func linear() throws {
        for reference in try Fixture.cases("linear") {
            try reference.check(inputs: ["x", "weight", "bias"]) { inputs in
                try Binary(.add)(try MatrixProduct()(inputs[0], try Permute([1, 0])(inputs[1])), inputs[2])
            }
            try reference.check(inputs: ["x", "weight", "bias"]) { inputs in
                try DenseProduct()(inputs[0], try Permute([1, 0])(inputs[1]), inputs[2])
            }
        }
    }
}
