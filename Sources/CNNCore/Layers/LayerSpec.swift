/// An argument of a layer, as the language hands it over.
public enum LayerArgument: Equatable, Sendable {
    case none, bool(Bool), int(Int), float(Double), text(String), list([LayerArgument])

    /// As it is written in a program: `True`, `2.5`, `same`, `[1, 2]`.
    var text: String {
        switch self {
        case .none: "None"
        case .bool(let value): value ? "True" : "False"
        case .int(let value): "\(value)"
        case .float(let value): NumberFormatter.shortest(value)
        case .text(let value): value
        case .list(let items): "[" + items.map(\.text).joined(separator: ", ") + "]"
        }
    }

    /// `3x3` for a list of whole numbers.
    var sizeText: String {
        guard case .list(let items) = self, items.count > 1 else { return text }
        let arePlain = items.allSatisfy { if case .int = $0 { true } else { false } }
        return arePlain ? items.map(\.text).joined(separator: "x") : text
    }

    /// The same for an error, a text in quotes.
    var quotedText: String {
        if case .text(let value) = self { return "'\(value)'" }
        return text
    }
}

/// A layer as the source describes it.
public struct LayerSpec: Sendable {
    public var kind: String
    public var name: String?
    public var arguments: [(name: String?, value: LayerArgument)]
    public var children: [LayerSpec]
    /// Where it stands: goes into CNNError.origin.
    public var origin: Int?
    public var line: Int?

    public init(
        kind: String, name: String?, arguments: [(name: String?, value: LayerArgument)], children: [LayerSpec],
        origin: Int?, line: Int?
    ) {
        self.kind = kind
        self.name = name
        self.arguments = arguments
        self.children = children
        self.origin = origin
        self.line = line
    }

    /// Whether its own arguments are such as its kind takes.
    /// - Throws: E0203, E0202, E0404.
    public func check() throws(CNNError) { try LayerTree.check(self) }
}
