/// The kinds of token. Keywords are kinds of their own; `repeat`, `within`, `error` are names, which the grammar reads.
public enum TokenKind: UInt8, Sendable {
    case end
    /// Text that no token begins with; the lexer has reported it.
    case invalid

    case name, int, float, size, string, interpolated

    case and, or, not, `in`, `if`, elif, `else`, `for`, `while`, `break`, `continue`, def, `return`, `import`, `as`
    case model, train, on, expect, gradient, `true`, `false`, none

    case leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace
    case comma, semicolon, colon, dot, ellipsis, arrow, pipe
    case assign, plusAssign, minusAssign, timesAssign, divideAssign
    case plus, minus, star, slash, doubleSlash, percent, at, doubleStar
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, isClose

    /// An operator of other languages, which the parser explains: `&&`, `!`, `=>`.
    case foreign
}

extension TokenKind {
    var isKeyword: Bool { rawValue >= TokenKind.and.rawValue && rawValue <= TokenKind.none.rawValue }

    var isOpener: Bool { self == .leftParenthesis || self == .leftBracket || self == .leftBrace }

    /// The opener that a closer belongs to.
    var opener: TokenKind? {
        switch self {
        case .rightParenthesis: .leftParenthesis
        case .rightBracket: .leftBracket
        case .rightBrace: .leftBrace
        default: nil
        }
    }

    /// Whether a text that ends after this token plainly goes on: a binary operator or a comma.
    var asksForMore: Bool {
        switch self {
        case .and, .or, .in, .comma, .pipe: true
        default: rawValue >= TokenKind.plus.rawValue && rawValue <= TokenKind.isClose.rawValue
        }
    }

    /// Whether an expression can begin with it.
    var beginsExpression: Bool {
        switch self {
        case .name, .int, .float, .size, .string, .interpolated, .not, .if, .train, .gradient, .true, .false, .none,
            .leftParenthesis, .leftBracket, .leftBrace, .plus, .minus, .ellipsis:
            true
        default: false
        }
    }
}

/// A word, number, text or sign of a program, with its place.
public struct Token: Sendable {
    public let kind: TokenKind
    public let start: Int
    public let end: Int
    /// Whether a line end stands between it and the token before.
    public var beginsLine: Bool

    public var span: SourceSpan { SourceSpan(start, end) }
}

/// The words of the language, by their bytes packed into one number.
public enum Keyword {
    /// All of them, for completion.
    public static let all = words.map(\.text)

    static func kind(_ bytes: ArraySlice<UInt8>) -> TokenKind? {
        guard bytes.count >= 2, bytes.count <= 8 else { return nil }
        return kinds[pack(bytes)]
    }

    private static func pack<Bytes: Sequence<UInt8>>(_ bytes: Bytes) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static let words: [(text: String, kind: TokenKind)] = [
        ("and", .and), ("or", .or), ("not", .not), ("in", .in), ("if", .if), ("elif", .elif), ("else", .else),
        ("for", .for), ("while", .while), ("break", .break), ("continue", .continue), ("def", .def),
        ("return", .return), ("import", .import), ("as", .as), ("model", .model), ("train", .train), ("on", .on),
        ("expect", .expect), ("gradient", .gradient), ("True", .true), ("False", .false), ("None", .none),
    ]

    private static let kinds = Dictionary(uniqueKeysWithValues: words.map { (pack($0.text.utf8), $0.kind) })
}
