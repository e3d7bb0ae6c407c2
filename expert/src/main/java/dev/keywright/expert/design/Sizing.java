package dev.keywright.expert.design;

import dev.keywright.expert.knowledge.PatternSheet;
import dev.keywright.expert.knowledge.PatternSheet.Size;
import dev.keywright.ops.memory.Allocator;
import dev.keywright.ops.memory.Content;
import dev.keywright.ops.memory.HeadRoom;
import dev.keywright.ops.memory.MemoryModel;
import dev.keywright.ops.memory.Profile;
import dev.keywright.ops.memory.Sizes;
import dev.keywright.ops.memory.Value;
import dev.keywright.ops.memory.Version;
import java.util.Optional;

/** How much memory the needs of a draft take, by the model of {@code ops.memory}, and how large a machine that asks for. */
final class Sizing {

    /** A source build's allocator; container images are built the same way. */
    private static final MemoryModel MODEL = new MemoryModel(Profile.of(Allocator.JEMALLOC_8, Version.REDIS_7_0));

    /** An empty server. */
    private static final double BASE = 1e6;

    /** Sizes are averages here; real ones spread, and tables may just have doubled. */
    private static final double LOW = 0.9;

    private static final double HIGH = 1.25;

    /** What a fork saves in a second, and how many writes come meanwhile where no rate is said. */
    private static final double SAVED_PER_SECOND = 100e6;

    private static final double USUAL_WRITES = 1_000;

    /** Scores are points or times. */
    private static final Content SCORES = new Content.Integers(0, 1_000_000_000);

    private static final int STREAM_FIELDS = 2;
    private static final Content STREAM_NAMES = Content.text(8);
    /** Milliseconds from one entry to the next; from a tenth to ten thousand the memory differs by 1 %. */
    private static final double STREAM_APART = 10;

    /** So many elements make any HyperLogLog dense. */
    private static final Sizes MANY = Sizes.of(100_000);

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
        double machine = headRoom(draft, total * HIGH).machineBytes();
        basis.append(" (Redis 7.0, jemalloc").append(given ? ")" : MemoryEstimate.NOT_MEASURED);
        return new MemoryEstimate(
                Math.round(total),
                Math.round(total * LOW),
                Math.round(total * HIGH),
                Math.round(machine),
                basis.toString());
    }

    /** What so much data at its largest, the empty server included, asks of a machine. */
    private static HeadRoom headRoom(Draft draft, double largest) {
        boolean forks = draft.persistence().filter(p -> !p.equals("none")).isPresent()
                || draft.topology().filter(t -> !t.equals("standalone")).isPresent();
        HeadRoom.Load load =
                HeadRoom.Load.of(Math.max(0, largest - BASE)).withBuffers(BASE).withChurn(HeadRoom.Churn.STEADY);
        double writes = draft.said("rate_per_second").orElse(USUAL_WRITES) * largest / SAVED_PER_SECOND;
        return HeadRoom.of(forks ? load.withForks(writes) : load);
    }

    /** An estimate whose data turned out so many times as large. */
    static MemoryEstimate scaled(MemoryEstimate estimate, double factor, String basis) {
        double total = (estimate.totalBytes() - BASE) * factor + BASE;
        double ratio = total / estimate.totalBytes();
        return new MemoryEstimate(
                Math.round(total),
                Math.round(estimate.lowBytes() * ratio),
                Math.round(estimate.highBytes() * ratio),
                Math.round(HeadRoom.scaledMachine((double) estimate.machineBytes(), ratio)),
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
        long keyBytes = Math.round(size.keyBytes());
        if (size.perKey()) {
            double elements = amount(draft, size.elements());
            return keys(Math.round(items), keyBytes, ttl)
                    + items * structure(need.structure(), elements, size.memberBytes(), value);
        }
        return keys(1, keyBytes, ttl) + structure(need.structure(), items, size.memberBytes(), value);
    }

    private static double keys(long keys, long bytes, boolean ttl) {
        return keys * MODEL.key(bytes, ttl) + MODEL.tables(keys, ttl ? keys : 0);
    }

    private static double structure(String structure, double elements, double member, double value) {
        Sizes count = Sizes.of(Math.round(elements));
        Content members = text(member);
        Content values = text(value);
        return switch (structure) {
            case "string" -> MODEL.value(new Value.Text(values));
            case "hash" -> MODEL.value(new Value.Hash(count, members, values));
            case "list" -> MODEL.value(new Value.ListOf(count, values));
            case "set" -> MODEL.value(new Value.SetOf(count, members));
            case "zset", "geo" -> MODEL.value(new Value.SortedSet(count, members, SCORES));
            case "stream" -> MODEL.value(new Value.Stream(count, STREAM_FIELDS, STREAM_NAMES, values, STREAM_APART));
            case "hyperloglog" -> MODEL.value(new Value.HyperLogLog(MANY));
            case "bitmap" -> MODEL.value(new Value.Bitmap(count, 0));
            case "pubsub" -> 0;
            default -> throw new IllegalArgumentException("no structure is called " + structure);
        };
    }

    private static Content text(double bytes) {
        return Content.text(Math.round(bytes));
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
        return total == 0 ? 0 : roundUp(headRoom(draft, total * HIGH).maxmemoryBytes());
    }

    private static long roundUp(double bytes) {
        double step = bytes > 1e9 ? 256e6 : 64e6;
        return Math.round(Math.ceil(bytes / step) * step);
    }
}
