/// E05, E06 and E07: files, limits and expectations.
extension ErrorExplanation {
    static let files: [ErrorExplanation] = [
        ErrorExplanation(
            .fileNotFound, "there is no such file",
            "A path is looked for beside the notebook, unless it begins with a /. Capital letters count.",
            example: "load(\"no-such-file.npy\")"),
        ErrorExplanation(
            .fileUnreadable, "a file cannot be read",
            "It is a folder, or its permissions forbid it.", example: "load(\"results.npy\")    # a folder"),
        ErrorExplanation(
            .malformedFile, "a file whose content is damaged",
            "The file is not what its ending says: a .npy, .png or .csv that breaks off or holds something else. "
                + "Copy or download it again.",
            example: "load(\"half.png\")    # half a download"),
        ErrorExplanation(
            .dataSetMissing, "a data set is not on this machine",
            "digits comes with cnnbook. The others are files that must be put into a folder of data sets; the "
                + "message says which and where. Nothing is downloaded.",
            example: "dataset(\"no-such-data\")"),
        ErrorExplanation(
            .fileUnwritable, "a file cannot be written",
            "The folder does not exist, the disk is full or the permissions forbid it. What was there before is "
                + "kept.",
            example: "save(zeros(3), \"/no/such/folder/x.npy\")"),
        ErrorExplanation(
            .moduleNotFound, "an import that is not there",
            "import filters takes a module that comes with cnnbook; import \"mine.cnnbook\" takes a file beside the "
                + "notebook. NumPy and PyTorch need no import: what they are used for is built in.",
            example: "import nonsense"),
        ErrorExplanation(
            .malformedNotebook, "a notebook that cannot be taken apart",
            "A cell's head line is damaged, or two cells have the same id. The message names the line.",
            example: "# %% id=q2\n1 + 1\n# %% id=q2\n2 + 2"),
    ]

    static let limits: [ErrorExplanation] = [
        ErrorExplanation(
            .outOfMemory, "not enough memory",
            "All tensors together have a budget, which is asked before anything is made. Use smaller batches, or "
                + "take fewer pictures: d.take(1000).",
            example: "zeros(100000x100000)    # with --memory 1G"),
        ErrorExplanation(
            .callTooDeep, "calls nested too deeply",
            "A function calls itself more than 1,000 times without coming to an end. A function that calls itself "
                + "needs a case in which it does not.",
            example: "def f(n) { return f(n + 1) }\nf(0)"),
        ErrorExplanation(
            .workLimit, "the work that was allowed is used up",
            "The notebook runs under a limit of multiply-adds and loop rounds, which is the same on every machine. "
                + "Look for a loop that never ends, or take fewer epochs or pictures.",
            example: "while True { }    # with --work 1000000"),
        ErrorExplanation(
            .tooLarge, "a size beyond what can be made",
            "A tensor, a list or a text would have more elements than can be counted or kept.",
            example: "zeros(1000000x1000000x1000000x1000000)"),
        ErrorExplanation(
            .interrupted, "stopped by Ctrl-C",
            "What was computed before is kept; a model keeps the weights of its last whole step.",
            example: "while True { }    # and Ctrl-C"),
        ErrorExplanation(
            .expectationFailed, "an expectation does not hold",
            "expect compares two values, exactly with == and with a tolerance with ~= or within. The notes show "
                + "both sides and their largest difference.",
            example: "expect 1 + 1 == 3"),
        ErrorExplanation(
            .errorExpected, "an error was expected and did not come",
            "expect error { ... } is fulfilled when its block fails, with a code only by that code.",
            example: "expect error E0302 { x = 1 }"),
        ErrorExplanation(
            .assertionFailed, "an assertion does not hold",
            "assert(condition, message) found its condition False.", example: "assert(1 > 2, \"one is not larger\")"),
        ErrorExplanation(
            .raisedByUser, "an error that the program raised itself",
            "error(message) ends the cell. Who wrote the function wants its caller to know something.",
            example: "error(\"the filter must be square\")"),
    ]
}
