import CNNCore

/// The errors of models, of their layers, and of the words that belong to them.
extension Parser {
    mutating func notALayer() -> SyntaxFailure {
        switch token.kind {
        case .for:
            return .foreign("layers are repeated with 'repeat'", token.span, write: "write repeat 3 as i { ... }")
        case .def, .while, .return, .import, .model, .expect, .train, .gradient, .break, .continue:
            return SyntaxFailure(
                .misplacedStatement, "only layers stand in a model, not '\(text(token))'", token.span,
                notes: ["put it before or after the model"])
        case .else, .elif: return strayElse()
        default:
            // `input: 28x28x1`
            let isNamed = index > 1 && previous.kind == .colon && tokens[index - 2].kind == .name
            if isNamed, LayerDefinition.named(text(tokens[index - 2])) != nil {
                return unexpected("a layer", notes: ["write \(text(tokens[index - 2])) \(text(token)), without ':'"])
            }
            return unexpected("a layer")
        }
    }

    mutating func afterLayer() -> SyntaxFailure {
        if token.kind == .invalid { return .reported(token.span) }
        if let failure = strayCloser() { return failure }
        if token.kind == .foreign { return foreignOperator(after: nil) }
        if let failure = layersInOneLine() { return failure }
        if let comma = commaBehindLayer { return commaFailure(comma) }
        // `conv 8 3x3`
        let isArgument = [.int, .float, .size, .string].contains(token.kind) && !tokens[index].beginsLine
        return SyntaxFailure(
            .unexpectedToken, "unexpected \(description(token))", token.span,
            label: "arguments are separated by ',', layers by ';'",
            notes: isArgument
                ? ["write \(text(previous))\(isLayerParameter(previous) ? "=" : ", ")\(text(token))"]
                : isLayer(index) && !tokens[index].beginsLine
                    ? ["write ; \(excerpt(token.span.through(tokens[endOfLayers - 1].span)))"] : [])
    }

    /// The comma of `input 28x28x1,` before a layer in the next line, and that of `relu,`.
    private var commaBehindLayer: Token? {
        if token.kind == .comma { return token }
        let isNext = index > 1 && isLayer(index - 1) && tokens[index - 1].beginsLine
        return isNext && tokens[index - 2].kind == .comma ? tokens[index - 2] : nil
    }

    private func commaFailure(_ comma: Token) -> SyntaxFailure {
        SyntaxFailure(
            .foreignSyntax, "a layer ends with its line, without ','", comma.span,
            notes: ["leave the comma out; in one line ';' stands between layers"])
    }

    /// `stride` of `maxpool 2x2, stride 2`
    private func isLayerParameter(_ token: Token) -> Bool {
        let name = text(token)
        return token.kind == .name && LayerDefinition.all.contains { $0.parameters.contains { $0.name == name } }
    }

    mutating func notAHook() -> SyntaxFailure {
        if token.kind == .invalid { return .reported(token.span) }
        return SyntaxFailure(
            .unexpectedToken, "unexpected \(description(token)) in the braces of 'train'", token.span,
            label: "'on epoch { ... }' or 'on batch { ... }' is expected here")
    }

    /// `input 8x8x1, flatten, dense 10`: what was read as arguments are layers.
    private func layersInOneLine() -> SyntaxFailure? {
        guard [.int, .float, .size].contains(token.kind), !tokens[index].beginsLine, isLayer(index - 1) else {
            return nil
        }
        var first = index - 1
        while first > 0, !tokens[first].beginsLine, ![.semicolon, .leftBrace].contains(tokens[first - 1].kind) {
            first -= 1
        }
        let end = endOfLayers
        var parts: [String] = []
        var start = first
        for place in (first + 1)...end where place == end || tokens[place - 1].kind == .comma && isLayer(place) {
            let last = place == end ? place - 1 : place - 2
            guard last >= start else { return nil }
            parts.append(excerpt(SourceSpan(tokens[start].start, tokens[last].end)))
            start = place
        }
        guard parts.count > 1 else { return nil }
        return SyntaxFailure(
            .unexpectedToken, "layers are separated by ';', not by ','",
            tokens[first].span.through(tokens[end - 1].span),
            notes: ["write \(parts.joined(separator: "; "))"])
    }

    /// Whether a token is the name of a kind of layer, and no setting's name.
    private func isLayer(_ place: Int) -> Bool {
        tokens[place].kind == .name && LayerDefinition.named(text(tokens[place])) != nil
            && (place + 1 >= tokens.count || tokens[place + 1].kind != .assign)
    }

    /// Behind the last token of the layer that stands here.
    private var endOfLayers: Int {
        var end = index
        while end < tokens.count, tokens[end].kind != .end, tokens[end].kind != .semicolon,
            tokens[end].kind != .rightBrace, end == index || !tokens[end].beginsLine
        {
            end += 1
        }
        return end
    }

    /// `residual conv 8, 3x3`: a layer of layers without its braces.
    /// - Parameter name: of the layer of layers, whose arguments begin at the current token.
    func bareLayers(of name: Identifier) -> SyntaxFailure? {
        guard LayerDefinition.named(name.name)?.takesLayers == true, isLayer(index), !isAtLineEnd else { return nil }
        let layers = excerpt(token.span.through(tokens[endOfLayers - 1].span))
        let written = name.name == "branch" ? "branch { { \(layers) } { ... } }" : "\(name.name) { \(layers) }"
        return SyntaxFailure(
            .unexpectedToken, "unexpected \(description(token))", token.span, label: "'{' is expected here",
            notes: ["write \(written)"])
    }

    mutating func reservedWord() -> SyntaxFailure {
        let word = text(token)
        let suggestions: [TokenKind: String] = [
            .model: "net", .train: "training", .gradient: "grad", .expect: "expected", .on: "at", .as: "alias",
        ]
        // `model { … }`
        if token.kind == .model, peek().kind == .leftBrace {
            return SyntaxFailure(
                .unexpectedToken, "a model has a name", token.span,
                notes: ["write model Net { ... }, then net = Net()"])
        }
        if let failure = partOfDataSet() { return failure }
        let note = suggestions[token.kind].map { ", such as \($0)" } ?? ""
        return SyntaxFailure(
            .unexpectedToken, "'\(word)' is a word of the language and cannot be a name", token.span,
            notes: ["choose another name\(note)"])
    }

    /// `dataset("mnist", train=True)`: the parts of a data set are its members.
    private func partOfDataSet() -> SyntaxFailure? {
        guard token.kind == .train, peek().kind == .assign, let opener = context.open.last, opener > 0,
            index > opener + 2,
            tokens[opener].kind == .leftParenthesis, text(tokens[opener - 1]) == "dataset"
        else { return nil }
        let name = excerpt(SourceSpan(tokens[opener].end, tokens[index - 2].end))
        let part = peek(2).kind == .false ? "test" : "train"
        return SyntaxFailure(
            .unexpectedToken, "'train' is a word of the language and no argument's name", token.span,
            notes: ["write dataset(\(name)).\(part)"])
    }
}
