import CNNCore
import CNNKernels

/// A program that is compiled once and run many times in its session.
public final class CompiledProgram {
    let code: FunctionPrototype
    let source: SourceText

    init(_ code: FunctionPrototype, _ source: SourceText) {
        self.code = code
        self.source = source
    }
}

extension Interpreter {
    /// A program of which no value is shown; else what is wrong with it.
    public func compile(_ source: SourceText) -> (program: CompiledProgram?, outcome: RunOutcome) {
        var outcome = RunOutcome()
        let parsed = Parser.parse(source)
        outcome.diagnostics = parsed.diagnostics
        guard parsed.diagnostics.isEmpty else { return (nil, outcome) }
        do {
            let code = try Compiler.compile(
                cell: parsed.statements, source: source, module: module, cellName: nil, showsValues: false)
            return (CompiledProgram(code, source), outcome)
        } catch let mistakes as Mistakes {
            outcome.diagnostics = mistakes.all
            return (nil, outcome)
        } catch {
            outcome.diagnostics = [Interpreter.diagnostic(error, source, nil)]
            return (nil, outcome)
        }
    }

    public func run(_ program: CompiledProgram) -> RunOutcome {
        if !options.keepsInterrupt { cnn_interrupt_clear() }
        var outcome = RunOutcome()
        do {
            try WorkMeter.checkInterrupt()
            try machine.run(program.code)
        } catch {
            outcome.diagnostics = [Interpreter.diagnostic(error, program.source, nil)]
            machine.reset()
        }
        cnn_interrupt_clear()
        return outcome
    }

    /// Finds the shapes of what a program makes, and computes nothing: each operation checks its inputs and gives a tensor
    /// that nobody has filled. Files are not written. What the program changed is to be put back by the caller.
    public func runShapes(_ source: SourceText) -> (outcome: RunOutcome, steps: [ShapeRun.Step]) {
        var outcome = RunOutcome()
        isShapeRun = true
        defer { isShapeRun = false }
        let steps = ShapeRun.run { outcome = run(source) }
        return (outcome, steps)
    }
}
