package dev.keywright.ops.hot;

import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.HashSlot;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Processor time by hash slot as a node of a Cluster counts it (CLUSTER SLOT-STATS, Valkey 8.0 and Redis 8.2, with
 * {@code cluster-slot-stats-enabled yes}).
 *
 * @param micros by slot, since the count began
 * @param keys by slot
 */
record SlotTimes(Map<Integer, Long> micros, Map<Integer, Long> keys) {

    static final SlotTimes NONE = new SlotTimes(Map.of(), Map.of());

    /** None where the server does not know the command or does not count. */
    static SlotTimes read(Wire wire) throws IOException {
        Answer answer = wire.call("CLUSTER", "SLOT-STATS", "SLOTSRANGE", "0", Integer.toString(HashSlot.COUNT - 1));
        if (!(answer instanceof Answer.Many all)) {
            return NONE;
        }
        Map<Integer, Long> micros = new HashMap<>();
        Map<Integer, Long> keys = new HashMap<>();
        for (Answer each : all.items()) {
            List<Answer> pair = ((Answer.Many) each).items();
            int slot = Integer.parseInt(pair.get(0).text());
            List<Answer> fields = ((Answer.Many) pair.get(1)).items();
            for (int i = 0; i + 1 < fields.size(); i += 2) {
                long value = fields.get(i + 1) instanceof Answer.Whole whole ? whole.value() : 0;
                switch (fields.get(i).text()) {
                    case "cpu-usec" -> micros.put(slot, value);
                    case "key-count" -> keys.put(slot, value);
                    default -> {}
                }
            }
        }
        return new SlotTimes(micros, keys);
    }

    boolean isCounted() {
        return !micros.isEmpty();
    }

    /** Those that took most from that moment to the later one. */
    List<HotReport.Slot> hottest(SlotTimes later, int most) {
        Map<Integer, Long> taken = new HashMap<>();
        later.micros.forEach((slot, value) -> taken.put(slot, value - micros.getOrDefault(slot, 0L)));
        double all = taken.values().stream().mapToLong(Long::longValue).sum();
        List<Map.Entry<Integer, Long>> sorted = new ArrayList<>(taken.entrySet());
        sorted.sort(Map.Entry.<Integer, Long>comparingByValue(Comparator.reverseOrder()));
        return sorted.stream()
                .limit(most)
                .filter(entry -> all > 0 && entry.getValue() > 0)
                .map(entry -> new HotReport.Slot(
                        entry.getKey(),
                        Math.round(entry.getValue() / all * 1e4) / 1e4,
                        later.keys.getOrDefault(entry.getKey(), 0L)))
                .toList();
    }
}
