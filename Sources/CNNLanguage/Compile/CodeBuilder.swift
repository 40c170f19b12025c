import CNNCore

/// Collects the instructions of one function.
final class CodeBuilder {
    private(set) var code: [Instruction] = []
    private(set) var spans: [SourceSpan] = []
    private(set) var constants: [Value] = []
    var tables = CodeTables()
    private(set) var registerCount = 0
    private var integerConstants: [Int: Int] = [:]
    private var nameNumbers: [String: Int] = [:]

    var position: Int { code.count }

    @discardableResult
    func emit(_ opcode: Opcode, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, at span: SourceSpan) -> Int {
        code.append(Instruction(opcode, a, b, c))
        spans.append(span)
        return code.count - 1
    }

    @discardableResult
    func emitWide(_ opcode: Opcode, _ a: Int = 0, wide: Int, at span: SourceSpan) -> Int {
        var instruction = Instruction(opcode, a)
        instruction.wide = wide
        code.append(instruction)
        spans.append(span)
        return code.count - 1
    }

    /// The jump back of a loop. Its `a` is what a round counts: a long one takes as long as several.
    func emitLoop(to start: Int, at span: SourceSpan) {
        patch(emit(.loop, rounds(from: start), at: span), to: start)
    }

    /// The jump back of a loop over a range in the registers at `state`; the extra word holds its variable, and in `b` what
    /// a round counts.
    func emitRangeNext(
        _ state: Int, variable: Int, to start: Int, at span: SourceSpan, variableAt variableSpan: SourceSpan
    ) {
        let rounds = rounds(from: start)
        patch(emit(.rangeNext, state, at: span), to: start)
        emit(.extra, variable, rounds, at: variableSpan)
    }

    private func rounds(from start: Int) -> Int {
        min(1 + (code.count - start) / CodeBuilder.instructionsInTurn, 0xFFFF)
    }

    /// So many instructions of the fast kind count as one turn more.
    static let instructionsInTurn = 8

    /// Lets the jump at `instruction` (or in the extra word there) go to `target`, the present end if nil.
    func patch(_ instruction: Int, to target: Int? = nil) {
        code[instruction].wide = (target ?? code.count) - instruction
    }

    func patch(_ instructions: [Int], to target: Int? = nil) {
        for instruction in instructions { patch(instruction, to: target) }
    }

    func constant(_ value: Value) -> Int {
        if case .int(let number) = value {
            if let known = integerConstants[number] { return known }
            integerConstants[number] = constants.count
        }
        constants.append(value)
        return constants.count - 1
    }

    func name(_ name: String) -> Int {
        if let number = nameNumbers[name] { return number }
        nameNumbers[name] = tables.names.count
        tables.names.append(name)
        return tables.names.count - 1
    }

    /// A format's number among the names; not looked up among them, where texts count as one that are only written alike.
    func formatSpec(_ text: String) -> Int {
        tables.names.append(text)
        return tables.names.count - 1
    }

    /// Notes that registers below `count` are used.
    func useRegisters(_ count: Int) { registerCount = max(registerCount, count) }
}
