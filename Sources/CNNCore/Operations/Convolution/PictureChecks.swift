/// What the operations on pictures ask of their inputs.
enum PictureChecks {
    /// - Throws: E0306 unless `x` is `[N, H, W, C]`, E0404 for a picture without channels.
    static func batch(_ x: TensorSpec, for subject: ErrorSubject) throws(CNNError) {
        guard x.shape.rank == 4 else {
            throw CNNError(
                .rankMismatch, "\(subject.name) wants pictures [N, H, W, C], not \(x.shape.asTensor)",
                notes: x.shape.rank == 3
                    ? ["one picture is a batch of 1: \(reshape(x.shape, [1] + x.shape.dimensions))"] : [])
        }
        guard x.shape[3] > 0 else {
            throw CNNError(
                .invalidValue, "\(subject.name) wants pictures with at least one channel, not \(x.shape.asGiven)")
        }
    }

    /// - Throws: E0306 unless `w` is `[F, F, C, K]`, E0304 for one without elements.
    static func filters(_ w: TensorSpec, layout: String, for subject: ErrorSubject) throws(CNNError) {
        guard w.shape.rank == 4 else {
            throw CNNError(
                .rankMismatch, "\(subject.name) wants filters \(layout), not \(w.shape.asTensor)",
                notes: w.shape.rank == 2
                    ? ["one filter for one channel: \(reshape(w.shape, w.shape.dimensions + [1, 1], "w"))"] : [])
        }
        guard w.shape.count > 0 else {
            throw CNNError(
                .invalidValue, "\(subject.name) wants filters \(layout) that are not empty, not \(w.shape.asGiven)")
        }
    }

    /// - Throws: E0302 unless `b` has one number for each of `filters` filters.
    static func bias(_ b: TensorSpec, filters: Int, for subject: ErrorSubject) throws(CNNError) {
        guard b.shape.dimensions == [filters] else {
            throw CNNError(
                .shapeMismatch, "\(subject.name) has \(filters.counting("filter")), but \(bias(b.shape))",
                label: "one number a filter: \(filters)", notes: spread(b.shape, filters, "b"),
                argument: .named("b"))
        }
    }

    /// `a bias of 3`, `its bias is a single number`
    static func bias(_ b: Shape) -> String { b.rank == 0 ? "its bias is a single number" : "a bias of \(b)" }

    /// The way out for a number where there must be one for each of `count`.
    static func spread(_ given: Shape, _ count: Int, _ name: String) -> [String] {
        given.rank == 0 ? ["write full(\(count), \(name))"] : []
    }

    /// - Throws: E0207 unless all have one floating dtype.
    static func dtypes(
        _ inputs: [TensorSpec], names: [String], for subject: ErrorSubject
    ) throws(CNNError) {
        for (index, input) in inputs.enumerated() {
            let name = index < names.count ? names[index] : "input \(index + 1)"
            guard input.dtype.isFloating else {
                throw CNNError(
                    .dtypeMismatch, "\(subject.name) wants float32 or float64, but \(name) is \(input.dtype.rawValue)",
                    notes: ["write \(name).to(float32)"])
            }
            guard input.dtype == inputs[0].dtype else {
                let first = names.first ?? "input 1"
                throw CNNError(
                    .dtypeMismatch,
                    "\(subject.name) cannot mix: \(first) is \(inputs[0].dtype.rawValue), "
                        + "\(name) is \(input.dtype.rawValue)",
                    notes: ["write \(input.dtype == .float32 ? name : first).to(float64)"])
            }
        }
    }

    /// - Throws: E0305 with a guess at the layout that was meant.
    static func channels(
        _ x: Shape, _ w: Shape, expected: Int, groups: Int, for subject: ErrorSubject
    ) throws(CNNError) {
        guard x[3] != expected else { return }
        var notes: [String] = []
        if groups == 1, x[1] == w[1], w[2] == w[3], w[2] != x[3] {
            notes.append("x looks like [N, C, H, W]: write permute(x, [0, 2, 3, 1])")
            notes.append("and w like [K, C, F, F]: write permute(w, [2, 3, 1, 0])")
        } else if x[1] == expected {
            notes.append("x looks like [N, C, H, W]: write permute(x, [0, 2, 3, 1])")
        } else if groups == 1, w[1] == x[3], w[2] == w[3] {
            notes.append("w looks like [K, C, F, F]: write permute(w, [2, 3, 1, 0])")
        } else if groups == 1, !subject.isLayer {
            notes.append("filters for this x are \(Shape.text([w[0], w[1], x[3], w[3]])): [F, F, C, K]")
        }
        let sum = groups == 1 ? "\(expected)" : "\(expected / groups)*\(groups) = \(expected)"
        throw CNNError(
            .channelMismatch,
            "\(subject.name) has filters for \(expected.counting("channel")), "
                + "but its input has \(x[3].counting("channel"))",
            label: "x is \(x), w is \(w): C = \(x[3]), not \(sum)", notes: notes)
    }

    /// - Throws: E0308 unless both numbers of channels are divisible by `groups`.
    static func groups(
        _ groups: Int, channels: Int, filters: Int, for subject: ErrorSubject
    ) throws(CNNError) {
        guard groups >= 1 else {
            throw CNNError(
                .invalidGroups, "\(subject.name) must have at least 1 group, not \(groups)",
                notes: ["write groups=1"], argument: .named("groups"))
        }
        for (count, what) in [(channels, "channel"), (filters, "filter")] where count % groups != 0 {
            let letter = what == "channel" ? "C" : "K"
            let fitting = (1...64).filter { channels % $0 == 0 && filters % $0 == 0 }
            throw CNNError(
                .invalidGroups,
                "\(subject.name) cannot be split into \(groups) groups: it has \(count.counting(what))",
                label: "\(letter)/groups = \(count)/\(groups) = \(Quotient.text(count, groups))",
                // Given filters are for one number of groups: another one needs other filters.
                notes: [
                    subject.isLayer
                        ? "try groups=\(fitting.map(String.init).joined(separator: ", groups="))"
                        : "with groups=1 filters are [F, F, \(channels), \(filters)]"
                ])
        }
    }

    private static func reshape(_ from: Shape, _ to: [Int], _ name: String = "x") -> String {
        "write reshape(\(name), \(Shape.text(to)))"
    }
}
