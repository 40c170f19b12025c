/// What the names of Python, NumPy, PyTorch and Keras are called here. Each hint is one line of an error's notes.
public enum ForeignNames {
    /// For a name without a value: `np`, `append`, `true`; also with a prefix: `np.array`.
    public static func hint(for name: String) -> String? {
        if let direct = functionHint(name) ?? words[name] { return direct }
        let parts = name.split(separator: ".")
        if parts.count > 1, prefixes[String(parts[0])] != nil { return pathHint(name) }
        if let library = prefixes[name], arrayLibraries.contains(library) {
            return "\(library) has no prefix here: \(name).zeros(...) is zeros(...), \(name).array(...) is tensor(...)"
        }
        if let library = prefixes[name], !plainWords.contains(name) {
            return "\(library) has no prefix here: write the name behind its point alone"
        }
        // A small one is as likely a variable of the user's own.
        if let layer = layers[name], name.first?.isUppercase == true { return "write \(layer)" }
        return nil
    }

    private static func functionHint(_ name: String) -> String? {
        functions[name].map { "write \($0)" } ?? missingFunctions[name]
    }

    /// Whether it is a function of another library's.
    static func isFunction(_ name: String) -> Bool { functionHint(name) != nil }

    /// Whether programs of other libraries put a name before a point: `np`, `torch`.
    static func isPrefix(_ name: String) -> Bool { prefixes[name] != nil }

    /// For a name with its prefix: `np.random.randn`. A name that is not known here is told to be so.
    static func pathHint(_ path: String) -> String {
        let parts = path.split(separator: ".").map(String.init)
        let last = parts.last ?? path
        if parts.first == "time" { return noClock }
        if let direct = functionHint(last) ?? pathWords[last] ?? words[last] { return direct }
        let library = prefixes[parts.first ?? ""] ?? "this library"
        let names = BuiltinRegistry.all.map(\.name) + BuiltinRegistry.constantNames
        // Of a function and a layer of one name, who writes a prefix calls the function.
        if names.contains(last) { return "\(library) has no prefix here: write \(last)" }
        if let layer = layers[last] { return "write \(layer)" }
        if let remark = memberRemarks[last] { return remark }
        if let nearest = EditDistance.nearest(last, among: names) {
            return "\(library) has no prefix here; is it \(nearest)?"
        }
        return "nothing here has the name \(last); help \"...\" searches for a word"
    }

    /// For a field or method that a value does not have: `x.append(1)`, `x.numpy()`.
    public static func memberHint(_ name: String) -> String? {
        memberRemarks[name] ?? members[name].map { "write \($0)" }
    }

    /// For a function of one tensor that PyTorch has as a method too: `x.log1p()`.
    static func methodHint(_ name: String) -> String? {
        guard let template = functions[name] else { return missingFunctions[name] }
        return ForeignCall.words(of: template) == ["x"] && !template.contains("...") ? "write \(template)" : nil
    }

    /// For an import of another language's module.
    public static func module(_ name: String) -> String? { modules[name] }

    /// For a layer's name: `Conv2d`, `Dense`, `MaxPooling2D`.
    public static func layerHint(_ name: String) -> String? { layers[name].map { "write \($0)" } }

    private static let prefixes: [String: String] = [
        "np": "NumPy", "numpy": "NumPy", "torch": "PyTorch", "nn": "PyTorch", "F": "PyTorch", "tf": "TensorFlow",
        "keras": "Keras", "layers": "Keras", "jnp": "JAX", "jax": "JAX", "plt": "Matplotlib", "math": "Python's math",
        "optim": "PyTorch", "torchvision": "torchvision", "random": "Python's random", "time": "Python's time",
        "pd": "pandas", "cv2": "OpenCV", "scipy": "SciPy", "sklearn": "scikit-learn", "os": "Python's os",
        "sys": "Python's sys", "signal": "SciPy", "Math": "JavaScript's Math", "Image": "PIL", "PIL": "PIL",
    ]

    private static let arrayLibraries: Set<String> = ["NumPy", "PyTorch", "TensorFlow", "JAX"]

    /// Prefixes that are as likely a variable of the user's own.
    private static let plainWords: Set<String> = ["F", "layers", "random", "time", "signal", "Image"]

    private static let modules: [String: String] = [
        "numpy": "tensors are built in: np.array(...) is tensor(...), np.zeros(...) is zeros(...); drop the import",
        "torch": "tensors, layers, optimizers and train are built in; drop the import",
        "tensorflow": "tensors, layers, optimizers and train are built in; drop the import",
        "keras": "layers, optimizers and train are built in; drop the import",
        "torchvision": "data sets are built in: dataset(\"mnist\"); drop the import",
        "matplotlib": "pictures are built in: show(image), plot(history); drop the import",
        "math": "sqrt, exp, log, sin, cos and the others are built in; drop the import",
        "random": "rand, randn, randint and seed are built in; drop the import",
        "os": "there are no system commands; files are read by load(path), images(folder), dataset(path)",
        "sys": "there are no system commands",
        "time": noClock,
        "pandas": "a table of numbers is read by load(\"table.csv\")",
        "scipy": "conv2d, convolve2d and correlate2d are built in; drop the import",
        "sklearn": "confusion, precision, recall and accuracy are built in; drop the import",
        "PIL": "pictures are read by load(\"picture.png\"); drop the import",
        "cv2": "pictures are read by load(\"picture.png\"), filters are in import filters",
    ]

    private static let words: [String: String] = [
        "true": "write True", "TRUE": "write True", "false": "write False", "FALSE": "write False",
        "null": "write None", "nil": "write None", "NULL": "write None", "Null": "write None", "none": "write None",
        "undefined": "write None", "same": paddingWord, "valid": paddingWord,
        "NaN": "write nan", "NA": "write nan", "NAN": "write nan", "Inf": "write inf", "Infinity": "write inf",
        "infinity": "write inf",
        "pass": "leave it out: an empty block is { }",
        "console": "write print(x)", "System": "write print(x)", "std": "write print(x)", "cout": "write print(x)",
        "self": "a model has no self: net(x) calls it, net.conv1 is a layer of it",
        "this": "there are no objects of your own: use a dict or a function's arguments",
        "lambda": "write x -> x + 1",
        "exit": "end the session with Ctrl-D", "quit": "end the session with Ctrl-D",
        "pi": "write 3.141592653589793", "newaxis": "write None, as in x[None]", "float16": narrowFloats,
        "bfloat16": narrowFloats, "int8": narrowInts, "int16": narrowInts, "int32": narrowInts, "uint16": narrowInts,
        "uint32": narrowInts, "uint64": narrowInts,
        "then": "a block stands in braces: if x > 0 { ... }",
        "end": "a block ends with a }", "endif": "a block ends with a }", "fi": "a block ends with a }",
    ]

    private static let paddingWord = "as a padding it is a word in quotes: pad=\"same\", pad=\"valid\""
    static let noClock = "there is no clock: output is the same on every run"
    private static let narrowFloats = "write float32: there are float32 and float64"
    private static let narrowInts = "write int64: of whole numbers there are int64 and uint8"

    /// Behind a prefix only: without one they are as likely variables.
    private static let pathWords: [String: String] = [
        "e": "write exp(1)", "PI": "write 3.141592653589793", "inf": "write inf", "nan": "write nan",
        "half": narrowFloats, "single": "write float32",
        "double": "write float64", "float_": "write float64", "long": "write int64", "int_": "write int64",
        "bool_": "write bool", "bool8": "write bool",
    ]

    /// For a dtype in quotes: `"double"`.
    static func dtypeHint(_ name: String) -> String? {
        ["float": "write float32", "int": "write int64"][name] ?? pathWords[name]
    }

    private static let members: [String: String] = [
        "tolist": "x.list()", "astype": "x.to(float32)", "type": "type(x)",
        "float": "x.to(float32)", "double": "x.to(float64)", "long": "x.to(int64)", "int": "x.to(int64)",
        "T": "transpose(x)",
        "t": "transpose(x)",
        "view": "reshape(x, ...)", "unsqueeze": "reshape(x, ...)", "detach": "stop_gradient(x)", "ndim": "x.rank",
        "dim": "x.rank",
        "numel": "x.size", "ravel": "flatten(x)", "push": "xs.append(value)", "add": "xs.append(value)",
        "length": "len(x)",
        "len": "len(x)", "clamp": "clip(x, low, high)",
        "grad": "loss, g = gradient(x) { ... }", "backward": "loss, g = gradient(net) { ... }",
        "state_dict": "net.parameters(), or save(net, path)", "load_state_dict": "load(path)", "forward": "net(x)",
        "fit": "train net on data, epochs=5", "summary": "net, which shows its table",
        "mm": "x @ y", "matvec": "x @ y", "fill_": "full(x.shape, value)", "fill": "full(x.shape, value)",
        "isupper": "x == x.upper()", "batch": "batches(x, n)", "has_key": "key in d", "iteritems": "d.items()",
    ]

    /// Whole sentences, for what has no counterpart.
    private static let memberRemarks: [String: String] = [
        "format": "values are put into a text by its braces: f\"loss {loss:.4f}\"",
        "shuffle": "batches(data, n, shuffle=True) shuffles, and train does by itself",
        "numpy": "leave it out: a tensor is one already; x.list() makes a list of it",
        "copy": "leave it out: an assignment copies", "clone": "leave it out: an assignment copies",
        "cpu": "leave it out: there is one device", "cuda": "leave it out: there is one device",
        "requires_grad": "leave it out: gradient(w) { ... } names what it differentiates",
        "requires_grad_": "leave it out: gradient(w) { ... } names what it differentiates",
        "zero_grad": "leave it out: gradient(net) { ... } gives new gradients each time",
        "contiguous": "leave it out: tensors have no strides here",
        "no_grad": "leave it out: only gradient(net) { ... } keeps what a gradient needs",
    ]

    private static let layers: [String: String] = [
        "Conv2d": "conv 16, 3x3, pad=same", "Conv2D": "conv 16, 3x3, pad=same", "conv2d": "conv 16, 3x3, pad=same",
        "Convolution2D": "conv 16, 3x3, pad=same", "convolution": "conv 16, 3x3, pad=same",
        "CONV": "conv 16, 3x3, pad=same",
        "ConvTranspose2d": "conv_transpose 16, 3x3", "Conv2DTranspose": "conv_transpose 16, 3x3",
        "deconv": "conv_transpose 16, 3x3",
        "DepthwiseConv2D": "depthwise 3x3", "Linear": "dense 10", "Dense": "dense 10", "linear": "dense 10",
        "fc": "dense 10",
        "FC": "dense 10", "MaxPool2d": "maxpool 2", "MaxPooling2D": "maxpool 2", "max_pool": "maxpool 2",
        "pool": "maxpool 2",
        "POOL": "maxpool 2", "AvgPool2d": "avgpool 2", "AveragePooling2D": "avgpool 2", "avg_pool": "avgpool 2",
        "AdaptiveAvgPool2d": "global_avgpool", "GlobalAveragePooling2D": "global_avgpool",
        "GlobalMaxPooling2D": "global_maxpool",
        "Flatten": "flatten", "Reshape": "reshape", "Dropout": "dropout 0.5", "Dropout2d": "dropout 0.5",
        "BatchNorm2d": "batchnorm", "BatchNorm1d": "batchnorm", "BatchNormalization": "batchnorm",
        "batch_norm": "batchnorm",
        "bn": "batchnorm", "ReLU": "relu", "RELU": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu", "GELU": "gelu",
        "SiLU": "silu",
        "Sigmoid": "sigmoid", "Tanh": "tanh", "Softmax": "softmax", "SOFTMAX": "softmax", "LogSoftmax": "log_softmax",
        "Activation": "relu, or another activation by its name", "ZeroPadding2D": "pad 1", "ZeroPad2d": "pad 1",
        "Cropping2D": "crop 1", "UpSampling2D": "upsample 2", "Upsample": "upsample 2", "Input": "input 28x28x1",
        "InputLayer": "input 28x28x1", "Sequential": "model Net { ... }, with the layers one under the other",
        "skip": "residual { ... }",
        "Concatenate": "branch { { ... } { ... } }", "concat": "branch { { ... } { ... } }", "Add": "residual { ... }",
        "inception": "branch { { ... } { ... } }",
    ]
}
