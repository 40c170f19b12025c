/// What a cell prints, kept for `:save` up to a limit.
struct OutputCapture {
    private static let limit = 64 << 10
    private(set) var text = ""
    /// Whether more came than is kept.
    private(set) var isCut = false

    mutating func write(_ piece: String) {
        guard text.utf8.count + piece.utf8.count <= OutputCapture.limit else {
            isCut = true
            return
        }
        text += piece
    }
}
