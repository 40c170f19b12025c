import CZlib

/// The parts of a zip archive that .npz needs: entries that are stored or deflated.
struct ZipArchive: Sendable {
    struct Entry {
        let name: String
        let bytes: [UInt8]
    }

    struct Record: Sendable {
        var name: String
        var isEncrypted: Bool
        var method: Int
        var checksum: Int
        var packedSize: Int
        var size: Int
        var headerOffset: Int
    }

    let bytes: [UInt8]
    let name: String

    /// All entries in the archive's order.
    /// - Parameter limit: bytes that all entries together may unpack to.
    /// - Parameter check: looks at the first bytes of an entry before the rest is unpacked.
    /// - Throws: E0503, E0604.
    static func read(
        _ bytes: [UInt8], limit: Int, name: String, check: ((_ entry: String) -> HeadCheck)? = nil
    ) throws(CNNError) -> [Entry] {
        let archive = ZipArchive(bytes: bytes, name: name)
        let records = try archive.directory()
        var names: Set<String> = []
        for record in records where !names.insert(record.name).inserted {
            throw archive.malformed("it holds '\(record.name)' twice")
        }
        var total = 0
        var entries: [Entry] = []
        for record in records {
            let (sum, overflow) = total.addingReportingOverflow(record.size)
            guard !overflow, sum <= limit else {
                throw CNNError(.tooLarge, "'\(name)' unpacks to more than \(ByteCount.text(limit))")
            }
            total = sum
            entries.append(Entry(name: record.name, bytes: try archive.content(of: record, check?(record.name))))
        }
        return entries
    }

    /// Of a file's first bytes: whether they are those of an archive.
    static func headCheck(_ name: String) -> HeadCheck {
        HeadCheck { (head, _) throws(CNNError) -> Int? in
            guard head.starts(with: [0x50, 0x4B]) else {
                throw CNNError.malformed(name, "it does not begin as a zip archive does")
            }
            return nil
        }
    }

    private func malformed(_ problem: String) -> CNNError { CNNError.malformed(name, problem) }

    private func number(_ offset: Int, _ size: Int) -> Int {
        var value: UInt64 = 0
        for index in (0..<size).reversed() { value = value << 8 | UInt64(bytes[offset + index]) }
        return Int(clamping: value)
    }

    /// The records of the central directory, which stands at the end.
    func directory() throws(CNNError) -> [Record] {
        guard let end = endRecord() else { throw malformed("it does not end as a zip archive does") }
        var count = number(end + 10, 2)
        var offset = number(end + 16, 4)
        if count == 0xFFFF || offset == 0xFFFF_FFFF {
            guard let large = largeEndRecord(before: end) else { throw malformed("its directory cannot be found") }
            count = number(large + 32, 8)
            offset = number(large + 48, 8)
        }
        guard count <= bytes.count / 46 else { throw malformed("it claims \(count) entries") }
        var records: [Record] = []
        for _ in 0..<count {
            guard offset <= bytes.count - 46, number(offset, 4) == 0x0201_4B50 else {
                throw malformed("its directory is damaged")
            }
            let nameSize = number(offset + 28, 2)
            let extraSize = number(offset + 30, 2)
            let next = offset + 46 + nameSize + extraSize + number(offset + 32, 2)
            guard next <= bytes.count else { throw malformed("its directory is damaged") }
            records.append(try record(offset, nameSize, extraSize))
            offset = next
        }
        return records
    }

    private func record(_ offset: Int, _ nameSize: Int, _ extraSize: Int) throws(CNNError) -> Record {
        let start = offset + 46
        var record = Record(
            name: String(decoding: bytes[start..<start + nameSize], as: UTF8.self),
            isEncrypted: number(offset + 8, 2) & 1 == 1, method: number(offset + 10, 2),
            checksum: number(offset + 16, 4), packedSize: number(offset + 20, 4), size: number(offset + 24, 4),
            headerOffset: number(offset + 42, 4))
        try readLargeSizes(&record, start + nameSize, extraSize)
        return record
    }

    /// Zip64: what does not fit 32 bits stands in an extra field.
    private func readLargeSizes(_ record: inout Record, _ start: Int, _ size: Int) throws(CNNError) {
        var position = start
        while position + 4 <= start + size {
            let length = number(position + 2, 2)
            guard position + 4 + length <= start + size else { throw malformed("its directory is damaged") }
            if number(position, 2) == 1 {
                var field = position + 4
                let end = field + length
                func next(_ value: inout Int) {
                    guard value == 0xFFFF_FFFF, field + 8 <= end else { return }
                    value = number(field, 8)
                    field += 8
                }
                next(&record.size)
                next(&record.packedSize)
                next(&record.headerOffset)
            }
            position += 4 + length
        }
    }

    func content(of record: Record, _ check: HeadCheck? = nil) throws(CNNError) -> [UInt8] {
        guard !record.isEncrypted else { throw malformed("'\(record.name)' is encrypted") }
        let offset = record.headerOffset
        guard offset <= bytes.count - 30, number(offset, 4) == 0x0403_4B50 else {
            throw malformed("'\(record.name)' cannot be found in it")
        }
        let start = offset + 30 + number(offset + 26, 2) + number(offset + 28, 2)
        guard start <= bytes.count, record.packedSize <= bytes.count - start else {
            throw malformed("'\(record.name)' claims \(record.packedSize) bytes; \(max(0, bytes.count - start)) follow")
        }
        let packed = bytes[start..<start + record.packedSize]
        let content: [UInt8]
        switch record.method {
        case 0: content = [UInt8](packed)
        case 8:
            content = try Gzip.inflated(
                packed, .none, limit: record.size, name: name, total: record.size, check: check)
        default: throw malformed("'\(record.name)' is packed in a way that is not read (method \(record.method))")
        }
        guard content.count == record.size else {
            throw malformed("'\(record.name)' claims \(record.size) bytes and has \(content.count)")
        }
        guard ZipArchive.checksum(content) == record.checksum else {
            throw malformed("'\(record.name)' has a wrong checksum")
        }
        return content
    }

    private func endRecord() -> Int? {
        guard bytes.count >= 22 else { return nil }
        for offset in stride(from: bytes.count - 22, through: max(0, bytes.count - 22 - 0xFFFF), by: -1)
        where number(offset, 4) == 0x0605_4B50 { return offset }
        return nil
    }

    private func largeEndRecord(before end: Int) -> Int? {
        guard end >= 20, number(end - 20, 4) == 0x0706_4B50 else { return nil }
        let offset = number(end - 12, 8)
        guard offset <= bytes.count - 56, number(offset, 4) == 0x0606_4B50 else { return nil }
        return offset
    }

    private static func checksum(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBufferPointer { Int(crc32_z(0, $0.baseAddress, $0.count)) }
    }
}

extension ZipArchive {
    /// An archive of stored entries; the same bytes each time, without a date.
    /// - Throws: E0604 where it would need more than 4 GiB.
    static func write(_ entries: [Entry]) throws(CNNError) -> [UInt8] {
        var result: [UInt8] = []
        var directory: [UInt8] = []
        let total = entries.reduce(0) { $0 + $1.bytes.count + 92 + 2 * $1.name.utf8.count }
        guard total < 0xFFFF_FFFF, entries.count < 0xFFFF else {
            throw CNNError(
                .tooLarge, "an .npz file holds at most 4 GiB, not \(ByteCount.text(total))",
                notes: ["save as .safetensors, or one .npy for each tensor"])
        }
        result.reserveCapacity(total + 22)
        for entry in entries {
            let offset = result.count
            // 2.0, UTF-8 names, stored, 1980-01-01 00:00.
            var common: [UInt8] = []
            append([(20, 2), (0x0800, 2), (0, 2), (0, 2), (0x21, 2), (checksum(entry.bytes), 4)], to: &common)
            append([(entry.bytes.count, 4), (entry.bytes.count, 4), (entry.name.utf8.count, 2), (0, 2)], to: &common)
            append([(0x0403_4B50, 4)], to: &result)
            result.append(contentsOf: common)
            result.append(contentsOf: entry.name.utf8)
            result.append(contentsOf: entry.bytes)
            append([(0x0201_4B50, 4), (20, 2)], to: &directory)
            directory.append(contentsOf: common)
            append([(0, 2), (0, 2), (0, 2), (0, 4), (offset, 4)], to: &directory)
            directory.append(contentsOf: entry.name.utf8)
        }
        let start = result.count
        result.append(contentsOf: directory)
        append([(0x0605_4B50, 4), (0, 2), (0, 2), (entries.count, 2), (entries.count, 2)], to: &result)
        append([(directory.count, 4), (start, 4), (0, 2)], to: &result)
        return result
    }

    private static func append(_ fields: [(value: Int, size: Int)], to bytes: inout [UInt8]) {
        for field in fields {
            for index in 0..<field.size { bytes.append(UInt8(field.value >> (8 * index) & 255)) }
        }
    }
}
