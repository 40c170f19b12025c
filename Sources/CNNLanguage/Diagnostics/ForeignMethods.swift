/// Methods that other languages give to texts and lists, and what is written here. `x` is the value before the point,
/// `argument1` and `argument2` are the arguments.
enum ForeignMethods {
    static func hint(_ name: String, of value: Value) -> String? {
        switch value {
        case .string: (texts[name] ?? sequences[name]).map { "write \($0)" }
        case .list:
            (lists[name] ?? sequences[name]).map { "write \($0)" }
                ?? (reductions.contains(name) ? "write \(name)(x)" : nil)
        case .tensor where name == "append" || name == "extend":
            "a tensor keeps its size: append to a list, and make tensor(list) of it in the end"
        default: nil
        }
    }

    private static let sequences = [
        "size": "len(x)", "count_all": "len(x)", "contains": "argument1 in x", "includes": "argument1 in x",
        "has": "argument1 in x", "concat": "x + argument1", "slice": "x[argument1:argument2]", "reversed": "x[::-1]",
        "isEmpty": "len(x) == 0", "empty": "len(x) == 0", "at": "x[argument1]",
    ]

    private static let texts = [
        "toUpperCase": "x.upper()", "to_upper": "x.upper()", "toupper": "x.upper()", "uppercased": "x.upper()",
        "toLowerCase": "x.lower()", "to_lower": "x.lower()", "tolower": "x.lower()", "lowercased": "x.lower()",
        "trim": "x.strip()", "trimStart": "x.lstrip()", "trimEnd": "x.rstrip()", "substring": "x[argument1:argument2]",
        "charAt": "x[argument1]", "indexOf": "x.find(argument1)", "index": "x.find(argument1)",
        "startsWith": "x.startswith(argument1)", "endsWith": "x.endswith(argument1)",
        "replaceAll": "x.replace(argument1, argument2)",
        "reverse": "x[::-1]", "repeat": "x * argument1", "padStart": "x.rjust(argument1)",
        "padEnd": "x.ljust(argument1)",
    ]

    private static let lists = [
        "map": "map(argument1, x)", "filter": "filter(argument1, x)", "forEach": "for e in x { ... }",
        "each": "for e in x { ... }", "join": "argument1.join(x)", "indexOf": "x.index(argument1)", "shift": "x.pop(0)",
        "unshift": "x.insert(0, argument1)", "push_back": "x.append(argument1)", "first": "x[0]", "last": "x[-1]",
        "sorted": "sorted(x)", "tolist": "x", "dim": "tensor(x).rank", "T": "transpose(tensor(x))",
    ]

    /// Functions of a list of numbers.
    private static let reductions: Set<String> = ["sum", "mean", "max", "min", "std", "var", "prod", "any", "all"]
}
