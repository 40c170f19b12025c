import CNNCore

/// A model's layers become a function that builds their description: `repeat` and `if` are its loops and branches.
extension Compiler {
    func compileModel(_ definition: ModelDefinition, _ span: SourceSpan) throws {
        guard let register = ownRegister(definition.name.name) else { return }
        try withTemporaries {
            let function = try temporary()
            try compileFunction(
                name: definition.name.name, parameters: definition.parameters, result: nil, kind: .layers,
                into: function,
                span
            ) { compiler in
                compiler.code.emit(.layersBegin, at: span)
                try compiler.separately { try compiler.checkInput(definition.layers) }
                try compiler.compile(definition.layers)
                try compiler.withTemporaries {
                    let result = try compiler.temporary()
                    compiler.code.emit(.layersReturn, result, at: definition.layersSpan)
                    compiler.code.emit(.returnValue, result, at: definition.layersSpan)
                }
            }
            code.emit(.makeModel, register, function, at: span)
            code.emitWide(.extra, wide: code.name(definition.name.name), at: span)
        }
        assigned.insert(register)
    }

    /// An `input` further down checks what comes in: of a model whose input is known, or of another model.
    private func checkInput(_ layers: [LayerNode]) throws {
        guard let place = layers.firstIndex(where: { $0.builtinKind == "input" }), place > 0,
            let first = layers[0].builtinKind, layers[..<place].allSatisfy({ $0.builtinKind != nil })
        else { return }
        throw failure(
            .misplacedStatement, "input is the first layer of a model, and here \(first) stands before it",
            layers[place].span, notes: ["write \(source.text(layers[place].span)) before \(first)"])
    }

    private func compile(_ nodes: [LayerNode]) throws {
        for node in nodes { try separately { try withTemporaries { try compile(node) } } }
    }

    private func compile(_ node: LayerNode) throws {
        switch node.kind {
        case .layer(let name, let arguments, let children):
            try compileLayer(name, arguments, children, label: node.label?.name, node.span)
        case .sequence(let children):
            code.emit(.layersBegin, at: node.span)
            try compile(children)
            code.emit(.layersEnd, at: node.span)
            emitLayer("sequence", [], hasChildren: true, label: node.label?.name, from: 0, node.span)
        case .repeated(let count, let index, let children): try compileRepeat(count, index, children, node.span)
        case .conditional(let condition, let children, let otherwise):
            let skips = try withTemporaries { try compileCondition(condition) }
            try compile(children)
            guard let otherwise else { return code.patch(skips) }
            let end = code.emit(.jump, at: node.span)
            code.patch(skips)
            try compile(otherwise)
            code.patch(end)
        }
    }

    private func compileRepeat(
        _ count: Expression, _ index: Identifier?, _ children: [LayerNode], _ span: SourceSpan
    ) throws {
        let state = try temporary(4)
        code.emit(.smallInteger, state, 0, 0, at: span)
        try withTemporaries { try compile(count, into: state + 1) }
        code.emit(.layersRepeat, state + 1, at: count.span)
        code.emit(.smallInteger, state + 2, 0, 1, at: span)
        let prepare = code.emit(.rangePrepare, state, at: count.span)
        code.emit(.extra, state + 3, at: span)
        let start = code.position
        let known = assigned
        assigned.insert(state + 3)
        try withBinding(index.map { [($0.name, state + 3)] } ?? []) { try compile(children) }
        assigned = known
        code.emitRangeNext(state, variable: state + 3, to: start, at: span, variableAt: span)
        code.patch(prepare)
    }

    private func compileLayer(
        _ name: Identifier, _ arguments: [Argument], _ children: [LayerNode]?, label: String?, _ span: SourceSpan
    ) throws {
        let isKind = Interpreter.isLayerKind(name.name)
        guard isKind, !isVariable(name.name) || Interpreter.builtinValue(name.name) != nil else {
            return try compileLayerValue(name, arguments, children, label: label, span)
        }
        if let children {
            code.emit(.layersBegin, at: span)
            try compile(children)
            code.emit(.layersEnd, at: span)
        }
        let first = try temporary(max(1, arguments.count))
        for (index, argument) in arguments.enumerated() {
            try withTemporaries {
                try compileLayerArgument(argument.value, into: first + index) {
                    self.isWord($0, of: name.name, argument: argument.name?.name, at: index)
                }
            }
        }
        emitLayer(
            name.name, arguments.map { $0.name?.name }, hasChildren: children != nil, label: label, from: first, span)
    }

    private func emitLayer(
        _ kind: String, _ names: [String?], hasChildren: Bool, label: String?, from first: Int, _ span: SourceSpan
    ) {
        code.tables.layers.append(
            LayerDescription(
                kind: kind, label: label, argumentNames: names, hasChildren: hasChildren, span: span,
                line: source.line(at: span.start)))
        code.emitWide(.layer, first, wide: code.tables.layers.count - 1, at: span)
    }

    /// Whether a name among the arguments is a word of the layer. Where the argument takes that word (`pad=same`), a
    /// variable of the session does not hide it, only a parameter of the model or the index of a `repeat`.
    private func isWord(_ word: String, of kind: String, argument: String?, at position: Int) -> Bool {
        guard Interpreter.isLayerWord(word, of: kind) else {
            // A word that is misspelt: the layer says which there are.
            return !Interpreter.words(of: kind, argument: argument, at: position).isEmpty && !isVariable(word)
                && !Interpreter.isLayerKind(word)
        }
        if Interpreter.isLayerWord(word, of: kind, argument: argument, at: position) { return !isOwnVariable(word) }
        return !isVariable(word)
    }

    /// A bare word that the layer takes (`pad=same`) is a text.
    private func compileLayerArgument(_ value: Expression, into target: Int, isWord: (String) -> Bool) throws {
        switch value.kind {
        case .name(let word) where isWord(word):
            try emitConstant(.text(word), into: target, value.span)
        case .call(let function, let arguments):
            // init=normal(0.1): a word with numbers is the list of them.
            guard case .name(let word) = function.kind, isWord(word) else {
                return try compile(value, into: target)
            }
            let items = [Expression(.string(word), function.span)] + arguments.map(\.value)
            try compileWindow(items) { self.code.emit(.makeList, target, $0, $1, at: value.span) }
        default: try compile(value, into: target)
        }
    }

    /// `Block(16)`, or a variable that holds a layer, a model or a list of layers.
    private func compileLayerValue(
        _ name: Identifier, _ arguments: [Argument], _ children: [LayerNode]?, label: String?, _ span: SourceSpan
    ) throws {
        let root = name.root
        if children != nil || (!isVariable(root) && Interpreter.builtinValue(root) == nil) {
            let text = source.text(name.span.end..<span.end)
            let inside = text.hasPrefix("(") && text.hasSuffix(")") ? String(text.dropFirst().dropLast()) : nil
            throw Diagnostic(
                Interpreter.unknownLayer(name.name, arguments: inside), source: source, span: name.span, cell: cell)
        }
        if !isVariable(root), name.path.count == 1, let layer = LayerBuiltins.layer(for: root) {
            let given = source.text(name.span.end..<span.end)
            // PyTorch's channels in, channels out, size.
            let foreign = root == "conv2d" && arguments.count > 2 ? ForeignLayers.translation("Conv2d", given) : nil
            throw failure(
                .unknownLayer, "there is no layer '\(root)'", name.span, notes: ["write \(foreign ?? layer + given)"])
        }
        let register = try temporary()
        let callee = name.path.dropFirst().reduce(Expression(.name(root), name.span)) {
            Expression(.member($0, Identifier(String($1), name.span)), name.span)
        }
        let hasParentheses = source.text(span).contains("(")
        try withTemporaries {
            if arguments.isEmpty && !hasParentheses {
                try compile(callee, into: register)
            } else {
                try compileCall(callee, arguments, into: register, span)
            }
        }
        code.emit(.layerValue, register, label.map { code.constant(.text($0)) + 1 } ?? 0, at: span)
    }
}

extension LayerNode {
    /// Nil for another model and for what is repeated or chosen.
    fileprivate var builtinKind: String? {
        guard case .layer(let name, _, _) = kind, Interpreter.isLayerKind(name.name) else { return nil }
        return name.name
    }
}
