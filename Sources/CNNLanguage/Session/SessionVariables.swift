import CNNCore

/// A variable as a session lists it.
public struct VariableSummary {
    public let name: String
    /// `tensor float32`, `model`, `function`
    public let kind: String
    /// The shape of a tensor, `28x28x1 -> 10` of a model, a function's parameters, the value of a number.
    public let detail: String
    /// The memory that its numbers and texts take.
    public let bytes: Int
}

extension Interpreter {
    /// The session's variables, in the order of their first mention.
    public var variables: [VariableSummary] {
        module.definedNames.compactMap { name in
            module[name].map { value in
                VariableSummary(
                    name: name, kind: VariableSummary.kind(of: value),
                    detail: VariableSummary.detail(of: value, in: self),
                    bytes: ValueSize.bytes(value))
            }
        }
    }
}

extension VariableSummary {
    fileprivate static func kind(of value: Value) -> String {
        switch value {
        case .tensor(let object): "tensor \(object.dtype.rawValue)"
        default: value.typeName
        }
    }

    fileprivate static func detail(of value: Value, in interpreter: Interpreter) -> String {
        switch value {
        case .tensor(let object): return object.tensor.shape.description
        case .list(let list): return list.elements.count.counting("element")
        case .dictionary(let dictionary): return dictionary.count == 1 ? "1 entry" : "\(dictionary.count) entries"
        case .string(let object): return object.text.unicodeScalars.count.counting("character")
        case .function(let function): return function.signature
        case .native(let object): return detail(of: object, in: interpreter)
        default: return interpreter.brief(value)
        }
    }

    private static func detail(of object: NativeObject, in interpreter: Interpreter) -> String {
        switch object {
        case let object as ModelObject:
            guard let input = object.model.inputShape, let output = object.model.outputShape else {
                return "no shapes until its first call"
            }
            return "\(input) -> \(output)"
        case let object as ModelDefinitionObject: return object.function.signature
        case let object as DatasetObject: return DatasetObject.size(object.dataset)
        case let object as DatasetPairObject: return "train \(object.pair.train.count), test \(object.pair.test.count)"
        case let object as HistoryObject: return object.history.epochs.count.counting("epoch")
        case let object as ModuleObject: return object.memberNames.count.counting("name")
        default: return interpreter.brief(.native(object))
        }
    }

}

/// The memory that values take: elements of tensors, parameters of models, characters.
public enum ValueSize {
    /// Of long lists, so many elements are looked at and the rest taken to be like them.
    private static let sample = 1_000

    public static func bytes(_ value: Value) -> Int { bytes(value, depth: 0) }

    private static func bytes(_ value: Value, depth: Int) -> Int {
        guard depth < 20 else { return 0 }
        switch value {
        case .none, .builtin, .function: return 0
        case .bool: return 1
        case .int, .float: return 8
        case .float32: return 4
        case .range: return 24
        case .string(let object): return object.text.utf8.count
        case .tensor(let object): return object.tensor.byteCount
        case .list(let list): return sum(list.elements, depth)
        case .dictionary(let dictionary):
            return sum(dictionary.entries.map(\.value), depth) + sum(dictionary.entries.map(\.key.value), depth)
        case .native(let object): return bytes(object, depth)
        }
    }

    private static func sum(_ values: [Value], _ depth: Int) -> Int {
        let seen = values.prefix(sample).reduce(0) { $0 &+ bytes($1, depth: depth + 1) }
        guard values.count > sample else { return seen }
        return seen.multipliedReportingOverflow(by: values.count / sample).partialValue
    }

    private static func bytes(_ object: NativeObject, _ depth: Int) -> Int {
        switch object {
        case let object as ModelObject:
            return (object.model.parameters + object.model.buffers).reduce(0) { $0 + $1.value.byteCount }
        case let object as DatasetObject: return object.dataset.byteCount
        case let object as DatasetPairObject: return object.pair.train.byteCount + object.pair.test.byteCount
        case let object as OptimizerObject: return object.optimizer.state.joined().reduce(0) { $0 + $1.byteCount }
        case let object as RecordObject: return sum(object.values, depth)
        default: return 0
        }
    }
}
