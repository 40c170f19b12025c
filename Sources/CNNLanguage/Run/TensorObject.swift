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
    let size0: Int
    let size1: Int
    let size2: Int
    let size3: Int

    public init(_ tensor: Tensor) {
        self.content = tensor
        self.base = UnsafeMutableRawPointer(mutating: tensor.bytes)
        self.rank = Int32(tensor.rank)
        self.dtype = tensor.dtype
        self.isTraced = tensor.trace != nil
        let sizes = tensor.shape.dimensions
        self.size0 = sizes.count > 0 ? sizes[0] : 1
        self.size1 = sizes.count > 1 ? sizes[1] : 1
        self.size2 = sizes.count > 2 ? sizes[2] : 1
        self.size3 = sizes.count > 3 ? sizes[3] : 1
    }

    /// The tensor; from now on its storage may be shared.
    public var tensor: Tensor {
        ownsStorage = false
        return content
    }

    /// Makes the storage this object's own, so that single elements can be written through `base`.
    func makeStorageUnique() throws(CNNError) {
        base = try content.mutableBytes()
        ownsStorage = true
    }

    /// Assigns through an index; the shape stays. Nobody else refers to this object.
    func assign(_ items: [TensorIndex], _ value: Tensor) throws(CNNError) {
        try content.assign(items, value)
        try makeStorageUnique()
    }
}
