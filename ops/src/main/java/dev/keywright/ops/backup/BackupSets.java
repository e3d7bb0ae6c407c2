package dev.keywright.ops.backup;

import dev.keywright.ops.Document;
import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder that backups go to: one folder per set, named by the set's id; {@code .partial} while it is not complete. */
final class BackupSets {

    static final String MANIFEST = "manifest.json";
    static final String PARTIAL = ".partial";

    /** A complete set and where it lies. */
    record Kept(Path folder, Manifest manifest) {
        Instant finished() {
            return Instant.parse(manifest.finished());
        }

        /** Whether it was proved, and none of its slots is missing. */
        boolean isGood() {
            return manifest.allLoaded() && manifest.holdsAllSlots();
        }

        /** Proved where the other is, whole where it is, and with keys where it has some. */
        boolean isNoWorseThan(Kept other) {
            return (manifest.allLoaded() || !other.manifest.allLoaded())
                    && (manifest.holdsAllSlots() || !other.manifest.holdsAllSlots())
                    && (manifest.keys() > 0 || other.manifest.keys() == 0);
        }
    }

    private final Path folder;

    BackupSets(Path folder) {
        this.folder = folder;
    }

    /** The set at a path, or the newest good one below it; loaded sets are better than unproved ones. */
    static Kept find(Path path) {
        if (Files.isRegularFile(path.resolve(MANIFEST))) {
            return new Kept(path, Document.read(path.resolve(MANIFEST), Manifest.class));
        }
        List<Kept> all = new BackupSets(path).complete();
        return all.stream()
                .filter(Kept::isGood)
                .findFirst()
                .or(() ->
                        all.stream().filter(each -> each.manifest().allLoaded()).findFirst())
                .or(() -> all.stream().findFirst())
                .orElseThrow(() -> new OpsException("There is no backup set (" + path
                        + "). Give the folder that keywright backup wrote to, or one" + " of the sets in it."));
    }

    /** Newest first. One whose manifest cannot be read is no set; it stays, and hinders nobody. */
    List<Kept> complete() {
        List<Kept> found = new ArrayList<>();
        for (Path each : folders()) {
            if (!each.toString().endsWith(PARTIAL) && Files.isRegularFile(each.resolve(MANIFEST))) {
                try {
                    found.add(new Kept(each, Document.read(each.resolve(MANIFEST), Manifest.class)));
                } catch (OpsException unreadable) {
                    // Whoever names this folder is told why.
                }
            }
        }
        found.sort(Comparator.comparing(Kept::finished).reversed());
        return found;
    }

    /** Complete sets of the same servers, newest first. */
    List<Kept> complete(String source) {
        return complete().stream()
                .filter(each -> each.manifest().source().equals(source))
                .toList();
    }

    /** Unfinished sets, newest first. */
    List<Path> unfinished() {
        return folders().stream()
                .filter(each -> each.toString().endsWith(PARTIAL))
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    private List<Path> folders() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            throw new OpsException(folder + " cannot be read (" + e.getMessage() + "). Give a folder that can.", e);
        }
    }

    /**
     * Removes sets of the same servers that no rule keeps. Without a rule nothing is removed. Only sets that are no worse count as
     * newer ones: of those proved, whole and with keys, the newest always stays, whatever has come since; and so does the one just
     * made, because a clock may have been wrong. Unfinished sets that can no longer be resumed go, too.
     *
     * @param made the set just made
     * @return what was removed
     */
    List<String> prune(Manifest made, Optional<Integer> keep, Optional<Duration> keepFor, Instant now)
            throws IOException {
        if (keep.isEmpty() && keepFor.isEmpty()) {
            return List.of();
        }
        List<Kept> sets = complete(made.source());
        List<String> removed = new ArrayList<>();
        for (int i = 0; i < sets.size(); i++) {
            Kept set = sets.get(i);
            long newer = sets.subList(0, i).stream()
                    .filter(each -> each.isNoWorseThan(set))
                    .count();
            boolean kept = newer == 0
                    || keep.map(most -> newer < most).orElse(false)
                    || keepFor.map(age -> !set.finished().isBefore(now.minus(age)))
                            .orElse(false)
                    || set.manifest().id().equals(made.id());
            if (!kept) {
                remove(set.folder());
                removed.add(set.manifest().id());
            }
        }
        removed.addAll(removeStale(made.source(), now));
        return removed;
    }

    private List<String> removeStale(String source, Instant now) throws IOException {
        List<String> removed = new ArrayList<>();
        for (Path left : unfinished()) {
            Optional<Draft> draft = Draft.open(left);
            if (draft.isPresent()) {
                try (Draft stale = draft.get()) {
                    if (stale.plan().source().equals(source)
                            && stale.plan().begun().isBefore(now.minus(Draft.RESUMABLE))) {
                        remove(left);
                        removed.add(String.valueOf(left.getFileName()));
                    }
                }
            }
        }
        return removed;
    }

    /** A set whose removal is interrupted must not look like one. */
    private static void remove(Path set) throws IOException {
        Files.deleteIfExists(set.resolve(MANIFEST));
        try (Stream<Path> all = Files.walk(set)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
