import CNNCore

/// The layers of a model: `conv 16, 5x5, pad=same`.
extension Parser {
    mutating func layerBlock(_ head: String) throws(SyntaxFailure) -> [LayerNode] {
        let outerParts = beginParts()
        let outer = try openBlock(head)
        context.isInModel = true
        var layers: [LayerNode] = []
        while true {
            while token.kind == .semicolon { advance() }
            if token.kind == .end || token.kind == .rightBrace { break }
            if endsUnclosedBlock { throw unclosed(context.block) }
            try guarded { parser throws(SyntaxFailure) in
                layers.append(try parser.layer())
                try parser.finishLayer()
            }
        }
        try closeBlock(outer)
        endParts(outerParts)
        return layers
    }

    /// Layers stand on lines of their own, or `;` is between them; after a `}` nothing is needed.
    private mutating func finishLayer() throws(SyntaxFailure) {
        if isAtLineEnd || token.kind == .semicolon || token.kind == .rightBrace || previous.kind == .rightBrace {
            return
        }
        throw afterLayer()
    }

    private mutating func layer() throws(SyntaxFailure) -> LayerNode {
        let start = token.span
        var label: Identifier?
        if at(.name), peek().kind == .colon {
            label = try identifier("a name")
            advance()
            if isAtLineEnd { throw unexpected("a layer") }
        }
        let kind = try layerKind()
        return LayerNode(label: label, kind: kind, span: start.through(previous.span))
    }

    private mutating func layerKind() throws(SyntaxFailure) -> LayerNode.Kind {
        switch token.kind {
        case .leftBrace: return .sequence(try layerBlock("branch"))
        case .if: return try layerConditional()
        case .name:
            if at(word: "repeat"), let kind = try repetition() { return kind }
            return try namedLayer()
        default: throw notALayer()
        }
    }

    private mutating func layerConditional() throws(SyntaxFailure) -> LayerNode.Kind {
        let start = token.span
        advance()
        if at(.leftBrace), !isDictionary {
            throw SyntaxFailure(.unexpectedToken, "the condition of the 'if' is missing", start)
        }
        let condition = try expression()
        if at(.assign) { throw assignmentInCondition(condition, "if ") }
        let layers = try layerBlock("if")
        switch token.kind {
        case .else:
            if peek().kind == .if, !peek().beginsLine {
                throw .foreign("'else if' is one word here", token.span.through(peek().span), write: "write elif")
            }
            advance()
            return .conditional(condition, layers, otherwise: try layerBlock("else"))
        case .elif:
            // Each is an if in the else of the one before.
            let place = token.span
            let outer = context
            try deepen()
            let inner = try layerConditional()
            context = outer
            let node = LayerNode(label: nil, kind: inner, span: place.through(previous.span))
            return .conditional(condition, layers, otherwise: [node])
        default: return .conditional(condition, layers, otherwise: nil)
        }
    }

    /// `repeat 3 as i { … }`; nil where `repeat` is only a name.
    private mutating func repetition() throws(SyntaxFailure) -> LayerNode.Kind? {
        let next = peek()
        guard next.kind.beginsExpression, !next.beginsLine else { return nil }
        advance()
        if at(.leftBrace) {
            throw SyntaxFailure(
                .unexpectedToken, "the number of times is missing after 'repeat'", previous.span,
                notes: ["write repeat 3 { ... }"])
        }
        let count = try expression()
        var index: Identifier?
        if take(.as) { index = try identifier("a name") }
        return .repeated(count, index: index, try layerBlock("repeat"))
    }

    private mutating func namedLayer() throws(SyntaxFailure) -> LayerNode.Kind {
        if let failure = foreignLayer() { throw failure }
        let name = try layerName()
        if let failure = bareLayers(of: name) { throw failure }
        var arguments: [Argument] = []
        if at(.leftParenthesis), isWholeArgumentList {
            arguments = try self.arguments()
        } else if !isAtLineEnd, token.kind.beginsExpression, token.kind != .leftBrace, token.kind != .if {
            arguments = try bareArguments()
        }
        let children = at(.leftBrace) ? try layerBlock(name.name) : nil
        return .layer(name, arguments, children: children)
    }

    /// `conv`, or `models.block`: a layer of a module.
    private mutating func layerName() throws(SyntaxFailure) -> Identifier {
        var name = try identifier("a layer")
        while at(.dot), token.start == previous.end, peek().kind == .name, peek().start == token.end {
            advance()
            let part = try identifier("a layer")
            name = Identifier("\(name.name).\(part.name)", name.span.through(part.span))
        }
        return name
    }

    /// Whether the parentheses here hold all arguments: `conv(16, 5x5)`, unlike `dense (n + 1) * 2`.
    private var isWholeArgumentList: Bool {
        guard let closer = brackets.partner(index) else { return true }
        let next = peek(closer + 1 - index)
        if next.beginsLine && !context.ignoresLineEnds { return true }
        switch next.kind {
        case .end, .semicolon, .rightBrace, .leftBrace: return true
        default: return previous.end == token.start && next.kind != .comma && !next.kind.asksForMore
        }
    }

    private mutating func bareArguments() throws(SyntaxFailure) -> [Argument] {
        var result: [Argument] = []
        repeat { result.append(try argument(after: result.last)) } while takeComma()
        return result
    }
}
