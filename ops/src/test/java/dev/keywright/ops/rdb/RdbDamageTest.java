package dev.keywright.ops.rdb;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keywright.ops.rdb.RdbFailure.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file holds: a failure with a place, all before it told, no memory for lies. */
class RdbDamageTest {

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();

    private RdbFailure failure(byte[] file) {
        told.clear();
        return catchThrowableOfType(
                RdbFailure.class,
                () -> RdbReader.read(RdbInput.of(new ByteArrayInputStream(file), file.length), new RdbVisitor() {
                    @Override
                    public ElementSink elements(RdbKey key) {
                        return new RdbMeasure.AllTold();
                    }

                    @Override
                    public void key(RdbKey key, RdbValue value) {
                        told.add(new String(key.name(), US_ASCII));
                    }
                }));
    }

    private static RdbWriter twoKeys() {
        return new RdbWriter("REDIS0011")
                .raw(0xfe)
                .length(0)
                .key(0, "one")
                .string("value")
                .key(0, "two")
                .string("value");
    }

    // --- the end and the beginning

    @Test
    void aFileThatIsCutTellsWhereAndWhatCameBefore() {
        byte[] file = twoKeys().end();
        for (int length = 1; length < file.length; length++) {
            RdbFailure failure = failure(Arrays.copyOf(file, length));
            assertThat(failure.reason()).as("%d bytes", length).isEqualTo(Reason.CUT);
            assertThat(failure.offset()).isLessThanOrEqualTo(length);
            assertThat(told).hasSize((int) failure.keys());
        }
        RdbFailure failure = failure(Arrays.copyOf(file, file.length - 12));
        assertThat(told).containsExactly("one");
        assertThat(failure.recordOffset()).isEqualTo(22);
        assertThat(failure)
                .hasMessageContainingAll("cut off", "record that begins at byte 22", "keys read before it: 1");
    }

    @Test
    void aFlippedBitIsSeenByTheChecksum() {
        byte[] file = twoKeys().end();
        file[19] ^= 1;
        RdbFailure failure = failure(file);
        assertThat(failure.reason()).isEqualTo(Reason.CHECKSUM);
        assertThat(failure).hasMessageContainingAll("checksum", "keys read: 2, any of which may be wrong");
        assertThat(told).containsExactly("one", "two");
    }

    @Test
    void withoutAChecksumThatIsSaid() throws IOException {
        RdbEnd end = RdbReader.read(new ByteArrayInputStream(twoKeys().endUnsummed()), (key, value) -> {});
        assertThat(end.checksum()).isEqualTo(RdbCheck.Checksum.OFF);
    }

    @Test
    void whatFollowsTheRdbIsCountedAndNotRead() throws IOException {
        byte[] tail = "*1\r\n$4\r\nPING\r\n".getBytes(US_ASCII);
        byte[] file = twoKeys().end();
        byte[] both = Arrays.copyOf(file, file.length + tail.length);
        System.arraycopy(tail, 0, both, file.length, tail.length);
        RdbEnd end = RdbReader.read(new ByteArrayInputStream(both), (key, value) -> {});
        assertThat(end.bytes()).isEqualTo(file.length);
        assertThat(end.tailBytes()).isEqualTo(tail.length);
        assertThat(end.checksum()).isEqualTo(RdbCheck.Checksum.MATCHED);
    }

    @Test
    void foreignFilesAreNamed() throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(zipped)) {
            out.write(twoKeys().end());
        }
        byte[] random = new byte[5_000];
        new Random(3).nextBytes(random);
        random[0] = 0x55;
        assertThat(failure(new byte[0])).hasMessage("it is empty");
        assertForeign(zipped.toByteArray(), "gzip");
        assertForeign(random, "encrypted, compressed or random");
        assertForeign(new byte[5_000], "nothing but zeros");
        assertForeign("*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n".getBytes(US_ASCII), "append-only file");
        assertForeign("{\"keys\": []}".getBytes(US_ASCII), "JSON");
        assertForeign("# a configuration\nport 6379\n".getBytes(US_ASCII), "text");
        assertForeign("file appendonly.aof.1.base.rdb seq 1 type b\n".getBytes(US_ASCII), "give the folder");
        assertForeign("Salted__12345678".getBytes(US_ASCII), "OpenSSL");
        assertForeign("REDIS00x1".getBytes(US_ASCII), "text");
        byte[] archive = Arrays.copyOf("dump.rdb".getBytes(US_ASCII), 1024);
        System.arraycopy("ustar".getBytes(US_ASCII), 0, archive, 257, 5);
        assertForeign(archive, "tar");
    }

    private void assertForeign(byte[] file, String looks) {
        RdbFailure failure = failure(file);
        assertThat(failure.reason()).isEqualTo(Reason.FOREIGN);
        assertThat(failure).hasMessageContainingAll("no RDB file", looks);
    }

    @Test
    void aTimeThatCannotBeIsNone() throws IOException {
        for (String time : new String[] {
            "31556889864403199", "253402300800", "-1", Long.toString(Long.MIN_VALUE), Long.toString(Long.MAX_VALUE)
        }) {
            RdbWriter file = new RdbWriter("REDIS0011").raw(0xfa).strings("ctime", time);
            RdbEnd end = RdbReader.read(new ByteArrayInputStream(file.end()), (key, value) -> {});
            assertThat(end.header().created()).as(time).isEmpty();
        }
    }

    @Test
    void newerVersionsAreReadUntilSomethingUnknownComes() throws IOException {
        byte[] readable = new RdbWriter("REDIS0014").key(0, "one").string("v").end();
        assertThat(RdbReader.read(new ByteArrayInputStream(readable), (key, value) -> {})
                        .keys())
                .isEqualTo(1);
        RdbFailure newer = failure(new RdbWriter("REDIS0014")
                .key(0, "one")
                .string("v")
                .key(29, "two")
                .end());
        assertThat(newer.reason()).isEqualTo(Reason.NEWER);
        assertThat(newer).hasMessageContainingAll("version 14", "kind 29", "keys read before it: 1");
        assertThat(told).containsExactly("one");
        for (int kind : new int[] {6, 8, 27, 99, 200, 242, 243}) {
            RdbFailure unknown = failure(twoKeys().key(kind, "three").end());
            assertThat(unknown.reason()).as("kind %d", kind).isEqualTo(Reason.UNKNOWN_KIND);
            assertThat(unknown).hasMessageContaining("kind " + kind + ",");
        }
    }

    // --- lies

    @Test
    void lengthsThatLieTakeNoMemory() {
        long[] lies = {1L << 20, 1L << 31, 1L << 40, Long.MAX_VALUE, -1, Long.MIN_VALUE};
        long before = RdbReaderTest.allocated();
        for (long lie : lies) {
            assertDamage(twoKeys().key(0, "text").length(lie).endUnsummed());
            assertDamage(twoKeys().raw(0).length(lie).endUnsummed());
            for (int kind : new int[] {1, 2, 3, 4, 5, 14, 15, 18, 19, 21}) {
                assertDamage(twoKeys().key(kind, "many").length(lie).endUnsummed());
            }
            assertDamage(twoKeys()
                    .key(16, "hash")
                    .raw(0xc3)
                    .length(10)
                    .length(lie)
                    .raw(new byte[10])
                    .endUnsummed());
            assertDamage(twoKeys()
                    .key(16, "hash")
                    .raw(0xc3)
                    .length(lie)
                    .length(lie)
                    .raw(new byte[10])
                    .endUnsummed());
            assertDamage(new RdbWriter("REDIS0011")
                    .raw(0xfa)
                    .string("redis-ver")
                    .length(lie)
                    .endUnsummed());
        }
        assertThat(RdbReaderTest.allocated() - before).isLessThan(lies.length * 15L * 700_000);
    }

    private void assertDamage(byte[] file) {
        RdbFailure failure = failure(file);
        assertThat(failure.reason()).isIn(Reason.CUT, Reason.DAMAGED);
    }

    /** Unpacked, it would take 88 MB. */
    @Test
    void aBlockThatUnpacksToTooMuchIsNotUnpacked() throws IOException {
        byte[] file = twoKeys().key(16, "bomb").repeated('\0', 88_000_000).end();
        long before = RdbReaderTest.allocated();
        List<String> elements = new ArrayList<>();
        RdbReader.read(new ByteArrayInputStream(file), new RdbVisitor() {
            @Override
            public ElementSink elements(RdbKey key) {
                return new RdbMeasure.AllTold();
            }

            @Override
            public void key(RdbKey key, RdbValue value) {
                elements.add(value.blobBytes() + " " + value.told());
            }
        });
        assertThat(elements).containsExactly("0 true", "0 true", "88000000 false");
        assertThat(RdbReaderTest.allocated() - before).isLessThan(20_000_000);
    }

    @Test
    void brokenBlocksAreDamageAtTheirPlace() {
        byte[] pack = RdbWriter.listpack("name", "value", 17, "x".repeat(100));
        byte[] list = RdbWriter.ziplist("name", "value", 17, "x".repeat(100));
        byte[] map = RdbWriter.zipmap(2, "name", "value");
        for (int i = 0; i < pack.length; i++) {
            broken(16, pack, i);
        }
        for (int i = 0; i < list.length; i++) {
            broken(13, list, i);
        }
        for (int i = 0; i < map.length; i++) {
            broken(9, map, i);
        }
        RdbFailure odd = failure(twoKeys()
                .key(16, "odd")
                .string(RdbWriter.listpack("a", "b", "c"))
                .end());
        assertThat(odd).hasMessageContainingAll("listpack", "not complete", "keys read before it: 2");
        RdbFailure wide = failure(
                twoKeys().key(11, "set").string(RdbWriter.intset(3, 1, 2)).end());
        assertThat(wide).hasMessageContainingAll("intset", "3 bytes each");
    }

    /** Each byte of a block at each of its limits: a failure or a value, nothing else. */
    private void broken(int kind, byte[] block, int at) {
        for (int value : new int[] {0, 0x3f, 0x7f, 0x80, 0xbf, 0xdf, 0xf0, 0xf4, 0xf5, 0xfe, 0xff}) {
            byte[] changed = block.clone();
            changed[at] = (byte) value;
            RdbFailure failure =
                    failure(twoKeys().key(kind, "block").string(changed).endUnsummed());
            if (failure != null) {
                assertThat(failure.reason()).isEqualTo(Reason.DAMAGED);
            }
        }
    }

    @Test
    void thousandsOfDamagedDumpsEndAsPromised() throws IOException {
        Mutations mutations = new Mutations(RdbFuzz.originals());
        for (long seed = 1; seed <= 3_000; seed++) {
            byte[] file = mutations.file(seed);
            Mutations.Outcome outcome = Mutations.read(file);
            assertThat(outcome.millis()).as("seed %d", seed).isLessThan(5_000);
            assertThat(outcome.allocatedBytes()).as("seed %d", seed).isLessThan(20_000_000);
        }
    }

    // --- folders

    private Path parts(String manifest) throws IOException {
        Files.writeString(folder.resolve("appendonly.aof.manifest"), manifest);
        return folder;
    }

    @Test
    void theBaseOfAnAppendOnlyFileIsFound() throws IOException {
        parts("file appendonly.aof.2.base.rdb seq 2 type b\nfile \"appendonly.aof.5.incr.aof\" seq 5 type i\n"
                + "file appendonly.aof.4.incr.aof seq 4 type h\nfile appendonly.aof.6.incr.aof seq 6 type i\n");
        Files.write(folder.resolve("appendonly.aof.2.base.rdb"), twoKeys().end());
        Files.write(folder.resolve("appendonly.aof.5.incr.aof"), new byte[700]);
        Files.write(folder.resolve("appendonly.aof.6.incr.aof"), new byte[7]);
        RdbFile file = RdbFile.of(folder);
        assertThat(file.path().getFileName()).hasToString("appendonly.aof.2.base.rdb");
        assertThat(file.increments()).isEqualTo(2);
        assertThat(file.incrementBytes()).isEqualTo(707);
        assertThat(RdbReader.read(file.path(), (key, value) -> {}).keys()).isEqualTo(2);
    }

    @Test
    void aDumpOrAFolderOfPartsIsFoundInTheFolderOfAServer() throws IOException {
        Path parts = Files.createDirectory(folder.resolve("appendonlydir"));
        Files.writeString(parts.resolve("a.manifest"), "file a.1.base.rdb seq 1 type b\n");
        assertThat(RdbFile.of(folder).path()).isEqualTo(parts.resolve("a.1.base.rdb"));
        Files.write(folder.resolve("dump.rdb"), twoKeys().end());
        assertThat(RdbFile.of(folder).path()).isEqualTo(folder.resolve("dump.rdb"));
        assertThat(RdbFile.of(folder.resolve("dump.rdb"))).isEqualTo(new RdbFile(folder.resolve("dump.rdb"), 0, 0));
    }

    @Test
    void foldersWithoutABaseAreRefused() throws IOException {
        assertFolder("neither the manifest");
        parts("file appendonly.aof.1.incr.aof seq 1 type i\n");
        assertFolder("without a base");
        parts("file ../../secret seq 1 type b\n");
        assertFolder("does not lie beside it");
        parts("something else\n");
        assertFolder("makes no sense");
        Files.writeString(folder.resolve("other.manifest"), "");
        assertFolder("several manifests");
    }

    private void assertFolder(String why) {
        assertThat(catchThrowableOfType(RdbFailure.class, () -> RdbFile.of(folder)))
                .hasMessageContaining(why);
    }

    @Test
    void aBaseOfCommandsIsSaidToBeOne() throws IOException {
        parts("file appendonly.aof.1.base.aof seq 1 type b\n");
        Files.writeString(folder.resolve("appendonly.aof.1.base.aof"), "*1\r\n$4\r\nPING\r\n");
        RdbFailure failure = catchThrowableOfType(
                RdbFailure.class, () -> RdbReader.read(RdbFile.of(folder).path(), (key, value) -> {}));
        assertThat(failure).hasMessageContainingAll("append-only file of commands", "aof-use-rdb-preamble");
    }

    @Test
    void aFileThatIsNotThereIsNoDamage() {
        assertThatCode(() -> RdbReader.read(folder.resolve("none.rdb"), (key, value) -> {}))
                .isInstanceOf(NoSuchFileException.class);
    }
}
