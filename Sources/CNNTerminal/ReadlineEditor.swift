import CLineEditor

/// GNU readline or libedit, whichever was built in. One for the process: the libraries have one state.
final class ReadlineEditor: LineEditor {
    var completions: ((_ line: String, _ word: String) -> [String])?

    init(historyLimit: Int) {
        cline_start(Int32(clamping: historyLimit))
        cline_set_completer(
            { context, line, start, end, matches in
                guard let context, let line else { return }
                Unmanaged<ReadlineEditor>.fromOpaque(context).takeUnretainedValue().complete(line, start, end, matches)
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { cline_set_completer(nil, nil) }

    func readLine(prompt: String) -> LineInput {
        var pointer: UnsafeMutablePointer<CChar>?
        let status = cline_read(prompt, &pointer)
        defer { cline_free(pointer) }
        if status == CLINE_INTERRUPTED { return .interrupted }
        guard status == CLINE_LINE, let pointer else { return .end }
        return .line(String(cString: pointer))
    }

    func remember(_ entry: String) { cline_history_add(entry) }

    private func complete(_ line: UnsafePointer<CChar>, _ start: Int, _ end: Int, _ matches: OpaquePointer?) {
        let text = String(cString: line)
        guard let completions, start <= end, end <= text.utf8.count else { return }
        let word = String(decoding: Array(text.utf8)[start..<end], as: UTF8.self)
        for match in completions(text, word) { cline_match(matches, match) }
    }
}

/// What line editing this program has.
public enum LineEditing {
    /// `GNU readline 8.2`, `libedit`
    public static var libraryName: String { String(cString: cline_library()) }
}
