@testable import CNNCore

extension FixtureCase {
    /// The case in our layouts: pictures NHWC instead of NCHW, filters FFCK instead of OIHW.
    func inOurLayout(pictures: [String] = ["x"], filters: [String] = ["weight"]) throws -> FixtureCase {
        var turned = self
        for (names, axes) in [(pictures, [0, 2, 3, 1]), (filters, [2, 3, 1, 0])] {
            for name in names {
                turned.inputs[name] = try inputs[name]?.permuted(axes)
                turned.grads[name] = try grads[name]?.permuted(axes)
            }
        }
        turned.output = try output.permuted([0, 2, 3, 1])
        turned.cotangent = try cotangent.permuted([0, 2, 3, 1])
        return turned
    }

    /// x, weight and, where the case has one, bias.
    var weighted: [String] { inputs["bias"] == nil ? ["x", "weight"] : ["x", "weight", "bias"] }

    /// A setting of height and width, given as one number or two.
    func size(_ name: String) throws -> Size2D {
        if let number = attrs[name]?.int { return Size2D(number) }
        let numbers = try ints(name)
        return Size2D(numbers[0], numbers[1])
    }

    func padding(_ name: String = "padding") throws -> Padding {
        let size = try size(name)
        return .explicit(top: size.height, bottom: size.height, left: size.width, right: size.width)
    }
}
