import Testing

@testable import CNNNotebook

@Suite struct CellOutputTests {
    /// What is handed on, and what the segment says that it shows.
    private func show(_ limit: OutputLimit, _ pieces: [String]) -> (stream: String, segment: String) {
        var stream = ""
        let output = CellOutput(limit) { stream += $0 }
        pieces.forEach(output.write)
        let segment = output.endSegment()
        return (stream, segment)
    }

    private func lines(_ range: Range<Int>) -> String { range.map { "\($0)\n" }.joined() }

    @Test func belowTheLimitAllIsShown() {
        for count in [0, 1, 5, 6, 9, 10] {
            let text = lines(0..<count)
            let shown = show(OutputLimit(lines: 10, bytes: 1_000), [text])
            #expect(shown.stream == text)
            #expect(shown.segment == text)
        }
    }

    @Test func aboveItHeadAndTailStay() {
        let shown = show(OutputLimit(lines: 10, bytes: 1_000), [lines(0..<11)])
        #expect(shown.stream == lines(0..<5) + "... 2 lines (4 B) left out ...\n" + lines(7..<11))
        #expect(shown.segment == shown.stream)
    }

    @Test func piecesChangeNothing() {
        let text = lines(0..<5_000)
        let limit = OutputLimit(lines: 100, bytes: 10_000)
        let whole = show(limit, [text]).stream
        #expect(show(limit, text.map(String.init)).stream == whole)
        #expect(
            show(
                limit,
                stride(from: 0, to: text.count, by: 777).map { start in
                    String(text.dropFirst(start).prefix(777))
                }
            ).stream == whole)
        #expect(whole.split(separator: "\n").count == 100)
    }

    @Test func bytesCountToo() {
        let limit = OutputLimit(lines: 1_000, bytes: 1_000)
        let shown = show(limit, [String(repeating: "x", count: 5_000)])
        #expect(shown.stream.utf8.count <= 1_000)
        #expect(shown.stream.contains("KiB left out ..."))
        #expect(shown.stream.hasPrefix("xxx") && shown.stream.hasSuffix("xxx"))
    }

    @Test func noCharacterIsCutInTwo() {
        for shift in 0..<4 {
            let text = String(repeating: "y", count: shift) + String(repeating: "日", count: 2_000)
            let shown = show(OutputLimit(lines: 10, bytes: 1_000), [text])
            #expect(!shown.stream.contains("\u{FFFD}"))
            #expect(shown.stream.utf8.count <= 1_000)
        }
    }

    @Test func memoryStaysBounded() {
        let output = CellOutput(OutputLimit(lines: 100, bytes: 10_000)) { _ in }
        let line = String(repeating: "z", count: 99) + "\n"
        for _ in 0..<100_000 { output.write(line) }
        #expect(output.heldBytes < 64_000)
        #expect(output.endSegment().contains("lines (9."))
    }

    @Test func theSegmentsOfACellShareTheLimit() {
        var stream = ""
        let output = CellOutput(OutputLimit(lines: 10, bytes: 1_000)) { stream += $0 }
        output.write(lines(0..<4))
        #expect(output.endSegment() == lines(0..<4))
        output.write(lines(4..<10))
        #expect(output.endSegment() == lines(4..<10))
        output.write(lines(10..<12))
        #expect(output.endSegment() == "... 2 lines (6 B) left out ...\n")
    }

    @Test func whatIsToldIsNoPartOfTheSegment() {
        var stream = ""
        let output = CellOutput(.cell) { stream += $0 }
        output.write("no line end")
        #expect(output.endSegment() == "no line end")
        output.tell(["error[E0402]: x"])
        #expect(stream == "no line end\nerror[E0402]: x\n")
    }
}
