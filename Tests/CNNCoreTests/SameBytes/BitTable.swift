import Foundation

@testable import CNNCore

/// Tests/Fixtures/bits.txt: a line for each case with the hashes of its inputs, its results and its gradients.
///
/// Set CNNBOOK_UPDATE_BITS=1 to rewrite the file. Where a line changes, numbers have changed; where the hash of the
/// inputs changes too, the test has.
struct BitTable: Sendable {
    struct Line: Equatable, Sendable {
        let name: String
        let dtype: String
        let inputs, forward: String
        /// `-` without gradients.
        let backward: String

        var text: String {
            let padded = name.padding(toLength: 30, withPad: " ", startingAt: 0)
            let start = name.count > 30 ? name : padded
            return "\(start)  \(dtype.padding(toLength: 7, withPad: " ", startingAt: 0))  inputs \(inputs)  "
                + "forward \(forward)  backward \(backward)"
        }
    }

    static let isUpdating = ProcessInfo.processInfo.environment["CNNBOOK_UPDATE_BITS"] == "1"

    private static let file = Fixture.folder.appendingPathComponent("bits.txt")

    let lines: [Line]

    /// The file's.
    static let stored = Result { try BitTable() }

    private init() throws {
        let text = try String(contentsOf: BitTable.file, encoding: .utf8)
        lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(BitTable.line)
    }

    /// What follows the name are seven words.
    private static func line(_ text: Substring) -> Line {
        let words = text.split(separator: " ").map(String.init)
        guard words.count >= 8 else {
            return Line(name: String(text), dtype: "", inputs: "", forward: "", backward: "")
        }
        let values = Array(words.suffix(7))
        return Line(
            name: words.dropLast(7).joined(separator: " "), dtype: values[0], inputs: values[2], forward: values[4],
            backward: values[6])
    }

    func line(_ name: String, _ dtype: DType) -> Line? {
        lines.first { $0.name == name && $0.dtype == dtype.rawValue }
    }

    static func write(_ lines: [Line]) throws {
        let heading = """
            # FNV-1a of 64 bits over shape, dtype and little-endian elements, of inputs, results and gradients.
            # Equal at every SIMD level and number of threads. CNNBOOK_UPDATE_BITS=1 swift test rewrites this file.

            """
        try (heading + lines.map { $0.text + "\n" }.joined()).write(to: file, atomically: true, encoding: .utf8)
    }
}
