import CNNNotebook

/// What a terminal can show, by what the environment says of it.
enum TerminalAbility {
    /// Characters beyond ASCII: not where the locale names another character set. It is the user's locale: asked once,
    /// before the line editor sets one with UTF-8 for what is typed.
    static let hasUnicode: Bool = {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(DataFolders.environment).first
        guard !TerminalStyle.isDumb, let locale else { return !TerminalStyle.isDumb }
        let name = locale.lowercased()
        return name.contains("utf-8") || name.contains("utf8")
    }()

    static var hasTrueColor: Bool {
        if ["truecolor", "24bit"].contains(DataFolders.environment("COLORTERM")) { return true }
        let name = DataFolders.environment("TERM") ?? ""
        return name.hasSuffix("-direct")
            || ["xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm"].contains { name.hasPrefix($0) }
    }

    static var has256Colors: Bool { DataFolders.environment("TERM")?.contains("256color") ?? false }

    /// Whether it may be asked: not terminals that would show the question, and not across a network, where the answer
    /// could come after its time and would be taken for something typed.
    static var mayBeAsked: Bool {
        let name = DataFolders.environment("TERM") ?? ""
        return !TerminalStyle.isDumb && name != "linux"
            && DataFolders.environment("TERM_PROGRAM") != "Apple_Terminal"
            && DataFolders.environment("SSH_CONNECTION") == nil
    }
}
