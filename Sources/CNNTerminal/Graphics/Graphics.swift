import CNNLanguage
import CNNNotebook

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How a session draws figures.
public final class Graphics {
    public enum Mode: String, CaseIterable, Sendable {
        /// What the terminal can show.
        case auto
        /// As a run prints them.
        case ascii
        /// Block and braille characters without colour.
        case blocks
        case colors256 = "256"
        case truecolor
        /// Pixels, by kitty's protocol.
        case kitty
    }

    /// May be changed at any time.
    public var mode: Mode
    private let output: FileOutput
    /// What the terminal has answered, once it was asked.
    private var hasPictures: Bool?

    /// - Parameter output: where the text goes.
    public init(_ mode: Mode, output: FileOutput) {
        self.mode = mode
        self.output = output
    }

    /// The figure as lines that each end with a line feed.
    public func text(of figure: Figure) -> String {
        let size = output.isTerminal ? TerminalSize(of: STDOUT_FILENO) : TerminalSize(of: -1)
        let lines =
            switch figure {
            case .pictures(let sheet): pictureLines(sheet, size)
            case .chart(let chart): chartLines(chart, size)
            case .histogram(let histogram):
                HistogramText(
                    resolvedMode == .ascii ? .ascii : .blocks, columns: size.columns, paint: { self.paint(0, $0) }
                ).lines(histogram)
            case .confusion(let counts): confusionLines(counts, size)
            }
        return lines.map { $0 + "\n" }.joined()
    }

    // MARK: - What is drawn with

    /// The mode without `auto`, for all but pictures.
    var resolvedMode: Mode {
        guard mode == .auto else { return mode }
        guard output.isTerminal, TerminalAbility.hasUnicode else { return .ascii }
        guard TerminalStyle.usesColor(on: output) else { return .blocks }
        return TerminalAbility.hasTrueColor ? .truecolor : TerminalAbility.has256Colors ? .colors256 : .blocks
    }

    /// Asks the terminal, at the first picture.
    private var pictureMode: Mode {
        let other = resolvedMode
        // Who wants no colours, or has no character beyond ASCII, gets no pictures by himself.
        guard mode == .auto, other != .ascii, TerminalStyle.usesColor(on: output) else { return other }
        if hasPictures == nil {
            output.flush()
            hasPictures =
                TerminalAbility.mayBeAsked
                ? TerminalQuery.hasPictures(input: STDIN_FILENO, output: STDOUT_FILENO) : false
        }
        return hasPictures ?? false ? .kitty : other
    }

    private var colors: ColorDepth? {
        switch resolvedMode {
        case .truecolor, .kitty: .full
        case .colors256: .palette
        default: nil
        }
    }

    /// Text in a curve's colour.
    private func paint(_ curve: Int, _ text: String) -> String {
        guard let colors else { return text }
        return colors.foreground(CurveColor.of(curve)) + text + ColorDepth.reset
    }

    // MARK: - Figures

    private func pictureLines(_ sheet: PictureSheet, _ size: TerminalSize) -> [String] {
        switch pictureMode {
        case .auto, .ascii: PictureText(.ascii, columns: size.columns).lines(sheet)
        case .blocks:
            sheet.isColumn
                ? PictureText(.blocks, columns: size.columns, rows: max(20, size.rows - 4)).lines(sheet)
                : PictureText(.blocks, columns: size.columns).lines(sheet)
        case .colors256: BlockPictures(.palette, size).lines(sheet)
        case .truecolor: BlockPictures(.full, size).lines(sheet)
        case .kitty: KittyPictures(size).lines(sheet)
        }
    }

    private func chartLines(_ chart: Chart, _ size: TerminalSize) -> [String] {
        ChartText(
            resolvedMode == .ascii ? .ascii : .braille, columns: size.columns, paint: { self.paint($0, $1) }
        ).lines(chart)
    }

    private func confusionLines(_ counts: ConfusionCounts, _ size: TerminalSize) -> [String] {
        guard let colors else {
            return resolvedMode == .blocks
                ? Graphics.shaded(counts, size) : ConfusionText(columns: size.columns).lines(counts)
        }
        return ConfusionText(columns: size.columns) { cell, text in
            guard cell.share > 0 else { return text }
            return colors.shaded(text, cell.isRight ? Shade.right : Shade.wrong, cell.share)
        }.lines(counts)
    }

    /// Without colours: a sign in the blank behind a number, where there is one.
    private static func shaded(_ counts: ConfusionCounts, _ size: TerminalSize) -> [String] {
        let signs = Array("░▒▓█")
        return ConfusionText(columns: size.columns) { cell, text in
            guard cell.share > 0, text.last == " " else { return text }
            return text.dropLast() + String(signs[min(signs.count - 1, Int(cell.share * Double(signs.count)))])
        }.lines(counts).map { line in
            var line = line
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
