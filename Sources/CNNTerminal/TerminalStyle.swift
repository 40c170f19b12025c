import CNNNotebook

/// Whether colours may be used.
public enum TerminalStyle {
    /// On a terminal, unless `NO_COLOR` is set or the terminal is a dumb one.
    public static func usesColor(on output: FileOutput) -> Bool {
        output.isTerminal && DataFolders.environment("NO_COLOR") == nil && !isDumb
    }

    static var isDumb: Bool {
        let name = DataFolders.environment("TERM")
        return name == nil || name == "dumb"
    }
}
