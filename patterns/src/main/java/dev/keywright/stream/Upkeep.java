package dev.keywright.stream;

import dev.keywright.connection.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** What a worker does besides: signs of life, taking over what dead ones had, trimming, removing dead consumers. One thread. */
final class Upkeep<T> {

    private static final Duration LONGEST_STEP = Duration.ofSeconds(1);
    private static final Duration CLEANING = Duration.ofSeconds(10);
    private static final String BEGINNING = "0-0";
    private static final int MOST_STEPS = 16;

    private final Work<T> work;
    private final Membership membership;
    private final WorkerOptions options;
    private final long third;
    private long keptAt;
    private long cleanedAt;
    private String cursor = BEGINNING;

    Upkeep(Work<T> work) {
        this.work = work;
        this.membership = work.membership;
        this.options = work.options;
        this.third = options.idle().toNanos() / 3;
        this.keptAt = System.nanoTime();
        this.cleanedAt = keptAt;
    }

    void start() {
        long step = Math.min(LONGEST_STEP.toNanos(), third / 2);
        ScheduledFuture<?> unused = work.clock.scheduleWithFixedDelay(this::step, step, step, TimeUnit.NANOSECONDS);
    }

    private void step() {
        try {
            long now = System.nanoTime();
            interruptTheLate(now);
            if (now - keptAt >= third || work.hand.hasParked()) {
                keep(now);
            }
            work.unpark();
            claim();
            if (now - cleanedAt >= CLEANING.toNanos()) {
                cleanedAt = now;
                clean();
            }
            work.tally.keeping(null);
        } catch (RuntimeException | OutOfMemoryError e) { // the next step may go better
            work.tally.keeping(e);
        }
    }

    /** Those that do not stop then get no more signs of life, so that another worker takes the event over. */
    private void interruptTheLate(long now) {
        for (Taken<T> each : work.hand.all()) {
            boolean unused = each.isLate(now, options.timeout().toNanos());
        }
    }

    private void keep(long now) {
        List<Taken<T>> mine =
                work.hand.all().stream().filter(taken -> !taken.isOverdue()).toList();
        if (!mine.isEmpty()) {
            Membership.Missing missing =
                    membership.keep(mine.stream().map(Taken::id).toList());
            long until = now + options.idle().toNanos();
            mine.stream()
                    .filter(taken -> !missing.taken().contains(taken.id()))
                    .forEach(taken -> taken.keptUntil(until));
            missing.taken().forEach(id -> work.gone(id, true));
            missing.gone().forEach(id -> work.gone(id, false));
        }
        keptAt = now;
    }

    private void claim() {
        int room = work.hand.roomForClaims();
        for (int step = 0; step < MOST_STEPS && room > 0; step++) {
            cursor = work.claim(cursor, room);
            room = work.hand.roomForClaims();
            if (cursor.equals(BEGINNING)) {
                return;
            }
        }
    }

    private void clean() {
        StreamCommands stream = membership.stream;
        if (stream.trims()) {
            CompletionStage<Reply> unused = stream.trim().send(stream.connection, stream.deadline);
        }
        int unusedCount = membership.retireDead();
    }

    void stop() {
        work.clock.shutdownNow();
    }
}
