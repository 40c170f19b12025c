import CNNCore
import CNNLanguage

/// `:shapes EXPR`: one line an operation, and what comes out.
struct ShapeTable {
    private static let rowLimit = 60

    private let session: TerminalSession

    init(_ session: TerminalSession) { self.session = session }

    func show(_ code: String) {
        let source = SourceText(name: ":shapes", code)
        let words = ClassifiedToken.scan(source, 0..<source.bytes.count).filter { $0.kind == .keyword }
            .map { source.text($0.range) }
        if let word = words.first(where: { ["train", "gradient"].contains($0) }) {
            return session.tell(":shapes follows operations and networks, not \(word)\n")
        }
        var value: Value?
        let (outcome, steps) = session.tryOut { interpreter in
            let result = interpreter.runShapes(SourceText(name: ":shapes", "_ = (\(code)\n)"))
            value = interpreter.module["_"]
            return result
        }
        if outcome.wasInterrupted {
            // Without a place: it would be that of the assignment.
            return outcome.diagnostics.forEach { session.tell(Diagnostic($0.error)) }
        }
        if outcome.isFailure {
            // The error's place is to be that of what was typed, if it is no statement.
            var assigned: Value?
            let (plain, steps) = session.tryOut { interpreter in
                let result = interpreter.runShapes(source)
                assigned = interpreter.module[ShapeTable.target(of: code)]
                return result
            }
            guard !plain.isFailure else { return plain.diagnostics.forEach(session.tell) }
            return answer(steps, assigned)
        }
        answer(steps, value)
    }

    private func answer(_ steps: [ShapeRun.Step], _ value: Value?) {
        session.answer(table(steps) + [session.painter.heading(ShapeTable.text(value))])
    }

    /// `q` of `q = zeros(3x3)`; no name for other statements.
    private static func target(of code: String) -> String {
        code.split(separator: "=", maxSplits: 1).first.map { String($0.trimmed) } ?? ""
    }

    private func table(_ steps: [ShapeRun.Step]) -> [String] {
        let hasLayers = steps.contains { $0.layer != nil }
        var rows: [[String]] = steps.prefix(ShapeTable.rowLimit).map { step in
            let inputs = step.inputs.map(\.shape.description).joined(separator: ", ")
            return (hasLayers ? [step.layer ?? ""] : []) + [step.operation, inputs, "-> \(step.output.shape)"]
        }
        if steps.count > ShapeTable.rowLimit { rows.append(["... \(steps.count - ShapeTable.rowLimit) more"]) }
        let lines = TextTable().lines(rows, columns: .max)
        guard lines.contains(where: { DisplayWidth.of($0) > session.columns }) else { return lines }
        // The shapes below the names, where they have no room beside them.
        let names = TextTable().lines(rows.map { Array($0.prefix(hasLayers ? 2 : 1)) }, columns: session.columns)
        return zip(names, rows).flatMap { name, row in
            let shapes = row.dropFirst(hasLayers ? 2 : 1).joined(separator: " ")
            return [name] + TextTable.wrapped(shapes, indent: 4, columns: session.columns)
        }
    }

    private static func text(_ value: Value?) -> String {
        switch value {
        case .tensor(let object)?: "tensor \(object.tensor.shape) \(object.tensor.dtype.rawValue)"
        case .some(let value): value.typeName
        case nil: "nothing"
        }
    }
}
