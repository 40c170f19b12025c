import CNNCore

/// What stands behind the point of a dict. A method that changes its dict gets one that nobody else holds.
enum DictionaryMethods {
    static let all: [Builtin] = [get, keys, values, items, pop, update, setDefault, copy, clear]

    private static func dictionary(_ call: Call) -> DictionaryObject {
        guard case .dictionary(let dictionary) = call.arguments[0] else { return DictionaryObject() }
        return dictionary
    }

    private static let get = Builtin(
        "get", ["d", "key", "default=None"], .lists, "the value of a key, or the default where there is none",
        example: ("{\"a\": 1}.get(\"b\", 0)", "0\n")
    ) { call in
        dictionary(call)[try Indexing.key(try call.required(1))] ?? call.value(2) ?? .none
    }

    private static let keys = Builtin(
        "keys", ["d"], .lists, "the keys as a list, in order of insertion",
        example: ("{\"a\": 1, \"b\": 2}.keys()", "['a', 'b']\n")
    ) { call in
        .array(try dictionary(call).elements { key, _ in key.value })
    }

    private static let values = Builtin(
        "values", ["d"], .lists, "the values as a list, in order of insertion",
        example: ("{\"a\": 1, \"b\": 2}.values()", "[1, 2]\n")
    ) { call in
        .array(try dictionary(call).elements { _, value in value })
    }

    private static let items = Builtin(
        "items", ["d"], .lists, "pairs of key and value, in order of insertion",
        example: ("for key, value in {\"a\": 1}.items() { print(key, value) }", "a 1\n")
    ) { call in
        try ListObject.require(dictionary(call).count, each: 2)
        return .array(try dictionary(call).elements { .array([$0.value, $1]) })
    }

    private static let pop = Builtin(
        "pop", ["d", "key", "default=None"], .lists, "takes a key out and gives its value back, or the default",
        example: ("d = {\"a\": 1}\nd.pop(\"a\")\nd", "1\n{}\n"), isMutating: true
    ) { call in
        let dictionary = dictionary(call)
        let keyValue = try call.required(1)
        let key = try Indexing.key(keyValue)
        if let value = dictionary.remove(key) { return value }
        guard let fallback = call.value(2) else { throw Indexing.missing(keyValue, dictionary, call.interpreter) }
        return fallback
    }

    private static let update = Builtin(
        "update", ["d", "other"], .lists, "takes over all keys and values of another dict",
        example: ("d = {\"a\": 1}\nd.update({\"a\": 2, \"b\": 3})\nd", "{'a': 2, 'b': 3}\n"), isMutating: true
    ) { call in
        let dictionary = dictionary(call)
        guard case .dictionary(let other) = try call.required(1) else {
            throw call.wrongType(1, "a dict", try call.required(1))
        }
        try other.forEach { try dictionary.insert($1, for: $0) }
        return .none
    }

    private static let setDefault = Builtin(
        "setdefault", ["d", "key", "default=None"], .lists,
        "the value of a key, which is set to the default where it is missing",
        example: ("d = {}\nd.setdefault(\"a\", 1)\nd", "1\n{'a': 1}\n"), isMutating: true
    ) { call in
        let dictionary = dictionary(call)
        let key = try Indexing.key(try call.required(1))
        if let value = dictionary[key] { return value }
        let value = call.value(2) ?? .none
        try dictionary.insert(value, for: key)
        return value
    }

    private static let copy = Builtin(
        "copy", ["d"], .lists, "the same dict; an assignment copies it as well",
        example: ("{\"a\": 1}.copy()", "{'a': 1}\n")
    ) { call in
        try call.required(0)
    }

    private static let clear = Builtin(
        "clear", ["d"], .lists, "takes all keys out", example: ("d = {\"a\": 1}\nd.clear()\nd", "{}\n"),
        isMutating: true
    ) { call in
        let dictionary = dictionary(call)
        dictionary.removeAll()
        return .none
    }
}
