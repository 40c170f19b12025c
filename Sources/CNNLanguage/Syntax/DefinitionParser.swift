import CNNCore

/// `def` and `model` with their parameters and shapes.
extension Parser {
    mutating func functionDefinition() throws(SyntaxFailure) -> FunctionDefinition {
        advance()
        let name = try identifier("the function's name")
        guard at(.leftParenthesis) else {
            throw unexpected("'('", notes: ["a function without parameters has empty ones: def \(name.name)() { ... }"])
        }
        let parameters = try parameters()
        var result: ShapePattern?
        if take(.arrow) { result = try shapePattern() }
        return FunctionDefinition(name: name, parameters: parameters, result: result, body: try block("def"))
    }

    mutating func modelDefinition() throws(SyntaxFailure) -> ModelDefinition {
        guard peek().kind == .name, !peek().beginsLine else { throw reservedWord() }
        advance()
        let name = try identifier("the model's name")
        // PyTorch's `Net(nn.Module)`
        if at(.leftParenthesis), peek(2).kind == .dot, let closer = brackets.partner(index) {
            throw .foreign(
                "a model is made of layers and stands under no class", token.span.through(tokens[closer].span),
                write: "write model \(name.name) { ... }")
        }
        let parameters = at(.leftParenthesis) ? try parameters() : []
        let start = token.span
        let layers = try layerBlock("model")
        return ModelDefinition(
            name: name, parameters: parameters, layers: layers, layersSpan: start.through(previous.span))
    }

    private mutating func parameters() throws(SyntaxFailure) -> [Parameter] {
        let outer = try open()
        var result: [Parameter] = []
        while !at(.rightParenthesis) {
            result.append(try parameter(after: result.last))
            if at(.rightParenthesis) { break }
            try expect(.comma, "',' or ')'")
        }
        try close(.rightParenthesis, "')'", outer)
        return result
    }

    private mutating func parameter(after last: Parameter?) throws(SyntaxFailure) -> Parameter {
        if at(.star) || at(.doubleStar) {
            throw .foreign(
                "a function has a fixed number of parameters", token.span, write: "take a list or a dict instead")
        }
        let name = try identifier("a parameter's name")
        var shape: ShapePattern?
        if at(.colon) {
            advance()
            shape = try shapePattern()
        }
        var value: Expression?
        if take(.assign) { value = try expression() }
        if value == nil, let last, last.defaultValue != nil {
            throw SyntaxFailure(
                .unexpectedToken,
                "the parameter '\(name.name)' needs a default, because '\(last.name.name)' before it has one",
                name.span, notes: ["put the parameters without a default first"])
        }
        return Parameter(name: name, shape: shape, defaultValue: value)
    }

    /// `[N, H, W, 3]`
    private mutating func shapePattern() throws(SyntaxFailure) -> ShapePattern {
        guard at(.leftBracket) else { throw notAShape() }
        let start = token.span
        let outer = try open()
        var dimensions: [ShapePattern.Dimension] = []
        repeat {
            if at(.rightBracket), !dimensions.isEmpty { break }
            dimensions.append(try dimension())
        } while take(.comma)
        try close(.rightBracket, "',' or ']'", outer)
        return ShapePattern(dimensions: dimensions, span: start.through(previous.span))
    }

    private mutating func dimension() throws(SyntaxFailure) -> ShapePattern.Dimension {
        let place = token
        if at(.int) {
            advance()
            return .size(try NumberLiteral.int(text(place), place.span))
        }
        guard at(.name) else { throw unexpected("a size, a name or _") }
        advance()
        return isWord(place, "_") ? .any : .name(text(place))
    }
}
