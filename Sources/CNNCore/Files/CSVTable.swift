/// The fields of a comma-separated file: rows of equal length, blank lines and lines that begin with `#` left out.
struct CSVTable {
    /// Bytes of text that are taken at most; a field costs eight times its text.
    static let sizeLimit = 256 << 20

    /// Values that a row may have.
    private static let columnLimit = 1 << 20

    /// Bytes that are read between two looks at an interrupt.
    private static let stretch = 1 << 20

    /// A range of bytes; `sizeLimit` fits.
    private struct Field {
        let start, end: UInt32

        var range: Range<Int> { Int(start)..<Int(end) }
    }

    let bytes: [UInt8]
    let name: String
    /// Where each field lies, row by row, without quotes.
    private var fields: [Field] = []
    private(set) var rowCount = 0
    private(set) var columnCount = 0

    /// - Throws: E0503 where rows differ in length or there is none; E0605.
    init(_ bytes: [UInt8], name: String) throws(CNNError) {
        self.bytes = bytes
        self.name = name
        try bytes.withUnsafeBufferPointer { (text) throws(CNNError) in
            // All the room at once: to move a hundred million fields takes long, and no interrupt is seen meanwhile.
            fields.reserveCapacity(try CSVTable.mostFields(text))
            var position = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            while position < text.count {
                position = try scanLine(text, position)
                try WorkMeter.checkInterrupt()
            }
        }
        guard rowCount > 0 else { throw CNNError.malformed(name, "it has no rows") }
    }

    /// Commas and line ends: no more fields than these, and one.
    private static func mostFields(_ text: UnsafeBufferPointer<UInt8>) throws(CNNError) -> Int {
        var count = 1
        for start in Swift.stride(from: 0, to: text.count, by: stretch) {
            try WorkMeter.checkInterrupt()
            for index in start..<min(start + stretch, text.count) {
                count += text[index] == UInt8(ascii: ",") || text[index] == 0x0A ? 1 : 0
            }
        }
        return count
    }

    /// Takes one line and gives the start of the next.
    private mutating func scanLine(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) throws(CNNError) -> Int {
        var position = start
        while position < text.count, CSVTable.isBlank(text[position]) { position += 1 }
        if position == text.count { return position }
        if text[position] == 0x0A { return position + 1 }
        if text[position] == UInt8(ascii: "#") {
            while position < text.count, text[position] != 0x0A { position += 1 }
            return position
        }
        let first = fields.count
        position = start
        while true {
            position = try scanField(text, position)
            guard position < text.count, text[position] == UInt8(ascii: ",") else { break }
            position += 1
            if fields.count - first > CSVTable.columnLimit { break }
        }
        let found = fields.count - first
        if rowCount == 0 { columnCount = found }
        guard found <= CSVTable.columnLimit else {
            throw CNNError.malformed(name, "row \(rowCount + 1) has more than \(CSVTable.columnLimit) values")
        }
        guard found == columnCount else {
            throw CNNError.malformed(
                name, "row \(rowCount + 1) has \(found.counting("value")), those above have \(columnCount)")
        }
        rowCount += 1
        return position + 1
    }

    private mutating func scanField(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) throws(CNNError) -> Int {
        var position = start
        while position < text.count, CSVTable.isBlank(text[position]) { position += 1 }
        if position < text.count, text[position] == UInt8(ascii: "\"") { return try scanQuoted(text, position + 1) }
        let first = position
        while position < text.count, text[position] != UInt8(ascii: ","), text[position] != 0x0A { position += 1 }
        var end = position
        while end > first, CSVTable.isBlank(text[end - 1]) { end -= 1 }
        append(first, end)
        return position
    }

    private mutating func scanQuoted(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) throws(CNNError) -> Int {
        let quote = UInt8(ascii: "\"")
        var position = start
        while position < text.count {
            if text[position] == quote {
                guard position + 1 < text.count, text[position + 1] == quote else { break }
                position += 1
            }
            position += 1
        }
        guard position < text.count else {
            throw CNNError.malformed(name, "row \(rowCount + 1): a quote is not closed")
        }
        append(start, position)
        position += 1
        while position < text.count, CSVTable.isBlank(text[position]) { position += 1 }
        guard position == text.count || text[position] == UInt8(ascii: ",") || text[position] == 0x0A else {
            throw CNNError.malformed(name, "row \(rowCount + 1): text follows a closing quote")
        }
        return position
    }

    private mutating func append(_ start: Int, _ end: Int) {
        fields.append(Field(start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end)))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    func text(row: Int, column: Int) -> String {
        let raw = String(decoding: bytes[fields[row * columnCount + column].range], as: UTF8.self)
        return raw.contains("\"\"")
            ? raw.split(separator: "\"\"", omittingEmptySubsequences: false).joined(separator: "\"") : raw
    }

    /// The number that a field is, nil where it is none.
    func number(row: Int, column: Int) -> Double? {
        let range = fields[row * columnCount + column].range
        if range.count <= 15, let whole = digits(range) { return Double(whole) }
        guard !range.isEmpty, range.count < 400, isDecimal(range) else { return nil }
        return Double(String(decoding: bytes[range], as: UTF8.self))
    }

    /// Digits, sign, point and exponent, or nan and inf in words: no hexadecimal, no zero bytes.
    private func isDecimal(_ range: Range<Int>) -> Bool {
        let field = bytes[range]
        if field.allSatisfy({ CSVTable.decimal.contains($0) }) { return true }
        let word = String(decoding: field, as: UTF8.self).lowercased()
        return ["nan", "inf", "infinity"].contains(
            word.hasPrefix("+") || word.hasPrefix("-") ? String(word.dropFirst()) : word)
    }

    private static let decimal = [UInt8]("0123456789+-.eE".utf8)

    /// - Throws: E0503 for what is no number, E0409 for one that float32 cannot hold.
    func float(row: Int, column: Int) throws(CNNError) -> Float {
        guard let value = number(row: row, column: column) else { throw notANumber(row: row, column: column) }
        guard Float(value).isFinite || !value.isFinite else {
            throw CNNError(
                .invalidConversion,
                "'\(name)', row \(row + 1), column \(column + 1): \(text(row: row, column: column)) "
                    + "does not fit float32")
        }
        return Float(value)
    }

    /// A field of nothing but digits: what most files of pictures hold.
    private func digits(_ range: Range<Int>) -> Int? {
        guard !range.isEmpty else { return nil }
        var value = 0
        for index in range {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    /// Whether the first row names the columns: more rows follow and none of its fields is a number.
    var hasHeader: Bool {
        rowCount > 1 && (0..<columnCount).allSatisfy { number(row: 0, column: $0) == nil }
    }

    func notANumber(row: Int, column: Int) -> CNNError {
        let shown = text(row: row, column: column)
        let what = shown.isEmpty ? "is empty" : "is '\(shown.prefix(20))', not a number"
        return CNNError.malformed(name, "row \(row + 1), column \(column + 1) \(what)")
    }
}

/// Tensors as comma-separated numbers.
enum CSVFile {
    /// `[rows, columns]` of float32; a first row of words is taken for the columns' names.
    static func read(_ bytes: [UInt8], name: String) throws(CNNError) -> Tensor {
        let table = try CSVTable(bytes, name: name)
        let first = table.hasHeader ? 1 : 0
        var result = try Tensor(uninitialized: Shape([table.rowCount - first, table.columnCount]), .float32)
        let values = try result.mutablePointer(Float.self)
        for row in first..<table.rowCount {
            try WorkMeter.checkInterrupt()
            for column in 0..<table.columnCount {
                values[(row - first) * table.columnCount + column] = try table.float(row: row, column: column)
            }
        }
        return result
    }

    /// One line a row, floats as the shortest digits that give them again.
    /// - Throws: E0306 for more than two axes.
    static func write(_ tensor: Tensor) throws(CNNError) -> [UInt8] {
        guard (1...2).contains(tensor.rank) else {
            throw CNNError(
                .rankMismatch, "a CSV file holds rows and columns, not \(tensor.shape.asTensor)",
                notes: ["reshape it to two axes, or save it as .npy"])
        }
        guard tensor.count > 0 else {
            throw CNNError(.invalidValue, "a CSV file has at least one row, and \(tensor.shape.asTensor) none")
        }
        let columns = tensor.rank == 2 ? tensor.shape[1] : 1
        var bytes: [UInt8] = []
        for index in 0..<tensor.count {
            try WorkMeter.checkInterrupt(at: index)
            bytes.append(contentsOf: text(of: index, tensor).utf8)
            bytes.append((index + 1) % columns == 0 ? 0x0A : UInt8(ascii: ","))
        }
        return bytes
    }

    private static func text(of index: Int, _ tensor: Tensor) -> String {
        switch tensor.dtype {
        case .float32: NumberFormatter.shortest(tensor.pointer(Float.self)[index])
        case .float64: NumberFormatter.shortest(tensor.pointer(Double.self)[index])
        case .int64: String(tensor.pointer(Int64.self)[index])
        case .uint8, .bool: String(tensor.pointer(UInt8.self)[index])
        }
    }
}
