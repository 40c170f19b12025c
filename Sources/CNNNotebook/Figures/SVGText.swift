import CNNCore
import CNNLanguage

/// The parts that all drawings share: the frame with its words for those who do not see it, colours for a light and a
/// dark page, numbers and text as XML.
struct SVGText {
    private var body = ""

    mutating func add(_ element: String) { body += "  " + element + "\n" }

    mutating func addText(
        _ text: String, x: Double, y: Double, anchor: String = "start", classes: String = "cnn-ink",
        attributes: String = ""
    ) {
        let attributes = attributes.isEmpty ? "" : " " + attributes
        add(
            "<text class=\"\(classes)\" x=\"\(SVGText.number(x))\" y=\"\(SVGText.number(y))\" text-anchor=\"\(anchor)\""
                + "\(attributes)>\(XMLText.attribute(text))</text>")
    }

    mutating func addLine(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, classes: String, attributes: String = ""
    ) {
        let places = [("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)].map { "\($0.0)=\"\(SVGText.number($0.1))\"" }
        add("<line class=\"\(classes)\" \(places.joined(separator: " "))\(attributes)/>")
    }

    /// - Parameters:
    ///   - id: of the description; no two drawings of a page may share one.
    ///   - words: what there is to see.
    func document(_ width: Double, _ height: Double, id: String, words: String) -> String {
        let (width, height) = (SVGText.number(width), SVGText.number(height))
        let id = SVGText.identifier(id)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" class="cnn-figure" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" role="img" aria-labelledby="\(id)">
              <title id="\(id)">\(XMLText.attribute(words))</title>
              <style>
            \(SVGText.style)  </style>
            \(body)</svg>

            """
    }

    // MARK: - Style

    /// The same in every drawing, so that several on a page agree.
    private static let style: String = {
        let common = [
            ".cnn-figure { max-width: 100%; height: auto; font: 12px system-ui, sans-serif }",
            ".cnn-title { font-size: 14px; font-weight: 600 }",
            ".cnn-curve { fill: none; stroke-width: 2; stroke-linejoin: round }",
        ]
        let light = rules(
            ink: "#1f2328", soft: "#59636e", grid: "#d8dee4",
            curves: ["#2563eb", "#c2570c", "#0f8a5f", "#c0304a", "#7c4fd0", "#7a6a10"])
        let dark = rules(
            ink: "#e6edf3", soft: "#9aa4ae", grid: "#3b424a",
            curves: ["#6ea8fe", "#f2994a", "#45c79a", "#f27a8c", "#b79bf5", "#d6c25a"])
        return (common + light + ["@media (prefers-color-scheme: dark) {"] + dark.map { "  " + $0 } + ["}"])
            .map { "    \($0)\n" }.joined()
    }()

    private static func rules(ink: String, soft: String, grid: String, curves: [String]) -> [String] {
        [
            ".cnn-ink { fill: \(ink) }", ".cnn-soft { fill: \(soft) }",
            ".cnn-axis { stroke: \(soft) }", ".cnn-grid { stroke: \(grid) }",
        ]
            + curves.enumerated().map { ".cnn-stroke-\($0) { stroke: \($1) } .cnn-fill-\($0) { fill: \($1) }" }
    }

    /// How curves are dashed, so that they differ without colour.
    static let dashes = ["", "7 4", "2 4", "9 4 2 4", "2 7", "12 8"]

    // MARK: - XML

    static func number(_ value: Double) -> String {
        let text = NumberFormatter.fixed(value, 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func identifier(_ text: String) -> String {
        let kept = text.unicodeScalars.map { scalar -> Character in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-" || scalar == "_")
                ? Character(scalar) : "-"
        }
        return "cnn-" + String(kept)
    }

    /// Pixels that a text takes at 12 pixels, at most: of the fonts that pages are shown with, DejaVu Sans and Verdana are
    /// the widest.
    static func width(of text: String) -> Double { text.reduce(0) { $0 + width(of: $1) } }

    private static func width(of character: Character) -> Double {
        switch character {
        case "i", "j", "l", "I", "J", "f", "'", " ", ",", ".", ":", ";", "/", "\\", "|", "-": 4.5
        case "t", "r", "(", ")", "[", "]", "!", "\"": 5.6
        case "m", "w", "M", "W", "@", "%": 12
        case "#", "+", "<", "=", ">", "^", "~", "&", "D", "G", "H", "N", "O", "Q", "U", "C": 10.2
        case "A"..."Z": 8.4
        case " "..."~": 7.7
        default: 9 * Double(DisplayWidth.of(String(character)))
        }
    }
}
