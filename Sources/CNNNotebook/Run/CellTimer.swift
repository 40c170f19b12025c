import CNNLanguage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Interrupts the running cell when its time is up, from a thread of its own.
final class CellTimer {
    /// Whose seconds count.
    enum Clock {
        case wall
        /// What this process has computed: the same however busy the machine is.
        case processor
    }

    private final class Job {
        let wake: Int32
        let seconds: Double
        let clock: Clock
        var hasFired = false

        init(wake: Int32, seconds: Double, _ clock: Clock) {
            self.wake = wake
            self.seconds = seconds
            self.clock = clock
        }

        /// Waits for the end of the cell, or of its time. Then asks again and again: a request that falls between two
        /// segments is forgotten there.
        func run() {
            let end = now() + seconds
            while true {
                let left = hasFired ? 0.05 : end - now()
                if left <= 0 {
                    hasFired = true
                    Interpreter.requestInterrupt()
                    continue
                }
                var request = pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
                // At most an hour at a time: the milliseconds must fit.
                let ready = poll(&request, 1, Int32(min(left, 3_600) * 1_000 + 1))
                if ready > 0 || (ready < 0 && errno != EINTR) { return }
                if hasFired { Interpreter.requestInterrupt() }
            }
        }

        private func now() -> Double {
            var time = timespec()
            clock_gettime(clock == .wall ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
    }

    private let job: Job
    private let end: Int32
    #if canImport(Darwin)
    private var thread: pthread_t?
    #else
    private var thread = pthread_t()
    #endif

    /// nil where the system gives no thread or pipe.
    init?(seconds: Double, clock: Clock = .wall) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        job = Job(wake: ends[0], seconds: seconds, clock)
        end = ends[1]
        let passed = Unmanaged.passRetained(job)
        let status = pthread_create(
            &thread, nil,
            { argument in
                #if canImport(Darwin)
                Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().run()
                #else
                if let argument { Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().run() }
                #endif
                return nil
            }, passed.toOpaque())
        guard status == 0 else {
            passed.release()
            close(ends[0])
            close(ends[1])
            return nil
        }
    }

    /// To be called once, when the cell has ended.
    /// - Returns: whether its time was up.
    func stop() -> Bool {
        var byte: UInt8 = 0
        while write(end, &byte, 1) < 0, errno == EINTR {}
        #if canImport(Darwin)
        if let thread { pthread_join(thread, nil) }
        #else
        pthread_join(thread, nil)
        #endif
        close(end)
        close(job.wake)
        return job.hasFired
    }
}
