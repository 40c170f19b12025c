import CNNLanguage

enum SettingCommands {
    static let all: [Command] = [set]

    private static let set = Command(":set NAME VALUE", .setting, "a setting; alone, all of them") { call in
        let words = call.argument.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let name = words.first else { return call.session.answer(lines(call.session)) }
        guard let setting = Setting.all.first(where: { $0.name == name }) else {
            let nearest = EditDistance.nearest(name, among: Setting.all.map(\.name))
            return call.refuse(
                "there is no setting '\(name)'; " + (nearest.map { "did you mean \($0)?" } ?? ":set lists them"))
        }
        guard words.count <= 2 else {
            return call.refuse("\(name) takes one value: \(setting.values)")
        }
        guard words.count == 2 else {
            return call.session.answer("\(setting.name) is \(setting.value(call.session))")
        }
        guard setting.set(call.session, words[1]) != nil else {
            return call.refuse("\(name) is \(setting.values), not '\(words[1])'")
        }
        call.session.answer("\(setting.name) is \(setting.value(call.session))")
    }

    private static func lines(_ session: TerminalSession) -> [String] {
        let names = TextTable().lines(Setting.all.map { [$0.name, $0.value(session)] }, columns: session.columns)
        return TextTable.definitions(zip(names, Setting.all).map { ($0, $1.summary) }, columns: session.columns)
    }
}
