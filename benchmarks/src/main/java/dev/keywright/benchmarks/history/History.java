package dev.keywright.benchmarks.history;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks what was told and what was written. Two holds are in order when the second was asked for after the first had been told of; holds
 * that were asked for at the same time may have come in any order.
 */
final class History {

    /** What a process told of a lock, in the order in which it was heard. */
    sealed interface Told {

        String lock();

        /** It asks for the lock; so it does again after a hold. */
        record Asked(String lock, int worker) implements Told {}

        /** It has the lock. */
        record Granted(String lock, int worker, long hold, long token) implements Told {}
    }

    /**
     * What does not hold.
     *
     * @param tokens holds whose token is not higher than those of all holds before
     * @param stale writes with a token lower than one that had been written; without tokens, of a hold told of earlier
     * @param torn holds that another one wrote in the middle of
     */
    record Verdict(int holds, int written, int tokens, int stale, int torn) {}

    private final boolean tokens;
    private final List<Told> told;
    private final List<Resource.Row> written;

    History(boolean tokens, List<Told> told, List<Resource.Row> written) {
        this.tokens = tokens;
        this.told = told;
        this.written = written;
    }

    Verdict check() {
        int holds = (int) told.stream().filter(Told.Granted.class::isInstance).count();
        return new Verdict(holds, written.size(), tokens ? notGrown() : 0, stale(), torn());
    }

    private int notGrown() {
        Map<String, Long> highest = new HashMap<>();
        Map<Integer, Long> before = new HashMap<>();
        Map<String, Set<Long>> all = new HashMap<>();
        int wrong = 0;
        for (Told each : told) {
            if (each instanceof Told.Asked asked) {
                before.put(asked.worker(), highest.getOrDefault(asked.lock(), 0L));
            } else if (each instanceof Told.Granted granted) {
                boolean higher = granted.token() > before.getOrDefault(granted.worker(), 0L);
                boolean other = all.computeIfAbsent(granted.lock(), none -> new HashSet<>())
                        .add(granted.token());
                wrong += higher && other ? 0 : 1;
                highest.merge(granted.lock(), granted.token(), Math::max);
            }
        }
        return wrong;
    }

    private int stale() {
        Map<String, Long> highest = new HashMap<>();
        int wrong = 0;
        for (Resource.Row row : written) {
            long order = tokens ? row.token() : row.hold();
            wrong += order < highest.getOrDefault(row.lock(), 0L) ? 1 : 0;
            highest.merge(row.lock(), order, Math::max);
        }
        return wrong;
    }

    private int torn() {
        Map<String, Long> last = new HashMap<>();
        Set<Long> seen = new HashSet<>();
        Set<Long> torn = new HashSet<>();
        for (Resource.Row row : written) {
            Long before = last.put(row.lock(), row.hold());
            if (!seen.add(row.hold()) && before != null && before != row.hold()) {
                torn.add(row.hold());
            }
        }
        return torn.size();
    }
}
