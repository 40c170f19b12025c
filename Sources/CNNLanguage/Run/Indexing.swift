import CNNCore

/// `x[…]`, read and written, for every type that has it.
enum Indexing {
    static func key(_ value: Value) throws -> DictionaryKey {
        switch value {
        case .string(let text):
            // The whole of it is hashed.
            try WorkMeter.shared.charge(4 * text.text.utf8.count)
            return .string(text.text)
        case .int(let number): return .int(number)
        case .float(let number): return .float(number)
        case .float32(let number): return .float32(number)
        case .bool(let flag): return .bool(flag)
        case .none: return .none
        default:
            throw CNNError(.typeMismatch, "a dict's key is a str, a number, a bool or None, not \(value.describedType)")
        }
    }

    /// A position in something of `count` elements; negative ones count from the end.
    static func position(_ index: Int, _ count: Int, _ what: String) throws -> Int {
        let position = index < 0 ? index + count : index
        guard position >= 0, position < count else {
            throw CNNError(
                .indexOutOfRange,
                "index \(index) is out of range: the \(what) has \(count) element\(count == 1 ? "" : "s")",
                notes: placeNotes(index, count, what))
        }
        return position
    }

    private static func placeNotes(_ index: Int, _ count: Int, _ what: String) -> [String] {
        let isBehind = what == "list" && index == count
        guard count > 0 else {
            return isBehind ? ["an empty list has no elements to replace: append adds one, zeros(n) has n of them"] : []
        }
        return ["indices run from 0 to \(count - 1), or from -\(count) to -1 counted from the end"]
            + (isBehind ? ["append adds one more"] : [])
    }

    enum Item {
        case value(Value)
        case slice(Int?, Int?, Int?)
        case ellipsis
    }

    static func read(_ container: Value, _ items: [Item], in interpreter: Interpreter) throws -> Value {
        switch container {
        case .tensor(let object): return Value(try object.tensor.subscripted(items.map { try tensorIndex($0) }))
        case .list(let list):
            switch try single(
                items, "list", nested: list.elements.contains { if case .list = $0 { true } else { false } })
            {
            case .value(let index):
                return list.elements[try position(integer(index, "a list"), list.elements.count, "list")]
            case .slice(let start, let stop, let step):
                let positions = try SlicePositions(start, stop, step, of: list.elements.count)
                return .array(
                    try ListObject.elements(positions.count) { index in
                        return list.elements[positions[index]]
                    })
            case .ellipsis: throw CNNError(.typeMismatch, "'...' belongs into the index of a tensor")
            }
        case .string(let text):
            switch try single(items, "str") {
            case .value(let index):
                return .string(text.element(try position(integer(index, "a str"), text.count, "str")))
            case .slice(let start, let stop, let step):
                return .text(try text.part(try SlicePositions(start, stop, step, of: text.count)))
            case .ellipsis: throw CNNError(.typeMismatch, "'...' belongs into the index of a tensor")
            }
        case .range(let range):
            guard case .value(let index) = try single(items, "range") else {
                throw CNNError(.typeMismatch, "a range has no slices", notes: ["write list elements: [i for i in r]"])
            }
            return .int(range.element(try position(integer(index, "a range"), range.count, "range")))
        case .dictionary(let dictionary):
            guard case .value(let keyValue) = try single(items, "dict") else {
                throw CNNError(.typeMismatch, "a dict has no slices")
            }
            let key = try self.key(keyValue)
            guard let value = dictionary[key] else { throw missing(keyValue, dictionary, interpreter) }
            return value
        case .native(let object):
            if items.count == 1, case .slice(let start, let stop, let step) = items[0],
                let value = try object.sliced(start, stop, step, in: interpreter)
            {
                return value
            }
            let values = try items.map { item -> Value in
                guard case .value(let value) = item else {
                    throw CNNError(.typeMismatch, "a \(object.typeName) has no slices")
                }
                return value
            }
            if let value = try object.subscripted(values, in: interpreter) { return value }
            throw noElements(object, values)
        default:
            if container.number != nil {
                throw CNNError(.typeMismatch, "a number has no elements")
            }
            if case .none = container {
                throw CNNError(
                    .typeMismatch, "None has no elements",
                    notes: [ErrorSite.missingReturn + ", and a method that changes its list, such as sort"])
            }
            throw CNNError(.typeMismatch, "a \(container.typeName) has no elements")
        }
    }

    static func missing(_ key: Value, _ dictionary: DictionaryObject, _ interpreter: Interpreter) -> CNNError {
        let keys = dictionary.entries.prefix(8).map { ValueDisplay.repr($0.key.value, in: interpreter) }
        return CNNError(
            .keyMissing, "the dict has no key \(ValueDisplay.repr(key, in: interpreter))",
            notes: keys.isEmpty
                ? ["it is empty"] : ["its keys: \(keys.joined(separator: ", "))\(dictionary.count > 8 ? ", ..." : "")"])
    }

    /// `h["loss"]` of what has fields: Keras keeps a history in a dict.
    private static func noElements(_ object: NativeObject, _ index: [Value]) -> CNNError {
        var notes: [String] = []
        if index.count == 1, case .string(let text)? = index.first {
            let names = object.memberNames
            notes = names.contains(text.text) ? ["write x.\(text.text)"] : Members.notes(text.text, among: names)
        }
        if object is ModelObject, index.count == 1, index[0].wholeNumber != nil {
            notes = ["its layers have names, as net.conv1, and stand in x.layers"]
        }
        return CNNError(.typeMismatch, "a \(object.typeName) has no elements", notes: notes)
    }

    private static func single(_ items: [Item], _ what: String, nested: @autoclosure () -> Bool = false) throws -> Item
    {
        guard items.count == 1 else {
            throw CNNError(
                .typeMismatch, "a \(what) takes one index, not \(items.count)",
                notes: what != "list"
                    ? [] : nested() ? ["write x[i][j]"] : ["write [x[i], x[j]] for two of its elements"])
        }
        return items[0]
    }

    static func integer(_ value: Value, _ what: String) throws(CNNError) -> Int {
        if case .int(let number) = value { return number }
        if case .tensor(let object) = value, object.rank == 0, !object.dtype.isFloating {
            return object.tensor.integerElement(0)
        }
        var hint = value.number != nil ? ["write int(...), or divide with //"] : []
        if case .list = value, what == "a list" { hint = ["for several of its elements write [x[i] for i in ...]"] }
        throw CNNError(.typeMismatch, "the index of \(what) is an int, not \(value.describedType)", notes: hint)
    }

    static func tensorIndex(_ item: Item) throws -> TensorIndex {
        switch item {
        case .slice(let start, let stop, let step): return .slice(start, stop, step)
        case .ellipsis: return .ellipsis
        case .value(let value):
            switch value {
            case .int(let number): return .at(number)
            case .none: return .newAxis
            case .tensor(let object):
                if object.rank == 0, !object.dtype.isFloating { return .at(object.tensor.integerElement(0)) }
                return .tensor(object.tensor)
            case .list(let list):
                if !list.elements.isEmpty, list.elements.allSatisfy({ $0.truth != nil }) {
                    return .tensor(try TensorLiteral.make(value, .bool))
                }
                return try positions(list.elements.count) { (place) throws(CNNError) in
                    try integer(list.elements[place], "a tensor")
                }
            case .range(let range):
                try WorkMeter.shared.charge(range.count)
                return try positions(range.count) { range.element($0) }
            default: return .at(try integer(value, "a tensor"))
            }
        }
    }

    /// - Throws: E0601 where so many are more than memory holds, E0605, and what `position` throws.
    private static func positions(
        _ count: Int, _ position: (Int) throws(CNNError) -> Int
    ) throws(CNNError) -> TensorIndex {
        let numbers = try LongElements.make(count, position)
        return .tensor(try Tensor(integers: numbers, Shape([count]), isStoppable: true))
    }

    // MARK: - Writing

    /// No constant here may name the list, dict or tensor in `container`: it would count as a reference, and the whole of
    /// it would be copied for every element.
    static func write(_ container: inout Value, _ items: [Item], _ value: Value, in interpreter: Interpreter) throws {
        switch WriteTarget(container) {
        case .list(let count):
            switch try single(items, "list", nested: true) {
            case .value(let index):
                let place = try position(integer(index, "a list"), count, "list")
                try unique(&container).elements[place] = value
            case .slice(let start, let stop, let step):
                try assign(&container, try SlicePositions(start, stop, step, of: count), value, in: interpreter)
            case .ellipsis: throw CNNError(.typeMismatch, "'...' belongs into the index of a tensor")
            }
        case .dictionary:
            guard case .value(let keyValue) = try single(items, "dict") else {
                throw CNNError(.typeMismatch, "a dict has no slices")
            }
            let key = try self.key(keyValue)
            try uniqueDictionary(&container).insert(value, for: key)
        case .tensor(let dtype, let isTraced):
            let indices = try items.map { try tensorIndex($0) }
            let tensor = try self.tensor(of: value, like: dtype)
            if isTraced || tensor.trace?.tape.isOpen == true, case .tensor(let object) = container {
                // On a tape nothing changes in place: what comes after sees a new tensor.
                container = .tensor(TensorObject(try object.tensor.assigning(indices, tensor)))
                return
            }
            try uniqueTensor(&container).assign(indices, tensor)
        case .string: throw CNNError(.typeMismatch, "a str cannot be changed", notes: ["build a new one with +"])
        case .other(let type): throw CNNError(.typeMismatch, "elements of a \(type) cannot be assigned")
        }
    }

    /// What a write has to know about its container, without a reference to it.
    private enum WriteTarget {
        case list(count: Int)
        case dictionary
        case tensor(DType, isTraced: Bool)
        case string
        case other(type: String)

        @inline(never)
        init(_ container: Value) {
            switch container {
            case .list(let list): self = .list(count: list.elements.count)
            case .dictionary: self = .dictionary
            case .tensor(let object): self = .tensor(object.dtype, isTraced: object.isTraced)
            case .string: self = .string
            default: self = .other(type: container.typeName)
            }
        }
    }

    private static func tensor(of value: Value, like dtype: DType) throws -> Tensor {
        switch value {
        case .tensor(let object): return object.tensor
        case .bool(let flag): return try Tensor.scalar(flag ? 1 : 0, dtype)
        case .int(let number):
            // An int64 keeps all its digits; a double would not.
            return dtype == .int64
                ? try Tensor(integers: [number], Shape.scalar) : try Tensor.scalar(Double(number), dtype)
        case .list, .range: return try TensorLiteral.make(value, dtype)
        default:
            guard let number = value.number else {
                throw CNNError(.typeMismatch, "\(value.describedType) cannot be put into a tensor")
            }
            return try Tensor.scalar(number, dtype)
        }
    }

    // Copy on write: the value in `container` is replaced by a copy of its own unless nobody else holds it.

    /// - Throws: E0601 where there is no memory for a copy, E0605.
    static func unique(_ container: inout Value) throws(CNNError) -> ListObject {
        guard case .list(var list) = container else { return ListObject([]) }
        container = .none
        // What no other name holds any more must not be lost with an error.
        defer { container = .list(list) }
        if !isKnownUniquelyReferenced(&list) { list = try list.copied() }
        return list
    }

    /// - Throws: E0601 where there is no memory for a copy.
    static func uniqueDictionary(_ container: inout Value) throws(CNNError) -> DictionaryObject {
        guard case .dictionary(var dictionary) = container else { return DictionaryObject() }
        container = .none
        if !isKnownUniquelyReferenced(&dictionary) {
            // What no other name holds any more must not be lost with the error.
            defer { container = .dictionary(dictionary) }
            dictionary = try dictionary.copied()
            return dictionary
        }
        container = .dictionary(dictionary)
        return dictionary
    }

    private static func uniqueTensor(_ container: inout Value) throws -> TensorObject {
        guard case .tensor(var object) = container else { throw CNNError(.typeMismatch, "this is no tensor") }
        container = .none
        if !isKnownUniquelyReferenced(&object) { object = TensorObject(object.tensor) }
        container = .tensor(object)
        return object
    }
}
