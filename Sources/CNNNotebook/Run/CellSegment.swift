import CNNCore
import CNNLanguage

/// A part of a cell that runs as one: up to a block of `#>` lines, or up to the cell's end.
struct CellSegment {
    let range: Range<Int>
    /// The block at its end.
    let expectation: ExpectedOutput?
}

extension Cell {
    var segments: [CellSegment] {
        var result: [CellSegment] = []
        var start = body.lowerBound
        for block in expectations {
            result.append(CellSegment(range: start..<block.range.lowerBound, expectation: block))
            start = block.range.upperBound
        }
        if start < body.upperBound || result.isEmpty {
            result.append(CellSegment(range: start..<body.upperBound, expectation: nil))
        }
        return result
    }
}

extension Notebook {
    /// What to say instead where a segment does not parse only because a block of `#>` lines divides a statement.
    func misplacedExpectation(_ segment: CellSegment, of cell: Cell) -> Diagnostic? {
        guard let block = segment.expectation, Parser.parse(source, range: segment.range).isIncomplete,
            Parser.parse(source, range: cell.body).diagnostics.isEmpty
        else { return nil }
        let line = source.sourceLine(block.line)
        var diagnostic = Diagnostic.notebook(
            "expected output stands within a statement", source, line.content,
            notes: ["move it behind the statement's end"])
        diagnostic.cell = cell.id
        return diagnostic
    }
}
