/// A parameter of a kind of layer.
public struct LayerParameter: Sendable {
    public let name: String
    /// What the signature shows as its default; nil: must be given.
    public let defaultText: String?
    /// Bare words that it takes: same, valid, full, he, …
    public let words: [String]
    /// One line.
    public let summary: String
    /// Whether it must be given by its name, since what stands in its place is most likely something else.
    public let isNamedOnly: Bool
    /// What it is when it is not given.
    let defaultValue: LayerArgument

    /// - Parameter text: the default in words, where its value does not say it: `stride=size`.
    init(
        _ name: String, _ value: LayerArgument? = nil, text: String? = nil, words: [String] = [],
        isNamedOnly: Bool = false, summary: String
    ) {
        self.name = name
        self.words = words
        self.isNamedOnly = isNamedOnly
        self.summary = summary
        defaultValue = value ?? .none
        defaultText = text ?? value?.text
    }

    func unnamed(of kind: String, _ values: [LayerArgument]) -> CNNError { Self.unnamed(name, of: kind, values) }

    /// E0203 for an argument without the name that it must have: `pad 1, 2` may mean a frame of 1 and 2.
    /// - Parameter values: up to the one without its name.
    public static func unnamed(
        _ name: String, of kind: String, _ values: [LayerArgument]
    ) -> CNNError {
        let value = values.last?.text ?? "..."
        var notes = ["write \(name)=\(value)"]
        if values.count == 2, case .int = values[0], case .int = values[1] {
            notes.append(
                "for \(values[0].text) above and below and \(value) at the sides write [\(values[0].text), \(value)]")
        }
        return CNNError(
            .argumentMismatch, "\(kind) takes '\(name)' by its name alone: \(name)=\(value)", notes: notes,
            argument: .position(values.count - 1))
    }
}

/// One kind of layer, whole: from this table come models, layer values `conv(16, 3x3)`, help, completion, errors.
/// To add a kind of layer is to add an entry to the list of its subject.
public struct LayerDefinition: Sendable {
    public let name: String
    public let parameters: [LayerParameter]
    /// One line.
    public let summary: String
    /// The size or the value of its output, and its parameters, where the line does not say it.
    public let formula: String?
    /// A line of a model.
    public let example: String
    /// Whether layers in braces follow.
    public let takesLayers: Bool
    /// The layer of these arguments. Their number and names were checked; types and values are checked here.
    let make: @Sendable (LayerArguments) throws(CNNError) -> any Layer

    init(
        _ name: String, _ parameters: [LayerParameter] = [], summary: String, formula: String? = nil, example: String,
        takesLayers: Bool = false, make: @escaping @Sendable (LayerArguments) throws(CNNError) -> any Layer
    ) {
        self.name = name
        self.parameters = parameters
        self.summary = summary
        self.formula = formula
        self.example = example
        self.takesLayers = takesLayers
        self.make = make
    }

    /// `conv filters, size, stride=1, pad=valid, …`
    public var signature: String {
        let list = parameters.map { parameter in
            parameter.name + (parameter.defaultText.map { "=\($0)" } ?? "")
        }
        let head = list.isEmpty ? name : name + " " + list.joined(separator: ", ")
        return takesLayers ? head + " { ... }" : head
    }

    public static let all: [LayerDefinition] =
        InputLayer.definitions + ConvolutionLayer.definitions + TransposedConvolutionLayer.definitions
        + PoolingLayer.definitions + GlobalPoolingLayer.definitions + DenseLayer.definitions
        + ReshapeLayer.definitions + BatchNormalizationLayer.definitions + DropoutLayer.definitions
        + ActivationLayer.definitions + SoftmaxLayer.definitions + FrameLayer.definitions + UpsampleLayer.definitions
        + ResidualLayer.definitions + BranchLayer.definitions + SequenceLayer.definitions

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    public static func named(_ name: String) -> LayerDefinition? { byName[name] }
}
