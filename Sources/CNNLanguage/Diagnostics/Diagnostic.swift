import CNNCore

/// An error with its place, ready to be shown (LANGUAGE §8).
public struct Diagnostic: Error, Sendable {
    public var error: CNNError
    public var source: SourceText?
    public var span: SourceSpan?
    /// The notebook cell that it stands in, if it has an id: `q2`.
    public var cell: String?
    /// The calls that led here, innermost first: the called function's name and the place of the call.
    public var calls: [(function: String, source: SourceText, span: SourceSpan)] = []

    public init(_ error: CNNError, source: SourceText? = nil, span: SourceSpan? = nil, cell: String? = nil) {
        self.error = error
        self.source = source
        self.span = span
        self.cell = cell
    }
}

/// An error of a model's layers, where what the model was called with may be the cause.
struct LayerFault: Error {
    let error: CNNError
    /// The model's name.
    let maker: String
}
