import CNNKernels

/// The element types of a tensor.
public enum DType: String, CaseIterable, Sendable {
    case float32, float64, int64, uint8, bool

    /// Bytes of one element.
    public var size: Int {
        switch self {
        case .float32: 4
        case .float64, .int64: 8
        case .uint8, .bool: 1
        }
    }

    public var isFloating: Bool { self == .float32 || self == .float64 }

    var kernelType: cnn_dtype {
        switch self {
        case .float32: CNN_F32
        case .float64: CNN_F64
        case .int64: CNN_I64
        case .uint8: CNN_U8
        case .bool: CNN_BOOL
        }
    }
}
