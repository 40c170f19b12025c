import CNNLanguage

/// What a cell showed, piece by piece: reports are made of these.
public enum OutputItem: Sendable {
    case text(String)
    case figure(OutputFigure)
    /// - Parameter isExpected: whether the cell's `#>` lines say so.
    case error(Diagnostic, isExpected: Bool)
}

extension SegmentResult {
    /// In the order in which they were shown.
    /// - Parameter replacesText: whether a figure takes the place of the characters that say the same.
    func items(replacesText: Bool) -> [OutputItem] {
        let bytes = Array(output.utf8)
        var items: [OutputItem] = []
        var position = 0
        for figure in figures {
            let end = min(bytes.count, max(position, figure.place))
            let textEnd = replacesText ? max(position, end - figure.textBytes) : end
            if position < textEnd { items.append(.text(String(decoding: bytes[position..<textEnd], as: UTF8.self))) }
            items.append(.figure(figure))
            position = end
        }
        if position < bytes.count { items.append(.text(String(decoding: bytes[position...], as: UTF8.self))) }
        return items + diagnostics.map { .error($0, isExpected: isExpectedFailure) }
    }
}

extension CellResult {
    func items(replacesText: Bool) -> [OutputItem] { segments.flatMap { $0.items(replacesText: replacesText) } }
}
