import CNNCore
import CNNLanguage

/// libFuzzer's entry: any bytes as a program, which is run in a session of its own, with little work and memory and no
/// files.
@_cdecl("LLVMFuzzerTestOneInput")
public func runOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    BigStack.run { EvaluatorFuzz.run(input) }
    return 0
}

enum EvaluatorFuzz {
    private static let workLimit = 300_000
    private static let memoryBudget = 16 << 20

    static func run(_ input: [UInt8]) {
        prepare()
        var options = InterpreterOptions()
        options.write = { _ in }
        options.warn = { _ = DiagnosticRenderer.render($0) }
        let interpreter = Interpreter(options)
        let outcome = interpreter.run(SourceText(name: "fuzz", bytes: input))
        for diagnostic in outcome.diagnostics { _ = DiagnosticRenderer.render(diagnostic) }
    }

    /// One thread, so that an input's course never depends on the machine.
    private static func prepare() {
        ComputeRuntime.setThreads(1)
        TensorAllocator.shared.budgetBytes = memoryBudget
        WorkMeter.shared.limit = workLimit
        WorkMeter.shared.reset()
    }
}
