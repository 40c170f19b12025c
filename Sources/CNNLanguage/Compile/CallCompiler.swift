import CNNCore

extension Compiler {
    func compileCall(_ function: Expression, _ arguments: [Argument], into target: Int, _ span: SourceSpan) throws {
        if case .member(let base, let name) = function.kind {
            return try compileMethodCall(base, name, arguments, into: target, span)
        }
        let window = try temporary(arguments.count + 1)
        if case .name(let name) = function.kind, case .global(let number) = try resolve(name, function.span) {
            try compileArguments(arguments, from: window + 1)
            code.emit(.callGlobal, target, window, arguments.count, at: span)
            code.emitWide(.extra, wide: argumentNames(arguments), at: function.span)
            code.emitWide(.extra, wide: number, at: function.span)
            return
        }
        if case .name(let name) = function.kind, case .builtin(let value) = try resolve(name, function.span) {
            noteWords(arguments, of: name)
            try compileArguments(arguments, from: window + 1)
            code.emit(.callBuiltin, target, window, arguments.count, at: span)
            code.emitWide(.extra, wide: argumentNames(arguments), at: function.span)
            code.emitWide(.extra, wide: code.constant(value), at: function.span)
            return
        }
        try withTemporaries { try compile(function, into: window) }
        try compileArguments(arguments, from: window + 1)
        code.emit(.call, target, window, arguments.count, at: span)
        code.emitWide(.extra, wide: argumentNames(arguments), at: function.span)
    }

    func compileArguments(_ arguments: [Argument], from first: Int) throws {
        for (index, argument) in arguments.enumerated() {
            try withTemporaries { try compile(argument.value, into: first + index) }
        }
    }

    /// Notes names that stand where a built-in takes a word in quotes: `pad=same`.
    /// - Parameter first: the number of the parameter that the first argument is for.
    private func noteWords(_ arguments: [Argument], of name: String, first: Int = 0) {
        for (index, argument) in arguments.enumerated() {
            guard let (word, span, rest) = Compiler.bareWord(argument.value),
                let builtin = BuiltinRegistry.named(name)
            else { continue }
            let words = Compiler.words(of: builtin, argument.name?.name, at: first + index)
            guard let meant = words.contains(word) ? word : EditDistance.nearest(word, among: words) else { continue }
            let numbers = rest.map { ", " + source.text($0.span) }.joined()
            let text = rest.isEmpty ? "\"\(meant)\"" : "[\"\(meant)\"\(numbers)]"
            code.tables.placeNotes[span] = .word((argument.name.map { "\($0.name)=" } ?? "") + text)
        }
    }

    /// The words that an argument takes, by its name or its place, of the function or of the layer of that name.
    private static func words(of builtin: Builtin, _ label: String?, at place: Int) -> [String] {
        guard let label else {
            return builtin.parameters.indices.contains(place) ? builtin.parameters[place].words : []
        }
        let own = builtin.parameters.first { $0.name == label }
        return own?.words ?? builtin.layerForm?.parameters.first { $0.name == label }?.words ?? []
    }

    /// `same`, and `normal(0.1)` with what is in its parentheses.
    private static func bareWord(_ value: Expression) -> (word: String, span: SourceSpan, rest: [Expression])? {
        switch value.kind {
        case .name(let word): return (word, value.span, [])
        case .call(let function, let arguments):
            guard case .name(let word) = function.kind, !arguments.isEmpty else { return nil }
            return (word, function.span, arguments.map(\.value))
        default: return nil
        }
    }

    /// The number of the names' table entry + 1; 0 where no argument is named.
    func argumentNames(_ arguments: [Argument]) -> Int {
        guard arguments.contains(where: { $0.name != nil }) else { return 0 }
        code.tables.argumentNames.append(arguments.map { $0.name?.name })
        return code.tables.argumentNames.count
    }

    /// What a method call's second extra word says about its receiver.
    enum Receiver {
        /// In the call's window: a temporary.
        static let temporary = 0xFFFF
        /// In the window, and it is a copy of a variable that this function may not change.
        static let outer = 0xFFFE
        /// At the end of a path, `d["a"].append(x)`; two more words: root, path, whether the root is outer; first operand.
        static let path = 0xFFFD
    }

    private func compileMethodCall(
        _ base: Expression, _ name: Identifier, _ arguments: [Argument], into target: Int, _ span: SourceSpan
    ) throws {
        noteWords(arguments, of: name.name, first: 1)
        let window = try temporary(arguments.count + 1)
        var receiver = Receiver.temporary
        if case .name(let variable) = base.kind {
            switch try resolve(variable, base.span) {
            case .register(let register) where register < Receiver.path && assigned.contains(register):
                receiver = register
            case .capture, .global: receiver = Receiver.outer
            default: break
            }
        } else if Interpreter.mutatingMethodNames.contains(name.name), let path = try assignmentPath(base) {
            return try compilePathMethodCall(path, base, name, arguments, window, into: target, span)
        }
        if receiver >= Receiver.path {
            try withTemporaries { try compile(base, into: window) }
        }
        try compileArguments(arguments, from: window + 1)
        let isAppend =
            name.name == "append" && arguments.count == 1 && arguments[0].name == nil && receiver < Receiver.path
        code.emit(isAppend ? .callAppend : .callMethod, target, window, arguments.count, at: span)
        code.emitWide(.extra, wide: code.name(name.name), at: name.span)
        code.emitWide(.extra, receiver, wide: argumentNames(arguments), at: base.span)
    }

    private func compilePathMethodCall(
        _ path: AssignmentPath, _ base: Expression, _ name: Identifier, _ arguments: [Argument], _ window: Int,
        into target: Int, _ span: SourceSpan
    ) throws {
        try compileArguments(arguments, from: window + 1)
        code.tables.paths.append(path.steps)
        code.emit(.callMethod, target, window, arguments.count, at: span)
        code.emitWide(.extra, wide: code.name(name.name), at: name.span)
        code.emitWide(.extra, Receiver.path, wide: argumentNames(arguments), at: base.span)
        let number = code.tables.paths.count - 1
        switch path.root {
        case .variable(let register): code.emit(.extra, register, number, 0, at: base.span)
        case .value(let register): code.emit(.extra, register, number, 1, at: base.span)
        }
        code.emitWide(.extra, wide: path.firstRegister, at: base.span)
    }

    // MARK: - Subscripts

    /// `x[i, j]` with plain indices has instructions of its own; all else goes by a description of the items.
    func compileIndex(_ base: Expression, _ subscripts: [Subscript], into target: Int, _ span: SourceSpan) throws {
        if try compileNestedIndex(base, subscripts, into: target, span) { return }
        let register = try operand(base)
        let plain = subscripts.compactMap { item -> Expression? in
            if case .index(let value) = item { return value }
            return nil
        }
        if plain.count == 2, subscripts.count == 2, let first = plainSum(plain[0]), let second = plainSum(plain[1]) {
            let (i, k) = try operands(first.0, first.1)
            let (j, l) = try operands(second.0, second.1)
            code.emit(.index2Sum, target, register, i, at: span)
            code.emit(.extra, k, j, l, at: span)
            return
        }
        if plain.count == subscripts.count, (1...4).contains(plain.count) {
            let registers = try plain.map { try operand($0) }
            let opcodes: [Opcode] = [.index1, .index2, .index3, .index4]
            code.emit(opcodes[plain.count - 1], target, register, registers[0], at: span)
            if plain.count > 1 {
                let rest = registers.dropFirst() + [0, 0]
                code.emit(.extra, rest[1], rest[2], plain.count > 3 ? rest[3] : 0, at: span)
            }
            return
        }
        let first = try compileSubscripts(subscripts)
        emitGeneralIndex(target, register, subscripts, first, span)
    }

    /// `x[i][j]`, where computing j before x[i] changes nothing.
    private func compileNestedIndex(
        _ base: Expression, _ subscripts: [Subscript], into target: Int, _ span: SourceSpan
    ) throws -> Bool {
        guard case .index(let outer, let outerSubscripts) = base.kind, outerSubscripts.count == 1,
            subscripts.count == 1, case .index(let first) = outerSubscripts[0], case .index(let second) = subscripts[0],
            second.isNameOrInt
        else { return false }
        let (register, row) = (try operand(outer), try temporary())
        let i = try operand(first)
        let j = try operand(second)
        code.emit(.indexNested, target, register, i, at: span)
        code.emit(.extra, j, at: span)
        code.emit(.index1, row, register, i, at: base.span)
        code.emit(.index1, target, row, j, at: span)
        return true
    }

    /// Both sides of a sum that holds no statements.
    private func plainSum(_ expression: Expression) -> (Expression, Expression)? {
        guard case .binary(.add, let left, let right, _) = expression.kind, !expression.containsStatements else {
            return nil
        }
        return (left, right)
    }

    func emitGeneralIndex(_ target: Int, _ base: Int, _ subscripts: [Subscript], _ first: Int, _ span: SourceSpan) {
        code.tables.subscripts.append(subscripts.map(\.shape))
        code.emit(.indexGeneral, target, base, code.tables.subscripts.count - 1, at: span)
        code.emitWide(.extra, wide: first, at: span)
    }

    /// Evaluates the parts of all items into consecutive registers.
    func compileSubscripts(_ subscripts: [Subscript]) throws -> Int {
        let parts = subscripts.flatMap(\.parts)
        var first = 0
        try compileWindow(parts) { register, _ in first = register }
        return first
    }
}

extension Subscript {
    var shape: SubscriptShape {
        switch self {
        case .index: .index
        case .slice(let start, let stop, let step): .slice(start: start != nil, stop: stop != nil, step: step != nil)
        case .ellipsis: .ellipsis
        }
    }

    var parts: [Expression] {
        switch self {
        case .index(let value): [value]
        case .slice(let start, let stop, let step): [start, stop, step].compactMap { $0 }
        case .ellipsis: []
        }
    }
}
