package dev.keywright.expert.proof;

import dev.keywright.connection.Connection;
import dev.keywright.expert.design.Amounts;
import dev.keywright.expert.proof.OpenLoop.Part;
import dev.keywright.expert.proof.Report.Load;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Finds the rate to drive at: the stated one where this machine keeps up with it, else the largest of doubling steps that it
 * does. A step is kept up with when every operation is answered and none waits long once the sending ends.
 *
 * @param driven operations per second
 * @param busyRatio how busy the machine's processors were at the first step it did not keep up with; 0 without one
 */
record Pace(Optional<Double> stated, double driven, double busyRatio, String why, long next) {

    private static final double FIRST_STEP = 1_000;
    private static final double LAST_STEP = 128_000;
    private static final double LATE_MILLIS = 100;
    private static final double BUSY = 0.8;
    private static final Duration END = Duration.ofMillis(250);

    /** @param step how long each step is tried */
    static Pace find(
            Connection connection, List<Part> parts, Duration timeout, Optional<Double> stated, Duration step) {
        long next = 0;
        double kept = 0;
        double rate = Math.min(FIRST_STEP, stated.orElse(FIRST_STEP));
        while (true) {
            try (OpenLoop loop = OpenLoop.start(connection, parts, timeout, rate, next)) {
                double busy = busyWhile(step);
                loop.stop();
                next = loop.next();
                boolean inTime = Waiting.until(END, () -> loop.open() == 0);
                Timeline.Span all = loop.timeline().span(0, 60);
                // half a step may pass before code is compiled and tables are warm
                double half = step.toMillis() / 2e3;
                Timeline.Span second = loop.timeline().span(half, 60);
                if (!inTime || all.failed() > 0 || second.millisAt(90) > LATE_MILLIS) {
                    boolean drained = Waiting.until(timeout, () -> loop.open() == 0);
                    double taken = kept > 0 ? kept : rate / 2;
                    return new Pace(stated, taken, busy, tooFast(stated, rate, busy, drained), next);
                }
            }
            kept = rate;
            if (stated.isPresent() && kept >= stated.get()) {
                return new Pace(stated, kept, 0, "the stated rate", next);
            }
            if (kept >= LAST_STEP) {
                return new Pace(
                        stated,
                        kept,
                        0,
                        "the largest step tried" + (stated.isPresent() ? "" : "; the task states no rate"),
                        next);
            }
            rate = Math.min(2 * rate, stated.orElse(LAST_STEP));
        }
    }

    private static String tooFast(Optional<Double> stated, double refused, double busy, boolean drained) {
        return (stated.isPresent() ? "the largest step" : "the task states no rate; this is the largest step")
                + " this machine kept up with; at " + Amounts.count(refused) + "/s "
                + (drained ? "answers came late" : "answers did not come") + " with its processors "
                + Math.round(100 * busy) + " % busy";
    }

    /** Whether the stated rate was out of reach for this machine rather than for the design. */
    boolean isMachineTooSmall() {
        return busyRatio >= BUSY;
    }

    boolean isStatedReached() {
        return stated.isEmpty() || driven >= stated.get();
    }

    private static double busyWhile(Duration step) {
        double unused = Machine.busyRatio(); // a new interval begins
        Waiting.pass(step);
        return Machine.busyRatio();
    }

    Load load(double reached) {
        return new Load(stated, driven, Math.round(10 * reached) / 10.0, why);
    }
}
