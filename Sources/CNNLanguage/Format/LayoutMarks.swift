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

    // MARK: - Statements

    private mutating func visit(_ block: Block) { block.statements.forEach { visit($0) } }

    private mutating func visit(_ statement: Statement) {
        mark(token(at: statement.span.start), \.statementStarts)
        switch statement.kind {
        case .expression(let value, let isSilent):
            if isSilent { mark(token(endingAt: statement.span.end), \.silentEnds) }
            visit(value)
        case .assign(let targets, let value):
            targets.forEach { visit($0) }
            visit(value)
        case .augment(let target, _, let value):
            visit(target)
            visit(value)
        case .conditional(let conditional): visit(conditional)
        case .forLoop(_, let iterable, let body):
            visit(iterable)
            visit(body)
        case .whileLoop(let condition, let body):
            visit(condition)
            visit(body)
        case .function(let definition):
            visit(definition.parameters)
            visit(definition.body)
        case .model(let model):
            mark(token(at: model.layersSpan.start), \.models)
            visit(model.parameters)
            visit(model.layers)
        case .expect(let expectation): visit(expectation)
        case .returnValue(let value): if let value { visit(value) }
        case .importModule, .breakLoop, .continueLoop: break
        }
    }

    private mutating func visit(_ target: AssignmentTarget) {
        switch target {
        case .name: break
        case .index(let base, let subscripts, _):
            visit(base)
            subscripts.forEach { visit($0) }
        case .member(let base, _, _): visit(base)
        }
    }

    private mutating func visit(_ conditional: Conditional) {
        for branch in conditional.branches {
            visit(branch.condition)
            visit(branch.body)
        }
        if let otherwise = conditional.otherwise { visit(otherwise) }
    }

    private mutating func visit(_ parameters: [Parameter]) {
        for case let value? in parameters.map(\.defaultValue) {
            mark(token(at: value.span.start).map { $0 - 1 }, \.nameSigns)
            visit(value)
        }
    }

    private mutating func visit(_ expectation: Expectation) {
        switch expectation.kind {
        case .holds(let value, let tolerance):
            visit(value)
            guard let tolerance else { return }
            mark(token(at: tolerance.span.start).map { $0 - 1 }, \.spacedNames)
            visit(tolerance)
        case .fails(_, let block): visit(block)
        }
    }

    // MARK: - Layers

    private mutating func visit(_ layers: [LayerNode]) { layers.forEach { visit($0) } }

    private mutating func visit(_ layer: LayerNode) {
        let start = token(at: layer.span.start)
        // `elif` holds a layer of its own in the tree, but begins none.
        if let start, tokens[start].kind != .elif { mark(start, \.layerStarts) }
        switch layer.kind {
        case .layer(let name, let arguments, let children):
            visitArguments(arguments, ofLayer: token(at: name.span.start))
            if let children { visit(children) }
        case .repeated(let count, _, let layers):
            mark(token(at: count.span.start).map { $0 - 1 }, \.spacedNames)
            visit(count)
            visit(layers)
        case .conditional(let condition, let layers, let otherwise):
            visit(condition)
            visit(layers)
            if let otherwise { visit(otherwise) }
        case .sequence(let layers): visit(layers)
        }
    }

    private mutating func visitArguments(_ arguments: [Argument], ofLayer name: Int?) {
        arguments.forEach { visit($0) }
        guard let name, let first = arguments.first, let last = arguments.last else { return }
        let start = first.name?.span.start ?? first.value.span.start
        guard token(at: start) == name + 1 else { return }
        mark(name, \.spacedNames)
        markBare(from: start, to: last.value.span.end)
    }

    // MARK: - Expressions

    private mutating func visit(_ argument: Argument) {
        if let name = argument.name { mark(token(at: name.span.start).map { $0 + 1 }, \.nameSigns) }
        visit(argument.value)
    }

    private mutating func visit(_ item: Subscript) {
        switch item {
        case .index(let value): visit(value)
        case .slice(let start, let stop, let step): for case let value? in [start, stop, step] { visit(value) }
        case .ellipsis: break
        }
    }

    private mutating func visit(_ expression: Expression) {
        switch expression.kind {
        // An f-string stays as it is written, and what stands in it is no token.
        case .none, .bool, .int, .float, .string, .interpolated, .size, .name: break
        case .list(let elements): elements.forEach { visit($0) }
        case .comprehension(let element, _, let iterable, let condition):
            visit(element)
            visit(iterable)
            if let condition { visit(condition) }
        case .dictionary(let entries):
            mark(openingBrace(of: expression), \.dictionaries)
            for entry in entries {
                visit(entry.key)
                visit(entry.value)
            }
        case .unary(_, let value): visit(value)
        case .binary(let sign, let left, let right, let place):
            if sign == .add || sign == .subtract { mark(token(at: place.start), \.binarySigns) }
            visit(left)
            visit(right)
        case .and(let left, let right), .or(let left, let right):
            visit(left)
            visit(right)
        case .call(let function, let arguments):
            visit(function)
            arguments.forEach { visit($0) }
        case .index(let base, let subscripts):
            visit(base)
            subscripts.forEach { visit($0) }
        case .member(let base, _): visit(base)
        case .lambda(_, let body): visit(body)
        case .conditional(let conditional): visit(conditional)
        case .train(let train): visit(train)
        case .gradient(let arguments, let block):
            arguments.forEach { visit($0) }
            visit(block)
        }
    }

    /// The span of a dict in parentheses has them too.
    private func openingBrace(of dictionary: Expression) -> Int? {
        guard var index = token(at: dictionary.span.start) else { return nil }
        while index < tokens.count, tokens[index].kind == .leftParenthesis { index += 1 }
        return index
    }

    private mutating func visit(_ train: TrainExpression) {
        visit(train.model)
        visit(train.data)
        train.arguments.forEach { visit($0) }
        markBare(from: train.model.span.start, to: (train.arguments.last?.value ?? train.data).span.end)
        for hook in train.hooks {
            mark(token(at: hook.event.span.start).map { $0 - 1 }, \.statementStarts)
            visit(hook.body)
        }
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
