import CNNCore
import Foundation
import Testing

@testable import CNNLanguage

/// Each file in `Snapshots/Syntax` is a program, a line `----`, and every error that it gives, word for word.
///
/// After a change of wording, `CNNBOOK_UPDATE_SNAPSHOTS=1 swift test` writes them anew; read the difference as prose.
@Suite struct SyntaxErrorSnapshotTests {
    struct Snapshot: CustomTestStringConvertible {
        let file: URL
        let program: String
        let expected: String

        var testDescription: String { file.deletingPathExtension().lastPathComponent }

        init(_ file: URL) throws {
            self.file = file
            let text = try String(contentsOf: file, encoding: .utf8)
            let parts = text.components(separatedBy: "\n----\n")
            program = parts[0] + "\n"
            expected = parts.count > 1 ? parts[1] : ""
        }
    }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "Snapshots/Syntax")

    static let snapshots: [Snapshot] = {
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "txt" }.sorted { $0.path < $1.path }.compactMap { try? Snapshot($0) }
    }()

    private func rendered(_ program: String) -> String {
        let result = Parser.parse(SourceText(name: "lab.cnnbook", program))
        return result.diagnostics.map { DiagnosticRenderer.render($0) }.joined()
    }

    @Test(arguments: snapshots) func wording(_ snapshot: Snapshot) throws {
        let actual = rendered(snapshot.program)
        if ProcessInfo.processInfo.environment["CNNBOOK_UPDATE_SNAPSHOTS"] != nil {
            try (snapshot.program + "----\n" + actual).write(to: snapshot.file, atomically: true, encoding: .utf8)
        } else {
            #expect(actual == snapshot.expected)
        }
    }

    @Test func everySnapshotHasAnError() {
        #expect(Self.snapshots.count > 100)
        #expect(Self.snapshots.allSatisfy { $0.expected.hasPrefix("error[E01") })
    }

    /// E0110 needs bytes that no text file holds: see `LexerTests`. E0105 and the others are all here.
    @Test func everySyntaxCodeHasASnapshot() {
        let codes = ErrorCode.allCases.filter { $0.rawValue.hasPrefix("E01") && $0 != .invalidEncoding }
        for code in codes {
            #expect(Self.snapshots.contains { $0.expected.contains("error[\(code.rawValue)]") }, "\(code)")
        }
    }

    @Test func linesAreAtMostEightyColumnsWideBesidesMessagesAndNotes() {
        for snapshot in Self.snapshots {
            for line in snapshot.expected.split(separator: "\n") where line.dropFirst(3).hasPrefix("| ") {
                #expect(DisplayWidth.of(String(line)) <= 80, "\(snapshot.testDescription)")
            }
        }
    }
}
