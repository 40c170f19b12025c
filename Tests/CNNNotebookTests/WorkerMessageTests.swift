import Testing

@testable import CNNNotebook

/// The frames that a worker writes: what is not exactly as it must be is no message.
struct WorkerMessageTests {
    private let token = (0..<16).map { UInt8($0 * 7 + 1) }

    private static let messages: [WorkerMessage] = [
        .begins(step: 3, check: -1, question: 0), .cellFailed(question: 1, verdict: 2, text: "error"),
        .missing(question: 2), .carried(question: 0, for: 1),
        .check(question: 0, check: 1, verdict: 0, text: "ä\n", value: ""), .unreadable("no notebook"), .fault("full"),
        .done, .given("a given cell"),
    ]

    private func read(_ bytes: [UInt8]) throws -> [WorkerMessage] {
        var reader = WorkerMessageReader(token: token)
        return try reader.messages(bytes)
    }

    /// A frame around anything.
    private func frame(_ content: [UInt8]) -> [UInt8] { Frame.bytes(token + content) }

    @Test(arguments: messages) func isReadAsItWasWritten(_ message: WorkerMessage) throws {
        #expect(try read(message.frame(token)) == [message])
        #expect(try read(message.frame(token) + message.frame(token)) == [message, message])
    }

    @Test(arguments: messages) func comesInPieces(_ message: WorkerMessage) throws {
        let bytes = message.frame(token)
        var reader = WorkerMessageReader(token: token)
        for byte in bytes.dropLast() {
            #expect(try reader.messages([byte]) == [])
            #expect(reader.isWithinMessage)
        }
        #expect(try reader.messages([bytes[bytes.count - 1]]) == [message])
        #expect(!reader.isWithinMessage)
    }

    @Test(arguments: messages) func isNothingWhenCut(_ message: WorkerMessage) {
        let content = message.bytes
        for count in 0..<content.count {
            #expect(throws: WireReader.Malformed.self) { try read(frame(Array(content[..<count]))) }
        }
        #expect(throws: WireReader.Malformed.self) { try read(frame(content + [0])) }
    }

    @Test func needsTheToken() {
        let message = WorkerMessage.check(question: 0, check: 0, verdict: 0, text: "", value: "")
        for place in token.indices {
            var other = token
            other[place] ^= 1
            #expect(throws: WireReader.Malformed.self) { try read(message.frame(other)) }
        }
        #expect(throws: WireReader.Malformed.self) { try read(Frame.bytes(message.bytes)) }
        #expect(throws: WireReader.Malformed.self) { try read(message.frame([])) }
        #expect(throws: WireReader.Malformed.self) { try read(Frame.bytes([])) }
        // A true message does not vouch for the next one.
        #expect(throws: WireReader.Malformed.self) { try read(message.frame(token) + message.frame([])) }
    }

    @Test(arguments: [UInt32(WorkerMessage.sizeLimit) + 1, 1 << 24, .max]) func isNeverLarge(_ size: UInt32) {
        let head = (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * UInt32($0))) }
        #expect(throws: WireReader.Malformed.self) { try read(head) }
    }

    /// A kind that there is not, a length beyond the end or below 0, a number without end, text that is no UTF-8.
    @Test(
        arguments: [
            [18], [20], [2, 2], [10, 10, 65], [10, 1],
            [10, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1],
            [10, 4, 0xC3, 0x28], [0], [0xFF], [],
        ] as [[UInt8]]) func isNoJunk(_ content: [UInt8])
    {
        #expect(throws: WireReader.Malformed.self) { try read(frame(content)) }
    }

    @Test func anyBytesAreReadWithoutHarm() {
        var state: UInt64 = 88_172_645_463_325_252
        func next() -> UInt8 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state >> 24)
        }
        for _ in 0..<2_000 {
            let content = (0..<Int(next() % 24)).map { _ in next() }
            _ = try? read(content)
            // What is read means what it says: written again it is read as the same.
            for message in (try? read(frame(content))) ?? [] {
                #expect((try? read(message.frame(token))) == [message])
            }
        }
    }
}
