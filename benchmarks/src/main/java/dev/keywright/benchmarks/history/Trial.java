package dev.keywright.benchmarks.history;

import dev.keywright.benchmarks.history.Tally.Faults;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Processes that work with one kind of lock, while faults befall them and their server; and the verdict on what they did. */
record Trial(Kind kind, Duration lease) {

    private static final int THREADS = 4;
    private static final List<String> NAMES = List.of("blue", "green", "red", "white");
    private static final Duration START = Duration.ofMinutes(1);

    /** What happens while the processes work. */
    interface Course {
        Faults run(Desk desk, Crew crew) throws Exception;
    }

    /**
     * @param uris where the process of each seat finds Redis
     * @param isGone whether the server says that it has no such key; false where it cannot be asked
     */
    Tally run(List<String> uris, Predicate<String> isGone, Course course) throws Exception {
        try (Resource resource = new Resource(kind.fenced);
                Desk desk = new Desk(kind, lease, resource, isGone);
                Crew crew = new Crew(kind, lease, desk.port(), uris, THREADS, NAMES)) {
            if (!await(START, () -> desk.holds() > 2 * THREADS * uris.size())) {
                throw new IllegalStateException("The processes do not come to work (" + kind.argument() + ")");
            }
            Faults faults = course.run(desk, crew);
            desk.stopAll();
            int unfinished = crew.awaitEnd(Worker.PATIENCE);
            return new Tally(
                    faults,
                    new History(kind.tokens, desk.told(), resource.written()).check(),
                    desk.refused(),
                    desk.outlived(),
                    desk.stuck() + unfinished,
                    desk.longestWait());
        }
    }

    Duration times(double leases) {
        return Duration.ofNanos((long) (lease.toNanos() * leases));
    }

    static boolean await(Duration time, BooleanSupplier condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > time.toNanos()) {
                return false;
            }
            sleep(Duration.ofMillis(10));
        }
        return true;
    }

    static void sleep(Duration time) throws InterruptedException {
        boolean unused = new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
    }
}
