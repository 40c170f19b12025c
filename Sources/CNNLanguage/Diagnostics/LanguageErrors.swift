/// E01 and E02: how a program is written, and what its names stand for.
extension ErrorExplanation {
    static let syntax: [ErrorExplanation] = [
        ErrorExplanation(
            .unexpectedToken, "something stands where it cannot",
            "The program does not follow the grammar at the marked place. Look at what stands just before it: a "
                + "comma, an operator or a bracket may be missing. Two statements need a new line or a ';' between "
                + "them.",
            example: "x = 3 4"),
        ErrorExplanation(
            .unterminatedString, "a text is not closed",
            "A text ends on the line that it begins on, with the same quote. A text of several lines stands in "
                + "\"\"\"three quotes\"\"\".",
            example: "name = \"LeNet"),
        ErrorExplanation(
            .invalidCharacter, "a character that the language does not know",
            "Signs pasted from a document or a chat, as a curly quote or a long minus, look like the ones of the "
                + "language and are others. Type them anew.",
            example: "x = 5 $ 3"),
        ErrorExplanation(
            .invalidNumber, "a number is not written correctly",
            "Numbers are written 42, 1_000, 0xff, 3.14, 1e-3, and sizes 5x5 or 32x32x3. An int fits into 64 bits. A "
                + "name does not begin with a digit.",
            example: "x = 3.1.4"),
        ErrorExplanation(
            .unclosedBracket, "a bracket is not closed, or closed by another kind",
            "Every ( [ { needs its ) ] }. The mark shows the bracket that was opened; the place to close it is "
                + "often earlier than the end of the file.",
            example: "x = (1 + 2"),
        ErrorExplanation(
            .nestingTooDeep, "nested too deeply",
            "Brackets, blocks and operations may stand in each other up to a limit. Give the inner parts names of "
                + "their own, or use a loop.",
            example: "x = ((((...))))    # more than 200 of them"),
        ErrorExplanation(
            .foreignSyntax, "written as in another language",
            "The program uses a form of Python, C or JavaScript that is written differently here; the note says "
                + "how. Blocks stand in braces, a lambda is x -> x + 1, a check is expect.",
            example: "y = lambda x: x + 1"),
        ErrorExplanation(
            .misplacedStatement, "a statement cannot stand here",
            "return belongs into a function, break and continue into a loop, layers into a model. A function cannot "
                + "change a variable that belongs to an outer scope: it gives the new value back instead.",
            example: "break"),
        ErrorExplanation(
            .invalidFormatString, "a mistake in an f-string",
            "In f\"...\", braces hold a value and perhaps a format: f\"loss {loss:.4f}\". A brace as a character is "
                + "written twice: {{ and }}.",
            example: "print(f\"value: {}\")"),
        ErrorExplanation(
            .invalidEncoding, "the file is not UTF-8 text",
            "Notebooks and modules are text files in UTF-8. Store the file in that encoding; most editors offer it "
                + "under 'Save as'.",
            example: "print(\"gr\u{F6}\u{DF}er\")    # saved as Latin-1"),
    ]

    static let names: [ErrorExplanation] = [
        ErrorExplanation(
            .unknownName, "a name that stands for nothing",
            "No variable, function or built-in has this name. It may be misspelt, belong to another library, or get "
                + "its value in a cell that has not run.",
            example: "x = zeroes(3)"),
        ErrorExplanation(
            .typeMismatch, "a value of the wrong type",
            "An operator or a built-in was given a value that it does not work on, as a list where a tensor is "
                + "needed. Conversions are written: str(x), int(x), float(x), tensor(x), x.to(int64).",
            example: "x = 1 + \"a\""),
        ErrorExplanation(
            .argumentMismatch, "arguments that do not fit the function",
            "There are too many or too few arguments, one is given twice, or a name is not among the parameters. "
                + "The note shows the signature; those with a = have a default and may be left out.",
            example: "max_pool(zeros(4x4))"),
        ErrorExplanation(
            .unknownMember, "a field or method that the value does not have",
            "What follows the point is not known for this type. The note names the nearest one, or what another "
                + "library's name is called here.",
            example: "zeros(3).shapes"),
        ErrorExplanation(
            .notCallable, "a value that cannot be called",
            "Parentheses call functions, models and layers. An element is read with brackets, x[i], and a product "
                + "needs a *.",
            example: "x = 3\nx(2)"),
        ErrorExplanation(
            .conditionNotBool, "a condition that is neither True nor False",
            "Only a bool is a condition. Write what is meant: x != 0 for a number, len(xs) > 0 for a list, any(x > "
                + "0) or all(x > 0) for a tensor.",
            example: "if 1 { print(\"yes\") }"),
        ErrorExplanation(
            .dtypeMismatch, "element types that do not go together",
            "float32 and float64 are not mixed silently, since that would hide which precision a result has. "
                + "Convert one of them: x.to(float64).",
            example: "zeros(2) + zeros(2, dtype=float64)"),
        ErrorExplanation(
            .unassignedName, "a variable without a value at this place",
            "The variable gets its value later, or in a branch that was not taken. A function that assigns to a "
                + "name means its own variable, not the session's.",
            example: "def f() { print(n); n = 1 }\nf()"),
        ErrorExplanation(
            .unknownLayer, "a layer that does not exist",
            "The name is not among the layers. The note suggests the nearest, or what another library's layer is "
                + "called here: Conv2d is conv, Linear is dense.",
            example: "model M { input 8x8x1; convolve 4, 3x3 }\nM()"),
    ]
}
