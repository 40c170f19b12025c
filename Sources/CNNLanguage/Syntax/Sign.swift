/// The signs of the language, and those of other languages, which are read as one token so that an error can name them.
enum Sign {
    static func kind(_ bytes: [UInt8], _ offset: Int, _ length: Int) -> TokenKind? {
        switch length {
        case 1: one(bytes[offset])
        case 2: two(bytes[offset], bytes[offset + 1])
        default: three(bytes[offset], bytes[offset + 1], bytes[offset + 2])
        }
    }

    private static func one(_ byte: UInt8) -> TokenKind? {
        switch byte {
        case UInt8(ascii: "("): .leftParenthesis
        case UInt8(ascii: ")"): .rightParenthesis
        case UInt8(ascii: "["): .leftBracket
        case UInt8(ascii: "]"): .rightBracket
        case UInt8(ascii: "{"): .leftBrace
        case UInt8(ascii: "}"): .rightBrace
        case UInt8(ascii: ","): .comma
        case UInt8(ascii: ";"): .semicolon
        case UInt8(ascii: ":"): .colon
        case UInt8(ascii: "."): .dot
        case UInt8(ascii: "="): .assign
        case UInt8(ascii: "+"): .plus
        case UInt8(ascii: "-"): .minus
        case UInt8(ascii: "*"): .star
        case UInt8(ascii: "/"): .slash
        case UInt8(ascii: "%"): .percent
        case UInt8(ascii: "@"): .at
        case UInt8(ascii: "<"): .less
        case UInt8(ascii: ">"): .greater
        case UInt8(ascii: "!"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "^"), UInt8(ascii: "~"),
            UInt8(ascii: "?"), UInt8(ascii: "\\"):
            .foreign
        default: nil
        }
    }

    private static func two(_ first: UInt8, _ second: UInt8) -> TokenKind? {
        switch (first, second) {
        case (UInt8(ascii: "*"), UInt8(ascii: "*")): .doubleStar
        case (UInt8(ascii: "/"), UInt8(ascii: "/")): .doubleSlash
        case (UInt8(ascii: "="), UInt8(ascii: "=")): .equal
        case (UInt8(ascii: "!"), UInt8(ascii: "=")): .notEqual
        case (UInt8(ascii: "<"), UInt8(ascii: "=")): .lessOrEqual
        case (UInt8(ascii: ">"), UInt8(ascii: "=")): .greaterOrEqual
        case (UInt8(ascii: "~"), UInt8(ascii: "=")): .isClose
        case (UInt8(ascii: "+"), UInt8(ascii: "=")): .plusAssign
        case (UInt8(ascii: "-"), UInt8(ascii: "=")): .minusAssign
        case (UInt8(ascii: "*"), UInt8(ascii: "=")): .timesAssign
        case (UInt8(ascii: "/"), UInt8(ascii: "=")): .divideAssign
        case (UInt8(ascii: "-"), UInt8(ascii: ">")): .arrow
        case (UInt8(ascii: "|"), UInt8(ascii: ">")): .pipe
        case (UInt8(ascii: "&"), UInt8(ascii: "&")), (UInt8(ascii: "|"), UInt8(ascii: "|")),
            (UInt8(ascii: "="), UInt8(ascii: ">")), (UInt8(ascii: ":"), UInt8(ascii: "=")),
            (UInt8(ascii: "<"), UInt8(ascii: "<")), (UInt8(ascii: ">"), UInt8(ascii: ">")),
            (UInt8(ascii: "<"), UInt8(ascii: ">")), (UInt8(ascii: "%"), UInt8(ascii: "=")),
            (UInt8(ascii: "@"), UInt8(ascii: "=")), (UInt8(ascii: "/"), UInt8(ascii: "*")):
            .foreign
        default: nil
        }
    }

    private static func three(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> TokenKind? {
        switch (first, second, third) {
        case (UInt8(ascii: "."), UInt8(ascii: "."), UInt8(ascii: ".")): .ellipsis
        case (UInt8(ascii: "="), UInt8(ascii: "="), UInt8(ascii: "=")),
            (UInt8(ascii: "!"), UInt8(ascii: "="), UInt8(ascii: "=")),
            (UInt8(ascii: "*"), UInt8(ascii: "*"), UInt8(ascii: "=")),
            (UInt8(ascii: "/"), UInt8(ascii: "/"), UInt8(ascii: "=")):
            .foreign
        default: nil
        }
    }
}
