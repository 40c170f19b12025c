extension Convolution {
    /// The error for these inputs where a built-in of another name computes a convolution: it says that name, and offers
    /// no argument that is conv2d's alone. nil where nothing is wrong.
    public func error(_ inputs: [Tensor], as name: String) -> CNNError? {
        do {
            _ = try outputSpec(try floats(inputs).map(\.spec), for: ErrorSubject.call(name).withoutRounding)
            return nil
        } catch { return error }
    }
}
