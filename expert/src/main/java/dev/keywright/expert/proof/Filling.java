package dev.keywright.expert.proof;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.expert.design.Amounts;
import dev.keywright.expert.evidence.Exercise;
import dev.keywright.expert.proof.OpenLoop.Part;
import dev.keywright.expert.proof.Report.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Loads the stated number of items, or as many as fit the time and the memory of this machine, all needs in the same
 * proportion. One thread.
 */
final class Filling {

    private static final long FIRST_STEP = 256;
    private static final long REHEARSED = 64;
    private static final int CHUNK_COMMANDS = 500;
    private static final long CHUNK_BYTES = 1 << 20;
    private static final long OVERHEAD_PER_ITEM = 150;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Connection connection;
    private final List<Exercise> exercises;
    private final long stated;
    private final long wanted;
    private final String whyWanted;
    private long filled;
    private String why = "";
    private Optional<String> refusal = Optional.empty();

    /**
     * @param most items asked for; absent for as many as fit
     * @param freeBytes memory they may take, copies on replicas included
     * @param copies how often each item is held
     */
    Filling(Connection connection, List<Exercise> exercises, OptionalLong most, long freeBytes, int copies) {
        this.connection = connection;
        this.exercises = exercises;
        this.stated = exercises.stream().mapToLong(Exercise::items).max().orElse(0);
        double each = exercises.stream()
                        .filter(Exercise::stores)
                        .mapToDouble(one -> (one.itemBytes() + OVERHEAD_PER_ITEM) * (double) one.items())
                        .sum()
                / Math.max(1, stated);
        long fit = Math.max(1, (long) (freeBytes / Math.max(1, each * copies)));
        long asked = Math.min(stated, most.orElse(stated));
        this.wanted = Math.min(asked, fit);
        this.whyWanted = wanted == stated
                ? "all of them"
                : wanted == asked
                        ? "as asked for"
                        : "the largest sample for the " + Amounts.bytes((double) freeBytes)
                                + " this machine has to spare";
    }

    long wanted() {
        return wanted;
    }

    /** Does everything a few times, so that first uses cost neither time nor memory later; what it leaves is to be removed. */
    void rehearse() {
        List<Command> commands = new ArrayList<>();
        for (Exercise exercise : exercises) {
            for (long i = 0; i < REHEARSED; i++) {
                commands.addAll(exercise.load(i));
                commands.addAll(exercise.drive(i, REHEARSED));
            }
        }
        List<Reply> unused = connection.batch(commands, TIMEOUT);
    }

    /** @param time when half of it is spent, the sample is not doubled again */
    void fill(Duration time) {
        long start = System.nanoTime();
        long step = Math.min(FIRST_STEP, wanted);
        while (true) {
            fillUpTo(step);
            long spent = System.nanoTime() - start;
            if (filled >= wanted || refusal.isPresent()) {
                why = refusal.map(message -> "the server took no more: " + message)
                        .orElse(whyWanted);
                return;
            }
            if (2 * spent > time.toNanos()) {
                why = "the largest sample for the time; --budget and --scale change it";
                return;
            }
            step = Math.min(2 * step, wanted);
        }
    }

    private void fillUpTo(long end) {
        for (Exercise exercise : exercises) {
            List<Command> chunk = new ArrayList<>();
            long bytes = 0;
            long last = share(exercise, end);
            for (long item = share(exercise, filled); item < last && refusal.isEmpty(); item++) {
                chunk.addAll(exercise.load(item));
                bytes += exercise.itemBytes();
                if (chunk.size() >= CHUNK_COMMANDS || bytes > CHUNK_BYTES || item == last - 1) {
                    send(chunk);
                    chunk.clear();
                    bytes = 0;
                }
            }
        }
        filled = end;
    }

    private void send(List<Command> chunk) {
        for (Reply reply : connection.batch(chunk, TIMEOUT)) {
            if (reply instanceof Reply.Failure failure && refusal.isEmpty()) {
                refusal = Optional.of(failure.message());
            }
        }
    }

    /** How many items of one need belong to so many of the largest. */
    private long share(Exercise exercise, long of) {
        return Math.min(exercise.items(), (long) Math.ceil((double) of * exercise.items() / stated));
    }

    /** Why no more could be loaded, when the server refused. */
    Optional<String> refusal() {
        return refusal;
    }

    /** How much larger the stated data is than what was loaded. */
    double factor() {
        return filled == 0 ? 0 : (double) stated / filled;
    }

    long filled() {
        return filled;
    }

    List<Part> parts() {
        return exercises.stream()
                .map(exercise -> new Part(exercise, Math.max(1, share(exercise, filled))))
                .toList();
    }

    List<Sample> samples() {
        return exercises.stream()
                .map(one -> new Sample(one.pattern(), one.name(), one.driven(), one.items(), share(one, filled), why))
                .toList();
    }
}
