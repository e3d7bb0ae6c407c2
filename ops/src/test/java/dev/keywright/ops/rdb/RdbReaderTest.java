package dev.keywright.ops.rdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.ops.rdb.ElementSink.Role;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the reader tells is what is in the file; redis-replicator is the judge. */
class RdbReaderTest {

    private static final String WORD = "abcdefgh";

    @TempDir
    Path folder;

    // --- what servers write

    @Test
    void allThatAServerWritesIsTold() throws IOException {
        agreeOn(dump(ServerOptions.DEFAULTS));
    }

    @Test
    void allThatAServerWritesUncompressedAndInTablesIsTold() throws IOException {
        agreeOn(dump(ServerOptions.DEFAULTS
                .withDirective("rdbcompression", "no")
                .withDirective("hash-max-listpack-entries", "0")
                .withDirective("zset-max-listpack-entries", "0")
                .withDirective("set-max-intset-entries", "0")
                .withDirective("list-max-listpack-size", "2")
                .withDirective("stream-node-max-entries", "1")));
    }

    @Test
    void allThatAServerWritesInLargeBlocksIsTold() throws IOException {
        agreeOn(dump(ServerOptions.DEFAULTS
                .withDirective("hash-max-listpack-entries", "100000")
                .withDirective("hash-max-listpack-value", "100000")
                .withDirective("zset-max-listpack-entries", "100000")
                .withDirective("set-max-intset-entries", "100000")
                .withDirective("list-max-listpack-size", "-5")
                .withDirective("list-compress-depth", "1")
                .withDirective("stream-node-max-bytes", "0")
                .withDirective("maxmemory-policy", "allkeys-lfu")));
    }

    private static void agreeOn(byte[] file) throws IOException {
        Map<String, List<String>> read = Described.byReader(file);
        Map<String, List<String>> expected = Described.byReplicator(file);
        Set<String> missed = new TreeSet<>(expected.keySet());
        missed.removeAll(read.keySet());
        Set<String> invented = new TreeSet<>(read.keySet());
        invented.removeAll(expected.keySet());
        assertThat(missed).isEmpty();
        assertThat(invented).isEmpty();
        expected.forEach((key, lines) -> assertThat(read.get(key)).as(key).isEqualTo(lines));
    }

    private byte[] dump(ServerOptions options) throws IOException {
        try (Standalone redis =
                        Standalone.start(options.withFolder(folder).withDirective("enable-debug-command", "local"));
                Wire wire = Wire.open(new Node("127.0.0.1", redis.port()), Access.OPEN)) {
            Samples.fill(wire);
            MixedData.fill(wire, 1_000);
            wire.ask("SAVE");
        }
        return Files.readAllBytes(folder.resolve("dump.rdb"));
    }

    @Test
    void theHeadSaysWhoWroteTheFileAndWhen() throws IOException {
        byte[] file = dump(ServerOptions.DEFAULTS.withDirective("maxmemory-policy", "allkeys-lru"));
        List<RdbHeader> headers = new ArrayList<>();
        List<String> sizes = new ArrayList<>();
        List<Long> idle = new ArrayList<>();
        long[] functions = {0};
        RdbEnd end = RdbReader.read(folder.resolve("dump.rdb"), new RdbVisitor() {
            @Override
            public void header(RdbHeader header) {
                headers.add(header);
            }

            @Override
            public void database(int number, long keys, long expiring) {
                sizes.add(number + ":" + keys + ":" + expiring);
            }

            @Override
            public void function(long sourceBytes) {
                functions[0] += sourceBytes;
            }

            @Override
            public void key(RdbKey key, RdbValue value) {
                idle.add(key.idleSeconds());
            }
        });
        RdbHeader header = headers.get(0);
        assertThat(headers).hasSize(1);
        assertThat(header.valkey()).isFalse();
        assertThat(header.version()).isBetween(10, 13);
        assertThat(header.serverVersion())
                .hasValueSatisfying(version -> assertThat(version).matches("\\d+\\.\\d+\\.\\d+"));
        assertThat(header.usedMemoryBytes().orElse(0)).isGreaterThan(500_000);
        assertThat(header.created())
                .hasValueSatisfying(
                        at -> assertThat(at).isBetween(Instant.now().minus(Duration.ofHours(1)), Instant.now()));
        assertThat(header.fileBytes()).isEqualTo(file.length);
        assertThat(sizes).contains("3:2:1");
        assertThat(functions[0]).isEqualTo(Samples.LIBRARY.length());
        assertThat(idle).doesNotContain((long) RdbKey.UNKNOWN);
        assertThat(end.bytes()).isEqualTo(file.length);
        assertThat(end.tailBytes()).isZero();
        assertThat(end.checksum()).isEqualTo(RdbCheck.Checksum.MATCHED);
        assertThat(end.keys()).isEqualTo(idle.size());
    }

    // --- what servers wrote, or others write

    private static RdbWriter file() {
        return new RdbWriter("REDIS0011").raw(0xfe).length(0);
    }

    private static final String LONG = "x".repeat(300);

    @Test
    void oldBlocksAreTold() throws IOException {
        Object[] numbers = {0, 12, 13, -1, 127, -128, 128, 32_767, -32_769, 8_388_607, 8_388_608, 1L << 31, -1L << 63};
        Object[] texts = {"", "a", "x".repeat(63), "x".repeat(64), "x".repeat(16_384), LONG, "007", "-0", "+1"};
        byte[] small = RdbWriter.ziplist("one", 1, "two", "2.5", "three", -3);
        agreeOn(file().key(10, "list")
                .string(RdbWriter.ziplist(numbers))
                .key(10, "texts")
                .string(RdbWriter.ziplist(texts))
                .key(13, "hash")
                .string(small)
                .key(12, "zset")
                .string(small)
                .key(9, "zipmap")
                .string(RdbWriter.zipmap(3, "name", "12", "long", "x".repeat(250), "", "empty", "01", ""))
                .key(14, "chain")
                .length(3)
                .string(RdbWriter.ziplist(numbers))
                .string(RdbWriter.ziplist(texts))
                .string(small)
                .key(11, "two")
                .string(RdbWriter.intset(2, -32_768, 5, 32_767))
                .key(11, "four")
                .string(RdbWriter.intset(4, -1L << 31, 7, 70_000))
                .key(11, "eight")
                .string(RdbWriter.intset(8, -1L << 63, 0, Long.MAX_VALUE))
                .end());
    }

    @Test
    void elementsOnTheirOwnAreTold() throws IOException {
        agreeOn(file().key(0, "number")
                .raw(0xc1)
                .little(-300, 2)
                .key(0, "wide")
                .raw(0xc2)
                .little(1 << 30, 4)
                .key(0, "packed")
                .repeated('z', 100_000)
                .key(0, "text")
                .string("9223372036854775808")
                .key(0, "integer")
                .string("-9223372036854775808")
                .key(0, "")
                .string("")
                .raw(0)
                .repeated('k', 1_000)
                .string("a long name")
                .key(1, "list")
                .length(4)
                .strings("a", LONG, "17", "")
                .key(2, "set")
                .length(2)
                .strings("member")
                .repeated('m', 500)
                .key(4, "hash")
                .length(2)
                .strings("name", "1")
                .raw(0xc0, 7)
                .string(LONG)
                .key(3, "zset")
                .length(4)
                .string("a")
                .raw(3)
                .raw(RdbWriter.bytes("1.5"))
                .string("b")
                .raw(254)
                .string("c")
                .raw(255)
                .string("d")
                .raw(2)
                .raw(RdbWriter.bytes("17"))
                .key(5, "zset 2")
                .length(2)
                .string("m")
                .little(Double.doubleToLongBits(-2.25), 8)
                .string("n")
                .little(Double.doubleToLongBits(1e300), 8)
                .end());
    }

    @Test
    void newBlocksAreTold() throws IOException {
        Object[] all = {0, 127, 128, -1, 4095, -4096, 4096, 40_000, 8_388_608, 1L << 31, -1L << 63, "", "text", LONG};
        Object[] more = {"x".repeat(63), "x".repeat(64), "x".repeat(4_095), "x".repeat(4_096), "x".repeat(17_000)};
        agreeOn(file().key(20, "set")
                .string(RdbWriter.listpack(all))
                .key(16, "hash")
                .string(RdbWriter.listpack(all))
                .key(17, "zset")
                .string(RdbWriter.listpack("a", "-2.5", "b", 1, "c", "1e+300"))
                .key(18, "chain")
                .length(3)
                .length(2)
                .string(RdbWriter.listpack(more))
                .length(1)
                .repeated('p', 20_000)
                .length(2)
                .string(RdbWriter.listpack(all))
                .end());
    }

    @Test
    void fieldsWithTtlsAreTold() throws IOException {
        long first = 4_102_444_800_000L;
        byte[] file = new RdbWriter("REDIS0012")
                .raw(0xfe)
                .length(0)
                .key(24, "table")
                .little(first, 8)
                .length(3)
                .length(0)
                .strings("never", "1")
                .length(1)
                .strings("first", "two")
                .length(1_001)
                .strings("later", LONG)
                .key(25, "block")
                .little(first, 8)
                .string(RdbWriter.listpack("soon", "v", first, "later", 5, first + 7, "never", "w", 0))
                .end();
        agreeOn(file);
        assertThat(Described.byReader(file).get("0:table"))
                .containsSubsequence("VALUE 3", "EXPIRY " + first, "VALUE 300", "EXPIRY " + (first + 1_000));
        byte[] candidate = file().key(22, "table")
                .length(1)
                .length(first)
                .strings("name", "value")
                .key(23, "block")
                .string(RdbWriter.listpack("name", "value", first))
                .end();
        Map<String, List<String>> read = Described.byReader(candidate);
        assertThat(read.get("0:table")).startsWith("NAME 4", "VALUE 5", "EXPIRY " + first);
        assertThat(read.get("0:block")).startsWith("NAME 4", "VALUE 5", "EXPIRY " + first);
    }

    /** redis-replicator does not read these. */
    @Test
    void whatValkeyAndTheNewestRedisWriteIsTold() throws IOException {
        byte[] valkey = new RdbWriter("VALKEY080")
                .raw(0xfa)
                .strings("valkey-ver", "9.0.0")
                .raw(0xfe)
                .length(0)
                .raw(0xf4)
                .length(5)
                .length(1)
                .length(0)
                .raw(0xf3)
                .string("job")
                .length(2)
                .length(0)
                .length(9)
                .length(20)
                .length(29)
                .key(22, "hash")
                .length(2)
                .strings("a", "1")
                .little(-1, 8)
                .strings("b", "two")
                .little(4_102_444_800_000L, 8)
                .end();
        assertThat(Described.byReader(valkey).get("0:hash"))
                .startsWith("NAME 1", "VALUE 1 = 1", "NAME 1", "VALUE 3", "EXPIRY 4102444800000");
        byte[] redis = new RdbWriter("REDIS0013")
                .raw(0xf3)
                .length(1)
                .little(7, 4)
                .length(2)
                .length(5)
                .length(0)
                .key(26, "stream")
                .length(1)
                .length(16)
                .raw(0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2)
                .string(RdbWriter.listpack(1, 1, 1, "name", 0, 2, 0, 0, "value", 4, 3, 1, 0, "gone", 4))
                .raw(1, 2, 2, 1, 2, 3, 0, 2)
                .length(0)
                .raw(50, 50, 1)
                .string("producer")
                .raw(1)
                .string("id")
                .raw(1, 2, 1, 0)
                .key(0, "after")
                .string("it")
                .end();
        assertThat(Described.byReader(redis)).containsOnlyKeys("0:stream", "0:after");
        assertThat(Described.byReader(redis).get("0:stream")).startsWith("VALUE 5", "kind 26, elements 1");
    }

    @Test
    void dataOfModulesIsPassedOver() throws IOException {
        long id = 0b000000_000001_000010_000011_000100_000101_000110_000111_001000L << 10 | 3;
        RdbWriter file =
                new RdbWriter("REDIS0009").raw(247).length(id).length(2).length(1);
        file.length(5).string("aux").length(0).raw(0xfe).length(0);
        file.key(7, "value").length(id);
        file.length(1).length(1 << 20).length(2).length(-1).length(3).little(0, 4);
        file.length(4).little(0, 8).length(5).repeated('s', 4_000).length(0);
        List<String> told = new ArrayList<>();
        RdbReader.read(
                new ByteArrayInputStream(file.key(0, "after").string("it").end()), new RdbVisitor() {
                    @Override
                    public void module(String name, long storedBytes) {
                        told.add(name + " " + storedBytes);
                    }

                    @Override
                    public void key(RdbKey key, RdbValue value) {
                        told.add(new String(key.name(), UTF_8) + " " + value.module() + " " + value.elements());
                    }
                });
        assertThat(told).containsExactly("ABCDEFGHI 17", "value ABCDEFGHI -1", "after  1");
    }

    @Test
    void useAndTtlOfAKeyAreThoseBeforeIt() throws IOException {
        agreeOn(file().raw(0xfc)
                .little(4_102_444_800_123L, 8)
                .raw(0xf9, 255)
                .key(0, "often")
                .string("v")
                .raw(0xfd)
                .little(1_900_000_000L, 4)
                .raw(0xf8)
                .length(70_000)
                .key(0, "long ago")
                .string("v")
                .key(0, "neither")
                .string("v")
                .end());
    }

    // --- sizes

    @Test
    void blocksAndNodesAreMeasuredUnpacked() throws IOException {
        byte[] pack = RdbWriter.listpack("name", "value", "other", LONG);
        byte[] first = RdbWriter.listpack(WORD, WORD);
        byte[] file = file().key(16, "hash")
                .string(pack)
                .key(18, "list")
                .length(2)
                .length(2)
                .string(first)
                .length(1)
                .repeated('p', 9_000)
                .key(11, "set")
                .string(RdbWriter.intset(4, 1, 70_000))
                .end();
        List<String> told = new ArrayList<>();
        RdbVisitor visitor = new RdbVisitor() {
            @Override
            public ElementSink elements(RdbKey key) {
                return new ElementSink() {
                    @Override
                    public void text(Role role, long lengthBytes) {}

                    @Override
                    public void integer(Role role, int lengthBytes, long number) {}

                    @Override
                    public void listNode(long blobBytes, long items, boolean plain) {
                        told.add(blobBytes + " " + items + " " + plain);
                    }
                };
            }

            @Override
            public void key(RdbKey key, RdbValue value) {
                told.add(value.blobBytes() + " " + value.nodes() + " " + value.integerBytes() + " " + value.told());
            }
        };
        RdbReader.read(new ByteArrayInputStream(file), visitor);
        assertThat(told)
                .containsExactly(
                        pack.length + " 0 0 true",
                        first.length + " 2 false",
                        "9000 1 true",
                        first.length + 9_000 + " 2 0 true",
                        "16 0 4 true");
        List<String> counted = new ArrayList<>();
        RdbReader.read(
                new ByteArrayInputStream(file),
                (key, value) -> counted.add(value.blobBytes() + " " + value.elements() + " " + value.integerBytes()));
        assertThat(counted).containsExactly(pack.length + " 2 0", first.length + 9_000 + " 3 0", "16 2 4");
    }

    /** Beyond 65,534 elements a block does not say how many it has. */
    @Test
    void blocksOfVeryManyElementsAreCounted() throws IOException {
        Object[] elements = new Object[70_000];
        Arrays.setAll(elements, i -> i);
        byte[] file = file().key(16, "many")
                .string(RdbWriter.listpack(elements))
                .key(17, "infinite")
                .string(RdbWriter.listpack("a", "-inf", "b", 1))
                .end();
        RdbMeasure.AllTold all = new RdbMeasure.AllTold();
        RdbReader.read(new ByteArrayInputStream(file), all);
        assertThat(all.elements).isEqualTo(70_004);
        List<Long> counted = new ArrayList<>();
        RdbReader.read(new ByteArrayInputStream(file), (key, value) -> counted.add(value.elements()));
        assertThat(counted).containsExactly(RdbValue.UNKNOWN, 2L);
        assertThat(Described.byReader(file).get("0:infinite")).contains("score -Infinity");
    }

    @Test
    void namesOfAuxiliaryFieldsCannotMoveATerminal() throws IOException {
        byte[] file = new RdbWriter("REDIS0011")
                .raw(0xfa)
                .strings("redis-ver", "7\u001b[2J\n")
                .end();
        assertThat(RdbReader.read(new ByteArrayInputStream(file), (key, value) -> {})
                        .header()
                        .serverVersion())
                .contains("7?[2J?");
    }

    /** Which RESTORE would lose. */
    @Test
    void dataBesideValuesIsPassedOverButNotDumped() throws IOException {
        byte[] file = new RdbWriter("REDIS0013")
                .raw(0xf3, 1)
                .little(7, 4)
                .raw(2, 5, 0)
                .key(0, "key")
                .string("value")
                .end();
        assertThat(Described.byReader(file)).containsOnlyKeys("0:key");
        assertThatThrownBy(() -> RdbKeys.read(new ByteArrayInputStream(file), entry -> {}))
                .isInstanceOf(RdbKeys.Unknown.class)
                .hasMessageContaining("beside their values");
    }

    /** A hash of two million fields and a text of 300 MB, read with less memory than a thirtieth of the text. */
    @Test
    void giantsTakeNoMemory() throws IOException {
        Giant giant = new Giant(2_000_000, 300_000_000);
        RdbMeasure.AllTold all = new RdbMeasure.AllTold();
        long before = allocated();
        RdbEnd end = RdbReader.read(giant, all);
        assertThat(allocated() - before).isLessThan(10_000_000);
        assertThat(end.keys()).isEqualTo(2);
        assertThat(all.elements).isEqualTo(4_000_000);
        assertThat(all.bytes).isEqualTo(4_000_000L * WORD.length() + 300_000_000 + "hash".length() + "text".length());
    }

    static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
