import CNNLanguage

extension Notebook {
    /// What is odd about the file's bytes and changes nothing: a byte-order mark, line ends of two kinds.
    public var layoutWarnings: [Warning] {
        var warnings: [Warning] = []
        if source.byteOrderMarkLength > 0, source.bytes.count > 3 {
            warnings.append(
                Warning("\(source.name) begins with a byte-order mark", notes: ["it is passed over; UTF-8 needs none"]))
        }
        let bytes = source.bytes
        var (plain, withReturn, alone) = (0, 0, 0)
        for (offset, byte) in bytes.enumerated() {
            let isReturn = offset > 0 && bytes[offset - 1] == UInt8(ascii: "\r")
            if byte == UInt8(ascii: "\n") {
                if isReturn { withReturn += 1 } else { plain += 1 }
            } else if isReturn {
                alone += 1
            }
        }
        if plain > 0, withReturn > 0 {
            warnings.append(
                Warning(
                    "\(source.name) has line ends of two kinds: \(withReturn) are CRLF, \(plain) are LF",
                    notes: ["both are read; an editor can make them one"]))
        }
        if alone > 0 {
            warnings.append(
                Warning(
                    "\(source.name) holds \(alone) carriage returns without a line feed",
                    notes: ["they end no line: a file of an old system is to be converted first"]))
        }
        return warnings
    }
}
