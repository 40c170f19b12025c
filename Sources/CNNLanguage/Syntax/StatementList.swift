import CNNCore

/// Sequences of statements, and how parsing goes on after a mistake in one.
extension Parser {
    mutating func program() -> [Statement] {
        var result: [Statement] = []
        do {
            try statements(until: .end, into: &result)
        } catch {
            // Only what ends the whole parse comes here, and it has been recorded.
        }
        return result
    }

    /// `{ … }`
    mutating func block(_ head: String) throws(SyntaxFailure) -> Block {
        let outerParts = beginParts()
        let start = token
        if token.kind == .colon || token.beginsLine, let block = try indentedBlock(head) {
            endParts(outerParts)
            return block
        }
        let outer = try openBlock(head)
        var result: [Statement] = []
        try statements(until: .rightBrace, into: &result)
        try closeBlock(outer)
        endParts(outerParts)
        return Block(result, start.span.through(previous.span))
    }

    /// The block of a head without braces, as Python has it: the mistake is recorded, and others are looked for in what
    /// stands behind the colon, or further right on the lines below.
    private mutating func indentedBlock(_ head: String) throws(SyntaxFailure) -> Block? {
        guard !context.ignoresLineEnds, !isFragment, !isHint, token.kind != .leftBrace, token.kind != .end else {
            return nil
        }
        let (start, colon, failure) = (token, index, missingBlock(head))
        move(to: colon)
        guard let column = missingBlockColumn else { return nil }
        missingBlockColumn = nil
        if failure.error != nil { failures.append(failure) }
        let outer = context
        try deepen()
        var result: [Statement] = []
        if start.kind == .colon { advance() }
        if isAtLineEnd {
            while token.kind != .end, token.kind != .rightBrace, source.indent(at: token.start) > column {
                try guardedStatement(into: &result)
            }
        } else {
            while token.kind != .end, token.kind != .rightBrace, !token.beginsLine {
                try guardedStatement(into: &result)
            }
        }
        context = outer
        // A `}` that was written for the block all the same
        if token.kind == .rightBrace, brackets.partner(index) == nil { advance() }
        return Block(result, start.span.through(previous.span))
    }

    private mutating func guardedStatement(into result: inout [Statement]) throws(SyntaxFailure) {
        guard token.kind != .semicolon else { return advance() }
        try guarded { parser throws(SyntaxFailure) in
            let kind = try parser.statement()
            result.append(try parser.finish(kind))
        }
    }

    /// Takes the `{` of a block. One that stands on the next line is an error, and taken all the same.
    mutating func openBlock(_ head: String) throws(SyntaxFailure) -> Context {
        if !at(.leftBrace) {
            guard token.kind == .leftBrace else { throw missingBlock(head) }
            failures.append(missingBlock(head))
        }
        let outer = try open()
        context.ignoresLineEnds = false
        context.block = index - 1
        return outer
    }

    mutating func closeBlock(_ outer: Context) throws(SyntaxFailure) {
        guard token.kind == .rightBrace else { throw unexpected("'}'") }
        advance()
        context = outer
    }

    /// Throws only what ends the parse.
    private mutating func statements(until closer: TokenKind, into result: inout [Statement]) throws(SyntaxFailure) {
        while true {
            while token.kind == .semicolon { advance() }
            if token.kind == .end || token.kind == closer { return }
            try guardedStatement(into: &result)
        }
    }

    /// Runs a part of the parser that stands by itself; a mistake in it is recorded, and parsing goes on behind it.
    mutating func guarded(_ part: (inout Parser) throws(SyntaxFailure) -> Void) throws(SyntaxFailure) {
        let start = index
        let outer = context
        joinLine()
        do {
            try part(&self)
        } catch {
            if error.isEnd, token.kind == .end, hasUnterminatedString {
                // What is open at the end is open because of the string.
            } else if error.error != nil {
                failures.append(error)
            }
            guard !error.isFatal, failures.count <= Parser.errorLimit else {
                isStopped = !error.isFatal
                move(to: tokens.count - 1)
                throw SyntaxFailure.fatal(error.span)
            }
            context = outer
            recover(from: start)
        }
    }

    private var hasUnterminatedString: Bool { failures.contains { $0.error?.code == .unterminatedString && $0.isEnd } }

    /// Moves to where the next statement can begin: behind the brackets that the mistake stands in, at a line's
    /// beginning, a `;` or the block's `}`.
    private mutating func recover(from start: Int) {
        var next = index
        var outermost = -1
        var parent = brackets.parent(next, block: context.block)
        while parent >= 0, parent != context.block {
            outermost = parent
            parent = brackets.parent(parent, block: context.block)
        }
        if outermost >= start, let closer = brackets.partner(outermost) {
            next = closer + 1
        } else if next == start {
            next = behind(next)
        }
        next = max(next, start + 1)
        while next < tokens.count, !isRestart(next) {
            if let behind = skippedBlock(next, of: start) {
                next = behind
            } else {
                next = behind(next)
            }
        }
        if let column = missingBlockColumn { next = behindIndented(next, column) }
        missingBlockColumn = nil
        move(to: next)
    }

    /// Looks for mistakes within the braces of a loop or a function whose head is wrong.
    /// - Returns: the token behind them; nil where the token is no such block's.
    private mutating func skippedBlock(_ opener: Int, of start: Int) -> Int? {
        guard tokens[opener].kind == .leftBrace, let closer = brackets.partner(opener), !isHint, !context.isInModel
        else { return nil }
        switch tokens[start].kind {
        case .if, .for, .while, .def: break
        default: return nil
        }
        let outer = context
        defer { context = outer }
        move(to: opener)
        joinLine()
        guard !isDictionary, (try? block("if")) != nil else { return nil }
        return max(index, closer + 1)
    }

    /// Behind the lines that stand further right than a head whose braces are missing, and a `}` under that.
    private func behindIndented(_ start: Int, _ column: Int) -> Int {
        var next = start
        while next < tokens.count, tokens[next].beginsLine, source.indent(at: tokens[next].start) > column {
            repeat {
                next = behind(next)
            } while next < tokens.count && !tokens[next].beginsLine && tokens[next].kind != .end
        }
        let isLeftOver = next < tokens.count && tokens[next].kind == .rightBrace && brackets.partner(next) == nil
        return isLeftOver ? next + 1 : next
    }

    private func behind(_ index: Int) -> Int {
        if tokens[index].kind.isOpener, let closer = brackets.partner(index) { return closer + 1 }
        return index + 1
    }

    private func isRestart(_ index: Int) -> Bool {
        switch tokens[index].kind {
        case .end, .semicolon: true
        case .else, .elif, .pipe: false
        case .rightBrace: brackets.partner(index) == context.block && context.block >= 0
        default: tokens[index].beginsLine
        }
    }

    /// A statement ends at a line end, a `;`, or the end of its block.
    private mutating func finish(_ statement: Statement) throws(SyntaxFailure) -> Statement {
        let isSilent = token.kind == .semicolon
        guard isAtLineEnd || isSilent || (token.kind == .rightBrace && !isStrayBrace) else {
            throw afterStatement(statement)
        }
        guard isSilent, case .expression(let value, _) = statement.kind else { return statement }
        return Statement(.expression(value, isSilent: true), statement.span)
    }

    private var isStrayBrace: Bool { context.block < 0 }
}
