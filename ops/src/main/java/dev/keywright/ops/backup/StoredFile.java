package dev.keywright.ops.backup;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import dev.keywright.ops.rdb.RdbCheck;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** An RDB file as a backup keeps it: compressed or not, with a SHA-256 of what lies on the disk. */
final class StoredFile {

    /** Where the RDB bytes come from. */
    interface Feed {
        void into(OutputStream out) throws IOException;
    }

    /** Opens the file to write; the bytes must be on the disk when the stream has been closed. */
    interface Disk {
        OutputStream create(Path file) throws IOException;
    }

    /** Takes the RDB bytes of a stored file; need not read to the end. */
    interface Reader {
        void from(InputStream rdb) throws IOException;
    }

    /** What was written. */
    record Written(RdbCheck.Facts facts, long storedBytes, String sha256) {}

    /** The disk, not the feed, is why it went wrong. */
    static final class NotStored extends IOException {
        NotStored(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    static final Disk DISK =
            file -> new Durable(new FileOutputStream(Private.file(file).toFile()));

    private static final int LEVEL = 1;
    private static final int BUFFER_BYTES = 256 * 1024;

    private StoredFile() {}

    /** The file appears under its name when it is whole and safe; until then it is called {@code .partial}. */
    static Written write(Path folder, String name, Compression compression, Disk disk, Feed feed) throws IOException {
        Path file = folder.resolve(name);
        Path draft = folder.resolve(name + ".partial");
        MessageDigest sha = sha256();
        RdbCheck.Facts facts;
        try (OutputStream digested = new DigestOutputStream(new Blaming(disk.create(draft)), sha);
                OutputStream packed = packed(new BufferedOutputStream(digested, BUFFER_BYTES), compression);
                RdbCheck check = new RdbCheck(packed)) {
            feed.into(check);
            facts = check.finish();
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        makeDurable(folder);
        return new Written(facts, Files.size(file), HexFormat.of().formatHex(sha.digest()));
    }

    private static OutputStream packed(OutputStream to, Compression compression) throws IOException {
        return switch (compression) {
            case NONE -> to;
            case ZSTD -> new ZstdOutputStream(to, LEVEL).setChecksum(true);
        };
    }

    /** Reads a stored file to its end and does nothing but check it. */
    static void check(Path folder, Manifest.Shard shard) throws IOException {
        read(folder, shard, rdb -> {});
    }

    /**
     * Hands the RDB of a stored file to a reader, reads it to its end, and checks SHA-256, length and the RDB's own checksum.
     *
     * @throws RdbCheck.Damaged when it is not what was stored
     */
    static void read(Path folder, Manifest.Shard shard, Reader reader) throws IOException {
        Path file = folder.resolve(shard.file());
        MessageDigest sha = sha256();
        RdbCheck check = new RdbCheck(OutputStream.nullOutputStream());
        String trouble = "";
        try (InputStream stored = new DigestInputStream(Files.newInputStream(file), sha)) {
            try {
                InputStream rdb = new Checked(unpacked(stored, shard.file()), check);
                reader.from(rdb);
                rdb.transferTo(OutputStream.nullOutputStream());
            } catch (ZstdIOException e) {
                trouble = "it cannot be decompressed: " + e.getMessage();
            } catch (RdbCheck.Damaged e) {
                trouble = String.valueOf(e.getMessage());
            }
            stored.transferTo(OutputStream.nullOutputStream());
        }
        String found = HexFormat.of().formatHex(sha.digest());
        if (!found.equals(shard.sha256())) {
            long size = Files.size(file);
            throw new RdbCheck.Damaged((size == shard.storedBytes()
                            ? "its SHA-256 is not the one in the manifest"
                            : "it has " + size + " bytes instead of " + shard.storedBytes())
                    + (trouble.isEmpty() ? "" : " and " + trouble));
        }
        if (!trouble.isEmpty()) {
            throw new RdbCheck.Damaged(trouble);
        }
        check.finish();
    }

    private static InputStream unpacked(InputStream stored, String name) throws IOException {
        return name.endsWith(Compression.ZSTD.suffix()) ? new ZstdInputStream(stored) : stored;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Syncs a file, or a folder: a name in it survives a power cut only when the folder itself was synced. */
    static void makeDurable(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Lets a check see what is read. */
    private static final class Checked extends InputStream {

        private final InputStream from;
        private final RdbCheck check;

        Checked(InputStream from, RdbCheck check) {
            this.from = from;
            this.check = check;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int at, int most) throws IOException {
            int read = from.read(into, at, most);
            if (read > 0) {
                check.write(into, at, read);
            }
            return read;
        }
    }

    /** Tells failures to write from failures to read. */
    private static final class Blaming extends OutputStream {

        private final OutputStream disk;

        Blaming(OutputStream disk) {
            this.disk = disk;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] piece, int from, int length) throws IOException {
            try {
                disk.write(piece, from, length);
            } catch (IOException e) {
                throw new NotStored(e);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                disk.close();
            } catch (IOException e) {
                throw new NotStored(e);
            }
        }
    }

    /** Closing waits until the disk has everything. */
    private static final class Durable extends OutputStream {

        private final FileOutputStream file;

        Durable(FileOutputStream file) {
            this.file = file;
        }

        @Override
        public void write(int value) throws IOException {
            file.write(value);
        }

        @Override
        public void write(byte[] piece, int from, int length) throws IOException {
            file.write(piece, from, length);
        }

        @Override
        public void close() throws IOException {
            try (file) {
                file.getFD().sync();
            }
        }
    }
}
