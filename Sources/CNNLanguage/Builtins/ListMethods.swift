import CNNCore

/// What stands behind the point of a list. A method that changes its list gets one that nobody else holds.
enum ListMethods {
    static let all: [Builtin] = [append, extend, insert, pop, remove, index, count, sort, reverse, copy, clear]

    private static func list(_ call: Call) -> ListObject {
        guard case .list(let list) = call.arguments[0] else { return ListObject([]) }
        return list
    }

    private static let append = Builtin(
        "append", ["xs", "value"], .lists, "adds a value at the end",
        example: ("xs = [1]\nxs.append(2)\nxs", "[1, 2]\n"), isMutating: true
    ) { call in
        try list(call).append(try call.required(1))
        return .none
    }

    private static let extend = Builtin(
        "extend", ["xs", "values"], .lists, "adds all values of another list at the end",
        example: ("xs = [1]\nxs.extend([2, 3])\nxs", "[1, 2, 3]\n"), isMutating: true
    ) { call in
        try list(call).append(contentsOf: try call.elements(1))
        return .none
    }

    private static let insert = Builtin(
        "insert", ["xs", "index", "value"], .lists, "puts a value before the one at an index",
        example: ("xs = [1, 3]\nxs.insert(1, 2)\nxs", "[1, 2, 3]\n"), isMutating: true
    ) { call in
        let list = list(call)
        let index = try call.int(1)
        let count = list.elements.count
        try ListObject.require(count + 1)
        try WorkMeter.shared.charge(2 * count)
        list.elements.insert(try call.required(2), at: min(max(0, index < 0 ? index + count : index), count))
        return .none
    }

    private static let pop = Builtin(
        "pop", ["xs", "index=-1"], .lists, "takes the last value out, or the one at an index, and gives it back",
        example: ("xs = [1, 2, 3]\nxs.pop()\nxs", "3\n[1, 2]\n"), isMutating: true
    ) { call in
        let list = list(call)
        guard !list.elements.isEmpty else { throw CNNError(.indexOutOfRange, "pop: the list is empty") }
        let place = try Indexing.position(try call.int(1, default: -1), list.elements.count, "list")
        // What stands behind it moves up.
        try WorkMeter.shared.charge(2 * (list.elements.count - place))
        return list.elements.remove(at: place)
    }

    private static let remove = Builtin(
        "remove", ["xs", "value"], .lists, "takes out the first element that equals a value",
        example: ("xs = [1, 2, 1]\nxs.remove(1)\nxs", "[2, 1]\n"), isMutating: true
    ) { call in
        list(call).elements.remove(at: try position(call))
        return .none
    }

    private static let index = Builtin(
        "index", ["xs", "value"], .lists, "where the first element stands that equals a value",
        example: ("[4, 5, 6].index(5)", "1\n")
    ) { call in
        .int(try position(call))
    }

    private static func position(_ call: Call) throws -> Int {
        let (elements, value) = (list(call).elements, try call.required(1))
        try WorkMeter.shared.charge(elements.count, each: 40)
        for (index, element) in elements.enumerated() {
            try WorkMeter.checkInterrupt(at: index)
            if try Arithmetic.isEqual(element, value) { return index }
        }
        throw CNNError(
            .invalidValue, "\(call.builtin.name): \(call.interpreter.brief(value)) is not in the list",
            notes: ["test it first, as value in xs"])
    }

    private static let count = Builtin(
        "count", ["xs", "value"], .lists, "how many elements equal a value", example: ("[1, 2, 1].count(1)", "2\n")
    ) { call in
        let (elements, value) = (list(call).elements, try call.required(1))
        try WorkMeter.shared.charge(elements.count, each: 40)
        var count = 0
        for (index, element) in elements.enumerated() {
            try WorkMeter.checkInterrupt(at: index)
            if try Arithmetic.isEqual(element, value) { count += 1 }
        }
        return .int(count)
    }

    private static let sort = Builtin(
        "sort", ["xs", "key=None", "reverse=False"], .lists, "puts the list in order, equal elements as they stood",
        example: ("xs = [3, 1, 2]\nxs.sort()\nxs", "[1, 2, 3]\n"), isMutating: true
    ) { call in
        let list = list(call)
        list.elements = try IterationBuiltins.order(call, list.elements, key: 1, reverse: 2)
        return .none
    }

    private static let reverse = Builtin(
        "reverse", ["xs"], .lists, "turns the order round", example: ("xs = [1, 2]\nxs.reverse()\nxs", "[2, 1]\n"),
        isMutating: true
    ) { call in
        let list = list(call)
        try WorkMeter.shared.charge(list.elements.count, each: 8)
        list.elements.reverse()
        return .none
    }

    private static let copy = Builtin(
        "copy", ["xs"], .lists, "the same list; an assignment copies it as well", example: ("[1, 2].copy()", "[1, 2]\n")
    ) { call in
        try call.required(0)
    }

    private static let clear = Builtin(
        "clear", ["xs"], .lists, "takes all elements out", example: ("xs = [1]\nxs.clear()\nxs", "[]\n"),
        isMutating: true
    ) { call in
        list(call).elements.removeAll()
        return .none
    }
}
