package dev.keywright.ops.backup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.ops.rdb.Entry;
import dev.keywright.ops.rdb.RdbCheck;
import dev.keywright.ops.rdb.RdbKeys;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file holds what DUMP would answer. */
class RdbKeysTest {

    @TempDir
    Path folder;

    @Test
    void everyValueIsThePayloadThatDumpAnswers() throws IOException {
        try (Standalone redis = Standalone.start(ServerOptions.DEFAULTS.withFolder(folder));
                Wire wire = Sample.wire(redis, 0)) {
            Sample.everything(redis);
            oddities(wire);
            Map<String, byte[]> dumped = new HashMap<>();
            for (String key : wire.call("KEYS", "*").text().split("\n", -1)) {
                dumped.put(key, ((Answer.Bulk) wire.call("DUMP", key)).bytes());
            }
            Map<String, Entry> read = saved(wire);
            assertThat(read.keySet()).isEqualTo(dumped.keySet());
            dumped.forEach((key, payload) ->
                    assertThat(read.get(key).payload()).as(key).isEqualTo(payload));
            assertThat(read.get("text:ttl").expiresAt()).isEqualTo(4102444800123L);
            assertThat(read.get("text").expires()).isFalse();
        }
    }

    /** With encodings that are written otherwise: no compression, no listpacks. */
    @Test
    void valuesThatAreStoredOtherwiseAreReadToo() throws IOException {
        ServerOptions plain = ServerOptions.DEFAULTS
                .withFolder(folder)
                .withDirective("rdbcompression", "no")
                .withDirective("hash-max-listpack-entries", "0")
                .withDirective("zset-max-listpack-entries", "0")
                .withDirective("set-max-intset-entries", "0")
                .withDirective("list-max-listpack-size", "1")
                .withDirective("stream-node-max-entries", "1");
        try (Standalone redis = Standalone.start(plain);
                Wire wire = Sample.wire(redis, 0)) {
            Sample.everything(redis);
            oddities(wire);
            assertThat(saved(wire)).hasSize(Integer.parseInt(wire.ask("DBSIZE")));
        }
    }

    @Test
    void aFileThatEndsInTheMiddleIsDamagedAndOneWithNewKindsOfValuesIsUnknown() throws IOException {
        try (Standalone redis = Standalone.start(ServerOptions.DEFAULTS.withFolder(folder));
                Wire wire = Sample.wire(redis, 0)) {
            wire.ask("SET", "key", "v".repeat(100));
            saved(wire);
        }
        byte[] file = Files.readAllBytes(folder.resolve("dump.rdb"));
        for (int length = 0; length < file.length - 9; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> RdbKeys.read(new ByteArrayInputStream(cut), entry -> {}))
                    .as("%d of %d bytes", length, file.length)
                    .isInstanceOf(RdbCheck.Damaged.class);
        }
        byte[] newer = file.clone();
        int type = new String(file, ISO_8859_1).indexOf("\u0003key") - 1;
        newer[type] = 99;
        assertThatThrownBy(() -> RdbKeys.read(new ByteArrayInputStream(newer), entry -> {}))
                .isInstanceOf(RdbKeys.Unknown.class)
                .hasMessageContaining("kind 99");
    }

    /** Names that the file compresses or keeps as numbers, and a stream with all that it can hold. */
    private static void oddities(Wire wire) throws IOException {
        for (String name : new String[] {"7", "-129", "70000", "12345678901", "n".repeat(300), "ab".repeat(40)}) {
            wire.ask("SET", name, name);
        }
        wire.ask("ZADD", "infinite", "inf", "a", "-inf", "b", "0.1", "c");
        for (int i = 0; i < 300; i++) {
            wire.ask("XADD", "events", i + 1 + "-1", "field", "value" + i);
            wire.ask("RPUSH", "long", "item" + i, "x".repeat(100));
        }
        wire.ask("XDEL", "events", "5-1");
        wire.ask("XGROUP", "CREATE", "events", "first", "0");
        wire.ask("XGROUP", "CREATE", "events", "second", "$");
        wire.ask("XREADGROUP", "GROUP", "first", "ann", "COUNT", "70", "STREAMS", "events", ">");
        wire.ask("XREADGROUP", "GROUP", "first", "bob", "COUNT", "3", "STREAMS", "events", ">");
        wire.ask("SELECT", "0");
    }

    private Map<String, Entry> saved(Wire wire) throws IOException {
        wire.ask("SAVE");
        Map<String, Entry> read = new HashMap<>();
        try (InputStream file = Files.newInputStream(folder.resolve("dump.rdb"))) {
            RdbKeys.read(file, entry -> {
                if (entry.database() == 0) {
                    read.put(new String(entry.key(), UTF_8), entry);
                }
            });
        }
        return read;
    }
}
