import CNNLanguage

/// Commands that change the session.
enum StateCommands {
    static let all: [Command] = [undo, reset, seed, edit, quit]

    private static let undo = Command(":undo", .none, "variables and networks as before the last cell") { call in
        let session = call.session
        guard let cells = session.takeBack() else {
            return session.answer(
                session.undo.hasForgotten
                    ? "nothing earlier was kept: the last \(UndoStack.depth) cells at most, of large variables fewer"
                    : "there is nothing to take back")
        }
        let numbers = cells.map { "[\($0.number)]" }.joined(separator: " ")
        session.answer(cells.isEmpty ? "the last change is taken back" : "taken back: \(numbers)")
    }

    private static let reset = Command(":reset", .none, "a session without variables; :undo brings them back") { call in
        call.session.reset()
        let isEmpty = call.session.interpreter.variables.isEmpty
        call.session.answer(
            isEmpty
                ? "all variables are gone; :undo brings them back"
                : "the variables are those of init.cnnbook, as at the beginning; :undo brings the others back")
    }

    private static let seed = Command(":seed N", .number, "begins the random numbers anew, as seed(N) does") { call in
        guard let text = call.required("42") else { return }
        guard let number = UInt64(text) else { return call.refuse(":seed takes a whole number from 0, not '\(text)'") }
        call.session.run("seed(\(number))")
    }

    private static let edit = Command(
        ":edit NAME", .name, "opens $EDITOR with the last cell or with a function, and runs what it leaves"
    ) { call in
        guard let text = ExternalEditor(call).edited else { return }
        call.session.edited = text
    }

    private static let quit = Command(":quit", .none, "leaves, as Ctrl-D does") { call in call.session.isOver = true }
}
