package dev.keywright.expert.evidence;

import dev.keywright.KeywrightException;
import dev.keywright.expert.design.Design;
import dev.keywright.expert.design.NeedDesign;
import dev.keywright.server.ServerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Measures the candidates of a design on a real server: each is loaded as a sample and driven with the very commands and
 * scripts it proposes, all of one need side by side and in turns, so that a busy machine slows them alike.
 * <ul>
 *   <li>Time: {@link Depth}; the size of the samples follows from it and stands in {@link Measurement#items()}.
 *   <li>Memory: what the server holds more after the load, per item; buffers of clients do not count.
 *   <li>Speed: {@value Callers#COUNT} callers on a connection, each waits for its answer before it sends again.
 *   <li>A candidate whose commands fail becomes a note; a server that cannot be used is an {@link EvidenceException}.
 * </ul>
 * Threads: one measurement at a time per server, or they disturb each other.
 */
public final class Bench {

    private static final int NEEDS = 3;
    private static final double MAIN_SHARE = 0.5;

    /** Where starting took nearly all the time, it is exceeded rather than nothing be measured. */
    private static final Duration LEAST = Duration.ofMillis(1_200);

    private final double pace;

    public Bench() {
        this(1);
    }

    /** @param pace how much of the usual time it takes */
    Bench(double pace) {
        this.pace = pace;
    }

    /**
     * Measures the needs of a design, the main one first.
     *
     * @param progress is told in a few words what happens
     * @throws EvidenceException when there is no such server, it may not be written to, it has too little free memory, or
     *     the thread is interrupted; on a server of others everything is removed first
     */
    public Evidence measure(Design design, Depth depth, ServerChoice where, Consumer<String> progress) {
        List<NeedDesign> needs = design.needs().stream()
                .filter(need -> !need.candidates().isEmpty())
                .toList();
        if (depth == Depth.NONE || needs.isEmpty()) {
            return Evidence.NONE;
        }
        Patience patience =
                Patience.of(depth.budget(Math.min(NEEDS, needs.size()))).share(pace);
        try {
            patience.goOn();
            return measure(design, needs, depth, where, patience, progress);
        } catch (EvidenceException failure) {
            if (where.equals(ServerChoice.OWN) && !patience.isCalledOff()) {
                return new Evidence("", 0, List.of(), List.of("Nothing was measured: " + failure.getMessage()));
            }
            throw failure;
        }
    }

    private static Evidence measure(
            Design design,
            List<NeedDesign> needs,
            Depth depth,
            ServerChoice where,
            Patience patience,
            Consumer<String> progress) {
        progress.accept("starting");
        int count = Math.min(NEEDS, needs.size());
        List<Measurement> measurements = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        try (Site site = Site.open(where, patience);
                Callers callers = new Callers()) {
            Patience left = patience.atLeast(LEAST);
            for (int i = 0; i < count; i++) {
                Patience own = left.share(i == 0 && count > 1 ? MAIN_SHARE : 1.0 / (count - i));
                Bout bout = new Bout(site, callers, depth, own, notes, progress);
                measurements.addAll(bout.between(needs.get(i), design));
            }
            needs.stream().skip(NEEDS).forEach(need -> notes.add(need.title() + " was not measured, for want of time"));
            notes.addAll(site.notes());
            return new Evidence(site.name(), Callers.COUNT, List.copyOf(measurements), List.copyOf(notes));
        } catch (KeywrightException | ServerException failure) {
            patience.goOn();
            throw new EvidenceException(String.valueOf(failure.getMessage()), failure);
        }
    }
}
