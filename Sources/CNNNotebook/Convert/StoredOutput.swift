import CNNLanguage

extension NotebookResult {
    /// A notebook's `#>` lines, and the pictures that it keeps from a `.ipynb`, as if a run had just shown them.
    init(stored notebook: Notebook) {
        self.init()
        for cell in notebook.cells where cell.kind.isCode {
            var result = CellResult(cell: cell)
            for segment in cell.segments {
                let lines = segment.expectation?.lines ?? []
                let isEmpty = lines.isEmpty || lines == [""]
                result.segments.append(
                    SegmentResult(
                        expectation: segment.expectation, output: isEmpty ? "" : lines.map { $0 + "\n" }.joined(),
                        diagnostics: [], isExpectedFailure: false))
            }
            result.keptFigures = IPYNBOutput.figures(notebook.storedData(of: cell)?["outputs"])
            cells.append(result)
        }
    }
}
