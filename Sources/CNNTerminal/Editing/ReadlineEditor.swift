import CLineEditor

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// GNU readline or libedit, whichever was built in. One for the process: the libraries have one state.
final class ReadlineEditor: LineEditor {
    var tab: ((_ before: String) -> TabReply)?
    let showsEditedText = true
    var ignoresCase: Bool { cline_ignores_case() }

    private(set) var hadPlaceholders = false
    private var placeholders = Placeholders()

    init(historyLimit: Int) {
        // Asked while the environment is the user's.
        _ = TerminalAbility.hasUnicode
        cline_start(Int32(clamping: historyLimit))
        let context = Unmanaged.passUnretained(self).toOpaque()
        cline_set_tab(
            { context, before in
                guard let context, let before else { return }
                Unmanaged<ReadlineEditor>.fromOpaque(context).takeUnretainedValue().pressTab(String(cString: before))
            }, context)
        cline_set_paste(
            { context, text, length in
                guard let context, let text else { return nil }
                let bytes = UnsafeRawBufferPointer(start: text, count: length)
                let editor = Unmanaged<ReadlineEditor>.fromOpaque(context).takeUnretainedValue()
                return strdup(editor.takePaste(String(decoding: bytes, as: UTF8.self)))
            }, context)
    }

    deinit {
        cline_set_tab(nil, nil)
        cline_set_paste(nil, nil)
    }

    func readLine(prompt: Prompt, initial: String?, hasAbove: Bool) -> LineInput {
        placeholders.pastes = []
        hadPlaceholders = false
        var pointer: UnsafeMutablePointer<CChar>?
        let status = cline_read(ReadlineEditor.marked(prompt), initial, hasAbove, &pointer)
        defer { cline_free(pointer) }
        if status == CLINE_INTERRUPTED { return .interrupted }
        guard status == CLINE_LINE || status == CLINE_ABOVE, let pointer else { return .end }
        let line = String(cString: pointer)
        if let remains = placeholders.remains(in: line) { return .damaged(remains) }
        let text = placeholders.replaced(in: line)
        hadPlaceholders = text != line
        return status == CLINE_ABOVE ? .above(text) : .line(text)
    }

    func beginWork() { cline_begin_work() }
    func endWork() { cline_end_work() }

    /// An entry that is taller than the screen comes back as words that stand for it.
    func remember(_ entry: String) { cline_history_add(placeholders.entry(entry, TerminalSize.current)) }

    /// With the marks by which the libraries know what takes no room.
    private static func marked(_ prompt: Prompt) -> String {
        guard !prompt.color.isEmpty else { return prompt.text }
        return "\u{1}\u{1B}[\(prompt.color)m\u{2}\(prompt.text.dropLast())\u{1}\u{1B}[0m\u{2} "
    }

    private func pressTab(_ before: String) {
        guard let reply = tab?(before) else { return }
        if !reply.shown.isEmpty { cline_show(reply.shown.map { $0 + "\r\n" }.joined()) }
        if reply.erased > 0 || !reply.inserted.isEmpty { cline_insert(Int32(clamping: reply.erased), reply.inserted) }
    }

    /// What is inserted for a paste: its text, or, where that is more than a screen holds, words that stand for it.
    private func takePaste(_ pasted: String) -> String {
        let text = PastedText.cleaned(pasted)
        let lines = text.utf8.reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
        guard lines > TerminalSize.current.rows - 4 || text.utf8.count > 16_384 else { return text }
        return placeholders.paste(text, lines: lines)
    }
}

/// What line editing this program has.
public enum LineEditing {
    /// `GNU readline 8.2`, `libedit`
    public static var libraryName: String { String(cString: cline_library()) }
}
