package dev.keywright.app.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no dumps, or broken ones: one sentence, what was read before, exit status 1. */
class AnalyzeDamageTest {

    private static final String BEGIN = "REDIS0011\u00fa\u0009redis-ver\u00057.2.4\u00fe\u0000";
    private static final String ONE = "\u0000\u0003one\u0005value";
    private static final String END = "\u00ff" + "\u0000".repeat(8);

    @TempDir
    private Path folder;

    private Path file(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, content.getBytes(ISO_8859_1));
    }

    private static void assertOneSentence(String name, Call call, String part) {
        assertThat(call.status()).as(name).isEqualTo(1);
        assertThat(call.err().lines()).as(name).hasSize(1);
        assertThat(call.err()).as(name).contains(part).doesNotContain("fault of the program");
    }

    @Test
    void aDumpThatIsBrokenAnywhereEndsInOneSentence() throws IOException {
        Map<String, String> broken = new LinkedHashMap<>();
        broken.put(
                BEGIN + ONE + "\u0004\u0004hash\u0081\u0000\u0000\u0001\u0000\u0000\u0000\u0000\u0000",
                "(at byte 54, in the record that begins at byte 39; keys read before it: 1)");
        broken.put(BEGIN + ONE + "\u0000\u0003lzf\u00c3\u0002\u0080@\u0000\u0000\u0000ab", "impossible (at byte");
        broken.put(BEGIN + ONE + "\u0006\u0006module\u0001" + END, "kind 6");
        broken.put(BEGIN + ONE + "\u00f2" + END, "kind 242");
        broken.put("REDIS0099" + ONE + "M" + END, "version 99, newer than");
        broken.put(BEGIN + ONE + "\u00ff12345678", "checksum");
        broken.put(BEGIN, "cut off");
        broken.put("", "it is empty");
        broken.put("Salted__12345678", "encrypted (OpenSSL)");
        broken.put("*2\r\n$6\r\nSELECT\r\n", "append-only file of commands");
        for (Map.Entry<String, String> each : broken.entrySet()) {
            Path file = file("broken.rdb", each.getKey());
            Call call = Call.of("analyze", file.toString());
            assertOneSentence(each.getValue(), call, each.getValue());
            assertThat(call.out().contains("1 key"))
                    .as(each.getValue())
                    .isEqualTo(each.getKey().contains(ONE));
        }
    }

    @Test
    void aDumpThatIsCutAnywhereKeepsWhatWasRead() throws IOException {
        String whole = BEGIN + ONE + END;
        for (int length = 1; length < whole.length(); length++) {
            Call call = Call.of(
                    "analyze", file("cut.rdb", whole.substring(0, length)).toString());
            assertOneSentence(length + " bytes", call, "cut off");
            assertThat(call.out().isEmpty()).as(length + " bytes").isEqualTo(length <= BEGIN.length() - 2);
        }
    }

    @Test
    void aTimeThatCannotBeIsNoReasonToFail() throws IOException {
        for (String time : new String[] {"31556889864403199", Long.toString(Long.MIN_VALUE)}) {
            String told = "\u00fa\u0005ctime" + (char) time.length() + time;
            Call call = Call.of(
                    "analyze", file("time.rdb", "REDIS0011" + told + ONE + END).toString());
            assertThat(call.err()).isEmpty();
            assertThat(call.status()).isZero();
        }
    }

    @Test
    void whatIsNoFileIsSaid() throws IOException {
        assertOneSentence("device", Call.of("analyze", "/dev/null"), "a pipe or device");
        Path nowhere = Files.createSymbolicLink(folder.resolve("link.rdb"), folder.resolve("none.rdb"));
        assertOneSentence("link", Call.of("analyze", nowhere.toString()), "There is no ");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertOneSentence("folder", Call.of("analyze", empty.toString()), "holds no .rdb file");
    }

    @Test
    void ofAnAppendOnlyFileTheBaseThatItsManifestNamesIsRead() throws IOException {
        file("data/dump.rdb", BEGIN + END);
        file("data/appendonlydir/a.aof.9.base.rdb", BEGIN + END);
        file("data/appendonlydir/a.aof.10.base.rdb", BEGIN + ONE + END);
        file("data/appendonlydir/a.aof.10.incr.aof", "*1\r\n$4\r\nPING\r\n");
        Path manifest = file(
                "data/appendonlydir/a.aof.manifest",
                "file a.aof.10.base.rdb seq 10 type b\nfile a.aof.9.base.rdb seq 9 type h\n"
                        + "file a.aof.10.incr.aof seq 10 type i\n");
        Call call = Call.of("analyze", folder.resolve("data").toString());
        assertThat(call.err()).isEmpty();
        assertThat(call.out()).contains("a.aof.10.base.rdb is the base", "commands written since (14 bytes) are not");
        Files.writeString(manifest, "no manifest");
        assertOneSentence("manifest", Call.of("analyze", folder.resolve("data").toString()), "manifest");
    }

    @Test
    void ofAFolderAllDumpsAreReadButForUnfinishedOnes() throws IOException {
        file("shards/one.rdb", BEGIN + ONE + END);
        file("shards/two.rdb", BEGIN + ONE + END);
        file("shards/temp-17.rdb", BEGIN + ONE);
        Call call = Call.of("analyze", "--json", folder.resolve("shards").toString());
        assertThat(call.err()).isEmpty();
        assertThat(call.out()).contains("\"keys\": 2");
    }

    @Test
    void aBrokenFileDoesNotKeepTheOthersFromBeingRead() throws IOException {
        Path whole = file("whole.rdb", BEGIN + ONE + END);
        Path lost = Files.write(folder.resolve("lost.rdb"), new byte[100]);
        Call call = Call.of("analyze", lost.toString(), whole.toString());
        assertOneSentence("two files", call, "nothing but zeros");
        assertThat(call.out()).contains("1 key");
    }
}
