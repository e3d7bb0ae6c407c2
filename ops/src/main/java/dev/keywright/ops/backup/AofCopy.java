package dev.keywright.ops.backup;

import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Copies the parts of a multi-part AOF (7.0 or newer) of a server on this machine, its own manifest included. Automatic rewrites
 * are off meanwhile, because one would remove parts under way, and come back as they were. The last part may end within a
 * command; {@code aof-load-truncated yes}, the default, cuts that off when it is loaded.
 */
final class AofCopy {

    private static final String REWRITES = "auto-aof-rewrite-percentage";

    private AofCopy() {}

    /**
     * @param name of the new folder below {@code set}
     * @throws OpsException when there is no AOF, it is not on this machine, or it is being rewritten
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
        String percentage = HostSave.setting(wire, REWRITES);
        wire.ask("CONFIG", "SET", REWRITES, "0");
        try {
            State state = State.of(wire);
            if (!state.field("aof_rewrite_in_progress").equals("0")
                    || !state.field("aof_rewrite_scheduled").equals("0")) {
                throw refused(wire, "it is being rewritten", "Wait until INFO says aof_rewrite_in_progress:0");
            }
            return copyAll(parts, Files.createDirectories(set.resolve(name)), name);
        } finally {
            wire.ask("CONFIG", "SET", REWRITES, percentage);
        }
    }

    private static OpsException refused(Wire wire, String why, String remedy) {
        return new OpsException("The AOF cannot be copied: " + why + " (" + wire + "). " + remedy + ".");
    }

    private static List<Manifest.Extra> copyAll(Path from, Path to, String name) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(from)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        List<Manifest.Extra> copies = new ArrayList<>();
        for (Path file : files) {
            Path copy = to.resolve(file.getFileName());
            MessageDigest sha = StoredFile.sha256();
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha);
                    OutputStream out = StoredFile.DISK.create(copy)) {
                in.transferTo(out);
            }
            copies.add(new Manifest.Extra(
                    name + "/" + file.getFileName(),
                    Files.size(copy),
                    HexFormat.of().formatHex(sha.digest())));
        }
        StoredFile.makeDurable(to);
        return copies;
    }
}
