import CNNCore

/// What `:set` changes.
struct SessionSettings {
    var color: Bool
    var timing = false

    init(hasColor: Bool) { color = hasColor }
}

/// One line of `:set`. To add a setting is to add an entry here.
struct Setting: Sendable {
    let name: String
    /// The words that it takes; none where it takes numbers.
    let choices: [String]
    /// `on or off`
    let values: String
    let summary: String
    /// `on|off`, for the list of Tab; where there are many, `MODE`.
    var form: String { choices.isEmpty ? "N" : choices.count > 2 ? "MODE" : choices.joined(separator: "|") }
    let value: @Sendable (TerminalSession) -> String
    /// nil for a value that it does not take.
    let set: @Sendable (TerminalSession, String) -> Void?

    static let all: [Setting] = [
        Setting(
            name: "color", choices: ["on", "off"], values: "on or off",
            summary: "whether input, values and errors have colours",
            value: { word($0.settings.color) },
            set: { session, text in flag(text).map { session.settings.color = $0 } }),
        Setting(
            name: "graphics", choices: Graphics.Mode.allCases.map(\.rawValue),
            values: Graphics.Mode.allCases.map(\.rawValue).joined(separator: ", "),
            summary: "how pictures and curves are drawn", value: { $0.graphics.mode.rawValue },
            set: { session, text in Graphics.Mode(rawValue: text).map { session.graphics.mode = $0 } }),
        Setting(
            name: "threads", choices: [], values: "1 to 256",
            summary: "threads to compute with; no output depends on it",
            value: { _ in String(ComputeRuntime.threads) },
            set: { _, text in
                guard let number = Int(text), (1...256).contains(number) else { return nil }
                return ComputeRuntime.setThreads(number)
            }),
        Setting(
            name: "timing", choices: ["on", "off"], values: "on or off",
            summary: "whether each cell says how long it took",
            value: { word($0.settings.timing) },
            set: { session, text in flag(text).map { session.settings.timing = $0 } }),
    ]

    private static func word(_ flag: Bool) -> String { flag ? "on" : "off" }

    private static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "on", "true", "yes": true
        case "off", "false", "no": false
        default: nil
        }
    }
}
