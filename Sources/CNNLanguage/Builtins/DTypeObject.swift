import CNNCore

/// An element type as a value: `float32`. Called, it converts: `float32(x)`.
public final class DTypeObject: NativeObject {
    public let dtype: DType

    public init(_ dtype: DType) { self.dtype = dtype }

    public override var typeName: String { "dtype" }
    public override var isReference: Bool { false }
    public override func display() -> String { dtype.rawValue }

    public override func isEqual(to other: Value) -> Bool { other.asDType == dtype }

    public override func call(_ arguments: [Value], names: [String?], in interpreter: Interpreter) throws -> Value? {
        guard arguments.count == 1, names.first.flatMap({ $0 }) == nil else {
            throw CNNError(.argumentMismatch, "\(dtype.rawValue) converts one value, not \(arguments.count)")
        }
        guard let tensor = try arguments[0].asTensor() else {
            throw CNNError(
                .typeMismatch, "\(dtype.rawValue) converts a tensor or a number, not \(arguments[0].describedType)",
                notes: ["write tensor(..., dtype=\(dtype.rawValue)) for a list"])
        }
        return Value(try tensor.converted(to: dtype))
    }
}
