/// A name with its place.
public struct Identifier: Equatable, Sendable {
    public let name: String
    public let span: SourceSpan

    public init(_ name: String, _ span: SourceSpan) {
        self.name = name
        self.span = span
    }
}

extension Identifier {
    /// Of a layer's name: `models` and `block` of `models.block`.
    var path: [Substring] { name.split(separator: ".") }
    /// The variable that it begins with.
    var root: String { path.first.map(String.init) ?? name }
}

public struct Block: Sendable {
    public var statements: [Statement]
    /// With the braces.
    public var span: SourceSpan

    public init(_ statements: [Statement], _ span: SourceSpan) {
        self.statements = statements
        self.span = span
    }
}

// MARK: - Statements

public struct Statement: Sendable {
    public let kind: Kind
    public let span: SourceSpan

    public init(_ kind: Kind, _ span: SourceSpan) {
        self.kind = kind
        self.span = span
    }

    public indirect enum Kind: Sendable {
        /// An expression; `isSilent` where a `;` ends it.
        case expression(Expression, isSilent: Bool)
        /// Several targets unpack the value.
        case assign([AssignmentTarget], Expression)
        /// `x += 1`
        case augment(AssignmentTarget, BinaryOperator, Expression)
        case conditional(Conditional)
        /// `for a, b in iterable { }`
        case forLoop([Identifier], Expression, Block)
        case whileLoop(Expression, Block)
        case function(FunctionDefinition)
        case importModule(ImportStatement)
        case model(ModelDefinition)
        case expect(Expectation)
        case returnValue(Expression?)
        case breakLoop
        case continueLoop
    }
}

public indirect enum AssignmentTarget: Sendable {
    case name(Identifier)
    case index(Expression, [Subscript], SourceSpan)
    case member(Expression, Identifier, SourceSpan)

    public var span: SourceSpan {
        switch self {
        case .name(let identifier): identifier.span
        case .index(_, _, let span), .member(_, _, let span): span
        }
    }
}

/// `if … { } elif … { } else { }`, a statement or an expression.
public struct Conditional: Sendable {
    public var branches: [(condition: Expression, body: Block)]
    public var otherwise: Block?
}

public struct Parameter: Sendable {
    public var name: Identifier
    public var shape: ShapePattern?
    public var defaultValue: Expression?
}

/// `[N, H, W, 3]` of a parameter or a result.
public struct ShapePattern: Sendable {
    public enum Dimension: Sendable {
        case size(Int)
        /// Must be the same size wherever the name stands in one call.
        case name(String)
        /// `_`
        case any
    }

    public var dimensions: [Dimension]
    public var span: SourceSpan
}

public struct FunctionDefinition: Sendable {
    public var name: Identifier
    public var parameters: [Parameter]
    public var result: ShapePattern?
    public var body: Block
}

public struct ImportStatement: Sendable {
    public enum Module: Sendable {
        /// `import filters`
        case name(String)
        /// `import "helpers.cnnbook"`
        case path(String)
    }

    public var module: Module
    public var moduleSpan: SourceSpan
    public var alias: Identifier?
}

public struct Expectation: Sendable {
    public enum Kind: Sendable {
        /// `expect x`, `expect x == y within 1e-3`
        case holds(Expression, within: Expression?)
        /// `expect error E0301 { … }`
        case fails(Identifier?, Block)
    }

    public var kind: Kind
    public var message: Expression?
}

// MARK: - Models

public struct ModelDefinition: Sendable {
    public var name: Identifier
    public var parameters: [Parameter]
    public var layers: [LayerNode]
    public var layersSpan: SourceSpan
}

public struct LayerNode: Sendable {
    /// `stem:` before the layer.
    public var label: Identifier?
    public var kind: Kind
    public var span: SourceSpan

    public indirect enum Kind: Sendable {
        /// `conv 16, 5x5, pad=same`, `residual { … }`, `Block(16)`; arguments and children may be absent.
        case layer(Identifier, [Argument], children: [LayerNode]?)
        case repeated(Expression, index: Identifier?, [LayerNode])
        case conditional(Expression, [LayerNode], otherwise: [LayerNode]?)
        /// A bare `{ … }`: one way of a `branch`.
        case sequence([LayerNode])
    }
}

// MARK: - Expressions

public struct Expression: Sendable {
    public let kind: Kind
    public let span: SourceSpan

    public init(_ kind: Kind, _ span: SourceSpan) {
        self.kind = kind
        self.span = span
    }

    public indirect enum Kind: Sendable {
        case none
        case bool(Bool)
        case int(Int)
        case float(Double)
        case string(String)
        /// `f"loss {loss:.4f}"`
        case interpolated([InterpolationPart])
        /// `5x5`
        case size([Int])
        case name(String)
        case list([Expression])
        /// `[x * 2 for x in xs if x > 0]`
        case comprehension(Expression, variable: [Identifier], iterable: Expression, condition: Expression?)
        case dictionary([(key: Expression, value: Expression)])
        case unary(UnaryOperator, Expression)
        /// The operator's own place serves errors about both operands.
        case binary(BinaryOperator, Expression, Expression, operatorSpan: SourceSpan)
        /// More operators of one precedence than `ChainLink.fewest`, from left to right.
        case chain(Expression, ArraySlice<ChainLink>)
        /// Short-circuit, of two or more.
        case and([Expression])
        case or([Expression])
        /// Pipes are calls too: `x |> f(a)` is `f(x, a)`.
        case call(Expression, [Argument])
        case index(Expression, [Subscript])
        case member(Expression, Identifier)
        case lambda([Identifier], Expression)
        case conditional(Conditional)
        case train(TrainExpression)
        case gradient([Argument], Block)
    }
}

/// `+ x` of `a + b + … + x`.
///
/// A few operators are pairs in pairs, the tree that everybody expects. More stand in a list, so that neither reading nor
/// compiling nor freeing a long sum goes as deep as the sum is long.
public struct ChainLink: Sendable {
    public let operation: BinaryOperator
    public let operand: Expression
    public let operatorSpan: SourceSpan

    /// The most operators that are pairs.
    static let fewest = 16
}

public enum InterpolationPart: Sendable {
    case text(String)
    /// The expression and the format spec after `:`, if any.
    case value(Expression, format: InterpolationFormat?)

    /// The expressions inside, those of the format too.
    var expressions: [Expression] {
        switch self {
        case .text: []
        case .value(let value, .parts(let parts)?): [value] + parts.flatMap(\.expressions)
        case .value(let value, _): [value]
        }
    }
}

public enum InterpolationFormat: Sendable {
    case text(String)
    /// `{x:{width}.2f}`: some of it is found out when it is used.
    case parts([InterpolationPart])
}

public enum UnaryOperator: String, Sendable {
    case negate = "-"
    case plus = "+"
    case not = "not"
}

public enum BinaryOperator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case modulo = "%"
    case matrixProduct = "@"
    case power = "**"
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case isClose = "~="
    case contains = "in"
    /// `a not in b`
    case notContains = "not in"
}

/// `x`, `stride=2`
public struct Argument: Sendable {
    public var name: Identifier?
    public var value: Expression
}

/// One item between the brackets of `x[…]`.
public enum Subscript: Sendable {
    case index(Expression)
    case slice(Expression?, Expression?, Expression?)
    case ellipsis
}

/// `train net on data, epochs=5 { on epoch { … } }`
public struct TrainExpression: Sendable {
    public var model: Expression
    public var data: Expression
    public var arguments: [Argument]
    /// `epoch` or `batch`, and what runs then.
    public var hooks: [(event: Identifier, body: Block)]
}
