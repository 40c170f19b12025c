import CNNCore
import CNNLanguage
import CNNNotebook

/// Commands that write or read notebooks.
enum FileCommands {
    static let all: [Command] = [save, load]

    private static let save = Command(
        ":save FILE", .file, "the session as a notebook: the cells that a fresh run reproduces, which is tried first"
    ) { call in
        guard let path = call.required("lab.cnnbook").map(UserPath.notebook) else { return }
        let session = call.session
        guard !session.records.isEmpty else { return session.answer("there is no cell to save yet") }
        if path.hasSuffix("/") || FileReader.isFolder(path) { return call.refuse("\(path) is a folder") }
        if let otherForm = otherForm(path) { return call.refuse(otherForm) }
        if FileReader.exists(path), session.refusedFile != path {
            session.refusedFile = path
            return call.refuse("\(path) is there already; the same command again writes over it")
        }
        session.refusedFile = nil
        SessionWriter(session).write(to: path)
    }

    /// A complaint about the name of a file that is to be no `.cnnbook`.
    private static func otherForm(_ path: String) -> String? {
        guard !path.hasSuffix(".cnnbook") else { return nil }
        guard let form = NotebookForm(path: path), form != .cnnbook else {
            return ":save writes a .cnnbook: write :save \(path).cnnbook"
        }
        let own = path.dropLast(form.rawValue.count) + "cnnbook"
        return ":save writes a .cnnbook: write :save \(own), then in the shell cnnbook convert \(own) \(path)"
    }

    /// The code of a cell without the lines that say what it should print; where it should end with an error, and goes on
    /// behind that, in parts.
    private static func parts(of cell: Cell, in notebook: Notebook) -> [(code: String, errorCode: String?)] {
        var parts: [(code: String, errorCode: String?)] = []
        var text = ""
        var position = cell.body.lowerBound
        for expectation in cell.expectations {
            text += notebook.source.text(position..<expectation.range.lowerBound)
            position = expectation.range.upperBound
            guard let code = expectation.errorCode else { continue }
            parts.append((String(text.trimmed), code))
            text = ""
        }
        text += notebook.source.text(position..<cell.body.upperBound)
        return (parts + [(String(text.trimmed), nil)]).filter { !$0.code.isEmpty }
    }

    private static let load = Command(":load FILE", .file, "runs the cells of a notebook in this session") { call in
        guard let path = call.required("lab.cnnbook").map(UserPath.existing) else { return }
        let notebook: Notebook
        do throws(Diagnostic) { notebook = try Notebook.read(path, name: path) } catch {
            return call.session.tell(error)
        }
        let session = call.session
        session.keepForUndo()
        // As in a run, what the cells read and write lies beside the notebook.
        let folder = session.interpreter.folder
        session.interpreter.folder = ConsoleRunner.folder(of: path)
        defer { session.interpreter.folder = folder }
        // `uses` asks for the ids of the notebook that was loaded last.
        session.interpreter.cellCode = CellCode()
        for cell in notebook.cells where cell.kind.isCode && cell.kind != .check {
            session.interpreter.cellCode.add(notebook.source, cell.body, cell: cell.id)
        }
        // As a cell, so that `:save` keeps it. Without it the numbers would be others than in a run.
        if !session.interpreter.hasRandomNumbers(of: notebook.header.seed) {
            let code = "seed(\(notebook.header.seed))"
            session.answer([session.echo(code)])
            session.runWithoutUndo(code)
        }
        for cell in notebook.cells where cell.kind.isCode && !cell.options.isSkipped {
            for (code, expected) in FileCommands.parts(of: cell, in: notebook) {
                let number = session.cellNumber
                session.answer([session.echo(code)])
                let outcome = session.runWithoutUndo(code, id: cell.kind == .check ? nil : cell.id)
                let codes = outcome.diagnostics.map(\.error.code.rawValue)
                guard outcome.isFailure, !codes.contains(where: { $0 == expected }) else { continue }
                return session.answer("stopped in cell [\(number)], line \(cell.line) of \(path)")
            }
        }
    }
}

/// Paths as people type them.
enum UserPath {
    /// `~/lab` in full, `'my lab'` without its quotes.
    static func expanded(_ path: String) -> String {
        let path = unquoted(path)
        guard path == "~" || path.hasPrefix("~/"), let home = DataFolders.environment("HOME") else { return path }
        return home + path.dropFirst()
    }

    private static func unquoted(_ path: String) -> String {
        guard path.count > 2, let quote = path.first, quote == "'" || quote == "\"", path.last == quote,
            !FileReader.exists(path)
        else { return path }
        return String(path.dropFirst().dropLast())
    }

    /// `lab` is `lab.cnnbook` where there is no `lab`.
    static func existing(_ path: String) -> String {
        let path = expanded(path)
        return !FileReader.exists(path) && FileReader.exists(notebook(path)) ? notebook(path) : path
    }

    /// With the ending of a notebook, where it has none.
    static func notebook(_ path: String) -> String {
        let path = expanded(path)
        let name = path.split(separator: "/").last ?? ""
        return name.contains(".") || path.hasSuffix("/") ? path : path + ".cnnbook"
    }
}

extension TerminalSession {
    /// A cell as it stands behind its prompts.
    func echo(_ code: String) -> String {
        let first = Prompt.first(cellNumber, color: settings.color).painted
        let next = Prompt.next(cellNumber, color: settings.color).painted
        return first
            + painter.code(code).split(separator: "\n", omittingEmptySubsequences: false).joined(
                separator: "\n" + next)
    }
}
