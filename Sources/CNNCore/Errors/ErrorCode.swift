/// Every error that cnnbook reports, in one table. The raw value is what the user sees and what `help E0301` explains.
public enum ErrorCode: String, CaseIterable, Sendable {
    // E01: syntax
    case unexpectedToken = "E0101"
    case unterminatedString = "E0102"
    case invalidCharacter = "E0103"
    case invalidNumber = "E0104"
    case unclosedBracket = "E0105"
    case nestingTooDeep = "E0106"
    case foreignSyntax = "E0107"
    case misplacedStatement = "E0108"
    case invalidFormatString = "E0109"
    case invalidEncoding = "E0110"

    // E02: names and types
    case unknownName = "E0201"
    case typeMismatch = "E0202"
    case argumentMismatch = "E0203"
    case unknownMember = "E0204"
    case notCallable = "E0205"
    case conditionNotBool = "E0206"
    case dtypeMismatch = "E0207"
    case unassignedName = "E0208"
    case unknownLayer = "E0209"

    // E03: shapes
    case outputSizeNotWhole = "E0301"
    case shapeMismatch = "E0302"
    case broadcastMismatch = "E0303"
    case windowTooLarge = "E0304"
    case channelMismatch = "E0305"
    case rankMismatch = "E0306"
    case innerSizeMismatch = "E0307"
    case invalidGroups = "E0308"

    // E04: values and numerics
    case integerOverflow = "E0401"
    case divisionByZero = "E0402"
    case indexOutOfRange = "E0403"
    case invalidValue = "E0404"
    case notFinite = "E0405"
    case notDifferentiable = "E0406"
    case keyMissing = "E0407"
    case labelOutOfRange = "E0408"
    case invalidConversion = "E0409"

    // E05: files and data
    case fileNotFound = "E0501"
    case fileUnreadable = "E0502"
    case malformedFile = "E0503"
    case dataSetMissing = "E0504"
    case fileUnwritable = "E0505"
    case moduleNotFound = "E0506"
    case malformedNotebook = "E0507"

    // E06: limits
    case outOfMemory = "E0601"
    case callTooDeep = "E0602"
    case workLimit = "E0603"
    case tooLarge = "E0604"
    case interrupted = "E0605"

    // E07: expectations
    case expectationFailed = "E0701"
    case errorExpected = "E0702"
    case assertionFailed = "E0703"
    case raisedByUser = "E0704"
}
