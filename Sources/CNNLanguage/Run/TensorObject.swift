import CNNCore

/// A tensor on the heap, with what an element read needs laid out flat.
public final class TensorObject: HeapObject {
    private var content: Tensor
    /// Copies of the tensor's own numbers, so that the interpreter's loop follows no second pointer.
    private(set) var base: UnsafeMutableRawPointer
    /// Whether elements may be written through `base`: nobody else has seen the storage since it was made unique.
    private(set) var ownsStorage = false
    let rank: Int32
    let dtype: DType
    let isTraced: Bool
    /// Rank and dtype in one number, for the loop's element reads; 0 where a tape watches.
    let access: UInt32
    let size0: Int
    let size1: Int
    let size2: Int
    let size3: Int

    /// Of this object, its tensor's shape and the block that holds few elements, beside the elements themselves.
    static let ownBytes = 320

    public init(_ tensor: Tensor) {
        self.content = tensor
        self.base = UnsafeMutableRawPointer(mutating: tensor.bytes)
        self.rank = Int32(tensor.rank)
        self.dtype = tensor.dtype
        self.isTraced = tensor.trace != nil
        self.access = tensor.trace == nil ? TensorObject.access(rank: tensor.rank, tensor.dtype) : 0
        let sizes = tensor.shape.dimensions
        self.size0 = sizes.count > 0 ? sizes[0] : 1
        self.size1 = sizes.count > 1 ? sizes[1] : 1
        self.size2 = sizes.count > 2 ? sizes[2] : 1
        self.size3 = sizes.count > 3 ? sizes[3] : 1
        super.init()
        noteMemory(TensorObject.ownBytes)
    }

    deinit { noteMemory(-TensorObject.ownBytes) }

    /// - Throws: E0601 where so many small tensors more cannot be had.
    static func require(_ count: Int) throws(CNNError) {
        if count >= 1024 { try ValueMemory.require(count, each: ownBytes, for: "list") }
    }

    /// `access` of what is read most.
    static let float32Vector: UInt32 = 2 << 4 | 1
    static let float32Matrix: UInt32 = 3 << 4 | 1

    @inline(__always)
    static func access(rank: Int, _ dtype: DType) -> UInt32 {
        let number: UInt32 =
            switch dtype {
            case .float32: 1
            case .float64: 2
            case .int64: 3
            case .uint8: 4
            case .bool: 5
            }
        return UInt32(rank + 1) << 4 | number
    }

    /// The tensor; from now on its storage may be shared.
    public var tensor: Tensor {
        ownsStorage = false
        return content
    }

    /// Makes the storage this object's own, so that single elements can be written through `base`.
    func makeStorageUnique() throws(CNNError) {
        try content.takeElements()
        base = try content.mutableBytes()
        ownsStorage = true
    }

    /// Assigns through an index; the shape stays. Nobody else refers to this object.
    func assign(_ items: [TensorIndex], _ value: Tensor) throws(CNNError) {
        try content.assign(items, value)
        try makeStorageUnique()
    }
}
