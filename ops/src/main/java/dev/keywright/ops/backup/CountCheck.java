package dev.keywright.ops.backup;

import dev.keywright.ops.OpsException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Compares the keys of a loaded snapshot with what the server said just before and just after it was taken. Exact when nothing
 * was written in between; else the count may lie between the two, give or take the changes the server counted. Where it did not
 * count them, because it saved to its disk or was started again meanwhile, other counts are noted and prove nothing.
 */
final class CountCheck {

    private CountCheck() {}

    /** @throws OpsException when the snapshot holds other counts than it can */
    static void compare(String file, State before, State after, State loaded, Consumer<String> notes) {
        boolean counted = sameCount(before, after);
        long changes = Math.abs(changes(after) - changes(before));
        boolean still = counted && changes == 0 && before.databases().equals(after.databases());
        if (still && !loaded.databases().equals(before.databases())) {
            throw wrong(file, before.databases() + " on the server, " + loaded.databases() + " in the file");
        }
        Map<Integer, Long> first = keys(before);
        Map<Integer, Long> last = keys(after);
        Map<Integer, Long> held = keys(loaded);
        Set<Integer> numbers = new TreeSet<>(first.keySet());
        numbers.addAll(last.keySet());
        numbers.addAll(held.keySet());
        for (int number : numbers) {
            long a = first.getOrDefault(number, 0L);
            long b = last.getOrDefault(number, 0L);
            long keys = held.getOrDefault(number, 0L);
            String seen = "database " + number + " held " + a + " keys before the snapshot and " + b
                    + " after, and the snapshot holds " + keys;
            if (counted && (keys < Math.min(a, b) - changes || keys > Math.max(a, b) + changes)) {
                throw wrong(file, seen);
            }
            if (a != b || keys != b) {
                notes.accept("Written to while " + file + " was taken: " + seen);
            }
        }
    }

    private static OpsException wrong(String file, String seen) {
        return new OpsException("The snapshot does not hold the keys the server counted (" + file + "): " + seen
                + ". Run the backup again when less is written, or with --no-load-check and compare by hand. Where"
                + " nothing writes and it happens again, the file is not what the server holds.");
    }

    /** The count of changes starts over when the server has saved to its disk, and with the server. */
    private static boolean sameCount(State before, State after) {
        return Stream.of("run_id", "rdb_last_save_time", "rdb_saves")
                .allMatch(field -> before.field(field).equals(after.field(field)));
    }

    /** Counts every key that came, went or changed. */
    private static long changes(State state) {
        return state.number("rdb_changes_since_last_save")
                + state.number("expired_keys")
                + state.number("evicted_keys");
    }

    private static Map<Integer, Long> keys(State state) {
        List<Manifest.Database> databases = state.databases();
        Map<Integer, Long> keys = new HashMap<>();
        databases.forEach(each -> keys.put(each.number(), each.keys()));
        return keys;
    }
}
