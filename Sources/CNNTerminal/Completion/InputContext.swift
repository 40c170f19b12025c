import CNNLanguage

/// What stands before the cursor, as far as it decides what may be completed.
struct InputContext {
    enum Place: Equatable {
        /// Within quotes: the call around them, the text so far.
        case text(callee: Receiver?, String)
        /// Within the quotes of an argument behind others: the call, the one before all, how many stand before it.
        case argumentText(callee: Receiver, first: Receiver, byPlace: Int, key: String?, String)
        /// Within quotes that begin a key: of what, the text so far.
        case key(of: Receiver, String, quote: Character)
        /// Behind a bracket that asks for a key.
        case index(of: Receiver)
        /// In a comment, or where a new name is given.
        case nothing
        /// Behind a point.
        case member(of: Receiver)
        case module
        /// The name of a layer, in a model.
        case layer
        /// What a layer takes, besides what it was given.
        case layerArgument(kind: String, key: String?, byPlace: Int, names: Set<String>)
        /// A key of `train` that it does not have yet, or a name.
        case trainingKey(given: Set<String>)
        /// Behind the network that `train` is to train.
        case trainingOn
        /// Behind a key of `train`.
        case trainingValue(key: String)
        /// Among the arguments of a call, besides those that it was given.
        case argument(callee: Receiver, byPlace: Int, names: Set<String>)
        case name
    }

    let place: Place
    /// The part of a name that is typed.
    let word: String
    /// Names that the entry itself gives.
    let names: [String]

    /// - Parameter text: a program up to the cursor.
    init(_ text: String) {
        var bytes = Array(text.utf8)
        var known: [String] = []
        // Within the braces of a text with values there is code again.
        while case .quoted(let start) = QuoteScanner.end(of: bytes), let code = QuoteScanner.openBraces(bytes, start) {
            known += TokenReader(bytes, upTo: QuoteScanner.withoutPrefix(bytes, start)).givenNames
            bytes.removeFirst(code)
        }
        let state = QuoteScanner.end(of: bytes)
        switch state {
        case .comment: (place, word, names) = (.nothing, "", [])
        case .quoted(let start):
            names = []
            let tokens = TokenReader(bytes, upTo: QuoteScanner.withoutPrefix(bytes, start))
            word = String(decoding: bytes[(start + 1)...], as: UTF8.self)
            let isLong = start > 1 && bytes[start - 1] == bytes[start]
            if let owner = tokens.indexed, !isLong {
                place = .key(of: owner, word, quote: Character(Unicode.Scalar(bytes[start])))
            } else if let callee = tokens.innermostCallee, let first = tokens.firstArgument {
                let given = tokens.given.byPlace
                place = .argumentText(callee: callee, first: first, byPlace: given, key: tokens.argumentKey, word)
            } else {
                place = .text(callee: tokens.innermostCallee, word)
            }
        case .code:
            let start = InputContext.wordStart(bytes)
            let path = String(decoding: bytes[start...], as: UTF8.self).split(
                separator: ".", omittingEmptySubsequences: false
            ).map(String.init)
            word = path.last ?? ""
            let tokens = TokenReader(bytes, upTo: start)
            names = known + tokens.givenNames
            place = InputContext.place(tokens, path: path)
        }
    }

    private static func wordStart(_ bytes: [UInt8]) -> Int {
        var start = bytes.count
        while start > 0, isPart(bytes[start - 1]) { start -= 1 }
        return start
    }

    /// Whatever is no part of a name or of a chain of members ends the word. All beyond ASCII may be part of one.
    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), 0x80...:
            true
        default: false
        }
    }

    private static func place(_ tokens: TokenReader, path: [String]) -> Place {
        if path.count > 1 {
            guard let owner = owner(tokens, path.dropLast()) else { return .nothing }
            return .member(of: owner)
        }
        if tokens.isAfterPoint {
            return tokens.receiver(endingAt: tokens.tokens.count - 2).map { .member(of: $0) } ?? .nothing
        }
        if tokens.isAfterImport { return .module }
        if tokens.expectsNewName { return .nothing }
        if let owner = tokens.indexed, path == [""] { return .index(of: owner) }
        if let callee = tokens.innermostCallee {
            let given = tokens.given
            return .argument(callee: callee, byPlace: given.byPlace, names: given.names)
        }
        if tokens.isInModel {
            guard let layer = tokens.currentLayer else { return .layer }
            return .layerArgument(
                kind: layer.kind, key: layer.key, byPlace: layer.given.byPlace, names: layer.given.names)
        }
        if tokens.isBehindTrainedNetwork { return .trainingOn }
        if let key = tokens.trainingKey { return .trainingValue(key: key) }
        return tokens.givenTrainingKeys.map { .trainingKey(given: $0) } ?? .name
    }

    /// What a chain of names begins with: one of them, or what stands before its first point.
    private static func owner(_ tokens: TokenReader, _ names: ArraySlice<String>) -> Receiver? {
        guard let first = names.first else { return nil }
        var owner: Receiver?
        if let letter = first.unicodeScalars.first {
            guard letter.properties.isXIDStart || letter == "_" else { return nil }
            owner = .name(first)
        } else {
            owner = tokens.receiver(endingAt: tokens.tokens.count - 1)
        }
        for name in names.dropFirst() { owner = owner.map { .member($0, name) } }
        return owner
    }
}

/// Whether a text ends within quotes, a comment, or code.
enum QuoteScanner {
    enum State: Equatable {
        case code, comment
        /// The place of the last byte of the opening quotes.
        case quoted(Int)
    }

    static func end(of bytes: [UInt8]) -> State {
        var position = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "#"):
                guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else { return .comment }
                position = end + 1
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                let isLong =
                    position + 2 < bytes.count && bytes[position + 1] == bytes[position]
                    && bytes[position + 2] == bytes[position]
                let width = isLong ? 3 : 1
                guard let end = close(bytes, position, width) else {
                    // A short string ends with its line, whatever is missing.
                    let rest = bytes[position...]
                    guard width == 3 || !rest.contains(UInt8(ascii: "\n")) else { return .code }
                    return .quoted(position + width - 1)
                }
                position = end
            default: position += 1
            }
        }
        return .code
    }

    /// Behind the closing quotes.
    private static func close(_ bytes: [UInt8], _ start: Int, _ width: Int) -> Int? {
        var position = start + width
        while position + width <= bytes.count {
            if bytes[position] == UInt8(ascii: "\\") {
                position += 2
            } else if bytes[position..<position + width].allSatisfy({ $0 == bytes[start] }) {
                return position + width
            } else {
                position += 1
            }
        }
        return nil
    }

    /// The place behind the brace that is open in a text with values, `f"{x`; nil where none is.
    static func openBraces(_ bytes: [UInt8], _ last: Int) -> Int? {
        guard bytes[withoutPrefix(bytes, last)] == UInt8(ascii: "f") else { return nil }
        var open: [Int] = []
        var position = last + 1
        while position < bytes.count {
            let isTwice = position + 1 < bytes.count && bytes[position + 1] == bytes[position]
            switch bytes[position] {
            case UInt8(ascii: "{"):
                if open.isEmpty, isTwice { position += 1 } else { open.append(position + 1) }
            case UInt8(ascii: "}"):
                if open.isEmpty, isTwice { position += 1 } else { _ = open.popLast() }
            default: break
            }
            position += 1
        }
        return open.first
    }

    /// Where the opening quotes, or the `f` before them, begin.
    static func withoutPrefix(_ bytes: [UInt8], _ last: Int) -> Int {
        var start = last
        while start > 0, bytes[start - 1] == bytes[last] { start -= 1 }
        return start > 0 && bytes[start - 1] == UInt8(ascii: "f") ? start - 1 : start
    }
}
