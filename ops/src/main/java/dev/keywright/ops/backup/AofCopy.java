package dev.keywright.ops.backup;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Copies the parts of a multi-part AOF (7.0 or newer) of a server on this machine, its own manifest included. Nothing is changed on
 * the server: all parts are opened before the first is read, and a part that a rewrite removes meanwhile can still be read to its
 * end. They belong together when the manifest is the same before and after they were opened. The last part may end within a command;
 * {@code aof-load-truncated yes}, the default, cuts that off when it is loaded.
 */
final class AofCopy {

    private static final int TRIES = 10;

    private AofCopy() {}

    /**
     * @param name of the new folder below {@code set}
     * @throws OpsException when there is no AOF or it is not on this machine
     */
    static List<Manifest.Extra> copy(Wire wire, Path set, String name) throws IOException {
        if (!wire.node().isHere()) {
            throw refused(wire, "its files are on another machine", "Run keywright there");
        }
        if (!HostSave.setting(wire, "appendonly").equals("yes")) {
            throw refused(wire, "appendonly is no", "Leave out --aof");
        }
        Path parts = HostSave.folder(wire).resolve(HostSave.setting(wire, "appenddirname"));
        if (!Files.isReadable(parts)) {
            throw refused(wire, parts + " cannot be read", "Run keywright as a user who may read it");
        }
        String manifest = HostSave.setting(wire, "appendfilename") + ".manifest";
        for (int i = 0; i < TRIES; i++) {
            Map<String, InputStream> open = new LinkedHashMap<>();
            try {
                byte[] before = Files.readAllBytes(parts.resolve(manifest));
                open(parts, open);
                if (Arrays.equals(before, Files.readAllBytes(parts.resolve(manifest)))) {
                    return copyAll(open, Private.folder(set.resolve(name)), name);
                }
            } catch (NoSuchFileException removedMeanwhile) {
                // A rewrite has just ended; now the parts are others.
            } finally {
                for (InputStream part : open.values()) {
                    part.close();
                }
            }
        }
        throw refused(wire, "it was rewritten again and again", "Run the backup at another time");
    }

    private static OpsException refused(Wire wire, String why, String remedy) {
        return new OpsException("The AOF cannot be copied: " + why + " (" + wire + "). " + remedy + ".");
    }

    private static void open(Path parts, Map<String, InputStream> open) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(parts)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            open.put(String.valueOf(file.getFileName()), Files.newInputStream(file));
        }
    }

    private static List<Manifest.Extra> copyAll(Map<String, InputStream> open, Path to, String name)
            throws IOException {
        List<Manifest.Extra> copies = new ArrayList<>();
        for (Map.Entry<String, InputStream> part : open.entrySet()) {
            Path copy = to.resolve(part.getKey());
            MessageDigest sha = StoredFile.sha256();
            try (OutputStream out = StoredFile.DISK.create(copy)) {
                new DigestInputStream(part.getValue(), sha).transferTo(out);
            }
            copies.add(new Manifest.Extra(
                    name + "/" + part.getKey(), Files.size(copy), HexFormat.of().formatHex(sha.digest())));
        }
        StoredFile.makeDurable(to);
        return copies;
    }
}
