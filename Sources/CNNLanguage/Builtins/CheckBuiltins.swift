import CNNCore

/// What check cells ask beside values: how an answer was written, whether it is the one that a digest stands for, and which
/// variant of a question a student has.
enum CheckBuiltins {
    static let all: [Builtin] = [uses, hash, variant]

    private static let uses = Builtin(
        "uses", ["cell", "word"], .language,
        "whether a cell's code has a word: a name, a keyword or a sign, there or in what defines the names that it reads",
        example: ("expect error E0404 { uses(\"q1\", \"for\") }", "")
    ) { call in
        .bool(try call.interpreter.cellCode.uses(cell: try call.text(0), word: try call.text(1)))
    }

    private static let hash = Builtin(
        "hash", ["value", "digits=6", "salt=\"\""], .language,
        "16 letters that stand for an answer without telling it; floats count to so many significant digits",
        example: ("hash(0.1 + 0.2) == hash(0.3)\nhash([28, 28])", "True\n'69b79fbd0ade0659'\n")
    ) { call in
        let digits = try call.int(1, default: 6)
        guard (1...15).contains(digits) else { throw call.wrongValue(1, "is from 1 to 15, not \(digits)") }
        return .text(
            try ValueDigest.text(try call.required(0), digits: digits, salt: try call.text(2, default: "")))
    }

    private static let variant = Builtin(
        "variant", ["student"], .language,
        "a number from 0 to 2^31 - 1 that belongs to a student's id, for seed(variant(student))",
        example: ("variant(\"s1234\") == variant(\"s1234\")\nvariant(\"s1234\") == variant(\"s1235\")", "True\nFalse\n")
    ) { call in
        let digest = SHA256.digest(Array(try call.text(0).utf8))
        return .int(digest.prefix(4).reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF)
    }
}
