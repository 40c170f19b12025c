import CLineEditor
import CNNNotebook

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reads lines without editing them: for `TERM=dumb`, and where output does not go to a terminal.
final class PlainEditor: LineEditor {
    var tab: ((_ before: String) -> TabReply)?
    let showsEditedText = false
    let hadPlaceholders = false
    let ignoresCase = false

    private let output: FileOutput
    private var pending: [UInt8] = []
    private var hasEnded = false

    /// - Parameter output: takes the prompts.
    init(promptsOn output: FileOutput) { self.output = output }

    func beginWork() { cline_take_late_interrupt() }
    func endWork() {}
    func remember(_ entry: String) {}

    func readLine(prompt: Prompt, initial: String?, hasAbove: Bool) -> LineInput {
        output.write(prompt.text)
        output.flush()
        defer { output.lineHasEnded() }
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                defer { pending.removeSubrange(...end) }
                let hasReturn = end > 0 && pending[end - 1] == UInt8(ascii: "\r")
                return .line(String(decoding: pending[..<(hasReturn ? end - 1 : end)], as: UTF8.self))
            }
            if hasEnded {
                defer { pending = [] }
                return pending.isEmpty ? .end : .line(String(decoding: pending, as: UTF8.self))
            }
            if cline_wait() == CLINE_INTERRUPTED {
                pending = []
                output.write("\n")
                return .interrupted
            }
            fill()
        }
    }

    private func fill() {
        var piece = [UInt8](repeating: 0, count: 4_096)
        let count = read(STDIN_FILENO, &piece, piece.count)
        if count > 0 {
            pending += piece[..<count]
        } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
            hasEnded = true
        }
    }
}
