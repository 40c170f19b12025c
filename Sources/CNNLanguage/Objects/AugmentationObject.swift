import CNNCore

/// A random change of training pictures, for `train ..., augment=[rotate(10)]`. Called with pictures, it changes them.
public final class AugmentationObject: NativeObject {
    let augmentation: Augmentation
    private let text: String

    /// - Parameter text: as it is written: `rotate(10)`.
    init(_ augmentation: Augmentation, text: String) {
        self.augmentation = augmentation
        self.text = text
    }

    public override var typeName: String { "augmentation" }
    public override var isReference: Bool { false }
    public override func display() -> String { text }

    public override func isEqual(to other: Value) -> Bool {
        guard case .native(let object) = other, let augmentation = object as? AugmentationObject else { return false }
        return augmentation.text == text
    }

    public override func call(_ arguments: [Value], names: [String?], in interpreter: Interpreter) throws -> Value? {
        guard arguments.count == 1, case .tensor(let object) = arguments[0] else {
            throw CNNError(.argumentMismatch, "\(text) changes one picture or a batch: give it a tensor")
        }
        return Value(try AugmentationObject.change(object.tensor, by: [augmentation], for: text, in: interpreter))
    }

    /// Any form of picture, changed at random; the numbers come from the stream of the next `rand` call.
    /// - Parameter name: of what is called, for its error.
    static func change(
        _ x: Tensor, by list: [Augmentation], for name: String, in interpreter: Interpreter
    ) throws(CNNError) -> Tensor {
        let form = try ImageForm(x, for: name)
        let batch = try form.batched(x.detached)
        let floating = batch.dtype.isFloating ? batch : try batch.converted(to: .float32)
        var stream = interpreter.random.next()
        let seed = UInt64(stream.nextInteger(below: 1 << 53))
        return try form.restored(
            try Augmentation.apply(list, to: floating, pictures: Array(0..<floating.shape[0]), epoch: 1, seed: seed))
    }

    /// An augmentation, a list of them, or a built-in that makes one without arguments (`flip_horizontal`).
    static func list(_ value: Value, in interpreter: Interpreter) throws -> [Augmentation] {
        switch value {
        case .none: return []
        case .list(let list):
            return try list.elements.enumerated().map {
                try augmentation($0.element, in: interpreter, place: $0.offset)
            }
        default: return [try augmentation(value, in: interpreter)]
        }
    }

    /// What stands for the numbers in an example.
    private static let examples = [
        "rotate": "10", "rescale": "0.1", "noise": "0.1", "brightness": "0.2", "crop_random": "2", "cutout": "4",
    ]

    /// - Parameter place: in a list.
    private static func augmentation(
        _ value: Value, in interpreter: Interpreter, place: Int? = nil
    ) throws -> Augmentation {
        switch value {
        case .builtin(let object) where object.builtin.group == .augment:
            let name = object.builtin.name
            let made = try? interpreter.call(value, [])
            if case .native(let native)? = made, let made = native as? AugmentationObject { return made.augmentation }
            throw CNNError(
                .argumentMismatch, "augment: \(name) needs a number: how much it may change",
                notes: ["write \(name)(\(examples[name] ?? "2"))"], argument: .named("augment"))
        case .native(let object):
            if let augmentation = (object as? AugmentationObject)?.augmentation { return augmentation }
        default: break
        }
        throw CNNError(
            .typeMismatch,
            place.map { "augment: element \($0) is \(value.describedType), not an augmentation" }
                ?? "augment takes a list of augmentations, not \(value.describedType)",
            notes: ["write augment=[shift(2), rotate(10)]"], argument: .named("augment"))
    }
}
