@testable import CNNCore

/// A model for tests: 8x8 pixels, one convolution, ten classes.
enum SmallModel {
    static func layer(_ kind: String, _ arguments: [(name: String?, value: LayerArgument)] = []) -> LayerSpec {
        LayerSpec(kind: kind, name: nil, arguments: arguments, children: [], origin: nil, line: nil)
    }

    static func sizes(_ numbers: Int...) -> LayerArgument { .list(numbers.map(LayerArgument.int)) }

    /// input 8x8x1; conv 4, 3x3; relu; flatten; dense 10; softmax
    static func make(seed: UInt64 = 0, extra: [LayerSpec] = []) throws(CNNError) -> Model {
        let layers = [
            layer("input", [(nil, sizes(8, 8, 1))]), layer("conv", [(nil, .int(4)), (nil, sizes(3, 3))]), layer("relu"),
            layer("flatten"),
        ]
        return try Model(
            name: "Small", layers: layers + extra + [layer("dense", [(nil, .int(10))]), layer("softmax")], seed: seed)
    }

    static func digits(_ count: Int) throws(CNNError) -> Dataset {
        try DatasetCatalog.load("digits", folders: []).train.take(count)
    }

    /// All parameters in a row.
    static func numbers(_ model: Model) -> [Double] { model.parameters.flatMap { $0.value.doubles() } }
}
