/// The handwritten digits that travel inside the binary (E. Alpaydin and C. Kaynak, UCI Machine Learning Repository,
/// CC BY 4.0): 1,797 pictures of 8x8 pixels, 0 to 16, and their class.
enum DigitsReader {
    static func load() throws(CNNError) -> DatasetPair {
        let name = "digits"
        let table = try CSVTable(try Gzip.decompress(Assets.digits(), limit: 1 << 20, name: name), name: name)
        guard table.columnCount == 65 else { throw CNNError.malformed(name, "a row has \(table.columnCount) values") }
        var images = try Tensor(uninitialized: try Shape([table.rowCount, 8, 8, 1]), .uint8)
        let pixels = try images.mutablePointer(UInt8.self)
        var labels: [Int] = []
        for row in 0..<table.rowCount {
            for column in 0..<65 {
                guard let value = table.number(row: row, column: column), (0...16).contains(value) else {
                    throw table.notANumber(row: row, column: column)
                }
                if column < 64 { pixels[row * 64 + column] = UInt8(value) } else { labels.append(Int(value)) }
            }
        }
        let all = try Dataset(
            name: name, bytes: images, maximum: 16, labels: try Tensor(integers: labels, try Shape([labels.count])),
            classNames: (0...9).map(String.init))
        return try DatasetPair(everyFifthOf: all)
    }
}
