import CNNCore

/// Over lists and whatever else a `for` runs over.
enum IterationBuiltins {
    static let all: [Builtin] = [len, range, enumerate, zip, map, filter, sorted, reversed]

    private static let len = Builtin(
        "len", ["value"], .language, "how many elements there are: of a tensor along its first axis",
        example: ("len([1, 2, 3])\nlen(\"abc\")\nlen(zeros(4x2))", "3\n3\n4\n"),
        shortcut: { value, second in
            switch (value, second) {
            case (.list(let list), nil): Slot(int: list.elements.count)
            case (.string(let object), nil): Slot(int: object.count)
            case (.tensor(let object), nil) where object.rank > 0: Slot(int: object.size0)
            default: nil
            }
        }
    ) { call in
        let value = try call.required(0)
        guard let count = value.elementCount else {
            if case .native(let object) = value, let pair = (object as? DatasetPairObject)?.pair {
                throw CNNError(
                    .typeMismatch, "len: \(pair.name) has two parts, and each has its own length",
                    notes: ["write len(value.train) or len(value.test)"], argument: .named("value"))
            }
            throw call.wrongType(0, "a list, a str, a dict, a tensor or one part of a data set", value)
        }
        return .int(count)
    }

    private static let range = Builtin(
        "range", ["start", "stop=None", "step=1"], .language, "the ints from start (or 0) up to stop (excluded)",
        example: ("list(range(3))\nlist(range(5, 0, -2))", "[0, 1, 2]\n[5, 3, 1]\n")
    ) { call in
        let first = try call.int(0)
        let stop = try call.optionalInt(1)
        let step = try call.int(2, default: 1)
        guard step != 0 else { throw call.wrongValue(2, "cannot be 0") }
        return .range(RangeObject(start: stop == nil ? 0 : first, stop: stop ?? first, step: step))
    }

    private static let enumerate = Builtin(
        "enumerate", ["value", "start=0"], .language, "pairs of number and element",
        example: ("for i, x in enumerate([\"a\", \"b\"]) { print(i, x) }", "0 a\n1 b\n")
    ) { call in
        let start = try call.int(1, default: 0)
        let elements = try call.elements(0)
        return .array(
            try ListObject.elements(elements.count) { index in
                let (number, overflow) = start.addingReportingOverflow(index)
                guard !overflow else {
                    throw CNNError(.integerOverflow, "enumerate: the numbers do not fit into ints of 64 bits")
                }
                return .array([.int(number), elements[index]])
            })
    }

    private static let zip = Builtin(
        "zip", ["*values"], .language, "lists of the first elements, the second, ..., up to the shortest's end",
        example: ("zip([1, 2, 3], [\"a\", \"b\"])", "[[1, 'a'], [2, 'b']]\n")
    ) { call in
        let columns = try columns(call, call.variadic)
        let count = columns.map(\.count).min() ?? 0
        return .array(
            try ListObject.elements(count) { row in .array(columns.map { $0[row] }) })
    }

    /// Units of work for an element of a list that is made of several.
    private static let rowWork = 150

    /// A range without an end of sense takes no more than the shortest of the others needs.
    private static func columns(_ call: Call, _ values: [Value]) throws -> [[Value]] {
        let limit = values.compactMap(\.elementCount).min() ?? Int.max
        return try values.map { value in
            if let count = value.elementCount { try WorkMeter.shared.charge(min(count, limit), each: rowWork) }
            return try call.interpreter.iterate(value, limit: limit)
        }
    }

    private static let map = Builtin(
        "map", ["f", "values", "*others"], .language, "the list of f(x) for each element",
        example: ("map(x -> x ** 2, [1, 2, 3])", "[1, 4, 9]\n")
    ) { call in
        let f = try call.function(0)
        guard !call.variadic.isEmpty else {
            let elements = try call.elements(1)
            return .array(try ListObject.elements(elements.count) { try call.interpreter.call(f, [elements[$0]]) })
        }
        let columns = try columns(call, [try call.required(1)] + call.variadic)
        let count = columns.map(\.count).min() ?? 0
        return .array(
            try ListObject.elements(count) { row in try call.interpreter.call(f, columns.map { $0[row] }) })
    }

    private static let filter = Builtin(
        "filter", ["f", "values"], .language, "the list of the elements for which f(x) is True",
        example: ("filter(x -> x > 1, [1, 2, 3])", "[2, 3]\n")
    ) { call in
        let f = try call.function(0)
        let kept = ListObject([])
        for element in try call.elements(1) {
            let result = try call.interpreter.call(f, [element])
            guard let flag = result.truth else {
                throw CNNError(
                    .conditionNotBool, "filter: the function must give True or False, not \(result.describedType)",
                    notes: ["write a comparison, as x -> x > 0"])
            }
            if flag { try kept.append(element) }
        }
        return .array(kept.takeParts())
    }

    private static let sorted = Builtin(
        "sorted", ["values", "key=None", "reverse=False"], .language,
        "a list in order, equal elements as they stood; with a key, ordered by key(x)",
        example: ("sorted([3, 1, 2])\nsorted([\"bb\", \"a\"], key=len, reverse=True)", "[1, 2, 3]\n['bb', 'a']\n")
    ) { call in
        .array(try order(call, try call.elements(0), key: 1, reverse: 2))
    }

    /// Orders by the key function in argument `key` and the flag in argument `reverse`.
    static func order(_ call: Call, _ values: [Value], key: Int, reverse: Int) throws -> [Value] {
        let isDescending = try call.bool(reverse, default: false)
        guard call.given(key) != nil else {
            return try ValueOrder.sorted(values, by: values, isDescending: isDescending)
        }
        let f = try call.function(key)
        return try ValueOrder.sorted(
            values, by: try values.map { try call.interpreter.call(f, [$0]) }, isDescending: isDescending)
    }

    private static let reversed = Builtin(
        "reversed", ["values"], .language, "a list of the elements from the last to the first",
        example: ("reversed([1, 2, 3])", "[3, 2, 1]\n")
    ) { call in
        let elements = try call.elements(0)
        return .array(
            try ListObject.elements(elements.count) { index in
                return elements[elements.count - 1 - index]
            })
    }
}

/// A stable order of values by keys.
enum ValueOrder {
    static func sorted(_ values: [Value], by keys: [Value], isDescending: Bool) throws -> [Value] {
        let rounds = Int.bitWidth - values.count.leadingZeroBitCount
        // Units of work for a comparison: of two floats, or more.
        try WorkMeter.shared.charge(values.count * rounds, each: 20)
        var order = Array(values.indices)
        // Merges runs of 1, 2, 4, … elements: equal ones keep their places, whatever the comparison says.
        var width = 1, comparisons = 0
        while width < order.count {
            var merged: [Int] = []
            merged.reserveCapacity(order.count)
            for start in stride(from: 0, to: order.count, by: 2 * width) {
                let middle = min(start + width, order.count)
                let end = min(start + 2 * width, order.count)
                var (left, right) = (start, middle)
                while left < middle, right < end {
                    comparisons += 1
                    try WorkMeter.checkInterrupt(at: comparisons)
                    if try precedes(keys[order[right]], keys[order[left]], isDescending) {
                        merged.append(order[right])
                        right += 1
                    } else {
                        merged.append(order[left])
                        left += 1
                    }
                }
                merged += order[left..<middle] + order[right..<end]
            }
            order = merged
            width *= 2
        }
        return order.map { values[$0] }
    }

    private static func precedes(_ x: Value, _ y: Value, _ isDescending: Bool) throws -> Bool {
        switch (x, y) {
        case (.int(let a), .int(let b)): return isDescending ? a > b : a < b
        case (.float(let a), .float(let b)): return isDescending ? a > b : a < b
        default:
            guard case .bool(let flag) = try Arithmetic.compare(isDescending ? .greater : .less, x, y) else {
                throw CNNError(
                    .typeMismatch, "tensors have no order among each other", notes: ["give a key, as key=sum"])
            }
            return flag
        }
    }
}
