/// What only the tree knows about the tokens, by their indices: which minus is a sign, which brace begins a block.
///
/// Two texts with the same tokens and the same marks are the same program.
struct LayoutMarks: Equatable {
    /// Statements, and the `on` of a training hook.
    private(set) var statementStarts: Set<Int> = []
    private(set) var layerStarts: Set<Int> = []
    /// The last tokens of expressions whose value a `;` keeps from being shown.
    private(set) var silentEnds: Set<Int> = []
    /// `+` and `-` between two values.
    private(set) var binarySigns: Set<Int> = []
    /// The `=` of named arguments and of defaults.
    private(set) var nameSigns: Set<Int> = []
    /// The `{` of dicts, and those that begin a model's layers.
    private(set) var dictionaries: Set<Int> = []
    private(set) var models: Set<Int> = []
    /// Names that a blank follows even before a bracket: `input [h, w]`, `repeat (n) { }`.
    private(set) var spacedNames: Set<Int> = []
    /// Arguments that stand without parentheses, from the first token to the last.
    private(set) var bareArguments: [ClosedRange<Int>] = []

    private let tokens: [LayoutToken]

    init(_ statements: [Statement], _ tokens: [LayoutToken]) {
        self.tokens = tokens
        statements.forEach { visit($0) }
    }

    static func == (first: LayoutMarks, second: LayoutMarks) -> Bool {
        first.statementStarts == second.statementStarts && first.layerStarts == second.layerStarts
            && first.silentEnds == second.silentEnds && first.binarySigns == second.binarySigns
            && first.nameSigns == second.nameSigns && first.dictionaries == second.dictionaries
            && first.models == second.models && first.spacedNames == second.spacedNames
            && first.bareArguments == second.bareArguments
    }

    func isStart(_ index: Int) -> Bool { statementStarts.contains(index) || layerStarts.contains(index) }

    // MARK: - Places

    /// The token that begins at an offset.
    private func token(at offset: Int) -> Int? {
        let index = tokens.firstIndex(notBefore: offset)
        return index < tokens.count && tokens[index].token.start == offset ? index : nil
    }

    private func token(endingAt offset: Int) -> Int? {
        let index = tokens.firstIndex(notBefore: offset) - 1
        return index >= 0 && tokens[index].token.end == offset ? index : nil
    }

    private mutating func mark(_ index: Int?, _ set: WritableKeyPath<LayoutMarks, Set<Int>>) {
        if let index, index >= 0 { self[keyPath: set].insert(index) }
    }

    /// The arguments from an offset to another stand without parentheses.
    private mutating func markBare(from start: Int, to end: Int) {
        guard let first = token(at: start), let last = token(endingAt: end), last >= first else { return }
        bareArguments.append(first...last)
    }

    // MARK: - The tree

    private mutating func visit(_ part: SyntaxPart) {
        switch part {
        case .statement(let statement): visit(statement)
        case .expression(let expression): visit(expression)
        case .target(let target): target.forEachPart { part, _ in visit(part) }
        case .argument(let argument):
            if let name = argument.name { mark(token(at: name.span.start).map { $0 + 1 }, \.nameSigns) }
            visit(argument.value)
        case .layer(let layer): visit(layer)
        }
    }

    private mutating func visit(_ statement: Statement) {
        mark(token(at: statement.span.start), \.statementStarts)
        switch statement.kind {
        case .expression(_, let isSilent):
            if isSilent { mark(token(endingAt: statement.span.end), \.silentEnds) }
        case .function(let definition): markDefaults(definition.parameters)
        case .model(let model):
            mark(token(at: model.layersSpan.start), \.models)
            markDefaults(model.parameters)
        case .expect(let expectation):
            if case .holds(_, let tolerance?) = expectation.kind {
                mark(token(at: tolerance.span.start).map { $0 - 1 }, \.spacedNames)
            }
        default: break
        }
        statement.forEachPart { part, _ in visit(part) }
    }

    private mutating func markDefaults(_ parameters: [Parameter]) {
        for case let value? in parameters.map(\.defaultValue) {
            mark(token(at: value.span.start).map { $0 - 1 }, \.nameSigns)
        }
    }

    private mutating func visit(_ layer: LayerNode) {
        let start = token(at: layer.span.start)
        // `elif` holds a layer of its own in the tree, but begins none.
        if let start, tokens[start].kind != .elif { mark(start, \.layerStarts) }
        switch layer.kind {
        case .layer(let name, let arguments, _):
            // Of `models.block` the last part is what the arguments follow.
            let last = name.span.end - (name.path.last?.utf8.count ?? 0)
            markArguments(arguments, ofLayer: token(at: last))
        case .repeated(let count, _, _): mark(token(at: count.span.start).map { $0 - 1 }, \.spacedNames)
        case .conditional, .sequence: break
        }
        layer.forEachPart { part, _ in visit(part) }
    }

    private mutating func markArguments(_ arguments: [Argument], ofLayer name: Int?) {
        guard let name, let first = arguments.first, let last = arguments.last else { return }
        let start = first.name?.span.start ?? first.value.span.start
        guard token(at: start) == name + 1 else { return }
        mark(name, \.spacedNames)
        markBare(from: start, to: last.value.span.end)
    }

    private mutating func visit(_ expression: Expression) {
        switch expression.kind {
        // An f-string stays as it is written, and what stands in it is no token.
        case .interpolated: return
        case .dictionary: mark(openingBrace(of: expression), \.dictionaries)
        case .binary(let sign, _, _, let place): markSign(sign, place)
        case .chain(_, let links): for link in links { markSign(link.operation, link.operatorSpan) }
        case .train(let train):
            markBare(from: train.model.span.start, to: (train.arguments.last?.value ?? train.data).span.end)
            for hook in train.hooks { mark(token(at: hook.event.span.start).map { $0 - 1 }, \.statementStarts) }
        default: break
        }
        expression.forEachPart { part, _ in visit(part) }
    }

    private mutating func markSign(_ sign: BinaryOperator, _ place: SourceSpan) {
        if sign == .add || sign == .subtract { mark(token(at: place.start), \.binarySigns) }
    }

    /// The span of a dict in parentheses has them too.
    private func openingBrace(of dictionary: Expression) -> Int? {
        guard var index = token(at: dictionary.span.start) else { return nil }
        while index < tokens.count, tokens[index].kind == .leftParenthesis { index += 1 }
        return index
    }
}

extension [LayoutToken] {
    /// The first token that begins at an offset or behind it.
    fileprivate func firstIndex(notBefore offset: Int) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].token.start < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
