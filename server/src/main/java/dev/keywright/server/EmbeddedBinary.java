package dev.keywright.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Unpacks the Redis 7.0.15 that the Maven artifact {@code org.signal:embedded-redis} carries.
 * <ul>
 *   <li>Where: {@code keywright} in the user's cache folder; when that cannot be written or executed, a private folder under the
 *       temporary one.
 *   <li>Checked by SHA-256 at each first use in a JVM; a file that differs is replaced.
 *   <li>Any number of JVMs may do it at once: each writes a file of its own and moves it into place in one step.
 * </ul>
 */
final class EmbeddedBinary {

    private static final String NAME = "redis-server-7.0.15-";
    private static final Map<String, String> SHA_256 = Map.of(
            "linux-amd64", "c0cdeef856b3410fd99d6ec6fc6a20302e69059b00ce5d6abab7b3e5069ea91e",
            "linux-arm64", "d5c7ff117caf45d7dc2f59c1f956e1830438779947d66aa5647c2cdcc16eca50",
            "linux-386", "19106984e15b7e7ce22c9a3296fe6a5f85c43a72894144f98b1fb572b823a936",
            "darwin-amd64", "e22a3d9147802bba0724efb2e446c49e1e514e76ff8031bb6d44b8628400d8f3",
            "darwin-arm64", "07838a2eb6f5961c89d8e6f1f83482de355dfc6bb04e05bfb00ae1f137dee129");
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");
    private static final Duration STALE = Duration.ofHours(1);
    private static final Duration BUSY = Duration.ofSeconds(5);

    private EmbeddedBinary() {}

    static synchronized RedisBinary unpack(Host host) {
        String platform = host.platform()
                .orElseThrow(
                        () -> new ServerException("There is no embedded Redis for this platform (" + host.system() + " "
                                + host.architecture()
                                + "), and none of 7.0 or newer on the PATH. Connect to a running server with"
                                + " --redis URI, or give the path of a redis-server with --server PATH."));
        List<String> reasons = new ArrayList<>();
        Optional<Path> cache = host.cache().map(folder -> folder.resolve("keywright"));
        if (cache.isPresent()) {
            try {
                return use(makePrivate(cache.get()), platform);
            } catch (IOException failure) {
                reasons.add(cache.get() + ": " + reason(failure));
            }
        }
        Path temporary = Path.of(host.temp(), "keywright-" + host.user());
        try {
            makePrivate(temporary);
            checkPrivate(temporary);
            return use(temporary, platform);
        } catch (IOException failure) {
            reasons.add(temporary + ": " + reason(failure));
        }
        throw new ServerException("The embedded Redis could not be unpacked (" + String.join("; ", reasons)
                + "). Make one of these folders writable and executable with 7 MB free, set XDG_CACHE_HOME, or give"
                + " --server PATH.");
    }

    private static Path makePrivate(Path folder) throws IOException {
        return Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
    }

    private static RedisBinary use(Path folder, String platform) throws IOException {
        Path file = folder.resolve(NAME + platform);
        if (!isRight(file, platform)) {
            write(folder, file, platform);
        }
        RedisBinary.Asked[] asked = new RedisBinary.Asked[1];
        // While another thread of this JVM starts a process, that child briefly holds the file it inherited open for
        // writing.
        Deadline.in(BUSY).await(() -> {
            asked[0] = RedisBinary.ask(file, "embedded");
            return !asked[0].problem().contains("error=26");
        });
        return asked[0].binary().orElseThrow(() -> new IOException(asked[0].problem()));
    }

    /** In the temporary folder of all users, somebody else may have made the folder first, to change the file after our check. */
    private static void checkPrivate(Path folder) throws IOException {
        PosixFileAttributes found = Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        Path probe = Files.createTempFile(folder, "owner", ".part");
        boolean ours = Files.getOwner(probe).equals(found.owner());
        Files.delete(probe);
        if (!ours || !found.isDirectory() || !found.permissions().equals(PRIVATE)) {
            throw new IOException("the folder is not private to this user");
        }
    }

    private static boolean isRight(Path file, String platform) throws IOException {
        if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return digest(in, OutputStream.nullOutputStream()).equals(SHA_256.get(platform));
        }
    }

    private static void write(Path folder, Path file, String platform) throws IOException {
        removeStale(folder);
        Path part = Files.createTempFile(
                folder, NAME + platform + "-", ".part", PosixFilePermissions.asFileAttribute(PRIVATE));
        try {
            String digest;
            try (InputStream in = resource(NAME + platform);
                    FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                digest = digest(in, Channels.newOutputStream(channel));
                channel.force(true);
            }
            if (!digest.equals(SHA_256.get(platform))) {
                throw new ServerException(
                        "The embedded Redis is not the one it should be (" + NAME + platform
                                + " of org.signal:embedded-redis). Check that version 0.9.1 is on the class path, or give --server PATH.");
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static InputStream resource(String name) {
        InputStream in = EmbeddedBinary.class.getClassLoader().getResourceAsStream(name);
        if (in == null) {
            throw new ServerException("The embedded Redis is missing (" + name
                    + "). Put org.signal:embedded-redis:0.9.1 on the class path, or give --server PATH.");
        }
        return in;
    }

    /** Parts that a JVM left when it was killed while it unpacked. */
    private static void removeStale(Path folder) throws IOException {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, NAME + "*.part")) {
            for (Path part : parts) {
                if (Files.getLastModifiedTime(part)
                        .toInstant()
                        .isBefore(Instant.now().minus(STALE))) {
                    Files.deleteIfExists(part);
                }
            }
        }
    }

    private static String digest(InputStream from, OutputStream to) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                digest.update(buffer, 0, read);
                to.write(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private static String reason(IOException failure) {
        String type = failure.getClass().getSimpleName();
        return type.equals("IOException") ? String.valueOf(failure.getMessage()) : type + " " + failure.getMessage();
    }
}
