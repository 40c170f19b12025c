import CNNLanguage

extension Notebook {
    /// The whole file in pieces, in order; marker lines, prose and stored output are comments.
    public var classifiedTokens: [ClassifiedToken] {
        ClassifiedToken.comments(source, preamble)
            + cells.flatMap { cell in
                ClassifiedToken.comments(source, cell.range.lowerBound..<cell.body.lowerBound)
                    + ClassifiedToken.scan(source, cell.body)
            }
    }
}
