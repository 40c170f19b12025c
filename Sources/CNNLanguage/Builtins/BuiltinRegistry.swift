import CNNCore

/// Every built-in, in the order of the manual.
public enum BuiltinRegistry {
    /// The functions, which are called by their names. One whose first parameter is `x` is a method of tensors too.
    /// A layer of the same name goes with its function.
    public static let all: [Builtin] = {
        let layers = LayerBuiltins.all
        let names = Set(functions.map(\.name))
        return functions.map { function in
            layers.first { $0.name == function.name }.map { function.with(layerForm: $0) } ?? function
        } + layers.filter { !names.contains($0.name) }
    }()

    private static let functions: [Builtin] =
        MakeBuiltins.all + ElementwiseBuiltins.all + ReduceBuiltins.all + SortBuiltins.all + ShapeBuiltins.all
        + JoinBuiltins.all + LinearAlgebraBuiltins.all + ConvolutionBuiltins.all + PoolingBuiltins.all
        + NetworkBuiltins.all
        + LossBuiltins.all + LectureBuiltins.all + ShiftBuiltins.all + ConversionBuiltins.all + IterationBuiltins.all
        + LanguageBuiltins.all + CheckBuiltins.all + GradientCheckBuiltins.all + TrainingBuiltins.all + DataBuiltins.all
        + EvaluateBuiltins.all
        + LookBuiltins.all + ExplainBuiltins.all + AugmentBuiltins.all

    /// The methods of the language's own types, called as `text.upper()`: parameter 0 is the receiver.
    public static let methods: [(type: String, list: [Builtin])] = [
        ("str", StringMethods.all), ("list", ListMethods.all), ("dict", DictionaryMethods.all),
        ("model", ModelMethods.all), ("layer", LayerMethods.all), ("optimizer", OptimizerMethods.all),
        ("dataset", DatasetMethods.all),
    ]

    /// For look-up only: its order is no order.
    private static let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    public static func named(_ name: String) -> Builtin? { byName[name] }

    /// Names of values: the element types. `bool` is the conversion function, which stands for its type.
    public static let constantNames = DType.allCases.map(\.rawValue).filter { $0 != "bool" }

    public static func constant(_ name: String) -> Value? {
        guard constantNames.contains(name), let dtype = DType(rawValue: name) else { return nil }
        return .native(DTypeObject(dtype))
    }
}
