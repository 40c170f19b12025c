import CNNCore

@testable import CNNLanguage

/// libFuzzer's entry: any bytes as a program, from the lexer up to bytecode and through the formatter. Nothing is run.
@_cdecl("LLVMFuzzerTestOneInput")
public func readOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    BigStack.run { SyntaxFuzz.read(input) }
    return 0
}

enum SyntaxFuzz {
    static func read(_ input: [UInt8]) {
        let source = SourceText(name: "fuzz", bytes: input)
        let parsed = Parser.parse(source)
        precondition(parsed.diagnostics.count <= 10)
        for diagnostic in parsed.diagnostics { _ = DiagnosticRenderer.render(diagnostic) }
        guard parsed.diagnostics.isEmpty else { return }
        compile(parsed.statements, source)
        _ = CodeFormatter.format(source, range: 0..<input.count)
    }

    private static func compile(_ statements: [Statement], _ source: SourceText) {
        let module = ModuleScope()
        _ = LostChanges.warnings(in: statements, source: source, module: module, cell: nil)
        do {
            _ = try Compiler.compile(
                cell: statements, source: source, module: module, cellName: nil, showsValues: true)
        } catch let diagnostic as Diagnostic {
            _ = DiagnosticRenderer.render(diagnostic)
        } catch {
            // An error without a place is shown at the program's beginning.
        }
    }
}
