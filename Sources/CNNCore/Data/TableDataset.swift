/// A CSV file as a data set: each row's numbers, and in the last column the class, as a number or a word.
enum TableDataset {
    static func load(_ path: String, name: String) throws(CNNError) -> DatasetPair {
        var bytes = try FileReader.bytes(path, limit: CSVTable.sizeLimit)
        if Gzip.isPacked(bytes) { bytes = try Gzip.decompress(bytes, limit: CSVTable.sizeLimit, name: path) }
        let table = try CSVTable(bytes, name: path)
        let first = table.hasHeader || hasWordsAbove(table) ? 1 : 0
        guard table.columnCount > 1, table.rowCount > first else {
            throw CNNError.malformed(path, "rows of numbers with the class in the last column are needed")
        }
        let columns = table.columnCount - 1
        var images = try Tensor(uninitialized: try Shape([table.rowCount - first, columns]), .float32)
        let values = try images.mutablePointer(Float.self)
        for row in first..<table.rowCount {
            try WorkMeter.checkInterrupt()
            for column in 0..<columns {
                values[(row - first) * columns + column] = try table.float(row: row, column: column)
            }
        }
        let (labels, classNames) = try classes(table, from: first)
        let all = try Dataset(
            name: name, images: images, labels: try Tensor(integers: labels, try Shape([labels.count])),
            classNames: classNames)
        return try DatasetPair(everyFifthOf: all)
    }

    /// A header above classes that are words: its other fields are words, those of the next row numbers.
    private static func hasWordsAbove(_ table: CSVTable) -> Bool {
        guard table.rowCount > 1, table.columnCount > 1 else { return false }
        return (0..<table.columnCount - 1).allSatisfy { column in
            table.number(row: 0, column: column) == nil && table.number(row: 1, column: column) != nil
        }
    }

    private static func classes(_ table: CSVTable, from first: Int) throws(CNNError) -> ([Int], [String]?) {
        let column = table.columnCount - 1
        var numbers: [Int] = []
        for row in first..<table.rowCount {
            guard let value = table.number(row: row, column: column), let label = Int(exactly: value), label >= 0 else {
                return words(table, from: first)
            }
            numbers.append(label)
        }
        return (numbers, nil)
    }

    private static func words(_ table: CSVTable, from first: Int) -> ([Int], [String]) {
        let column = table.columnCount - 1
        let words = (first..<table.rowCount).map { table.text(row: $0, column: column) }
        let names = Set(words).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
        return (words.map { numbers[$0] ?? 0 }, names)
    }
}
