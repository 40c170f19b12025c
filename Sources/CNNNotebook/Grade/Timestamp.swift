/// A moment with a time zone, as ISO 8601 and the exports of course platforms write it. No clock is read here.
public struct Timestamp: Comparable, Sendable {
    /// Since 1970 began in UTC.
    public let seconds: Int

    public init(seconds: Int) { self.seconds = seconds }

    public static func < (first: Timestamp, second: Timestamp) -> Bool { first.seconds < second.seconds }

    /// `2026-11-20T23:59+01:00`, `2026-11-20 23:59:30.5 -0800`, `2026-11-20 23:59 UTC`; nil where anything is missing, the
    /// zone too.
    public init?(_ text: String) {
        var reader = TimestampReader(rest: Array(text.utf8)[...])
        guard let seconds = reader.seconds() else { return nil }
        self.seconds = seconds
    }
}

private struct TimestampReader {
    var rest: ArraySlice<UInt8>

    mutating func seconds() -> Int? {
        guard let year = digits(4), take("-"), let month = digits(2), take("-"), let day = digits(2),
            take("T") || take(" "), let hour = digits(2), take(":"), let minute = digits(2)
        else { return nil }
        var second = 0
        if take(":") {
            guard let number = digits(2) else { return nil }
            second = number
            if take(".") { rest = rest.drop(while: \.isDecimalDigit) }
        }
        guard (1...12).contains(month), (1...TimestampReader.days(of: month, year)).contains(day), hour < 24,
            minute < 60, second < 61, let zone = zone(), rest.isEmpty
        else { return nil }
        let days = TimestampReader.daysSince1970(year, month, day)
        return ((days * 24 + hour) * 60 + minute) * 60 + second - zone
    }

    /// Seconds that the zone is ahead of UTC.
    private mutating func zone() -> Int? {
        while take(" ") {}
        if take("Z") {
            // Some exports write Z before an offset.
            guard !rest.isEmpty else { return 0 }
        } else if rest.elementsEqual("UTC".utf8) {
            rest = []
            return 0
        }
        let sign = take("+") ? 1 : take("-") ? -1 : 0
        guard sign != 0, let hours = digits(2), hours <= 14 else { return nil }
        _ = take(":")
        guard let minutes = digits(2), minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes) * 60
    }

    private mutating func digits(_ count: Int) -> Int? {
        let part = rest.prefix(count)
        guard part.count == count, part.allSatisfy(\.isDecimalDigit) else { return nil }
        rest = rest.dropFirst(count)
        return part.reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) }
    }

    private mutating func take(_ sign: Character) -> Bool {
        guard let first = rest.first, first == sign.asciiValue else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func days(of month: Int, _ year: Int) -> Int {
        month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let before = year - 1
        let years = before * 365 + before / 4 - before / 100 + before / 400 - 719_162
        return years + (1..<month).reduce(0) { $0 + days(of: $1, year) } + day - 1
    }
}

/// `deadline:` and `late:` of an assignment's header.
public struct LateRule: Sendable {
    public let deadline: Timestamp
    /// Hundredths that each day begun costs.
    public let percentADay: Int
    /// After so many days nothing is left; nil: it goes on as it does.
    public let days: Int?

    /// - Parameter rule: `10% a day`, `10% a day for 3 days`; nil: late is not told from in time.
    init?(deadline: Timestamp, rule: String?) {
        self.deadline = deadline
        guard let rule else {
            (percentADay, days) = (0, nil)
            return
        }
        let words = rule.split(separator: " ")
        guard words.count == 3 || words.count == 6, words[0].hasSuffix("%"), let percent = Int(words[0].dropLast()),
            (0...100).contains(percent), words[1] == "a", words[2] == "day"
        else { return nil }
        percentADay = percent
        guard words.count == 6 else {
            days = nil
            return
        }
        guard words[3] == "for", let count = Int(words[4]), count >= 0, words[5].hasPrefix("day") else { return nil }
        days = count
    }

    /// Days begun after the deadline.
    public func lateDays(_ moment: Timestamp) -> Int {
        let (late, overflow) = moment.seconds.subtractingReportingOverflow(deadline.seconds)
        return overflow || late <= 0 ? 0 : (late + 86_399) / 86_400
    }

    /// What is left of the points, in hundredths.
    public func percentLeft(lateDays: Int) -> Int {
        if let days, lateDays > days { return 0 }
        return max(0, 100 - percentADay * min(lateDays, 100))
    }
}
