/// E03 and E04: shapes and numbers.
extension ErrorExplanation {
    static let shapes: [ErrorExplanation] = [
        ErrorExplanation(
            .outputSizeNotWhole, "the output size is not a whole number",
            "A window of size F moves over N + 2P pixels in steps of S: (N + 2P - F)/S + 1 positions, which must be "
                + "a whole number, or the last pixels would be skipped. Choose another stride or padding, pad=same, "
                + "or accept what is lost with rounding=floor.",
            example: "conv2d(zeros(7x7), ones(3x3), stride=3)"),
        ErrorExplanation(
            .shapeMismatch, "shapes that do not fit together",
            "Two tensors should have the same shape, or one that an operation asks for, and have not. Print x.shape "
                + "of both; reshape and permute change it.",
            example: "stack([zeros(2), zeros(3)])"),
        ErrorExplanation(
            .broadcastMismatch, "shapes that cannot be combined element by element",
            "Sizes are compared from the last axis: they must be equal, or one of them 1. The result must have the "
                + "shape of one of the operands, so that [N, 1] - [N] does not silently become [N, N].",
            example: "zeros(3x1) - zeros(3)"),
        ErrorExplanation(
            .windowTooLarge, "the window is larger than the picture",
            "A filter or pooling window of size F does not fit into N + 2P pixels. Use a smaller window, more "
                + "padding, or fewer layers that make the picture smaller.",
            example: "conv2d(zeros(2x2), ones(3x3))"),
        ErrorExplanation(
            .channelMismatch, "filters for another number of channels",
            "Filters are [F, F, C, K]: C must be the number of channels of the input, the last axis of [H, W, C]. "
                + "With groups, C is divided by their number.",
            example: "conv2d(zeros(8x8x3), ones(3x3x1x4))"),
        ErrorExplanation(
            .rankMismatch, "another number of axes is needed",
            "A picture has the axes [H, W] or [H, W, C], a batch [N, H, W, C], a vector one axis. A tensor has at "
                + "most 8. reshape adds or removes axes of size 1.",
            example: "conv2d(zeros(5), ones(3x3))"),
        ErrorExplanation(
            .innerSizeMismatch, "matrices that cannot be multiplied",
            "In a @ b the last axis of a and the first of b have the same size: [m, k] @ [k, n] gives [m, n]. A "
                + "transpose is often missing.",
            example: "zeros(2x3) @ zeros(2x3)"),
        ErrorExplanation(
            .invalidGroups, "channels that do not divide into groups",
            "With groups=G both the channels of the input and the number of filters are divided by G, and must be "
                + "multiples of it.",
            example: "conv2d(zeros(8x8x3), ones(3x3x1x4), groups=2)"),
    ]

    static let values: [ErrorExplanation] = [
        ErrorExplanation(
            .integerOverflow, "an int that does not fit into 64 bits",
            "Ints run from -9223372036854775808 to 9223372036854775807 and never wrap around. Go on with a float: "
                + "float(x).",
            example: "2 ** 64"),
        ErrorExplanation(
            .divisionByZero, "an int divided by zero",
            "Ints have no value for it. Floats do: 1.0 / 0.0 is inf and 0.0 / 0.0 is nan.",
            example: "1 // 0"),
        ErrorExplanation(
            .indexOutOfRange, "an index beyond the end",
            "Indices run from 0 to n - 1, and from -1 back to -n. The last element of x is x[-1], the last picture "
                + "of a batch images[-1].",
            example: "[1, 2, 3][3]"),
        ErrorExplanation(
            .invalidValue, "a value that an argument cannot have",
            "The type is right and the value is not: a stride of 0, a negative size, a word that is not among the "
                + "choices. The message says what is allowed.",
            example: "zeros(-1)"),
        ErrorExplanation(
            .notFinite, "the loss is no longer a number",
            "During training the loss became nan or inf; the message names the step and the layer where it first "
                + "appeared. The usual cause is a learning rate that is too large; others are pictures that are not "
                + "scaled to 0...1 and log(0).",
            example: "model Net { input 8x8x1; flatten; dense 10 }\n"
                + "train Net() on dataset(\"digits\").train, optimizer=sgd(lr=1e38)"),
        ErrorExplanation(
            .notDifferentiable, "there is no gradient",
            "A gradient needs a model or float tensors, and a result of one number that is computed from them. "
                + "argmax, comparisons and ints have none; elements of a tensor that is differentiated cannot be "
                + "assigned.",
            example: "x = tensor([1, 2])\ngradient(x) { argmax(x) }"),
        ErrorExplanation(
            .keyMissing, "a key that the dict does not have",
            "d[key] reads a key that is there. d.get(key, default) gives the default otherwise, and key in d tests.",
            example: "{\"a\": 1}[\"b\"]"),
        ErrorExplanation(
            .labelOutOfRange, "a label beyond the classes",
            "Labels count the classes from 0: with 10 classes they run from 0 to 9. Labels that begin at 1 need - "
                + "1.",
            example: "one_hot([0, 3], 3)"),
        ErrorExplanation(
            .invalidConversion, "a value that has no counterpart in the other type",
            "A text that is no number, nan or inf as an int, 300 as a uint8: such conversions are refused, never "
                + "rounded to something else.",
            example: "int(\"3.5\")"),
    ]
}
