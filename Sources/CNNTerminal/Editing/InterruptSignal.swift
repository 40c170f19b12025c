import CLineEditor
import CNNLanguage

/// Ctrl-C while the program computes: the running cell is asked to end, its variables stay.
public enum InterruptSignal {
    /// - Parameter secondEnds: whether a second Ctrl-C ends the process at once.
    public static func install(secondEnds: Bool) {
        cline_catch_interrupt({ Interpreter.requestInterrupt() }, secondEnds)
        cline_when_reading { Interpreter.forgetInterrupt() }
    }

    /// Whether Ctrl-C was pressed while no line was read.
    public static var wasReceived: Bool { cline_was_interrupted() }

    /// Ends the process as Ctrl-C does by default, so that a shell's loop around it ends too.
    public static func endProcess() { cline_die_of_interrupt() }
}
