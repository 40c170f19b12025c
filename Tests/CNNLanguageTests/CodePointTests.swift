import Testing

@testable import CNNLanguage

/// Texts by code points: the parts of a str against the array of its scalars.
@Suite struct CodePointTests {
    /// Texts of all lengths in UTF-8, with places before, at and after the marks that a str keeps.
    private static let texts = [
        "", "a", "\r\n", "\u{E9}", "e\u{301}", "\u{1F1E9}\u{1F1EA}",
        String(repeating: "ab", count: 64), String(repeating: "a\u{E4}\u{20AC}\u{1F600}", count: 32),
        String(repeating: "\u{E4}", count: 63), String(repeating: "\u{E4}", count: 64),
        String(repeating: "\u{E4}", count: 65), String(repeating: "a", count: 200) + "\u{301}",
    ]

    @Test(arguments: texts) func elements(_ text: String) throws {
        let (object, scalars) = (StringObject(text), Array(text.unicodeScalars))
        #expect(object.count == scalars.count)
        for (position, scalar) in scalars.enumerated() {
            #expect(Array(object.element(position).text.unicodeScalars) == [scalar])
        }
        #expect(try object.elements().count == scalars.count)
        #expect(try object.elements(limit: 2).count == min(2, scalars.count))
    }

    @Test(arguments: texts) func parts(_ text: String) throws {
        let (object, scalars) = (StringObject(text), Array(text.unicodeScalars))
        for start in [nil, 0, 1, 63, 64, 65, 128, -1, -65, 300] as [Int?] {
            for stop in [nil, 0, 2, 64, 66, 128, -1, -64, 300] as [Int?] {
                for step in [nil, 1, 2, -1, -3] as [Int?] {
                    let positions = try SlicePositions(start, stop, step, of: scalars.count)
                    #expect(Array(try object.part(positions).unicodeScalars) == positions.map { scalars[$0] })
                }
            }
        }
    }

    @Test func appendingKeepsTheCount() throws {
        let object = StringObject("a")
        #expect(object.count == 1)
        for part in ["b", "\u{301}", "\r", "\n", "\u{1F600}"] {
            try object.append(StringObject(part))
            #expect(object.count == object.text.unicodeScalars.count)
            #expect(object.element(object.count - 1).text.unicodeScalars.elementsEqual(part.unicodeScalars))
        }
    }

    @Test func orderAndSearch() {
        for a in Self.texts {
            for b in Self.texts {
                let (x, y) = (Array(a.unicodeScalars), Array(b.unicodeScalars))
                #expect(CodePoints.areEqual(a, b) == (x == y))
                #expect((CodePoints.order(a, b) < 0) == x.lexicographicallyPrecedes(y))
                let isInside = x.indices.contains { x[$0...].starts(with: y) } || y.isEmpty
                #expect(CodePoints.contains(a, b) == isInside)
            }
        }
    }

    @Test func matches() {
        func matches(_ part: String, _ text: String, _ limit: Int = .max) -> [Int] {
            TextSearch.matches(of: Array(part.unicodeScalars), in: Array(text.unicodeScalars), limit: limit)
        }
        #expect(matches("aa", "aaaaa") == [0, 2])
        #expect(matches("aab", "aaaab") == [2])
        #expect(matches("abab", "abacabababab") == [4, 8])
        #expect(matches("", "ab") == [0, 1, 2] && matches("", "ab", 1) == [0])
        #expect(matches("a", "aaa", 2) == [0, 1] && matches("a", "aaa", 0).isEmpty && matches("abc", "ab").isEmpty)
        // What it looks for may be a part of something longer.
        #expect(TextSearch.matches(of: [0, 1, 2, 1, 2][1...2], in: [0, 1, 2, 1, 2][2...], limit: 5) == [1])
    }

    @Test func textsDoNotGrowWithoutEnd() {
        let program = "s = \"ab\" * 70000000\n"
        #expect(TestSession().code(program + "s += s") == .tooLarge)
        #expect(TestSession().code(program + "t = s + s") == .tooLarge)
        #expect(TestSession().code(program + "t = f\"{s}{s}\"") == .tooLarge)
    }
}
