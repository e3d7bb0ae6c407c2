package dev.keywright.ops.analysis.dump;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.ops.analysis.Encoding;
import dev.keywright.ops.analysis.Key;
import dev.keywright.ops.analysis.KeyType;
import dev.keywright.ops.analysis.Shape;
import dev.keywright.ops.memory.Allocator;
import dev.keywright.ops.memory.Version;
import dev.keywright.ops.rdb.RdbFailure;
import dev.keywright.ops.rdb.RdbReader;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of each key of a dump, and of the dump. */
@WithRedis
class DumpSourceTest {

    private static final long FAR = 4_102_444_800_000L;
    /** No file of the servers has more before its first key. */
    private static final int HEADER = 200;

    @TempDir
    Path folder;

    @Test
    void tellsTypeEncodingElementsAndShape(Standalone redis) throws IOException {
        redis.command("SET", "text", "hello");
        redis.command("SET", "number", "12345");
        redis.command("SET", "long", "x".repeat(600));
        redis.command("HSET", "hash", "name", "Ann", "age", "41");
        redis.command("SADD", "integers", "1", "2", "300");
        redis.command("SADD", "texts", "a", "bb", "7");
        redis.command("ZADD", "scores", "2.5", "m", "3", "n");
        redis.command("RPUSH", "list", "one", "2", "three");
        redis.command("XADD", "stream", "1-1", "field", "value");
        redis.command("XADD", "stream", "1-2", "field", "12");
        redis.command("PEXPIREAT", "text", Long.toString(FAR));
        Map<String, Key> keys = new LinkedHashMap<>();
        Dump dump = read(redis, DumpOptions.DEFAULTS, keys);

        assertThat(dump.keys()).isEqualTo(9);
        assertThat(keys.get("text").expiresAtMillis()).isEqualTo(FAR);
        assertThat(keys.get("number").expires()).isFalse();
        assertKey(keys.get("text"), KeyType.STRING, Encoding.EMBSTR, 5, new long[] {1, 5, 0, 5, 0}, "hello");
        assertKey(keys.get("number"), KeyType.STRING, Encoding.INT, 5, new long[] {1, 5, 0, 5, 1}, "12345");
        assertKey(keys.get("long"), KeyType.STRING, Encoding.RAW, 600, new long[] {1, 600, 0, 600, 0}, "x".repeat(512));
        assertKey(keys.get("hash"), KeyType.HASH, Encoding.LISTPACK, 2, new long[] {2, 12, 7, 4, 1}, "Ann");
        assertKey(keys.get("integers"), KeyType.SET, Encoding.INTSET, 3, new long[] {3, 5, 0, 3, 3}, "1");
        assertThat(keys.get("texts").encoding()).isEqualTo(Encoding.HASHTABLE);
        assertKey(keys.get("scores"), KeyType.ZSET, Encoding.LISTPACK, 2, new long[] {2, 2, 0, 1, 0}, "m");
        assertThat(shape(keys.get("scores")).score()).isEqualTo(2.5);
        assertKey(keys.get("list"), KeyType.LIST, Encoding.QUICKLIST, 3, new long[] {3, 9, 0, 5, 1}, "one");
        assertThat(keys.get("stream").elements()).isEqualTo(2);
        assertThat(keys.get("stream").encoding()).isEqualTo(Encoding.STREAM);
    }

    @Test
    void keepsWhatWasReadBeforeTheDiskGaveNoMore(Standalone redis) throws IOException {
        for (int i = 0; i < 2_000; i++) {
            redis.command("SET", "key:" + i, "x".repeat(400));
        }
        redis.command("SAVE");
        byte[] whole = Files.readAllBytes(file(redis));
        InputStream half = new ByteArrayInputStream(whole, 0, whole.length / 2);
        InputStream broken = new SequenceInputStream(half, new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Input/output error");
            }

            @Override
            public int read(byte[] into, int from, int most) throws IOException {
                return read();
            }
        });
        long[] keys = new long[1];
        Dump dump = DumpSource.read(visitor -> RdbReader.read(broken, visitor), DumpOptions.DEFAULTS, key -> keys[0]++);
        assertThat(dump.keys()).isEqualTo(keys[0]).isBetween(1L, 1_500L);
        assertThat(dump.damage()).hasValueSatisfying(damage -> {
            assertThat(damage.reason()).isEqualTo("UNREADABLE");
            assertThat(damage.message()).contains("Input/output error");
        });
    }

    private static void assertKey(Key key, KeyType type, Encoding encoding, long elements, long[] shape, String head) {
        assertThat(key.type()).isEqualTo(type);
        assertThat(key.encoding()).as(key.name().toString()).isEqualTo(encoding);
        assertThat(key.elements()).isEqualTo(elements);
        Shape seen = shape(key);
        assertThat(new long[] {
                    seen.elements(), seen.payloadBytes(), seen.fieldNameBytes(), seen.longestBytes(), seen.integers()
                })
                .as(key.name().toString())
                .isEqualTo(shape);
        assertThat(seen.head().toString()).isEqualTo(head);
    }

    private static Shape shape(Key key) {
        Shape shape = key.shape();
        assertThat(shape).isNotNull();
        return shape;
    }

    @Test
    void reckonsForTheServerThatWroteItUnlessTold(Standalone redis) throws IOException {
        redis.command("SADD", "texts", "a", "b");
        Map<String, Key> keys = new LinkedHashMap<>();
        Dump dump = read(redis, DumpOptions.DEFAULTS, keys);
        assertThat(dump.profile().version()).isEqualTo(Version.REDIS_7_0);
        assertThat(dump.profile().allocator()).isEqualTo(Allocator.JEMALLOC_8);
        assertThat(dump.assumptions()).anyMatch(sentence -> sentence.contains("jemalloc with a quantum of 8 bytes"));
        assertThat(dump.header().usedMemoryBytes()).isPresent();

        DumpOptions newer = DumpOptions.DEFAULTS
                .withVersion(Version.REDIS_8_0)
                .withAllocator(Allocator.JEMALLOC_16)
                .withLimits(DumpOptions.DEFAULTS.limits());
        long before = keys.get("texts").bytes();
        dump = read(redis, newer, keys);
        assertThat(dump.assumptions()).isEmpty();
        assertThat(keys.get("texts").encoding()).isEqualTo(Encoding.LISTPACK);
        assertThat(keys.get("texts").bytes()).isLessThan(before);
    }

    @Test
    void takesTheSameWithoutALookAtShapes(Standalone redis) throws IOException {
        redis.command("HSET", "hash", "name", "Ann", "age", "41");
        redis.command("SADD", "integers", "1", "2", "300");
        redis.command("ZADD", "scores", "2.5", "m", "3", "n");
        redis.command("SET", "number", "12345");
        redis.command("XADD", "stream", "1-1", "field", "value");
        redis.command("RPUSH", "list", "one", "2", "three");
        Map<String, Key> full = new LinkedHashMap<>();
        Map<String, Key> fast = new LinkedHashMap<>();
        Dump dump = read(redis, DumpOptions.DEFAULTS, full);
        assertThat(read(redis, DumpOptions.DEFAULTS.withoutShapes(), fast).totals())
                .isEqualTo(dump.totals());
        full.forEach((name, key) -> {
            assertThat(fast.get(name).shape()).isNull();
            assertThat(fast.get(name).bytes()).as(name).isEqualTo(key.bytes());
            assertThat(fast.get(name).elements()).as(name).isEqualTo(key.elements());
            assertThat(fast.get(name).encoding()).as(name).isEqualTo(key.encoding());
        });
    }

    @Test
    void leavesKeysThatAreOverOutOfTheTotals(Standalone redis) throws IOException {
        redis.command("SET", "stays", "1".repeat(100));
        redis.command("SET", "goes", "1".repeat(100), "PXAT", Long.toString(FAR));
        Map<String, Key> keys = new LinkedHashMap<>();
        Dump all = read(redis, DumpOptions.DEFAULTS, keys);
        Dump later = read(redis, DumpOptions.DEFAULTS.withLoadedAt(Instant.ofEpochMilli(FAR + 1)), keys);
        assertThat(keys).hasSize(2);
        assertThat(all.databases()).containsExactly(new Dump.Database(0, 2, 1, 0));
        assertThat(later.databases()).containsExactly(new Dump.Database(0, 1, 0, 1));
        assertThat(later.totals().values()).isEqualTo(all.totals().values() / 2);
        assertThat(later.totals().expiryEntries()).isZero();
        assertThat(all.totals().parts().stream()
                        .mapToDouble(part -> part.bytes())
                        .sum())
                .isEqualTo(all.totals().totalBytes());
    }

    @Test
    void keepsWhatItReadBeforeTheDamage(Standalone redis) throws IOException {
        for (int i = 0; i < 200; i++) {
            redis.command("SET", "key:" + i, "v".repeat(40));
        }
        redis.command("SAVE");
        byte[] whole = Files.readAllBytes(file(redis));
        Path cut = Files.write(folder.resolve("cut.rdb"), Arrays.copyOf(whole, whole.length / 2));
        Map<String, Key> keys = new LinkedHashMap<>();
        Dump dump = DumpSource.read(
                cut, DumpOptions.DEFAULTS, key -> keys.put(key.name().toString(), key));
        assertThat(keys).hasSizeBetween(50, 150);
        assertThat(dump.keys()).isEqualTo(keys.size());
        assertThat(dump.damage()).hasValueSatisfying(damage -> {
            assertThat(damage.reason()).isEqualTo("CUT");
            assertThat(damage.offset()).isBetween(0L, (long) whole.length / 2);
        });
        assertThat(dump.checksum()).isEmpty();

        Path foreign = Files.writeString(folder.resolve("foreign.rdb"), "no dump at all, but long enough to be one");
        assertThatThrownBy(() -> DumpSource.read(foreign, DumpOptions.DEFAULTS, key -> {}))
                .isInstanceOf(RdbFailure.class);
    }

    @Test
    void countsBeyondAThousandDatabasesAsOne() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes("REDIS0011".getBytes(US_ASCII));
        for (int database = 0; database < 1_500; database++) {
            file.writeBytes(new byte[] {(byte) 0xfe, (byte) (0x40 | database >> 8), (byte) database});
            file.writeBytes(new byte[] {0, 1, 'k', 1, 'v'});
        }
        file.write(0xff);
        file.writeBytes(new byte[Long.BYTES]);
        Path many = Files.write(folder.resolve("many.rdb"), file.toByteArray());
        Dump dump = DumpSource.read(many, DumpOptions.DEFAULTS, key -> {});
        assertThat(dump.keys()).isEqualTo(1_500);
        assertThat(dump.databases()).hasSize(1_001);
        assertThat(dump.databases().get(1_000)).isEqualTo(new Dump.Database(Dump.OTHER_DATABASES, 500, 0, 0));
    }

    /** The file is broken in a hundred ways; each time it is read to its end or to a damage that is told. */
    @Test
    void endsWhateverTheBytes(Standalone redis) throws IOException {
        try (Wire wire = Wire.open(new Node("127.0.0.1", redis.port()), Access.OPEN)) {
            Mixture.write(wire, 0.01, false, true);
        }
        redis.command("SAVE");
        byte[] whole = Files.readAllBytes(file(redis));
        Random chance = new Random(9);
        for (int round = 0; round < 100; round++) {
            byte[] broken = whole.clone();
            for (int flips = 1 + chance.nextInt(5); flips > 0; flips--) {
                broken[HEADER + chance.nextInt(broken.length - HEADER)] = (byte) chance.nextInt(256);
            }
            Path file = Files.write(folder.resolve("broken.rdb"), broken);
            long[] keys = new long[1];
            Dump dump = DumpSource.read(file, DumpOptions.DEFAULTS, key -> keys[0]++);
            assertThat(dump.keys()).isEqualTo(keys[0]);
            assertThat(dump.damage().isPresent() || Arrays.equals(broken, whole))
                    .isTrue();
        }
    }

    private static Dump read(Standalone redis, DumpOptions options, Map<String, Key> keys) throws IOException {
        redis.command("SAVE");
        return DumpSource.read(file(redis), options, key -> keys.put(key.name().toString(), key));
    }

    private static Path file(Standalone redis) {
        return Path.of(redis.configuration().get("dir"), redis.configuration().get("dbfilename"));
    }
}
