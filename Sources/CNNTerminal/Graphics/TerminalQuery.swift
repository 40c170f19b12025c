import CLineEditor

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Asks a terminal whether it draws pictures by kitty's protocol.
enum TerminalQuery {
    /// A terminal on this machine answers within a few of them.
    private static let milliseconds = 45.0
    private static let escape = "\u{1B}"

    /// - Returns: nil where now is no moment to ask: something typed waits to be read, and would be lost.
    static func hasPictures(input: Int32, output: Int32) -> Bool? {
        cline_hold_terminal()
        defer { cline_release_terminal() }
        var saved = termios()
        guard isatty(input) == 1, isatty(output) == 1, tcgetattr(input, &saved) == 0 else { return false }
        var raw = saved
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
        guard tcsetattr(input, TCSANOW, &raw) == 0 else { return false }
        defer { tcsetattr(input, TCSANOW, &saved) }
        if isReady(input, 0) { return nil }
        // A picture of one pixel that is checked and not shown, then what every terminal answers: once that is there,
        // no other answer comes. Whatever a terminal shows of it is erased.
        let question = "\(escape)7\(escape)_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\(escape)\\\(escape)[c\(escape)8\(escape)[J"
        guard send(question, to: output) else { return false }
        return answer(input).contains("\(escape)_Gi=31;OK")
    }

    private static func answer(_ input: Int32) -> String {
        var bytes: [UInt8] = []
        let end = now() + milliseconds / 1_000
        while !isWhole(bytes), bytes.count < 4_096 {
            let left = end - now()
            guard left > 0, isReady(input, left) else { break }
            var piece = [UInt8](repeating: 0, count: 256)
            let count = read(input, &piece, piece.count)
            guard count > 0 else { break }
            bytes += piece[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether the answer that every terminal gives is there: `ESC [ ? … c`.
    private static func isWhole(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let start = text.range(of: "\(escape)[?") else { return false }
        return text[start...].contains("c")
    }

    private static func isReady(_ descriptor: Int32, _ seconds: Double) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, Int32(seconds * 1_000 + 0.5)) > 0
    }

    private static func send(_ text: String, to descriptor: Int32) -> Bool {
        let bytes = Array(text.utf8)
        return write(descriptor, bytes, bytes.count) == bytes.count
    }

    private static func now() -> Double { MonotonicClock.seconds }
}

/// A clock for waiting and for showing how fast something goes; nothing of it goes to standard output.
enum MonotonicClock {
    static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension String {
    /// Where another text begins.
    fileprivate func range(of part: String) -> String.Index? {
        let (bytes, wanted) = (Array(utf8), Array(part.utf8))
        guard bytes.count >= wanted.count else { return nil }
        for start in 0...bytes.count - wanted.count where bytes[start..<start + wanted.count].elementsEqual(wanted) {
            return utf8.index(startIndex, offsetBy: start)
        }
        return nil
    }
}
