/// What the names of Python, NumPy, PyTorch and Keras are called here. Each hint is one line of an error's notes.
public enum ForeignNames {
    /// For a name without a value: `np`, `append`, `true`; also with a prefix: `np.array`.
    public static func hint(for name: String) -> String? {
        if let direct = functions[name] { return "write \(direct)" }
        if let direct = words[name] { return direct }
        let parts = name.split(separator: ".")
        if parts.count > 1, let last = parts.last.map(String.init) {
            if let replacement = functions[last] ?? layers[last] { return "write \(replacement)" }
            return prefixes[String(parts[0])].map { "\($0) has no prefix here: write \(last)" }
        }
        if let library = prefixes[name] {
            return "\(library) has no prefix here: \(name).zeros(...) is zeros(...), \(name).array(...) is tensor(...)"
        }
        // A small one is as likely a variable of the user's own.
        if let layer = layers[name], name.first?.isUppercase == true { return "write \(layer)" }
        return nil
    }

    /// Whether programs of other libraries put a name before a point: `np`, `torch`.
    static func isPrefix(_ name: String) -> Bool { prefixes[name] != nil }

    /// For a name with its prefix: `np.random.randn`. A name that is not known here is told to be so.
    static func pathHint(_ path: String) -> String {
        let last = path.split(separator: ".").last.map(String.init) ?? path
        if let direct = functions[last] ?? layers[last] { return "write \(direct)" }
        if let remark = words[last] ?? memberRemarks[last] { return remark }
        let library = prefixes[path.split(separator: ".").first.map(String.init) ?? ""] ?? "this library"
        let names = BuiltinRegistry.all.map(\.name) + BuiltinRegistry.constantNames
        if names.contains(last) { return "\(library) has no prefix here: write \(last)" }
        if let nearest = EditDistance.nearest(last, among: names) {
            return "\(library) has no prefix here; is it \(nearest)?"
        }
        return "nothing here has the name \(last); help \"...\" searches for a word"
    }

    /// For a field or method that a value does not have: `x.append(1)`, `x.numpy()`.
    public static func memberHint(_ name: String) -> String? {
        memberRemarks[name] ?? members[name].map { "write \($0)" }
    }

    /// For an import of another language's module.
    public static func module(_ name: String) -> String? { modules[name] }

    /// For a layer's name: `Conv2d`, `Dense`, `MaxPooling2D`.
    public static func layerHint(_ name: String) -> String? { layers[name].map { "write \($0)" } }

    private static let prefixes: [String: String] = [
        "np": "NumPy", "numpy": "NumPy", "torch": "PyTorch", "nn": "PyTorch", "F": "PyTorch", "tf": "TensorFlow",
        "keras": "Keras", "layers": "Keras", "jnp": "JAX", "jax": "JAX", "plt": "Matplotlib", "math": "Python's math",
        "optim": "PyTorch", "torchvision": "torchvision", "random": "Python's random",
    ]

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
        "time": "there is no clock: output is the same on every run",
        "pandas": "a table of numbers is read by load(\"table.csv\")",
        "scipy": "conv2d, convolve2d and correlate2d are built in; drop the import",
        "sklearn": "confusion, precision, recall and accuracy are built in; drop the import",
        "PIL": "pictures are read by load(\"picture.png\"); drop the import",
        "cv2": "pictures are read by load(\"picture.png\"), filters are in import filters",
    ]

    private static let words: [String: String] = [
        "true": "write True", "TRUE": "write True", "false": "write False", "FALSE": "write False",
        "null": "write None", "nil": "write None", "NULL": "write None", "none": "write None",
        "undefined": "write None",
        "NaN": "write nan", "NAN": "write nan", "Inf": "write inf", "Infinity": "write inf", "infinity": "write inf",
        "pass": "leave it out: an empty block is { }",
        "console": "write print(x)", "System": "write print(x)", "std": "write print(x)", "cout": "write print(x)",
        "self": "a model has no self: net(x) calls it, net.conv1 is a layer of it",
        "this": "there are no objects of your own: use a dict or a function's arguments",
        "lambda": "write x -> x + 1",
        "exit": "end the session with Ctrl-D", "quit": "end the session with Ctrl-D",
        "pi": "write 3.141592653589793",
        "then": "a block stands in braces: if x > 0 { ... }",
        "end": "a block ends with a }", "endif": "a block ends with a }", "fi": "a block ends with a }",
    ]

    /// Functions: the last part of the name, and what is written here.
    private static let functions: [String: String] = [
        "array": "tensor(...)", "asarray": "tensor(...)", "ndarray": "tensor(...)", "as_tensor": "tensor(...)",
        "from_numpy": "tensor(...)", "FloatTensor": "tensor(...)", "LongTensor": "tensor(..., dtype=int64)",
        "constant": "tensor(...)", "Tensor": "tensor(...)", "Variable": "tensor(...)", "Parameter": "tensor(...)",
        "zeros_like": "zeros(x.shape)", "ones_like": "ones(x.shape)", "full_like": "full(x.shape, value)",
        "empty": "zeros(...)", "identity": "eye(n)", "concatenate": "concat([a, b], axis=0)",
        "cat": "concat([a, b], axis=0)",
        "hstack": "concat([a, b], axis=1)", "vstack": "concat([a, b], axis=0)",
        "expand_dims": "x.reshape(...) or stack([x])",
        "unsqueeze": "x.reshape(...) or stack([x])", "swapaxes": "permute(x, ...)", "moveaxis": "permute(x, ...)",
        "view": "reshape(x, ...)", "ravel": "flatten(x)", "absolute": "abs(x)", "fabs": "abs(x)", "power": "x ** n",
        "pow": "x ** n",
        "square": "x ** 2", "add": "a + b", "subtract": "a - b", "multiply": "a * b", "divide": "a / b",
        "mm": "a @ b", "bmm": "a @ b", "einsum": "a @ b, or sum(a * b, axis=...)",
        "amax": "max(x)", "amin": "min(x)", "average": "mean(x)", "clamp": "clip(x, low, high)",
        "fliplr": "flip(x, axis=1)",
        "flipud": "flip(x, axis=0)", "rot90": "flip(transpose(x), axis=0)", "randn_like": "randn(x.shape)",
        "default_rng": "seed(n), then rand(...) or randn(...)", "manual_seed": "seed(n)", "RandomState": "seed(n)",
        "standard_normal": "randn(...)", "uniform": "rand(...)", "normal": "randn(...)", "allclose": "a ~= b",
        "isclose": "a ~= b", "array_equal": "all(a == b)",
        "imshow": "show(image)", "savetxt": "save(x, \"x.csv\")", "loadtxt": "load(\"x.csv\")",
        "genfromtxt": "load(\"x.csv\")", "imread": "load(\"picture.png\")", "open": "load(path) or save(value, path)",
        "input": "a variable: a notebook asks nothing", "append": "xs.append(value)", "exec": "the code itself",
        "eval": "the expression itself", "isinstance": "type(x) == \"tensor\"", "tuple": "a list: [a, b]",
        "set": "a list: [a, b]",
        "dict": "{\"key\": value}", "list": "[x for x in xs], or x.list() for a tensor", "println": "print(x)",
        "printf": "print(f\"{x}\")", "echo": "print(x)",
        "disp": "print(x)", "length": "len(x)", "size": "x.size or x.shape", "shape": "x.shape", "numel": "x.size",
        "no_grad": "the call alone: only gradient(...) { ... } keeps what a gradient needs",
        "detach": "stop_gradient(x)",
        "GradientTape": "gradient(w) { loss }", "grad": "gradient(w) { loss }", "backward": "gradient(net) { loss }",
        "CrossEntropyLoss": "cross_entropy(logits, labels)", "MSELoss": "mse(pred, target)",
        "L1Loss": "mae(pred, target)",
        "BCELoss": "bce(pred, target)", "nll_loss": "cross_entropy(logits, labels)", "mse_loss": "mse(pred, target)",
        "l1_loss": "mae(pred, target)", "SGD": "sgd(lr=0.1, momentum=0.9)", "Adam": "adam(lr=0.001)",
        "AdamW": "adamw(lr=0.001)", "RMSprop": "rmsprop(lr=0.001)", "Adagrad": "adagrad(lr=0.01)",
        "DataLoader": "batches(data, 32, shuffle=True)", "fit": "train net on data, epochs=5",
        "compile": "train net on data, optimizer=adam(lr=0.001)", "convolve": "conv2d(x, w) or convolve2d(x, w)",
        "correlate": "conv2d(x, w) or correlate2d(x, w)", "max_pool2d": "max_pool(x, 2)",
        "avg_pool2d": "avg_pool(x, 2)",
        "adaptive_avg_pool2d": "adaptive_avg_pool(x, size)", "linear": "dense(x, w, b)",
    ]

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
        "isupper": "x == x.upper()", "format": "f\"{x:.4f}\"", "has_key": "key in d", "iteritems": "d.items()",
    ]

    /// Whole sentences, for what has no counterpart.
    private static let memberRemarks: [String: String] = [
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
