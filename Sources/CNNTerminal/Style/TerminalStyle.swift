import CNNNotebook

/// Whether colours may be used.
public enum TerminalStyle {
    /// On a terminal, unless it is a dumb one; `NO_COLOR` forbids them, `CLICOLOR_FORCE` wants them everywhere.
    public static func usesColor(on output: FileOutput) -> Bool {
        if DataFolders.environment("NO_COLOR") != nil { return false }
        if let force = DataFolders.environment("CLICOLOR_FORCE"), force != "0" { return true }
        if DataFolders.environment("CLICOLOR") == "0" { return false }
        return output.isTerminal && !isDumb
    }

    static var isDumb: Bool {
        let name = DataFolders.environment("TERM")
        return name == nil || name == "dumb"
    }
}
