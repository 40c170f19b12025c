/// `relu` and the other functions of one number.
struct ActivationLayer: Layer {
    private let operation: Unary

    private static func plain(_ name: String, _ kind: Unary.Kind, _ summary: String) -> LayerDefinition {
        LayerDefinition(name, summary: summary, example: name) { _ throws(CNNError) in
            ActivationLayer(operation: Unary(kind))
        }
    }

    static let definitions = [
        plain("relu", .relu, "max(0, x)"),
        LayerDefinition(
            "leaky_relu", [LayerParameter("slope", .float(0.01), summary: "what a negative x is multiplied by")],
            summary: "x, or slope * x where x is negative",
            example: "leaky_relu 0.1"
        ) { arguments throws(CNNError) in
            ActivationLayer(operation: Unary(.leakyRelu, alpha: try arguments.number("slope")))
        },
        LayerDefinition(
            "elu", [LayerParameter("alpha", .float(1), text: "1", summary: "how far below 0 it goes: to -alpha")],
            summary: "x, or alpha * (exp(x) - 1) where x is negative", example: "elu"
        ) { arguments throws(CNNError) in
            ActivationLayer(operation: Unary(.elu, alpha: try arguments.number("alpha")))
        },
        plain("gelu", .gelu, "x times the normal distribution function of x"),
        plain("silu", .silu, "x * sigmoid(x)"),
        plain("sigmoid", .sigmoid, "1 / (1 + exp(-x))"),
        plain("tanh", .tanh, "the hyperbolic tangent"),
    ]

    func output(for input: Shape, _ children: [NetworkNode], _ subject: ErrorSubject) throws(CNNError) -> Shape {
        input
    }

    func forward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor { try operation(x) }

    var backwardNeeds: BackwardNeeds { operation.backwardNeeds([true]) }

    func role(input: Shape) -> LayerRole { operation.kind == .relu ? .relu : .other }
}

/// `softmax` and `log_softmax` over the last axis: the classes, or the channels of every pixel.
struct SoftmaxLayer: Layer {
    let operation: Softmax

    static let definitions = [
        LayerDefinition(
            "softmax", summary: "probabilities: exp(x) over its sum; cross_entropy then takes what came in",
            example: "softmax"
        ) { _ throws(CNNError) in SoftmaxLayer(operation: Softmax(axis: -1, isLog: false)) },
        LayerDefinition(
            "log_softmax", summary: "the logarithm of softmax, without a detour over 0", example: "log_softmax"
        ) { _ throws(CNNError) in SoftmaxLayer(operation: Softmax(axis: -1, isLog: true)) },
    ]

    func output(for input: Shape, _ children: [NetworkNode], _ subject: ErrorSubject) throws(CNNError) -> Shape {
        input
    }

    func forward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor {
        var y = try operation(x)
        if !operation.isLog { y.logitsSource = LogitsSource(x) }
        return y
    }

    var backwardNeeds: BackwardNeeds { .output }
}
