import ArgumentParser
import CNNNotebook
import CNNTerminal

/// How figures are drawn: of a session, of `run`, of a line of code.
struct GraphicsOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            Draw pictures and plots with ascii, blocks, 256 or truecolor, kitty (pixels), or auto: what the terminal \
            shows best. Default: ascii; auto in a session.
            """, valueName: "how"))
    var graphics: Graphics.Mode?

    /// nil: the same bytes everywhere.
    func graphics(_ fallback: Graphics.Mode) -> Graphics? {
        let mode = graphics ?? fallback
        return mode == .ascii && fallback == .ascii ? nil : Graphics(mode, output: StandardStreams.output())
    }

    /// Draws so in a run, where it is asked for. Colours and pixels take bytes: the limit of a cell's output, which is for
    /// text that is compared, grows with them.
    func apply(to settings: inout RunSettings) {
        guard let graphics = graphics(.ascii) else { return }
        settings.draw = { graphics.text(of: $0) }
        settings.outputLimit.bytes = 16 << 20
    }
}

extension Graphics.Mode: ExpressibleByArgument {}
