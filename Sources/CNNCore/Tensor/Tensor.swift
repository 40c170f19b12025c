/// An array of numbers of one type in row-major order, copied on write.
///
/// A picture is `[H, W, C]`, a batch `[N, H, W, C]`, filters `[FH, FW, C, K]`, a dense weight `[in, out]`.
public struct Tensor {
    public let shape: Shape
    public let dtype: DType
    private(set) var storage: TensorStorage
    /// The place in a tape that this tensor's gradient flows to; nil for a constant.
    public var trace: Trace?
    /// What a model's softmax was computed from, for `cross_entropy`; nil for every other tensor.
    var logitsSource: LogitsSource?

    /// A tensor with arbitrary elements: the caller writes all of them.
    public init(uninitialized shape: Shape, _ dtype: DType) throws(CNNError) {
        self.shape = shape
        self.dtype = dtype
        self.storage = try TensorStorage(byteCount: shape.count * dtype.size, allocator: .shared)
    }

    init(_ spec: TensorSpec, storage: TensorStorage) {
        shape = spec.shape
        dtype = spec.dtype
        self.storage = storage
    }

    /// Shape and dtype without elements: none may be read.
    init(withoutElementsOf other: Tensor) {
        shape = other.shape
        dtype = other.dtype
        storage = .none
    }

    /// The same elements under another shape of equal count. Shares the storage.
    init(sharing other: Tensor, shape: Shape) {
        precondition(shape.count == other.shape.count)
        self.shape = shape
        self.dtype = other.dtype
        self.storage = other.storage
    }

    public var count: Int { shape.count }
    public var rank: Int { shape.rank }
    public var spec: TensorSpec { TensorSpec(shape, dtype) }
    public var byteCount: Int { shape.count * dtype.size }

    /// The elements, to read. Valid while this tensor lives.
    public var bytes: UnsafeRawPointer {
        assert(storage !== TensorStorage.none, "an operation reads what its backwardNeeds does not name")
        return UnsafeRawPointer(storage.pointer)
    }

    /// The elements as `T`, which must be the type that `dtype` says.
    public func pointer<T>(_ type: T.Type = T.self) -> UnsafePointer<T> {
        bytes.assumingMemoryBound(to: T.self)
    }

    /// The elements, to write. Copies first where the storage is shared.
    public mutating func mutableBytes() throws(CNNError) -> UnsafeMutableRawPointer {
        assert(storage !== TensorStorage.none, "an operation writes to a tensor without elements")
        logitsSource = nil
        if !isKnownUniquelyReferenced(&storage) {
            let copy = try TensorStorage(byteCount: storage.byteCount, allocator: .shared)
            copy.pointer.copyMemory(from: storage.pointer, byteCount: shape.count * dtype.size)
            storage = copy
        }
        return storage.pointer
    }

    /// Copies the elements where others hold them too, so that `mutableBytes` need not.
    /// - Throws: E0601; E0605 after an interrupt, all is as it was then.
    public mutating func takeElements() throws(CNNError) {
        guard !isKnownUniquelyReferenced(&storage) else { return }
        let copy = try TensorStorage(byteCount: storage.byteCount, allocator: .shared)
        StridedCopy.copy(dtype, [count], from: storage.pointer, 0, AxisNumbers(1), to: copy.pointer, 0, AxisNumbers(1))
        try WorkMeter.checkInterrupt()
        storage = copy
    }

    /// Whether nobody else holds the elements.
    var ownsStorage: Bool {
        mutating get { isKnownUniquelyReferenced(&storage) }
    }

    public mutating func mutablePointer<T>(_ type: T.Type = T.self) throws(CNNError) -> UnsafeMutablePointer<T> {
        try mutableBytes().assumingMemoryBound(to: T.self)
    }

    /// The same value, cut off from the tape.
    public var detached: Tensor {
        var copy = self
        copy.trace = nil
        copy.logitsSource = logitsSource?.detached
        return copy
    }
}
