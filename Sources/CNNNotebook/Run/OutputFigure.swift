/// A picture or a chart among a cell's output.
public struct OutputFigure: Sendable {
    public enum Kind: Sendable {
        case png
        /// An `<svg>` element of our own making, which may stand in a page as it is.
        case svg
        /// A picture in another format, or one from elsewhere: shown as a picture, so that nothing in it runs.
        case foreign(mediaType: String)
    }

    public let kind: Kind
    public let bytes: [UInt8]
    /// What it shows, in a sentence, for those who cannot see it.
    public let description: String
    /// Pixels; 0: not known.
    public let width: Int
    public let height: Int
    /// Bytes of output that say the same with characters, right before it: a page leaves them out.
    public let textBytes: Int
    /// Where it stands: behind so many bytes of the segment's output.
    public internal(set) var place = 0

    /// Of the figures of one cell, so many bytes are kept.
    static let cellLimitBytes = 16 << 20

    public init(
        _ kind: Kind, _ bytes: [UInt8], description: String, width: Int = 0, height: Int = 0, textBytes: Int = 0
    ) {
        self.kind = kind
        self.bytes = bytes
        self.description = description
        self.width = width
        self.height = height
        self.textBytes = textBytes
    }

    var mediaType: String {
        switch kind {
        case .png: "image/png"
        case .svg: "image/svg+xml"
        case .foreign(let mediaType): mediaType
        }
    }
}
