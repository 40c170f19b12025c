import Testing

@testable import CNNLanguage

/// What a session holds is given back at its end: nothing in it keeps itself alive.
@Suite(.serialized) struct SessionMemoryTests {
    private static let programs = [
        "def f() { return f }\ng = f",
        "f = x -> f(x)\nl = [f]",
        "import filters",
        "model Net { input 2; dense 1 }\nnet = Net()\n"
            + "h = train net on [ones(2x2), ones(2x1)], epochs=1, loss=\"mse\", log=False { on epoch { x = loss } }",
    ]

    @Test(arguments: programs) func theSessionEnds(_ program: String) throws {
        weak var module: ModuleScope?
        do {
            let session = TestSession()
            #expect(session.run(program) == "")
            module = session.interpreter.module
            #expect(module != nil)
        }
        #expect(module == nil)
    }
}
