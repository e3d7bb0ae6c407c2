package dev.keywright.ops.backup;

import dev.keywright.ops.rdb.Entry;
import dev.keywright.ops.rdb.RdbKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the file of a shard holds, counted. */
final class Content {

    private final Manifest.Shard shard;
    private final int version;
    private final List<Manifest.Database> databases;
    private final byte[] functions;

    private Content(Manifest.Shard shard, int version, Counter counter) {
        this.shard = shard;
        this.version = version;
        this.databases = counter.databases();
        this.functions = counter.functions(version);
    }

    /** Reads the file twice: nothing in it is believed before its checksums are. */
    static Content of(Path set, Manifest.Shard shard) throws IOException {
        StoredFile.check(set, shard);
        Counter counter = new Counter();
        int[] version = {0};
        StoredFile.read(set, shard, rdb -> version[0] = RdbKeys.read(rdb, counter));
        return new Content(shard, version[0], counter);
    }

    /** The file's place in the manifest. */
    Manifest.Shard shard() {
        return shard;
    }

    /** Of the file, and of the payloads made of it. */
    int version() {
        return version;
    }

    /** Those that hold keys, by number. */
    List<Manifest.Database> databases() {
        return databases;
    }

    /** A payload for FUNCTION RESTORE; empty when there are none. */
    byte[] functions() {
        return functions;
    }

    private static final class Counter implements RdbKeys.Visitor {

        private final Map<Integer, long[]> counts = new TreeMap<>();
        private final ByteArrayOutputStream libraries = new ByteArrayOutputStream();

        @Override
        public void key(Entry entry) {
            long[] both = counts.computeIfAbsent(entry.database(), number -> new long[2]);
            both[0]++;
            both[1] += entry.expires() ? 1 : 0;
        }

        @Override
        public void library(byte[] part) {
            libraries.writeBytes(part);
        }

        List<Manifest.Database> databases() {
            List<Manifest.Database> databases = new ArrayList<>();
            counts.forEach((number, both) -> databases.add(new Manifest.Database(number, both[0], both[1])));
            return List.copyOf(databases);
        }

        byte[] functions(int version) {
            byte[] all = libraries.toByteArray();
            return all.length == 0 ? all : RdbKeys.sealed(all, all.length, version);
        }
    }
}
