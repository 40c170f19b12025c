#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a terminal measures, asked anew each time: it may have been resized.
struct TerminalSize {
    var columns = 80
    var rows = 24
    /// Of a character, in pixels: as the terminal tells, else what is usual.
    var cell = (width: 8, height: 16)

    /// - Parameter descriptor: of a terminal; anything else gives 80 by 24.
    init(of descriptor: Int32) {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 else { return }
        if size.ws_col > 0 { columns = Int(size.ws_col) }
        if size.ws_row > 0 { rows = Int(size.ws_row) }
        let (width, height) = (Int(size.ws_xpixel) / columns, Int(size.ws_ypixel) / rows)
        if (4...64).contains(width), (8...128).contains(height) { cell = (width, height) }
    }
}
