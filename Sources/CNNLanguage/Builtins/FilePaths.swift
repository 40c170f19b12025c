import CNNCore

/// Which files a program may open. With a folder: any; relative ones are looked for beside the notebook, then among the
/// data. Without: nothing but reading below the folders of data, so that a submission reaches no other file.
enum FilePaths {
    static func readable(_ path: String, in interpreter: Interpreter) throws(CNNError) -> String {
        guard let folder = interpreter.folder else {
            if let found = amongData(path, interpreter) { return found }
            throw CNNError(
                .fileNotFound, "there is no file '\(path)' among the data",
                notes: ["here only files below the data folders can be read"])
        }
        let own = located(path, in: folder)
        if let written = interpreter.options.scratch?.readable(own) { return written }
        return isAbsolute(path) || FileReader.exists(own) ? own : amongData(path, interpreter) ?? own
    }

    static func writable(_ path: String, in interpreter: Interpreter) throws(CNNError) -> String {
        guard let folder = interpreter.folder, !interpreter.isShapeRun else {
            throw CNNError(.fileUnwritable, "no file can be written here: '\(path)'")
        }
        return located(path, in: folder)
    }

    /// Does something with a file that may be read; errors name it as the program does, since messages are compared.
    static func reading<Result>(
        _ path: String, in interpreter: Interpreter, _ body: (String) throws(CNNError) -> Result
    ) throws(CNNError) -> Result {
        try naming(path, try readable(path, in: interpreter), body)
    }

    static func writing<Result>(
        _ path: String, in interpreter: Interpreter, _ body: (String) throws(CNNError) -> Result
    ) throws(CNNError) -> Result {
        try naming(path, try writable(path, in: interpreter)) { (own) throws(CNNError) in
            guard let scratch = interpreter.options.scratch else { return try body(own) }
            return try naming(own, try scratch.writable(own), body)
        }
    }

    private static func naming<Result>(
        _ path: String, _ resolved: String, _ body: (String) throws(CNNError) -> Result
    ) throws(CNNError) -> Result {
        do {
            return try body(resolved)
        } catch {
            guard resolved != path else { throw error }
            var named = error
            named.message = error.message.replacing(resolved, with: path)
            named.label = error.label.replacing(resolved, with: path)
            named.notes = error.notes.map { $0.replacing(resolved, with: path) }
            throw named
        }
    }

    private static func amongData(_ path: String, _ interpreter: Interpreter) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !isAbsolute(path), !parts.contains("..") else { return nil }
        return interpreter.dataFolders.map { joined($0, path) }.first { FileReader.exists($0) }
    }

    /// A path of a program whose relative ones begin at `folder`.
    static func located(_ path: String, in folder: String) -> String {
        isAbsolute(path) ? path : joined(folder, path)
    }

    static func isAbsolute(_ path: String) -> Bool { path.hasPrefix("/") }

    private static func joined(_ folder: String, _ path: String) -> String {
        folder.isEmpty ? path : folder.hasSuffix("/") ? folder + path : folder + "/" + path
    }
}
