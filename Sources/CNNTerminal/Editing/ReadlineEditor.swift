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

    /// Pastes that are too long to be edited, by the words that stand for them in the line.
    private var pastes: [(mark: String, text: String)] = []

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

    func readLine(prompt: Prompt) -> LineInput {
        pastes = []
        var pointer: UnsafeMutablePointer<CChar>?
        let status = cline_read(ReadlineEditor.marked(prompt), &pointer)
        defer { cline_free(pointer) }
        if status == CLINE_INTERRUPTED { return .interrupted }
        guard status == CLINE_LINE, let pointer else { return .end }
        return .line(pastes.reduce(String(cString: pointer)) { $0.replacing($1.mark, with: $1.text) })
    }

    func remember(_ entry: String) { cline_history_add(entry) }

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
        let number = pastes.isEmpty ? "" : " \(pastes.count + 1)"
        let mark = "[pasted\(number): \(lines) line\(lines == 1 ? "" : "s")]"
        pastes.append((mark: mark, text: text))
        return mark
    }
}

/// What line editing this program has.
public enum LineEditing {
    /// `GNU readline 8.2`, `libedit`
    public static var libraryName: String { String(cString: cline_library()) }
}
