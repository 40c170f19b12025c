/// What TeX's commands stand for.
enum MathSymbols {
    static let letters: [String: String] = [
        "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ",
        "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
        "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "ϕ", "varphi": "φ",
        "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ",
        "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ", "hbar": "ℏ", "infty": "∞",
        "emptyset": "∅", "partial": "∂", "nabla": "∇", "top": "⊤", "bot": "⊥", "Re": "ℜ", "Im": "ℑ",
    ]

    static let operators: [String: String] = [
        "cdot": "⋅", "times": "×", "div": "÷", "pm": "±", "mp": "∓", "ast": "∗", "star": "⋆", "circ": "∘",
        "odot": "⊙", "otimes": "⊗", "oplus": "⊕", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠",
        "approx": "≈", "equiv": "≡", "sim": "∼", "propto": "∝", "ll": "≪", "gg": "≫", "in": "∈", "notin": "∉",
        "subset": "⊂", "subseteq": "⊆", "cup": "∪", "cap": "∩", "setminus": "∖", "forall": "∀", "exists": "∃",
        "to": "→", "rightarrow": "→", "leftarrow": "←", "Rightarrow": "⇒", "Leftrightarrow": "⇔", "mapsto": "↦",
        "gets": "←", "longrightarrow": "⟶", "leftrightarrow": "↔", "implies": "⟹", "iff": "⟺", "uparrow": "↑",
        "downarrow": "↓", "leqslant": "⩽", "geqslant": "⩾", "cong": "≅", "simeq": "≃", "triangleq": "≜",
        "coloneqq": "≔",
        "perp": "⊥", "parallel": "∥", "bullet": "∙", "wedge": "∧", "vee": "∨", "supset": "⊃", "supseteq": "⊇",
        "ni": "∋",
        "iint": "∬", "oint": "∮", "bmod": "mod", "lt": "<", "gt": ">", "therefore": "∴", "because": "∵",
        "sum": "∑", "prod": "∏", "int": "∫", "ldots": "…", "dots": "…", "cdots": "⋯", "vdots": "⋮", "ddots": "⋱",
        "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "langle": "⟨", "rangle": "⟩", "mid": "∣", "vert": "|",
        "lvert": "|", "rvert": "|", "Vert": "‖", "lVert": "‖", "rVert": "‖", "|": "‖", "lbrace": "{", "rbrace": "}",
        "lbrack": "[", "rbrack": "]", "{": "{", "}": "}", "%": "%", "$": "$", "#": "#", "&": "&", "_": "_",
        "colon": ":",
        "land": "∧", "lor": "∨", "neg": "¬", "lnot": "¬", "prime": "′", "backslash": "\\",
    ]

    static let spaces: [String: String] = [
        ",": "0.17em", ":": "0.22em", ";": "0.28em", "!": "-0.17em", " ": "0.33em", "quad": "1em", "qquad": "2em",
        ">": "0.22em", "thinspace": "0.17em", "enspace": "0.5em", "negthinspace": "-0.17em",
    ]

    static let functions: Set<String> = [
        "log", "ln", "exp", "max", "min", "sin", "cos", "tan", "tanh", "sinh", "cosh", "arg", "det", "dim", "lim",
        "sup", "inf", "Pr", "gcd", "lg", "cot", "sec", "csc", "coth", "arcsin", "arccos", "arctan", "ker", "deg", "hom",
        "liminf", "limsup",
    ]

    /// Their scripts stand above and below.
    static let limits: Set<String> = [
        "sum", "prod", "max", "min", "lim", "sup", "inf", "limsup", "liminf", "underbrace", "overbrace",
        "operatorname*",
    ]

    /// Signs as wide as what they stand under or over.
    static let braces: [String: (element: String, sign: String)] = [
        "underbrace": ("munder", "⏟"), "overbrace": ("mover", "⏞"), "underline": ("munder", "_"),
    ]

    /// Commands that only arrange what TeX does by itself here.
    static let ignored: Set<String> = [
        "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr",
        "displaystyle",
        "textstyle", "scriptstyle", "limits", "nolimits", "nonumber", "notag",
    ]

    /// Commands whose braces hold words instead of a formula.
    static let wordTakers: Set<String> = ["begin", "end", "mathrm", "operatorname", "operatorname*"]

    /// Those that show words as a text.
    static let texts: Set<String> = ["text", "textrm", "textbf", "textit", "texttt", "mbox"]

    static let accents: [String: String] = [
        "hat": "^", "widehat": "^", "bar": "¯", "overline": "¯", "tilde": "~", "widetilde": "~", "vec": "→",
        "dot": "˙", "ddot": "¨",
    ]

    enum Variant {
        case bold, blackboard, script, upright

        /// The letter in its place among the mathematical alphabets.
        func letter(_ letter: Character) -> Character {
            guard let value = letter.unicodeScalars.first?.value, letter.isASCII else { return letter }
            let isCapital = (0x41...0x5A).contains(value)
            guard isCapital || (0x61...0x7A).contains(value) else { return letter }
            let offset = isCapital ? value - 0x41 : value - 0x61 + 26
            let start: UInt32
            switch self {
            case .bold: start = 0x1D400
            case .blackboard:
                let known: [Character: Character] = [
                    "C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ",
                ]
                if let taken = known[letter] { return taken }
                start = 0x1D538
            case .script:
                let known: [Character: Character] = [
                    "B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ", "e": "ℯ", "g": "ℊ",
                    "o": "ℴ",
                ]
                if let taken = known[letter] { return taken }
                start = 0x1D49C
            case .upright: return letter
            }
            return Unicode.Scalar(start + offset).map(Character.init) ?? letter
        }
    }

    static let variants: [String: Variant] = [
        "mathbf": .bold, "boldsymbol": .bold, "bm": .bold, "mathbb": .blackboard, "mathcal": .script,
        "mathit": .upright,
    ]

    /// Delimiters, and the class of the table.
    static let environments: [String: (open: String, close: String, alignment: String)] = [
        "matrix": ("", "", ""), "pmatrix": ("(", ")", ""), "bmatrix": ("[", "]", ""), "vmatrix": ("|", "|", ""),
        "Bmatrix": ("{", "}", ""), "Vmatrix": ("‖", "‖", ""), "cases": ("{", "", "left"),
        "aligned": ("", "", "aligned"),
        "align": ("", "", "aligned"), "array": ("", "", ""),
    ]
}
