import CNNCore

/// What a variable can hold. Numbers and bools carry no reference.
///
/// `float32` is an element of a float32 tensor read as a number: arithmetic with it gives float32 again, as a
/// rank-0 tensor would, without an allocation. A tensor of rank 0 that no tape watches is always one of the numbers.
public enum Value {
    case none
    case bool(Bool)
    case int(Int)
    case float(Double)
    case float32(Float)
    case string(StringObject)
    case list(ListObject)
    case dictionary(DictionaryObject)
    case tensor(TensorObject)
    case range(RangeObject)
    case function(FunctionObject)
    case builtin(BuiltinObject)
    case native(NativeObject)
}

/// The base of everything that lives on the heap.
open class HeapObject {
    public init() {}

    /// Tells `ValueMemory` of so many bytes more, or fewer, that this object takes.
    final func noteMemory(_ bytes: Int) { ValueMemory.liveBytes += bytes }

    /// Hands over the values that this object holds, when it is about to go.
    func takeParts() -> [Value] { [] }
}

/// `range(start, stop, step)`, not written out.
public final class RangeObject: HeapObject {
    public let start: Int
    public let stop: Int
    public let step: Int
    public let count: Int

    /// `step` is not 0.
    public init(start: Int, stop: Int, step: Int) {
        self.start = start
        self.stop = stop
        self.step = step
        self.count = RangeObject.count(from: start, to: stop, by: step)
        super.init()
        noteMemory(RangeObject.ownBytes)
    }

    deinit { noteMemory(-RangeObject.ownBytes) }

    private static let ownBytes = 80

    /// How many numbers there are, at most `Int.max`; `step` is not 0.
    static func count(from start: Int, to stop: Int, by step: Int) -> Int {
        // An inner loop begins millions of times, nearly always upward and in plain words.
        let (plain, overflow) = stop.subtractingReportingOverflow(start)
        if !overflow, step > 0 {
            guard plain > 0 else { return 0 }
            return step == 1 ? plain : (plain - 1) / step + 1
        }
        // In words of 128 bits the difference cannot overflow.
        let distance = Int128(stop) - Int128(start)
        let wide =
            step > 0 ? (distance + Int128(step) - 1) / Int128(step) : (-distance - Int128(step) - 1) / -Int128(step)
        return (step > 0) == (distance > 0) && distance != 0 ? Int(clamping: wide) : 0
    }

    public func element(_ index: Int) -> Int { start &+ index &* step }
}

public final class BuiltinObject: HeapObject {
    public let builtin: Builtin
    /// The receiver of a method that was taken without being called (`f = x.sum`).
    public let receiver: Value?
    public init(_ builtin: Builtin, receiver: Value? = nil) {
        self.builtin = builtin
        self.receiver = receiver
        super.init()
        noteMemory(BuiltinObject.ownBytes)
    }

    deinit { noteMemory(-BuiltinObject.ownBytes) }

    private static let ownBytes = 80
}

/// A value of the core that the language shows by reference: model, layer, optimizer, dataset, history, record, module.
/// Subclasses stand in `Objects/`.
open class NativeObject: HeapObject {
    /// Of one that describes a layer, an optimizer or the like; its tensors are counted by themselves.
    private static let ownBytes = 384

    public override init() {
        super.init()
        noteMemory(NativeObject.ownBytes)
    }

    deinit { noteMemory(-NativeObject.ownBytes) }

    /// As `type(x)` prints it.
    open var typeName: String { "object" }
    /// Whether it has identity (model, optimizer, dataset, module); a record is copied on assignment.
    open var isReference: Bool { true }
    /// A copy of its own, for what has no identity: it is copied before it is changed where others hold it too.
    open func copied() -> NativeObject { self }
    /// Fields, for completion and for suggestions; sorted as they should be shown.
    open var memberNames: [String] { [] }
    /// Methods: built-ins whose argument 0 is this object.
    open var methods: [Builtin] { [] }
    /// A field's value; nil where there is none.
    open func member(_ name: String, in interpreter: Interpreter) throws -> Value? { nil }
    /// What is written instead of a member that is not there; nil where the object knows of nothing. A note says `net`.
    open func hints(for missing: String) -> [String]? { nil }
    /// Sets a field; false where there is none.
    open func setMember(_ name: String, _ value: Value, in interpreter: Interpreter) throws -> Bool { false }
    /// `x[…]`; nil where the type has no index.
    open func subscripted(_ items: [Value], in interpreter: Interpreter) throws -> Value? { nil }
    /// `x(…)`; nil where the type cannot be called. `names[i]` is the keyword of argument i.
    open func call(_ arguments: [Value], names: [String?], in interpreter: Interpreter) throws -> Value? { nil }
    /// The elements that a `for` runs over, by position; nil at the end. Not iterable: `isIterable` is false.
    open var isIterable: Bool { false }
    open func element(_ position: Int, in interpreter: Interpreter) throws -> Value? { nil }
    /// `x[start:stop:step]`; nil where the type has no slices.
    open func sliced(_ start: Int?, _ stop: Int?, _ step: Int?, in interpreter: Interpreter) throws -> Value? { nil }
    /// What `len` gives; nil where there is none.
    open var length: Int? { nil }
    /// The layers that this value stands for inside of a `model`; nil for what is no layer.
    open var layerSpecs: [LayerSpec]? { nil }
    /// What `==` gives. Whoever overrides it is asked on either side.
    open func isEqual(to other: Value) -> Bool {
        if case .native(let object) = other { return object === self }
        return false
    }
    /// As a statement shows it.
    open func display() -> String { "<\(typeName)>" }
    /// The same for a terminal that has fewer columns than lines have as a rule.
    open func display(columns: Int) -> String { FittedText.table(display(), columns: columns) }
    /// What a statement shows in place of `display`; none for what is text alone.
    open func figures() -> [Figure] { [] }
}

extension Value {
    public static func text(_ text: String) -> Value { .string(StringObject(text)) }
    public static func array(_ elements: [Value]) -> Value { .list(ListObject(elements)) }

    /// A tensor as the language shows it: rank 0 becomes a number unless a tape watches it.
    public init(_ tensor: Tensor) {
        guard tensor.rank == 0, tensor.trace == nil else {
            self = .tensor(TensorObject(tensor))
            return
        }
        switch tensor.dtype {
        case .float32: self = .float32(Float(tensor.element(0)))
        case .float64: self = .float(tensor.element(0))
        case .int64, .uint8: self = .int(tensor.integerElement(0))
        case .bool: self = .bool(tensor.integerElement(0) != 0)
        }
    }

    /// Whether it is more than its own bytes.
    var isObject: Bool {
        switch self {
        case .none, .bool, .int, .float, .float32: false
        default: true
        }
    }

    /// Whether it is freed by `Dismantling`, however few there are: what holds values, and what may take megabytes.
    var isFreedAlone: Bool {
        switch self {
        case .list, .dictionary, .function, .tensor: true
        default: false
        }
    }

    /// As `type(x)` and errors name it.
    public var typeName: String {
        switch self {
        case .none: "None"
        case .bool: "bool"
        case .int: "int"
        case .float, .float32: "float"
        case .string: "str"
        case .list: "list"
        case .dictionary: "dict"
        case .tensor: "tensor"
        case .range: "range"
        case .function, .builtin: "function"
        case .native(let object): object.typeName
        }
    }

    /// The number as a double; nil for what is no number (bools are none).
    public var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .float(let value): value
        case .float32(let value): Double(value)
        case .tensor(let object) where object.tensor.count == 1 && object.tensor.rank == 0: object.tensor.element(0)
        default: nil
        }
    }
}
