import CNNLanguage

/// The tour that `:demo` gives: a few lines of words and a cell at a time, in a session of its own.
struct Demo {
    struct Step: Sendable {
        let words: String
        let code: String
    }

    static let steps: [Step] = [
        Step(
            words: "A tensor shows its shape, its type and its numbers.",
            code: "x = tensor([[1, 2, 3], [4, 5, 6]])\nx"),
        Step(words: "Operations are named as in NumPy, and @ is the matrix product.", code: "x @ x.transpose()"),
        Step(
            words: "A picture is [height, width, channels]. These digits are inside the program.",
            code: "digits = dataset(\"digits\")\npicture, label = digits.train[0]\nlabel"),
        Step(words: "show draws pictures with characters.", code: "show(picture)"),
        Step(
            words: "A convolution: a 3x3 filter that answers to edges from left to right.",
            code: "filter = tensor([[1, 0, -1], [1, 0, -1], [1, 0, -1]]).reshape(3x3x1x1)\n"
                + "show(conv2d(picture, filter))"),
        Step(
            words: "A model is a list of layers. Shapes are checked before anything is computed.",
            code: "model Digits {\n    input 8x8x1\n    conv 16, 3x3, pad=same;  relu;  maxpool 2\n    flatten\n"
                + "    dense 10;  softmax\n}\nnet = Digits()\nnet"),
        Step(
            words: "Training is one line. Ctrl-C would stop it and keep what was learnt.",
            code: "h = train net on digits.train, epochs=3, optimizer=adam(lr=0.005)"),
        Step(
            words: "What does it say about a picture that it has not seen?", code: "argmax(net(digits.test.images[0]))"),
        Step(
            words: "A mistake is explained with your own numbers.",
            code: "net(zeros(28x28x1))"),
        Step(
            words: "That was all. :help lists the commands, ?conv2d explains a function, :save keeps a session.",
            code: ""),
    ]

    private let outer: TerminalSession
    private let editor: any LineEditor

    init(_ outer: TerminalSession, _ editor: any LineEditor) {
        self.outer = outer
        self.editor = editor
    }

    func run() {
        let session = TerminalSession(
            outer.options, output: outer.output, errors: outer.errors, graphics: outer.graphics,
            training: outer.training)
        session.settings.color = outer.settings.color
        session.answer("A tour in \(Demo.steps.count - 1) steps, in a session of its own. Enter goes on, q ends it.")
        for (index, step) in Demo.steps.enumerated() {
            session.answer("")
            session.answer(TextTable.wrapped(step.words, columns: session.columns - 1).map(session.painter.heading))
            if step.code.isEmpty { return }
            session.answer([session.echo(step.code)])
            session.run(step.code)
            guard index + 2 < Demo.steps.count else { continue }
            session.output.flush()
            let color = session.settings.color ? "90" : ""
            let answer = editor.readLine(
                prompt: Prompt(text: "\(index + 1)/\(Demo.steps.count - 1) Enter> ", color: color))
            guard case .line(let text) = answer, text.trimmed.isEmpty else { return session.answer("the tour is over") }
            editor.beginWork()
        }
    }
}
