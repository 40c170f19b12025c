import CNNCore

/// What stands behind a point: fields and methods of every type.
public enum Members {
    /// Methods that change their receiver.
    static let mutatingMethodNames: [String] = BuiltinRegistry.methods.flatMap(\.list).filter(\.isMutating).map(\.name)

    private static let strings = table(StringMethods.all)
    private static let lists = table(ListMethods.all)
    private static let dictionaries = table(DictionaryMethods.all)
    /// Built-ins whose first parameter is called x: methods of tensors, and of numbers, which rank-0 tensors are.
    private static let tensors = table(tensorMethods)
    static let tensorMethods = BuiltinRegistry.all.filter(isMethodOfTensors)

    static func isMethodOfTensors(_ builtin: Builtin) -> Bool { builtin.parameters.first?.name == "x" }

    private static func table(_ list: [Builtin]) -> [String: Builtin] {
        Dictionary(list.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    static func method(_ value: Value, _ name: String) -> Builtin? {
        switch value {
        case .string: strings[name]
        case .list: lists[name]
        case .dictionary: dictionaries[name]
        case .tensor, .int, .float, .float32, .bool: tensors[name]
        case .native(let object): object.methods.first { $0.name == name }
        case .none, .range, .function, .builtin: nil
        }
    }

    /// A field's value, or a method bound to its receiver; nil where there is neither.
    static func get(_ value: Value, _ name: String, in interpreter: Interpreter) throws -> Value? {
        switch value {
        case .tensor(let object):
            if let field = field(name, of: object.tensor.spec) { return field }
        case .int, .float, .float32, .bool:
            if let tensor = try value.asTensor(), let field = field(name, of: tensor.spec) { return field }
        case .native(let object):
            if let field = try object.member(name, in: interpreter) { return field }
        default: break
        }
        guard let method = method(value, name) else { return nil }
        guard !method.isMutating else {
            throw CNNError(
                .typeMismatch, "'\(name)' changes its \(value.typeName) and can only be called there",
                notes: ["write x.\(name)(...)"])
        }
        return .builtin(BuiltinObject(method, receiver: value))
    }

    static let tensorFields = ["shape", "size", "rank", "dtype"]

    private static func field(_ name: String, of spec: TensorSpec) -> Value? {
        switch name {
        case "shape": .array(spec.shape.dimensions.map { .int($0) })
        case "size": .int(spec.shape.count)
        case "rank": .int(spec.shape.rank)
        case "dtype": .native(DTypeObject(spec.dtype))
        default: nil
        }
    }

    /// For a member that is not there: the nearest that is, else what there is.
    static func notes(_ name: String, among names: [String]) -> [String] {
        if let nearest = EditDistance.nearest(name, among: names) { return ["did you mean .\(nearest)?"] }
        let longer = name.count < 3 ? [] : names.filter { $0.hasPrefix(name) }.prefix(3)
        if !longer.isEmpty { return ["did you mean \(longer.map { ".\($0)" }.joined(separator: " or "))?"] }
        guard !names.isEmpty else { return [] }
        return ["it has \(names.prefix(12).joined(separator: ", "))\(names.count > 12 ? ", ..." : "")"]
    }

    /// Fields, then methods, for completion and suggestions.
    public static func names(_ value: Value) -> [String] {
        switch value {
        case .string: StringMethods.all.map(\.name)
        case .list: ListMethods.all.map(\.name)
        case .dictionary: DictionaryMethods.all.map(\.name)
        case .tensor, .int, .float, .float32, .bool: tensorFields + tensorMethods.map(\.name)
        case .native(let object): object.memberNames + object.methods.map(\.name)
        case .none, .range, .function, .builtin: []
        }
    }
}
