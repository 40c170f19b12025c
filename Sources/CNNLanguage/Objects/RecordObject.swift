import CNNCore

/// Named fields in an order of their own; copied on assignment.
public final class RecordObject: NativeObject {
    private var fields: [(name: String, value: Value)]

    public init(_ fields: [(name: String, value: Value)]) { self.fields = fields }

    public override var typeName: String { "record" }
    public override var isReference: Bool { false }
    public override var memberNames: [String] { fields.map(\.name) }
    public override func copied() -> NativeObject { RecordObject(fields) }

    var values: [Value] { fields.map(\.value) }

    public override func member(_ name: String, in interpreter: Interpreter) throws -> Value? {
        fields.first { $0.name == name }?.value
    }

    public override func setMember(_ name: String, _ value: Value, in interpreter: Interpreter) throws -> Bool {
        guard let index = fields.firstIndex(where: { $0.name == name }) else { return false }
        fields[index].value = value
        return true
    }

    public override func isEqual(to other: Value) -> Bool {
        guard case .native(let object) = other, let record = object as? RecordObject,
            record.fields.map(\.name) == fields.map(\.name)
        else { return false }
        return zip(fields, record.fields).allSatisfy { (try? Arithmetic.isEqual($0.value, $1.value)) ?? false }
    }

    /// `record(mean=[0.13], std=[0.31])`
    public override func display() -> String {
        "record(\(fields.map { "\($0.name)=\(ValueDisplay.inLine($0.value))" }.joined(separator: ", ")))"
    }
}
