import CNNCore
import CNNKernels

/// What stands behind the point of a str: Python's names. Positions count code points.
enum StringMethods {
    static let all: [Builtin] =
        cases + [
            strip("strip", left: true, right: true), strip("lstrip", left: true, right: false),
            strip("rstrip", left: false, right: true), split, join, replace, prefix("startswith"), prefix("endswith"),
            find, count,
            test("isdigit"), test("isalpha"), zfill, justify("ljust"), justify("rjust"), justify("center"),
        ]

    private static func receiver(_ call: Call) throws(CNNError) -> [Unicode.Scalar] { try scalars(call, 0) }

    /// - Throws: E0601, E0605.
    private static func scalars(_ call: Call, _ index: Int) throws(CNNError) -> [Unicode.Scalar] {
        try StringObject.codePoints(of: try call.text(index))
    }

    /// - Throws: E0604 where a text would become too long to be made.
    private static func checkLength(_ length: Int, _ call: Call) throws(CNNError) {
        guard length <= 1 << 28 else {
            throw CNNError(.tooLarge, "\(call.builtin.name): a str of \(length) characters is too long")
        }
        try WorkMeter.shared.charge(max(0, length))
        try StringObject.require(4 * max(0, length))
    }

    // MARK: - Letters

    private static let cases: [Builtin] = [
        Builtin("upper", ["text"], .strings, "in capital letters", example: ("\"Ab\".upper()", "'AB'\n")) { call in
            .text(try LetterCase.upper(call.text(0)))
        },
        Builtin("lower", ["text"], .strings, "in small letters", example: ("\"Ab\".lower()", "'ab'\n")) { call in
            .text(try LetterCase.lower(call.text(0)))
        },
        Builtin(
            "title", ["text"], .strings, "every word with a capital letter", example: ("\"ab cd\".title()", "'Ab Cd'\n")
        ) { call in
            .text(try LetterCase.title(call.text(0)))
        },
        Builtin(
            "capitalize", ["text"], .strings, "with a capital letter first, small ones after it",
            example: ("\"aB\".capitalize()", "'Ab'\n")
        ) { call in
            .text(try LetterCase.capitalize(call.text(0)))
        },
    ]

    private static func test(_ name: String) -> Builtin {
        let isDigit = name == "isdigit"
        return Builtin(
            name, ["text"], .strings, "whether all characters are \(isDigit ? "digits" : "letters"), and there is one",
            example: ("\"\(isDigit ? "12" : "ab")\".\(name)()\n\"a1\".\(name)()", "True\nFalse\n")
        ) { call in
            let text = try receiver(call)
            return .bool(!text.isEmpty && text.allSatisfy { isDigit ? $0.isPythonDigit : $0.isLetter })
        }
    }

    // MARK: - Parts

    private static func strip(_ name: String, left: Bool, right: Bool) -> Builtin {
        let result = left && right ? "'a'" : left ? "'a '" : "' a'"
        let place = left && right ? "at both ends" : left ? "in front" : "at the end"
        return Builtin(
            name, ["text", "characters=None"], .strings,
            "without white space (or the given characters) \(place)",
            example: ("\" a \".\(name)()", "\(result)\n")
        ) { call in
            let wanted = call.given(1) == nil ? nil : Set(try scalars(call, 1))
            func isStripped(_ scalar: Unicode.Scalar) -> Bool { wanted?.contains(scalar) ?? scalar.isSpace }
            var part = try receiver(call)[...]
            while left, let first = part.first, isStripped(first) { part.removeFirst() }
            while right, let last = part.last, isStripped(last) { part.removeLast() }
            return .text(String(codePoints: part))
        }
    }

    private static let split = Builtin(
        "split", ["text", "separator=None", "limit=-1"], .strings,
        "a list of the parts between separators, or of the words between white space",
        example: ("\"a,b,c\".split(\",\")\n\" a  b \".split()", "['a', 'b', 'c']\n['a', 'b']\n")
    ) { call in
        let limit = try call.int(2, default: -1)
        guard call.given(1) != nil else {
            let words = try words(try receiver(call), limit)
            try WorkMeter.shared.charge(words.count, each: partWork)
            return .array(words.map { .text($0) })
        }
        let separator = try call.text(1)
        guard !separator.isEmpty else {
            throw call.wrongValue(1, "cannot be empty", notes: ["for the characters write list(text)"])
        }
        return .array(try parts(of: try call.text(0), between: separator, limit: limit < 0 ? Int.max : limit))
    }

    /// Units of work for a part that becomes a text of its own, or is put into one.
    private static let partWork = 100

    /// - Throws: E0601 where there is no memory for all of them, E0603.
    private static func parts(of text: String, between separator: String, limit: Int) throws(CNNError) -> [Value] {
        var count = 1
        CodePoints.withBytes(text) { text in
            CodePoints.withBytes(separator) { separator in
                TextSearch.forEachMatch(of: separator, in: text, limit: limit) { _ in count += 1 }
            }
        }
        try WorkMeter.shared.charge(count, each: partWork)
        try StringObject.require(parts: count)
        // A list of its own from the first: what is there already after an interrupt is then freed as any list is.
        let parts = ListObject(roomFor: count)
        CodePoints.withBytes(text) { text in
            CodePoints.withBytes(separator) { separator in
                var start = 0
                TextSearch.forEachMatch(of: separator, in: text, limit: limit) { match in
                    parts.elements.append(.text(String(decoding: text[start..<match], as: UTF8.self)))
                    start = match + separator.count
                }
                if !cnn_interrupt_pending() {
                    parts.elements.append(.text(String(decoding: text[start...], as: UTF8.self)))
                }
            }
        }
        return parts.takeParts()
    }

    private static func words(_ text: [Unicode.Scalar], _ limit: Int) throws(CNNError) -> [String] {
        let ends = zip(text, text.dropFirst()).count { !$0.isSpace && $1.isSpace }
        try StringObject.require(parts: (limit < 0 ? ends : min(ends, limit)) + 1)
        var words: [String] = []
        var position = 0
        while true {
            while position < text.count, text[position].isSpace { position += 1 }
            guard position < text.count else { return words }
            if limit >= 0, words.count == limit {
                return words + [String(codePoints: text[position...])]
            }
            let start = position
            while position < text.count, !text[position].isSpace { position += 1 }
            words.append(String(codePoints: text[start..<position]))
        }
    }

    private static let join = Builtin(
        "join", ["text", "parts"], .strings, "the parts with this text between them",
        example: ("\", \".join([\"a\", \"b\"])", "'a, b'\n")
    ) { call in
        let separator = try call.text(0)
        let elements = try call.elements(1)
        var length = 0
        for (index, element) in elements.enumerated() {
            try WorkMeter.checkInterrupt(at: index)
            guard case .string(let object) = element else {
                throw call.wrongType(1, "a list of str", element, notes: ["write str(...) around each: map(str, xs)"])
            }
            length += object.text.utf8.count + separator.utf8.count
        }
        try checkLength(length, call)
        try WorkMeter.shared.charge(elements.count, each: partWork)
        var text = ""
        text.reserveCapacity(length)
        for (index, element) in elements.enumerated() {
            try WorkMeter.checkInterrupt(at: index)
            if index > 0 { text += separator }
            if case .string(let object) = element { text += object.text }
        }
        return .text(text)
    }

    private static let replace = Builtin(
        "replace", ["text", "old", "new", "limit=-1"], .strings,
        "with every old part replaced by a new one, or the first few",
        example: ("\"banana\".replace(\"an\", \"o\")", "'booa'\n")
    ) { call in
        let limit = try call.int(3, default: -1)
        let part = try call.text(1)
        if !part.isEmpty {
            return .text(try replaced(part, try call.text(2), in: try call.text(0), limit: limit < 0 ? Int.max : limit))
        }
        let text = try receiver(call)
        let (old, new) = (try scalars(call, 1), try scalars(call, 2))
        let matches = TextSearch.matches(of: old, in: text, limit: limit < 0 ? Int.max : limit)
        let (added, overflow) = matches.count.multipliedReportingOverflow(by: new.count)
        try checkLength(overflow ? Int.max : min(Int.max - text.count, added) + text.count, call)
        try WorkMeter.shared.charge(matches.count, each: partWork)
        var result: [Unicode.Scalar] = []
        var start = 0
        for match in matches {
            result += text[start..<match] + new
            start = match + old.count
        }
        return .text(String(codePoints: result + text[start...]))
    }

    /// On bytes, of which a code point's are never found inside of another's, and straight into the place of the result.
    /// - Throws: E0604, E0601 for a result that is too long.
    private static func replaced(_ old: String, _ new: String, in text: String, limit: Int) throws(CNNError) -> String {
        var count = 0
        let sizes = (old: old.utf8.count, new: new.utf8.count, text: text.utf8.count)
        CodePoints.withBytes(text) { text in
            CodePoints.withBytes(old) { old in
                TextSearch.forEachMatch(of: old, in: text, limit: limit) { _ in count += 1 }
            }
        }
        guard count > 0 else { return text }
        // Texts are shorter than 2 ** 28, so that nothing overflows.
        let bytes = sizes.text + count * (sizes.new - sizes.old)
        try StringObject.checkLength(bytes)
        try WorkMeter.shared.charge(sizes.text + bytes)
        try StringObject.require(bytes)
        return CodePoints.withBytes(text) { text in
            CodePoints.withBytes(old) { old in
                CodePoints.withBytes(new) { new in
                    String(unsafeUninitializedCapacity: bytes) { target in
                        var (read, written) = (0, 0)
                        func take(_ part: Slice<UnsafeBufferPointer<UInt8>>) {
                            _ = target[written...].update(fromContentsOf: part)
                            written += part.count
                        }
                        TextSearch.forEachMatch(of: old, in: text, limit: limit) { match in
                            take(text[read..<match])
                            take(new[...])
                            read = match + old.count
                        }
                        take(text[read...])
                        return written
                    }
                }
            }
        }
    }

    // MARK: - Search

    private static func prefix(_ name: String) -> Builtin {
        let isStart = name == "startswith"
        return Builtin(
            name, ["text", "part"], .strings, "whether it \(isStart ? "begins" : "ends") with a part",
            example: ("\"conv1\".\(name)(\"\(isStart ? "conv" : "1")\")", "True\n")
        ) { call in
            let (text, part) = (try call.text(0).utf8, try call.text(1).utf8)
            return .bool(isStart ? text.starts(with: part) : text.suffix(part.count).elementsEqual(part))
        }
    }

    private static let find = Builtin(
        "find", ["text", "part"], .strings, "where a part first begins, -1 where it does not occur",
        example: ("\"banana\".find(\"na\")\n\"banana\".find(\"x\")", "2\n-1\n")
    ) { call in
        .int(TextSearch.matches(of: try scalars(call, 1), in: try receiver(call), limit: 1).first ?? -1)
    }

    private static let count = Builtin(
        "count", ["text", "part"], .strings, "how often a part occurs, without overlaps",
        example: ("\"banana\".count(\"an\")", "2\n")
    ) { call in
        .int(TextSearch.matches(of: try scalars(call, 1), in: try receiver(call), limit: Int.max).count)
    }

    // MARK: - Width

    private static let zfill = Builtin(
        "zfill", ["text", "width"], .strings, "with zeros in front, behind a sign, up to a width",
        example: ("\"-5\".zfill(4)", "'-005'\n")
    ) { call in
        let text = try receiver(call)
        let width = try call.int(1)
        guard width > text.count else { return try call.required(0) }
        try checkLength(width, call)
        let sign = text.first == "-" || text.first == "+" ? String(text[0]) : ""
        let rest = String(codePoints: text.dropFirst(sign.utf8.count))
        return .text(sign + (try StringObject.repeating("0", width - text.count)) + rest)
    }

    private static func justify(_ name: String) -> Builtin {
        let result = ["ljust": "'ab..'", "rjust": "'..ab'", "center": "'.ab.'"][name] ?? ""
        let place = ["ljust": "behind it", "rjust": "in front", "center": "at both ends"][name] ?? ""
        return Builtin(
            name, ["text", "width", "fill=\" \""], .strings, "filled \(place) up to a width",
            example: ("\"ab\".\(name)(4, \".\")", "\(result)\n")
        ) { call in
            let text = try receiver(call)
            let width = try call.int(1)
            let fill = try call.text(2, default: " ")
            guard CodePoints.count(fill) == 1 else {
                throw call.wrongValue(2, "is one character, not \(ValueDisplay.quoted(fill))")
            }
            guard width > text.count else { return try call.required(0) }
            try checkLength(width, call)
            let missing = width - text.count
            // Python's: the odd one in front where the width is odd.
            let center = missing / 2 + (missing & width & 1)
            let front = name == "ljust" ? 0 : name == "rjust" ? missing : center
            return .text(
                try StringObject.repeating(fill, front) + String(codePoints: text)
                    + (try StringObject.repeating(fill, missing - front)))
        }
    }
}
