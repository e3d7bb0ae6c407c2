package dev.keywright.expert.proof;

import dev.keywright.connection.Connection;
import dev.keywright.expert.design.Amounts;
import dev.keywright.expert.proof.OpenLoop.Part;
import dev.keywright.expert.proof.Report.Load;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The rate to drive at: the stated one where this machine keeps up with it, else half of the largest of doubling steps that it
 * does, so that there is room to catch up after a fault.
 *
 * @param driven operations per second
 * @param busyRatio how busy the machine's processors were at the step it did not keep up with; 0 without one
 * @param next number of the operation after the last one sent
 */
record Pace(Optional<Double> stated, double driven, double busyRatio, String why, long next) {

    private static final double FIRST_STEP = 1_000;

    /** Where no rate is stated, there is nothing to reach: enough to see latencies and faults by. */
    private static final double LAST_STEP = 4_000;

    private static final double BUSY = 0.8;

    /** @param time how long each step is tried */
    static Pace find(
            Connection connection, List<Part> parts, Duration timeout, Optional<Double> stated, Duration time) {
        double rate = Math.min(FIRST_STEP, stated.orElse(FIRST_STEP));
        double kept = rate / 2;
        long next = 0;
        while (true) {
            Step step = Step.at(rate, connection, parts, timeout, next, time);
            next = step.next();
            if (!step.isKeptUpWith()) {
                String limit = "; at " + Amounts.plain(rate) + "/s "
                        + (step.failed() > 0 ? step.failed() + " operations failed" : "answers came late")
                        + " with its processors " + Math.round(100 * step.busyRatio()) + " % busy";
                return new Pace(stated, kept / 2, step.busyRatio(), half(kept, stated) + limit, next);
            }
            if (stated.isPresent() && rate >= stated.get()) {
                return new Pace(stated, rate, 0, "the stated rate", next);
            }
            if (stated.isEmpty() && rate >= LAST_STEP) {
                return new Pace(stated, rate / 2, 0, half(rate, stated) + "; no more was tried", next);
            }
            kept = rate;
            rate = Math.min(2 * rate, stated.orElse(LAST_STEP));
        }
    }

    private static String half(double kept, Optional<Double> stated) {
        return "half of " + Amounts.plain(kept) + "/s, the largest step this machine kept up with"
                + (stated.isPresent() ? "" : ", as the task states no rate");
    }

    /** Whether the stated rate was out of reach for this machine rather than for the design. */
    boolean isMachineTooSmall() {
        return busyRatio >= BUSY;
    }

    boolean isStatedReached() {
        return stated.isEmpty() || driven >= stated.get();
    }

    Load load(double reached) {
        return new Load(stated, driven, Math.round(10 * reached) / 10.0, why);
    }

    /**
     * What came of trying one rate.
     *
     * @param inTime every operation was answered soon after the last one was sent
     * @param p90Ms of the second half: in the first one code may still be compiled
     */
    private record Step(boolean inTime, long failed, double p90Ms, double busyRatio, long next) {

        private static final double LATE_MILLIS = 100;
        private static final Duration END = Duration.ofMillis(250);
        private static final double ALL_SECONDS = 1e6;

        static Step at(
                double rate, Connection connection, List<Part> parts, Duration timeout, long first, Duration time) {
            try (OpenLoop loop = OpenLoop.start(connection, parts, timeout, rate, first)) {
                double unused = Machine.busyRatio(); // a new interval begins
                Waiting.pass(time);
                double busy = Machine.busyRatio();
                loop.stop();
                boolean inTime = Waiting.until(END, () -> loop.open() == 0);
                boolean drained = inTime || Waiting.until(timeout.multipliedBy(2), () -> loop.open() == 0);
                Timeline timeline = loop.timeline();
                long failed = timeline.span(0, ALL_SECONDS).failed();
                double p90 = timeline.span(time.toMillis() / 2e3, ALL_SECONDS).millisAt(90);
                return new Step(inTime && drained, failed, p90, busy, loop.next());
            }
        }

        boolean isKeptUpWith() {
            return inTime && failed == 0 && p90Ms <= LATE_MILLIS;
        }
    }
}
