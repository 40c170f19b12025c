/// Functions of Python, NumPy, PyTorch and Keras that are called otherwise here, or are not there.
extension ForeignNames {
    /// The last part of the name, and what is written here. A letter that stands alone is an argument, in the order of the
    /// other library's; `(...)` takes all of them.
    static let functions: [String: String] = makers.merging(shapes) { first, _ in first }
        .merging(arithmetic) { first, _ in first }.merging(networks) { first, _ in first }
        .merging(language) { first, _ in first }

    /// What has no counterpart: a whole sentence.
    static let missingFunctions: [String: String] = [
        "inv": "there is no inverse of a matrix here, nor any other decomposition",
        "pinv": "there is no inverse of a matrix here, nor any other decomposition",
        "det": "there is no determinant here, nor any decomposition of a matrix",
        "svd": "there is no decomposition of a matrix here", "eig": "there is no decomposition of a matrix here",
        "eigh": "there is no decomposition of a matrix here", "qr": "there is no decomposition of a matrix here",
        "cholesky": "there is no decomposition of a matrix here",
        "solve": "there is no solver of equations here", "lstsq": "there is no solver of equations here",
        "median": "there is none here: with s = sort(x, axis=None) it is mean(s[(len(s) - 1) // 2:len(s) // 2 + 1])",
        "fft": "there is no Fourier transform here", "erf": "there is no erf here; gelu, tanh and sigmoid are there",
        "meshgrid": "there is none here: reshape(x, [1, -1]) and reshape(y, [-1, 1]) spread over each other",
        "sinh": "there is none here: write (exp(x) - exp(-x)) / 2",
        "cosh": "there is none here: write (exp(x) + exp(-x)) / 2",
        "tan": "there is none here: write sin(x) / cos(x)", "arctan": "there is no inverse of sin, cos or tan here",
        "arctan2": "there is no inverse of sin, cos or tan here",
        "arcsin": "there is no inverse of sin, cos or tan here",
        "arccos": "there is no inverse of sin, cos or tan here", "atan": "there is no inverse of sin, cos or tan here",
        "atan2": "there is no inverse of sin, cos or tan here", "asin": "there is no inverse of sin, cos or tan here",
        "acos": "there is no inverse of sin, cos or tan here",
        "shuffle":
            "there is none here: batches(data, n, shuffle=True) shuffles, x[argsort(rand(len(x)))] puts x in random order",
        "chr": "there are no codes of letters here", "ord": "there are no codes of letters here",
        "iter": "there are no iterators here: a for runs over the value itself",
        "next": "there are no iterators here: a for runs over the value itself",
        "open": "files are read and written whole: load(path), save(value, path)",
        "library": "a module is imported by its name, as import filters; layers and training are built in",
        "require": "a module is imported by its name, as import filters; layers and training are built in",
        "vars": "there is no table of variables here", "globals": "there is no table of variables here",
        "locals": "there is no table of variables here",
        "sleep": noClock,
        "perf_counter": noClock,
    ]

    private static let makers: [String: String] = [
        "array": "tensor(...)", "asarray": "tensor(...)", "ndarray": "tensor(...)", "as_tensor": "tensor(...)",
        "from_numpy": "tensor(...)", "FloatTensor": "tensor(...)", "LongTensor": "tensor(..., dtype=int64)",
        "constant": "tensor(...)", "Tensor": "tensor(...)", "Variable": "tensor(...)", "Parameter": "tensor(...)",
        "zeros_like": "zeros(x.shape)", "ones_like": "ones(x.shape)", "full_like": "full(x.shape, value)",
        "empty": "zeros(...)", "empty_like": "zeros(x.shape)", "identity": "eye(n)", "diag": "x * eye(len(x))",
        "logspace": "10 ** linspace(a, b, n)", "random": "rand(...)", "random_sample": "rand(...)",
        "randn_like": "randn(x.shape)", "rand_like": "rand(x.shape)", "randperm": "argsort(rand(n))",
        "permutation": "argsort(rand(n))", "default_rng": "seed(n), then rand(...) or randn(...)",
        "choice": "x[randint(0, len(x))]", "integers": "randint(...)",
        "manual_seed": "seed(n)", "RandomState": "seed(n)", "set_seed": "seed(n)",
        "standard_normal": "randn(...)", "uniform": "rand(size)", "normal": "randn(size)",
        "to_categorical": "one_hot(...)", "fill_": "full(x.shape, value)",
        "loadtxt": "load(\"x.csv\")", "genfromtxt": "load(\"x.csv\")", "read_csv": "load(\"x.csv\")",
        "savetxt": "save(x, \"x.csv\")", "imread": "load(\"picture.png\")", "imshow": "show(image)",
    ]

    private static let shapes: [String: String] = [
        "concatenate": "concat([a, b], axis=0)", "cat": "concat([a, b], axis=0)", "hstack": "concat([a, b], axis=1)",
        "vstack": "concat([a, b], axis=0)", "dstack": "stack([a, b], axis=2)", "column_stack": "stack([a, b], axis=1)",
        "row_stack": "stack([a, b], axis=0)", "chunk": "split(x, n)", "array_split": "split(x, n)",
        "expand_dims": "x.reshape(...) or stack([x])", "unsqueeze": "x.reshape(...) or stack([x])",
        "swapaxes": "permute(x, ...)", "moveaxis": "permute(x, ...)", "view": "reshape(x, ...)", "ravel": "flatten(x)",
        "fliplr": "flip(x, axis=1)", "flipud": "flip(x, axis=0)", "rot90": "flip(transpose(x), axis=0)",
        "broadcast_to": "expand(x, size)", "size": "x.size or x.shape",
        "shape": "x.shape", "numel": "x.size", "ndim": "x.rank", "argwhere": "[i for i in range(len(x)) if x[i] != 0]",
        "nonzero": "[i for i in range(len(x)) if x[i] != 0]", "flatnonzero": "[i for i in range(len(x)) if x[i] != 0]",
        "deepcopy": "the value itself: an assignment copies",
    ]

    private static let arithmetic: [String: String] = [
        "absolute": "abs(x)", "ln": "log(x)", "fabs": "abs(x)", "power": "a ** b", "pow": "a ** b", "square": "x ** 2",
        "add": "a + b",
        "subtract": "a - b", "sub": "a - b", "multiply": "a * b", "mul": "a * b", "divide": "a / b",
        "true_divide": "a / b", "div": "a / b", "floor_divide": "a // b", "mod": "a % b", "fmod": "a % b",
        "remainder": "a % b", "divmod": "[a // b, a % b]", "negative": "-x", "neg": "-x", "reciprocal": "1 / x",
        "mm": "a @ b", "bmm": "a @ b", "mv": "a @ b", "inner": "dot(a, b)", "vdot": "dot(a, b)",
        "einsum": "a @ b, or sum(a * b, axis=...)", "amax": "max(x)", "amin": "min(x)", "average": "mean(x)",
        "ptp": "max(x) - min(x)", "trace": "sum(x * eye(len(x)))",
        "diff": "x[1:] - x[:-1]", "count_nonzero": "sum(x != 0)", "bincount": "sum(one_hot(x, max(x) + 1), axis=0)",
        "clamp": "clip(x, low, high)", "log1p": "log(1 + x)", "expm1": "exp(x) - 1", "exp2": "2 ** x",
        "rsqrt": "1 / sqrt(x)",
        "cbrt": "x ** (1 / 3)", "hypot": "sqrt(a ** 2 + b ** 2)", "logsumexp": "log(sum(exp(x)))", "sgn": "sign(x)",
        "rint": "round(x)", "around": "round(...)", "trunc": "sign(x) * floor(abs(x))",
        "fix": "sign(x) * floor(abs(x))",
        "nan_to_num": "where(isnan(x), 0, x)", "expit": "sigmoid(x)", "relu6": "clip(x, 0, 6)",
        "hardtanh": "clip(x, -1, 1)",
        "logical_and": "a * b", "logical_or": "a + b", "logical_not": "not x", "greater": "a > b", "less": "a < b",
        "equal": "a == b", "not_equal": "a != b", "allclose": "a ~= b", "isclose": "a ~= b",
        "array_equal": "all(a == b)",
    ]

    private static let networks: [String: String] = [
        "no_grad": "the call alone: only gradient(...) { ... } keeps what a gradient needs",
        "detach": "stop_gradient(x)", "GradientTape": "gradient(w) { loss }", "grad": "gradient(w) { loss }",
        "backward": "gradient(net) { loss }", "CrossEntropyLoss": "cross_entropy(logits, labels)",
        "MSELoss": "mse(pred, target)", "L1Loss": "mae(pred, target)", "BCELoss": "bce(pred, target)",
        "BCEWithLogitsLoss": "bce_with_logits(pred, target)", "SmoothL1Loss": "huber(pred, target)",
        "HuberLoss": "huber(pred, target)", "KLDivLoss": "kl_divergence(pred, target)",
        "nll_loss": "cross_entropy(logits, labels)", "mse_loss": "mse(...)", "l1_loss": "mae(...)",
        "smooth_l1_loss": "huber(...)", "huber_loss": "huber(...)", "binary_cross_entropy": "bce(...)",
        "binary_cross_entropy_with_logits": "bce_with_logits(...)", "SGD": "sgd(lr=0.1, momentum=0.9)",
        "Adam": "adam(lr=0.001)", "AdamW": "adamw(lr=0.001)", "RMSprop": "rmsprop(lr=0.001)",
        "Adagrad": "adagrad(lr=0.01)", "StepLR": "step_decay(10, 0.1)", "ExponentialLR": "exponential(0.9)",
        "CosineAnnealingLR": "cosine()", "OneCycleLR": "one_cycle(0.1)",
        "DataLoader": "batches(data, 32, shuffle=True)", "fit": "train net on data, epochs=5",
        "compile": "train net on data, optimizer=adam(lr=0.001)", "convolve": "convolve2d(x, w, pad=\"full\")",
        "correlate": "correlate2d(x, w)", "conv2": "convolve2d(x, w, pad=\"full\")", "hist": "histogram(...)",
        "max_pool2d": "max_pool(...)",
        "avg_pool2d": "avg_pool(...)",
        "average_pool": "avg_pool(...)", "pool2d": "max_pool(...)",
        "adaptive_avg_pool2d": "adaptive_avg_pool(...)", "adaptive_max_pool2d": "adaptive_max_pool(...)",
        "linear": "dense(x, w, b)", "unfold": "im2col(...)",
    ]

    private static let language: [String: String] = [
        "input": "a variable: a notebook asks nothing", "append": "xs.append(value)", "exec": "the code itself",
        "eval": "the expression itself", "isinstance": "type(...) == \"tensor\"", "tuple": "a list: [a, b]",
        "set": "a list: [a, b]", "frozenset": "a list: [a, b]", "vectorize": "map(f, xs)",
        "dict": "{\"key\": value}", "list": "[x for x in xs], or x.list() for a tensor", "println": "print(...)",
        "puts": "print(...)",
        "printf": "print(f\"{x}\")", "echo": "print(...)", "disp": "print(...)", "length": "len(x)",
    ]
}
