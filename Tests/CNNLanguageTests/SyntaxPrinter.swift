@testable import CNNLanguage

/// A syntax tree as S-expressions, compact enough to read beside its source.
enum SyntaxPrinter {
    static func print(_ statements: [Statement]) -> String { statements.map(print).joined(separator: " ") }

    static func print(_ statement: Statement) -> String {
        switch statement.kind {
        case .expression(let value, let isSilent): isSilent ? node("silent", print(value)) : print(value)
        case .assign(let targets, let value): node("=", targets.map(print).joined(separator: " "), print(value))
        case .augment(let target, let sign, let value): node(sign.rawValue + "=", print(target), print(value))
        case .conditional(let conditional): print(conditional)
        case .forLoop(let names, let iterable, let body): node("for", list(names), print(iterable), print(body))
        case .whileLoop(let condition, let body): node("while", print(condition), print(body))
        case .function(let definition):
            node(
                "def", definition.name.name, print(definition.parameters),
                definition.result.map { "-> " + print($0) } ?? "",
                print(definition.body))
        case .importModule(let statement): print(statement)
        case .model(let model):
            node("model", model.name.name, print(model.parameters), model.layers.map(print).joined(separator: " "))
        case .expect(let expectation): print(expectation)
        case .returnValue(let value): node("return", value.map(print) ?? "")
        case .breakLoop: "(break)"
        case .continueLoop: "(continue)"
        }
    }

    static func print(_ target: AssignmentTarget) -> String {
        switch target {
        case .name(let name): name.name
        case .index(let base, let subscripts, _): node("[]", print(base), subscripts.map(print).joined(separator: " "))
        case .member(let base, let name, _): node(".", print(base), name.name)
        }
    }

    private static func print(_ block: Block) -> String { "{" + print(block.statements) + "}" }

    private static func print(_ conditional: Conditional) -> String {
        let branches = conditional.branches.map { "\(print($0.condition)) \(print($0.body))" }
        return node("if", branches.joined(separator: " elif "), conditional.otherwise.map { "else " + print($0) } ?? "")
    }

    private static func print(_ parameters: [Parameter]) -> String {
        let items = parameters.map { parameter in
            parameter.name.name + (parameter.shape.map { ":" + print($0) } ?? "")
                + (parameter.defaultValue.map { "=" + print($0) } ?? "")
        }
        return "(" + items.joined(separator: " ") + ")"
    }

    private static func print(_ pattern: ShapePattern) -> String {
        let dimensions = pattern.dimensions.map { dimension in
            switch dimension {
            case .size(let size): String(size)
            case .name(let name): name
            case .any: "_"
            }
        }
        return "[" + dimensions.joined(separator: " ") + "]"
    }

    private static func print(_ statement: ImportStatement) -> String {
        let module =
            switch statement.module {
            case .name(let name): name
            case .path(let path): quoted(path)
            }
        return node("import", module, statement.alias.map { "as \($0.name)" } ?? "")
    }

    private static func print(_ expectation: Expectation) -> String {
        let message = expectation.message.map(print) ?? ""
        return switch expectation.kind {
        case .holds(let value, let tolerance):
            node("expect", print(value), tolerance.map { "within " + print($0) } ?? "", message)
        case .fails(let code, let block): node("expect-error", code?.name ?? "_", print(block), message)
        }
    }

    // MARK: - Layers

    private static func print(_ layer: LayerNode) -> String {
        let label = layer.label.map { $0.name + ":" } ?? ""
        switch layer.kind {
        case .layer(let name, let arguments, let children):
            let items = arguments.map { " " + print($0) }.joined()
            return "\(label)(\(name.name)\(items)\(children.map { " " + print($0) } ?? ""))"
        case .repeated(let count, let index, let layers):
            return label + node("repeat", print(count), index.map { "as \($0.name)" } ?? "", print(layers))
        case .conditional(let condition, let layers, let otherwise):
            return label + node("if", print(condition), print(layers), otherwise.map { "else " + print($0) } ?? "")
        case .sequence(let layers): return label + print(layers)
        }
    }

    private static func print(_ layers: [LayerNode]) -> String { "{" + layers.map(print).joined(separator: " ") + "}" }

    // MARK: - Expressions

    static func print(_ expression: Expression) -> String {
        switch expression.kind {
        case .none: "None"
        case .bool(let value): value ? "True" : "False"
        case .int(let value): String(value)
        case .float(let value): value.description
        case .string(let value): quoted(value)
        case .interpolated(let parts): node("f", parts.map(print).joined(separator: " "))
        case .size(let sizes): sizes.map(String.init).joined(separator: "x")
        case .name(let name): name
        case .list(let elements): "[" + elements.map(print).joined(separator: " ") + "]"
        case .comprehension(let element, let names, let iterable, let condition):
            node("comprehend", print(element), list(names), print(iterable), condition.map { "if " + print($0) } ?? "")
        case .dictionary(let entries):
            node("dict", entries.map { "\(print($0.key)):\(print($0.value))" }.joined(separator: " "))
        case .unary(let sign, let value): node(sign.rawValue, print(value))
        case .binary(let sign, let left, let right, _): node(sign.rawValue, print(left), print(right))
        case .chain(let first, let links):
            links.reduce(print(first)) { node($1.operation.rawValue, $0, print($1.operand)) }
        case .and(let values): values.dropFirst().reduce(print(values[0])) { node("and", $0, print($1)) }
        case .or(let values): values.dropFirst().reduce(print(values[0])) { node("or", $0, print($1)) }
        case .call(let function, let arguments):
            node("call", print(function), arguments.map(print).joined(separator: " "))
        case .index(let base, let subscripts): node("[]", print(base), subscripts.map(print).joined(separator: " "))
        case .member(let base, let name): node(".", print(base), name.name)
        case .lambda(let names, let body): node("->", list(names), print(body))
        case .conditional(let conditional): print(conditional)
        case .train(let train):
            node(
                "train", print(train.model), print(train.data), train.arguments.map(print).joined(separator: " "),
                train.hooks.map { "on \($0.event.name) \(print($0.body))" }.joined(separator: " "))
        case .gradient(let arguments, let block):
            node("gradient", "(" + arguments.map(print).joined(separator: " ") + ")", print(block))
        }
    }

    private static func print(_ part: InterpolationPart) -> String {
        switch part {
        case .text(let text): quoted(text)
        case .value(let value, let format): format.map { "\(print(value)):\(print($0))" } ?? print(value)
        }
    }

    private static func print(_ format: InterpolationFormat) -> String {
        switch format {
        case .text(let text): quoted(text)
        case .parts(let parts): node("f", parts.map(print).joined(separator: " "))
        }
    }

    private static func print(_ argument: Argument) -> String {
        (argument.name.map { $0.name + "=" } ?? "") + print(argument.value)
    }

    private static func print(_ item: Subscript) -> String {
        switch item {
        case .index(let value): print(value)
        case .slice(let start, let stop, let step):
            "\(start.map(print) ?? ""):\(stop.map(print) ?? "")" + (step.map { ":" + print($0) } ?? "")
        case .ellipsis: "..."
        }
    }

    private static func list(_ names: [Identifier]) -> String { "(" + names.map(\.name).joined(separator: " ") + ")" }

    private static func node(_ parts: String...) -> String {
        "(" + parts.filter { !$0.isEmpty }.joined(separator: " ") + ")"
    }

    private static func quoted(_ text: String) -> String { text.debugDescription }
}
