package dev.keywright.ops.analysis.dump;

import dev.keywright.ops.analysis.ByteString;
import dev.keywright.ops.analysis.Encoding;
import dev.keywright.ops.analysis.Key;
import dev.keywright.ops.analysis.KeySink;
import dev.keywright.ops.analysis.KeyType;
import dev.keywright.ops.memory.Encodings;
import dev.keywright.ops.memory.KeyCost;
import dev.keywright.ops.memory.Layout;
import dev.keywright.ops.memory.MemoryModel;
import dev.keywright.ops.memory.Overheads;
import dev.keywright.ops.rdb.ElementSink;
import dev.keywright.ops.rdb.RdbEnd;
import dev.keywright.ops.rdb.RdbFailure;
import dev.keywright.ops.rdb.RdbHeader;
import dev.keywright.ops.rdb.RdbKey;
import dev.keywright.ops.rdb.RdbKind;
import dev.keywright.ops.rdb.RdbReader;
import dev.keywright.ops.rdb.RdbValue;
import dev.keywright.ops.rdb.RdbVisitor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys of an RDB dump, and what each takes in the memory of a server.
 * <ul>
 *   <li>No server is asked. One thread; the sink is called from it.
 *   <li>Memory: that of the reader, and one {@link Key} at a time; values are not built.
 *   <li>Failure: of a file that is damaged, or that the disk stops to give, all before is told, and the {@link Dump} says where it
 *       broke off.
 * </ul>
 */
public final class DumpSource implements RdbVisitor {

    private final DumpOptions options;
    private final KeySink sink;
    private final long loadedAtMillis;

    private @Nullable Reading reading;

    private DumpSource(DumpOptions options, KeySink sink) {
        this.options = options;
        this.sink = sink;
        this.loadedAtMillis = options.loadedAt().map(Instant::toEpochMilli).orElse(Long.MIN_VALUE);
    }

    /**
     * Reads a file to its end, or to where it is damaged or cannot be read any further.
     *
     * @throws RdbFailure when it is no RDB file, or of a version that is not known
     * @throws IOException when it cannot be read at all
     */
    public static Dump read(Path file, DumpOptions options, KeySink sink) throws IOException {
        return read(source -> RdbReader.read(file, source), options, sink);
    }

    /** Tells a visitor what is in a file. */
    interface Content {
        RdbEnd tell(RdbVisitor visitor) throws IOException;
    }

    static Dump read(Content file, DumpOptions options, KeySink sink) throws IOException {
        DumpSource source = new DumpSource(options, sink);
        try {
            RdbEnd end = file.tell(source);
            return source.reading().dump(Optional.of(end), Optional.empty());
        } catch (IOException failure) {
            if (source.reading == null) {
                throw failure;
            }
            return source.reading.dump(Optional.empty(), Optional.of(failure));
        }
    }

    private Reading reading() {
        if (reading == null) {
            throw new IllegalStateException("a key came before the header of its file");
        }
        return reading;
    }

    @Override
    public void header(RdbHeader header) {
        reading = new Reading(header, DumpProfile.of(header, options), options);
    }

    @Override
    public ElementSink elements(RdbKey key) {
        Reading now = reading();
        now.values.begin(key.kind());
        return now.blobsSuffice && ValueSink.isKept(key.kind()) ? ElementSink.NONE : now.values;
    }

    @Override
    public void key(RdbKey key, RdbValue value) {
        Reading now = reading();
        now.values.end(key.kind(), value);
        long usage = now.cost.usageBytes(key.nameBytes());
        boolean over = key.expiresAtMillis() != RdbKey.NEVER && key.expiresAtMillis() <= loadedAtMillis;
        now.count(key, usage, over);
        sink.key(now.key(key, value, usage));
    }

    @Override
    public void function(long sourceBytes) {
        reading().library(sourceBytes);
    }

    /** The sums over one file. */
    private static final class Reading {

        private static final int MOST_DATABASES = 1_000;

        private final RdbHeader header;
        private final DumpProfile profile;
        private final boolean shapes;
        private final boolean blobsSuffice;
        private final MemoryModel model;
        private final KeyCost cost;
        private final ValueSink values;
        private final Map<Integer, Counts> databases = new LinkedHashMap<>();

        private Counts database = new Counts();
        private int number = -1;
        private double valueBytes;
        private double nameBytes;
        private double usageBytes;
        private double functionBytes;
        private long libraries;

        Reading(RdbHeader header, DumpProfile profile, DumpOptions options) {
            this.header = header;
            this.profile = profile;
            this.shapes = options.shapes();
            this.blobsSuffice = !shapes && options.encodings() == Encodings.STORED;
            this.model = new MemoryModel(profile.profile());
            this.cost = new KeyCost(profile.profile(), options.history(), options.encodings());
            this.values = new ValueSink(cost);
        }

        private static final class Counts {
            long keys;
            long expiring;
            long over;
        }

        void count(RdbKey key, long usage, boolean over) {
            if (key.database() != number) {
                number = key.database();
                database = counts(number);
            }
            if (over) {
                database.over++;
                return;
            }
            database.keys++;
            database.expiring += key.expiresAtMillis() == RdbKey.NEVER ? 0 : 1;
            valueBytes += cost.valueBytes();
            nameBytes += cost.keyBytes(key.nameBytes());
            usageBytes += usage;
        }

        private Counts counts(int number) {
            Counts known = databases.get(number);
            if (known != null) {
                return known;
            }
            int told = databases.size() < MOST_DATABASES ? number : Dump.OTHER_DATABASES;
            return databases.computeIfAbsent(told, first -> new Counts());
        }

        void library(long sourceBytes) {
            libraries++;
            functionBytes += model.function(sourceBytes);
        }

        Key key(RdbKey key, RdbValue value, long usage) {
            RdbKind.Type type = key.kind().type();
            return new Key(
                    key.database(),
                    ByteString.of(key.name()),
                    type(type),
                    encoding(cost.layout()),
                    usage,
                    type == RdbKind.Type.STRING ? value.lengthBytes() : value.elements(),
                    key.expiresAtMillis(),
                    key.idleSeconds(),
                    key.frequency(),
                    shapes && type != RdbKind.Type.MODULE ? values.shape(value) : null);
        }

        Dump dump(Optional<RdbEnd> end, Optional<IOException> failure) {
            List<Dump.Database> counted = databases.entrySet().stream()
                    .map(entry -> new Dump.Database(
                            entry.getKey(), entry.getValue().keys, entry.getValue().expiring, entry.getValue().over))
                    .toList();
            return new Dump(
                    header,
                    profile.profile(),
                    profile.assumptions(),
                    counted,
                    libraries,
                    totals(counted),
                    end.map(RdbEnd::checksum),
                    failure.map(Reading::damage),
                    end.map(RdbEnd::tailBytes).orElse(0L));
        }

        private static Dump.Damage damage(IOException failure) {
            String message = Objects.requireNonNullElse(failure.getMessage(), "");
            return failure instanceof RdbFailure fault
                    ? new Dump.Damage(fault.reason().name(), message, fault.offset(), fault.recordOffset())
                    : new Dump.Damage("UNREADABLE", "the disk gives no more of it (" + message + ")", -1, -1);
        }

        private Totals totals(List<Dump.Database> counted) {
            double keyTables = 0;
            double expiryTables = 0;
            double slotHeads = 0;
            long expiring = 0;
            for (Dump.Database each : counted) {
                double keyHeads = model.slotHeads(each.keys(), 0);
                double expiryHeads = model.slotHeads(0, each.expiring());
                keyTables += model.keyTable(each.keys()) - keyHeads;
                expiryTables += model.expiryTable(each.expiring()) - expiryHeads;
                slotHeads += keyHeads + expiryHeads;
                expiring += each.expiring();
            }
            return new Totals(
                    valueBytes,
                    nameBytes,
                    expiring * model.expiryEntry(),
                    keyTables,
                    expiryTables,
                    slotHeads,
                    functionBytes,
                    new Overheads(profile.profile()).emptyServerBytes(),
                    usageBytes);
        }

        private static KeyType type(RdbKind.Type type) {
            return switch (type) {
                case STRING -> KeyType.STRING;
                case LIST -> KeyType.LIST;
                case SET -> KeyType.SET;
                case ZSET -> KeyType.ZSET;
                case HASH -> KeyType.HASH;
                case STREAM -> KeyType.STREAM;
                case MODULE -> KeyType.MODULE;
            };
        }

        private static Encoding encoding(Layout layout) {
            return switch (layout) {
                case INTEGER -> Encoding.INT;
                case EMBEDDED -> Encoding.EMBSTR;
                case RAW -> Encoding.RAW;
                case LISTPACK -> Encoding.LISTPACK;
                case LISTPACK_TTL -> Encoding.LISTPACKEX;
                case INTSET -> Encoding.INTSET;
                case HASH_TABLE -> Encoding.HASHTABLE;
                case SKIP_LIST -> Encoding.SKIPLIST;
                case QUICKLIST -> Encoding.QUICKLIST;
                case STREAM -> Encoding.STREAM;
                case MODULE -> Encoding.UNKNOWN;
            };
        }
    }
}
