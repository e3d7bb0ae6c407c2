package dev.keywright.ops.analysis.dump;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.keywright.connection.Connection;
import dev.keywright.ops.analysis.Encoding;
import dev.keywright.ops.analysis.Key;
import dev.keywright.ops.memory.Profile;
import dev.keywright.ops.memory.Recognition;
import dev.keywright.ops.rdb.RdbWriter;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Forms that servers before 7.0 wrote: a server that loads them has as many elements, in such an encoding, of such a size. */
class OldFormsTest {

    private static final int[] COUNTS = {1, 2, 3, 7, 100, 127, 128, 129, 200, 511, 512, 513, 600};

    @TempDir
    private Path folder;

    private final RdbWriter file = new RdbWriter("REDIS0009").raw(0xfe, 0);

    @Test
    void takeWhatTheyTakeInAServerThatLoadsThem() throws IOException {
        for (int count : COUNTS) {
            for (int bytes : new int[] {4, 20, 64, 70, 300}) {
                write(count, bytes);
            }
        }
        Path dump = Files.write(folder.resolve("dump.rdb"), file.end());
        try (Standalone server = Standalone.start(ServerOptions.DEFAULTS.withFolder(folder));
                Connection connection = Connection.open(server.uri())) {
            Profile profile = Recognition.of(connection).profile();
            List<Key> keys = new ArrayList<>();
            DumpOptions options = DumpOptions.DEFAULTS
                    .withAllocator(profile.allocator())
                    .withVersion(profile.version())
                    .withLimits(profile.limits());
            assertThat(DumpSource.read(dump, options, keys::add).damage()).isEmpty();
            SoftAssertions all = new SoftAssertions();
            keys.forEach(key -> compare(server, key, all));
            all.assertAll();
        }
    }

    private void write(int count, int bytes) {
        String end = ":" + count + ":" + bytes;
        file.key(1, "list" + end).length(count).strings(texts(count, bytes));
        file.key(2, "set" + end).length(count).strings(texts(count, bytes));
        file.key(4, "hash" + end).length(count).strings(texts(2 * count, bytes));
        file.key(3, "zset" + end).length(count);
        for (String member : texts(count, bytes)) {
            file.string(member).raw(3).raw("1.5".getBytes(ISO_8859_1));
        }
        file.key(9, "zipmap" + end).string(RdbWriter.zipmap(count % 3, texts(2 * count, bytes)));
        file.key(10, "list-ziplist" + end).string(RdbWriter.ziplist(mixed(count, bytes)));
        file.key(11, "intset" + end)
                .string(RdbWriter.intset(
                        8,
                        IntStream.range(0, count).mapToLong(i -> (long) i << 33).toArray()));
        file.key(12, "zset-ziplist" + end).string(RdbWriter.ziplist(scored(count, bytes)));
        file.key(13, "hash-ziplist" + end).string(RdbWriter.ziplist(mixed(2 * count, bytes)));
        file.key(14, "quicklist" + end).length(2);
        file.string(RdbWriter.ziplist(mixed(count, bytes))).string(RdbWriter.ziplist(mixed(1, bytes)));
    }

    /** All different, of so many bytes. */
    private String[] texts(int count, int bytes) {
        String[] texts = new String[count];
        for (int i = 0; i < count; i++) {
            texts[i] = String.format(Locale.ROOT, "%s%03x", "x".repeat(bytes - 3), i);
        }
        return texts;
    }

    /** Each third one is a number. */
    private Object[] mixed(int count, int bytes) {
        Object[] all = texts(count, bytes);
        Object[] mixed = new Object[count];
        for (int i = 0; i < count; i++) {
            mixed[i] = i % 3 == 1 ? (Object) ((i - 300) * (i % 2 == 0 ? 1_000_003L : 100_000_300_000_000L)) : all[i];
        }
        return mixed;
    }

    private Object[] scored(int count, int bytes) {
        Object[] all = new Object[2 * count];
        String[] members = texts(count, bytes);
        for (int i = 0; i < count; i++) {
            all[2 * i] = members[i];
            all[2 * i + 1] = i;
        }
        return all;
    }

    private static void compare(Standalone server, Key key, SoftAssertions all) {
        String name = key.name().toString();
        String count = switch (key.type()) {
            case LIST -> "LLEN";
            case SET -> "SCARD";
            case ZSET -> "ZCARD";
            default -> "HLEN";
        };
        all.assertThat(key.elements()).as(name).isEqualTo(Long.parseLong(server.command(count, name)));
        String encoding = server.command("OBJECT", "ENCODING", name);
        all.assertThat(key.encoding().name().toLowerCase(Locale.ROOT)).as(name).isEqualTo(encoding);
        long real = Long.parseLong(server.command("MEMORY", "USAGE", name, "SAMPLES", "0"));
        boolean byChance = key.encoding() == Encoding.SKIPLIST;
        all.assertThat((double) key.bytes() / real)
                .as(name + " " + encoding)
                .isCloseTo(1, within(byChance ? 0.1 : 1e-9));
    }
}
