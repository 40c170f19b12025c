/// How the size of a layer's output comes about, in the layer's own numbers: `explain_shape` writes it out.
public struct OutputSizeSum: Sendable {
    public let input, output: Size2D
    public let window, stride, dilation: Size2D
    /// Zeros at the four sides.
    public let top, bottom, left, right: Int
    public let rounding: Rounding
}

extension Model {
    /// The sum behind a layer's output size; nil for a layer that moves no windows over a picture.
    /// - Throws: E0204 where there is no such layer; E0404 before the model is built.
    public func outputSizeSum(_ layerName: String) throws(CNNError) -> OutputSizeSum? {
        guard let node = try built().node(layerName) else { throw noLayer(layerName) }
        guard let fit = node.layer.windows(input: node.input), let output = fit.output else { return nil }
        let sides = fit.sides
        return OutputSizeSum(
            input: fit.input, output: output, window: fit.window, stride: fit.stride, dilation: fit.dilation,
            top: sides.top, bottom: sides.bottom, left: sides.left, right: sides.right,
            rounding: fit.padding == .same ? .floor : fit.rounding)
    }
}
