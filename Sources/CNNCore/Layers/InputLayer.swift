/// `input 28x28x1`: the size of what the model is given. First in a model; further down it is a check.
struct InputLayer: Layer {
    let shape: Shape

    static let definitions = [
        LayerDefinition(
            "input",
            [
                LayerParameter(
                    "size", summary: "height x width x channels of a picture, 28x28x1; one number for a vector")
            ], summary: "the size of one picture, height x width x channels",
            example: "input 28x28x1"
        ) { arguments throws(CNNError) in InputLayer(shape: try Shape(try arguments.sizes("size"))) }
    ]

    func output(for input: Shape, _ children: [NetworkNode], _ subject: ErrorSubject) throws(CNNError) -> Shape {
        guard input == shape else {
            throw CNNError(.shapeMismatch, "the model has an input of \(shape) here, but \(input) comes in")
        }
        return input
    }

    var sharesElements: Bool { true }

    func forward(_ x: Tensor, _ node: NetworkNode, _ pass: ForwardPass) throws(CNNError) -> Tensor { x }
}
