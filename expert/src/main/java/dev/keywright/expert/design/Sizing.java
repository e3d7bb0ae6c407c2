package dev.keywright.expert.design;

import dev.keywright.expert.knowledge.PatternSheet;
import dev.keywright.expert.knowledge.PatternSheet.Size;
import dev.keywright.ops.memory.Allocator;
import dev.keywright.ops.memory.MemoryModel;
import java.util.Optional;

/** How much memory the needs of a draft take, by the model of {@code ops.memory}, and how large a machine that asks for. */
final class Sizing {

    /** A source build's allocator; container images are built the same way. */
    private static final MemoryModel MODEL = new MemoryModel(Allocator.JEMALLOC_8);

    /** An empty server. */
    private static final double BASE = 1e6;

    /** Sizes are averages here; real ones spread, and tables may just have doubled. */
    private static final double LOW = 0.9;

    private static final double HIGH = 1.25;

    /** Data over maxmemory: growth, client buffers, fragmentation. */
    private static final double HEADROOM = 1.25;

    /** What the machine needs beside the server. */
    private static final double SYSTEM = 500e6;

    private Sizing() {}

    static MemoryEstimate estimate(Draft draft) {
        double total = 0;
        StringBuilder basis = new StringBuilder();
        for (NeedDesign need : draft.needs()) {
            Optional<Size> size = need.sheet().size();
            if (size.isPresent()) {
                double items = items(draft, size.get());
                double bytes = bytes(draft, need, size.get(), items);
                total += bytes;
                basis.append(basis.length() == 0 ? "model: " : "; ")
                        .append(Amounts.count(items))
                        .append(' ')
                        .append(need.pattern())
                        .append(" items as ")
                        .append(need.structure())
                        .append(" take ")
                        .append(Amounts.bytes(bytes));
            }
        }
        double said = draft.said("data_bytes").orElse(0.0);
        boolean given = total < said && draft.said("value_bytes").isEmpty();
        if (given) {
            total = said * 1.1;
            basis.append(basis.length() == 0 ? "" : "; ").append("the data size you gave, plus 10 % for keys");
        }
        if (total == 0) {
            return MemoryEstimate.UNKNOWN;
        }
        total += BASE;
        boolean forks = draft.persistence().filter(p -> !p.equals("none")).isPresent()
                || draft.topology().filter(t -> !t.equals("standalone")).isPresent();
        double machine = total * HEADROOM * (forks ? 1.6 : 1.2) + SYSTEM;
        basis.append(" (Redis 7.0, jemalloc").append(given ? ")" : MemoryEstimate.NOT_MEASURED);
        return new MemoryEstimate(
                Math.round(total),
                Math.round(total * LOW),
                Math.round(total * HIGH),
                Math.round(machine),
                basis.toString());
    }

    /** An estimate whose data turned out so many times as large. */
    static MemoryEstimate scaled(MemoryEstimate estimate, double factor, String basis) {
        double total = (estimate.totalBytes() - BASE) * factor + BASE;
        double ratio = total / estimate.totalBytes();
        return new MemoryEstimate(
                Math.round(total),
                Math.round(estimate.lowBytes() * ratio),
                Math.round(estimate.highBytes() * ratio),
                Math.round((estimate.machineBytes() - SYSTEM) * ratio + SYSTEM),
                basis);
    }

    static double items(Draft draft, Size size) {
        return size.items().stream()
                .map(draft::said)
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> size.items().stream()
                        .map(draft::value)
                        .flatMap(Optional::stream)
                        .findFirst())
                .orElse(0.0);
    }

    private static double bytes(Draft draft, NeedDesign need, Size size, double items) {
        boolean ttl =
                need.keys().stream().findFirst().flatMap(KeyDesign::ttlSeconds).isPresent();
        double value = amount(draft, size.valueBytes());
        if (size.perKey()) {
            double elements = amount(draft, size.elements());
            return MODEL.keyspace(items, size.keyBytes(), ttl)
                    + items * structure(need.structure(), elements, size.memberBytes(), value);
        }
        return MODEL.keyspace(1, size.keyBytes(), ttl) + structure(need.structure(), items, size.memberBytes(), value);
    }

    private static double structure(String structure, double elements, double member, double value) {
        return switch (structure) {
            case "string" -> MODEL.string(value);
            case "hash" -> MODEL.hash(elements, member, value);
            case "list" -> MODEL.list(elements, value);
            case "set" -> MODEL.set(elements, member);
            case "zset", "geo" -> MODEL.sortedSet(elements, member);
            case "stream" -> MODEL.stream(elements, 2, value);
            case "hyperloglog" -> MODEL.hyperLogLog();
            case "bitmap" -> MODEL.bitmap(elements);
            case "pubsub" -> 0;
            default -> throw new IllegalArgumentException("no structure is called " + structure);
        };
    }

    private static double amount(Draft draft, PatternSheet.Amount amount) {
        return amount.of().stream()
                .map(draft::said)
                .flatMap(Optional::stream)
                .findFirst()
                .map(value -> value * amount.times())
                .orElse(amount.otherwise());
    }

    /** What to set maxmemory to: said memory less what the system needs, or the estimate with head-room. */
    static long maxmemory(Draft draft) {
        Optional<Double> memory = draft.said("memory_bytes");
        if (memory.isPresent()) {
            boolean forks = draft.persistence().filter(p -> !p.equals("none")).isPresent();
            return Math.round(memory.get() * (forks ? 0.6 : 0.75));
        }
        double total = draft.memory().totalBytes();
        return total == 0 ? 0 : roundUp(total * HEADROOM);
    }

    private static long roundUp(double bytes) {
        double step = bytes > 1e9 ? 256e6 : 64e6;
        return Math.round(Math.ceil(bytes / step) * step);
    }
}
