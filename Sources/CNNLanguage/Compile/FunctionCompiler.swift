import CNNCore

extension Compiler {
    /// Compiles a function's body and emits the making of its closure into `target`.
    func compileFunction(
        name: String, parameters: [Parameter], result: ShapePattern?, kind: Kind = .function, into target: Int,
        _ span: SourceSpan, body: (Compiler) throws -> Void
    ) throws {
        let isNested = self.kind != .cell
        let compiler = Compiler(
            kind, source: source, module: module, enclosing: self, cell: cell, ownName: isNested ? name : nil)
        let defaults = parameters.filter { $0.defaultValue != nil }
        var seen: Set<String> = []
        for parameter in parameters where !seen.insert(parameter.name.name).inserted {
            throw failure(.argumentMismatch, "the parameter '\(parameter.name.name)' stands twice", parameter.name.span)
        }
        try compiler.declareLocals(parameters.map(\.name.name))
        compiler.describeParameters(parameters, result: result)
        if parameters.contains(where: { $0.shape != nil }) || result != nil {
            let register = try compiler.temporary()
            compiler.shapeRegister = register
            compiler.code.emit(.checkShapes, register, at: span)
        }
        try body(compiler)
        compiler.code.tables.definition = span
        let prototype = compiler.finish(name: name)
        code.tables.prototypes.append(prototype)
        try withTemporaries {
            let first = try temporary(max(1, defaults.count))
            for (index, parameter) in defaults.enumerated() {
                if let value = parameter.defaultValue {
                    try withTemporaries { try compile(value, into: first + index) }
                }
            }
            code.emitWide(.makeFunction, target, wide: code.tables.prototypes.count - 1, at: span)
            code.emit(.extra, first, defaults.count, at: span)
        }
    }

    private func describeParameters(_ parameters: [Parameter], result: ShapePattern?) {
        var defaultCount = 0
        for (register, parameter) in parameters.enumerated() {
            var index: Int?
            if parameter.defaultValue != nil {
                index = defaultCount
                defaultCount += 1
            }
            code.tables.parameters.append(
                FunctionParameter(
                    name: parameter.name.name, defaultIndex: index,
                    defaultText: parameter.defaultValue.map { source.text($0.span) }))
            if let shape = parameter.shape {
                let mayBeNone = if case .none? = parameter.defaultValue?.kind { true } else { false }
                code.tables.parameterShapes.append(
                    (
                        register: register, name: parameter.name.name, pattern: shape, mayBeNone: mayBeNone,
                        span: parameter.name.span.through(shape.span)
                    ))
            }
            assigned.insert(register)
        }
        code.tables.resultShape = result
    }

    func compileLambda(_ parameters: [Identifier], _ body: Expression, into target: Int, _ span: SourceSpan) throws {
        let list = parameters.map { Parameter(name: $0, shape: nil, defaultValue: nil) }
        try compileFunction(name: "lambda", parameters: list, result: nil, into: target, span) { compiler in
            try compiler.declareLocals(AssignedNames(body).names)
            try compiler.withTemporaries {
                let register = try compiler.operand(body)
                compiler.code.emit(.returnValue, register, at: body.span)
            }
        }
    }
}
